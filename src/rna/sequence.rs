//! A sequence: the nucleotides of an RNA.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize, Serializer};

/// One of the four nucleotides, in the order of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nucleotide {
    /// Adenine.
    A,
    /// Cytosine.
    C,
    /// Guanine.
    G,
    /// Uracil.
    U,
}

impl Nucleotide {
    /// All nucleotides, in the order of the vocabulary.
    pub const ALL: [Nucleotide; 4] = [Self::A, Self::C, Self::G, Self::U];

    /// The nucleotide with this letter of a [`Sequence`]; `None` for N.
    pub(super) fn from_letter(letter: u8) -> Option<Self> {
        match letter {
            b'A' => Some(Self::A),
            b'C' => Some(Self::C),
            b'G' => Some(Self::G),
            b'U' => Some(Self::U),
            _ => None,
        }
    }

    /// Its place in the vocabulary, from 0 to 3.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The letter of the nucleotide, an ASCII byte.
    pub fn letter(self) -> u8 {
        match self {
            Self::A => b'A',
            Self::C => b'C',
            Self::G => b'G',
            Self::U => b'U',
        }
    }
}

impl fmt::Display for Nucleotide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(self.letter()))
    }
}

/// The nucleotides of an RNA, in the letters `A C G U N`.
///
/// No sequence has another letter: this is checked once, where a sequence is read, so that no
/// function has to check it again. [`normalize`](super::alphabet::normalize) reads a sequence and
/// counts what was changed; `parse` and deserialization read it without the counts. A sequence
/// may be empty.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Sequence(Vec<u8>);

impl Sequence {
    /// A sequence of these bytes, which the caller has checked.
    pub(super) fn from_checked(letters: Vec<u8>) -> Self {
        Self(letters)
    }

    /// The number of nucleotides.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no nucleotides.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The letters as ASCII bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The letters as text.
    pub fn as_str(&self) -> &str {
        text(&self.0)
    }

    /// The letters at these positions, from 0; empty if the range is not inside the sequence.
    pub fn slice(&self, positions: Range<usize>) -> &str {
        text(self.0.get(positions).unwrap_or_default())
    }

    /// The first nucleotides of the sequence, `length` of them or all if there are fewer.
    pub fn prefix(&self, length: usize) -> Self {
        Self(self.0[..length.min(self.len())].to_vec())
    }

    /// Replaces the nucleotides at these positions, from 0, by N. Positions after the end are
    /// ignored.
    pub fn mask(&mut self, positions: Range<usize>) {
        let end = positions.end.min(self.len());
        let start = positions.start.min(end);
        self.0[start..end].fill(b'N');
    }

    /// Replaces every occurrence of a nucleotide by N.
    pub fn mask_all(&mut self, nucleotide: Nucleotide) {
        let letters = self.0.iter_mut();
        let masked = letters.filter(|letter| **letter == nucleotide.letter());
        masked.for_each(|letter| *letter = b'N');
    }

    /// Replaces the nucleotide at a position, from 0. A position after the end is ignored.
    pub fn substitute(&mut self, position: usize, nucleotide: Nucleotide) {
        if let Some(letter) = self.0.get_mut(position) {
            *letter = nucleotide.letter();
        }
    }
}

/// The text of some letters of a sequence.
fn text(letters: &[u8]) -> &str {
    // All letters are ASCII, so this cannot fail.
    std::str::from_utf8(letters).unwrap_or_default()
}

impl FromIterator<Nucleotide> for Sequence {
    fn from_iter<I: IntoIterator<Item = Nucleotide>>(nucleotides: I) -> Self {
        Self(nucleotides.into_iter().map(Nucleotide::letter).collect())
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq<str> for Sequence {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Sequence {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl Serialize for Sequence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
pub(crate) mod tests {
    use super::*;

    /// The sequence with these letters.
    pub(crate) fn rna(letters: &str) -> Sequence {
        letters.parse().unwrap()
    }

    #[test]
    fn masks_and_substitutions_stay_inside_the_sequence() {
        let mut sequence = rna("ACGUAC");
        sequence.mask(4..9);
        sequence.substitute(0, Nucleotide::G);
        sequence.substitute(6, Nucleotide::G);
        sequence.mask(7..9);
        sequence.mask_all(Nucleotide::U);
        assert_eq!(sequence, "GCGNNN");
        assert_eq!((sequence.slice(1..3), sequence.slice(5..7)), ("CG", ""));
        assert_eq!(sequence.to_string(), "GCGNNN");
    }
}

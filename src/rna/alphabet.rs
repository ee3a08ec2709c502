//! The alphabet `A C G U N`, and how sequences are converted to it.
//!
//! T is read as U. The network must never see which of them was written, because in published data
//! sets this can reveal the label. Case does not matter. The IUPAC letters for several nucleotides
//! become N, and so does X, a masked base. (A protein with X has other letters that identify it.)
//! White space and digits, as in numbered listings, are ignored. `-` and `.` are alignment gaps and
//! are left out. `*` at the end of a sequence is an old end mark and is left out. Elsewhere it is
//! the stop of a translated protein, so it is rejected.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::sequence::Sequence;

/// A sequence, with counts of what was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormalizedSequence {
    /// The nucleotides.
    pub sequence: Sequence,
    /// Number of letters T that were read as U.
    pub thymine: usize,
    /// Number of each upper-case IUPAC letter (and X) that was read as N, without N itself.
    pub ambiguous: BTreeMap<char, usize>,
    /// Number of ignored spaces and digits, without line ends.
    pub ignored: usize,
    /// Number of `-`, `.` and final `*` that were left out.
    pub gaps: usize,
}

impl NormalizedSequence {
    /// The number of ambiguous letters of all kinds.
    pub fn ambiguous_count(&self) -> usize {
        self.ambiguous.values().sum()
    }
}

/// A character that is not a nucleotide code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidLetter {
    /// The character as written.
    pub letter: char,
    /// Number of line ends before it in the text.
    pub lines_before: u64,
}

/// Whether a letter occurs in proteins only.
fn is_protein_only(letter: u8) -> bool {
    matches!(
        letter.to_ascii_uppercase(),
        b'E' | b'F' | b'I' | b'J' | b'L' | b'O' | b'P' | b'Q' | b'Z'
    )
}

/// Whether a sequence as written is a protein: it consists of letters, at least a tenth of them
/// occur in proteins only, and there are at least two different ones of these. One wrong letter in
/// an RNA does not make it a protein.
pub(super) fn looks_like_protein(text: &[u8]) -> bool {
    let is_separator = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'*' | b'-');
    let letters = || text.iter().copied().filter(|&byte| !is_separator(byte));
    let protein: Vec<u8> = letters().filter(|&byte| is_protein_only(byte)).collect();
    let has_two_kinds = protein
        .iter()
        .any(|&byte| !byte.eq_ignore_ascii_case(&protein[0]));
    letters().all(|byte| byte.is_ascii_alphabetic())
        && has_two_kinds
        && 10 * protein.len() >= letters().count()
}

impl fmt::Display for InvalidLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.letter;
        if letter.is_control() {
            write!(f, "the control character 0x{:02X}", u32::from(letter))?;
        } else {
            write!(f, "'{letter}'")?;
        }
        write!(
            f,
            " is not a nucleotide code: use A C G U (or T) and IUPAC letters"
        )
    }
}

impl std::error::Error for InvalidLetter {}

impl FromStr for Sequence {
    type Err = InvalidLetter;

    fn from_str(text: &str) -> Result<Self, InvalidLetter> {
        Ok(normalize(text.as_bytes())?.sequence)
    }
}

impl TryFrom<String> for Sequence {
    type Error = InvalidLetter;

    fn try_from(text: String) -> Result<Self, InvalidLetter> {
        let is_normal = |letter: u8| matches!(letter, b'A' | b'C' | b'G' | b'U' | b'N');
        if text.bytes().all(is_normal) {
            // Nothing has to be changed, so nothing is copied.
            return Ok(Self::from_checked(text.into_bytes()));
        }
        text.parse()
    }
}

/// Reads a sequence as written (any case, T or U, IUPAC letters, line ends) into `A C G U N`.
///
/// # Errors
/// The first character that is not a nucleotide code, a gap, a digit or white space.
pub fn normalize(text: &[u8]) -> Result<NormalizedSequence, InvalidLetter> {
    let body = strip_end_mark(text);
    let mut letters = Vec::with_capacity(body.len());
    let mut read = NormalizedSequence {
        gaps: usize::from(body.len() < text.len()),
        ..NormalizedSequence::default()
    };
    let mut position = 0;
    while let Some(&byte) = body.get(position) {
        position += 1;
        match byte.to_ascii_uppercase() {
            letter @ (b'A' | b'C' | b'G' | b'U' | b'N') => letters.push(letter),
            b'T' => {
                read.thymine += 1;
                letters.push(b'U');
            }
            b'\n' | b'\r' => {}
            b' ' | b'\t' | 0x0B | 0x0C | b'0'..=b'9' => read.ignored += 1,
            b'-' | b'.' => read.gaps += 1,
            letter if letter == b'X' || iupac_nucleotides(char::from(letter)).is_some() => {
                *read.ambiguous.entry(char::from(letter)).or_default() += 1;
                letters.push(b'N');
            }
            _ => {
                let letter = first_character(&body[position - 1..]);
                if !is_invisible(letter) {
                    return Err(invalid_letter(body, position - 1, letter));
                }
                read.ignored += 1;
                position += letter.len_utf8() - 1;
            }
        }
    }
    read.sequence = Sequence::from_checked(letters);
    Ok(read)
}

/// The text before a final `*`, after which only white space may follow. Without a final `*`, it is
/// the whole text.
fn strip_end_mark(text: &[u8]) -> &[u8] {
    text.trim_ascii_end().strip_suffix(b"*").unwrap_or(text)
}

/// The first character of a non-empty `text`; `�` if it is not UTF-8.
pub(super) fn first_character(text: &[u8]) -> char {
    // No UTF-8 character is longer than four bytes.
    let start = &text[..text.len().min(4)];
    String::from_utf8_lossy(start)
        .chars()
        .next()
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Whether a character is invisible, as in pasted text: a Unicode space, a joiner or a soft hyphen.
pub(super) fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
}

fn invalid_letter(text: &[u8], position: usize, letter: char) -> InvalidLetter {
    let lines_before = text[..position].iter().filter(|&&b| b == b'\n').count() as u64;
    InvalidLetter {
        letter,
        lines_before,
    }
}

/// The nucleotides that an upper-case IUPAC letter stands for, in the order A, C, G, U. `None` if
/// the letter has no such meaning, which includes T (write U) and X.
pub(crate) fn iupac_nucleotides(letter: char) -> Option<&'static [u8]> {
    let nucleotides: &[u8] = match letter {
        'A' => b"A",
        'C' => b"C",
        'G' => b"G",
        'U' => b"U",
        'R' => b"AG",
        'Y' => b"CU",
        'S' => b"CG",
        'W' => b"AU",
        'K' => b"GU",
        'M' => b"AC",
        'B' => b"CGU",
        'D' => b"AGU",
        'H' => b"ACU",
        'V' => b"ACG",
        'N' => b"ACGU",
        _ => return None,
    };
    Some(nucleotides)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> NormalizedSequence {
        normalize(text.as_bytes()).unwrap()
    }

    #[test]
    fn t_and_u_in_either_case_are_read_as_u() {
        let mixed = read("acgtUTN");
        assert_eq!(mixed.sequence, "ACGUUUN");
        assert_eq!(mixed.thymine, 2);
        assert_eq!(read("ACGUUUN").sequence, mixed.sequence);
        assert_eq!(read("ACGUUUN").thymine, 0);
        assert_eq!(mixed.ambiguous_count(), 0);
    }

    #[test]
    fn every_iupac_letter_becomes_n() {
        let all = read("RYSWKMBDHVXr");
        assert_eq!(all.sequence, "NNNNNNNNNNNN");
        assert_eq!(all.ambiguous_count(), 12);
        assert_eq!(all.ambiguous.keys().collect::<String>(), "BDHKMRSVWXY");
        assert_eq!(all.ambiguous[&'R'], 2);
    }

    #[test]
    fn blanks_digits_and_line_ends_are_ignored() {
        let listing = read("  1 acgu acgu\r\n 61\tacgu\n");
        assert_eq!(listing.sequence, "ACGUACGUACGU");
        assert_eq!(listing.ignored, 9);
        let pasted = read("AC\u{A0}GU\u{200B}A\u{FEFF}");
        assert_eq!(pasted.sequence, "ACGUA");
        assert_eq!(pasted.ignored, 3);
    }

    #[test]
    fn gaps_and_a_final_star_are_left_out() {
        let gapped = read("A-C..GU*\n");
        assert_eq!(gapped.sequence, "ACGU");
        assert_eq!(gapped.gaps, 4);
        assert_eq!(
            normalize(b"AC*GU"),
            Err(InvalidLetter {
                letter: '*',
                lines_before: 0
            })
        );
    }

    #[test]
    fn other_characters_are_rejected_with_their_line() {
        let error = normalize(b"ACGU\nMKTAYL\n").unwrap_err();
        assert_eq!((error.letter, error.lines_before), ('L', 1));
        for letter in "EFIJLOPQZefijlopqz".chars() {
            let error = normalize(letter.to_string().as_bytes()).unwrap_err();
            assert_eq!(error.letter, letter);
        }
        for (text, letter) in [
            ("AC#", '#'),
            ("ACé", 'é'),
            ("AC>", '>'),
            ("A\u{1F9EC}", '🧬'),
        ] {
            let error = normalize(text.as_bytes()).unwrap_err();
            assert_eq!(error.letter, letter);
        }
        assert_eq!(normalize(b"AC\xFF").unwrap_err().letter, '\u{FFFD}');
    }

    #[test]
    fn a_protein_is_distinguished_from_an_rna_with_a_wrong_letter() {
        assert!(looks_like_protein(
            b"MKTAYIAKQRQISFVKSHFSRQ\nLEERLGLIEVQ*\n"
        ));
        assert!(looks_like_protein(b"mktayiakqrqisf"));
        for rna in [
            &b"ACGUACGUI"[..],
            b"ACGUELACGUACGUACGUACGUACGU",
            b"frequency of 0.5",
            b"",
        ] {
            assert!(!looks_like_protein(rna), "{rna:?}");
        }
    }

    #[test]
    fn text_without_nucleotides_gives_an_empty_sequence() {
        assert_eq!(read(" \n-*").sequence, "");
        assert_eq!(read(""), NormalizedSequence::default());
    }

    #[test]
    fn a_sequence_is_parsed_and_survives_a_round_trip() {
        let sequence: Sequence = "acgT n".parse().unwrap();
        assert_eq!(sequence, "ACGUN");
        let json = serde_json::to_string(&sequence).unwrap();
        assert_eq!(json, "\"ACGUN\"");
        assert_eq!(serde_json::from_str::<Sequence>(&json).unwrap(), sequence);
        let spelled: Sequence = serde_json::from_str("\"ACGTN\"").unwrap();
        assert_eq!(spelled, sequence);
        let error = serde_json::from_str::<Sequence>("\"AC!\"").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("'!' is not a nucleotide code")
        );
    }
}

//! The poly-A tail of a messenger RNA.
//!
//! Whether a sequence contains its tail depends on the database that it was copied from, not on the
//! RNA: nearly all messenger RNAs have a tail in the cell. A network that is shown the tails of
//! some RNAs learns to recognise the database.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

use crate::rna::Sequence;

/// The shortest run of A at the end of an RNA that counts as a poly-A tail.
pub const MIN_TAIL: usize = 4;

/// The fewest nucleotides that cutting a tail must leave, so that every model can read them.
const MIN_BODY: usize = 5;

/// What is done with the poly-A tail of an RNA before it is read.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Display,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PolyA {
    /// The tail is read like every other nucleotide.
    #[default]
    Keep,
    /// The tail is cut, in training and in prediction.
    Cut,
}

impl PolyA {
    /// The number of nucleotides at the end of a sequence that are cut.
    pub fn cut_length(self, sequence: &Sequence) -> usize {
        match self {
            Self::Keep => 0,
            Self::Cut => {
                let tail = tail_length(sequence);
                if sequence.len() < tail + MIN_BODY {
                    return 0;
                }
                tail
            }
        }
    }
}

/// The length of the poly-A tail: of the run of A at the end of a sequence, if it has at least
/// [`MIN_TAIL`] nucleotides, and otherwise 0.
pub fn tail_length(sequence: &Sequence) -> usize {
    let letters = sequence.as_bytes().iter().rev();
    let run = letters.take_while(|letter| **letter == b'A').count();
    if run >= MIN_TAIL { run } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn a_tail_is_a_run_of_at_least_four_a() {
        for (letters, tail) in [
            ("", 0),
            ("GAUUACA", 0),
            ("GAUUACAAA", 0),
            ("GAUUACAAAA", 4),
            ("AAAAAAGAUUACAAAAAAAA", 8),
            ("GAUUACAAAAU", 0),
            ("GAUUACAAAAN", 0),
        ] {
            assert_eq!(tail_length(&rna(letters)), tail, "{letters}");
            assert_eq!(PolyA::Keep.cut_length(&rna(letters)), 0);
            assert_eq!(PolyA::Cut.cut_length(&rna(letters)), tail, "{letters}");
        }
    }

    #[test]
    fn a_tail_that_is_nearly_everything_is_kept() {
        assert_eq!(PolyA::Cut.cut_length(&rna("AAAAAAAAAA")), 0);
        assert_eq!(PolyA::Cut.cut_length(&rna("GAUUAAAAAA")), 0);
        assert_eq!(PolyA::Cut.cut_length(&rna("GAUUCAAAAAA")), 6);
    }
}

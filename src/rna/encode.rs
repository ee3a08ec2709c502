//! Encodes an RNA for the network: its tokens under a fixed length, and its composition.

use super::composition::composition;
use super::kmer::Kmers;
use super::length::{FixedLength, ReadRange};
use super::sequence::Sequence;

/// An RNA encoded for the network.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedRna {
    /// Padding tokens, then the tokens of the k-mers that are read.
    pub tokens: Vec<u32>,
    /// The number of padding tokens at the start.
    pub padding: usize,
    /// The part of the RNA that is read.
    pub read_range: ReadRange,
    /// The [`composition()`] of the whole sequence, not only of the part that is read.
    pub composition: Vec<f32>,
}

/// Pads or cuts a sequence to its fixed length and encodes its k-mers.
///
/// Padding before the sequence is read by the LSTM and masked in attention. Padding after the
/// sequence is left out. It would change nothing, because it cannot affect the earlier states of
/// an LSTM and attention masks it.
pub fn encode(kmers: &Kmers, length: &FixedLength, sequence: &Sequence) -> EncodedRna {
    let read_range = length.read_range(sequence.len());
    let read = kmers.tokens_in(sequence, read_range.start..read_range.end);
    let padding = if read_range.pad_before > 0 {
        kmers.count(length.length) - read.len()
    } else {
        0
    };
    let mut tokens = vec![kmers.padding(); padding];
    tokens.extend(read);
    EncodedRna {
        tokens,
        padding,
        read_range,
        composition: composition(sequence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::length::LengthSetting;
    use crate::rna::sequence::tests::rna;

    fn kmers(k: usize, stride: usize) -> Kmers {
        Kmers::new(k, stride).unwrap()
    }

    fn encoded(setting: LengthSetting, length: usize, sequence: &str) -> EncodedRna {
        encode(
            &kmers(2, 1),
            &FixedLength { setting, length },
            &rna(sequence),
        )
    }

    #[test]
    fn padding_before_is_kept_and_padding_after_is_left_out() {
        let before = encoded(LengthSetting::StartMax, 6, "ACGU");
        assert_eq!(before.tokens, [17, 17, 1, 6, 11]);
        assert_eq!(before.padding, 2);
        let after = encoded(LengthSetting::EndMax, 6, "ACGU");
        assert_eq!(after.tokens, [1, 6, 11]);
        assert_eq!((after.padding, after.read_range.pad_after), (0, 2));
    }

    #[test]
    fn the_setting_decides_which_end_is_cut() {
        assert_eq!(encoded(LengthSetting::StartMin, 2, "ACGU").tokens, [11]);
        assert_eq!(encoded(LengthSetting::EndMin, 2, "ACGU").tokens, [1]);
        let start = encoded(LengthSetting::StartAverage, 3, "ACGU");
        assert_eq!((start.tokens, start.padding), (vec![6, 11], 0));
    }

    #[test]
    fn sequences_shorter_than_k_have_no_kmer() {
        let before = encoded(LengthSetting::StartMax, 4, "A");
        assert_eq!((before.tokens, before.padding), (vec![17; 3], 3));
        assert!(encoded(LengthSetting::EndMax, 4, "A").tokens.is_empty());
    }

    #[test]
    fn with_padding_before_every_rna_has_the_same_number_of_tokens() {
        for (k, stride) in [(1, 1), (2, 2), (3, 3), (5, 2)] {
            let kmers = kmers(k, stride);
            let (setting, length) = (LengthSetting::StartMax, 20);
            let fixed = FixedLength { setting, length };
            for n in 1..=30 {
                let tokens = encode(&kmers, &fixed, &rna(&"G".repeat(n))).tokens;
                assert_eq!(tokens.len(), kmers.count(20));
            }
        }
    }
}

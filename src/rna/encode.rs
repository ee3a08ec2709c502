//! Encodes an RNA for the network: the tokens that it reads, and the features that join them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

use super::composition::{COMPOSITION_SIZE, composition};
use super::kmer::Kmers;
use super::length::FixedLength;
use super::message::{MessageRegions, PolyA, REGION_FEATURES, region_features};
use super::read_ranges::ReadRanges;
use super::sequence::Sequence;

/// Which part of an RNA is read, if it is longer than the fixed length.
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
pub enum Reading {
    /// One end, as the length setting says (Table 3).
    #[default]
    OneEnd,
    /// The surroundings of the start codon and of the stop codon, in the reading frame; half of the
    /// fixed length each. This is for messenger RNAs.
    StartAndStopCodon,
}

/// The numbers that describe a whole RNA and can join what the network reads of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeatureSet {
    /// The [`composition()`].
    #[default]
    Composition,
    /// The [`region_features`] of a messenger RNA, which begin with its composition.
    Regions,
}

impl FeatureSet {
    /// The number of features.
    pub fn size(self) -> usize {
        match self {
            Self::Composition => COMPOSITION_SIZE,
            Self::Regions => REGION_FEATURES,
        }
    }
}

/// An RNA encoded for the network.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedRna {
    /// Padding tokens, then the tokens of the k-mers that are read, part by part.
    pub tokens: Vec<u32>,
    /// The number of padding tokens at the start.
    pub padding: usize,
    /// The parts of the RNA that are read.
    pub read: ReadRanges,
    /// The features of the whole RNA without a tail that was cut, not only of what is read.
    pub features: Vec<f32>,
    /// The number of nucleotides of a poly-A tail that was cut.
    pub tail: usize,
    /// The regions of the RNA, if they were looked for.
    pub regions: Option<MessageRegions>,
}

/// Encodes RNAs for one network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoder {
    /// The k-mers.
    pub kmers: Kmers,
    /// The length to which every RNA is padded or cut.
    pub length: FixedLength,
    /// What is done with a poly-A tail.
    pub poly_a: PolyA,
    /// Which part of a longer RNA is read.
    pub reading: Reading,
    /// The features.
    pub features: FeatureSet,
}

impl Encoder {
    /// An encoder that reads k-mers as the paper does: one end, with the tail.
    pub fn new(kmers: Kmers, length: FixedLength) -> Self {
        Self {
            kmers,
            length,
            poly_a: PolyA::Keep,
            reading: Reading::OneEnd,
            features: FeatureSet::Composition,
        }
    }

    /// The sequence without a tail that is cut.
    pub fn without_tail<'a>(&self, sequence: &'a Sequence) -> Cow<'a, Sequence> {
        match self.poly_a.cut_length(sequence) {
            0 => Cow::Borrowed(sequence),
            tail => Cow::Owned(sequence.prefix(sequence.len() - tail)),
        }
    }

    /// Encodes an RNA: cuts its tail, chooses what is read, pads it, and computes the features.
    ///
    /// Padding before the sequence is read by the LSTM and masked in attention. Padding after the
    /// sequence is left out. It would change nothing, because it cannot affect the earlier states of
    /// an LSTM and attention masks it.
    pub fn encode(&self, sequence: &Sequence) -> EncodedRna {
        let body = self.without_tail(sequence);
        let regions = self.needs_regions().then(|| MessageRegions::find(&body));
        let (read, pad_before) = self.read(&body, regions.as_ref());
        let parts = read.iter().map(|range| self.kmers.tokens_in(&body, range));
        let own: Vec<u32> = parts.flatten().collect();
        let padding = if pad_before > 0 {
            self.kmers.count(self.length.length) - own.len()
        } else {
            0
        };
        let mut tokens = vec![self.kmers.padding(); padding];
        tokens.extend(own);
        EncodedRna {
            tokens,
            padding,
            read,
            features: match (self.features, &regions) {
                (FeatureSet::Regions, Some(regions)) => region_features(&body, regions),
                _ => composition(&body),
            },
            tail: sequence.len() - body.len(),
            regions,
        }
    }

    fn needs_regions(&self) -> bool {
        self.features == FeatureSet::Regions || self.reading == Reading::StartAndStopCodon
    }

    /// The parts that are read, and the nucleotides of padding before them.
    fn read(&self, body: &Sequence, regions: Option<&MessageRegions>) -> (ReadRanges, usize) {
        match (self.reading, regions) {
            (Reading::StartAndStopCodon, Some(regions)) => (self.codon_windows(regions), 0),
            _ => {
                let range = self.length.read_range(body.len());
                (ReadRanges::one(range.start..range.end), range.pad_before)
            }
        }
    }

    /// The windows around the start codon and the stop codon, in the reading frame, each of half the
    /// fixed length; the whole RNA if it is not longer.
    ///
    /// A fifth of the first window is before the start codon, and the second one has the stop codon
    /// in its middle, as far as the RNA reaches. Without a start codon, both ends are read.
    fn codon_windows(&self, regions: &MessageRegions) -> ReadRanges {
        let (start, length) = (regions.coding.start, regions.length);
        // The nearest place at or before `position` where a k-mer of the frame starts.
        let in_frame = |position: usize| {
            let (stride, frame) = (self.kmers.stride(), start % self.kmers.stride());
            position - (position + stride - frame) % stride.max(1)
        };
        let first = start % self.kmers.stride();
        if length <= self.length.length {
            let has_kmer = self.kmers.count(length - first.min(length)) > 0;
            return ReadRanges::one(if has_kmer { first } else { 0 }..length);
        }
        let width = self.length.length / 2;
        let window = |from: usize| {
            let from = in_frame(from.min(length - width).max(first));
            from..from + width
        };
        let stop = if regions.has_start() {
            regions.translation_end()
        } else {
            length
        };
        ReadRanges::two(
            window(start.saturating_sub(width / 5)),
            window(stop.saturating_sub(width / 2)),
        )
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

    fn encoder(kmers: Kmers, setting: LengthSetting, length: usize) -> Encoder {
        Encoder::new(kmers, FixedLength { setting, length })
    }

    fn encoded(setting: LengthSetting, length: usize, sequence: &str) -> EncodedRna {
        encoder(kmers(2, 1), setting, length).encode(&rna(sequence))
    }

    #[test]
    fn padding_before_is_kept_and_padding_after_is_left_out() {
        let before = encoded(LengthSetting::StartMax, 6, "ACGU");
        assert_eq!(before.tokens, [17, 17, 1, 6, 11]);
        assert_eq!(before.padding, 2);
        let after = encoded(LengthSetting::EndMax, 6, "ACGU");
        assert_eq!(after.tokens, [1, 6, 11]);
        assert_eq!(after.padding, 0);
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
            let encoder = encoder(kmers, LengthSetting::StartMax, 20);
            for n in 1..=30 {
                let tokens = encoder.encode(&rna(&"G".repeat(n))).tokens;
                assert_eq!(tokens.len(), kmers.count(20));
            }
        }
    }

    #[test]
    fn a_tail_is_neither_read_nor_counted() {
        let with_tail = rna("GCGUACCGUAAAAAA");
        for reading in [Reading::OneEnd, Reading::StartAndStopCodon] {
            let cutting = Encoder {
                poly_a: PolyA::Cut,
                reading,
                features: FeatureSet::Regions,
                ..encoder(kmers(3, 1), LengthSetting::StartMax, 6)
            };
            let cut = cutting.encode(&with_tail);
            let without = cutting.encode(&rna("GCGUACCGU"));
            assert_eq!(cut.tail, 6);
            let same = EncodedRna { tail: 0, ..cut };
            assert_eq!(same, without);
        }
        let kept = encoded(LengthSetting::StartMax, 6, "GCGUACCGUAAAAAA");
        assert_eq!((kept.tail, kept.tokens), (0, vec![0; 5]));
    }

    /// A message with 30 nucleotides before the start codon, `codons` of coding sequence with its
    /// stop codon, and 60 nucleotides after it.
    fn message(codons: usize) -> String {
        let coding = format!("AUG{}UAA", "GCC".repeat(codons - 2));
        format!("{}{coding}{}", "C".repeat(30), "G".repeat(60))
    }

    fn codon_ranges(k: usize, length: usize, sequence: &str) -> Vec<[usize; 2]> {
        let encoder = Encoder {
            reading: Reading::StartAndStopCodon,
            ..encoder(kmers(k, k.min(3)), LengthSetting::EndMax, length)
        };
        let encoded = encoder.encode(&rna(sequence));
        let kmers = encoded.read.iter().map(|r| encoder.kmers.count(r.len()));
        assert_eq!(encoded.tokens.len(), kmers.sum::<usize>());
        encoded
            .read
            .iter()
            .map(|part| [part.start, part.end])
            .collect()
    }

    #[test]
    fn windows_lie_in_the_frame_around_the_start_and_stop_codon() {
        // Start codon at 30, stop codon at 327.
        let long = message(100);
        assert_eq!(codon_ranges(3, 120, &long), [[18, 78], [297, 357]]);
        // One nucleotide more before the start codon moves both.
        let moved = format!("C{long}");
        assert_eq!(codon_ranges(3, 120, &moved), [[19, 79], [298, 358]]);
        // Near the ends, the windows keep their width.
        assert_eq!(codon_ranges(3, 300, &long), [[0, 150], [240, 390]]);
    }

    #[test]
    fn windows_that_meet_are_one_part_and_short_messages_are_read_completely() {
        assert_eq!(codon_ranges(3, 120, &message(12)), [[18, 93]]);
        assert_eq!(codon_ranges(3, 600, &message(12)), [[0, 126]]);
        assert_eq!(
            codon_ranges(3, 600, &format!("C{}", message(12))),
            [[1, 127]]
        );
        assert_eq!(codon_ranges(5, 600, "GAUGC"), [[0, 5]]);
    }

    #[test]
    fn without_a_start_codon_both_ends_are_read() {
        let ranges = codon_ranges(3, 60, &"GCC".repeat(100));
        assert_eq!(ranges, [[0, 30], [270, 300]]);
        assert!(codon_ranges(3, 60, "").is_empty());
    }
}

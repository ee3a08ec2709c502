//! Attention per nucleotide, computed from attention per k-mer.

use crate::network::Inference;
use crate::rna::{EncodedRna, Kmers, MessageRegions, ReadRanges};

/// Attention is even if no k-mer has more than this multiple of uniform attention, and none less
/// than uniform attention divided by it.
///
/// The value is a choice: a picture scaled to its own highest weight shows a difference of this
/// size as if it were a peak, although it says nothing about where the network looked.
const EVEN_WITHIN: f32 = 1.5;

/// One attention head, with its weights for one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionHead {
    /// The compartment that it belongs to; `None` if all compartments share it.
    pub compartment: Option<usize>,
    /// One weight per nucleotide of the whole RNA, with sum 1; 0 for nucleotides that were not read.
    pub weights: Vec<f32>,
    /// Whether no k-mer stands out, so that the weights differ by little; see [`is_even`].
    pub is_even: bool,
}

/// Whether every one of these k-mers has nearly uniform attention: from 2/3 to 1.5 times as much.
///
/// K-mers are compared, because nucleotides at the ends of a read range belong to fewer k-mers and
/// so get less weight even if all k-mers have the same.
pub fn is_even(kmer_weights: &[f32]) -> bool {
    let uniform = 1.0 / kmer_weights.len() as f32;
    let range = uniform / EVEN_WITHIN..=uniform * EVEN_WITHIN;
    kmer_weights.iter().all(|weight| range.contains(weight))
}

/// The attention of the network over one RNA, with its probabilities.
///
/// Attention shows where the network looked, not why: a large weight does not mean that a
/// nucleotide decides anything.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The length of the RNA in nucleotides.
    pub length: usize,
    /// The probability of every compartment.
    pub probabilities: Vec<f32>,
    /// One head for all compartments, or one for each.
    pub heads: Vec<AttentionHead>,
    /// The parts of the RNA that were read.
    pub read: ReadRanges,
    /// The number of nucleotides of a poly-A tail that was cut.
    pub tail: usize,
    /// The regions of the RNA, if the model looks for them.
    pub regions: Option<MessageRegions>,
    /// A sentence about which part of the RNA was read; `None` if it was read completely.
    pub cut_description: Option<String>,
}

impl Explanation {
    /// The head of a compartment, or the one that all compartments share.
    pub fn head(&self, compartment: usize) -> Option<&AttentionHead> {
        let matches = |head: &&AttentionHead| head.compartment.is_none_or(|c| c == compartment);
        self.heads.iter().find(matches)
    }

    /// Distributes the weight of each k-mer evenly over its k nucleotides. `length` is the length
    /// of the whole RNA; `encoded` and `inference` belong to the part that was read.
    pub fn new(kmers: &Kmers, encoded: &EncodedRna, inference: Inference, length: usize) -> Self {
        let shared = inference.heads == 1;
        let heads = inference
            .attention_of_heads()
            .enumerate()
            .map(|(head, weights)| AttentionHead {
                compartment: (!shared).then_some(head),
                weights: encoded.read.to_nucleotides(kmers, weights, length),
                is_even: is_even(weights),
            })
            .collect();
        Self {
            length,
            probabilities: inference.probabilities,
            heads,
            read: encoded.read.clone(),
            tail: encoded.tail,
            regions: encoded.regions.clone(),
            cut_description: encoded.read.describe(length - encoded.tail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;
    use crate::rna::{Encoder, FixedLength, LengthSetting};

    #[test]
    fn attention_is_even_if_no_kmer_stands_out() {
        assert!(is_even(&[0.25; 4]));
        assert!(is_even(&[0.2, 0.3, 0.25, 0.25]));
        assert!(!is_even(&[0.2, 0.2, 0.2, 0.4]), "one has 1.6 times as much");
        assert!(!is_even(&[0.1, 0.3, 0.3, 0.3]), "one has 0.4 times as much");
    }

    #[test]
    fn weights_are_on_the_nucleotides_that_were_read() {
        let kmers = Kmers::new(2, 2).unwrap();
        let fixed = FixedLength {
            setting: LengthSetting::StartMin,
            length: 4,
        };
        let encoded = Encoder::new(kmers, fixed).encode(&rna("GGACGU"));
        let inference = Inference {
            probabilities: vec![1.0],
            heads: 1,
            attention: vec![0.25, 0.75],
        };
        let explanation = Explanation::new(&kmers, &encoded, inference, 6);
        assert_eq!(
            explanation.heads[0].weights,
            [0.0, 0.0, 0.125, 0.125, 0.375, 0.375]
        );
        assert_eq!(explanation.heads[0].compartment, None);
        assert!(!explanation.heads[0].is_even);
        assert!(
            explanation.cut_description.is_some(),
            "two nucleotides were cut"
        );
    }
}

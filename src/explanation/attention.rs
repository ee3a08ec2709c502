//! Attention over k-mers as attention over nucleotides.

use std::ops::Range;

use crate::network::Inference;
use crate::rna::{EncodedRna, Kmers};

/// One attention map of one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionHead {
    /// Index of the compartment it belongs to; none where all compartments share it.
    pub compartment: Option<usize>,
    /// One weight per nucleotide of the whole RNA; sums to 1. What was cut away has 0.
    pub weights: Vec<f32>,
}

/// What the network attended to in one RNA.
///
/// Attention says where the network looked, not why: a large weight does not mean that a
/// nucleotide alone decides anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Nucleotides of the RNA.
    pub length: usize,
    /// Probability of every compartment.
    pub probabilities: Vec<f32>,
    /// One map, or one per compartment.
    pub heads: Vec<AttentionHead>,
    /// The nucleotides read, from 0, end-exclusive.
    pub read: Range<usize>,
    /// What part of the RNA was read, in words; none where all of it was.
    pub window: Option<String>,
}

impl Explanation {
    /// The map of a compartment: its own, or the one all share.
    pub fn head_of(&self, compartment: usize) -> Option<&AttentionHead> {
        let own = |head: &&AttentionHead| head.compartment.is_none_or(|c| c == compartment);
        self.heads.iter().find(own)
    }

    /// Spreads each k-mer's weight over its k nucleotides in equal shares. `length` is the whole
    /// RNA's; `encoded` and `answer` are of its window.
    pub fn new(kmers: &Kmers, encoded: &EncodedRna, inference: Inference, length: usize) -> Self {
        let shared = inference.attention.len() == 1;
        let heads = inference
            .attention
            .iter()
            .enumerate()
            .map(|(head, weights)| AttentionHead {
                compartment: (!shared).then_some(head),
                weights: kmers.to_nucleotides(weights, encoded.read_range.start, length),
            })
            .collect();
        let window = encoded.read_range.describe(length);
        Self {
            length,
            probabilities: inference.probabilities,
            heads,
            read: encoded.read_range.start..encoded.read_range.end,
            window,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::rna::{FixedLength, LengthSetting, encode};

    #[test]
    fn weights_land_on_the_nucleotides_read_and_sum_to_one() {
        let kmers = Kmers::new(2, 2).unwrap();
        let fixed = FixedLength {
            setting: LengthSetting::StartMin,
            length: 4,
        };
        let encoded = encode(&kmers, &fixed, b"GGACGU");
        let inference = Inference {
            probabilities: vec![1.0],
            attention: vec![vec![0.25, 0.75]],
        };
        let explanation = Explanation::new(&kmers, &encoded, inference, 6);
        assert_eq!(
            explanation.heads[0].weights,
            [0.0, 0.0, 0.125, 0.125, 0.375, 0.375]
        );
        assert_eq!(explanation.heads[0].compartment, None);
        assert!(explanation.window.is_some(), "two nucleotides were cut");
    }
}

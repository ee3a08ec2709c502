//! Attention per nucleotide, computed from attention per k-mer.

use crate::network::Inference;
use crate::rna::{EncodedRna, Kmers, MessageRegions, ReadRanges};

/// One attention head, with its weights for one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct AttentionHead {
    /// The compartment that it belongs to; `None` if all compartments share it.
    pub compartment: Option<usize>,
    /// One weight per nucleotide of the whole RNA, with sum 1; 0 for nucleotides that were not read.
    pub weights: Vec<f32>,
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
        assert!(
            explanation.cut_description.is_some(),
            "two nucleotides were cut"
        );
    }
}

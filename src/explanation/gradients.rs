//! Integrated gradients (Sundararajan, Taly and Yan 2017): the contribution of each nucleotide to
//! the score of a compartment, which is the network's output before softmax or sigmoid.
//!
//! The path leads from an empty input to the RNA. In the empty input, all k-mer vectors are 0, like
//! those that k-mer dropout removes in training. At each point of the path, the k-mer vectors are
//! multiplied by a factor alpha. The contribution of a k-mer is its vector times the gradient,
//! integrated along the path by the midpoint rule. So the sum of all contributions is approximately
//! the change of the score along the path.
//!
//! The contribution of a k-mer is distributed evenly over its nucleotides, like its attention.
//! Padding before the RNA is read like k-mers; its contribution is reported separately. The
//! features of the whole RNA, if the model joins them, are the same along the whole path.

use std::ops::Range;

use crate::rna::{EncodedRna, Kmers};

/// The number of points of the path. Each of them can be computed alone.
///
/// For RNAs like those that the shipped models were trained on, the sum of the contributions
/// usually differs from the change of the score by less than 0.1 %, and at most by 2 %. For much
/// longer RNAs, whose score may jump within a hundredth of the path, it differs by about 5 %.
/// [`IntegratedGradients::describe`] reports both numbers.
pub const PATH_POINTS: usize = 64;

/// The factor alpha at a point of the path, between 0 and 1.
pub fn alpha(point: usize) -> f32 {
    (point as f32 + 0.5) / PATH_POINTS as f32
}

/// The contributions for one RNA, summed over some or all points of the path.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IntegratedGradients {
    /// The points that were computed.
    pub points: Range<usize>,
    /// One contribution per nucleotide of the whole RNA; 0 for nucleotides that were not read.
    pub nucleotides: Vec<f32>,
    /// The contribution of the padding before the RNA.
    pub padding: f32,
    /// The scores of the empty input and of the RNA. They are present only in the result that
    /// contains point 0.
    pub end_scores: Option<[f32; 2]>,
}

impl IntegratedGradients {
    /// Converts gradients to contributions. `input_gradients` has the gradient of every token,
    /// summed over `points`. `length` is the length of the whole RNA.
    pub fn new(
        kmers: &Kmers,
        encoded: &EncodedRna,
        length: usize,
        points: Range<usize>,
        input_gradients: &[f32],
    ) -> Self {
        let mean: Vec<f32> = input_gradients
            .iter()
            .map(|gradient| gradient / PATH_POINTS as f32)
            .collect();
        let (padding, kmer_values) = mean.split_at(encoded.padding.min(mean.len()));
        Self {
            points,
            nucleotides: encoded.read.to_nucleotides(kmers, kmer_values, length),
            padding: padding.iter().sum(),
            end_scores: None,
        }
    }

    /// The sum of all contributions, including the contribution of padding.
    pub fn sum(&self) -> f32 {
        self.padding + self.nucleotides.iter().sum::<f32>()
    }

    /// Describes the result of all points: the change of the score and the sum of the
    /// contributions.
    pub fn describe(&self, compartment: &str) -> String {
        let [empty, complete] = self.end_scores.unwrap_or([f32::NAN; 2]);
        let (change, nucleotides) = (complete - empty, self.sum() - self.padding);
        let padding = if self.padding.abs() < 5e-4 {
            String::new()
        } else {
            format!(" and padding {:.3}", self.padding)
        };
        format!(
            "The score of {compartment} is {complete:.3}, and {empty:.3} for an empty input. Of the \
             difference of {change:.3}, the nucleotides contribute {nucleotides:.3}{padding}."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;
    use crate::rna::{Encoder, FixedLength, LengthSetting};

    fn encoded(setting: LengthSetting, length: usize) -> (Kmers, EncodedRna) {
        let kmers = Kmers::new(2, 2).unwrap();
        let encoder = Encoder::new(kmers, FixedLength { setting, length });
        let encoded = encoder.encode(&rna("GGACGU"));
        (kmers, encoded)
    }

    #[test]
    fn nucleotides_that_were_cut_contribute_nothing() {
        let (kmers, encoded) = encoded(LengthSetting::StartMin, 4);
        let input_gradients = [PATH_POINTS as f32, -2.0 * PATH_POINTS as f32];
        let result =
            IntegratedGradients::new(&kmers, &encoded, 6, 0..PATH_POINTS, &input_gradients);
        assert_eq!(result.nucleotides, [0.0, 0.0, 0.5, 0.5, -1.0, -1.0]);
        assert_eq!((result.padding, result.sum()), (0.0, -1.0));
    }

    #[test]
    fn padding_has_its_own_contribution() {
        let (kmers, encoded) = encoded(LengthSetting::StartMax, 8);
        assert_eq!(encoded.padding, 1);
        let input_gradients = [1.0, 2.0, 4.0, 8.0].map(|gradient| gradient * PATH_POINTS as f32);
        let result =
            IntegratedGradients::new(&kmers, &encoded, 6, 0..PATH_POINTS, &input_gradients);
        assert_eq!(result.nucleotides, [1.0, 1.0, 2.0, 2.0, 4.0, 4.0]);
        assert_eq!((result.padding, result.sum()), (1.0, 15.0));
        let result = IntegratedGradients {
            end_scores: Some([-5.0, 10.0]),
            ..result
        };
        assert_eq!(
            result.describe("Nucleus"),
            "The score of Nucleus is 10.000, and -5.000 for an empty input. Of the difference of \
             15.000, the nucleotides contribute 14.000 and padding 1.000."
        );
    }

    #[test]
    fn points_are_evenly_spaced_between_0_and_1() {
        let all: Vec<f32> = (0..PATH_POINTS).map(alpha).collect();
        assert_eq!(all[0], 1.0 - all[PATH_POINTS - 1]);
        assert_eq!(all.iter().sum::<f32>(), PATH_POINTS as f32 / 2.0);
    }
}

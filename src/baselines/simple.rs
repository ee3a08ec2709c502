//! Baselines that know the frequencies or the length only. They are reported next to every result,
//! so that a model which learned only these is recognised.

use std::cmp::Ordering;

use crate::dataset::Labels;
use crate::metrics::{MetricsError, compartments, same_count};

/// Number of neighbours that [`LengthOnly`] uses.
pub const NEIGHBOURS: usize = 31;

/// The training frequencies of the compartments, the same for every sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    frequencies: Vec<f32>,
}

impl Prior {
    /// Counts the training labels.
    ///
    /// # Errors
    /// There are no labels.
    pub fn fit(truth: &Labels) -> Result<Self, MetricsError> {
        compartments(truth)?;
        Ok(Prior {
            frequencies: frequencies(truth),
        })
    }

    /// The scores of any sample, one per compartment, 0 to 1.
    pub fn scores(&self) -> Vec<f32> {
        self.frequencies.clone()
    }
}

/// The frequencies of the compartments among the [`NEIGHBOURS`] training samples that are nearest
/// in length, by the difference of the logarithms.
#[derive(Clone, Debug, PartialEq)]
pub struct LengthOnly {
    lengths: Vec<usize>,
    truth: Labels,
}

impl LengthOnly {
    /// Stores the training lengths, in nucleotides, and the labels.
    ///
    /// # Errors
    /// There are no labels, or not one length per sample.
    pub fn fit(lengths: &[usize], truth: &Labels) -> Result<Self, MetricsError> {
        compartments(truth)?;
        same_count("lengths", lengths.len(), truth)?;
        Ok(LengthOnly {
            lengths: lengths.to_vec(),
            truth: truth.clone(),
        })
    }

    /// The scores of a sample of this length, one per compartment, 0 to 1. All samples that are as
    /// near as the last neighbour count too. If there are fewer training samples than
    /// [`NEIGHBOURS`], all of them count.
    pub fn scores(&self, length: usize) -> Vec<f32> {
        let distance: Vec<LengthRatio> = self
            .lengths
            .iter()
            .map(|&l| LengthRatio::new(l, length))
            .collect();
        let mut sorted = distance.clone();
        sorted.sort();
        let last = sorted.get(NEIGHBOURS - 1).or(sorted.last());
        let is_near = |sample: &usize| Some(&distance[*sample]) <= last;
        let near: Vec<usize> = (0..distance.len()).filter(is_near).collect();
        frequencies(&self.truth.select(&near))
    }
}

/// The share of the rows that have each label.
fn frequencies(labels: &Labels) -> Vec<f32> {
    let counts = labels.counts().into_iter();
    counts.map(|n| n as f32 / labels.len() as f32).collect()
}

/// The longer length divided by the shorter one, which is ordered as |log a - log b|. It is kept as
/// a fraction, so that equal distances are equal on every machine (10 and 40 from 20).
#[derive(Clone, Copy, Debug)]
struct LengthRatio {
    longer: u128,
    shorter: u128,
}

impl LengthRatio {
    fn new(a: usize, b: usize) -> Self {
        // An empty sequence has no logarithm; it counts as length 1.
        let (a, b) = (a.max(1) as u128, b.max(1) as u128);
        LengthRatio {
            longer: a.max(b),
            shorter: a.min(b),
        }
    }
}

impl Ord for LengthRatio {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.longer * other.shorter).cmp(&(other.longer * self.shorter))
    }
}

impl PartialOrd for LengthRatio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for LengthRatio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for LengthRatio {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn prior_is_the_training_frequency() {
        let truth = table([[true, false], [true, true], [false, false], [true, false]]);
        assert_eq!(Prior::fit(&truth).unwrap().scores(), [0.75, 0.25]);
        assert_eq!(Prior::fit(&Labels::default()), Err(MetricsError::Empty));
    }

    #[test]
    fn scores_come_from_the_nearest_lengths() {
        // 40 short RNAs in the first compartment and 40 long ones in the second.
        let lengths: Vec<usize> = (20..60).chain(2000..2040).collect();
        let truth = table(lengths.iter().map(|&l| [l < 100, l >= 100]));
        let model = LengthOnly::fit(&lengths, &truth).unwrap();
        assert_eq!(model.scores(25), [1.0, 0.0]);
        assert_eq!(model.scores(1900), [0.0, 1.0]);
        assert_eq!(model.scores(0), [1.0, 0.0]);
    }

    #[test]
    fn distance_is_logarithmic_and_all_ties_count() {
        // From 20: 30 samples at 20; then 10 and 40 tie for the 31st place; 80 is too far.
        let mut lengths = vec![20; 30];
        lengths.extend([10, 40, 80]);
        let truth = table((0..33).map(|i| [i == 30, i == 31, i == 32]));
        let model = LengthOnly::fit(&lengths, &truth).unwrap();
        assert_eq!(model.scores(20), [1.0 / 32.0, 1.0 / 32.0, 0.0]);
    }

    #[test]
    fn all_of_a_few_samples_count() {
        let truth = table([[true], [false]]);
        let model = LengthOnly::fit(&[10, 1000], &truth).unwrap();
        assert_eq!(model.scores(10), [0.5]);
        assert!(matches!(
            LengthOnly::fit(&[10], &truth),
            Err(MetricsError::RowCount {
                what: "lengths",
                ..
            })
        ));
    }
}

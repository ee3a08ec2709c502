//! Average precision and AUROC of one compartment against the rest.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

use super::{MetricsError, Scores, same_shape};
use crate::dataset::Labels;

/// The metrics of one compartment against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentMetrics {
    /// Number of samples that have this label.
    pub support: usize,
    /// Average precision over the samples ranked by score: the area under the precision-recall
    /// steps, in which tied samples enter together. `None` without positives.
    pub average_precision: Option<f64>,
    /// Area under the ROC curve; ties count half. `None` unless both classes are present.
    pub auroc: Option<f64>,
}

/// Support, average precision and AUROC of each compartment, in the order of the columns.
///
/// # Errors
/// There are no samples, or scores and labels do not have the same shape.
pub fn per_compartment(
    scores: &Scores,
    truth: &Labels,
) -> Result<Vec<CompartmentMetrics>, MetricsError> {
    let width = same_shape("scores", scores, truth)?;
    let measure = |c| {
        let compartment_scores = compartment_scores(scores, truth, c);
        CompartmentMetrics {
            support: compartment_scores.positives,
            average_precision: compartment_scores.average_precision(),
            auroc: compartment_scores.auroc(),
        }
    };
    Ok((0..width).map(measure).collect())
}

/// The samples of one compartment, grouped by equal score, highest score first.
pub(super) struct CompartmentScores {
    /// Number of positives and of negatives at each distinct score.
    pub(super) groups: Vec<(usize, usize)>,
    pub(super) positives: usize,
    pub(super) negatives: usize,
}

pub(super) fn compartment_scores(
    scores: &Scores,
    truth: &Labels,
    compartment: usize,
) -> CompartmentScores {
    let pairs = scores.iter().zip(truth);
    let mut sorted: Vec<(f32, bool)> = pairs
        .map(|(s, t)| (s[compartment], t[compartment]))
        .collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    // Compared with `==`, not by total order, because -0 and 0 are the same score.
    let groups: Vec<(usize, usize)> = sorted
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| {
            let positives = group.iter().filter(|(_, t)| *t).count();
            (positives, group.len() - positives)
        })
        .collect();
    CompartmentScores {
        positives: groups.iter().map(|g| g.0).sum(),
        negatives: groups.iter().map(|g| g.1).sum(),
        groups,
    }
}

impl CompartmentScores {
    /// Area under the ROC curve; see [`auroc`].
    pub(super) fn auroc(&self) -> Option<f64> {
        auroc(self.groups.iter().map(|&(p, n)| (p as f64, n as f64)))
    }

    /// Sum over the distinct scores of (recall gained) · (precision at this score).
    fn average_precision(&self) -> Option<f64> {
        let (mut hits, mut seen, mut area) = (0, 0, 0.0);
        for &(positives, negatives) in &self.groups {
            hits += positives;
            seen += positives + negatives;
            area += (positives * hits) as f64 / seen as f64;
        }
        (self.positives > 0).then(|| area / self.positives as f64)
    }
}

/// Area under the ROC curve: the share of (positive, negative) pairs in which the positive has the
/// higher score; ties count half. `groups` has the weights of the positives and of the negatives at
/// each distinct score, highest score first. `None` unless both classes have weight.
pub(super) fn auroc(groups: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    Pairs::count(groups).won_share()
}

/// Pairs of a positive and a negative RNA, by weight.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pairs {
    /// Those in which the positive has the higher score; ties count half.
    won: f64,
    all: f64,
}

impl Pairs {
    /// Counts the pairs of the groups that [`auroc`] takes.
    pub(crate) fn count(groups: impl Iterator<Item = (f64, f64)>) -> Self {
        let (mut positives, mut negatives, mut won) = (0.0, 0.0, 0.0);
        for (group_positives, group_negatives) in groups {
            // A negative loses to all positives above it, and ties with those of the same score.
            won += group_negatives * (positives + group_positives / 2.0);
            positives += group_positives;
            negatives += group_negatives;
        }
        let all = positives * negatives;
        Self { won, all }
    }

    /// The share of the pairs that are won; `None` if there are none.
    pub(crate) fn won_share(self) -> Option<f64> {
        (self.all > 0.0).then(|| self.won / self.all)
    }
}

impl Sum for Pairs {
    fn sum<I: Iterator<Item = Self>>(pairs: I) -> Self {
        let add = |a: Self, b: Self| Self {
            won: a.won + b.won,
            all: a.all + b.all,
        };
        pairs.fold(Self::default(), add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn metrics_match_values_by_hand() {
        let scores = table([[0.9, 0.1], [0.5, 0.1], [0.5, 0.1], [0.1, 0.1]]);
        let truth = table([true, false, true, false].map(|t| [t, false]));
        let rows = per_compartment(&scores, &truth).unwrap();
        assert_eq!(rows[0].support, 2);
        // 1 of 1; then both tied samples enter together: 2 of 3.
        assert!((rows[0].average_precision.unwrap() - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(rows[0].auroc, Some(0.875));
        let empty = CompartmentMetrics {
            support: 0,
            average_precision: None,
            auroc: None,
        };
        assert_eq!(rows[1], empty);
    }
}

//! One compartment against the rest: average precision and AUROC of a compartment_scores of scores.

use serde::{Deserialize, Serialize};

use super::{MetricsError, check_scores};

/// One compartment against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentMetrics {
    /// Number of samples found in this compartment.
    pub support: usize,
    /// Average precision over the samples ranked by score (area under the
    /// precision-recall steps, tied samples entering together). `None` without positives.
    pub average_precision: Option<f64>,
    /// Area under the ROC curve, ties half. `None` unless both classes are present.
    pub auroc: Option<f64>,
}

/// Support, average precision and AUROC of each compartment, in compartment_scores order.
///
/// # Errors
/// Empty or ragged input, or a NaN score.
pub fn per_compartment(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
) -> Result<Vec<CompartmentMetrics>, MetricsError> {
    let width = check_scores(scores, truth)?;
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

/// One compartment's samples, grouped by equal score, highest score first.
pub(super) struct CompartmentScores {
    /// Positives and negatives at each distinct score.
    pub(super) groups: Vec<(usize, usize)>,
    pub(super) positives: usize,
    pub(super) negatives: usize,
}

pub(super) fn compartment_scores(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
    compartment: usize,
) -> CompartmentScores {
    let pairs = scores.iter().zip(truth);
    let mut sorted: Vec<(f32, bool)> = pairs
        .map(|(s, t)| (s[compartment], t[compartment]))
        .collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    // `==`, not total order, decides equality: -0 and 0 are one score.
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
    /// Area under the ROC curve as the share of (positive, negative) pairs in
    /// which the positive scores higher, ties half.
    pub(super) fn auroc(&self) -> Option<f64> {
        let pairs = (self.positives * self.negatives) as f64;
        let (mut won, mut below) = (0.0, self.negatives as f64);
        for &(positives, negatives) in &self.groups {
            below -= negatives as f64;
            won += positives as f64 * (below + negatives as f64 / 2.0);
        }
        (pairs > 0.0).then(|| won / pairs)
    }

    /// Sum over the distinct scores of (recall gained) · (precision there).
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use super::*;

    #[test]
    fn compartment_by_compartment() {
        let scores = vec![
            vec![0.9, 0.1],
            vec![0.5, 0.1],
            vec![0.5, 0.1],
            vec![0.1, 0.1],
        ];
        let truth: Vec<Vec<bool>> = [true, false, true, false].map(|t| vec![t, false]).into();
        let rows = per_compartment(&scores, &truth).unwrap();
        assert_eq!(rows[0].support, 2);
        // 1 of 1, then both tied samples enter at once: 2 of 3.
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

//! ROC curves, one compartment against the rest (Fig. 9).

use serde::{Deserialize, Serialize};

use super::per_compartment::compartment_scores;
use super::{MetricsError, Scores, same_shape};
use crate::dataset::Labels;

/// One point of a ROC curve: what is called at some threshold. In files, it is a list of two
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct RocPoint {
    /// The share of the negatives that is called.
    pub false_positive_rate: f64,
    /// The share of the positives that is called.
    pub true_positive_rate: f64,
}

impl From<(f64, f64)> for RocPoint {
    fn from((false_positive_rate, true_positive_rate): (f64, f64)) -> Self {
        Self {
            false_positive_rate,
            true_positive_rate,
        }
    }
}

impl From<RocPoint> for (f64, f64) {
    fn from(point: RocPoint) -> Self {
        (point.false_positive_rate, point.true_positive_rate)
    }
}

/// The ROC curve of each compartment from (0, 0) to (1, 1), with one point for each distinct score;
/// tied samples enter together. `None` unless both classes are present. The area under the curve is
/// [`CompartmentMetrics::auroc`](super::CompartmentMetrics::auroc).
///
/// # Errors
/// There are no samples, or scores and labels do not have the same shape.
pub fn roc_curves(
    scores: &Scores,
    truth: &Labels,
) -> Result<Vec<Option<Vec<RocPoint>>>, MetricsError> {
    let width = same_shape("scores", scores, truth)?;
    Ok((0..width).map(|c| curve(scores, truth, c)).collect())
}

fn curve(scores: &Scores, truth: &Labels, c: usize) -> Option<Vec<RocPoint>> {
    let compartment_scores = compartment_scores(scores, truth, c);
    if compartment_scores.positives == 0 || compartment_scores.negatives == 0 {
        return None;
    }
    let point = |hits: usize, misses: usize| RocPoint {
        false_positive_rate: misses as f64 / compartment_scores.negatives as f64,
        true_positive_rate: hits as f64 / compartment_scores.positives as f64,
    };
    let mut points = vec![point(0, 0)];
    let (mut hits, mut misses) = (0, 0);
    for (positives, negatives) in &compartment_scores.groups {
        hits += positives;
        misses += negatives;
        points.push(point(hits, misses));
    }
    Some(points)
}

/// The two ends of a curve, and the points that are at least `apart` from the last one kept, on
/// either axis: enough to draw it.
pub fn downsampled(curve: &[RocPoint], apart: f64) -> Vec<RocPoint> {
    let mut kept: Vec<RocPoint> = Vec::new();
    for (i, point) in curve.iter().enumerate() {
        let far = kept.last().is_none_or(|last| {
            point.false_positive_rate - last.false_positive_rate >= apart
                || point.true_positive_rate - last.true_positive_rate >= apart
        });
        if far || i + 1 == curve.len() {
            kept.push(*point);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::metrics::per_compartment;

    /// The area by trapezoids.
    fn area(curve: &[RocPoint]) -> f64 {
        let strip = |pair: &[RocPoint]| {
            (pair[1].false_positive_rate - pair[0].false_positive_rate)
                * (pair[1].true_positive_rate + pair[0].true_positive_rate)
                / 2.0
        };
        curve.windows(2).map(strip).sum()
    }

    #[test]
    fn the_area_under_the_curve_is_auroc() {
        let rows = (0..40u16).map(|i| [f32::from(i * 7 % 11), f32::from(i * 3 % 40), 0.5]);
        let scores = table(rows);
        let truth = table((0..40).map(|i| [i % 3 == 0, i % 2 == 0, false]));
        let curves = roc_curves(&scores, &truth).unwrap();
        let rows = per_compartment(&scores, &truth).unwrap();
        for c in 0..2 {
            let curve = curves[c].as_ref().unwrap();
            assert!((area(curve) - rows[c].auroc.unwrap()).abs() < 1e-12);
            assert_eq!(curve[0].true_positive_rate, 0.0);
            assert_eq!(curve.last().unwrap().false_positive_rate, 1.0);
            let thin = downsampled(curve, 0.2);
            assert!(thin.len() < curve.len() && thin.last() == curve.last());
            assert!((area(&thin) - area(curve)).abs() < 0.1);
        }
        assert_eq!(curves[2], None);
    }
}

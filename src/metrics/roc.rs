//! ROC curves, one compartment against the rest (Fig. 9).

use serde::{Deserialize, Serialize};

use super::per_compartment::compartment_scores;
use super::{MetricsError, check_scores};

/// One point of a ROC curve: what is called at some threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// The share of the negatives that is called.
    pub false_positive_rate: f64,
    /// The share of the positives that is called.
    pub true_positive_rate: f64,
}

/// The ROC curve of each compartment from (0, 0) to (1, 1), with one point for each distinct score;
/// tied samples enter together. `None` unless both classes are present. Scores and labels are
/// `[samples, compartments]`. The area under the curve is
/// [`CompartmentMetrics::auroc`](super::CompartmentMetrics::auroc).
///
/// # Errors
/// The input is empty, its rows have different widths, or a score is NaN.
pub fn roc_curves(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
) -> Result<Vec<Option<Vec<RocPoint>>>, MetricsError> {
    let width = check_scores(scores, truth)?;
    Ok((0..width).map(|c| curve(scores, truth, c)).collect())
}

fn curve(scores: &[Vec<f32>], truth: &[Vec<bool>], c: usize) -> Option<Vec<RocPoint>> {
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
        let scores: Vec<Vec<f32>> = (0..40u16)
            .map(|i| vec![f32::from(i * 7 % 11), f32::from(i * 3 % 40), 0.5])
            .collect();
        let truth: Vec<Vec<bool>> = (0..40)
            .map(|i| vec![i % 3 == 0, i % 2 == 0, false])
            .collect();
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

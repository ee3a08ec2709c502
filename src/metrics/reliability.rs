//! Reliability of probabilities: of the predictions near 0.7, are seven in ten right?

use serde::{Deserialize, Serialize};

use super::{MetricsError, Scores, same_shape};
use crate::dataset::Labels;

/// Number of bins of the reliability curve, each 0.1 wide.
pub const BINS: usize = 10;

/// The reliability curve and the Brier score of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calibration {
    /// Mean squared difference between probability and label over all samples and compartments, 0
    /// to 1; lower is better.
    pub brier: f64,
    /// The bins that are not empty, from 0 to 1. A bin contains its upper end but not its lower
    /// end.
    pub bins: Vec<ReliabilityBin>,
}

/// The predictions with about the same probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Number of pairs of sample and compartment.
    pub answers: usize,
    /// Their mean probability.
    pub probability: f64,
    /// The share of them that is true.
    pub observed: f64,
}

/// The calibration of all compartments together.
///
/// # Errors
/// There are no samples, or probabilities and labels do not have the same shape.
pub fn calibration(probabilities: &Scores, truth: &Labels) -> Result<Calibration, MetricsError> {
    same_shape("probabilities", probabilities, truth)?;
    let pairs = || {
        let pairs = probabilities.values().iter().zip(truth.values());
        pairs.map(|(&p, &t)| (f64::from(p), f64::from(u8::from(t))))
    };
    let mut bins = [(0usize, 0.0, 0.0); BINS];
    for (probability, label) in pairs() {
        let (answers, sum, labels) = &mut bins[bin(probability)];
        *answers += 1;
        *sum += probability;
        *labels += label;
    }
    let filled = bins.into_iter().filter(|(answers, ..)| *answers > 0);
    Ok(Calibration {
        brier: mean_square(pairs()),
        bins: filled
            .map(|(answers, sum, labels)| ReliabilityBin {
                answers,
                probability: sum / answers as f64,
                observed: labels / answers as f64,
            })
            .collect(),
    })
}

/// The Brier score of each compartment.
///
/// # Errors
/// There are no samples, or probabilities and labels do not have the same shape.
pub fn brier(probabilities: &Scores, truth: &Labels) -> Result<Vec<f64>, MetricsError> {
    let width = same_shape("probabilities", probabilities, truth)?;
    let column = |c: usize| {
        let rows = probabilities.iter().zip(truth);
        mean_square(rows.map(|(p, t)| (f64::from(p[c]), f64::from(u8::from(t[c])))))
    };
    Ok((0..width).map(column).collect())
}

fn bin(probability: f64) -> usize {
    let edges = (1..BINS).map(|edge| edge as f64 / BINS as f64);
    edges.filter(|edge| *edge < probability).count()
}

fn mean_square(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut count) = (0.0, 0usize);
    for (probability, label) in pairs {
        sum += (probability - label).powi(2);
        count += 1;
    }
    sum / count.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn bins_and_brier_score_match_values_by_hand() {
        let probabilities = table([[0.0, 1.0], [0.125, 0.625], [0.75, 0.1875]]);
        let truth = table([[false, true], [false, false], [true, true]]);
        let found = calibration(&probabilities, &truth).unwrap();
        let squares = [0.0, 0.0, 0.015625, 0.390625, 0.0625, 0.66015625];
        assert!((found.brier - squares.iter().sum::<f64>() / 6.0).abs() < 1e-12);
        let bins: Vec<(usize, f64, f64)> = found
            .bins
            .iter()
            .map(|b| (b.answers, b.probability, b.observed))
            .collect();
        let expected = [
            (1, 0.0, 0.0),
            (2, 0.15625, 0.5),
            (1, 0.625, 0.0),
            (1, 0.75, 1.0),
            (1, 1.0, 1.0),
        ];
        assert_eq!(bins, expected);
        let each = brier(&probabilities, &truth).unwrap();
        assert!((each[0] - 0.078125 / 3.0).abs() < 1e-12);
        let empty = calibration(&Scores::default(), &Labels::default());
        assert_eq!(empty, Err(MetricsError::Empty));
    }
}

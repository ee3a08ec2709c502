//! Exact matches: how often all compartments of an RNA are predicted correctly (Figs. 10 and 11).
//!
//! The paper counts the correct predictions among the RNAs with one, two, three … compartments, and
//! draws one confusion matrix: the true and false positives and negatives of each compartment
//! against the rest, averaged over the compartments.

use serde::{Deserialize, Serialize};

use super::evaluate::jaccard;
use super::{Calls, MetricsError, same_shape};
use crate::dataset::Labels;

/// The samples that have a given number of compartments.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardinalityRow {
    /// Number of compartments of each of these samples.
    pub labels: usize,
    /// Number of samples.
    pub samples: usize,
    /// Samples whose called compartments are exactly the true ones.
    pub exact: usize,
    /// Mean |called ∩ true| / |called ∪ true| over these samples.
    pub accuracy: f64,
}

/// The confusion matrix of one compartment against the rest, counted in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Called, and true.
    pub true_positives: usize,
    /// Called, but not true.
    pub false_positives: usize,
    /// Not called, but true.
    pub false_negatives: usize,
    /// Neither called nor true.
    pub true_negatives: usize,
}

/// How often the calls of one compartment were right.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallPrecision {
    /// Number of calls.
    pub calls: usize,
    /// Calls that were true.
    pub right: usize,
    /// The share of the calls that were true; `None` if there were none.
    pub precision: Option<f64>,
    /// The share that calls made at random would reach, which is that of the samples for which the
    /// compartment is true; `None` without samples.
    pub by_chance: Option<f64>,
}

impl From<Confusion> for CallPrecision {
    fn from(confusion: Confusion) -> Self {
        let share = |part: usize, of: usize| (of > 0).then(|| part as f64 / of as f64);
        let right = confusion.true_positives;
        let calls = right + confusion.false_positives;
        let positives = right + confusion.false_negatives;
        let samples = calls + confusion.false_negatives + confusion.true_negatives;
        Self {
            calls,
            right,
            precision: share(right, calls),
            by_chance: share(positives, samples),
        }
    }
}

/// One row for every number of compartments that occurs, fewest first.
///
/// # Errors
/// There are no samples, or calls and labels do not have the same shape.
pub fn by_cardinality(called: &Calls, truth: &Labels) -> Result<Vec<CardinalityRow>, MetricsError> {
    let width = same_shape("calls", called, truth)?;
    let row = |labels: usize| {
        let count = |row: &[bool]| row.iter().filter(|&&t| t).count();
        let pairs = called.iter().zip(truth);
        let those: Vec<_> = pairs.filter(|(_, t)| count(t) == labels).collect();
        (!those.is_empty()).then(|| CardinalityRow {
            labels,
            samples: those.len(),
            exact: those.iter().filter(|(c, t)| c == t).count(),
            accuracy: those.iter().map(|(c, t)| jaccard(c, t)).sum::<f64>() / those.len() as f64,
        })
    };
    Ok((0..=width).filter_map(row).collect())
}

/// The confusion matrix of each compartment.
///
/// # Errors
/// There are no samples, or calls and labels do not have the same shape.
pub fn confusion(called: &Calls, truth: &Labels) -> Result<Vec<Confusion>, MetricsError> {
    let width = same_shape("calls", called, truth)?;
    let mut matrices = vec![Confusion::default(); width];
    for (called, truth) in called.iter().zip(truth) {
        for ((matrix, &called), &truth) in matrices.iter_mut().zip(called).zip(truth) {
            *match (called, truth) {
                (true, true) => &mut matrix.true_positives,
                (true, false) => &mut matrix.false_positives,
                (false, true) => &mut matrix.false_negatives,
                (false, false) => &mut matrix.true_negatives,
            } += 1;
        }
    }
    Ok(matrices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn rows_and_confusion_match_values_by_hand() {
        let of = |rows: [[u8; 3]; 5]| table(rows.map(|row| row.map(|v| v == 1)));
        let truth = of([[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 0]]);
        let called = of([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]]);
        let rows = by_cardinality(&called, &truth).unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|r| (r.labels, r.samples, r.exact, r.accuracy))
            .collect();
        assert_eq!(rows, [(0, 1, 1, 1.0), (1, 2, 1, 0.75), (2, 2, 1, 0.5)]);
        let matrices = confusion(&called, &truth).unwrap();
        let first = Confusion {
            true_positives: 2,
            false_positives: 1,
            false_negatives: 1,
            true_negatives: 1,
        };
        assert_eq!(matrices[0], first);
        let precision = |c: usize| {
            let of_calls = CallPrecision::from(matrices[c]);
            (of_calls.right, of_calls.calls, of_calls.precision)
        };
        assert_eq!(precision(0), (2, 3, Some(2.0 / 3.0)));
        assert_eq!(precision(2), (0, 1, Some(0.0)));
        assert_eq!(CallPrecision::from(matrices[0]).by_chance, Some(0.6));
        let none = CallPrecision::from(Confusion::default());
        assert_eq!((none.precision, none.by_chance), (None, None));
        assert_eq!(
            (matrices[2].false_positives, matrices[2].true_negatives),
            (1, 4)
        );
        let empty = Labels::default();
        assert_eq!(by_cardinality(&empty, &empty), Err(MetricsError::Empty));
        assert!(confusion(&called.select(&[0, 1, 2, 3]), &truth).is_err());
    }
}

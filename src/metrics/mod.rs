//! Metrics: the measures of section 2.4, and the thresholds that turn probabilities into calls.
//!
//! - [`evaluate()`] and [`per_compartment()`]: the paper's six measures (equation 23);
//! - [`bounds_hold`]: bounds that the measures of any model must satisfy;
//! - [`fit_thresholds`] and [`call`]: from probabilities to compartments;
//! - [`Measures`]: the six measures alone, their means and spread;
//! - [`calibration`], [`by_cardinality`], [`confusion`], [`roc_curves`]: the content of Figs. 9 to
//!   11, and the reliability of probabilities;
//! - [`bootstrap`]: confidence intervals.
//!
//! In all of them, `scores[i][c]` is the score of sample `i` for compartment `c` (the ranking
//! measures use their order only), and `truth[i][c]` is true if sample `i` has the label `c`.

pub mod bootstrap;
mod bounds;
mod evaluate;
mod exact_match;
mod measures;
mod per_compartment;
mod reliability;
mod roc;
mod thresholds;

pub use bounds::bounds_hold;
pub use evaluate::{evaluate, per_sample};
pub use exact_match::{CardinalityRow, Confusion, by_cardinality, confusion};
pub use measures::{Measure, Measures, Metrics, PerMeasure, SampleMetrics, Spread};
pub use per_compartment::{CompartmentMetrics, per_compartment};
pub use reliability::{BINS, Calibration, ReliabilityBin, brier, calibration};
pub use roc::{RocPoint, downsampled, roc_curves};
pub use thresholds::{HIGHEST_THRESHOLD, LOWEST_THRESHOLD, ScoreKind, call, fit_thresholds};

/// Why scores and labels cannot be compared. Samples and compartments count from 0 in the fields
/// and from 1 in the messages.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There is no sample.
    #[error("there are no samples to evaluate; give at least one")]
    Empty,
    /// The rows are empty.
    #[error("the truth names no compartments; give at least one")]
    NoCompartments,
    /// No sample has a label.
    #[error("none of the {samples} samples has a label; give at least one labelled sample")]
    NoLabels {
        /// Number of samples.
        samples: usize,
    },
    /// Two inputs that must have one row per sample differ in length.
    #[error("there are {found} rows of {what} for {expected} samples; give one row per sample")]
    RowCount {
        /// The input with too many or too few rows.
        what: &'static str,
        /// Its number of rows.
        found: usize,
        /// The number of samples.
        expected: usize,
    },
    /// A row does not have one value per compartment.
    #[error("the {what} of sample {} have {found} values, not one for each of the {expected} compartments", .sample + 1)]
    RowLength {
        /// The input that the row belongs to.
        what: &'static str,
        /// The row.
        sample: usize,
        /// Its number of values.
        found: usize,
        /// The number of compartments.
        expected: usize,
    },
    /// A score is NaN and cannot be ranked.
    #[error("the score of sample {} for compartment {} is not a number (NaN); the model that gave it is damaged or its training diverged", .sample + 1, .compartment + 1)]
    NotANumber {
        /// The row.
        sample: usize,
        /// The column.
        compartment: usize,
    },
    /// A measure is outside its bounds: it was not computed from these labels.
    #[error(
        "{measure} is {value}, outside the {low} to {high} that these labels allow; it was computed from other labels"
    )]
    OutOfBounds {
        /// The measure.
        measure: &'static str,
        /// Its value.
        value: f64,
        /// The smallest possible value.
        low: f64,
        /// The largest possible value.
        high: f64,
    },
}

/// The number of compartments of a table of labels, after checking that it has samples and
/// compartments and that all its rows have the same width.
pub(crate) fn compartments(truth: &[Vec<bool>]) -> Result<usize, MetricsError> {
    let width = truth.first().ok_or(MetricsError::Empty)?.len();
    if width == 0 {
        return Err(MetricsError::NoCompartments);
    }
    same_shape("labels", truth, truth.len(), width)?;
    Ok(width)
}

/// Checks that a table has one row per sample and one value per compartment.
pub(crate) fn same_shape<T>(
    what: &'static str,
    rows: &[Vec<T>],
    samples: usize,
    width: usize,
) -> Result<(), MetricsError> {
    if rows.len() != samples {
        return Err(MetricsError::RowCount {
            what,
            found: rows.len(),
            expected: samples,
        });
    }
    match rows.iter().position(|row| row.len() != width) {
        None => Ok(()),
        Some(sample) => Err(MetricsError::RowLength {
            what,
            sample,
            found: rows[sample].len(),
            expected: width,
        }),
    }
}

/// Checks the shape of scores and labels, and that no score is NaN. Returns the number of
/// compartments.
pub(crate) fn check_scores(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
) -> Result<usize, MetricsError> {
    let width = compartments(truth)?;
    same_shape("scores", scores, truth.len(), width)?;
    for (sample, row) in scores.iter().enumerate() {
        if let Some(compartment) = row.iter().position(|score| score.is_nan()) {
            return Err(MetricsError::NotANumber {
                sample,
                compartment,
            });
        }
    }
    Ok(width)
}

//! Metrics: the measures of section 2.4, and the thresholds that turn probabilities into calls.
//!
//! - [`evaluate()`] and [`per_compartment()`]: the paper's six measures (equation 23);
//! - [`bounds_hold`]: bounds that the measures of any model must satisfy;
//! - [`fit_thresholds`] and [`Thresholds::call`]: from probabilities to compartments;
//! - [`Measures`]: the six measures alone, their means and spread;
//! - [`calibration`], [`by_cardinality`], [`confusion`], [`roc_curves`]: the content of Figs. 9 to
//!   11, and the reliability of probabilities;
//! - [`auroc_draws`]: AUROCs over pairs of RNAs of one fold and one source;
//! - [`bootstrap`]: confidence intervals.
//!
//! In all of them, [`Scores`] are the scores of some samples (the ranking measures use their order
//! only), [`Calls`] the compartments called for them, and [`Labels`] the compartments that are true.

mod auroc_kinds;
pub mod bootstrap;
mod bounds;
mod evaluate;
mod exact_match;
mod fit_thresholds;
mod measures;
mod pair_auroc;
mod per_compartment;
mod reliability;
mod roc;
mod thresholds;

pub use auroc_kinds::{
    AurocKind, AurocSummary, CompartmentAuroc, FEWEST_RNAS, PerAuroc, UnknownAurocKind, are_enough,
    judged_compartments,
};
pub use bounds::bounds_hold;
pub use evaluate::{evaluate, per_sample};
pub use exact_match::{CallPrecision, CardinalityRow, Confusion, by_cardinality, confusion};
pub use fit_thresholds::{HIGHEST_THRESHOLD, LOWEST_THRESHOLD, ScoreKind, fit_thresholds};
pub use measures::{Measure, Measures, Metrics, PerMeasure, SampleMetrics, Spread};
pub use pair_auroc::{AurocDraws, auroc_draws};
pub(crate) use per_compartment::Pairs;
pub use per_compartment::{CompartmentMetrics, per_compartment};
pub use reliability::{BINS, Calibration, ReliabilityBin, brier, calibration};
pub use roc::{RocPoint, downsampled, roc_curves};
pub use thresholds::{Thresholds, ThresholdsError, UNCERTAIN_MARGIN};

use crate::dataset::{CompartmentTable, Labels, TableError};

/// The scores of some RNAs, one per compartment: finite numbers.
pub type Scores = CompartmentTable<f32>;

/// Which compartments are called for each of some RNAs.
pub type Calls = CompartmentTable<bool>;

/// Why scores and labels cannot be compared. Samples and compartments count from 0 in the fields
/// and from 1 in the messages.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There is no sample.
    #[error("there are no samples to evaluate; give at least one")]
    Empty,
    /// The rows of a table do not fit together.
    #[error(transparent)]
    Table(#[from] TableError),
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
    /// Two inputs have different numbers of compartments.
    #[error("there are {what} for {found} compartments, but labels for {expected}")]
    Compartments {
        /// The input with too many or too few compartments.
        what: &'static str,
        /// Its number of compartments.
        found: usize,
        /// The number of compartments of the labels.
        expected: usize,
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

/// The number of compartments of labels, after checking that there is a sample.
pub(crate) fn compartments(truth: &Labels) -> Result<usize, MetricsError> {
    if truth.is_empty() {
        return Err(MetricsError::Empty);
    }
    Ok(truth.compartments())
}

/// Checks that there is a sample, and that `table`, which contains `what`, has one row per sample
/// and one column per compartment of the labels. Returns the number of compartments.
pub(crate) fn same_shape<T>(
    what: &'static str,
    table: &CompartmentTable<T>,
    truth: &Labels,
) -> Result<usize, MetricsError> {
    let expected = compartments(truth)?;
    same_count(what, table.len(), truth)?;
    if table.compartments() != expected {
        return Err(MetricsError::Compartments {
            what,
            found: table.compartments(),
            expected,
        });
    }
    Ok(expected)
}

/// Checks that there is one of `what` per sample.
pub(crate) fn same_count(
    what: &'static str,
    found: usize,
    truth: &Labels,
) -> Result<(), MetricsError> {
    if found == truth.len() {
        return Ok(());
    }
    Err(MetricsError::RowCount {
        what,
        found,
        expected: truth.len(),
    })
}

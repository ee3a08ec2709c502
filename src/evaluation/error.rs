//! Why given answers cannot be scored.

use crate::device::DeviceError;
use crate::metrics::MetricsError;

/// Why given answers cannot be scored.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
pub enum ScoreError {
    /// The truth has a compartment the answers know nothing of.
    #[error("there are no scores for the compartment '{name}'; those there are: {known}")]
    Compartment { name: String, known: String },
    /// An RNA cannot be predicted.
    #[error("{0}")]
    Unpredicted(String),
    /// The table has no columns of use.
    #[error(
        "the predictions' first line that is no comment must name the columns, `id` first; it has: {found}"
    )]
    Header { found: String },
    /// A row of the wrong width.
    #[error("predictions, line {line}: {found} fields for {expected} columns")]
    Fields {
        line: usize,
        found: usize,
        expected: usize,
    },
    /// A score that is no number.
    #[error("predictions, line {line}, column {column}: '{value}' is no number")]
    Number {
        line: usize,
        column: String,
        value: String,
    },
    /// An RNA twice.
    #[error("predictions, line {line}: '{id}' occurs a second time")]
    Twice { line: usize, id: String },
    /// RNAs of the truth without a prediction.
    #[error("{count} of {total} RNAs of the truth have no prediction, the first of them '{first}'")]
    Missing {
        count: usize,
        total: usize,
        first: String,
    },
    /// The figures cannot be worked out.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

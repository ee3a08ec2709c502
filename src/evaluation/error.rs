//! Why predictions cannot be scored.

use crate::dataset::TableError;
use crate::device::DeviceError;
use crate::metrics::MetricsError;
use crate::rna::TextError;

/// Why predictions cannot be scored.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
#[non_exhaustive]
pub enum ScoreError {
    /// The labelled set has a compartment for which there are no scores.
    #[error("there are no scores for the compartment '{name}'; there are scores for: {known}")]
    Compartment { name: String, known: String },
    /// The labelled set marks no RNA for the part of its split that is asked for.
    #[error("the labelled set marks no RNA for {part}: write [split={part}] in definition lines")]
    NoPart { part: &'static str },
    /// An RNA cannot be predicted.
    #[error("{0}")]
    Unpredicted(String),
    /// The table has no columns that can be used.
    #[error(
        "predictions: the first line that is not a comment must name the columns, with `id` first; it has: {found}"
    )]
    Header { found: String },
    /// A row has too many or too few fields.
    #[error("predictions, line {line}: {found} fields, but there are {expected} columns")]
    Fields {
        line: u64,
        found: usize,
        expected: usize,
    },
    /// A score is not a probability.
    #[error(
        "predictions, line {line}, column {column}: '{value}' is not a number from 0 to 1; give \
         probabilities"
    )]
    Number {
        line: u64,
        column: String,
        value: String,
    },
    /// A call is not the name of one of the table's compartments.
    #[error(
        "predictions, line {line}, column compartments: '{name}' is not the name of a column with \
         scores; separate several compartments by ';', and write `none` if there is no call"
    )]
    Call { line: u64, name: String },
    /// The table cannot be read as text.
    #[error("predictions: {0}")]
    Text(#[from] TextError),
    /// An RNA occurs twice.
    #[error("predictions, line {line}: '{id}' occurs a second time; keep one of the two rows")]
    Twice { line: u64, id: String },
    /// RNAs of the labelled set have no prediction.
    #[error("{count} of {total} labelled RNAs have no prediction; the first one is '{first}'")]
    Missing {
        count: usize,
        total: usize,
        first: String,
    },
    /// A score is not a finite number.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The metrics cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

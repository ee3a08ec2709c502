//! Output formats for predictions and attention, tables of explanations, and model cards.
//!
//! Columns and fields are stable. A change of the table gets a new format number, which its first
//! line contains.

mod bedgraph;
mod card;
mod explanation_tables;
mod fasta;
mod format;
mod gff3;
mod json;
mod shard_summary;
mod tsv;

pub use card::{card, summary};
pub use explanation_tables::{
    ExplanationTable, comparison_tsv, deletion_tsv, gradients_tsv, motifs_tsv, mutations_tsv,
    score_parts_tsv, summary_tsv,
};
pub use format::{AttentionFormat, Format, FormatWriter, PredictionFormat, UnknownFormat};
pub(crate) use json::{JsonEnd, JsonRows};
pub use shard_summary::ShardSummary;
pub(crate) use shard_summary::{FASTA_END, TSV_END};

use std::io;

use crate::predictor::{ExplainedPrediction, Prediction, Predictor, RecordProblem};

/// Writes predictions in one format, row by row.
///
/// Call `begin` once, `row` for every prediction and `end` once.
///
/// # Errors
/// All methods return the errors of `to`.
pub trait PredictionWriter {
    /// Writes what precedes the first prediction.
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
    /// Writes one prediction.
    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()>;
    /// Writes what follows the last prediction.
    fn end(&mut self, end: &RunEnd<'_>, to: &mut dyn io::Write) -> io::Result<()>;
}

/// What is known of a run after its last prediction.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunEnd<'a> {
    /// The records that could not be predicted.
    pub problems: &'a [RecordProblem],
    /// What gathering needs to know, if this is one shard of a run.
    pub shard: Option<&'a ShardSummary>,
}

/// Writes the attention over RNAs in one format, RNA by RNA.
///
/// Call `begin` once, `rna` for every RNA and `end` once.
///
/// # Errors
/// All methods return the errors of `to`.
pub trait AttentionWriter {
    /// Writes what precedes the first RNA.
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
    /// Writes the attention of one RNA.
    fn rna(
        &mut self,
        predictor: &Predictor,
        rna: &ExplainedPrediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()>;
    /// Writes what follows the last RNA.
    fn end(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
}

/// Name of an attention head: its compartment, or `all compartments` if they share it.
fn head_name(predictor: &Predictor, compartment: Option<usize>) -> &str {
    let names = &predictor.model().compartments;
    compartment
        .and_then(|c| names.get(c))
        .map_or("all compartments", String::as_str)
}

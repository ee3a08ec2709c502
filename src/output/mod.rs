//! What we write: the forms results leave in. Columns and fields are frozen; a change is a new
//! version in the first line.

mod bedgraph;
mod card;
mod explanation_tables;
mod fasta;
mod gff3;
mod json;
mod tsv;

pub use bedgraph::BedGraph;
pub use card::card;
pub use explanation_tables::{
    ExplanationTable, comparison_tsv, deletion_tsv, gradients_tsv, motifs_tsv, mutations_tsv,
    patterns_tsv,
};
pub use fasta::Fasta;
pub use gff3::Gff3;
pub use json::Json;
pub use tsv::{Tsv, tsv_header, tsv_row};

use std::io;

use crate::predictor::{ExplainedPrediction, Prediction, Predictor, RecordProblem};

/// A form results are written in, row by row as they come.
pub trait PredictionWriter {
    /// Before the first row.
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
    /// One prediction.
    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()>;
    /// After the last row.
    fn end(&mut self, problems: &[RecordProblem], to: &mut dyn io::Write) -> io::Result<()>;
}

/// A form the attention over RNAs is written in, RNA by RNA.
pub trait AttentionWriter {
    /// Before the first RNA.
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
    /// One RNA.
    fn rna(
        &mut self,
        predictor: &Predictor,
        rna: &ExplainedPrediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()>;
}

/// What a map of attention is called: its compartment, or all that share it.
fn head_name(predictor: &Predictor, compartment: Option<usize>) -> &str {
    let names = &predictor.model().compartments;
    compartment
        .and_then(|c| names.get(c))
        .map_or("all compartments", String::as_str)
}

//! What can be wrong with labelled data.

use thiserror::Error;

use crate::rna::FastaError;
use crate::rna::text::TextError;

/// What is wrong with labelled data, where, and what to do.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
pub enum DatasetError {
    /// A sequence or the sequence file is bad.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The file cannot be read as text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file of labels cannot be read as text.
    #[error("file of labels: {0}")]
    LabelText(TextError),
    /// Neither FASTA nor a table.
    #[error(
        "this is neither FASTA nor a table, it starts with '{start}': give records that start \
         with '>', or rows of id, labels and sequence separated by tabs"
    )]
    UnknownFormat { start: String },
    /// Nothing to learn from.
    #[error("there are no records: give at least one labelled RNA")]
    NoRecords,
    /// Nothing to tell apart.
    #[error("there is only one compartment, '{name}': give RNAs of at least two")]
    OneCompartment { name: String },
    /// A record without labels.
    #[error(
        "line {line}, record '{record}': no location; write [location=A;B] in its definition line, \
         a second column in a table, or give a CSV of labels"
    )]
    NoLocation { line: u64, record: String },
    /// A `[split=…]` that is none of the three.
    #[error("line {line}, record '{record}': split '{value}' is none of train, val and test")]
    Split {
        line: u64,
        record: String,
        value: String,
    },
    /// DM3Loc digits of another number than the first record's.
    #[error(
        "line {line}, record '{record}': {found} label digits, the first record has {expected}; \
         give every record one nucleotide_code per compartment"
    )]
    Digits {
        line: u64,
        record: String,
        found: usize,
        expected: usize,
    },
    /// A table row of the wrong width.
    #[error(
        "line {line}: {found} fields, a row has 3: id, labels (split by ;) and sequence, separated by tabs"
    )]
    Fields { line: u64, found: usize },
    /// A table row without an id.
    #[error("line {line}: the id is empty; name the RNA in the first column")]
    NoId { line: u64 },
    /// A CSV with more or fewer rows than the FASTA has records.
    #[error(
        "{rows} rows of labels for {records} records: give one row per record, in the same order"
    )]
    Rows { rows: usize, records: usize },
    /// A CSV row of the wrong width.
    #[error("file of labels, line {line}: {found} cells, the first row has {expected}")]
    Cells {
        line: u64,
        found: usize,
        expected: usize,
    },
    /// A CSV cell that is neither 0 nor 1.
    #[error("file of labels, line {line}, column {column} ({name}): '{value}' is neither 0 nor 1")]
    Cell {
        line: u64,
        column: usize,
        name: String,
        value: String,
    },
    /// A CSV column with an empty name, or the name of another.
    #[error(
        "file of labels, line {line}, column {column}: give it a name of its own, not '{name}'"
    )]
    ColumnName {
        line: u64,
        column: usize,
        name: String,
    },
}

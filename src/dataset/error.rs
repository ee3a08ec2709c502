//! Errors in labelled data.

use thiserror::Error;

use super::compartment_table::TableError;
use crate::rna::FastaError;
use crate::rna::error::no_header_remedy;
use crate::rna::text::TextError;

/// What is wrong with labelled data, where, and what to do.
#[derive(Clone, Debug, Error, PartialEq)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
#[non_exhaustive]
pub enum DatasetError {
    /// A sequence, or the file of sequences, cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The file cannot be read as text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file of labels cannot be read as text.
    #[error("file of labels: {0}")]
    LabelText(TextError),
    /// The file is neither FASTA nor a table.
    #[error(
        "this is neither FASTA nor a table, because it starts with '{start}': {}; or give rows of \
         id, labels and sequence separated by tabs",
        no_header_remedy(start)
    )]
    UnknownFormat { start: String },
    /// The rows of labels do not fit together.
    #[error(transparent)]
    Labels(#[from] TableError),
    /// There are no records.
    #[error("there are no records: give at least one labelled RNA")]
    NoRecords,
    /// There is only one compartment, so nothing can be distinguished.
    #[error("there is only one compartment, '{name}': give RNAs of at least two")]
    OneCompartment { name: String },
    /// A record has no labels.
    #[error(
        "line {line}, record '{record}': there is no label; write [location=A;B] in its definition line, \
         a second column in a table, or give a CSV of labels"
    )]
    NoLocation { line: u64, record: String },
    /// The value of `[split=…]` is not one of the three.
    #[error("line {line}, record '{record}': split is '{value}'; use train, val or test")]
    Split {
        line: u64,
        record: String,
        value: String,
    },
    /// Rows of one RNA name different parts of the split.
    #[error(
        "line {line}, record '{record}': an earlier row of this RNA is in another part of the split; \
         give all its rows the same part"
    )]
    TwoParts { line: u64, record: String },
    /// A label consists of the names of several compartments.
    #[error(
        "line {line}, record '{record}': the label '{name}' consists of the compartments \
         '{pieces}'; separate several labels by ';'"
    )]
    JoinedNames {
        line: u64,
        record: String,
        name: String,
        pieces: String,
    },
    /// All labels have the form of coordinates.
    #[error(
        "the labels look like coordinates in a genome, such as '{name}': give the compartments of \
         each RNA as its labels"
    )]
    Coordinates { name: String },
    /// Every compartment has one RNA only.
    #[error(
        "each of the {count} compartments has only one RNA, such as '{name}': are the columns in the \
         order ID, labels, sequence?"
    )]
    SingleRnas { count: usize, name: String },
    /// The columns of a table are in another order.
    #[error(
        "line {line}: column {column} looks like the sequence, but column 3 does not: give ID, \
         labels and sequence in this order, or name the columns in the first row"
    )]
    ColumnOrder { line: u64, column: usize },
    /// The ID in a row of labels is not that of a record.
    #[error("file of labels, line {line}: no record has the ID '{id}'; give a row for each record")]
    LabelId { line: u64, id: String },
    /// Two rows of labels have the same ID.
    #[error("file of labels, line {line}: the ID '{id}' occurs again; give one row per record")]
    LabelIdTwice { line: u64, id: String },
    /// A record has more or fewer DM3Loc digits than the first record.
    #[error(
        "line {line}, record '{record}': {found} label digits, but the first record has {expected}; \
         give every record one digit per compartment"
    )]
    Digits {
        line: u64,
        record: String,
        found: usize,
        expected: usize,
    },
    /// A table row has too many or too few fields.
    #[error(
        "line {line}: {found} fields instead of 3: id, labels (separated by ;) and sequence, separated by tabs"
    )]
    Fields { line: u64, found: usize },
    /// A table row has no ID.
    #[error("line {line}: the ID is empty; name the RNA in the first column")]
    NoId { line: u64 },
    /// A CSV file has more or fewer rows than the FASTA file has records.
    #[error(
        "{rows} rows of labels for {records} records: give one row per record, in the same order"
    )]
    Rows { rows: usize, records: usize },
    /// A CSV row has too many or too few cells.
    #[error("file of labels, line {line}: {found} cells, but the first row has {expected}")]
    Cells {
        line: u64,
        found: usize,
        expected: usize,
    },
    /// A CSV cell is neither 0 nor 1.
    #[error("file of labels, line {line}, column {column} ({name}): '{value}' is neither 0 nor 1")]
    Cell {
        line: u64,
        column: usize,
        name: String,
        value: String,
    },
    /// A CSV column has no name, or the name of another column.
    #[error(
        "file of labels, line {line}, column {column}: the name '{name}' is empty or used twice; give each column its own name"
    )]
    ColumnName {
        line: u64,
        column: usize,
        name: String,
    },
}

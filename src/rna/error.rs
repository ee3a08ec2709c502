//! Errors in FASTA: the place, what was found, and what to do.

use std::fmt;

use thiserror::Error;

use super::alphabet::InvalidLetter;
use super::text::TextError;

/// The kind of an error in a FASTA file or in one of its records.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FastaErrorKind {
    /// The text cannot be read. This is fatal.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The text is empty or has only white space. This is fatal.
    #[error(
        "there is no sequence: give at least one record, a line '>name' and the nucleotides below it"
    )]
    Empty,
    /// No line starts with `>`. This is fatal.
    #[error(
        "this is not FASTA, because it starts with '{start}' and has no line that starts with '>': {}",
        no_header_remedy(start)
    )]
    NoHeader {
        /// The first characters found.
        start: String,
    },
    /// There is text before the first record.
    #[error(
        "'{start}' comes before the first '>' and was not read: if it is a sequence or its name, \
         start a record with a line '>name'; otherwise leave it out"
    )]
    BeforeFirstRecord {
        /// The first characters found.
        start: String,
    },
    /// A record has no nucleotides.
    #[error("the record has no nucleotides: add its sequence or remove the record")]
    EmptyRecord,
    /// The record is a protein.
    #[error(
        "this looks like a protein: '{letter}' is not a nucleotide code; give the RNA or its cDNA"
    )]
    Protein {
        /// The first letter that is not a nucleotide code, as written.
        letter: char,
    },
    /// A line is the structure of an RNA.
    #[error("this looks like a structure in dot-bracket notation ('{start}'): leave it out")]
    Structure {
        /// The first characters of the line.
        start: String,
    },
    /// Another record starts within a line.
    #[error(
        "'>' stands within a line: a line end is missing before it, and record '{next}' was not \
         read either; put '>{next}' on a line of its own"
    )]
    MissingLineEnd {
        /// The ID of the other record.
        next: String,
    },
    /// A line is text, not a sequence.
    #[error(
        "'{start}' is not a sequence: if it is the name of a record, put '>' before it; otherwise \
         leave it out"
    )]
    NotSequence {
        /// The first characters of the line.
        start: String,
    },
    /// Another character is not a nucleotide code.
    #[error(transparent)]
    Letter(#[from] InvalidLetter),
}

/// What to do with a text that starts like this and is not FASTA.
pub(crate) fn no_header_remedy(start: &str) -> &'static str {
    if start.starts_with('@') {
        "this may be FASTQ; convert it to FASTA first"
    } else if start.starts_with("LOCUS") || start.starts_with("ID   ") {
        "this may be a GenBank or EMBL record; export it as FASTA"
    } else if start.starts_with("CLUSTAL") || start.starts_with("MUSCLE") {
        "this may be an alignment; export it as FASTA"
    } else if start.starts_with('{') || start.starts_with('[') {
        "this may be JSON, such as a run file, which is not a source of sequences by itself"
    } else if start.contains('\t') || start.matches(',').count() > 1 {
        "this may be a table; give FASTA, or use the table as a labelled set"
    } else {
        "put a line '>name' before each sequence"
    }
}

/// An error in FASTA, with its line and record if they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FastaError {
    pub(super) line: Option<u64>,
    pub(super) record: Option<String>,
    pub(super) kind: FastaErrorKind,
}

impl FastaError {
    /// An error in the record `id`, at `line`.
    pub(crate) fn new(line: u64, id: &str, kind: FastaErrorKind) -> Self {
        Self {
            line: Some(line),
            record: Some(id.to_owned()),
            kind,
        }
    }

    /// The line in the text, from 1; `None` if the error concerns the whole text.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// The ID of the record; `None` if the error is not in a record.
    pub fn record(&self) -> Option<&str> {
        self.record.as_deref()
    }

    /// What was found.
    pub fn kind(&self) -> &FastaErrorKind {
        &self.kind
    }

    /// Whether nothing can be read after this error; otherwise the next record can be read.
    pub fn is_fatal(&self) -> bool {
        use FastaErrorKind::{Empty, NoHeader, Text};
        match &self.kind {
            Text(error) => *error != TextError::GzipTrailingBytes,
            kind => matches!(kind, Empty | NoHeader { .. }),
        }
    }
}

impl fmt::Display for FastaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.record) {
            // The messages of this kind contain the line.
            _ if matches!(self.kind, FastaErrorKind::Text(_)) => {}
            (Some(line), Some(id)) => write!(f, "line {line}, record '{id}': ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            (None, Some(id)) => write!(f, "record '{id}': ")?,
            (None, None) => {}
        }
        write!(f, "{}", self.kind)
    }
}

impl std::error::Error for FastaError {}

impl From<FastaErrorKind> for FastaError {
    fn from(kind: FastaErrorKind) -> Self {
        Self {
            line: None,
            record: None,
            kind,
        }
    }
}

impl From<TextError> for FastaError {
    fn from(error: TextError) -> Self {
        let line = match error {
            TextError::Binary { line, .. } => Some(line),
            _ => None,
        };
        Self {
            line,
            ..FastaErrorKind::Text(error).into()
        }
    }
}

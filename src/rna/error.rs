//! Errors in FASTA: the place, what was found, and what to do.

use std::fmt;

use thiserror::Error;

use super::alphabet::InvalidLetter;
use super::text::TextError;

/// What is wrong with a FASTA file or with one of its records.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FastaErrorKind {
    /// The text cannot be read. Fatal.
    #[error(transparent)]
    Text(#[from] TextError),
    /// There is only white space. Fatal.
    #[error(
        "there is no sequence: give at least one record, a line '>name' and the nucleotides below it"
    )]
    Empty,
    /// There is text before the first `>`. Fatal.
    #[error(
        "this is not FASTA, because it starts with '{start}': {}",
        no_header_remedy(start)
    )]
    NoHeader {
        /// The first characters found.
        start: String,
    },
    /// A record has no nucleotides.
    #[error("the record has no nucleotides: add its sequence or remove it")]
    EmptyRecord,
    /// A letter occurs in proteins only.
    #[error("this looks like a protein: '{letter}' is not a nucleotide code; give the RNA or its cDNA")]
    Protein {
        /// The letter as written.
        letter: char,
    },
    /// Another character is not a nucleotide code.
    #[error("'{letter}' is not a nucleotide code: use A C G U (or T) and IUPAC letters")]
    Letter {
        /// The character as written.
        letter: char,
    },
}

fn no_header_remedy(start: &str) -> &'static str {
    if start.starts_with('@') {
        "this may be FASTQ; convert it to FASTA first"
    } else {
        "put a line '>name' before each sequence"
    }
}

impl From<InvalidLetter> for FastaErrorKind {
    fn from(bad: InvalidLetter) -> Self {
        let letter = bad.letter;
        if bad.is_protein() {
            Self::Protein { letter }
        } else {
            Self::Letter { letter }
        }
    }
}

/// An error in FASTA, with its line and record if it has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FastaError {
    pub(super) line: Option<u64>,
    pub(super) record: Option<String>,
    pub(super) kind: FastaErrorKind,
}

impl FastaError {
    /// An error in the record `id`, at `line`.
    pub(crate) fn at(line: u64, id: &str, kind: FastaErrorKind) -> Self {
        Self {
            line: Some(line),
            record: Some(id.to_owned()),
            kind,
        }
    }

    /// The line in the text, from 1.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// The ID of the record.
    pub fn record(&self) -> Option<&str> {
        self.record.as_deref()
    }

    /// What is wrong.
    pub fn kind(&self) -> &FastaErrorKind {
        &self.kind
    }

    /// Whether reading ends here; otherwise the next record can be read.
    pub fn is_fatal(&self) -> bool {
        use FastaErrorKind::{Empty, NoHeader, Text};
        matches!(self.kind, Text(_) | Empty | NoHeader { .. })
    }
}

impl fmt::Display for FastaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.record) {
            // These messages contain the line.
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

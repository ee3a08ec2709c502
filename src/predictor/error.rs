//! Records that cannot be predicted, and the errors of a predictor.

use serde::{Deserialize, Serialize};

use crate::device::DeviceError;

/// A record that could not be predicted, or an input that could not be read to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordProblem {
    /// Position of the record in the input, counted from 0.
    pub index: usize,
    /// Line of the input, counted from 1.
    pub line: Option<u64>,
    /// ID of the record.
    pub record: Option<String>,
    /// The place, what was found there, and what to do.
    pub message: String,
    /// Whether the rest of the input could not be read.
    #[serde(rename = "fatal")]
    pub is_fatal: bool,
}

/// Why an RNA cannot be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The sequence is shorter than one k-mer.
    #[error("the sequence has {length} nt, but the model reads {k}-mers; give at least {k} nt")]
    TooShort {
        /// Nucleotides of the sequence.
        length: usize,
        /// The model's k.
        k: usize,
    },
    /// The model does not have this compartment.
    #[error(
        "compartment {compartment} does not exist; the model has {compartments}, counted from 0"
    )]
    Compartment {
        /// The requested compartment.
        compartment: usize,
        /// Number of the model's compartments.
        compartments: usize,
    },
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Why RNAs given as tokens cannot be predicted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokensError {
    /// The RNAs do not all have the same number of tokens.
    #[error(
        "{count} tokens cannot be divided evenly among {rnas} RNAs; pad all RNAs to the same number"
    )]
    Count {
        /// Number of tokens.
        count: usize,
        /// Number of lengths.
        rnas: usize,
    },
    /// A length is 0, or larger than the number of tokens of an RNA.
    #[error("length {length} is out of range; each RNA has 1 to {max} tokens")]
    Length {
        /// The length.
        length: u32,
        /// Number of tokens of each RNA, with padding.
        max: usize,
    },
    /// A token is not in the model's vocabulary.
    #[error("token {token} is not in the model's vocabulary, which ends at {max}")]
    Unknown {
        /// The token.
        token: u32,
        /// The largest token of the vocabulary.
        max: u32,
    },
    /// The model reads the composition of whole sequences, which tokens do not contain.
    #[error("this model also reads the composition of the whole sequence; give it sequences")]
    Composition,
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

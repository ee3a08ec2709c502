//! What cannot be read, predicted or explained, and why.

use serde::{Deserialize, Serialize};

use crate::device::DeviceError;
use crate::rna::FastaError;

/// A record, or the rest of an input, that could not be predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Which record of the input, counted from 0.
    pub index: usize,
    /// Line of the input, counted from 1.
    pub line: Option<u64>,
    /// Id of the record.
    pub record: Option<String>,
    /// What is wrong, where and what to do.
    pub message: String,
    /// Whether nothing after it could be read.
    pub fatal: bool,
}

/// Why one RNA cannot be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The letters cannot be read.
    #[error(transparent)]
    Letters(#[from] FastaError),
    /// There are no letters.
    #[error("there is no sequence to explain")]
    Empty,
    /// There is no k-mer.
    #[error("{length} nt is too short; the model reads k-mers of {k}, so give at least {k} nt")]
    TooShort {
        /// Nucleotides given.
        length: usize,
        /// The model's k.
        k: usize,
    },
    /// There is no such compartment.
    #[error("there is no compartment {compartment}, counted from 0; the model has {compartments}")]
    Compartment {
        /// The one asked about.
        compartment: usize,
        /// The model's.
        compartments: usize,
    },
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Why k-mer ids cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Not the same number for every RNA.
    #[error("{count} tokens are no whole number for each of {rnas} RNAs")]
    Sizes {
        /// Tokens given.
        count: usize,
        /// Lengths given.
        rnas: usize,
    },
    /// An RNA with none, or with more than there are.
    #[error("a length is {length}; it must be 1 to {steps}, the tokens of each RNA")]
    Length {
        /// The length.
        length: u32,
        /// Tokens of each RNA.
        steps: usize,
    },
    /// An id the model has no vector for.
    #[error("there is no k-mer {token}; the model's ids end at {most}")]
    Unknown {
        /// The id.
        token: u32,
        /// The largest.
        most: u32,
    },
    /// The model reads more than tokens.
    #[error("this model also reads what whole sequences are made of; give it sequences")]
    Composition,
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Why thresholds cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ThresholdsError {
    /// Not one for each compartment.
    #[error("{given} thresholds for {compartments} compartments; give one for each")]
    Count {
        /// Thresholds given.
        given: usize,
        /// The model's compartments.
        compartments: usize,
    },
    /// No probability.
    #[error("a threshold is {0}; it must be a probability, 0 to 1")]
    Range(f32),
}

//! Why a training run cannot be done.

use crate::dataset::SplitError;
use crate::dataset::split::MIN_TRAINING_RECORDS;
use crate::device::DeviceError;
use crate::genetic_seq2vec::EmbeddingError;
use crate::metrics::MetricsError;
use crate::network::{ConfigError, WeightsError};
use crate::rna::KmerError;
use crate::training::CheckpointError;

/// Why a training run cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum TrainingRunError {
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// The set cannot be split.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// No embedding can be made of the training part.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    /// The starting weights do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The figures cannot be worked out.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// An RNA has no k-mer.
    #[error(
        "record `{record}` (line {line}) has {length} nt, too short for one {k}-mer; remove it or use a smaller k"
    )]
    TooShort {
        /// Its id.
        record: String,
        /// Its line in the file.
        line: u64,
        /// Its nucleotides.
        length: usize,
        /// The k asked for.
        k: usize,
    },
    /// Too few RNAs to learn anything.
    #[error("only {0} RNAs are left to learn from; at least {MIN_TRAINING_RECORDS} are needed")]
    TooFew(usize),
    /// A part of the split teaches or judges nothing.
    #[error(
        "none of the {count} RNAs in the {part} part has a compartment; label more RNAs, or give the split yourself with [split=train|val|test]"
    )]
    Unlabelled {
        /// Which part: training, validation or held-out.
        part: &'static str,
        /// RNAs in it.
        count: usize,
    },
    /// Training ran away.
    #[error(
        "the loss is no longer a number: the learning rate {0} is too high for this data; use a smaller one"
    )]
    Diverged(f64),
    /// The device failed, and no other can take over.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The checkpoint cannot be gone on from.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

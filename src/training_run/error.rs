//! Why a training run failed.

use crate::dataset::split::MIN_TRAINING_RECORDS;
use crate::dataset::{SplitError, TableError};
use crate::device::DeviceError;
use crate::genetic_seq2vec::EmbeddingError;
use crate::metrics::MetricsError;
use crate::network::{ConfigError, WeightsError};
use crate::rna::KmerError;
use crate::training::CheckpointError;

/// Why a training run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    /// The training part gives no embedding.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    /// The initial weights do not match the settings.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The metrics cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// Rows of scores or labels do not fit together.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An RNA is shorter than a k-mer.
    #[error(
        "record `{record}` (line {line}) has {length} nt, which is too short for one {k}-mer; remove it or use a smaller k"
    )]
    TooShort {
        /// The ID of the record.
        record: String,
        /// Its line in the file.
        line: u64,
        /// Its length in nucleotides.
        length: usize,
        /// The k of the settings.
        k: usize,
    },
    /// There are too few RNAs in the training part.
    #[error(
        "only {0} RNAs are left for training, but at least {MIN_TRAINING_RECORDS} are needed; give more labelled RNAs"
    )]
    TooFew(usize),
    /// A part of the split has no labels.
    #[error(
        "none of the {count} RNAs in the {part} part has a compartment; label more RNAs, or name the split yourself with [split=train|val|test]"
    )]
    Unlabelled {
        /// The part: training, validation or held-out.
        part: &'static str,
        /// The number of RNAs in it.
        count: usize,
    },
    /// The training diverged.
    #[error(
        "the training diverged: the learning rate {0} is too high for these data; use a smaller one"
    )]
    Diverged(f64),
    /// The device failed, and there is no other one.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The checkpoint cannot be resumed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

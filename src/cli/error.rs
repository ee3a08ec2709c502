//! Why a subcommand failed.

use std::io;
use std::path::PathBuf;

use crate::dataset::DatasetError;
use crate::device::DeviceError;
use crate::evaluation::{CrossValidationError, GridError, ScoreError};
use crate::genetic_seq2vec::FromFastaError;
use crate::metrics::MetricsError;
use crate::model::ModelError;
use crate::network::ConfigError;
use crate::predictor::ThresholdsError;
use crate::rna::KmerError;
use crate::training_run::TrainingRunError;

/// An error of a subcommand, with the file or option that it is about.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file cannot be opened or read.
    #[error("cannot read {0}: {1}", path.display(), error)]
    Read {
        /// The file.
        path: PathBuf,
        /// The message of the operating system.
        error: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {0}: {1}", path.display(), error)]
    Write {
        /// The file, `-` for standard output.
        path: PathBuf,
        /// The message of the operating system.
        error: io::Error,
    },
    /// A model file cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Model {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: ModelError,
    },
    /// A labelled set cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Dataset {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: DatasetError,
    },
    /// A file gives no embedding.
    #[error("{0}: {1}", path.display(), error)]
    Embedding {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: FromFastaError,
    },
    /// A settings file cannot be used.
    #[error("{0}: {1}", path.display(), message)]
    Settings {
        /// The file.
        path: PathBuf,
        /// The cause.
        message: String,
    },
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// A training run failed.
    #[error(transparent)]
    TrainingRun(#[from] TrainingRunError),
    /// A model or a table of predictions cannot be scored.
    #[error("{0}: {1}", path.display(), error)]
    Score {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: ScoreError,
    },
    /// A grid of settings cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Grid {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: GridError,
    },
    /// An evaluation failed.
    #[error(transparent)]
    CrossValidation(#[from] CrossValidationError),
    /// The metrics cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The thresholds cannot be used.
    #[error(transparent)]
    Thresholds(#[from] ThresholdsError),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The trained model cannot be written as a file.
    #[error(transparent)]
    Save(#[from] ModelError),
}

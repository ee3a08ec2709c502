//! Why a verb could not do its work.

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

/// An error with the file it is about.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file cannot be opened or read.
    #[error("cannot read {0}: {1}", path.display(), error)]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {0}: {1}", path.display(), error)]
    Write {
        /// The file, `-` for standard output.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A model file cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ModelError,
    },
    /// A labelled set cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Dataset {
        /// The file.
        path: PathBuf,
        /// Why.
        error: DatasetError,
    },
    /// A file gives no embedding.
    #[error("{0}: {1}", path.display(), error)]
    Embedding {
        /// The file.
        path: PathBuf,
        /// Why.
        error: FromFastaError,
    },
    /// A settings file cannot be used.
    #[error("{0}: {1}", path.display(), message)]
    Settings {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// Settings that cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// Training cannot be done.
    #[error(transparent)]
    TrainingRun(#[from] TrainingRunError),
    /// A model or a table of predictions cannot be scored.
    #[error("{0}: {1}", path.display(), error)]
    Score {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ScoreError,
    },
    /// A grid of settings cannot be used.
    #[error("{0}: {1}", path.display(), error)]
    Grid {
        /// The file.
        path: PathBuf,
        /// Why.
        error: GridError,
    },
    /// An evaluation cannot be done.
    #[error(transparent)]
    CrossValidation(#[from] CrossValidationError),
    /// The figures cannot be worked out.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// Thresholds that cannot be used.
    #[error(transparent)]
    Thresholds(#[from] ThresholdsError),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The trained model cannot be turned into a file.
    #[error(transparent)]
    Save(#[from] ModelError),
}

//! Model: weights, settings, thresholds and training record, stored in one safetensors file.
//!
//! The file holds everything that a prediction needs.
//! [`tensor_shapes`](crate::network::tensors::tensor_shapes) lists its tensors, which have
//! PyTorch's names. Its string metadata are:
//!
//! | key | value |
//! |---|---|
//! | `format`, `format_version` | `rmlocnet`, `2` or `3` (version `1` can be read, too) |
//! | `config` | the [`Config`] as a JSON object |
//! | `compartments` | JSON list of names, in the order of the dense layer's rows |
//! | `thresholds` | JSON list: the probability from which each compartment is called |
//! | `fixed_length` | the fixed length in nucleotides |
//! | `training` | the [`TrainingRecord`] as JSON; may be missing |
//! | `range` | the [`ApplicabilityDomain`] as JSON; may be missing |
//!
//! Version 2 added `range` and the settings that go beyond the paper, version 3 the settings for
//! messenger RNAs. A file is written in the oldest version that can express it.

mod applicability;
mod dataset_description;
mod figures;
mod file;
mod record;

use crate::metrics::Thresholds;
use crate::network::{Config, ConfigError, Weights, WeightsError};
use crate::rna::{Encoder, FixedLength, KmerError};

pub use applicability::ApplicabilityDomain;
pub(crate) use dataset_description::{DatasetDescription, describe_dataset};
pub use figures::{BaselineFigure, ModelFigures};
pub use file::hash;
pub use record::{BaselineEvaluation, Evaluation, HeldOutMetrics, SplitSizes, TrainingRecord};

/// A trained network with its settings, thresholds and training record.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// The settings. `config.name` is the model's name.
    pub(crate) config: Config,
    /// Names of the compartments.
    pub(crate) compartments: Vec<String>,
    /// Probability from which each compartment is called.
    pub(crate) thresholds: Thresholds,
    /// The number of nucleotides that the network reads of an RNA.
    pub(crate) fixed_length: FixedLength,
    /// How the model was trained; `None` if another program trained it.
    pub(crate) training: Option<TrainingRecord>,
    /// Lengths and compositions that the model was trained on; `None` if another program trained
    /// it.
    pub(crate) domain: Option<ApplicabilityDomain>,
    /// The network's tensors.
    pub(crate) weights: Weights,
}

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes are not a safetensors file, or not all of one.
    #[error(
        "this is not a complete safetensors file ({0}); it may be a file of another kind, or its download may have been interrupted: download it again"
    )]
    NotSafetensors(String),
    /// The bytes are a file of another kind.
    #[error("this is {name}, not a model file; {remedy}")]
    OtherFormat {
        /// The kind of file, with an article.
        name: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A safetensors file without this program's metadata.
    #[error(
        "this safetensors file is not an rmlocnet model: its metadata lack `format` = `rmlocnet`; train a model with `rmlocnet train`"
    )]
    Foreign,
    /// The file was written by a later version of the program.
    #[error(
        "this model has format version {found}, but this program can read versions up to {supported}; use a newer rmlocnet"
    )]
    Newer {
        /// Version in the file.
        found: String,
        /// Newest version that this program can read.
        supported: u32,
    },
    /// A metadata entry is missing or invalid.
    #[error("metadata entry `{key}` of the model is {problem}")]
    Metadata {
        /// Name of the entry.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A tensor does not consist of 32-bit floating-point numbers.
    #[error(
        "tensor `{name}` of the model consists of {found}, not of 32-bit floats; convert it with `.float()` before saving"
    )]
    NumberType {
        /// Name of the tensor.
        name: String,
        /// Its number type.
        found: String,
    },
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or the stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// The tensors do not fit the settings.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The file could not be composed.
    #[error("the model cannot be written: {0}")]
    Write(String),
}

impl Model {
    /// The settings. `config().name` is the model's name.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The names of the compartments.
    pub fn compartments(&self) -> &[String] {
        &self.compartments
    }

    /// The probability from which each compartment is called.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// The number of nucleotides that the network reads of an RNA.
    pub fn fixed_length(&self) -> &FixedLength {
        &self.fixed_length
    }

    /// How the model was trained; `None` if another program trained it.
    pub fn training(&self) -> Option<&TrainingRecord> {
        self.training.as_ref()
    }

    /// Lengths and compositions that the model was trained on; `None` if another program trained
    /// it.
    pub fn domain(&self) -> Option<&ApplicabilityDomain> {
        self.domain.as_ref()
    }

    /// The network's tensors.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The encoder of RNAs for this model.
    ///
    /// # Errors
    /// The settings contain a k or a stride that is out of range.
    pub fn encoder(&self) -> Result<Encoder, KmerError> {
        self.config.encoder(self.fixed_length)
    }
}

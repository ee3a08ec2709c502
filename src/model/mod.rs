//! The model file: one safetensors file that holds everything a prediction needs.
//!
//! Tensors are listed in [`crate::network::tensors::expected`], under PyTorch's names. The file's
//! string metadata:
//!
//! | key | value |
//! |---|---|
//! | `format`, `format_version` | `rmlocnet`, `2` (`1` is read too) |
//! | `config` | the [`Config`] as a JSON object |
//! | `compartments` | JSON list of names, in the order of the dense layer's rows |
//! | `thresholds` | JSON list: a compartment is called where its probability is at least this |
//! | `fixed_length` | nucleotides a sequence is brought to |
//! | `training` | the [`TrainingRecord`] as JSON; may be missing |
//! | `range` | the [`Range`] as JSON; may be missing |
//!
//! Version 2 brought `range` and the settings that the paper does not have.

mod applicability;
mod file;
mod record;

use crate::network::{Config, ConfigError, Weights, WeightsError};
use crate::rna::{FixedLength, KmerError, Kmers};

pub use applicability::Range;
pub use file::hash;
pub use record::{BaselineEvaluation, Evaluation, Figures, Parts, TrainingRecord};

/// A trained network with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its settings; `config.name` is its name.
    pub config: Config,
    /// Names of the compartments.
    pub compartments: Vec<String>,
    /// Probability from which each compartment is called.
    pub thresholds: Vec<f32>,
    /// Length sequences are brought to.
    pub fixed_length: FixedLength,
    /// How it came to be; none for weights from elsewhere.
    pub training: Option<TrainingRecord>,
    /// What it learnt from, in outline; none for weights from elsewhere.
    pub range: Option<Range>,
    /// The network's tensors.
    pub weights: Weights,
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The bytes are not safetensors, or end early.
    #[error(
        "this is no whole safetensors file ({0}); it may be another kind of file or a download that broke off: fetch it again"
    )]
    NotSafetensors(String),
    /// A safetensors file without our metadata.
    #[error(
        "this safetensors file is no rmlocnet model: its metadata has no `format` = `rmlocnet`"
    )]
    Foreign,
    /// Written by a later version.
    #[error(
        "this model has format version {found}, but this program reads only up to {supported}; use a newer rmlocnet"
    )]
    Newer {
        /// Version in the file.
        found: String,
        /// Newest version known here.
        supported: u32,
    },
    /// A metadata entry is missing or unreadable.
    #[error("the model's metadata entry `{key}` is {problem}")]
    Metadata {
        /// Name of the entry.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A tensor does not hold 32-bit floats.
    #[error(
        "the tensor `{name}` holds {found}, not 32-bit floats; convert it with `.float()` before saving"
    )]
    NumberType {
        /// Name of the tensor.
        name: String,
        /// Its type.
        found: String,
    },
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// The tensors do not fit the settings.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The file could not be written.
    #[error("the model cannot be written: {0}")]
    Write(String),
}

impl Model {
    /// The k-mers it reads.
    pub fn kmers(&self) -> Result<Kmers, KmerError> {
        Kmers::new(self.config.k, self.config.stride)
    }
}

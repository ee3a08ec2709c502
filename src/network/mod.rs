//! The network (section 2.2): from k-mer vectors to compartments.
//!
//! [`embedding`] (2.2.1) -> [`lstm`] (2.2.2) -> [`attention`] (2.2.3) -> normalisation, dropout
//! and dense layer in [`classifier`] (2.2.4) -> [`loss`] (equation 22).
//! [`presets`](mod@presets) has Table 2, [`config`] all settings, [`settings`] their meaning and
//! ranges, and [`tensors`]
//! the names of all tensors. [`inference`] predicts with a trained network, and [`interpolated`]
//! computes the gradients of its scores with respect to each k-mer.

pub mod attention;
mod backend;
pub mod batch;
pub mod classifier;
pub mod config;
mod config_check;
pub mod dropout;
pub mod embedding;
pub mod inference;
pub mod interpolated;
pub mod joined;
pub mod loss;
pub mod lstm;
mod parameters;
pub mod pooling;
pub mod presets;
pub mod recurrence;
pub mod settings;
mod simd;
pub(crate) mod tensor_file;
pub mod tensors;
pub(crate) mod weights_error;

pub use batch::Batch;
pub use classifier::{Network, Output, TensorVisitor};
pub use config::{AttentionHeads, Config, KeepEpoch, Loss, Pooling, Recurrence, Schedule};
pub use config_check::ConfigError;
pub use dropout::Rng;
pub use inference::{BatchInference, Inference, InferenceNetwork, infer, infer_batch};
pub use interpolated::InterpolatedNetwork;
pub(crate) use presets::is_named_after;
pub use presets::{Preset, preset, preset_of_model, presets};
pub use settings::{SETTINGS, Setting, SettingChoice, SettingGroup, SettingRange};
pub use tensors::{Array, Weights};
pub use weights_error::WeightsError;

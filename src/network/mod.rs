//! Paper section 2.2: from k-mer vectors to compartments.
//!
//! [`embedding`] (2.2.1) -> [`lstm`] (2.2.2) -> [`attention`] (2.2.3) -> normalisation, dropout
//! and dense layer in [`classifier`] (2.2.4) -> [`loss`] (equation 22).
//! [`presets`](mod@presets) holds Table 2, [`config`] every setting's range, [`weights`] the names of all tensors, [`answer`]
//! asks a trained network, [`partial`] how its scores change with each k-mer read.

pub mod answer;
pub mod attention;
pub mod batch;
pub mod classifier;
pub mod config;
#[cfg(feature = "webgpu")]
mod cube;
pub mod dropout;
pub mod embedding;
mod flex;
pub mod loss;
pub mod lstm;
pub mod partial;
pub mod pooling;
pub mod presets;
pub mod recurrence;
mod simd;
pub mod weights;

pub use answer::{Answer, FlatAnswer, Ready, answer_batch, answers};
pub use batch::Batch;
pub use classifier::{Network, Output, WeightsError};
pub use config::{
    AttentionHeads, Checkpoint, Config, ConfigError, Loss, Pooling, Recurrence, Schedule,
};
pub use dropout::Chance;
pub use partial::Partial;
pub use presets::{Preset, preset, presets};
pub use weights::{Array, Weights};

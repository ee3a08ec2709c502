//! The progress of a training, and its result.

use serde::{Deserialize, Serialize};

use crate::network::Weights;

/// The losses of one epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EpochReport {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Mean loss of the training part during the epoch, with dropout.
    pub training_loss: f64,
    /// Mean loss of the validation part after the epoch; `None` without a validation part.
    pub validation_loss: Option<f64>,
}

/// The state of a training after a call of [`super::Trainer::step`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Progress {
    /// The present epoch, counted from 1; the last one if the training is done.
    pub epoch: usize,
    /// The number of epochs.
    pub epochs: usize,
    /// The number of steps done in this epoch.
    pub step: usize,
    /// The number of steps per epoch.
    pub steps_per_epoch: usize,
    /// The loss of the newest step.
    pub training_loss: f64,
    /// The losses of all steps of this call.
    pub losses: Vec<f64>,
    /// The epochs that ended during this call.
    pub finished_epochs: Vec<EpochReport>,
    /// Whether all epochs are done.
    pub done: bool,
    /// If the device failed and the CPU continued during this call: why, and from which epoch. The
    /// losses since the start of that epoch are reported again.
    #[serde(rename = "device_changed", skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// The result of a training.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrainedWeights {
    /// The weights of the best epoch.
    pub weights: Weights,
    /// The best epoch, counted from 1.
    pub best_epoch: usize,
    /// The losses of every epoch.
    pub history: Vec<EpochReport>,
}

//! What a training tells on its way and leaves at its end.

use serde::{Deserialize, Serialize};

use crate::network::Weights;

/// Losses of one epoch, counted from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Which epoch.
    pub epoch: usize,
    /// Mean loss of the training part while it was learnt, dropout at work.
    pub training_loss: f64,
    /// Mean loss of the validation part afterwards; none without a validation part.
    pub validation_loss: Option<f64>,
}

/// Where training stands after a call of [`super::Trainer::step`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Epoch being learnt, counted from 1; the last one when done.
    pub epoch: usize,
    /// Epochs in all.
    pub epochs: usize,
    /// Steps done of this epoch.
    pub step: usize,
    /// Steps of one epoch.
    pub steps_per_epoch: usize,
    /// Loss of the newest step.
    pub training_loss: f64,
    /// Losses of all steps of this call.
    pub losses: Vec<f64>,
    /// Epochs that ended during this call.
    pub finished_epochs: Vec<EpochReport>,
    /// Whether all epochs are done.
    pub done: bool,
    /// Where the device failed and another took over during this call: why, and from where the
    /// training goes on. Losses since that point are given again.
    #[serde(rename = "device_changed", skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// What training leaves.
#[derive(Clone, Debug)]
pub struct TrainedWeights {
    /// Weights of the best epoch.
    pub weights: Weights,
    /// That epoch, counted from 1.
    pub best_epoch: usize,
    /// Losses of every epoch.
    pub history: Vec<EpochReport>,
}

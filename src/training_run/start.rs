//! What a training run starts with if it is not labels and random weights.

use super::error::TrainingRunError;
use super::{PreparedData, TrainingRun};
use crate::network::Weights;
use crate::training::Targets;

impl TrainingRun {
    /// The same run from its start, trained towards `targets` instead of the labels: one row per
    /// record of the set. Thresholds and metrics are still those of the labels.
    ///
    /// # Errors
    /// The targets have another number of rows or compartments.
    pub fn with_targets(mut self, targets: Targets) -> Result<Self, TrainingRunError> {
        self.prepared.set_targets(targets)?;
        self.restarted()
    }

    /// The same run from its start, with these weights. Those that it would start with are
    /// [`crate::training::Checkpoint::weights`] of [`TrainingRun::checkpoint`].
    ///
    /// # Errors
    /// The weights do not match the settings.
    pub fn with_initial_weights(mut self, weights: Weights) -> Result<Self, TrainingRunError> {
        self.prepared.initial_weights = Some(weights);
        self.restarted()
    }

    /// The same run with the targets and the initial weights of another one of the same set.
    pub(super) fn with_start_of(mut self, other: &PreparedData) -> Result<Self, TrainingRunError> {
        self.prepared.set_targets(other.targets.clone())?;
        self.prepared
            .initial_weights
            .clone_from(&other.initial_weights);
        self.restarted()
    }

    fn restarted(mut self) -> Result<Self, TrainingRunError> {
        let config = self.prepared.config.clone();
        self.trainer = self.prepared.trainer(config, &self.prepared.device)?;
        self.diverged = false;
        Ok(self)
    }
}

//! Cross-fitted thresholds, for a training without a validation part.
//!
//! A network is more confident about RNAs that it was trained on than about others, and its
//! probabilities for them do not show where to place a threshold. So each half of the training part
//! is predicted by a network that was trained on the other half.

use super::error::TrainingRunError;
use super::{STEPS_PER_CALL, TrainingRun};
use crate::dataset::Split;
use crate::metrics::fit_thresholds;

impl TrainingRun {
    /// Thresholds from splits whose test parts are predicted by networks trained on their training
    /// parts, such as [`crate::dataset::folds::two_fold`]. `on_epoch` is called after every epoch
    /// of these trainings.
    ///
    /// # Errors
    /// A split cannot be trained on, or the CPU failed.
    pub async fn cross_fitted_thresholds(
        &self,
        splits: &[Split],
        mut on_epoch: impl FnMut(),
    ) -> Result<Vec<f32>, TrainingRunError> {
        let prepared = &self.prepared;
        let (mut scores, mut truth) = (Vec::new(), Vec::new());
        for split in splits {
            let (dataset, config) = (prepared.dataset.clone(), prepared.config.clone());
            let device = &prepared.device;
            let mut half =
                TrainingRun::with_split(dataset, split.clone(), config, prepared.seed, device)?;
            half.run(&mut on_epoch).await?;
            let model = half.finish().await?;
            scores.extend(half.scores(&model, &split.test).await?);
            truth.extend(prepared.truth(&split.test));
        }
        Ok(fit_thresholds(&scores, &truth, self.score_kind())?)
    }

    /// Trains to the end. `on_epoch` is called after every epoch. Returns whether the training
    /// diverged after an epoch had ended; the weights of that epoch are then kept.
    ///
    /// # Errors
    /// The CPU failed, or the training diverged before the end of the first epoch.
    pub async fn run(&mut self, mut on_epoch: impl FnMut()) -> Result<bool, TrainingRunError> {
        loop {
            match self.step(STEPS_PER_CALL).await {
                Ok(progress) => {
                    progress.finished_epochs.iter().for_each(|_| on_epoch());
                    if progress.done {
                        return Ok(false);
                    }
                }
                Err(TrainingRunError::Diverged(_)) if self.has_result() => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }
}

//! Thresholds where no RNA is set aside to choose them. What a network says of RNAs that it learnt
//! from is surer than what it says of others, and shows no place to cut; so each half of the
//! training part is asked of a network that learnt from the other half.

use super::error::TrainingRunError;
use super::{STEPS_PER_CALL, TrainingRun};
use crate::dataset::Split;
use crate::metrics::fit_thresholds;

impl TrainingRun {
    /// Thresholds for this training run's settings from splits whose test parts are judged by what
    /// their training parts teach, such as [`crate::dataset::folds::halves`]; `on_epoch` is called
    /// after every epoch of these trainings.
    ///
    /// # Errors
    /// A split does not allow it, or the CPU failed.
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

    /// Trains to the end; `on_epoch` is called after every epoch. Whether the loss ran away after
    /// an epoch had ended: then that epoch's weights stand.
    ///
    /// # Errors
    /// The CPU failed, or the loss ran away before an epoch had ended.
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

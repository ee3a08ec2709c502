//! Thresholds where no RNA is set aside to choose them. What a network says of RNAs that it learnt
//! from is surer than what it says of others, and shows no place to cut; so each half of the
//! training part is asked of a network that learnt from the other half.

use super::error::ExperimentError;
use super::{Experiment, STEPS};
use crate::dataset::Split;
use crate::metrics::fit_thresholds;

impl Experiment {
    /// Thresholds for this experiment's settings from splits whose test parts are judged by what
    /// their training parts teach, such as [`crate::dataset::folds::halves`]; `on_epoch` is called
    /// after every epoch of these trainings.
    ///
    /// # Errors
    /// A split does not allow it, or the CPU failed.
    pub async fn crossed_thresholds(
        &self,
        splits: &[Split],
        mut on_epoch: impl FnMut(),
    ) -> Result<Vec<f32>, ExperimentError> {
        let design = &self.design;
        let (mut scores, mut truth) = (Vec::new(), Vec::new());
        for split in splits {
            let (dataset, config) = (design.dataset.clone(), design.config.clone());
            let device = &design.device;
            let mut half =
                Experiment::with_split(dataset, split.clone(), config, design.seed, device)?;
            half.run(&mut on_epoch).await?;
            let model = half.finish().await?;
            scores.extend(half.scores(&model, &split.test).await?);
            truth.extend(design.truth(&split.test));
        }
        Ok(fit_thresholds(&scores, &truth, self.kind_of_scores())?)
    }

    /// Trains to the end; `on_epoch` is called after every epoch. Whether the loss ran away after
    /// an epoch had ended: then that epoch's weights stand.
    ///
    /// # Errors
    /// The CPU failed, or the loss ran away before an epoch had ended.
    pub async fn run(&mut self, mut on_epoch: impl FnMut()) -> Result<bool, ExperimentError> {
        loop {
            match self.step(STEPS).await {
                Ok(progress) => {
                    progress.finished_epochs.iter().for_each(|_| on_epoch());
                    if progress.done {
                        return Ok(false);
                    }
                }
                Err(ExperimentError::Diverged(_)) if self.has_result() => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }
}

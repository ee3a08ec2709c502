//! Fits the thresholds of a network at the end of its training.

use super::error::TrainingRunError;
use super::{ThresholdSource, TrainingRun};
use crate::dataset::{Labels, Split};
use crate::metrics::{Scores, Thresholds, fit_thresholds};
use crate::network::Network;

impl TrainingRun {
    /// The thresholds of `network`, from the RNAs of `source`. `on_epoch` is called
    /// after every epoch of the networks that are trained for cross-fitting.
    pub(super) async fn thresholds(
        &self,
        network: &Network,
        source: &ThresholdSource,
        on_epoch: &mut dyn FnMut(),
    ) -> Result<Thresholds, TrainingRunError> {
        let prepared = &self.prepared;
        let (mut scores, mut truth) = (Scores::default(), Labels::default());
        for part in source.parts(&prepared.split) {
            let part_scores = match part.half {
                Some(half) => self.half_scores(half, on_epoch).await?,
                None => prepared.scores(network, part.rnas).await?,
            };
            scores.append(&part_scores)?;
            let part_truth = prepared.truth(part.rnas);
            truth.append(&part_truth)?;
        }
        Ok(fit_thresholds(&scores, &truth, self.score_kind())?)
    }

    /// The scores of a split's test part by a network that is trained on its training part.
    async fn half_scores(
        &self,
        split: &Split,
        on_epoch: &mut dyn FnMut(),
    ) -> Result<Scores, TrainingRunError> {
        let prepared = &self.prepared;
        let (dataset, config) = (prepared.dataset.clone(), prepared.config.clone());
        let (seed, device) = (prepared.seed, &prepared.device);
        let half = TrainingRun::with_split(dataset, split.clone(), config, seed, device)?;
        let mut half = half.with_start_of(prepared)?;
        half.train_watched(on_epoch).await?;
        half.trained_scores(&split.test).await
    }
}

//! Makes the model at the end of a training run: chooses thresholds, then evaluates.

use super::error::TrainingRunError;
use super::prepared::PreparedData;
use crate::baselines::{LengthOnly, Prior};
use crate::metrics::{self, Metrics, ScoreKind, call, fit_thresholds};
use crate::model::{ApplicabilityDomain, HeldOutMetrics, Model, SplitSizes, TrainingRecord};
use crate::network::{Loss, Network};
use crate::training::TrainedWeights;

impl PreparedData {
    /// The finished model, with thresholds and held-out metrics.
    pub(super) async fn finish_model(
        &self,
        trained: TrainedWeights,
    ) -> Result<Model, TrainingRunError> {
        let compartments = self.dataset.compartments.len();
        let network =
            Network::from_weights(&self.config, compartments, &trained.weights, &self.device)?;
        let chosen_on = self.scores(&network, self.threshold_part()).await?;
        let thresholds = fit_thresholds(
            &chosen_on,
            &self.truth(self.threshold_part()),
            self.score_kind(),
        )?;
        let held_out = match self.split.test.is_empty() {
            true => None,
            false => {
                let scores = self.scores(&network, &self.split.test).await?;
                Some(self.held_out_metrics(&scores, &thresholds)?)
            }
        };
        let record = self.record(&trained, held_out);
        Ok(Model {
            config: self.config.clone(),
            compartments: self.dataset.compartments.clone(),
            thresholds,
            fixed_length: self.fixed_length,
            training: Some(record),
            domain: ApplicabilityDomain::fit(self.training_sequences()),
            weights: trained.weights,
        })
    }

    /// The kind of scores that the network gives.
    pub(super) fn score_kind(&self) -> ScoreKind {
        match self.config.loss {
            Loss::Sigmoid => ScoreKind::Independent,
            Loss::Softmax => ScoreKind::SumToOne,
        }
    }

    /// The sequences of the training part.
    fn training_sequences(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let train = self.split.train.iter();
        train.map(|i| self.dataset.records[*i].sequence.as_slice())
    }

    /// The part that chooses thresholds: validation, or training if there is no validation part.
    fn threshold_part(&self) -> &[usize] {
        if self.split.validation.is_empty() {
            &self.split.train
        } else {
            &self.split.validation
        }
    }

    /// The held-out metrics of the model and of two baselines, whose thresholds are chosen in the
    /// same way.
    fn held_out_metrics(
        &self,
        scores: &[Vec<f32>],
        thresholds: &[f32],
    ) -> Result<HeldOutMetrics, TrainingRunError> {
        let train = self.truth(&self.split.train);
        let prior = Prior::fit(&train)?;
        let length = LengthOnly::fit(&self.lengths(&self.split.train), &train)?;
        Ok(HeldOutMetrics {
            model: self.measure(scores, thresholds)?,
            prior: self.baseline(|_| prior.scores())?,
            length: self.baseline(|nucleotides| length.scores(nucleotides))?,
        })
    }

    fn baseline(&self, scores: impl Fn(usize) -> Vec<f32>) -> Result<Metrics, TrainingRunError> {
        let scores_of = |part: &[usize]| -> Vec<Vec<f32>> {
            self.lengths(part).into_iter().map(&scores).collect()
        };
        let thresholds = fit_thresholds(
            &scores_of(self.threshold_part()),
            &self.truth(self.threshold_part()),
            ScoreKind::Independent,
        )?;
        self.measure(&scores_of(&self.split.test), &thresholds)
    }

    fn measure(
        &self,
        scores: &[Vec<f32>],
        thresholds: &[f32],
    ) -> Result<Metrics, TrainingRunError> {
        let called: Vec<Vec<bool>> = scores.iter().map(|row| call(row, thresholds)).collect();
        Ok(metrics::evaluate(
            scores,
            &called,
            &self.truth(&self.split.test),
        )?)
    }

    fn record(&self, trained: &TrainedWeights, held_out: Option<HeldOutMetrics>) -> TrainingRecord {
        TrainingRecord {
            software: format!("rmlocnet {}", env!("CARGO_PKG_VERSION")),
            seed: self.seed,
            data_sha256: self.dataset.sha256(),
            records: self.dataset.records.len(),
            support: self.dataset.counts(),
            lengths: self.dataset.lengths(),
            split_sha256: self.split.sha256(),
            parts: SplitSizes {
                train: self.split.train.len(),
                validation: self.split.validation.len(),
                test: self.split.test.len(),
            },
            best_epoch: trained.best_epoch,
            history: trained.history.clone(),
            degenerate_embedding: self.initial.embedding.degenerate,
            held_out,
            evaluations: Vec::new(),
        }
    }
}

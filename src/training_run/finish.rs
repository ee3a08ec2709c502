//! Makes the model at the end of a training run, with its held-out metrics.

use super::error::TrainingRunError;
use super::prepared::PreparedData;
use super::threshold_source::ThresholdSource;
use crate::baselines::{LengthOnly, Prior};
use crate::dataset::{Labels, Split};
use crate::metrics::{self, Metrics, MetricsError, ScoreKind, Scores, Thresholds, fit_thresholds};
use crate::model::{ApplicabilityDomain, HeldOutMetrics, Model, SplitSizes, TrainingRecord};
use crate::network::{Loss, Network, Weights, WeightsError};
use crate::rna::Sequence;
use crate::training::TrainedWeights;

impl PreparedData {
    /// The network with these weights.
    pub(super) fn network(&self, weights: &Weights) -> Result<Network, WeightsError> {
        let compartments = self.dataset.compartments().len();
        Network::from_weights(&self.config, compartments, weights, &self.device)
    }

    /// The finished model, with its held-out metrics.
    pub(super) async fn finish_model(
        &self,
        trained: TrainedWeights,
        network: &Network,
        thresholds: Thresholds,
        source: &ThresholdSource,
    ) -> Result<Model, TrainingRunError> {
        let held_out = if self.split.test.is_empty() {
            None
        } else {
            let scores = self.scores(network, &self.split.test).await?;
            Some(self.held_out_metrics(&scores, &thresholds, source)?)
        };
        let record = self.record(&trained, held_out);
        Ok(Model {
            config: self.config.clone(),
            compartments: self.dataset.compartments().to_vec(),
            thresholds,
            fixed_length: self.encoder.length,
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
    fn training_sequences(&self) -> impl Iterator<Item = &Sequence> + Clone {
        let train = self.split.train.iter();
        train.map(|i| &self.dataset.records()[*i].sequence)
    }

    /// The held-out metrics of the model and of two baselines, whose thresholds are chosen in the
    /// same way.
    fn held_out_metrics(
        &self,
        scores: &Scores,
        thresholds: &Thresholds,
        source: &ThresholdSource,
    ) -> Result<HeldOutMetrics, TrainingRunError> {
        let length = |split: &Split, part: &[usize]| {
            let fitted = LengthOnly::fit(&self.lengths(&split.train), &self.truth(&split.train))?;
            let lengths = self.lengths(part).into_iter();
            Ok(Scores::from_rows(lengths.map(|n| fitted.scores(n)))?)
        };
        let prior = |split: &Split, part: &[usize]| {
            let fitted = Prior::fit(&self.truth(&split.train))?;
            Ok(Scores::from_rows(part.iter().map(|_| fitted.scores()))?)
        };
        Ok(HeldOutMetrics {
            model: self.measure(scores, thresholds)?,
            prior: self.baseline(source, prior)?,
            length: self.baseline(source, length)?,
        })
    }

    /// The held-out metrics of a baseline. `fit_and_score` fits it to the training part of a split
    /// and scores some RNAs.
    fn baseline(
        &self,
        source: &ThresholdSource,
        fit_and_score: impl Fn(&Split, &[usize]) -> Result<Scores, MetricsError>,
    ) -> Result<Metrics, TrainingRunError> {
        let (mut scores, mut truth) = (Scores::default(), Labels::default());
        for part in source.parts(&self.split) {
            let split = part.half.unwrap_or(&self.split);
            scores.append(&fit_and_score(split, part.rnas)?)?;
            truth.append(&self.truth(part.rnas))?;
        }
        let thresholds = fit_thresholds(&scores, &truth, ScoreKind::Independent)?;
        self.measure(&fit_and_score(&self.split, &self.split.test)?, &thresholds)
    }

    fn measure(
        &self,
        scores: &Scores,
        thresholds: &Thresholds,
    ) -> Result<Metrics, TrainingRunError> {
        let called = thresholds.call(scores);
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
            records: self.dataset.records().len(),
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
            degenerate_embedding: self.initial.embedding.is_degenerate,
            held_out,
            evaluations: Vec::new(),
        }
    }
}

//! Runs one fold: trains, chooses thresholds and tests the network and the baselines.

use std::collections::BTreeMap;

use super::cross_validation::CrossValidation;
use super::fold::{Fold, FoldPredictions, FoldResult};
use crate::baselines::{Baseline, BaselineData, BaselineInput, FittedBaseline};
use crate::dataset::{Dataset, Labels, PropertyGroups, Split};
use crate::device;
use crate::metrics::{ScoreKind, Scores, evaluate, fit_thresholds};
use crate::training_run::{TrainingRun, TrainingRunError};

impl CrossValidation {
    /// Runs one fold on the CPU, on the threads of the caller's pool. `on_epoch` is called after every
    /// epoch.
    ///
    /// # Errors
    /// The training part of the fold cannot be trained on, or its training diverged in the first
    /// epoch.
    pub async fn run(
        &self,
        fold: &Fold,
        mut on_epoch: impl FnMut(),
    ) -> Result<FoldResult, TrainingRunError> {
        let dataset = match (&self.control, fold.shuffled) {
            (Some(control), true) => control,
            _ => &self.dataset,
        };
        let config = self.settings.config.clone();
        let (split, cpu) = (fold.split.clone(), device::cpu());
        let run = TrainingRun::with_split(dataset.clone(), split, config, fold.seed, &cpu)?;
        let mut run = run.with_threshold_source(fold.threshold_source.clone());
        let tested = if self.settings.as_published {
            train_picking_on_test(&mut run, dataset, &mut on_epoch).await?
        } else {
            train_and_score(&mut run, fold, &mut on_epoch).await?
        };
        let mut baselines = BTreeMap::new();
        for &baseline in &self.settings.baselines {
            let scored = score_baseline(baseline, dataset, &self.groups, fold)?;
            baselines.insert(baseline, scored);
        }
        Ok(FoldResult {
            seed: fold.seed,
            fold: fold.index,
            shuffled: fold.shuffled,
            best_epoch: tested.best_epoch,
            diverged: tested.diverged,
            model: tested.predictions,
            baselines,
        })
    }
}

/// A network that was tested.
struct TestedNetwork {
    predictions: FoldPredictions,
    /// The epoch whose weights were tested, from 1.
    best_epoch: usize,
    /// Whether the training diverged after that epoch.
    diverged: bool,
}

/// Trains to the end and tests the model.
async fn train_and_score(
    run: &mut TrainingRun,
    fold: &Fold,
    mut on_epoch: impl FnMut(),
) -> Result<TestedNetwork, TrainingRunError> {
    let diverged = run.train_watched(&mut on_epoch).await?;
    let model = run.finish_watched(on_epoch).await?;
    let scores = run.scores(&model, &fold.split.test).await?;
    let called = model.thresholds.call(&scores);
    Ok(TestedNetwork {
        predictions: FoldPredictions { scores, called },
        best_epoch: model.training.map_or(0, |record| record.best_epoch),
        diverged,
    })
}

/// Fits a baseline to the training part and scores the test part. Its thresholds are chosen in the
/// same way as the network's.
fn score_baseline(
    baseline: Baseline,
    dataset: &Dataset,
    groups: &PropertyGroups,
    fold: &Fold,
) -> Result<FoldPredictions, TrainingRunError> {
    let input = |i: &usize| BaselineInput {
        sequence: &dataset.records()[*i].sequence,
        groups: groups.of_rna(*i),
    };
    let data = |part: &[usize]| BaselineData {
        rnas: part.iter().map(input).collect(),
        truth: dataset.labels().select(part),
    };
    let fit =
        |split: &Split| baseline.fit(&data(&split.train), &data(&split.validation), fold.seed);
    let scores = |fitted: &FittedBaseline, part: &[usize]| {
        Scores::from_rows(part.iter().map(input).map(fitted))
    };
    let fitted = fit(&fold.split)?;
    let (mut chosen_on, mut truth) = (Scores::default(), Labels::default());
    for part in fold.threshold_source.parts(&fold.split) {
        chosen_on.append(&match part.half {
            Some(half) => scores(&fit(half)?, part.rnas)?,
            None => scores(&fitted, part.rnas)?,
        })?;
        truth.append(&dataset.labels().select(part.rnas))?;
    }
    let thresholds = fit_thresholds(&chosen_on, &truth, ScoreKind::Independent)?;
    let scores = scores(&fitted, &fold.split.test)?;
    let called = thresholds.call(&scores);
    Ok(FoldPredictions { scores, called })
}

/// Trains epoch by epoch and keeps the predictions of the epoch that is best on the test part: an
/// evaluation flaw, reproduced.
async fn train_picking_on_test(
    run: &mut TrainingRun,
    dataset: &Dataset,
    mut on_epoch: impl FnMut(),
) -> Result<TestedNetwork, TrainingRunError> {
    let mut best: Option<BestTestEpoch> = None;
    let diverged = loop {
        match run.step(1).await {
            Ok(progress) => {
                if let Some(ended) = progress.finished_epochs.last() {
                    BestTestEpoch::update(&mut best, run, dataset, ended.epoch).await?;
                    on_epoch();
                }
                if progress.done {
                    break false;
                }
            }
            Err(TrainingRunError::Diverged(_)) if best.is_some() => break true,
            Err(error) => return Err(error),
        }
    };
    let best = best.unwrap_or_default();
    Ok(TestedNetwork {
        predictions: best.predictions,
        best_epoch: best.epoch,
        diverged,
    })
}

/// The epoch that is best on the test part.
#[derive(Default)]
struct BestTestEpoch {
    epoch: usize,
    precision: f64,
    predictions: FoldPredictions,
}

impl BestTestEpoch {
    async fn update(
        best: &mut Option<BestTestEpoch>,
        run: &TrainingRun,
        dataset: &Dataset,
        epoch: usize,
    ) -> Result<(), TrainingRunError> {
        let split = run.split();
        let truth = |part: &[usize]| dataset.labels().select(part);
        let scores = run.current_scores(&split.validation).await?;
        let thresholds = fit_thresholds(&scores, &truth(&split.validation), run.score_kind())?;
        let scores = run.current_scores(&split.test).await?;
        let called = thresholds.call(&scores);
        let measures = evaluate(&scores, &called, &truth(&split.test))?.measures;
        let precision = measures.average_precision;
        if best.as_ref().is_none_or(|b| precision > b.precision) {
            *best = Some(BestTestEpoch {
                epoch,
                precision,
                predictions: FoldPredictions { scores, called },
            });
        }
        Ok(())
    }
}

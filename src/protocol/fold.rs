//! One fold: learn, choose, judge; the baselines likewise.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::device;
use crate::evaluation::{
    Baseline, Known, Labelled, Measures, Scores, call, evaluate, fit_thresholds,
};
use crate::experiment::{Experiment, ExperimentError};
use crate::rna::Dataset;
use crate::rna::header::organism;
use crate::training::Split;

/// Training steps between two looks at what is going on.
const STEPS: usize = 8;

/// One fold to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Seed of the folds, of start and dropout.
    pub seed: u64,
    /// Which fold, from 0.
    pub fold: usize,
    /// Whether the labels are shuffled.
    pub shuffled: bool,
    /// Which RNAs learn, choose and judge.
    pub split: Split,
}

/// Answers for the RNAs that judge, in the order of [`Split::test`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Scores, `[samples, compartments]`.
    pub scores: Vec<Vec<f32>>,
    /// The compartments called, thresholds being those of the inner validation part.
    pub called: Vec<Vec<bool>>,
}

/// What a fold comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldResult {
    /// As in [`Task`].
    pub seed: u64,
    /// As in [`Task`].
    pub fold: usize,
    /// As in [`Task`].
    pub shuffled: bool,
    /// Epoch whose weights judged, from 1.
    pub best_epoch: usize,
    /// Whether the loss ran away after that epoch.
    pub diverged: bool,
    /// The network's answers.
    pub model: Answers,
    /// The baselines'.
    pub baselines: BTreeMap<Baseline, Answers>,
}

impl Task {
    /// Whether this is the task that the result belongs to.
    pub fn is_of(&self, result: &FoldResult) -> bool {
        (self.seed, self.fold, self.shuffled) == (result.seed, result.fold, result.shuffled)
    }
}

impl Plan {
    /// Runs one fold on the CPU, on the thread it is called from; `on_epoch` is called after every
    /// epoch.
    ///
    /// # Errors
    /// The fold's part of the set does not allow it, or its loss ran away in the first epoch.
    pub async fn run(
        &self,
        task: &Task,
        mut on_epoch: impl FnMut(),
    ) -> Result<FoldResult, ExperimentError> {
        let dataset = match (&self.control, task.shuffled) {
            (Some(control), true) => control,
            _ => &self.dataset,
        };
        let config = self.settings.config.clone();
        let (split, cpu) = (task.split.clone(), device::cpu());
        let mut experiment =
            Experiment::with_split(dataset.clone(), split, config, task.seed, &cpu)?;
        let mut picked: Option<Picked> = None;
        // One at a time where every epoch's end is to be looked at.
        let peeks = self.settings.as_published;
        let steps = if peeks { 1 } else { STEPS };
        let diverged = loop {
            match experiment.step(steps).await {
                Ok(progress) => {
                    if let (true, Some(ended)) = (peeks, progress.finished_epochs.last()) {
                        Picked::look(&mut picked, &experiment, dataset, ended.epoch).await?;
                    }
                    progress.finished_epochs.iter().for_each(|_| on_epoch());
                    if progress.done {
                        break false;
                    }
                }
                Err(ExperimentError::Diverged(_)) if experiment.has_result() => break true,
                Err(error) => return Err(error),
            }
        };
        let (model, best_epoch) = match picked {
            Some(picked) => (picked.answers, picked.epoch),
            None => judged(&mut experiment, &task.split).await?,
        };
        let mut baselines = BTreeMap::new();
        for &baseline in &self.settings.baselines {
            baselines.insert(baseline, ask(baseline, dataset, &task.split, task.seed)?);
        }
        Ok(FoldResult {
            seed: task.seed,
            fold: task.fold,
            shuffled: task.shuffled,
            best_epoch,
            diverged,
            model,
            baselines,
        })
    }
}

/// Ends the experiment and asks its model.
async fn judged(
    experiment: &mut Experiment,
    split: &Split,
) -> Result<(Answers, usize), ExperimentError> {
    let model = experiment.finish().await?;
    let scores = experiment.scores(&model, &split.test).await?;
    let called = scores.iter().map(|s| call(s, &model.thresholds)).collect();
    let best_epoch = model.training.map_or(0, |record| record.best_epoch);
    Ok((Answers { scores, called }, best_epoch))
}

/// Fits a baseline where the network learnt and asks it where the network is judged.
fn ask(
    baseline: Baseline,
    dataset: &Dataset,
    split: &Split,
    seed: u64,
) -> Result<Answers, ExperimentError> {
    let known = |i: &usize| {
        let record = &dataset.records[*i];
        Known {
            sequence: &record.sequence,
            organism: organism(record).unwrap_or_default(),
        }
    };
    let of = |part: &[usize]| Labelled {
        rnas: part.iter().map(known).collect(),
        truth: part.iter().map(|&i| dataset.labels[i].clone()).collect(),
    };
    let (train, validation, test) = (of(&split.train), of(&split.validation), of(&split.test));
    let fitted = baseline.fit(&train, &validation, seed)?;
    let chooser = if split.validation.is_empty() {
        &train
    } else {
        &validation
    };
    let chosen_on: Vec<Vec<f32>> = chooser.rnas.iter().map(|rna| fitted(*rna)).collect();
    let thresholds = fit_thresholds(&chosen_on, &chooser.truth, Scores::Chances)?;
    let scores: Vec<Vec<f32>> = test.rnas.iter().map(|rna| fitted(*rna)).collect();
    let called = scores.iter().map(|s| call(s, &thresholds)).collect();
    Ok(Answers { scores, called })
}

/// The epoch that is best on the very RNAs that judge: what must not be done.
struct Picked {
    epoch: usize,
    precision: f64,
    answers: Answers,
}

impl Picked {
    async fn look(
        best: &mut Option<Picked>,
        experiment: &Experiment,
        dataset: &Dataset,
        epoch: usize,
    ) -> Result<(), ExperimentError> {
        let split = experiment.split();
        let truth = |part: &[usize]| -> Vec<Vec<bool>> {
            part.iter().map(|&i| dataset.labels[i].clone()).collect()
        };
        let inner = experiment.present_scores(&split.validation).await?;
        let thresholds = fit_thresholds(
            &inner,
            &truth(&split.validation),
            experiment.kind_of_scores(),
        )?;
        let scores = experiment.present_scores(&split.test).await?;
        let called: Vec<Vec<bool>> = scores.iter().map(|s| call(s, &thresholds)).collect();
        let measures = Measures::from(&evaluate(&scores, &called, &truth(&split.test))?);
        let precision = measures.average_precision;
        if best.as_ref().is_none_or(|b| precision > b.precision) {
            *best = Some(Picked {
                epoch,
                precision,
                answers: Answers { scores, called },
            });
        }
        Ok(())
    }
}

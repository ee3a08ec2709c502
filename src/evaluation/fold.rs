//! One fold: learn, choose, judge; the baselines likewise.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::task::{Answers, FoldResult, Task};
use crate::baselines::{Baseline, Fitted, Known, Labelled};
use crate::dataset::headers::organism;
use crate::dataset::{Dataset, Split};
use crate::device;
use crate::experiment::{Experiment, ExperimentError};
use crate::metrics::{Measures, Scores, call, evaluate, fit_thresholds};

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
        let (answers, best_epoch, diverged) = match self.settings.as_published {
            true => picked(&mut experiment, dataset, &mut on_epoch).await?,
            false => judged(&mut experiment, task, &mut on_epoch).await?,
        };
        let mut baselines = BTreeMap::new();
        for &baseline in &self.settings.baselines {
            baselines.insert(baseline, ask(baseline, dataset, task)?);
        }
        Ok(FoldResult {
            seed: task.seed,
            fold: task.fold,
            shuffled: task.shuffled,
            best_epoch,
            diverged,
            model: answers,
            baselines,
        })
    }
}

/// Trains to the end and asks the model: answers, epoch, and whether the loss ran away after it.
async fn judged(
    experiment: &mut Experiment,
    task: &Task,
    mut on_epoch: impl FnMut(),
) -> Result<(Answers, usize, bool), ExperimentError> {
    let diverged = experiment.run(&mut on_epoch).await?;
    let model = experiment.finish().await?;
    let thresholds = match task.halves.as_slice() {
        [] => model.thresholds.clone(),
        halves => experiment.crossed_thresholds(halves, on_epoch).await?,
    };
    let scores = experiment.scores(&model, &task.split.test).await?;
    let called = scores.iter().map(|s| call(s, &thresholds)).collect();
    let best_epoch = model.training.map_or(0, |record| record.best_epoch);
    Ok((Answers { scores, called }, best_epoch, diverged))
}

/// Fits a baseline where the network learnt and asks it where the network is judged; its
/// thresholds are chosen as the network's are.
fn ask(baseline: Baseline, dataset: &Dataset, task: &Task) -> Result<Answers, ExperimentError> {
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
    let fit = |split: &Split| baseline.fit(&of(&split.train), &of(&split.validation), task.seed);
    let fitted = fit(&task.split)?;
    let scores = |fitted: &Fitted, part: &[usize]| -> Vec<Vec<f32>> {
        of(part).rnas.iter().map(|rna| fitted(*rna)).collect()
    };
    let (mut chosen_on, mut truth) = (Vec::new(), Vec::new());
    for half in &task.halves {
        chosen_on.extend(scores(&fit(half)?, &half.test));
        truth.extend(of(&half.test).truth);
    }
    if task.halves.is_empty() {
        let chooser = match task.split.validation.as_slice() {
            [] => &task.split.train,
            validation => validation,
        };
        (chosen_on, truth) = (scores(&fitted, chooser), of(chooser).truth);
    }
    let thresholds = fit_thresholds(&chosen_on, &truth, Scores::Chances)?;
    let scores = scores(&fitted, &task.split.test);
    let called = scores.iter().map(|s| call(s, &thresholds)).collect();
    Ok(Answers { scores, called })
}

/// Trains epoch by epoch and keeps what the test part likes best: answers, epoch, and whether the
/// loss ran away after it.
async fn picked(
    experiment: &mut Experiment,
    dataset: &Dataset,
    mut on_epoch: impl FnMut(),
) -> Result<(Answers, usize, bool), ExperimentError> {
    let mut best: Option<Picked> = None;
    let diverged = loop {
        match experiment.step(1).await {
            Ok(progress) => {
                if let Some(ended) = progress.finished_epochs.last() {
                    Picked::look(&mut best, experiment, dataset, ended.epoch).await?;
                    on_epoch();
                }
                if progress.done {
                    break false;
                }
            }
            Err(ExperimentError::Diverged(_)) if best.is_some() => break true,
            Err(error) => return Err(error),
        }
    };
    let best = best.unwrap_or_default();
    Ok((best.answers, best.epoch, diverged))
}

/// The epoch that is best on the very RNAs that judge: what must not be done.
#[derive(Default)]
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

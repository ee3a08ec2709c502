//! All folds together: what an evaluation says, as one object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::{Answers, FoldResult, Task};
use super::plan::{Plan, Protocol, Settings};
use crate::evaluation::bootstrap::{Difference, Drawn, Interval, Repetition, draw};
use crate::evaluation::{
    Baseline, Calibration, CardinalityRow, Confusion, Measures, MetricsError, PerMeasure, Spread,
    brier, by_cardinality, calibration, confusion, evaluate, per_compartment, roc_curves, thinned,
};
use crate::model::{BaselineEvaluation, Evaluation};
use crate::network::Config;
use crate::rna::Dataset;

/// What an evaluation says. The six measures stand at the top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Program and version.
    pub software: String,
    /// What the figures are not, where they are no evaluation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warning: Option<String>,
    /// Mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs, folds pooled.
    pub intervals: PerMeasure<Interval>,
    /// The mean over folds for each seed.
    pub per_seed: Vec<Measures>,
    /// One row per compartment, folds pooled, mean over seeds.
    pub per_compartment: Vec<CompartmentReport>,
    /// How often the whole answer is right, by number of compartments (Figs. 10 and 11); answers
    /// of all seeds counted together.
    pub cardinality: Vec<CardinalityRow>,
    /// Whether probabilities mean what they say; answers of all seeds together.
    pub calibration: Calibration,
    /// What stands beside the model.
    pub baselines: BTreeMap<Baseline, BaselineReport>,
    /// The same on labels dealt out at random.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shuffled_labels: Option<Control>,
    /// The epoch each fold kept, in the order of seeds and folds.
    pub best_epochs: Vec<usize>,
    /// Folds whose loss ran away after the epoch kept.
    pub diverged: usize,
    /// The labelled set.
    pub data: DataReport,
    /// SHA-256 over all splits.
    pub splits_sha256: String,
    /// What was asked for.
    pub settings: Settings,
    /// The command that prints this report, data named by its file name.
    #[serde(default)]
    pub command: String,
}

/// One compartment against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentReport {
    /// Its name.
    pub compartment: String,
    /// RNAs found in it, of those judged.
    pub support: usize,
    /// Average precision; none without RNAs.
    pub average_precision: Option<f64>,
    /// Area under the ROC curve; none unless both classes are there.
    pub auroc: Option<f64>,
    /// Mean squared difference of probability and truth.
    pub brier: f64,
    /// Called and true, called and not, and so on; answers of all seeds counted together.
    pub confusion: Confusion,
    /// The ROC curve of the first seed, thinned for drawing: false positive rate, true positive
    /// rate.
    pub roc: Vec<(f64, f64)>,
}

/// A baseline beside the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineReport {
    /// Mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// Model less baseline on the same draws of RNAs, with 95 % intervals.
    pub difference: PerMeasure<Difference>,
}

/// What is reached where there is nothing to learn but frequencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The model; one seed.
    #[serde(flatten)]
    pub measures: Measures,
    /// The compartments' frequencies on the same labels.
    pub prior: Option<Measures>,
}

/// The labelled set an evaluation is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataReport {
    /// SHA-256 of compartments, ids, sequences and labels.
    pub sha256: String,
    /// RNAs.
    pub records: usize,
    /// Compartments, the most frequent first.
    pub compartments: Vec<String>,
    /// RNAs in each.
    pub support: Vec<usize>,
    /// RNAs with none, one, two, … compartments.
    pub cardinality: Vec<usize>,
    /// Shortest, mean and longest RNA.
    pub lengths: (usize, f64, usize),
    /// Groups of near-identical RNAs and the size of the largest; where the protocol has groups.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub groups: Option<(usize, usize)>,
}

impl Report {
    /// What of it goes into a model file.
    pub fn summary(&self) -> Evaluation {
        let settings = &self.settings;
        let baseline = |(name, report): (&Baseline, &BaselineReport)| {
            let (measures, difference) = (report.measures, report.difference);
            (
                *name,
                BaselineEvaluation {
                    measures,
                    difference,
                },
            )
        };
        Evaluation {
            protocol: settings.protocol.to_string(),
            folds: match settings.protocol {
                Protocol::Holdout => 1,
                Protocol::Paper | Protocol::Strict => settings.folds,
            },
            seeds: settings.seeds.len(),
            measures: self.measures,
            spread: self.spread,
            intervals: self.intervals,
            baselines: self.baselines.iter().map(baseline).collect(),
            shuffled_labels: self.shuffled_labels.as_ref().map(|c| c.measures),
            data_sha256: self.data.sha256.clone(),
            splits_sha256: self.splits_sha256.clone(),
            command: self.command.clone(),
        }
    }

    /// Whether it is about this data and these settings, the network's name aside; if not, why.
    ///
    /// # Errors
    /// In words for a person.
    pub fn is_of(&self, data_sha256: &str, config: &Config) -> Result<(), String> {
        if self.warning.is_some() {
            return Err("is no evaluation, as it says itself".to_owned());
        }
        if self.data.sha256 != data_sha256 {
            return Err("is about other data than --data".to_owned());
        }
        let named = Config {
            name: config.name.clone(),
            ..self.settings.config.clone()
        };
        if named != *config {
            return Err("is about other settings than the model's".to_owned());
        }
        Ok(())
    }
}

impl DataReport {
    /// Of a labelled set.
    pub fn new(dataset: &Dataset, groups: Option<(usize, usize)>) -> Self {
        DataReport {
            sha256: dataset.sha256(),
            records: dataset.records.len(),
            compartments: dataset.compartments.clone(),
            support: dataset.counts(),
            cardinality: dataset.cardinality(),
            lengths: dataset.lengths(),
            groups,
        }
    }
}

/// Points of a ROC curve in a report are this far apart.
const POINTS_APART: f64 = 0.01;

/// Words at the head of what is no evaluation.
const AS_PUBLISHED: &str = "NOT AN EVALUATION: T was kept apart from U, which gives some labels \
     away, and every fold's epoch was picked on the RNAs that judge it. It shows where a published \
     figure can come from, and nothing else.";

/// One model's answers to all RNAs, and what they come to.
struct Table {
    repetitions: Vec<Repetition>,
    per_seed: Vec<Measures>,
    measures: Measures,
    drawn: Drawn,
}

/// Which answers of a fold.
type Choice<'a> = &'a dyn Fn(&FoldResult) -> Option<&Answers>;

impl Plan {
    /// Puts the folds together; `results` has one for every task, in any order.
    ///
    /// # Errors
    /// A fold is missing, has no label, or its scores are no numbers.
    pub fn report(&self, results: &[FoldResult]) -> Result<Report, MetricsError> {
        let model = self.table(results, &|result| Some(&result.model))?;
        let mut baselines = BTreeMap::new();
        for &baseline in &self.settings.baselines {
            let table = self.table(results, &|result| result.baselines.get(&baseline))?;
            let report = BaselineReport {
                measures: table.measures,
                spread: Measures::spread(&table.per_seed),
                intervals: table.drawn.intervals(),
                difference: model.drawn.less(&table.drawn),
            };
            baselines.insert(baseline, report);
        }
        let found: Vec<&FoldResult> = self
            .tasks
            .iter()
            .filter(|task| !task.shuffled)
            .filter_map(|task| of_task(task, results))
            .collect();
        let all = together(&model.repetitions);
        Ok(Report {
            software: format!("rmlocnet {}", env!("CARGO_PKG_VERSION")),
            warning: self.settings.as_published.then(|| AS_PUBLISHED.to_owned()),
            measures: model.measures,
            spread: Measures::spread(&model.per_seed),
            intervals: model.drawn.intervals(),
            per_compartment: compartment_rows(&self.dataset.compartments, &model.repetitions)?,
            cardinality: by_cardinality(&all.called, &all.truth)?,
            calibration: calibration(&all.scores, &all.truth)?,
            per_seed: model.per_seed,
            baselines,
            shuffled_labels: self.control_report(results)?,
            best_epochs: found.iter().map(|r| r.best_epoch).collect(),
            diverged: found.iter().filter(|r| r.diverged).count(),
            data: DataReport::new(&self.dataset, self.groups),
            splits_sha256: self.splits_sha256(),
            settings: self.settings.clone(),
            command: String::new(),
        })
    }

    /// One model's figures over all seeds, labels as they are.
    fn table(&self, results: &[FoldResult], choice: Choice<'_>) -> Result<Table, MetricsError> {
        let mut repetitions = Vec::new();
        let mut per_seed = Vec::new();
        for &seed in &self.settings.seeds {
            let of_seed = |task: &&Task| task.seed == seed && !task.shuffled;
            let tasks: Vec<&Task> = self.tasks.iter().filter(of_seed).collect();
            let (repetition, measures) = repetition(&self.dataset, &tasks, results, choice)?;
            repetitions.push(repetition);
            per_seed.push(measures);
        }
        let seed = self.settings.seeds.first().copied().unwrap_or_default();
        Ok(Table {
            drawn: draw(&repetitions, self.dataset.records.len(), seed)?,
            measures: Measures::mean(&per_seed).unwrap_or_default(),
            repetitions,
            per_seed,
        })
    }

    fn control_report(&self, results: &[FoldResult]) -> Result<Option<Control>, MetricsError> {
        let Some(control) = &self.control else {
            return Ok(None);
        };
        let tasks: Vec<&Task> = self.tasks.iter().filter(|task| task.shuffled).collect();
        let (_, measures) = repetition(control, &tasks, results, &|r| Some(&r.model))?;
        let prior = match self.settings.baselines.contains(&Baseline::Prior) {
            true => {
                let prior: Choice<'_> = &|r| r.baselines.get(&Baseline::Prior);
                Some(repetition(control, &tasks, results, prior)?.1)
            }
            false => None,
        };
        Ok(Some(Control { measures, prior }))
    }
}

/// All repetitions as one.
pub(super) fn together(repetitions: &[Repetition]) -> Repetition {
    let mut all = Repetition::default();
    for r in repetitions {
        all.rnas.extend(&r.rnas);
        all.scores.extend(r.scores.iter().cloned());
        all.called.extend(r.called.iter().cloned());
        all.truth.extend(r.truth.iter().cloned());
    }
    all
}

/// One row for each compartment, answers of all folds pooled.
pub(super) fn compartment_rows(
    names: &[String],
    repetitions: &[Repetition],
) -> Result<Vec<CompartmentReport>, MetricsError> {
    let seeds = repetitions
        .iter()
        .map(|r| per_compartment(&r.scores, &r.truth))
        .collect::<Result<Vec<_>, _>>()?;
    let all = together(repetitions);
    let (brier, confusion) = (
        brier(&all.scores, &all.truth)?,
        confusion(&all.called, &all.truth)?,
    );
    let curves = match repetitions.first() {
        Some(first) => roc_curves(&first.scores, &first.truth)?,
        None => Vec::new(),
    };
    let mean = |values: Vec<f64>| {
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let row = |(c, name): (usize, &String)| {
        let rows = || seeds.iter().filter_map(move |seed| seed.get(c));
        let curve = curves.get(c).and_then(Option::as_deref).unwrap_or_default();
        let points = thinned(curve, POINTS_APART);
        CompartmentReport {
            compartment: name.clone(),
            support: rows().next().map_or(0, |row| row.support),
            average_precision: mean(rows().filter_map(|r| r.average_precision).collect()),
            auroc: mean(rows().filter_map(|r| r.auroc).collect()),
            brier: brier.get(c).copied().unwrap_or_default(),
            confusion: confusion.get(c).copied().unwrap_or_default(),
            roc: points
                .iter()
                .map(|p| (p.false_positive_rate, p.true_positive_rate))
                .collect(),
        }
    };
    Ok(names.iter().enumerate().map(row).collect())
}

fn of_task<'r>(task: &Task, results: &'r [FoldResult]) -> Option<&'r FoldResult> {
    results.iter().find(|result| task.is_of(result))
}

/// One seed's answers side by side, and the mean of its folds' figures.
fn repetition(
    dataset: &Dataset,
    tasks: &[&Task],
    results: &[FoldResult],
    choice: Choice<'_>,
) -> Result<(Repetition, Measures), MetricsError> {
    let mut all = Repetition::default();
    let mut folds = Vec::with_capacity(tasks.len());
    for task in tasks {
        let answers = of_task(task, results).and_then(choice);
        let answers = answers.ok_or(MetricsError::RowCount {
            what: "finished folds",
            found: results.len(),
            expected: tasks.len(),
        })?;
        let of = |i: &usize| dataset.labels.get(*i).cloned();
        let truth: Vec<Vec<bool>> = task.split.test.iter().filter_map(of).collect();
        let metrics = evaluate(&answers.scores, &answers.called, &truth)?;
        folds.push(Measures::from(&metrics));
        all.rnas.extend(&task.split.test);
        all.scores.extend(answers.scores.iter().cloned());
        all.called.extend(answers.called.iter().cloned());
        all.truth.extend(truth);
    }
    Ok((all, Measures::mean(&folds).unwrap_or_default()))
}

//! From the folds' answers to a report.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::report::{BaselineReport, CompartmentReport, Control, DataReport, Report};
use super::task::{Answers, FoldResult, Task};
use crate::baselines::Baseline;
use crate::dataset::Dataset;
use crate::metrics::bootstrap::{Drawn, Repetition, draw};
use crate::metrics::{
    Measures, MetricsError, brier, by_cardinality, calibration, confusion, evaluate,
    per_compartment, roc_curves, thinned,
};

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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use super::*;
    use crate::evaluation::plan::{Protocol, Settings};
    use crate::network::presets;

    /// 12 RNAs; one compartment has a single one, so that two of three folds have none.
    fn plan(seeds: &[u64]) -> Plan {
        let place = |i: usize| match i {
            4 => "Rare;Nucleus",
            i if i % 2 == 0 => "Nucleus",
            i if i % 3 == 0 => "Nucleus;Cytosol",
            _ => "Cytosol",
        };
        let record = |i: usize| format!(">r{i} [location={}]\nACGU{}\n", place(i), "A".repeat(i));
        let fasta: String = (0..12).map(record).collect();
        let settings = Settings {
            config: presets().remove(0).config,
            protocol: Protocol::Paper,
            folds: 3,
            inner: 0.1,
            seeds: seeds.to_vec(),
            baselines: vec![Baseline::Prior],
            shuffled: true,
            as_published: false,
        };
        Plan::new(Dataset::read(fasta.as_bytes()).unwrap(), settings).unwrap()
    }

    /// Answers that are the truth for the model, and all the same for the baseline.
    fn results(plan: &Plan) -> Vec<FoldResult> {
        let result = |task: &Task| {
            let test = task.split.test.iter();
            let called: Vec<Vec<bool>> = test.map(|&i| plan.dataset.labels[i].clone()).collect();
            let score = |row: &Vec<bool>| row.iter().map(|l| f32::from(u8::from(*l))).collect();
            let scores = called.iter().map(score).collect();
            let flat = vec![vec![0.5; 3]; called.len()];
            let prior = Answers {
                called: vec![vec![true; 3]; flat.len()],
                scores: flat,
            };
            FoldResult {
                seed: task.seed,
                fold: task.fold,
                shuffled: task.shuffled,
                best_epoch: task.fold + 1,
                diverged: false,
                model: Answers { scores, called },
                baselines: [(Baseline::Prior, prior)].into(),
            }
        };
        plan.tasks.iter().map(result).collect()
    }

    #[test]
    fn what_is_right_gets_the_best_figures_though_a_compartment_lacks_in_a_fold() {
        let plan = plan(&[1, 2]);
        assert_eq!(plan.tasks.len(), 9, "three folds, two seeds, one control");
        let mut results = results(&plan);
        results.reverse();
        let report = plan.report(&results).unwrap();
        let measures = report.measures;
        assert_eq!((measures.average_precision, measures.accuracy), (1.0, 1.0));
        assert_eq!((measures.ranking_loss, measures.one_error), (0.0, 0.0));
        assert_eq!(measures.auroc, Some(1.0));
        // 15 labels on 12 RNAs.
        assert!((measures.coverage - 0.25).abs() < 1e-12);
        let support: Vec<usize> = report.per_compartment.iter().map(|r| r.support).collect();
        assert_eq!(support, plan.dataset.counts());
        assert_eq!(report.best_epochs, [1, 2, 3, 1, 2, 3]);
        assert_eq!(report.calibration.brier, 0.0);
        assert!(
            report
                .cardinality
                .iter()
                .all(|row| row.exact == row.samples)
        );
        let prior = &report.baselines[&Baseline::Prior];
        assert_eq!(prior.measures.ranking_loss, 1.0);
        assert_eq!(prior.difference.ranking_loss.unwrap().high, -1.0);
        // The control is judged by its own labels.
        let control = report.shuffled_labels.unwrap();
        assert!(control.measures.accuracy < 1.0);
        assert_eq!(control.prior.unwrap().ranking_loss, 1.0);
    }

    #[test]
    fn a_fold_that_is_missing_is_not_passed_over() {
        let plan = plan(&[1]);
        let mut results = results(&plan);
        results.remove(1);
        assert!(matches!(
            plan.report(&results),
            Err(MetricsError::RowCount {
                what: "finished folds",
                ..
            })
        ));
    }

    #[test]
    fn a_report_read_again_is_the_same() {
        let plan = plan(&[1]);
        let report = plan.report(&results(&plan)).unwrap();
        let text = serde_json::to_string(&report).unwrap();
        let again: Report = serde_json::from_str(&text).unwrap();
        assert_eq!(again.data, report.data);
        assert_eq!(again.settings, report.settings);
        assert_eq!(again.summary().folds, 3);
        assert_eq!(again.measures, report.measures);
        let (hash, config) = (&report.data.sha256, &report.settings.config);
        assert_eq!(again.is_of(hash, config), Ok(()));
        assert!(again.is_of("other", config).is_err());
    }
}

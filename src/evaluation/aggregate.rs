//! Aggregates the results of all folds into a report.

use std::collections::BTreeMap;

use super::cross_validation::CrossValidation;
use super::fold::{Fold, FoldPredictions, FoldResult};
use super::report::{BaselineReport, CompartmentReport, ControlReport, DataReport, Report};
use crate::baselines::Baseline;
use crate::dataset::Dataset;
use crate::metrics::bootstrap::{BootstrapDraws, Repetition, bootstrap};
use crate::metrics::{
    AurocDraws, CompartmentAuroc, Measures, MetricsError, auroc_draws, brier, by_cardinality,
    calibration, confusion, downsampled, evaluate, per_compartment, roc_curves,
};

/// Smallest distance between two points of a ROC curve in a report.
const POINTS_APART: f64 = 0.01;

/// The warning at the head of a report that is not an evaluation.
const AS_PUBLISHED: &str = "NOT AN EVALUATION: T was kept apart from U, which reveals some labels, \
     and the epoch of every fold was chosen on its test part. This shows how much these two flaws \
     change a result.";

/// The predictions of one model for all RNAs, and their measures.
struct ModelSummary {
    repetitions: Vec<Repetition>,
    per_seed: Vec<Measures>,
    measures: Measures,
    bootstrap: BootstrapDraws,
    aurocs: AurocDraws,
}

impl ModelSummary {
    /// The report of a baseline, next to the network's.
    fn compared_with(&self, network: &Self) -> BaselineReport {
        BaselineReport {
            measures: self.measures,
            spread: Measures::spread(&self.per_seed),
            intervals: self.bootstrap.intervals(),
            difference: network.bootstrap.difference_from(&self.bootstrap),
            aurocs: self.aurocs.summary(Some(&network.aurocs)),
            per_compartment: self.aurocs.compartments().to_vec(),
        }
    }
}

/// Selects the predictions of one model from the result of a fold.
type SelectPredictions<'a> = &'a dyn Fn(&FoldResult) -> Option<&FoldPredictions>;

impl CrossValidation {
    /// Aggregates the results of the folds. `results` has one result for every fold, in any order.
    ///
    /// # Errors
    /// A fold is missing or has no label, or its scores are not numbers.
    pub fn report(&self, results: &[FoldResult]) -> Result<Report, MetricsError> {
        let model = self.summary(results, &|result| Some(&result.model))?;
        let mut baselines = BTreeMap::new();
        for &baseline in &self.settings.baselines {
            let summary = self.summary(results, &|result| result.baselines.get(&baseline))?;
            baselines.insert(baseline, summary.compared_with(&model));
        }
        let found: Vec<&FoldResult> = self
            .folds
            .iter()
            .filter(|fold| !fold.shuffled)
            .filter_map(|fold| result_of(fold, results))
            .collect();
        let all = pool_repetitions(&model.repetitions)?;
        Ok(Report {
            apart_from: self.apart_from.clone(),
            split_notes: self.notes.clone(),
            data: DataReport::new(&self.dataset, self.near_identical),
            software: format!("rmlocnet {}", env!("CARGO_PKG_VERSION")),
            warning: self.settings.as_published.then(|| AS_PUBLISHED.to_owned()),
            measures: model.measures,
            spread: Measures::spread(&model.per_seed),
            intervals: model.bootstrap.intervals(),
            per_compartment: compartment_rows(
                self.dataset.compartments(),
                &model.repetitions,
                model.aurocs.compartments(),
            )?,
            aurocs: model.aurocs.summary(None),
            cardinality: by_cardinality(&all.called, &all.truth)?,
            calibration: calibration(&all.scores, &all.truth)?,
            per_seed: model.per_seed,
            baselines,
            shuffled_labels: self.control_report(results)?,
            best_epochs: found.iter().map(|r| r.best_epoch).collect(),
            diverged: found.iter().filter(|r| r.diverged).count(),
            splits_sha256: self.splits_sha256(),
            settings: self.settings.clone(),
            command: String::new(),
        })
    }

    /// The measures of one model over all seeds, on labels that are not shuffled.
    fn summary(
        &self,
        results: &[FoldResult],
        choice: SelectPredictions<'_>,
    ) -> Result<ModelSummary, MetricsError> {
        let mut repetitions = Vec::new();
        let mut per_seed = Vec::new();
        for &seed in &self.settings.seeds {
            let of_seed = |fold: &&Fold| fold.seed == seed && !fold.shuffled;
            let folds: Vec<&Fold> = self.folds.iter().filter(of_seed).collect();
            let (repetition, measures) = repetition(&self.dataset, &folds, results, choice)?;
            repetitions.push(repetition);
            per_seed.push(measures);
        }
        let seed = self.settings.seeds.first().copied().unwrap_or_default();
        Ok(ModelSummary {
            bootstrap: bootstrap(&repetitions, self.dataset.records().len(), seed)?,
            aurocs: auroc_draws(&repetitions, &self.groups, seed)?,
            measures: Measures::mean(&per_seed).unwrap_or_default(),
            repetitions,
            per_seed,
        })
    }

    fn control_report(
        &self,
        results: &[FoldResult],
    ) -> Result<Option<ControlReport>, MetricsError> {
        let Some(control) = &self.control else {
            return Ok(None);
        };
        let folds: Vec<&Fold> = self.folds.iter().filter(|fold| fold.shuffled).collect();
        let (_, measures) = repetition(control, &folds, results, &|r| Some(&r.model))?;
        let prior = if self.settings.baselines.contains(&Baseline::Prior) {
            let prior: SelectPredictions<'_> = &|r| r.baselines.get(&Baseline::Prior);
            Some(repetition(control, &folds, results, prior)?.1)
        } else {
            None
        };
        Ok(Some(ControlReport { measures, prior }))
    }
}

/// All repetitions as one.
pub(super) fn pool_repetitions(repetitions: &[Repetition]) -> Result<Repetition, MetricsError> {
    let mut all = Repetition::default();
    for repetition in repetitions {
        all.append(repetition)?;
    }
    Ok(all)
}

/// One row for each compartment, with the predictions of all folds pooled. `aurocs` has the AUROC of
/// every compartment.
pub(super) fn compartment_rows(
    names: &[String],
    repetitions: &[Repetition],
    aurocs: &[CompartmentAuroc],
) -> Result<Vec<CompartmentReport>, MetricsError> {
    let seeds = repetitions
        .iter()
        .map(|r| per_compartment(&r.scores, &r.truth))
        .collect::<Result<Vec<_>, _>>()?;
    let all = pool_repetitions(repetitions)?;
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
        let aurocs = aurocs.get(c).cloned().unwrap_or_default();
        let curve = curves.get(c).and_then(Option::as_deref).unwrap_or_default();
        CompartmentReport {
            compartment: name.clone(),
            support: aurocs.support,
            negatives: aurocs.negatives,
            average_precision: mean(rows().filter_map(|r| r.average_precision).collect()),
            auroc: aurocs.auroc,
            within: aurocs.within,
            brier: brier.get(c).copied().unwrap_or_default(),
            confusion: confusion.get(c).copied().unwrap_or_default(),
            roc: downsampled(curve, POINTS_APART),
        }
    };
    Ok(names.iter().enumerate().map(row).collect())
}

fn result_of<'r>(fold: &Fold, results: &'r [FoldResult]) -> Option<&'r FoldResult> {
    results.iter().find(|result| fold.is_of(result))
}

/// The pooled predictions of one seed, and the mean of the measures of its folds.
fn repetition(
    dataset: &Dataset,
    folds: &[&Fold],
    results: &[FoldResult],
    choice: SelectPredictions<'_>,
) -> Result<(Repetition, Measures), MetricsError> {
    let mut all = Repetition::default();
    let mut measures = Vec::with_capacity(folds.len());
    for fold in folds {
        let predictions = result_of(fold, results).and_then(choice);
        let predictions = predictions.ok_or(MetricsError::RowCount {
            what: "finished folds",
            found: results.len(),
            expected: folds.len(),
        })?;
        let truth = dataset.labels().select(&fold.split.test);
        let metrics = evaluate(&predictions.scores, &predictions.called, &truth)?;
        measures.push(metrics.measures);
        all.append(&Repetition {
            rnas: fold.split.test.clone(),
            folds: vec![fold.index; fold.split.test.len()],
            scores: predictions.scores.clone(),
            called: predictions.called.clone(),
            truth,
        })?;
    }
    Ok((all, Measures::mean(&measures).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::evaluation::cross_validation::{Protocol, Settings};
    use crate::evaluation::report::ReportError;
    use crate::metrics::Measure;
    use crate::network::presets;

    /// 12 RNAs; one compartment has a single one, so two of three folds have none.
    fn plan(seeds: &[u64]) -> CrossValidation {
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
            validation_fraction: 0.1,
            seeds: seeds.to_vec(),
            baselines: vec![Baseline::Prior],
            shuffled: true,
            as_published: false,
        };
        CrossValidation::new(Dataset::read(fasta.as_bytes()).unwrap(), settings).unwrap()
    }

    /// Predictions that equal the labels for the model, and are constant for the baseline.
    fn results(plan: &CrossValidation) -> Vec<FoldResult> {
        let result = |fold: &Fold| {
            let called = plan.dataset.labels().select(&fold.split.test);
            let score = |row: &[bool]| -> Vec<f32> {
                row.iter()
                    .map(|label| f32::from(u8::from(*label)))
                    .collect()
            };
            let scores = table(called.iter().map(score));
            let prior = FoldPredictions {
                called: table(vec![[true; 3]; called.len()]),
                scores: table(vec![[0.5; 3]; called.len()]),
            };
            FoldResult {
                seed: fold.seed,
                fold: fold.index,
                shuffled: fold.shuffled,
                best_epoch: fold.index + 1,
                diverged: false,
                model: FoldPredictions { scores, called },
                baselines: [(Baseline::Prior, prior)].into(),
            }
        };
        plan.folds.iter().map(result).collect()
    }

    #[test]
    fn perfect_predictions_get_the_best_measures_even_if_a_fold_lacks_a_compartment() {
        let plan = plan(&[1, 2]);
        assert_eq!(plan.folds.len(), 9, "three folds, two seeds, one control");
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
        assert_eq!(prior.difference[Measure::RankingLoss].unwrap().high, -1.0);
        // The control is evaluated on its own labels.
        let control = report.shuffled_labels.unwrap();
        assert!(control.measures.accuracy < 1.0);
        assert_eq!(control.prior.unwrap().ranking_loss, 1.0);
    }

    #[test]
    fn a_missing_fold_is_an_error() {
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

    /// The JSON of a report or a record without the fields that older versions do not write.
    fn as_older_version(value: &mut serde_json::Value) {
        const NEW: [&str; 6] = [
            "aurocs",
            "properties",
            "notes",
            "negatives",
            "within",
            "compartments",
        ];
        match value {
            serde_json::Value::Object(fields) => {
                fields.retain(|name, field| !NEW.contains(&name.as_str()) || field.is_string());
                fields.values_mut().for_each(as_older_version);
            }
            serde_json::Value::Array(values) => values.iter_mut().for_each(as_older_version),
            _ => (),
        }
    }

    #[test]
    fn a_report_of_an_older_version_is_read() {
        let plan = plan(&[1]);
        let report = plan.report(&results(&plan)).unwrap();
        let compartments = serde_json::to_value(&report.data.compartments).unwrap();
        let mut old = serde_json::to_value(&report).unwrap();
        as_older_version(&mut old);
        old["data"]["compartments"] = compartments;
        let prior = old["baselines"]["prior"].as_object_mut().unwrap();
        assert!(prior.remove("per_compartment").is_some());
        let read: Report = serde_json::from_value(old).unwrap();
        assert_eq!(read.measures, report.measures);
        assert_eq!(read.aurocs.kinds().count(), 0);
        let mut old = serde_json::to_value(report.summary()).unwrap();
        as_older_version(&mut old);
        let read: crate::model::Evaluation = serde_json::from_value(old).unwrap();
        assert_eq!(read.intervals, report.intervals);
        assert!(read.compartments.is_empty() && read.notes.is_empty());
    }

    #[test]
    fn a_report_survives_a_round_trip() {
        let plan = plan(&[1]);
        let report = plan.report(&results(&plan)).unwrap();
        let text = serde_json::to_string(&report).unwrap();
        let again: Report = serde_json::from_str(&text).unwrap();
        assert_eq!(again.data, report.data);
        assert_eq!(again.settings, report.settings);
        assert_eq!(again.summary().folds, 3);
        assert_eq!(again.measures, report.measures);
        let (hash, config) = (&report.data.sha256, &report.settings.config);
        assert!(again.check(hash, config).is_ok());
        let error = again.check("other", config);
        assert!(matches!(error, Err(ReportError::OtherData)));
    }
}

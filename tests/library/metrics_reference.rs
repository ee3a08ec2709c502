//! Compares the measures with scikit-learn's, for the cases in `reference/metrics.json` (written by
//! `reference/make_reference.py`).

use rmlocnet::dataset::Labels;
use rmlocnet::metrics::bootstrap::{Repetition, bootstrap};
use rmlocnet::metrics::{
    Scores, bounds_hold, brier, by_cardinality, calibration, confusion, evaluate, per_compartment,
    per_sample, roc_curves,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    scores: Scores,
    called: Vec<Vec<u8>>,
    truth: Vec<Vec<u8>>,
    average_precision: f64,
    accuracy: f64,
    coverage: f64,
    ranking_loss: f64,
    one_error: f64,
    auroc: Option<f64>,
    labelled_samples: usize,
    ranked_samples: usize,
    support: Vec<usize>,
    compartment_average_precision: Vec<Option<f64>>,
    compartment_auroc: Vec<Option<f64>>,
    brier: f64,
    compartment_brier: Vec<f64>,
    /// Mean probability and share of true labels, for each bin.
    reliability: Vec<[f64; 2]>,
    /// False and true positive rates.
    roc: Vec<Option<Vec<[f64; 2]>>>,
    /// True positives, false positives, false negatives, true negatives.
    confusion: Vec<[usize; 4]>,
    /// Number of labels, samples, and exact matches.
    cardinality: Vec<[usize; 3]>,
}

fn flags(rows: &[Vec<u8>]) -> Labels {
    let row = |row: &Vec<u8>| -> Vec<bool> { row.iter().map(|&flag| flag == 1).collect() };
    Labels::from_rows(rows.iter().map(row)).unwrap()
}

fn same(name: &str, case: usize, found: Option<f64>, expected: Option<f64>) {
    let close = match (found, expected) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    };
    assert!(close, "{name} of case {case}: {found:?}, not {expected:?}");
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../reference/metrics.json")).unwrap();
    assert!(cases.len() >= 40);
    cases
}

#[test]
fn reliability_curves_and_tables_agree_with_scikit_learn() {
    for (i, case) in cases().iter().enumerate() {
        let (truth, called) = (flags(&case.truth), flags(&case.called));
        let found = calibration(&case.scores, &truth).unwrap();
        same("Brier score", i, Some(found.brier), Some(case.brier));
        assert_eq!(found.bins.len(), case.reliability.len(), "bins of case {i}");
        for (bin, [probability, observed]) in found.bins.iter().zip(&case.reliability) {
            same(
                "mean of a bin",
                i,
                Some(bin.probability),
                Some(*probability),
            );
            same("truth of a bin", i, Some(bin.observed), Some(*observed));
        }
        let answers: usize = found.bins.iter().map(|bin| bin.answers).sum();
        assert_eq!(answers, truth.values().len());
        let each = brier(&case.scores, &truth).unwrap();
        for (found, expected) in each.iter().zip(&case.compartment_brier) {
            same(
                "compartment's Brier score",
                i,
                Some(*found),
                Some(*expected),
            );
        }

        let curves = roc_curves(&case.scores, &truth).unwrap();
        assert_eq!(curves.len(), case.roc.len());
        for (found, expected) in curves.iter().zip(&case.roc) {
            assert_eq!(found.is_some(), expected.is_some(), "ROC of case {i}");
            let (found, expected) = (found.iter().flatten(), expected.iter().flatten());
            assert_eq!(found.clone().count(), expected.clone().count());
            for (point, [false_rate, true_rate]) in found.zip(expected) {
                let (x, y) = (point.false_positive_rate, point.true_positive_rate);
                same("false positive rate", i, Some(x), Some(*false_rate));
                same("true positive rate", i, Some(y), Some(*true_rate));
            }
        }

        let matrices = confusion(&called, &truth).unwrap();
        let matrices: Vec<[usize; 4]> = matrices
            .iter()
            .map(|m| {
                [
                    m.true_positives,
                    m.false_positives,
                    m.false_negatives,
                    m.true_negatives,
                ]
            })
            .collect();
        assert_eq!(matrices, case.confusion, "confusion of case {i}");
        let rows = by_cardinality(&called, &truth).unwrap();
        let rows: Vec<[usize; 3]> = rows
            .iter()
            .map(|r| [r.labels, r.samples, r.exact])
            .collect();
        assert_eq!(rows, case.cardinality, "cardinality of case {i}");
    }
}

/// The means over samples, and an unweighted bootstrap, must give the measures again.
#[test]
fn sample_metrics_and_bootstrap_agree_with_the_measures() {
    for (i, case) in cases().iter().enumerate() {
        let (truth, called) = (flags(&case.truth), flags(&case.called));
        let rows = per_sample(&case.scores, &called, &truth).unwrap();
        let mean = |of: &dyn Fn(&rmlocnet::metrics::SampleMetrics) -> Option<f64>| {
            let values: Vec<f64> = rows.iter().filter_map(of).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        same(
            "accuracy",
            i,
            mean(&|r| Some(r.accuracy)),
            Some(case.accuracy),
        );
        same("coverage", i, mean(&|r| r.coverage), Some(case.coverage));
        same("one-error", i, mean(&|r| r.one_error), Some(case.one_error));
        if case.ranked_samples == 0 {
            continue;
        }
        let precision = mean(&|r| r.average_precision);
        same(
            "average precision",
            i,
            precision,
            Some(case.average_precision),
        );
        let repetition = Repetition {
            rnas: (0..truth.len()).collect(),
            folds: vec![0; truth.len()],
            scores: case.scores.clone(),
            called,
            truth,
        };
        let drawn = bootstrap(&[repetition], case.truth.len(), 1).unwrap();
        let observed = drawn.observed();
        same(
            "drawn ranking loss",
            i,
            Some(observed.ranking_loss),
            Some(case.ranking_loss),
        );
        same("drawn AUROC", i, observed.auroc, case.auroc);
        for interval in drawn.intervals().values().flatten() {
            assert!(interval.low <= interval.high);
        }
    }
}

/// The ranking measures use only the order of the scores.
#[test]
fn ranking_measures_depend_on_the_order_of_scores_only() {
    for case in cases() {
        let (truth, called) = (flags(&case.truth), flags(&case.called));
        let before = evaluate(&case.scores, &called, &truth).unwrap();
        // Scores are equal, or differ by at least 0.0001, also afterwards.
        let moved = |row: &[f32]| -> Vec<f32> { row.iter().map(|s| 2.0 * s + 4.0).collect() };
        let moved = Scores::from_rows(case.scores.iter().map(moved)).unwrap();
        let after = evaluate(&moved, &called, &truth).unwrap();
        assert_eq!(before, after);
    }
}

#[test]
fn measures_agree_with_scikit_learn() {
    for (i, case) in cases().iter().enumerate() {
        let truth = flags(&case.truth);
        let found = evaluate(&case.scores, &flags(&case.called), &truth).unwrap();
        let pairs = [
            (
                "average precision",
                found.measures.average_precision,
                case.average_precision,
            ),
            ("accuracy", found.measures.accuracy, case.accuracy),
            ("coverage", found.measures.coverage, case.coverage),
            (
                "ranking loss",
                found.measures.ranking_loss,
                case.ranking_loss,
            ),
            ("one-error", found.measures.one_error, case.one_error),
        ];
        for (name, found, expected) in pairs {
            same(name, i, Some(found), Some(expected));
        }
        same("AUROC", i, found.measures.auroc, case.auroc);
        assert_eq!(found.samples, case.scores.len());
        assert_eq!(found.labelled_samples, case.labelled_samples);
        assert_eq!(found.ranked_samples, case.ranked_samples);
        assert_eq!(bounds_hold(&found, &truth), Ok(()));

        let compartments = per_compartment(&case.scores, &truth).unwrap();
        assert_eq!(compartments.len(), case.support.len());
        for (c, row) in compartments.iter().enumerate() {
            assert_eq!(row.support, case.support[c]);
            let expected = case.compartment_average_precision[c];
            same(
                "compartment average precision",
                i,
                row.average_precision,
                expected,
            );
            same("compartment AUROC", i, row.auroc, case.compartment_auroc[c]);
        }
    }
}

//! The measures against scikit-learn's, on the cases of `reference/metrics.json`
//! (made by `reference/make_reference.py`).
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use rmlocnet::evaluation::{bounds_hold, evaluate, per_compartment};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    scores: Vec<Vec<f32>>,
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
}

fn flags(rows: &[Vec<u8>]) -> Vec<Vec<bool>> {
    let row = |row: &Vec<u8>| row.iter().map(|&flag| flag == 1).collect();
    rows.iter().map(row).collect()
}

fn same(name: &str, case: usize, found: Option<f64>, expected: Option<f64>) {
    let close = match (found, expected) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    };
    assert!(close, "{name} of case {case}: {found:?}, not {expected:?}");
}

#[test]
fn agree_with_scikit_learn() {
    let text = include_str!("reference/metrics.json");
    let cases: Vec<Case> = serde_json::from_str(text).unwrap();
    assert!(cases.len() >= 40);
    for (i, case) in cases.iter().enumerate() {
        let truth = flags(&case.truth);
        let found = evaluate(&case.scores, &flags(&case.called), &truth).unwrap();
        let pairs = [
            (
                "average precision",
                found.average_precision,
                case.average_precision,
            ),
            ("accuracy", found.accuracy, case.accuracy),
            ("coverage", found.coverage, case.coverage),
            ("ranking loss", found.ranking_loss, case.ranking_loss),
            ("one-error", found.one_error, case.one_error),
        ];
        for (name, found, expected) in pairs {
            same(name, i, Some(found), Some(expected));
        }
        same("AUROC", i, found.auroc, case.auroc);
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

//! Predictions next to the labels in their definition lines.

use std::fs;

use pollster::block_on;

use crate::support::predict_fasta;
use rmlocnet::dataset::Dataset;
use rmlocnet::device;
use rmlocnet::evaluation::{Verdict, agreement, score_model};
use rmlocnet::predictor::Predictor;

const FASTA: &str = ">a [location=Nucleus;Exosome]\nUGAGGUAGUAGGUUGUAUAGUU\n\
    >b [location=Exosome]\nUAGCUUAUCAGACUGAUGUUGA\n\
    >c [location=Nucleus]\nGGCUGGUCCGAAGGUAGUGAGUUAUCUCAAUUGAUUGUUCACAGUCAGUUACAGAUCGAACUCCUUGUUC\n\
    >c [location=Nucleus]\nGGCUGGUCCGAAGGUAGUGAGUUAUCUCAAUUGAUUGUUCACAGUCAGUUACAGAUCGAACUCCUUGUUC\n\
    >d without a label\nUGGAAUGUAAAGAAGUAUGUAU\n\
    >e [location=Exosome; Cytoplasm]\nUAAAGUGCUUAUAGUGCAGGUAG\n";

fn predictor() -> Predictor {
    let bytes = fs::read("models/human-mirna.safetensors").unwrap();
    Predictor::new(&bytes, &device::cpu()).unwrap()
}

#[test]
fn the_measures_are_those_of_an_evaluation() {
    let predictor = predictor();
    let predictions = predict_fasta(&predictor, FASTA).predictions;
    let found = agreement(predictor.model(), &predictions);
    let score = found.score.unwrap();
    let labelled = FASTA.replace(">d without a label\nUGGAAUGUAAAGAAGUAUGUAU\n", "");
    let set = Dataset::read(labelled.as_bytes()).unwrap();
    let report = block_on(score_model(&predictor, &set, None)).unwrap();
    assert_eq!(score.measures, report.measures);
    assert_eq!(score.intervals, report.intervals);
    // The two rows of `c` are one RNA.
    assert_eq!((score.judged, report.judged, found.rnas.len()), (4, 4, 5));
    assert_eq!(score.notes, report.notes);
}

#[test]
fn every_rna_is_compared_with_its_own_labels() {
    let predictor = predictor();
    let predictions = predict_fasta(&predictor, FASTA).predictions;
    let names = predictor.model().compartments();
    let found = agreement(predictor.model(), &predictions);
    let indices: Vec<usize> = found.rnas.iter().map(|rna| rna.index).collect();
    assert_eq!(indices, [0, 1, 2, 3, 5]);
    for rna in found.rnas {
        let prediction = &predictions[rna.index];
        let mut called: Vec<&str> = prediction.called.iter().map(|&c| &*names[c]).collect();
        let mut labels: Vec<&str> = rna.labels.iter().map(String::as_str).collect();
        called.sort_unstable();
        labels.sort_unstable();
        let shared = called.iter().filter(|name| labels.contains(name)).count();
        match rna.verdict {
            Verdict::All => assert_eq!(called, labels),
            Verdict::Some => assert!(shared > 0 && called != labels),
            Verdict::None => assert_eq!(shared, 0),
        }
    }
}

#[test]
fn a_label_that_the_model_does_not_have_is_said() {
    let predictor = predictor();
    let fasta = FASTA.replace("location=Nucleus]", "location=Peroxisome]");
    let predictions = predict_fasta(&predictor, &fasta).predictions;
    let found = agreement(predictor.model(), &predictions);
    assert_eq!(found.unknown, ["Peroxisome"]);
    assert!(found.score.is_none());
    let failure = found.failure.unwrap();
    assert!(failure.contains("'Peroxisome'"), "{failure}");
}

#[test]
fn without_labels_there_is_nothing_to_compare() {
    let predictor = predictor();
    let predictions = predict_fasta(&predictor, ">d\nUGGAAUGUAAAGAAGUAUGUAU\n").predictions;
    let found = agreement(predictor.model(), &predictions);
    assert!(found.rnas.is_empty() && found.score.is_none() && found.failure.is_none());
}

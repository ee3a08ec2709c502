//! Messenger RNAs: their tail, their regions, and models that read them.

use std::ops::Range;

use pollster::block_on;
use rmlocnet::dataset::Dataset;
use rmlocnet::device;
use rmlocnet::model::Model;
use rmlocnet::network::{Config, preset};
use rmlocnet::predictor::{Prediction, Predictor};
use rmlocnet::rna::message::region_features;
use rmlocnet::rna::{MessageRegions, PolyA, Reading, Region, Sequence};
use rmlocnet::training_run::TrainingRun;
use serde::Deserialize;

use crate::support::labelled::labelled;
use crate::support::{difference, predict_fasta, rna, vary};

#[derive(Deserialize)]
struct Case {
    sequence: Sequence,
    coding: [usize; 2],
    features: Vec<f32>,
}

/// For `reference/regions.json` (written by `reference/make_region_reference.py`).
#[test]
fn features_of_regions_equal_those_of_an_independent_program() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../reference/regions.json")).unwrap();
    for case in cases {
        let regions = MessageRegions::find(&case.sequence);
        assert_eq!(regions.coding, case.coding[0]..case.coding[1]);
        let found = region_features(&case.sequence, &regions);
        assert!(
            difference(&found, &case.features) < 1e-6,
            "{}",
            case.sequence
        );
    }
}

/// A small and short version of a preset that reads messages by region.
fn config() -> Config {
    vary(preset("human-mirna-tuned").unwrap().config, |config| {
        config.stride = 3;
        config.embedding_dim = 6;
        config.hidden_units = 5;
        config.attention_dim = 4;
        config.learning_rate = 0.02;
        config.batch_size = 8;
        config.epochs = 4;
        config.length_limit = 60;
        config.poly_a = PolyA::Cut;
        config.reading = Reading::StartAndStopCodon;
        config.joined_regions = true;
        config.joined_units = 7;
    })
}

/// Labelled messages: each RNA of a labelled set between a start and a stop codon, with a tail.
fn messages(count: usize) -> String {
    let message = |line: &str| match line.strip_prefix('>') {
        Some(_) => line.to_owned(),
        None => format!("GGCCAUG{line}CUAAUAGUGACCGC{}AAAAAAAA", line.repeat(2)),
    };
    let lines = labelled(count, 3);
    lines.lines().map(|line| message(line) + "\n").collect()
}

fn model() -> Model {
    let dataset = Dataset::read(messages(48).as_bytes()).unwrap();
    let mut run = TrainingRun::new(dataset, config(), 7, &device::cpu()).unwrap();
    while !block_on(run.step(3)).unwrap().done {}
    block_on(run.finish()).unwrap()
}

fn predictor() -> Predictor {
    Predictor::new(&model().to_bytes().unwrap(), &device::cpu()).unwrap()
}

fn predict(predictor: &Predictor, letters: &str) -> Prediction {
    let mut found = predict_fasta(predictor, &format!(">rna\n{letters}\n"));
    assert!(found.problems.is_empty(), "{letters}: {:?}", found.problems);
    found.predictions.pop().unwrap()
}

#[test]
fn a_model_of_messages_survives_a_file() {
    let model = model();
    let bytes = model.to_bytes().unwrap();
    let again = Model::from_bytes(&bytes).unwrap();
    assert!(again.weights() == model.weights() && again.config() == model.config());
    assert_eq!(model.weights()["joined.weight"].shape, [7, 438]);
    assert_eq!(model.weights()["dense.weight"].shape, [3, 10 + 7]);
    let is_in_file = |text: &str| {
        bytes
            .windows(text.len())
            .any(|found| found == text.as_bytes())
    };
    assert!(is_in_file(r#""format_version":"3""#));
    let dataset = Dataset::read(messages(48).as_bytes()).unwrap();
    let record = model.training().unwrap();
    assert_eq!(
        record.data_sha256,
        dataset.sha256(),
        "of the RNAs as they were read"
    );
    let run = TrainingRun::new(dataset, config(), 7, &device::cpu()).unwrap();
    let note = "poly-A tails were cut from 48 of 48 RNAs, 8 nt on average";
    assert_eq!(run.notes(), [note]);
}

#[test]
fn a_tail_changes_nothing_but_a_note() {
    let predictor = predictor();
    let body = "GGCCAUGGGGCCCAAAUUUGGGUAAUAGCCGCGCGUUUGCGC";
    let without = predict(&predictor, body);
    for tail in [4, 30, 200] {
        let with = predict(&predictor, &format!("{body}{}", "A".repeat(tail)));
        assert_eq!(with.probabilities, without.probabilities);
        assert_eq!(with.warnings, without.warnings);
        assert_eq!(with.notes[0], format!("a poly-A tail of {tail} nt was cut"));
        assert_eq!(with.notes[1..], without.notes);
    }
    let three = predict(&predictor, &format!("{body}AAA"));
    assert_ne!(
        three.probabilities, without.probabilities,
        "three A are not a tail"
    );
}

#[test]
fn rnas_that_are_not_complete_messages_are_predicted_with_a_note() {
    let predictor = predictor();
    let cases = [
        ("GCGCUUUCCGGGAAACCC".repeat(6), "no start codon"),
        (format!("CCAUG{}", "GCC".repeat(60)), "has no stop codon"),
        (
            "CCAUGGCNNNNGCCGCCUAAGG".to_owned(),
            "codons with N that were not counted: 2",
        ),
        ("CUCUCUCCCCUUUCC".to_owned(), "no start codon"),
        ("A".repeat(40), "no start codon"),
        ("NNN".to_owned(), "no start codon"),
        ("AUG".to_owned(), "has no stop codon"),
    ];
    for (letters, expected) in cases {
        let found = predict(&predictor, &letters);
        let is_told = found.notes.iter().any(|note| note.contains(expected));
        assert!(is_told, "{letters}: {:?}", found.notes);
        assert!(
            found.probabilities.iter().all(|p| p.is_finite()),
            "{letters}"
        );
    }
}

/// A message of 300 nt whose windows do not meet.
fn long_message() -> Sequence {
    rna(&format!(
        "{}AUG{}UAA{}AAAAAA",
        "C".repeat(30),
        "GCU".repeat(60),
        "GUU".repeat(20)
    ))
}

#[test]
fn attention_and_gradients_are_at_the_positions_of_the_whole_rna() {
    let (predictor, message) = (predictor(), long_message());
    let explanation = block_on(predictor.explain(&message)).unwrap();
    let read: Vec<Range<usize>> = explanation.read.iter().collect();
    assert_eq!(read, [24..54, 198..228]);
    assert_eq!((explanation.length, explanation.tail), (282, 6));
    let regions = explanation.regions.as_ref().unwrap();
    assert_eq!(regions.range(Region::Coding), 30..216);
    let gradients = block_on(predictor.gradients(&message, 1, 0..64)).unwrap();
    let is_read = |position: usize| read.iter().any(|part| part.contains(&position));
    for head in &explanation.heads {
        assert_eq!(head.weights.len(), message.len());
        assert!((head.weights.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        for (position, weight) in head.weights.iter().enumerate() {
            assert_eq!(*weight > 0.0, is_read(position), "position {position}");
        }
    }
    for (position, value) in gradients.nucleotides.iter().enumerate() {
        assert!(is_read(position) || *value == 0.0, "position {position}");
    }
}

#[test]
fn a_substitution_that_the_lstm_does_not_read_counts_through_the_regions() {
    let (predictor, message) = (predictor(), long_message());
    let mutations = block_on(predictor.mutagenesis(&message, 100..101)).unwrap();
    assert!(mutations.changes.iter().any(|change| change.abs() > 1e-6));
    let tail = block_on(predictor.mutagenesis(&message, 280..281)).unwrap();
    // A substitution in the tail leaves a shorter tail and a longer 3' UTR.
    assert!(tail.changes.iter().all(|change| change.is_finite()));
}

#[test]
fn the_parts_of_a_score_add_up() {
    let (predictor, message) = (predictor(), long_message());
    let prediction = predict(&predictor, message.as_str());
    for (compartment, probability) in prediction.probabilities.iter().enumerate() {
        let parts = block_on(predictor.score_parts(&message, compartment)).unwrap();
        let score = f64::from(*probability / (1.0 - probability)).ln() as f32;
        assert!(
            (parts.score - score).abs() < 1e-3,
            "{} {score}",
            parts.score
        );
        assert_eq!(parts.regions.len(), 4);
        let regions: f32 = parts.regions.iter().map(|part| part.contribution).sum();
        assert!((parts.start + parts.reading + regions - parts.score).abs() < 1e-4);
    }
    assert!(block_on(predictor.score_parts(&message, 3)).is_err());
}

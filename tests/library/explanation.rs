//! Explanations by a shipped model. They are compared with predictions of the changed RNAs.

use pollster::block_on;
use rmlocnet::device;
use rmlocnet::explanation::AttentionSummary;
use rmlocnet::explanation::deletion::{DRAWS, DeletionVerdict, MASKED_SHARES};
use rmlocnet::explanation::gradients::PATH_POINTS;
use rmlocnet::predictor::{ExplainError, InputRecord, Predictor, ThresholdsError};
use rmlocnet::rna::{Nucleotide, Sequence};

use crate::support::rna;

const LET_7A: &str = "UGAGGUAGUAGGUUGUAUAGUU";

fn predictor() -> Predictor {
    read_model("human-mirna")
}

fn read_model(name: &str) -> Predictor {
    let bytes = std::fs::read(format!("models/{name}.safetensors")).unwrap();
    Predictor::new(&bytes, &device::cpu()).unwrap()
}

/// The records of `fasta`, in their order.
fn read_records(predictor: &Predictor, fasta: &str) -> Vec<InputRecord> {
    let mut reader = predictor.reader(fasta.as_bytes());
    reader.chunk(1000, 1 << 20).into_records()
}

#[test]
fn mutagenesis_matches_the_prediction_of_each_variant() {
    let predictor = predictor();
    let mutations = block_on(predictor.mutagenesis(&rna(LET_7A), 0..100)).unwrap();
    assert_eq!(
        mutations.positions,
        0..22,
        "positions after the end are left out"
    );
    let substitutions = [(0, Nucleotide::A), (8, Nucleotide::U), (21, Nucleotide::C)];
    for (position, nucleotide) in substitutions {
        let mut letters = LET_7A.to_owned();
        letters.replace_range(position..position + 1, &nucleotide.to_string());
        let variant = rna(&letters);
        let expected = block_on(predictor.explain(&variant)).unwrap().probabilities;
        for (c, probability) in expected.iter().enumerate() {
            let change = mutations.change(position, nucleotide, c).unwrap();
            assert!((mutations.reference[c] + change - probability).abs() < 1e-5);
        }
    }
    let part = block_on(predictor.mutagenesis(&rna(LET_7A), 8..9)).unwrap();
    let change = part.change(8, Nucleotide::U, 0).unwrap();
    assert!((change - mutations.change(8, Nucleotide::U, 0).unwrap()).abs() < 1e-5);
}

/// Tests RNAs of 22 to several hundred nt, and models with one attention head and with several.
#[test]
fn integrated_gradients_sum_to_the_change_of_the_score() {
    let long = "GGACUUAGCAUUGCGAUACCGUAUUGGCAACGUUAGCCAUAUGGCAUCGAUUCGAUGCCAAUGG".repeat(9);
    for (model, letters) in [
        ("human-mirna", LET_7A),
        ("human-snorna", &long[..131]),
        ("human-lncrna", &long),
    ] {
        let predictor = read_model(model);
        let sequence = rna(letters);
        for c in 0..predictor.model().compartments().len() {
            let gradients = block_on(predictor.gradients(&sequence, c, 0..PATH_POINTS)).unwrap();
            let [empty, complete] = gradients.end_scores.unwrap();
            let change = complete - empty;
            assert!(
                (gradients.sum() - change).abs() < 0.03 * change.abs().max(0.1),
                "{model}, {c}: {} of {change}",
                gradients.sum()
            );
            assert_eq!(gradients.nucleotides.len(), sequence.len());
        }
    }
}

#[test]
fn integrated_gradients_of_parts_of_the_path_sum_to_those_of_the_path() {
    let predictor = predictor();
    let all = block_on(predictor.gradients(&rna(LET_7A), 1, 0..usize::MAX)).unwrap();
    assert_eq!(all.points, 0..PATH_POINTS);
    let mut sums = vec![0.0; LET_7A.len()];
    for points in [0..1, 1..20, 20..PATH_POINTS] {
        let part = block_on(predictor.gradients(&rna(LET_7A), 1, points.clone())).unwrap();
        assert_eq!(part.end_scores.is_some(), points.start == 0);
        let pairs = sums.iter_mut().zip(&part.nucleotides);
        pairs.for_each(|(sum, value)| *sum += value);
    }
    let pairs = sums.iter().zip(&all.nucleotides);
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
    let points = PATH_POINTS..PATH_POINTS + 9;
    let outside = block_on(predictor.gradients(&rna(LET_7A), 1, points)).unwrap();
    assert!(outside.points.is_empty());
    assert_eq!((outside.sum(), outside.end_scores), (0.0, None));
}

#[test]
fn deletion_curve_is_reproducible_and_refers_to_the_unmasked_rna() {
    let predictor = predictor();
    let unmasked = block_on(predictor.explain(&rna(LET_7A)))
        .unwrap()
        .probabilities;
    let curve = |compartment: usize| -> Vec<_> {
        let sequence = rna(LET_7A);
        let point =
            |step| block_on(predictor.deletion_point(&sequence, compartment, step)).unwrap();
        (0..MASKED_SHARES.len()).map(point).collect()
    };
    let points = curve(0);
    assert!(
        points
            .iter()
            .all(|p| (p.reference - unmasked[0]).abs() < 1e-6)
    );
    assert!(points.iter().all(|p| p.random.len() == DRAWS));
    assert!(points.is_sorted_by_key(|p| p.share));
    assert_eq!(points, curve(0));
    let verdict = DeletionVerdict::from_points("Exosome", &points).description;
    assert!(verdict.contains("Exosome from 0."), "{verdict}");
}

#[test]
fn attention_does_not_depend_on_the_batch() {
    let predictor = predictor();
    let fasta = format!(">a\n{LET_7A}\n>short\nA\n>b\n{LET_7A}{LET_7A}CCGAU\n");
    let records = read_records(&predictor, &fasta);
    let batch = block_on(predictor.predict_with_attention(&records)).unwrap();
    assert_eq!(batch.rnas.len() + batch.problems.len(), 3);
    for rna in &batch.rnas {
        let single = block_on(predictor.explain(&rna.prediction.sequence)).unwrap();
        for (in_batch, alone) in rna.explanation.heads.iter().zip(&single.heads) {
            let pairs = in_batch.weights.iter().zip(&alone.weights);
            assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }
}

#[test]
fn summary_counts_each_rna_for_the_compartments_called() {
    let predictor = predictor();
    let fasta = format!(">a\n{LET_7A}\n>b\nUAGCUUAUCAGACUGAUGUUGA\n>c\nUUAAUGCUAAUCGUGAUAGGGGUU\n");
    let records = read_records(&predictor, &fasta);
    let compartments = predictor.model().compartments().len();
    let empty = || AttentionSummary::new(compartments, 3);
    let at_once = block_on(predictor.add_to_summary(&records, empty())).unwrap();
    let first = block_on(predictor.add_to_summary(&records[..2], empty())).unwrap();
    let in_parts = block_on(predictor.add_to_summary(&records[2..], first)).unwrap();
    let predictions = block_on(predictor.predict(&records)).unwrap().predictions;
    let pairs = at_once.compartments().iter().zip(in_parts.compartments());
    for (c, (a, b)) in pairs.enumerate() {
        let called = predictions.iter().filter(|p| p.called.contains(&c));
        let rnas = called.count();
        assert_eq!((a.rnas as usize, b.rnas as usize), (rnas, rnas));
        let pairs = a.profile().into_iter().zip(b.profile());
        assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-3));
    }
}

#[test]
fn custom_thresholds_decide_which_compartments_are_called() {
    let default = predictor();
    let compartments = default.model().compartments().len();
    assert!(!default.has_custom_thresholds());
    let zero = predictor()
        .with_thresholds(&vec![0.0; compartments])
        .unwrap();
    assert!(zero.has_custom_thresholds());
    let records = read_records(&zero, &format!(">a\n{LET_7A}\n"));
    let predictions = block_on(zero.predict(&records)).unwrap().predictions;
    assert_eq!(predictions[0].called.len(), compartments);
    let unchanged = predictor()
        .with_thresholds(default.model().thresholds())
        .unwrap();
    assert!(!unchanged.has_custom_thresholds());
}

#[test]
fn invalid_thresholds_are_rejected() {
    let compartments = predictor().model().compartments().len();
    assert_eq!(
        predictor().with_thresholds(&[0.5]).err(),
        Some(ThresholdsError::Count {
            count: 1,
            compartments
        })
    );
    let mut thresholds = vec![0.5; compartments];
    thresholds[1] = 1.5;
    let error = predictor().with_thresholds(&thresholds).err();
    assert_eq!(error, Some(ThresholdsError::Range(1.5)));
}

#[test]
fn invalid_sequence_or_compartment_is_rejected_with_message() {
    let predictor = predictor();
    let error = "MALW!".parse::<Sequence>().unwrap_err();
    assert!(error.to_string().contains("'L' is not a nucleotide code"));
    let is_empty = |error| matches!(error, ExplainError::TooShort { length: 0, .. });
    let empty = Sequence::default();
    assert!(is_empty(
        block_on(predictor.mutagenesis(&empty, 0..3)).unwrap_err()
    ));
    assert!(is_empty(
        block_on(predictor.deletion_point(&empty, 0, 0)).unwrap_err()
    ));
    assert!(is_empty(
        block_on(predictor.gradients(&empty, 0, 0..1)).unwrap_err()
    ));
    let error = block_on(predictor.gradients(&rna(LET_7A), 6, 0..1)).unwrap_err();
    assert!(error.to_string().contains("compartment 6"));
}

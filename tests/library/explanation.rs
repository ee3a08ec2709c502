//! Asking a model why: each answer is what predicting the changed RNA by itself says.

use pollster::block_on;
use rmlocnet::device;
use rmlocnet::explanation::AttentionSummary;
use rmlocnet::explanation::deletion::{DRAWS, SHARES, verdict};
use rmlocnet::explanation::gradients::POINTS;
use rmlocnet::explanation::mutagenesis::LETTERS;
use rmlocnet::predictor::{ExplainError, InputRecord, Predictor, ThresholdsError};

const LET_7A: &str = "UGAGGUAGUAGGUUGUAUAGUU";

fn predictor() -> Predictor {
    let bytes = std::fs::read("models/human-mirna.safetensors").unwrap();
    Predictor::new(&bytes, &device::cpu()).unwrap()
}

fn items(predictor: &Predictor, fasta: &str) -> Vec<InputRecord> {
    let chunk = predictor.reader(fasta.as_bytes()).chunk(1000, 1 << 20);
    let mut items = chunk.batches.concat();
    items.sort_by_key(|item| item.index);
    items
}

#[test]
fn a_mutation_changes_what_predicting_the_variant_says() {
    let predictor = predictor();
    let found = block_on(predictor.mutagenesis(LET_7A, 0..100)).unwrap();
    assert_eq!(
        found.positions,
        0..22,
        "positions past the end are left out"
    );
    for (position, letter) in [(0, 0), (8, 3), (21, 1)] {
        let mut variant = LET_7A.as_bytes().to_vec();
        variant[position] = LETTERS[letter];
        let variant = String::from_utf8(variant).unwrap();
        let alone = block_on(predictor.explain(&variant)).unwrap().probabilities;
        for (c, probability) in alone.iter().enumerate() {
            let change = found.change(position, letter, c).unwrap();
            assert!((found.reference[c] + change - probability).abs() < 1e-5);
        }
    }
    // Parts are as the whole.
    let part = block_on(predictor.mutagenesis(LET_7A, 8..9)).unwrap();
    let (one, other) = (
        part.change(8, 3, 0).unwrap(),
        found.change(8, 3, 0).unwrap(),
    );
    assert!((one - other).abs() < 1e-5);
}

/// RNAs of 22 and of some hundred nt, models with one map of attention and with several.
#[test]
fn integrated_gradients_add_up_to_what_the_score_gains() {
    let long = "GGACUUAGCAUUGCGAUACCGUAUUGGCAACGUUAGCCAUAUGGCAUCGAUUCGAUGCCAAUGG".repeat(9);
    for (model, rna) in [
        ("human-mirna", LET_7A),
        ("human-snorna", &long[..131]),
        ("human-lncrna", &long),
    ] {
        let bytes = std::fs::read(format!("models/{model}.safetensors")).unwrap();
        let predictor = Predictor::new(&bytes, &device::cpu()).unwrap();
        for c in 0..predictor.model().compartments.len() {
            let found = block_on(predictor.gradients(rna, c, 0..POINTS)).unwrap();
            let [withheld, whole] = found.ends.unwrap();
            let gain = whole - withheld;
            assert!(
                (found.sum() - gain).abs() < 0.03 * gain.abs().max(0.1),
                "{model}, {c}: {} of {gain}",
                found.sum()
            );
            assert_eq!(found.nucleotides.len(), rna.len());
        }
    }
}

#[test]
fn points_of_integrated_gradients_add_up_to_all() {
    let predictor = predictor();
    let all = block_on(predictor.gradients(LET_7A, 1, 0..usize::MAX)).unwrap();
    assert_eq!(all.points, 0..POINTS);
    let mut sums = vec![0.0; LET_7A.len()];
    for points in [0..1, 1..20, 20..POINTS] {
        let part = block_on(predictor.gradients(LET_7A, 1, points.clone())).unwrap();
        assert_eq!(part.ends.is_some(), points.start == 0);
        let pairs = sums.iter_mut().zip(&part.nucleotides);
        pairs.for_each(|(sum, value)| *sum += value);
    }
    let pairs = sums.iter().zip(&all.nucleotides);
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
    let none = block_on(predictor.gradients(LET_7A, 1, POINTS..POINTS + 9)).unwrap();
    assert!(none.points.is_empty() && none.sum() == 0.0 && none.ends.is_none());
}

#[test]
fn the_deletion_curve_starts_at_the_whole_and_says_the_same_twice() {
    let predictor = predictor();
    let whole = block_on(predictor.explain(LET_7A)).unwrap().probabilities;
    let curve = |compartment: usize| -> Vec<_> {
        let point = |step| block_on(predictor.deletion_point(LET_7A, compartment, step)).unwrap();
        (0..SHARES.len()).map(point).collect()
    };
    let points = curve(0);
    assert!(points.iter().all(|p| (p.whole - whole[0]).abs() < 1e-6));
    assert!(points.iter().all(|p| p.random.len() == DRAWS));
    assert!(points.is_sorted_by_key(|p| p.masked));
    assert_eq!(points, curve(0));
    let words = verdict("Exosome", &points).words;
    assert!(words.contains("Exosome from 0."), "{words}");
}

#[test]
fn attention_of_a_batch_is_attention_one_by_one() {
    let predictor = predictor();
    let fasta = format!(">a\n{LET_7A}\n>short\nA\n>b\n{LET_7A}{LET_7A}CCGAU\n");
    let batch = block_on(predictor.predict_with_attention(&items(&predictor, &fasta))).unwrap();
    assert_eq!(batch.rnas.len() + batch.problems.len(), 3);
    for rna in &batch.rnas {
        let alone = block_on(predictor.explain(&rna.prediction.sequence)).unwrap();
        for (one, other) in rna.explanation.heads.iter().zip(&alone.heads) {
            let pairs = one.weights.iter().zip(&other.weights);
            assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }
}

#[test]
fn a_survey_counts_each_rna_where_it_is_called() {
    let predictor = predictor();
    let fasta = format!(">a\n{LET_7A}\n>b\nUAGCUUAUCAGACUGAUGUUGA\n>c\nUUAAUGCUAAUCGUGAUAGGGGUU\n");
    let items = items(&predictor, &fasta);
    let compartments = predictor.model().compartments.len();
    let whole =
        block_on(predictor.add_to_summary(&items, AttentionSummary::new(compartments, 3))).unwrap();
    let half =
        block_on(predictor.add_to_summary(&items[..2], AttentionSummary::new(compartments, 3)))
            .unwrap();
    let both = block_on(predictor.add_to_summary(&items[2..], half)).unwrap();
    let called = block_on(predictor.predict(&items)).unwrap().predictions;
    for (c, (one, other)) in whole
        .compartments()
        .iter()
        .zip(both.compartments())
        .enumerate()
    {
        let rnas = called.iter().filter(|p| p.called.contains(&c)).count();
        assert_eq!((one.rnas as usize, other.rnas as usize), (rnas, rnas));
        let pairs = one.profile().into_iter().zip(other.profile());
        assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-3));
    }
}

#[test]
fn thresholds_of_ones_own_decide_what_is_called() {
    let own = predictor();
    let compartments = own.model().compartments.len();
    assert!(!own.has_custom_thresholds());
    let all = predictor()
        .with_thresholds(&vec![0.0; compartments])
        .unwrap();
    assert!(all.has_custom_thresholds());
    let fasta = format!(">a\n{LET_7A}\n");
    let prediction = &block_on(all.predict(&items(&all, &fasta)))
        .unwrap()
        .predictions[0];
    assert_eq!(prediction.called.len(), compartments);
    let same = predictor()
        .with_thresholds(&own.model().thresholds)
        .unwrap();
    assert!(!same.has_custom_thresholds());
    assert_eq!(
        predictor().with_thresholds(&[0.5]).err(),
        Some(ThresholdsError::Count {
            count: 1,
            compartments
        })
    );
    let mut wrong = vec![0.5; compartments];
    wrong[1] = 1.5;
    let refused = predictor().with_thresholds(&wrong).err();
    assert_eq!(refused, Some(ThresholdsError::Range(1.5)));
}

#[test]
fn what_is_no_rna_is_refused_in_words() {
    let predictor = predictor();
    let refused = block_on(predictor.mutagenesis("MALW!", 0..3)).unwrap_err();
    assert!(matches!(refused, ExplainError::Sequence(_)), "{refused}");
    let refused = block_on(predictor.deletion_point("", 0, 0)).unwrap_err();
    assert!(matches!(
        refused,
        ExplainError::Empty | ExplainError::Sequence(_)
    ));
    let refused = block_on(predictor.gradients("", 0, 0..1)).unwrap_err();
    assert!(matches!(
        refused,
        ExplainError::Empty | ExplainError::Sequence(_)
    ));
    let refused = block_on(predictor.gradients(LET_7A, 6, 0..1)).unwrap_err();
    assert!(refused.to_string().contains("no compartment 6"));
}

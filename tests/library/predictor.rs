//! A predictor used in other ways than record by record: with tokens, with batches of any
//! composition, and in several threads at once.

use crate::support::labelled::labelled;
use crate::support::{difference, input_records, predict_one_by_one, rna};
use pollster::block_on;
use rmlocnet::device;
use rmlocnet::device_choice::{CpuBaseline, DeviceKind, DevicePreference};
use rmlocnet::predictor::{InputRecord, Prediction, Predictor, TokensError};
use rmlocnet::rna::{ReadRanges, Sequence};

fn predictor() -> Predictor {
    let bytes = std::fs::read("tests/reference/pytorch_model.safetensors").unwrap();
    Predictor::new(&bytes, &device::cpu()).unwrap()
}

#[test]
fn tokens_give_the_same_results_as_their_letters() {
    let predictor = predictor();
    let encoder = predictor.model().encoder().unwrap();
    // No longer than the model reads, so that letters and tokens are the same RNA.
    let sequences: Vec<Sequence> = ["UGAGGUAGUAGGUUGUAUAGUU", "ACGUA", "GGGCUUAAACG"]
        .iter()
        .map(|letters| rna(&letters[..letters.len().min(encoder.length.length)]))
        .collect();
    let rows: Vec<Vec<u32>> = sequences
        .iter()
        .map(|sequence| encoder.encode(sequence))
        .inspect(|encoded| assert_eq!(encoded.padding, 0, "the model pads after the RNA"))
        .map(|encoded| encoded.tokens)
        .collect();
    let steps = rows.iter().map(Vec::len).max().unwrap();
    let lengths: Vec<u32> = rows.iter().map(|row| row.len() as u32).collect();
    let padded = rows.into_iter().flat_map(|mut row| {
        row.resize(steps, 0);
        row
    });
    let tokens: Vec<u32> = padded.collect();
    let inference = block_on(predictor.infer_tokens(tokens, lengths.clone())).unwrap();

    let compartments = predictor.model().compartments().len();
    let heads = inference.attention.len() / (3 * steps);
    for (i, sequence) in sequences.iter().enumerate() {
        let explained = block_on(predictor.explain(sequence)).unwrap();
        let found = &inference.probabilities[i * compartments..][..compartments];
        assert!(difference(found, &explained.probabilities) < 1e-6);
        for head in 0..heads {
            let row = &inference.attention[(i * heads + head) * steps..][..steps];
            let (read, past) = row.split_at(lengths[i] as usize);
            assert!(past.iter().all(|weight| *weight == 0.0));
            let whole = ReadRanges::one(0..sequence.len());
            let spread = whole.to_nucleotides(&encoder.kmers, read, sequence.len());
            assert!(difference(&spread, &explained.heads[head].weights) < 1e-6);
        }
    }
}

#[test]
fn invalid_tokens_and_lengths_are_rejected() {
    let predictor = predictor();
    let error = |tokens: &[u32], lengths: &[u32]| {
        block_on(predictor.infer_tokens(tokens.to_vec(), lengths.to_vec())).unwrap_err()
    };
    let max = predictor.model().encoder().unwrap().kmers.size() as u32 - 1;
    assert!(matches!(
        error(&[1, 2, 3], &[1, 1]),
        TokensError::Count { count: 3, rnas: 2 }
    ));
    assert!(matches!(error(&[], &[]), TokensError::Count { .. }));
    assert!(matches!(error(&[], &[1]), TokensError::Count { .. }));
    for length in [0, 3] {
        let error = error(&[1, 2, 3, 4], &[2, length]);
        assert!(error.to_string().contains("1 to 2"), "{error}");
    }
    let error = error(&[0, max + 1], &[2]);
    assert!(
        error.to_string().contains(&format!("ends at {max}")),
        "{error}"
    );
}

#[test]
fn records_may_be_in_any_batch_and_survive_json() {
    let predictor = predictor();
    let text = labelled(70, 9);
    let records = input_records(&predictor, &text);
    assert_eq!(records.len(), 70);
    let all = block_on(predictor.predict(&records)).unwrap();
    assert!(all.problems.is_empty());
    let alone = predict_one_by_one(&predictor, &text);
    assert_same(&all.predictions, &alone);
    // The page passes records from one worker to another as JSON.
    let sent = serde_json::to_string(&records[..5]).unwrap();
    let arrived: Vec<InputRecord> = serde_json::from_str(&sent).unwrap();
    assert_eq!(arrived, records[..5]);
    let none = block_on(predictor.predict(&[])).unwrap();
    assert!(none.predictions.is_empty() && none.problems.is_empty());
}

#[track_caller]
fn assert_same(found: &[Prediction], expected: &[Prediction]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert_eq!((a.index, &a.id, &a.notes), (b.index, &b.id, &b.notes));
        assert!(difference(&a.probabilities, &b.probabilities) < 1e-6);
    }
}

/// The input has more records than two chunks.
#[test]
fn all_records_of_an_input_are_predicted_in_its_order() {
    let predictor = predictor();
    let text = labelled(1100, 9) + ">short\nA\n" + ">bad\nAC!U\n" + ">last\nACGUACGU\n";
    let all = block_on(predictor.predict_all(predictor.reader(text.as_bytes()))).unwrap();
    let indices: Vec<usize> = all.predictions.iter().map(|rna| rna.index).collect();
    let expected: Vec<usize> = (0..1100).chain([1102]).collect();
    assert_eq!(indices, expected);
    assert_eq!(all.predictions[1099].id, "rna1099");
    assert_eq!(all.predictions[1100].id, "last");
    let problems: Vec<usize> = all.problems.iter().map(|problem| problem.index).collect();
    assert_eq!(problems, [1100, 1101]);
    assert!(all.fallback.is_none());
}

#[test]
fn one_predictor_serves_several_threads_at_once() {
    let predictor = predictor();
    let records = input_records(&predictor, &labelled(64, 4));
    let alone = block_on(predictor.predict(&records)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let again = block_on(predictor.predict(&records)).unwrap();
                assert_eq!(again, alone);
            });
        }
    });
}

#[test]
fn time_of_a_batch_is_positive() {
    let ms = block_on(predictor().time_batch()).unwrap();
    assert!(ms > 0.0, "{ms}");
}

#[test]
fn requested_cpu_is_chosen() {
    let predictor = predictor();
    let choice = predictor.choose_device(DevicePreference::Cpu, CpuBaseline::default());
    let choice = block_on(choice);
    assert_eq!(choice.kind, DeviceKind::Cpu);
    assert!(choice.device == device::cpu());
}

#[test]
fn copy_on_a_device_gives_the_same_predictions() {
    let predictor = predictor();
    let copy = predictor.on_device(&predictor.device()).unwrap();
    let records = input_records(&predictor, &labelled(10, 2));
    assert_eq!(
        block_on(copy.predict(&records)).unwrap(),
        block_on(predictor.predict(&records)).unwrap()
    );
}

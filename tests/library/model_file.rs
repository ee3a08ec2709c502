//! The model file: what is written is read again, files written by PyTorch are read, and whatever
//! else comes along gets a message that says what is wrong.

use std::collections::{BTreeMap, HashMap};

use crate::support::{difference, predicted};
use pollster::block_on;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::device;
use rmlocnet::model::{Model, ModelError};
use rmlocnet::predictor::Predictor;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::Deserialize;

const FILE: &[u8] = include_bytes!("../reference/pytorch_model.safetensors");

/// What PyTorch answers for one sequence.
#[derive(Deserialize)]
struct Inference {
    sequence: String,
    probabilities: Vec<f32>,
    attention: Vec<f32>,
}

fn answers() -> Vec<Inference> {
    serde_json::from_str(include_str!("../reference/pytorch_model.json")).unwrap()
}

/// A safetensors file taken apart, to be changed and put together again.
struct FileContent {
    metadata: HashMap<String, String>,
    tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl FileContent {
    fn new() -> Self {
        let (_, header) = SafeTensors::read_metadata(FILE).unwrap();
        let tensors = SafeTensors::deserialize(FILE).unwrap();
        let apart = tensors.iter().map(|(name, view)| {
            let parts = (view.dtype(), view.shape().to_vec(), view.data().to_vec());
            (name.to_owned(), parts)
        });
        Self {
            metadata: header.metadata().clone().unwrap(),
            tensors: apart.collect(),
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        self.metadata.insert(key.to_owned(), value.to_owned());
    }

    /// Replaces a piece of the settings' text, which must be there.
    fn replace_setting(&mut self, old: &str, new: &str) {
        let config = &self.metadata["config"];
        assert!(config.contains(old), "{old} is not in {config}");
        let config = config.replace(old, new);
        self.set("config", &config);
    }

    fn set_values(&mut self, name: &str, change: impl FnOnce(&mut Vec<f32>)) {
        let (_, _, bytes) = self.tensors.get_mut(name).unwrap();
        let (numbers, _) = bytes.as_chunks::<4>();
        let mut values = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
        change(&mut values);
        *bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    }

    fn bytes(&self) -> Vec<u8> {
        let mut views = Vec::with_capacity(self.tensors.len());
        for (name, (kind, shape, bytes)) in &self.tensors {
            let view = TensorView::new(*kind, shape.clone(), bytes).unwrap();
            views.push((name, view));
        }
        serialize(views, Some(self.metadata.clone())).unwrap()
    }
}

/// The file after a change.
fn changed(change: impl FnOnce(&mut FileContent)) -> Vec<u8> {
    let mut parts = FileContent::new();
    change(&mut parts);
    parts.bytes()
}

/// The message for a file that cannot be used; loading for prediction must say the same.
fn refused(bytes: &[u8]) -> String {
    let message = Model::from_bytes(bytes).unwrap_err().to_string();
    let Err(error) = Predictor::new(bytes, &device::cpu()) else {
        panic!("the predictor takes what the model does not: {message}");
    };
    assert_eq!(error.to_string(), message);
    message
}

#[track_caller]
fn says(bytes: &[u8], pieces: &[&str]) {
    let message = refused(bytes);
    for piece in pieces {
        assert!(message.contains(piece), "no `{piece}` in: {message}");
    }
}

#[test]
fn a_model_from_pytorch_answers_as_it_does_there() {
    let predictor = Predictor::new(FILE, &device::cpu()).unwrap();
    assert_eq!(
        predictor.model().compartments,
        ["Nucleus", "Cytoplasm", "Exosome"]
    );
    assert_eq!(predictor.model().thresholds, [0.3, 0.35, 0.4]);
    assert_eq!(predictor.model().fixed_length.length, 40);
    assert!(predictor.model().training.is_none());
    let answers = answers();
    assert_eq!(answers.len(), 3);
    let fasta: String = answers
        .iter()
        .enumerate()
        .map(|(i, answer)| format!(">rna{i}\n{}\n", answer.sequence))
        .collect();
    let found = predicted(&predictor, &fasta, 10);
    assert!(found.problems.is_empty());
    assert_eq!(found.predictions.len(), answers.len());
    for (prediction, answer) in found.predictions.iter().zip(&answers) {
        let far = difference(&prediction.probabilities, &answer.probabilities);
        assert!(far <= 1e-5, "{}: {far} off", answer.sequence);
    }
    for answer in &answers {
        let explanation = block_on(predictor.explain(&answer.sequence)).unwrap();
        assert!(difference(&explanation.probabilities, &answer.probabilities) <= 1e-5);
        // PyTorch's attention is per k-mer: spread over the two nucleotides of each here too.
        let kmers = predictor.model().kmers().unwrap();
        let expected = kmers.to_nucleotides(&answer.attention, 0, answer.sequence.len());
        let far = difference(&explanation.heads[0].weights, &expected);
        assert!(far <= 1e-5, "attention over {}: {far} off", answer.sequence);
    }
}

#[test]
fn what_is_written_is_read_again_and_always_the_same() {
    let model = Model::from_bytes(FILE).unwrap();
    let bytes = model.to_bytes().unwrap();
    assert_eq!(Model::from_bytes(&bytes).unwrap(), model);
    for _ in 0..20 {
        // The metadata passes through a hash map, whose order differs from one to the next.
        assert_eq!(model.to_bytes().unwrap(), bytes);
    }
    let again = Model::from_bytes(&bytes).unwrap().to_bytes().unwrap();
    assert_eq!(again, bytes);
}

#[test]
fn a_changed_model_makes_a_changed_file() {
    let mut model = Model::from_bytes(FILE).unwrap();
    let bytes = model.to_bytes().unwrap();
    model.thresholds[0] = 0.31;
    assert_ne!(model.to_bytes().unwrap(), bytes);
}

#[test]
fn numbers_survive_to_the_last_bit() {
    let odd = [f32::MIN_POSITIVE, -0.0, 1e-45, f32::MAX, 0.1, -1.0 / 3.0];
    let mut model = Model::from_bytes(FILE).unwrap();
    let bias = model.weights.get_mut("normalization.bias").unwrap();
    bias.values.copy_from_slice(&odd);
    model.thresholds[2] = 0.1 + 0.2;
    let read = Model::from_bytes(&model.to_bytes().unwrap()).unwrap();
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read.weights["normalization.bias"].values), bits(&odd));
    assert_eq!(read.thresholds, model.thresholds);
}

#[test]
fn tensors_nobody_asks_for_are_passed_over() {
    let extra = "normalization.num_batches_tracked";
    assert!(
        FileContent::new().tensors.contains_key(extra),
        "PyTorch writes it"
    );
    assert!(!Model::from_bytes(FILE).unwrap().weights.contains_key(extra));
    let more = changed(|parts| {
        let tensor = (Dtype::U8, vec![3], vec![1, 2, 3]);
        parts.tensors.insert("something.else".to_owned(), tensor);
    });
    assert_eq!(
        Model::from_bytes(&more).unwrap(),
        Model::from_bytes(FILE).unwrap()
    );
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for file in [
        FILE.to_vec(),
        Model::from_bytes(FILE).unwrap().to_bytes().unwrap(),
    ] {
        for length in 0..file.len() {
            let error = Model::from_bytes(&file[..length]).unwrap_err();
            assert!(
                matches!(error, ModelError::NotSafetensors(_)),
                "{length}: {error}"
            );
        }
    }
    for length in [0, 1, 8, 100, 2000, FILE.len() - 1] {
        says(
            &FILE[..length],
            &["no whole safetensors file", "fetch it again"],
        );
    }
}

#[test]
fn bytes_that_are_no_model_are_refused() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for length in [1, 7, 8, 9, 64, 5000] {
        let mut bytes = vec![0; length];
        rng.fill_bytes(&mut bytes);
        says(&bytes, &["no whole safetensors file", "fetch it again"]);
        // A header of a believable size, but no JSON.
        if let Some(size) = bytes.first_chunk_mut::<8>() {
            *size = 40u64.to_le_bytes();
            says(&bytes, &["no whole safetensors file"]);
        }
    }
    says(
        b"<!doctype html><title>404 Not MotifHits</title>",
        &["another kind of file"],
    );
    says(&[0xFF; 16], &["no whole safetensors file"]);
}

/// One byte of the header or of the tensors changed: an error or another model, never a panic.
#[test]
fn a_file_damaged_anywhere_does_not_bring_us_down() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut errors = 0;
    for place in 0..FILE.len() {
        let mut file = FILE.to_vec();
        file[place] ^= 1 << rng.random_range(0..8);
        errors += usize::from(Model::from_bytes(&file).is_err());
    }
    assert!(errors > 500, "most of the header matters: {errors} errors");
}

#[test]
fn files_of_others_are_refused() {
    says(
        include_bytes!("../reference/network.safetensors"),
        &["no rmlocnet model", "`format`"],
    );
    let other = changed(|parts| parts.set("format", "pt"));
    says(&other, &["no rmlocnet model", "`format` = `rmlocnet`"]);
}

#[test]
fn versions_are_told_apart() {
    let newer = changed(|parts| parts.set("format_version", "3"));
    says(
        &newer,
        &["format version 3", "only up to 2", "use a newer rmlocnet"],
    );
    let odd = changed(|parts| parts.set("format_version", "one"));
    says(&odd, &["`format_version`", "`one`", "no version number"]);
}

#[test]
fn metadata_must_be_there_and_right() {
    for key in ["config", "compartments", "thresholds", "fixed_length"] {
        let without = changed(|parts| drop(parts.metadata.remove(key)));
        says(&without, &[&format!("`{key}`"), "missing"]);
        let unreadable = changed(|parts| parts.set(key, "{"));
        says(&unreadable, &[&format!("`{key}`"), "unreadable"]);
    }
    let training = changed(|parts| parts.set("training", "{\"seed\": 1}"));
    says(&training, &["`training`", "unreadable", "missing field"]);
    let few = changed(|parts| parts.set("thresholds", "[0.5, 0.5]"));
    says(&few, &["`thresholds`", "3 numbers", "one per compartment"]);
    let one = changed(|parts| parts.set("compartments", "[\"Nucleus\"]"));
    says(&one, &["`compartments`", "fewer than two"]);
    let short = changed(|parts| parts.set("fixed_length", "1"));
    says(&short, &["`fixed_length`", "shorter than one 2-mer"]);
}

#[test]
fn settings_must_be_in_range() {
    let wide = changed(|parts| parts.replace_setting("\"k\": 2", "\"k\": 9"));
    says(&wide, &["setting `k` is 9", "1 to 5"]);
    let dropout = changed(|parts| parts.replace_setting("\"dropout\": 0.0", "\"dropout\": 1.5"));
    says(&dropout, &["`dropout` is 1.5", "at least 0 and below 1"]);
    let unknown = changed(|parts| parts.replace_setting("\"stride\"", "\"strid\""));
    says(&unknown, &["`config`", "unknown field `strid`", "stride"]);
    let negative = changed(|parts| parts.replace_setting("\"hops\": 4", "\"hops\": -4"));
    says(&negative, &["`config`", "-4"]);
    let huge = changed(|parts| {
        parts.replace_setting(
            "\"hidden_units\": 6",
            "\"hidden_units\": 18446744073709551615",
        );
    });
    says(&huge, &["`hidden_units`", "1 to 2048"]);
}

#[test]
fn tensors_must_be_there_and_of_the_right_kind() {
    let name = "lstm.weight_hh_l0";
    let without = changed(|parts| drop(parts.tensors.remove(name)));
    says(&without, &[name, "missing"]);
    let layers = changed(|parts| parts.replace_setting("\"lstm_layers\": 1", "\"lstm_layers\": 2"));
    says(&layers, &["lstm.weight_ih_l1", "missing"]);
    let turned = changed(|parts| {
        if let Some((_, shape, _)) = parts.tensors.get_mut(name) {
            shape.reverse();
        }
    });
    says(&turned, &[name, "[6, 24]", "[24, 6]"]);
    let four = changed(|parts| parts.set("compartments", "[\"a\", \"b\", \"c\", \"d\"]"));
    says(&four, &["`thresholds`"]);
    let four = changed(|parts| {
        parts.set("compartments", "[\"a\", \"b\", \"c\", \"d\"]");
        parts.set("thresholds", "[0.5, 0.5, 0.5, 0.5]");
    });
    says(&four, &["dense.weight", "[3, 6]", "[4, 6]"]);
    let double = changed(|parts| {
        if let Some((kind, shape, bytes)) = parts.tensors.get_mut(name) {
            *kind = Dtype::F64;
            *bytes = vec![0; shape.iter().product::<usize>() * 8];
        }
    });
    says(&double, &[name, "F64", ".float()"]);
}

#[test]
fn numbers_must_be_numbers() {
    for (name, value) in [
        ("embedding.weight", f32::NAN),
        ("dense.bias", f32::INFINITY),
        ("normalization.running_mean", f32::NEG_INFINITY),
    ] {
        let odd = changed(|parts| {
            parts.set_values(name, |values| {
                if let Some(last) = values.last_mut() {
                    *last = value;
                }
            });
        });
        says(&odd, &[name, "no finite number"]);
    }
}

#[test]
fn a_negative_variance_is_refused() {
    let name = "normalization.running_var";
    let odd = changed(|parts| parts.set_values(name, |values| values[1] = -0.5));
    says(&odd, &[name, "below 0"]);
}

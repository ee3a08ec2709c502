//! The model file: reading what was written, reading files from PyTorch, and rejecting all other
//! files with a message.

use std::collections::{BTreeMap, HashMap};

use crate::support::{difference, predict_fasta};
use pollster::block_on;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::device;
use rmlocnet::model::{Model, ModelError};
use rmlocnet::predictor::Predictor;
use rmlocnet::rna::{ReadRanges, Sequence};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::Deserialize;

const FILE: &[u8] = include_bytes!("../reference/pytorch_model.safetensors");

/// What PyTorch computes for one sequence.
#[derive(Deserialize)]
struct ReferenceInference {
    sequence: Sequence,
    probabilities: Vec<f32>,
    attention: Vec<f32>,
}

fn reference_inferences() -> Vec<ReferenceInference> {
    serde_json::from_str(include_str!("../reference/pytorch_model.json")).unwrap()
}

/// The parts of a safetensors file, which a test changes before it composes the file again.
struct FileContent {
    metadata: HashMap<String, String>,
    tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl FileContent {
    fn read() -> Self {
        let (_, header) = SafeTensors::read_metadata(FILE).unwrap();
        let tensors = SafeTensors::deserialize(FILE).unwrap();
        let tensors = tensors.iter().map(|(name, view)| {
            let tensor = (view.dtype(), view.shape().to_vec(), view.data().to_vec());
            (name.to_owned(), tensor)
        });
        Self {
            metadata: header.metadata().clone().unwrap(),
            tensors: tensors.collect(),
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        self.metadata.insert(key.to_owned(), value.to_owned());
    }

    /// Replaces a part of the settings, which must occur in them.
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

    fn to_bytes(&self) -> Vec<u8> {
        let mut views = Vec::with_capacity(self.tensors.len());
        for (name, (kind, shape, bytes)) in &self.tensors {
            let view = TensorView::new(*kind, shape.clone(), bytes).unwrap();
            views.push((name, view));
        }
        serialize(views, Some(self.metadata.clone())).unwrap()
    }
}

/// The bytes of the file after a change.
fn changed_file(change: impl FnOnce(&mut FileContent)) -> Vec<u8> {
    let mut content = FileContent::read();
    change(&mut content);
    content.to_bytes()
}

/// The message for a file that is rejected. Model and predictor must reject it with the same one.
fn rejection(bytes: &[u8]) -> String {
    let message = Model::from_bytes(bytes).unwrap_err().to_string();
    let Err(error) = Predictor::new(bytes, &device::cpu()) else {
        panic!("the predictor accepts what the model rejects: {message}");
    };
    assert_eq!(error.to_string(), message);
    message
}

#[track_caller]
fn assert_rejected(bytes: &[u8], expected_parts: &[&str]) {
    let message = rejection(bytes);
    for part in expected_parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
}

#[test]
fn model_from_pytorch_gives_pytorchs_results() {
    let predictor = Predictor::new(FILE, &device::cpu()).unwrap();
    let model = predictor.model();
    assert_eq!(model.compartments(), ["Nucleus", "Cytoplasm", "Exosome"]);
    assert_eq!(model.thresholds()[..], [0.3, 0.35, 0.4]);
    assert_eq!(model.fixed_length().length, 40);
    assert!(model.training().is_none());
    let references = reference_inferences();
    assert_eq!(references.len(), 3);
    let fasta: String = references
        .iter()
        .enumerate()
        .map(|(i, reference)| format!(">rna{i}\n{}\n", reference.sequence))
        .collect();
    let found = predict_fasta(&predictor, &fasta);
    assert!(found.problems.is_empty());
    assert_eq!(found.predictions.len(), references.len());
    for (prediction, reference) in found.predictions.iter().zip(&references) {
        let deviation = difference(&prediction.probabilities, &reference.probabilities);
        assert!(deviation <= 1e-5, "{}: {deviation}", reference.sequence);
    }
    for reference in &references {
        let explanation = block_on(predictor.explain(&reference.sequence)).unwrap();
        let deviation = difference(&explanation.probabilities, &reference.probabilities);
        assert!(deviation <= 1e-5);
        // PyTorch's attention is per k-mer; it is distributed over nucleotides here.
        let kmers = model.encoder().unwrap().kmers;
        let length = reference.sequence.len();
        let whole = ReadRanges::one(0..length);
        let expected = whole.to_nucleotides(&kmers, &reference.attention, length);
        let deviation = difference(&explanation.heads[0].weights, &expected);
        assert!(deviation <= 1e-5, "{}: {deviation}", reference.sequence);
    }
}

#[test]
fn written_model_is_read_unchanged_and_always_has_the_same_bytes() {
    let model = Model::from_bytes(FILE).unwrap();
    let bytes = model.to_bytes().unwrap();
    assert_eq!(Model::from_bytes(&bytes).unwrap(), model);
    for _ in 0..20 {
        // The metadata are kept in a hash map, whose order varies.
        assert_eq!(model.to_bytes().unwrap(), bytes);
    }
    let again = Model::from_bytes(&bytes).unwrap().to_bytes().unwrap();
    assert_eq!(again, bytes);
}

#[test]
fn changed_model_has_other_bytes() {
    let bytes = |file: &[u8]| Model::from_bytes(file).unwrap().to_bytes().unwrap();
    let changed = changed_file(|content| content.set("thresholds", "[0.31,0.35,0.4]"));
    assert_ne!(bytes(&changed), bytes(FILE));
}

#[test]
fn numbers_are_kept_to_the_last_bit() {
    let odd = [f32::MIN_POSITIVE, -0.0, 1e-45, f32::MAX, 0.1, -1.0 / 3.0];
    let file = changed_file(|content| {
        let bytes = odd.iter().flat_map(|number| number.to_le_bytes()).collect();
        let bias = (Dtype::F32, vec![odd.len()], bytes);
        content
            .tensors
            .insert("normalization.bias".to_owned(), bias);
        content.set("thresholds", &format!("[0.3,0.35,{}]", 0.1f32 + 0.2));
    });
    let model = Model::from_bytes(&file).unwrap();
    let read = Model::from_bytes(&model.to_bytes().unwrap()).unwrap();
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(
        bits(&read.weights()["normalization.bias"].values),
        bits(&odd)
    );
    assert_eq!(read.thresholds(), model.thresholds());
}

#[test]
fn tensors_that_the_network_lacks_are_ignored() {
    let extra = "normalization.num_batches_tracked";
    assert!(
        FileContent::read().tensors.contains_key(extra),
        "PyTorch writes this tensor"
    );
    assert!(
        !Model::from_bytes(FILE)
            .unwrap()
            .weights()
            .contains_key(extra)
    );
    let more = changed_file(|content| {
        let tensor = (Dtype::U8, vec![3], vec![1, 2, 3]);
        content.tensors.insert("something.else".to_owned(), tensor);
    });
    assert_eq!(
        Model::from_bytes(&more).unwrap(),
        Model::from_bytes(FILE).unwrap()
    );
}

#[test]
fn truncated_file_is_rejected() {
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
        assert_rejected(
            &FILE[..length],
            &["not a complete safetensors file", "download it again"],
        );
    }
}

#[test]
fn bytes_of_other_kinds_are_rejected() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for length in [1, 7, 8, 9, 64, 5000] {
        let mut bytes = vec![0; length];
        rng.fill_bytes(&mut bytes);
        assert_rejected(
            &bytes,
            &["not a complete safetensors file", "download it again"],
        );
        // The size of the header is plausible, but the header is not JSON.
        if let Some(size) = bytes.first_chunk_mut::<8>() {
            *size = 40u64.to_le_bytes();
            assert_rejected(&bytes, &["not a complete safetensors file"]);
        }
    }
    assert_rejected(
        b"<!doctype html><title>404 Not Found</title>",
        &[
            "this is a web page, not a model file",
            "download the file again",
        ],
    );
    assert_rejected(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
        &["this is a Git LFS pointer", "git lfs pull"],
    );
    for (bytes, kind) in [
        (&b"\x1F\x8B\x08\0\0\0\0\0"[..], "a gzip file"),
        (b">rna\nACGU\n", "FASTA"),
        (b"{\"a\": 1}", "JSON"),
        (b"PK\x03\x04", "a zip archive"),
        (b"%PDF-1.7", "a PDF"),
    ] {
        assert_rejected(bytes, &[kind, "not a model file"]);
    }
    assert_rejected(&[0xFF; 16], &["not a complete safetensors file"]);
}

/// One changed byte gives an error or another model.
#[test]
fn damaged_file_causes_no_panic() {
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
fn safetensors_of_other_programs_are_rejected() {
    assert_rejected(
        include_bytes!("../reference/network.safetensors"),
        &["not an rmlocnet model", "`format`"],
    );
    let other = changed_file(|content| content.set("format", "pt"));
    assert_rejected(&other, &["not an rmlocnet model", "`format` = `rmlocnet`"]);
}

#[test]
fn newer_or_invalid_version_is_rejected() {
    let newer = changed_file(|content| content.set("format_version", "4"));
    assert_rejected(
        &newer,
        &[
            "format version 4",
            "versions up to 3",
            "use a newer rmlocnet",
        ],
    );
    let odd = changed_file(|content| content.set("format_version", "one"));
    assert_rejected(&odd, &["`format_version`", "`one`", "not a version number"]);
}

#[test]
fn missing_or_invalid_metadata_are_rejected() {
    for key in ["config", "compartments", "thresholds", "fixed_length"] {
        let without = changed_file(|content| drop(content.metadata.remove(key)));
        assert_rejected(&without, &[&format!("`{key}`"), "missing"]);
        let unreadable = changed_file(|content| content.set(key, "{"));
        assert_rejected(&unreadable, &[&format!("`{key}`"), "unreadable"]);
    }
    let training = changed_file(|content| content.set("training", "{\"seed\": 1}"));
    assert_rejected(&training, &["`training`", "unreadable", "missing field"]);
    let few = changed_file(|content| content.set("thresholds", "[0.5, 0.5]"));
    assert_rejected(&few, &["`thresholds`", "3 numbers", "one per compartment"]);
    let one = changed_file(|content| content.set("compartments", "[\"Nucleus\"]"));
    assert_rejected(&one, &["`compartments`", "fewer than two"]);
    let short = changed_file(|content| content.set("fixed_length", "1"));
    assert_rejected(&short, &["`fixed_length`", "shorter than one 2-mer"]);
}

#[test]
fn settings_out_of_range_are_rejected() {
    let wide = changed_file(|content| content.replace_setting("\"k\": 2", "\"k\": 9"));
    assert_rejected(&wide, &["setting `k` (k-mer length k) is 9", "1 to 5"]);
    let dropout =
        changed_file(|content| content.replace_setting("\"dropout\": 0.0", "\"dropout\": 1.5"));
    assert_rejected(&dropout, &["`dropout` is 1.5", "at least 0 and below 1"]);
    let unknown = changed_file(|content| content.replace_setting("\"stride\"", "\"strid\""));
    assert_rejected(&unknown, &["`config`", "unknown field `strid`", "stride"]);
    let negative = changed_file(|content| content.replace_setting("\"hops\": 4", "\"hops\": -4"));
    assert_rejected(&negative, &["`config`", "-4"]);
    let huge = changed_file(|content| {
        content.replace_setting(
            "\"hidden_units\": 6",
            "\"hidden_units\": 18446744073709551615",
        );
    });
    assert_rejected(&huge, &["`hidden_units`", "1 to 2048"]);
}

#[test]
fn missing_or_invalid_tensors_are_rejected() {
    let name = "lstm.weight_hh_l0";
    let without = changed_file(|content| drop(content.tensors.remove(name)));
    assert_rejected(&without, &[name, "missing"]);
    let layers =
        changed_file(|content| content.replace_setting("\"lstm_layers\": 1", "\"lstm_layers\": 2"));
    assert_rejected(&layers, &["lstm.weight_ih_l1", "missing"]);
    let turned = changed_file(|content| {
        if let Some((_, shape, _)) = content.tensors.get_mut(name) {
            shape.reverse();
        }
    });
    assert_rejected(&turned, &[name, "[6, 24]", "[24, 6]"]);
    let four = changed_file(|content| content.set("compartments", "[\"a\", \"b\", \"c\", \"d\"]"));
    assert_rejected(&four, &["`thresholds`"]);
    let four = changed_file(|content| {
        content.set("compartments", "[\"a\", \"b\", \"c\", \"d\"]");
        content.set("thresholds", "[0.5, 0.5, 0.5, 0.5]");
    });
    assert_rejected(&four, &["dense.weight", "[3, 6]", "[4, 6]"]);
    let double = changed_file(|content| {
        if let Some((kind, shape, bytes)) = content.tensors.get_mut(name) {
            *kind = Dtype::F64;
            *bytes = vec![0; shape.iter().product::<usize>() * 8];
        }
    });
    assert_rejected(&double, &[name, "F64", ".float()"]);
}

#[test]
fn numbers_that_are_not_finite_are_rejected() {
    for (name, value) in [
        ("embedding.weight", f32::NAN),
        ("dense.bias", f32::INFINITY),
        ("normalization.running_mean", f32::NEG_INFINITY),
    ] {
        let odd = changed_file(|content| {
            content.set_values(name, |values| {
                if let Some(last) = values.last_mut() {
                    *last = value;
                }
            });
        });
        assert_rejected(&odd, &[name, "not a finite number"]);
    }
}

#[test]
fn negative_variance_is_rejected() {
    let name = "normalization.running_var";
    let odd = changed_file(|content| content.set_values(name, |values| values[1] = -0.5));
    assert_rejected(&odd, &[name, "below 0"]);
}

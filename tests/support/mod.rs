//! Functions that several test programs share.
#![allow(dead_code, reason = "no test program uses all of them")]

pub(crate) mod labelled;

use std::collections::BTreeMap;

use burn::tensor::{Gradients, Tensor};
use pollster::block_on;
use rmlocnet::network::{Array, Config, KeepEpoch, Network, TensorVisitor, Weights, preset};
use rmlocnet::predictor::{InputRecord, Prediction, Predictions, Predictor};
use rmlocnet::rna::{COMPOSITION_SIZE, EncodedRna, ReadRanges, Sequence};

/// The sequence with these letters.
pub(crate) fn rna(letters: &str) -> Sequence {
    letters.parse().unwrap()
}

/// These settings with a change.
pub(crate) fn vary(mut config: Config, change: impl FnOnce(&mut Config)) -> Config {
    change(&mut config);
    config
}

/// Settings of a small network without dropout, learning rate decay and gradient clipping.
pub(crate) fn small_config(k: usize, dim: usize, hidden: usize, attention: usize) -> Config {
    vary(preset("human-mirna-paper").unwrap().config, |config| {
        config.k = k;
        config.stride = 1;
        config.embedding_dim = dim;
        config.hidden_units = hidden;
        config.attention_dim = attention;
        config.kmer_dropout = 0.0;
        config.dimension_dropout = 0.0;
        config.weight_dropout = 0.0;
        config.dropout = 0.0;
        config.learning_rate = 0.01;
        config.learning_rate_decay = 0.0;
        config.weight_decay = 0.01;
        config.gradient_clip = 0.0;
        config.keep_epoch = KeepEpoch::ValidationLoss;
    })
}

/// One RNA with these tokens, of which the first `padding` are padding.
pub(crate) fn encoded_rna(tokens: &[u32], padding: usize) -> EncodedRna {
    // A composition that differs between RNAs, in the range of real ones.
    let number =
        |n: usize| ((tokens.len() * 7 + tokens[padding] as usize + n * n) % 11) as f32 / 5.0;
    EncodedRna {
        tokens: tokens.to_vec(),
        padding,
        read: ReadRanges::one(0..tokens.len() - padding),
        features: (0..COMPOSITION_SIZE).map(number).collect(),
        tail: 0,
        regions: None,
    }
}

/// Predicts all records of a FASTA text.
pub(crate) fn predict_fasta(predictor: &Predictor, fasta: &str) -> Predictions {
    let reader = predictor.reader(fasta.as_bytes());
    block_on(predictor.predict_all(reader)).unwrap()
}

/// Predicts all records of a FASTA text, each in a batch of its own.
pub(crate) fn predict_one_by_one(predictor: &Predictor, fasta: &str) -> Vec<Prediction> {
    let predict = |record: InputRecord| block_on(predictor.predict(&[record])).unwrap();
    let records = input_records(predictor, fasta).into_iter();
    records
        .flat_map(|record| predict(record).predictions)
        .collect()
}

/// All records of a FASTA text, in their order.
pub(crate) fn input_records(predictor: &Predictor, fasta: &str) -> Vec<InputRecord> {
    let mut reader = predictor.reader(fasta.as_bytes());
    reader.chunk(usize::MAX, usize::MAX).into_records()
}

/// The numbers of a tensor in row-major order.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    crate::devices::assert_no_device_errors();
    data.iter::<f32>().collect()
}

/// The gradient of every parameter, by the name that its tensor has in a model file.
pub(crate) fn gradients(network: &Network, gradients: &Gradients) -> Weights {
    let mut named = NamedGradients {
        gradients,
        arrays: BTreeMap::new(),
    };
    network.visit_parameters(&mut named);
    named.arrays
}

struct NamedGradients<'a> {
    gradients: &'a Gradients,
    arrays: Weights,
}

impl TensorVisitor for NamedGradients<'_> {
    fn visit<const D: usize>(&mut self, name: &str, parameter: Tensor<D>) {
        let gradient = parameter.grad(self.gradients);
        let gradient = gradient.unwrap_or_else(|| panic!("{name} has no gradient"));
        let array = Array {
            shape: gradient.dims().to_vec(),
            values: values(gradient),
        };
        self.arrays.insert(name.to_owned(), array);
    }
}

/// Largest difference between two lists, relative to the largest number of the expected list, or to
/// 1 if that is larger. It is infinite for lists of different lengths, and NaN if a number is NaN.
pub(crate) fn difference(found: &[f32], expected: &[f32]) -> f32 {
    let scale = expected.iter().fold(1.0f32, |m, v| m.max(v.abs()));
    max_difference(found, expected) / scale
}

/// Largest difference between two lists, relative to the largest number of the expected list.
pub(crate) fn relative_difference(found: &[f32], expected: &[f32]) -> f32 {
    let scale = expected
        .iter()
        .fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
    max_difference(found, expected) / scale
}

fn max_difference(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() {
        return f32::INFINITY;
    }
    let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    // Keeps a NaN, which `f32::max` would ignore.
    let larger = |max: f32, d: f32| if d <= max || max.is_nan() { max } else { d };
    differences.fold(0.0, larger)
}

//! What several tests of the network share.
#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod labelled;

use std::collections::BTreeMap;

use burn::tensor::{Gradients, Tensor};
use pollster::block_on;
use rmlocnet::network::{Array, Config, KeepEpoch, Network, Weights, preset};
use rmlocnet::predictor::{Predictions, Predictor};
use rmlocnet::rna::{COMPOSITION_SIZE, EncodedRna, ReadRange};

/// Settings of a small network without any dropout, decay of the rate or clipping.
pub(crate) fn small(k: usize, dim: usize, hidden: usize, attention: usize) -> Config {
    Config {
        k,
        stride: 1,
        embedding_dim: dim,
        hidden_units: hidden,
        attention_dim: attention,
        kmer_dropout: 0.0,
        dimension_dropout: 0.0,
        weight_dropout: 0.0,
        dropout: 0.0,
        learning_rate: 0.01,
        learning_rate_decay: 0.0,
        weight_decay: 0.01,
        gradient_clip: 0.0,
        keep_epoch: KeepEpoch::ValidationLoss,
        ..preset("human-mirna-paper").unwrap().config
    }
}

/// Tokens of one RNA, the first `padding` of them leading padding, as the network takes them.
pub(crate) fn encoded(tokens: &[u32], padding: usize) -> EncodedRna {
    let read_range = ReadRange {
        start: 0,
        end: tokens.len() - padding,
        pad_before: padding,
        pad_after: 0,
    };
    // Different from RNA to RNA, and what sequences of these tokens might have.
    let number =
        |n: usize| ((tokens.len() * 7 + tokens[padding] as usize + n * n) % 11) as f32 / 5.0;
    EncodedRna {
        tokens: tokens.to_vec(),
        padding,
        read_range,
        composition: (0..COMPOSITION_SIZE).map(number).collect(),
    }
}

/// What the model says of a FASTA text, read in windows of so many records, in the input's order.
pub(crate) fn predicted(predictor: &Predictor, fasta: &str, records: usize) -> Predictions {
    let mut reader = predictor.reader(fasta.as_bytes());
    let mut all = Predictions::default();
    loop {
        let chunk = reader.chunk(records, 1 << 20);
        all.problems.extend(chunk.problems);
        for batch in &chunk.batches {
            let some = block_on(predictor.predict(batch)).unwrap();
            all.predictions.extend(some.predictions);
            all.problems.extend(some.problems);
        }
        if chunk.done {
            all.predictions.sort_by_key(|prediction| prediction.index);
            all.problems.sort_by_key(|problem| problem.index);
            return all;
        }
    }
}

/// All numbers of a tensor, row-major.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    crate::devices::assert_no_device_errors();
    data.iter::<f32>().collect()
}

/// The gradient of every parameter under the name its tensor has in a model file.
pub(crate) fn gradients(network: &Network, gradients: &Gradients) -> Weights {
    let mut named = Named {
        gradients,
        found: BTreeMap::new(),
    };
    named.add("embedding.weight", network.embedding.val());
    for (n, vectors) in network.smaller.iter().enumerate() {
        // The tests' smaller k are 1, 2 ….
        named.add(&format!("embedding.weight_k{}", n + 1), vectors.val());
    }
    for (direction, layers) in [("", &network.layers), ("_reverse", &network.reverse)] {
        for (n, layer) in layers.iter().enumerate() {
            let name = |part: &str| format!("lstm.{part}_l{n}{direction}");
            named.add(&name("weight_ih"), layer.weight_ih.val());
            named.add(&name("weight_hh"), layer.weight_hh.val());
            named.add(&name("bias_ih"), layer.bias_ih.val());
            named.add(&name("bias_hh"), layer.bias_hh.val());
        }
    }
    if let Some(attention) = &network.attention {
        named.add("attention.w1.weight", attention.w1.val());
        named.add("attention.w2.weight", attention.w2.val());
        named.add("attention.v.weight", attention.v.val());
    }
    named.add("normalization.weight", network.normalization.gamma.val());
    named.add("normalization.bias", network.normalization.beta.val());
    named.add("dense.weight", network.dense_weight.val());
    named.add("dense.bias", network.dense_bias.val());
    named.found
}

struct Named<'a> {
    gradients: &'a Gradients,
    found: Weights,
}

impl Named<'_> {
    fn add<const D: usize>(&mut self, name: &str, parameter: Tensor<D>) {
        let gradient = parameter.grad(self.gradients);
        let gradient = gradient.unwrap_or_else(|| panic!("{name} has no gradient"));
        let array = Array {
            shape: gradient.dims().to_vec(),
            values: values(gradient),
        };
        self.found.insert(name.to_owned(), array);
    }
}

/// Largest difference of two lists, as a share of the larger of 1 and the expected list's largest
/// number. Lists of different lengths differ without bound; so do lists with a NaN.
pub(crate) fn difference(found: &[f32], expected: &[f32]) -> f32 {
    let scale = expected.iter().fold(1.0f32, |m, v| m.max(v.abs()));
    apart(found, expected) / scale
}

/// Largest difference of two lists as a share of the expected list's largest number.
pub(crate) fn relative(found: &[f32], expected: &[f32]) -> f32 {
    let scale = expected
        .iter()
        .fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
    apart(found, expected) / scale
}

fn apart(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() {
        return f32::INFINITY;
    }
    let differences = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    // `f32::max` would pass over a NaN.
    differences.fold(0.0, |most, d| if d <= most { most } else { d })
}

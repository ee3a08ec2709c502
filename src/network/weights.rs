//! The network's tensors by name: what a model file holds, how they start.
//!
//! Names, shapes and gate order are PyTorch's, so that weights travel in both directions.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::{AttentionHeads, Config};
use crate::genetic_seq2vec::EmbeddingMatrix;

/// One tensor as plain numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Values, the last dimension fastest.
    pub values: Vec<f32>,
}

/// All tensors of one network.
pub type Weights = BTreeMap<String, Array>;

/// Names and shapes of the tensors a network of these settings has, in the order of the data:
/// embedding, LSTM layers, attention, normalisation, dense layer.
///
/// | name | shape |
/// |---|---|
/// | `embedding.weight` | 4^k + 2, d: k-mers in the order A C G U, the unknown k-mer, padding |
/// | `lstm.weight_ih_l{n}`, `lstm.weight_hh_l{n}` | 4H, d or H; 4H, H: gates i f g o |
/// | `lstm.bias_ih_l{n}`, `lstm.bias_hh_l{n}` | 4H |
/// | `attention.w1.weight`, `.w2.weight`, `.v.weight` | A, 2H (h then c); A, H; heads, A |
/// | `normalization.weight`, `.bias`, `.running_mean`, `.running_var` | heads · H |
/// | `dense.weight`, `dense.bias` | C, H; C |
pub fn expected(config: &Config, compartments: usize) -> Vec<(String, Vec<usize>)> {
    let (hidden, attention) = (config.hidden_units, config.attention_dim);
    let heads = config.heads(compartments);
    let mut list = vec![(
        "embedding.weight".to_owned(),
        vec![4usize.pow(config.k as u32) + 2, config.embedding_dim],
    )];
    for layer in 0..config.lstm_layers {
        let input = if layer == 0 {
            config.embedding_dim
        } else {
            hidden
        };
        list.push((format!("lstm.weight_ih_l{layer}"), vec![4 * hidden, input]));
        list.push((format!("lstm.weight_hh_l{layer}"), vec![4 * hidden, hidden]));
        list.push((format!("lstm.bias_ih_l{layer}"), vec![4 * hidden]));
        list.push((format!("lstm.bias_hh_l{layer}"), vec![4 * hidden]));
    }
    let rest = [
        ("attention.w1.weight", vec![attention, 2 * hidden]),
        ("attention.w2.weight", vec![attention, hidden]),
        ("attention.v.weight", vec![heads, attention]),
        ("normalization.weight", vec![heads * hidden]),
        ("normalization.bias", vec![heads * hidden]),
        ("normalization.running_mean", vec![heads * hidden]),
        ("normalization.running_var", vec![heads * hidden]),
        ("dense.weight", vec![compartments, hidden]),
        ("dense.bias", vec![compartments]),
    ];
    list.extend(rest.map(|(name, shape)| (name.to_owned(), shape)));
    list
}

/// Untrained weights: the embedding as given, everything else as PyTorch starts it (uniform
/// within ±1/sqrt(fan-in), for LSTMs within ±1/sqrt(H); normalisation neutral), seeded.
pub fn initial(
    config: &Config,
    compartments: usize,
    embedding: &EmbeddingMatrix,
    seed: u64,
) -> Weights {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = Weights::new();
    for (name, shape) in expected(config, compartments) {
        let size: usize = shape.iter().product();
        let values = match start(&name, config) {
            Start::Embedding => embedding.values.clone(),
            Start::Constant(value) => vec![value; size],
            Start::Uniform(bound) => (0..size)
                .map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound)
                .collect(),
        };
        weights.insert(name, Array { shape, values });
    }
    weights
}

enum Start {
    Embedding,
    Constant(f32),
    Uniform(f32),
}

fn start(name: &str, config: &Config) -> Start {
    let hidden = config.hidden_units as f32;
    match name {
        "embedding.weight" => Start::Embedding,
        "normalization.weight" | "normalization.running_var" => Start::Constant(1.0),
        "normalization.bias" | "normalization.running_mean" => Start::Constant(0.0),
        "attention.w1.weight" => Start::Uniform(1.0 / (2.0 * hidden).sqrt()),
        "attention.v.weight" => Start::Uniform(1.0 / (config.attention_dim as f32).sqrt()),
        _ => Start::Uniform(1.0 / hidden.sqrt()),
    }
}

impl Config {
    /// Numbers a network of these settings learns (running statistics not counted).
    pub fn parameters(&self, compartments: usize) -> usize {
        expected(self, compartments)
            .iter()
            .filter(|(name, _)| !name.contains("running"))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// Whether every compartment has its own attention.
    pub fn per_compartment(&self) -> bool {
        self.attention_heads == AttentionHeads::PerCompartment
    }
}

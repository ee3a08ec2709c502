//! The network's tensors by name: their shapes and initial values.
//!
//! Names, shapes and gate order are PyTorch's, so weights can be exchanged in both directions.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::{AttentionHeads, Config, Loss, Pooling, Recurrence};
use crate::genetic_seq2vec::EmbeddingMatrix;
use crate::rna::{COMPOSITION_SIZE, Standardizer};

/// One tensor as plain numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The sizes of its dimensions.
    pub shape: Vec<usize>,
    /// The values; the last dimension varies fastest.
    pub values: Vec<f32>,
}

/// All tensors of one network.
pub type Weights = BTreeMap<String, Array>;

/// Names and shapes of the tensors of a network with these settings, in the order of the data flow:
/// embedding, LSTM layers, attention, normalisation, dense layer.
///
/// | name | shape |
/// |---|---|
/// | `embedding.weight` | 4^k + 2, d: k-mers in the order A C G U, the unknown k-mer, padding |
/// | `embedding.weight_k{j}` | 4^j + 2, d: the same for each smaller k |
/// | `lstm.weight_ih_l{n}`, `lstm.weight_hh_l{n}` | 4H, d or S; 4H, H: gates i f g o |
/// | `lstm.bias_ih_l{n}`, `lstm.bias_hh_l{n}` | 4H |
/// | `lstm.…_l{n}_reverse` | the same, for the LSTM that reads backwards |
/// | `attention.w1.weight`, `.w2.weight`, `.v.weight` | A, 2S (h then c); A, S; heads, A |
/// | `normalization.weight`, `.bias`, `.running_mean`, `.running_var` | heads · S |
/// | `dense.weight`, `dense.bias` | C, S (and 85 for the joined composition); C |
/// | `features.mean`, `features.deviation` | 85: mean and deviation for standardising the composition |
///
/// S is [`Config::state_width`]: H, or 2H for two directions, with the forward one first.
pub fn tensor_shapes(config: &Config, compartments: usize) -> Vec<(String, Vec<usize>)> {
    let (attention, width) = (config.attention_dim, config.state_width());
    let heads = config.heads(compartments);
    let kmers = |k: usize| vec![4usize.pow(k as u32) + 2, config.embedding_dim];
    let mut list = vec![("embedding.weight".to_owned(), kmers(config.k))];
    let smaller = config.smaller_k();
    list.extend(smaller.map(|k| (format!("embedding.weight_k{k}"), kmers(k))));
    if config.recurrence == Recurrence::Lstm {
        list.extend(lstm_layers(config));
    }
    let mut rest = Vec::new();
    if config.pooling == Pooling::Attention {
        rest.extend([
            ("attention.w1.weight", vec![attention, 2 * width]),
            ("attention.w2.weight", vec![attention, width]),
            ("attention.v.weight", vec![heads, attention]),
        ]);
    }
    rest.extend([
        ("normalization.weight", vec![heads * width]),
        ("normalization.bias", vec![heads * width]),
        ("normalization.running_mean", vec![heads * width]),
        ("normalization.running_var", vec![heads * width]),
        ("dense.weight", vec![compartments, config.dense_width()]),
        ("dense.bias", vec![compartments]),
    ]);
    if config.joined_features {
        rest.extend([
            ("features.mean", vec![COMPOSITION_SIZE]),
            ("features.deviation", vec![COMPOSITION_SIZE]),
        ]);
    }
    list.extend(
        rest.into_iter()
            .map(|(name, shape)| (name.to_owned(), shape)),
    );
    list
}

fn lstm_layers(config: &Config) -> Vec<(String, Vec<usize>)> {
    let hidden = config.hidden_units;
    let mut list = Vec::new();
    for layer in 0..config.lstm_layers {
        let input = match layer {
            0 => config.embedding_dim,
            _ => config.state_width(),
        };
        for direction in config.directions() {
            let name = |part: &str| format!("lstm.{part}_l{layer}{direction}");
            list.push((name("weight_ih"), vec![4 * hidden, input]));
            list.push((name("weight_hh"), vec![4 * hidden, hidden]));
            list.push((name("bias_ih"), vec![4 * hidden]));
            list.push((name("bias_hh"), vec![4 * hidden]));
        }
    }
    list
}

/// What the training part contributes to the initial weights.
#[derive(Clone, Debug)]
pub struct InitialStatistics {
    /// The vectors of the k-mers of `config.k`.
    pub embedding: EmbeddingMatrix,
    /// The vectors for each smaller k.
    pub smaller: Vec<EmbeddingMatrix>,
    /// The means and deviations of the composition.
    pub standardizer: Standardizer,
    /// The share of the RNAs in each compartment.
    pub label_frequencies: Vec<f64>,
}

/// Seeded initial weights: embedding, standardizer and bias from `statistics`, everything else as
/// in PyTorch (uniform within ±1/sqrt(fan-in), for LSTMs within ±1/sqrt(H); neutral normalisation).
pub fn initial(
    config: &Config,
    compartments: usize,
    statistics: &InitialStatistics,
    seed: u64,
) -> Weights {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = Weights::new();
    for (name, shape) in tensor_shapes(config, compartments) {
        let size: usize = shape.iter().product();
        let values = match initializer(&name, config, statistics) {
            Initializer::Given(values) => values,
            Initializer::Constant(value) => vec![value; size],
            Initializer::Uniform(bound) => (0..size)
                .map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound)
                .collect(),
        };
        weights.insert(name, Array { shape, values });
    }
    weights
}

enum Initializer {
    Given(Vec<f32>),
    Constant(f32),
    Uniform(f32),
}

fn initializer(name: &str, config: &Config, statistics: &InitialStatistics) -> Initializer {
    let fan_in = |width: usize| Initializer::Uniform(1.0 / (width as f32).sqrt());
    let mut smaller = config.smaller_k().zip(&statistics.smaller);
    let matrix = smaller.find(|(k, _)| name == format!("embedding.weight_k{k}"));
    if let Some((_, matrix)) = matrix {
        return Initializer::Given(matrix.values.clone());
    }
    match name {
        "embedding.weight" => Initializer::Given(statistics.embedding.values.clone()),
        "features.mean" => Initializer::Given(statistics.standardizer.mean.clone()),
        "features.deviation" => Initializer::Given(statistics.standardizer.deviation.clone()),
        "dense.bias" if config.label_prior_bias => {
            Initializer::Given(prior_bias(config.loss, &statistics.label_frequencies))
        }
        "normalization.weight" | "normalization.running_var" => Initializer::Constant(1.0),
        "normalization.bias" | "normalization.running_mean" => Initializer::Constant(0.0),
        "attention.w1.weight" => fan_in(2 * config.state_width()),
        "attention.w2.weight" => fan_in(config.state_width()),
        "attention.v.weight" => fan_in(config.attention_dim),
        name if name.starts_with("dense.") => fan_in(config.dense_width()),
        _ => fan_in(config.hidden_units),
    }
}

/// The scores that give every compartment its frequency, which is limited to 0.1 % to 99.9 %.
fn prior_bias(loss: Loss, label_frequencies: &[f64]) -> Vec<f32> {
    let score = |share: &f64| {
        let share = share.clamp(0.001, 0.999);
        match loss {
            Loss::Softmax => share.ln() as f32,
            Loss::Sigmoid => (share / (1.0 - share)).ln() as f32,
        }
    };
    label_frequencies.iter().map(score).collect()
}

impl Config {
    /// The number of trained weights of a network with these settings, without running statistics
    /// and the standardizer.
    pub fn parameters(&self, compartments: usize) -> usize {
        tensor_shapes(self, compartments)
            .iter()
            .filter(|(name, _)| !name.contains("running") && !name.starts_with("features."))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// Whether every compartment has its own attention.
    pub fn per_compartment(&self) -> bool {
        self.attention_heads == AttentionHeads::PerCompartment
    }

    /// The suffix that PyTorch adds to the names of each direction's tensors.
    pub(super) fn directions(&self) -> &'static [&'static str] {
        match self.bidirectional {
            true => &["", "_reverse"],
            false => &[""],
        }
    }

    /// The number of inputs of the dense layer for each compartment.
    fn dense_width(&self) -> usize {
        match self.joined_features {
            true => self.state_width() + COMPOSITION_SIZE,
            false => self.state_width(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::network::preset;

    #[test]
    fn a_prior_bias_gives_the_frequencies() {
        let scores = prior_bias(Loss::Sigmoid, &[0.25, 1.0]);
        assert!((1.0 / (1.0 + (-scores[0]).exp()) - 0.25).abs() < 1e-6);
        assert!(scores[1].is_finite());
        let scores = prior_bias(Loss::Softmax, &[0.25, 0.5]);
        assert!((scores[1].exp() / scores[0].exp() - 2.0).abs() < 1e-6);
    }

    /// Counted by hand: tables 66, 6 and 18 of 32; two directions of 4 · 32 gates; attention of 32
    /// over 64; six heads; 85 joined numbers.
    #[test]
    fn parameters_of_the_tuned_presets_are_counted() {
        let config = preset("human-mirna-tuned").unwrap().config;
        let tables = (66 + 6 + 18) * 32;
        let lstm = 2 * (128 * 32 + 128 * 32 + 2 * 128);
        let attention = 32 * 128 + 32 * 64 + 6 * 32;
        let rest = 2 * 6 * 64 + 6 * (64 + 85) + 6;
        assert_eq!(config.parameters(6), tables + lstm + attention + rest);
    }
}

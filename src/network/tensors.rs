//! The network's tensors by name: their shapes and initial values.
//!
//! Names, shapes and gate order are PyTorch's, so weights can be exchanged in both directions.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::{AttentionHeads, Config, Loss, Pooling, Recurrence};
use crate::genetic_seq2vec::EmbeddingMatrix;
use crate::rna::Standardizer;

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

/// The names of the tensors; [`tensor_shapes`] explains them.
pub(super) mod names {
    pub(crate) const EMBEDDING: &str = "embedding.weight";
    pub(crate) const W1: &str = "attention.w1.weight";
    pub(crate) const W2: &str = "attention.w2.weight";
    pub(crate) const V: &str = "attention.v.weight";
    pub(crate) const GAMMA: &str = "normalization.weight";
    pub(crate) const BETA: &str = "normalization.bias";
    pub(crate) const RUNNING_MEAN: &str = "normalization.running_mean";
    pub(crate) const RUNNING_VAR: &str = "normalization.running_var";
    pub(crate) const DENSE_WEIGHT: &str = "dense.weight";
    pub(crate) const DENSE_BIAS: &str = "dense.bias";
    pub(crate) const JOINED_WEIGHT: &str = "joined.weight";
    pub(crate) const JOINED_BIAS: &str = "joined.bias";
    pub(crate) const MEAN: &str = "features.mean";
    pub(crate) const DEVIATION: &str = "features.deviation";

    /// The suffixes of the LSTM's directions, the forward one first.
    pub(crate) const DIRECTIONS: [&str; 2] = ["", "_reverse"];

    /// The name of the k-mer vectors of a smaller k.
    pub(crate) fn smaller_embedding(k: usize) -> String {
        format!("{EMBEDDING}_k{k}")
    }

    /// The names of the tensors of one LSTM layer in one direction.
    pub(crate) fn lstm_layer(layer: usize, direction: &str) -> LstmNames {
        let name = |part: &str| format!("lstm.{part}_l{layer}{direction}");
        LstmNames {
            weight_ih: name("weight_ih"),
            weight_hh: name("weight_hh"),
            bias_ih: name("bias_ih"),
            bias_hh: name("bias_hh"),
        }
    }

    /// One name for each tensor of an LSTM layer.
    pub(crate) struct LstmNames {
        pub(crate) weight_ih: String,
        pub(crate) weight_hh: String,
        pub(crate) bias_ih: String,
        pub(crate) bias_hh: String,
    }
}

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
/// | `dense.weight`, `dense.bias` | C, S (and J for joined features); C |
/// | `joined.weight`, `joined.bias` | U, F; U: the layer between the joined features and the dense layer |
/// | `features.mean`, `features.deviation` | F: mean and deviation for standardising the features |
///
/// S is [`Config::state_width`]: H, or 2H for two directions, with the forward one first. F is the
/// number of joined features (85 for the composition, 438 for the regions of a message), U is
/// `joined_units`, and J is U, or F without that layer.
pub fn tensor_shapes(config: &Config, compartments: usize) -> Vec<(String, Vec<usize>)> {
    let (attention, width) = (config.attention_dim, config.state_width());
    let heads = config.heads(compartments);
    let kmers = |k: usize| vec![4usize.pow(k as u32) + 2, config.embedding_dim];
    let mut list = vec![(names::EMBEDDING.to_owned(), kmers(config.k))];
    let smaller = config.smaller_k();
    list.extend(smaller.map(|k| (names::smaller_embedding(k), kmers(k))));
    if config.recurrence == Recurrence::Lstm {
        list.extend(lstm_layers(config));
    }
    let mut rest = Vec::new();
    if config.pooling == Pooling::Attention {
        rest.extend([
            (names::W1, vec![attention, 2 * width]),
            (names::W2, vec![attention, width]),
            (names::V, vec![heads, attention]),
        ]);
    }
    rest.extend([
        (names::GAMMA, vec![heads * width]),
        (names::BETA, vec![heads * width]),
        (names::RUNNING_MEAN, vec![heads * width]),
        (names::RUNNING_VAR, vec![heads * width]),
        (
            names::DENSE_WEIGHT,
            vec![compartments, config.dense_width()],
        ),
        (names::DENSE_BIAS, vec![compartments]),
    ]);
    if config.joined_features {
        let features = config.feature_set().size();
        if config.joined_units > 0 {
            rest.extend([
                (names::JOINED_WEIGHT, vec![config.joined_units, features]),
                (names::JOINED_BIAS, vec![config.joined_units]),
            ]);
        }
        rest.extend([
            (names::MEAN, vec![features]),
            (names::DEVIATION, vec![features]),
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
            let names = names::lstm_layer(layer, direction);
            list.push((names.weight_ih, vec![4 * hidden, input]));
            list.push((names.weight_hh, vec![4 * hidden, hidden]));
            list.push((names.bias_ih, vec![4 * hidden]));
            list.push((names.bias_hh, vec![4 * hidden]));
        }
    }
    list
}

/// Weights whose values are given by a function of the name and the number of values of each
/// tensor.
pub fn fill(
    config: &Config,
    compartments: usize,
    mut values: impl FnMut(&str, usize) -> Vec<f32>,
) -> Weights {
    let tensors = tensor_shapes(config, compartments).into_iter();
    let array = |(name, shape): (String, Vec<usize>)| {
        let values = values(&name, shape.iter().product());
        (name, Array { shape, values })
    };
    tensors.map(array).collect()
}

/// Random weights between -1/2 and 1/2, with which the gates are not saturated. Variances and
/// deviations are between 1/2 and 3/2.
pub fn random(config: &Config, compartments: usize, seed: u64) -> Weights {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    fill(config, compartments, |name, size| {
        let is_positive = matches!(name, names::RUNNING_VAR | names::DEVIATION);
        let low = if is_positive { 0.5 } else { -0.5 };
        (0..size).map(|_| rng.random::<f32>() + low).collect()
    })
}

/// What the training part contributes to the initial weights.
#[derive(Clone, Debug)]
pub struct InitialStatistics {
    /// The vectors of the k-mers of `config.k`.
    pub embedding: EmbeddingMatrix,
    /// The vectors for each smaller k.
    pub smaller: Vec<EmbeddingMatrix>,
    /// The means and deviations of the joined features.
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
    fill(config, compartments, |name, size| {
        match initializer(name, config, statistics) {
            Initializer::Given(values) => values,
            Initializer::Constant(value) => vec![value; size],
            Initializer::Uniform(bound) => (0..size)
                .map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound)
                .collect(),
        }
    })
}

enum Initializer {
    Given(Vec<f32>),
    Constant(f32),
    Uniform(f32),
}

fn initializer(name: &str, config: &Config, statistics: &InitialStatistics) -> Initializer {
    let fan_in = |width: usize| Initializer::Uniform(1.0 / (width as f32).sqrt());
    let mut smaller = config.smaller_k().zip(&statistics.smaller);
    let matrix = smaller.find(|(k, _)| name == names::smaller_embedding(*k));
    if let Some((_, matrix)) = matrix {
        return Initializer::Given(matrix.values.clone());
    }
    match name {
        names::EMBEDDING => Initializer::Given(statistics.embedding.values.clone()),
        names::MEAN => Initializer::Given(statistics.standardizer.mean.clone()),
        names::DEVIATION => Initializer::Given(statistics.standardizer.deviation.clone()),
        names::DENSE_BIAS if config.label_prior_bias => {
            Initializer::Given(prior_bias(config.loss, &statistics.label_frequencies))
        }
        names::GAMMA | names::RUNNING_VAR => Initializer::Constant(1.0),
        names::BETA | names::RUNNING_MEAN => Initializer::Constant(0.0),
        names::W1 => fan_in(2 * config.state_width()),
        names::W2 => fan_in(config.state_width()),
        names::V => fan_in(config.attention_dim),
        names::DENSE_WEIGHT | names::DENSE_BIAS => fan_in(config.dense_width()),
        names::JOINED_WEIGHT | names::JOINED_BIAS => fan_in(config.feature_set().size()),
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
        let fixed = [
            names::RUNNING_MEAN,
            names::RUNNING_VAR,
            names::MEAN,
            names::DEVIATION,
        ];
        tensor_shapes(self, compartments)
            .iter()
            .filter(|(name, _)| !fixed.contains(&name.as_str()))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// Whether every compartment has its own attention.
    pub fn per_compartment(&self) -> bool {
        self.attention_heads == AttentionHeads::PerCompartment
    }

    /// The suffix that PyTorch adds to the names of each direction's tensors.
    pub(super) fn directions(&self) -> &'static [&'static str] {
        let count = if self.bidirectional { 2 } else { 1 };
        &names::DIRECTIONS[..count]
    }

    /// The number of inputs of the dense layer for each compartment.
    fn dense_width(&self) -> usize {
        self.state_width() + self.joined_width()
    }

    /// The number of inputs of the dense layer that come from the joined features.
    pub(super) fn joined_width(&self) -> usize {
        match self.joined_units {
            _ if !self.joined_features => 0,
            0 => self.feature_set().size(),
            units => units,
        }
    }
}

#[cfg(test)]
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

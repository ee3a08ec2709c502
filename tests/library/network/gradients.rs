//! Compares every element of every parameter's gradient with central finite differences, for the
//! whole network: two LSTM layers, one and two directions, all kinds of pooling, both losses, and
//! sequences of different lengths with padding before them.

use crate::devices::devices;
use crate::support::{encoded_rna, gradients, relative_difference, small_config, values, vary};
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::network::loss::loss;
use rmlocnet::network::tensors::{fill, tensor_shapes};
use rmlocnet::network::{
    AttentionHeads, Batch, Config, Loss, Network, Pooling, Recurrence, Weights,
};

const TARGETS: [[f64; 3]; 4] = [
    [1.0, 0.0, 0.0],
    [1.0, 1.0, 0.0],
    [0.0, 0.0, 1.0],
    [0.0, 1.0, 1.0],
];

/// Step of the differences. With the five-point formula, the error of the method is of order
/// step^4, and that of 32-bit scores of order 1e-7 / step. Both are below the tolerance.
const STEP: f32 = 0.05;

/// Largest deviation, as a share of the tensor's largest gradient.
const TOLERANCE: f32 = 1e-3;

fn config(heads: AttentionHeads, loss: Loss) -> Config {
    vary(small_config(1, 3, 3, 2), |config| {
        config.lstm_layers = 2;
        config.attention_heads = heads;
        config.loss = loss;
    })
}

/// Seed of the weights. With some seeds, a feature hardly differs between the four RNAs;
/// normalisation then divides by almost zero, and the loss is too curved for differences.
const SEED: u64 = 7;

/// Random weights, large enough for every non-linearity to matter.
fn weights(config: &Config, seed: u64) -> Weights {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = |size: usize, low: f32, high: f32| -> Vec<f32> {
        (0..size).map(|_| rng.random_range(low..high)).collect()
    };
    fill(config, TARGETS[0].len(), |name, size| match name {
        "normalization.weight" | "normalization.running_var" | "features.deviation" => {
            draw(size, 0.5, 1.5)
        }
        "attention.v.weight" => draw(size, -3.0, 3.0),
        _ => draw(size, -1.5, 1.5),
    })
}

/// Four RNAs of one-letter k-mers; 4 is the unknown k-mer and 5 is padding. For 2-mers, every
/// letter is doubled.
fn batch(config: &Config, device: &Device) -> Batch {
    let (unknown, same) = (4u32.pow(config.k as u32), 1 + 4 * (config.k as u32 - 1));
    let rna = |letters: &[u32], padding: usize| {
        let token = |letter: &u32| match letter {
            4.. => unknown + letter - 4,
            letter => letter * same,
        };
        encoded_rna(&letters.iter().map(token).collect::<Vec<_>>(), padding)
    };
    let rnas = [
        rna(&[0, 3, 2, 1, 4, 2, 3], 0),
        rna(&[5, 5, 1, 0, 2], 2),
        rna(&[5, 3], 1),
        rna(&[2, 2, 1, 3], 0),
    ];
    Batch::new(&rnas.iter().collect::<Vec<_>>(), unknown + 1, device)
}

fn targets(device: &Device) -> Tensor<2> {
    let values: Vec<f32> = TARGETS.iter().flatten().map(|v| *v as f32).collect();
    Tensor::from_data(TensorData::new(values, [4, 3]), device)
}

/// The loss of scores in 64-bit numbers, directly from its definition.
fn exact_loss(logits: &[f32], kind: Loss) -> f64 {
    let mut sum = 0.0;
    for (row, targets) in logits.chunks(3).zip(TARGETS) {
        let row: Vec<f64> = row.iter().map(|x| f64::from(*x)).collect();
        let all: f64 = row.iter().map(|x| x.exp()).sum();
        let labels: f64 = targets.iter().sum();
        for (x, y) in row.iter().zip(targets) {
            let p = 1.0 / (1.0 + (-x).exp());
            sum -= match kind {
                Loss::Softmax => y / labels * (x.exp() / all).ln(),
                Loss::Sigmoid => (y * p.ln() + (1.0 - y) * (1.0 - p).ln()) / 3.0,
            };
        }
    }
    sum / 4.0
}

struct Check {
    config: Config,
    weights: Weights,
}

impl Check {
    fn new(heads: AttentionHeads, loss: Loss) -> Self {
        Self::of(config(heads, loss))
    }

    fn of(config: Config) -> Self {
        Self::drawn(config, SEED)
    }

    fn drawn(config: Config, seed: u64) -> Self {
        Self {
            weights: weights(&config, seed),
            config,
        }
    }

    fn network(&self, weights: &Weights, device: &Device) -> Network {
        Network::from_weights(&self.config, 3, weights, device).unwrap()
    }

    /// The loss on the CPU, because differences need hundreds of them.
    fn loss(&self, weights: &Weights) -> f64 {
        let device = Device::flex().autodiff();
        let output = self
            .network(weights, &device)
            .forward(&batch(&self.config, &device), None);
        exact_loss(&values(output.logits), self.config.loss)
    }

    /// The derivative with respect to one number, by the five-point formula.
    fn difference(&self, name: &str, element: usize) -> f32 {
        let mut weights = self.weights.clone();
        let start = weights[name].values[element];
        let mut at = |steps: f32| {
            if let Some(array) = weights.get_mut(name) {
                array.values[element] = start + steps * STEP;
            }
            self.loss(&weights)
        };
        let near = at(1.0) - at(-1.0);
        let far = at(2.0) - at(-2.0);
        ((8.0 * near - far) / (12.0 * f64::from(STEP))) as f32
    }

    fn differences(&self, name: &str) -> Vec<f32> {
        let size = self.weights[name].values.len();
        (0..size).map(|i| self.difference(name, i)).collect()
    }

    fn gradients(&self, device: &Device) -> Weights {
        let network = self.network(&self.weights, device);
        let logits = network.forward(&batch(&self.config, device), None).logits;
        let exact = exact_loss(&values(logits.clone()), self.config.loss);
        let loss = loss(logits, targets(device), self.config.loss);
        let found = f64::from(loss.clone().into_scalar::<f32>());
        assert!(
            (found - exact).abs() < 1e-6 * exact.max(1.0),
            "loss {found}, not {exact}"
        );
        gradients(&network, &loss.backward())
    }

    /// Checks every parameter on every device, and that a gradient which is wrong in one number
    /// would be found.
    fn run(&self) {
        let names: Vec<String> = tensor_shapes(&self.config, TARGETS[0].len())
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| !name.contains("running") && !name.starts_with("features."))
            .collect();
        let differences = names.iter().map(|name| self.differences(name));
        let differences: Vec<_> = differences.collect();
        for device in devices() {
            let gradients = self.gradients(&device.autodiff());
            assert_eq!(gradients.len(), names.len(), "one of every parameter");
            for (name, expected) in names.iter().zip(&differences) {
                compare(name, &gradients[name].values, expected);
            }
        }
    }
}

fn compare(name: &str, gradient: &[f32], expected: &[f32]) {
    let largest = expected.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    assert!(largest > 1e-2, "{name} is not put to the test: {largest}");
    let far = relative_difference(gradient, expected);
    assert!(far <= TOLERANCE, "gradient of {name} is {far} off");
    for element in 0..expected.len() {
        let mut wrong = gradient.to_vec();
        wrong[element] += 2.5 * TOLERANCE * largest;
        let far = relative_difference(&wrong, expected);
        assert!(far > TOLERANCE, "a wrong gradient of {name} passes");
    }
}

#[test]
fn gradients_with_shared_attention_and_softmax() {
    Check::new(AttentionHeads::Shared, Loss::Softmax).run();
}

#[test]
fn gradients_with_shared_attention_and_sigmoid() {
    Check::new(AttentionHeads::Shared, Loss::Sigmoid).run();
}

#[test]
fn gradients_with_attention_per_compartment_and_softmax() {
    Check::new(AttentionHeads::PerCompartment, Loss::Softmax).run();
}

#[test]
fn gradients_with_attention_per_compartment_and_sigmoid() {
    Check::new(AttentionHeads::PerCompartment, Loss::Sigmoid).run();
}

/// The additions of the tuned presets: several k, both directions, the composition.
fn tuned() -> Config {
    vary(
        config(AttentionHeads::PerCompartment, Loss::Sigmoid),
        |config| {
            config.summed_k = true;
            config.bidirectional = true;
            config.joined_features = true;
        },
    )
}

#[test]
fn gradients_with_both_directions_two_k_and_the_composition() {
    Check::of(vary(tuned(), |config| {
        config.k = 2;
    }))
    .run();
}

#[test]
fn gradients_with_the_mean_of_all_steps() {
    let config = vary(tuned(), |config| {
        config.lstm_layers = 1;
        config.joined_features = false;
        config.pooling = Pooling::Mean;
    });
    // With this seed, some features hardly differ, as explained at `SEED`.
    Check::drawn(config, 5).run();
}

#[test]
fn gradients_with_both_ends() {
    Check::of(vary(tuned(), |config| {
        config.lstm_layers = 1;
        config.joined_features = false;
        config.pooling = Pooling::Last;
    }))
    .run();
}

#[test]
fn gradients_with_attention_over_the_vectors() {
    Check::of(vary(
        config(AttentionHeads::Shared, Loss::Softmax),
        |config| {
            config.recurrence = Recurrence::None;
        },
    ))
    .run();
}

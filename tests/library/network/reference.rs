//! Compares the network with the same network in PyTorch, for two cases in
//! `reference/network.safetensors` (written by `reference/make_reference.py`).

use crate::devices::devices;
use crate::support::{
    difference, encoded_rna, gradients, relative_difference, small_config, values, vary,
};
use burn::tensor::{Device, Tensor, TensorData};
use pollster::block_on;
use rmlocnet::network::loss::{loss, probabilities};
use rmlocnet::network::{Array, AttentionHeads, Batch, Config, Loss, Network, Weights};
use rmlocnet::rna::Kmers;
use rmlocnet::training::optimizer::Optimizer;
use safetensors::SafeTensors;

const FILE: &[u8] = include_bytes!("../../reference/network.safetensors");
const COMPARTMENTS: usize = 3;
/// Largest difference from PyTorch: both use 32-bit numbers, in another order.
const TOLERANCE: f32 = 2e-5;

/// One case: its tensors and the settings of its network.
struct Case {
    prefix: String,
    tensors: SafeTensors<'static>,
    config: Config,
}

impl Case {
    fn new(number: usize, layers: usize, heads: AttentionHeads, loss: Loss) -> Self {
        let config = vary(small_config(2, 5, 6, 4), |config| {
            config.lstm_layers = layers;
            config.attention_heads = heads;
            config.loss = loss;
        });
        Self {
            prefix: format!("case{number}."),
            tensors: SafeTensors::deserialize(FILE).unwrap(),
            config,
        }
    }

    fn array(&self, name: &str) -> Array {
        let view = self.tensors.tensor(&format!("{}{name}", self.prefix));
        let view = view.unwrap();
        let (numbers, _) = view.data().as_chunks::<4>();
        Array {
            shape: view.shape().to_vec(),
            values: numbers.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        }
    }

    fn integers(&self, name: &str) -> Vec<u32> {
        let view = self.tensors.tensor(&format!("{}{name}", self.prefix));
        let view = view.unwrap();
        let (numbers, _) = view.data().as_chunks::<8>();
        let number = |b: &[u8; 8]| u32::try_from(i64::from_le_bytes(*b)).unwrap();
        numbers.iter().map(number).collect()
    }

    /// The tensors of a network; `prefix` is empty or "stepped.".
    fn weights(&self, prefix: &str) -> Weights {
        rmlocnet::network::tensors::tensor_shapes(&self.config, COMPARTMENTS)
            .into_iter()
            .filter(|(name, _)| prefix.is_empty() || !name.contains("running"))
            .map(|(name, _)| (name.clone(), self.array(&format!("{prefix}{name}"))))
            .collect()
    }

    fn network(&self, device: &Device) -> Network {
        Network::from_weights(&self.config, COMPARTMENTS, &self.weights(""), device).unwrap()
    }

    fn batch(&self, device: &Device) -> Batch {
        let (tokens, lengths) = (self.integers("tokens"), self.integers("lengths"));
        let rnas: Vec<_> = tokens
            .chunks(tokens.len() / lengths.len())
            .zip(lengths.iter().zip(self.integers("leading")))
            .map(|(row, (length, leading))| encoded_rna(&row[..*length as usize], leading as usize))
            .collect();
        let padding = Kmers::new(2, 1).unwrap().padding();
        Batch::new(&rnas.iter().collect::<Vec<_>>(), padding, device)
    }

    fn targets(&self, device: &Device) -> Tensor<2> {
        let targets = self.array("targets");
        Tensor::from_data(TensorData::new(targets.values, targets.shape), device)
    }

    fn same(&self, name: &str, found: &[f32]) {
        let far = difference(found, &self.array(name).values);
        assert!(far <= TOLERANCE, "{}{name} is {far} off", self.prefix);
    }
}

/// Runs both cases on every device.
fn cases() -> Vec<(Case, Device)> {
    let on = |device: Device| {
        [
            Case::new(0, 1, AttentionHeads::Shared, Loss::Softmax),
            Case::new(1, 2, AttentionHeads::PerCompartment, Loss::Sigmoid),
        ]
        .map(|case| (case, device.clone()))
    };
    devices().into_iter().flat_map(on).collect()
}

#[test]
fn predictions_and_attention_equal_pytorchs() {
    for (case, device) in cases() {
        let output = case.network(&device).forward(&case.batch(&device), None);
        let likely = probabilities(output.logits.clone(), case.config.loss);
        case.same("eval.logits", &values(output.logits));
        case.same("eval.probabilities", &values(likely));
        case.same("eval.attention", &values(output.attention));
    }
}

#[test]
fn gradients_of_every_parameter_equal_pytorchs() {
    for (case, device) in cases() {
        let device = device.autodiff();
        let network = case.network(&device);
        let output = network.forward(&case.batch(&device), None);
        case.same("train.logits", &values(output.logits.clone()));
        let loss = loss(output.logits, case.targets(&device), case.config.loss);
        case.same("train.loss", &values(loss.clone()));
        let found = gradients(&network, &loss.backward());
        let names = case.weights("stepped.");
        assert!(
            found.keys().eq(names.keys()),
            "every parameter has a gradient"
        );
        for (name, gradient) in &found {
            let expected = case.array(&format!("grad.{name}"));
            assert_eq!(gradient.shape, expected.shape, "{name}");
            let far = relative_difference(&gradient.values, &expected.values);
            assert!(
                far <= TOLERANCE,
                "gradient of {}{name} is {far} off on {device:?}",
                case.prefix
            );
        }
    }
}

#[test]
fn running_statistics_equal_pytorchs_except_for_its_variance_correction() {
    for (case, device) in cases() {
        let device = device.autodiff();
        let network = case.network(&device);
        let batch = case.batch(&device);
        network.forward(&batch, None);
        let found = block_on(network.weights()).unwrap();
        let mean = "normalization.running_mean";
        case.same(&format!("train.{mean}"), &found[mean].values);
        // For the running variance, PyTorch divides the sum of squares of a batch by B - 1, and we
        // by B, so our contribution is smaller by (B - 1) / B. Normalisation itself uses B in both.
        let name = "normalization.running_var";
        let share = (batch.len() - 1) as f32 / batch.len() as f32;
        let before = case.array(name).values;
        let after = case.array(&format!("train.{name}")).values;
        let expected: Vec<f32> = before
            .iter()
            .zip(&after)
            .map(|(old, new)| 0.9 * old + (new - 0.9 * old) * share)
            .collect();
        assert!(difference(&found[name].values, &expected) <= TOLERANCE);
        assert!(
            difference(&after, &expected) > TOLERANCE,
            "the factor matters"
        );
    }
}

/// The weights after one step along the gradient of the loss times `scale`.
fn stepped(case: &Case, device: &Device, config: &Config, scale: f32) -> Weights {
    let device = device.clone().autodiff();
    let network = case.network(&device);
    let logits = network.forward(&case.batch(&device), None).logits;
    let loss = loss(logits, case.targets(&device), config.loss) * scale;
    let network = Optimizer::new(config).step(config.learning_rate, network, &loss);
    block_on(network.weights()).unwrap()
}

#[test]
fn one_step_of_adamw_equals_pytorchs() {
    for (case, device) in cases() {
        let found = stepped(&case, &device, &case.config, 1.0);
        for (name, expected) in case.weights("stepped.") {
            let far = difference(&found[&name].values, &expected.values);
            assert!(far <= TOLERANCE, "{}{name} is {far} off", case.prefix);
            let before = case.array(&name).values;
            assert!(
                difference(&before, &expected.values) > TOLERANCE,
                "{name} moved"
            );
        }
    }
}

/// The first step of AdamW hardly depends on the size of the gradients, unless they are so small
/// that its ε matters. So both the limit and the gradients are made small here.
#[test]
fn clipping_scales_all_gradients_by_one_factor() {
    const BOUND: f32 = 1e-7;
    for (case, device) in cases() {
        let config = vary(case.config.clone(), |config| {
            config.gradient_clip = f64::from(BOUND);
        });
        let names: Vec<String> = case.weights("stepped.").into_keys().collect();
        let gradient = |name: &String| case.array(&format!("grad.{name}")).values;
        let squares = names.iter().flat_map(gradient).map(|g| g * g);
        let norm = squares.sum::<f32>().sqrt();
        for (scale, factor) in [
            (1.0, BOUND / norm),
            (0.7 * BOUND / norm, 0.7 * BOUND / norm),
        ] {
            let found = stepped(&case, &device, &config, scale);
            for name in &names {
                let expected =
                    first_step(&config, &case.array(name).values, &gradient(name), factor);
                let far = difference(&found[name].values, &expected);
                assert!(far <= TOLERANCE, "{}{name} is {far} off", case.prefix);
            }
        }
    }
}

/// The first step of AdamW for gradients times `factor`: both moments are those of one gradient.
fn first_step(config: &Config, values: &[f32], gradient: &[f32], factor: f32) -> Vec<f32> {
    const EPSILON: f32 = 1e-8;
    let (rate, decay) = (config.learning_rate as f32, config.weight_decay as f32);
    let one = |(p, g): (&f32, &f32)| {
        let g = g * factor;
        p * (1.0 - rate * decay) - rate * g / (g.abs() + EPSILON)
    };
    values.iter().zip(gradient).map(one).collect()
}

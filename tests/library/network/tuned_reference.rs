//! Compares the additions of the tuned presets with PyTorch, for
//! `reference/tuned_network.safetensors` (written by `reference/make_reference.py`).

use crate::devices::devices;
use crate::support::{
    difference, encoded_rna, gradients, relative_difference, small_config, values, vary,
};
use burn::tensor::{Device, Tensor, TensorData};
use rmlocnet::network::loss::loss;
use rmlocnet::network::tensors::tensor_shapes;
use rmlocnet::network::{Array, AttentionHeads, Batch, Config, Loss, Network, Weights};
use safetensors::SafeTensors;

const FILE: &[u8] = include_bytes!("../../reference/tuned_network.safetensors");
const COMPARTMENTS: usize = 3;
const PADDING: u32 = 17;
/// Largest difference from PyTorch: both use 32-bit numbers, in another order, through two layers
/// of two directions.
const TOLERANCE: f32 = 3e-5;

fn config() -> Config {
    vary(small_config(2, 5, 6, 4), |config| {
        config.summed_k = true;
        config.lstm_layers = 2;
        config.bidirectional = true;
        config.attention_heads = AttentionHeads::PerCompartment;
        config.joined_features = true;
        config.loss = Loss::Sigmoid;
    })
}

fn array(name: &str) -> Array {
    let file = SafeTensors::deserialize(FILE).unwrap();
    let view = file.tensor(name).unwrap();
    let (numbers, _) = view.data().as_chunks::<4>();
    Array {
        shape: view.shape().to_vec(),
        values: numbers.iter().map(|b| f32::from_le_bytes(*b)).collect(),
    }
}

fn integers(name: &str) -> Vec<usize> {
    let file = SafeTensors::deserialize(FILE).unwrap();
    let view = file.tensor(name).unwrap();
    let (numbers, _) = view.data().as_chunks::<8>();
    let number = |b: &[u8; 8]| usize::try_from(i64::from_le_bytes(*b)).unwrap();
    numbers.iter().map(number).collect()
}

fn network(device: &Device) -> Network {
    let weights: Weights = tensor_shapes(&config(), COMPARTMENTS)
        .into_iter()
        .map(|(name, _)| (name.clone(), array(&name)))
        .collect();
    Network::from_weights(&config(), COMPARTMENTS, &weights, device).unwrap()
}

fn batch(device: &Device) -> Batch {
    let (tokens, lengths) = (integers("tokens"), integers("lengths"));
    let (leading, composition) = (integers("leading"), array("composition"));
    let rna = |n: usize| {
        let steps = tokens.len() / lengths.len();
        let own = tokens[n * steps..][..lengths[n]].iter();
        let own: Vec<u32> = own.map(|token| *token as u32).collect();
        let mut rna = encoded_rna(&own, leading[n]);
        let width = composition.shape[1];
        rna.features = composition.values[n * width..][..width].to_vec();
        rna
    };
    let rnas: Vec<_> = (0..lengths.len()).map(rna).collect();
    Batch::new(&rnas.iter().collect::<Vec<_>>(), PADDING, device)
}

#[test]
fn scores_and_attention_equal_pytorchs() {
    for device in devices() {
        let output = network(&device).forward(&batch(&device), None);
        for (name, found) in [
            ("eval.logits", values(output.logits)),
            ("eval.attention", values(output.attention)),
        ] {
            let far = difference(&found, &array(name).values);
            assert!(far <= TOLERANCE, "{name} is {far} off on {device:?}");
        }
    }
}

#[test]
fn gradients_equal_pytorchs() {
    for device in devices() {
        let device = device.autodiff();
        let (network, targets) = (network(&device), array("targets"));
        let targets = TensorData::new(targets.values, targets.shape);
        let targets: Tensor<2> = Tensor::from_data(targets, &device);
        let logits = network.forward(&batch(&device), None).logits;
        let found = gradients(&network, &loss(logits, targets, Loss::Sigmoid).backward());
        let learnt = tensor_shapes(&config(), COMPARTMENTS);
        let learnt = learnt.iter().map(|(name, _)| name);
        let learnt = learnt.filter(|n| !n.contains("running") && !n.starts_with("features."));
        for name in learnt {
            let far =
                relative_difference(&found[name].values, &array(&format!("grad.{name}")).values);
            assert!(
                far <= TOLERANCE,
                "gradient of {name} is {far} off on {device:?}"
            );
        }
    }
}

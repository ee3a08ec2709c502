//! The self-test: compares the results of a GPU with those of the CPU.
//!
//! If a GPU refuses a shader, a browser only logs this and continues with the old content of the
//! shader's outputs. Therefore, a GPU is used only after it has computed a small network as the CPU
//! does. The network has awkward sizes: two LSTM layers, sequences of different lengths, padding,
//! and one attention head per compartment. For training, the self-test also compares the gradients
//! of all weights and the losses of a few updates.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, Transaction};
use rand::{RngExt, SeedableRng};

use crate::device::gpu::Gpu;
use crate::device::{self, DeviceError, DeviceUse, SelfTestError, SelfTestResult};
use crate::genetic_seq2vec::GraphWeighting;
use crate::network::loss::{BatchTargets, loss};
use crate::network::tensors;
use crate::network::{
    AttentionHeads, Batch, Config, Inference, InferenceNetwork, KeepEpoch, Loss, Network, Pooling,
    Recurrence, Rng, Schedule, Weights, infer,
};
use crate::rna::{COMPOSITION_SIZE, EncodedRna, LengthSetting, PolyA, ReadRanges, Reading};
use crate::training::{Example, Target, Trainer};

/// Largest allowed difference from the CPU, relative to the largest number of a list. Sums in
/// another order differ by about 1e-6.
const TOLERANCE: f64 = 1e-4;
/// Number of compartments of the network.
const COMPARTMENTS: usize = 3;
/// Token of k-mers that contain N.
const UNKNOWN: u32 = 16;
/// Token of the padding.
const PADDING: u32 = 17;
/// Number of updates whose losses are compared.
const UPDATES: usize = 3;

/// Checks that the GPU agrees with the CPU, once for each use and layout.
///
/// # Errors
/// The results differ, or a device failed.
pub(super) async fn test(gpu: &Gpu, device_use: DeviceUse) -> SelfTestResult {
    let layout = gpu.layout();
    if let Some(result) = gpu.self_test_result(device_use, layout) {
        return result;
    }
    let weights = weights();
    let result = compare_with_cpu(&gpu.device, &weights, &weights, device_use).await;
    gpu.record_self_test(device_use, layout, result.clone());
    result
}

/// Compares the results of the network with `weights` on the device and with `cpu_weights` on the
/// CPU. The weights are the same, except in a test of this comparison.
pub(super) async fn compare_with_cpu(
    device: &Device,
    weights: &Weights,
    cpu_weights: &Weights,
    device_use: DeviceUse,
) -> SelfTestResult {
    let expected = results(&device::cpu(), cpu_weights, device_use).await?;
    compare(results(device, weights, device_use).await?, expected)
}

/// Results of one kind as lists of numbers, each of which has its own scale.
struct TestResults {
    what: &'static str,
    lists: Vec<Vec<f32>>,
}

fn compare(found: Vec<TestResults>, expected: Vec<TestResults>) -> SelfTestResult {
    for (found, expected) in found.iter().zip(&expected) {
        let lists = found.lists.iter().zip(&expected.lists);
        let differences = lists.map(|(a, b)| relative_difference(a, b));
        let difference = differences.fold(0.0, larger_difference);
        if difference > TOLERANCE {
            let what = found.what;
            return Err(SelfTestError::Differs { what, difference });
        }
    }
    Ok(())
}

/// The largest difference between two lists, relative to the largest expected number. Infinite if
/// the lengths differ or a number is NaN.
fn relative_difference(found: &[f32], expected: &[f32]) -> f64 {
    if found.len() != expected.len() {
        return f64::INFINITY;
    }
    let largest = expected
        .iter()
        .fold(f32::MIN_POSITIVE, |m, v| m.max(v.abs()));
    let differences = found
        .iter()
        .zip(expected)
        .map(|(a, b)| f64::from((a - b).abs()));
    differences.fold(0.0, larger_difference) / f64::from(largest)
}

/// The larger of two differences; infinite if `b` is NaN.
fn larger_difference(a: f64, b: f64) -> f64 {
    if b <= a {
        a
    } else if b.is_nan() {
        f64::INFINITY
    } else {
        b
    }
}

/// All results that a device must compute correctly for this use.
async fn results(
    device: &Device,
    weights: &Weights,
    device_use: DeviceUse,
) -> Result<Vec<TestResults>, DeviceError> {
    let mut results = forward(device, weights).await?;
    if device_use == DeviceUse::Training {
        results.push(gradients(device, weights).await?);
        results.push(losses(device, weights).await?);
    }
    Ok(results)
}

/// Probabilities and attention weights.
async fn forward(device: &Device, weights: &Weights) -> Result<Vec<TestResults>, DeviceError> {
    let config = config();
    let network = network(&config, weights, device)?;
    let examples = examples();
    let encoded: Vec<&EncodedRna> = examples.iter().map(|example| &example.encoded).collect();
    let (loss, rows) = (config.loss, encoded.len());
    let network = InferenceNetwork::new(network);
    let inferences = infer(&network, loss, &encoded, PADDING, rows, device).await?;
    let probabilities = inferences.iter().map(|i| i.probabilities.clone()).collect();
    let heads = inferences.iter().flat_map(Inference::attention_of_heads);
    let attention = heads.map(<[f32]>::to_vec).collect();
    Ok(vec![
        TestResults {
            what: "probabilities",
            lists: probabilities,
        },
        TestResults {
            what: "attention weights",
            lists: attention,
        },
    ])
}

/// The gradient of the loss by every weight.
async fn gradients(device: &Device, weights: &Weights) -> Result<TestResults, DeviceError> {
    let config = config();
    let learning = device.clone().autodiff();
    let network = network(&config, weights, &learning)?;
    let examples = examples();
    let encoded: Vec<&EncodedRna> = examples.iter().map(|example| &example.encoded).collect();
    let batch = Batch::new(&encoded, PADDING, &learning);
    let targets = examples.iter().flat_map(|example| &example.targets);
    let targets: Vec<Option<f32>> = targets.map(|target| target.probability()).collect();
    let targets = BatchTargets::new(&targets, examples.len(), &learning);
    let logits = network.forward(&batch, None).logits;
    let gradients = loss(logits, targets, config.loss).backward();
    let mut reader = GradientReader {
        gradients: GradientsParams::from_grads(gradients, &network),
        tensors: Some(Transaction::default()),
    };
    network.visit(&mut reader);
    let tensors = reader.tensors.take().unwrap_or_default();
    Ok(TestResults {
        what: "gradients",
        lists: device::read(tensors, device).await?,
    })
}

/// Registers the gradient of every weight for one read.
struct GradientReader {
    gradients: GradientsParams,
    tensors: Option<Transaction>,
}

impl ModuleVisitor for GradientReader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let tensors = self.tensors.take();
            self.tensors = tensors.map(|tensors| tensors.register(gradient));
        }
    }
}

/// The losses of a few updates, with all kinds of dropout and with gradient clipping.
async fn losses(device: &Device, weights: &Weights) -> Result<TestResults, DeviceError> {
    let config = Config {
        kmer_dropout: 0.1,
        dimension_dropout: 0.1,
        weight_dropout: 0.1,
        dropout: 0.2,
        gradient_clip: 0.1,
        epochs: UPDATES,
        ..config()
    };
    let examples = examples();
    let trainer = Trainer::new(config, weights, PADDING, examples, Vec::new(), 1, device);
    let mut trainer = trainer.map_err(failed)?;
    let losses = trainer.step(UPDATES).await?.losses;
    Ok(TestResults {
        what: "losses",
        lists: vec![losses.into_iter().map(|loss| loss as f32).collect()],
    })
}

fn network(config: &Config, weights: &Weights, device: &Device) -> Result<Network, DeviceError> {
    Network::from_weights(config, COMPARTMENTS, weights, device).map_err(failed)
}

/// Weights that do not match the network count as a failed self-test. [`weights`] always match.
fn failed(error: crate::network::WeightsError) -> DeviceError {
    DeviceError::Failed(error.to_string())
}

/// Settings whose sizes are not multiples of a workgroup, a vector or a tile.
fn config() -> Config {
    Config {
        name: "self-test".to_owned(),
        k: 2,
        stride: 1,
        hops: 1,
        embedding_mode: GraphWeighting::Weighted,
        embedding_dim: 7,
        summed_k: true,
        length_setting: LengthSetting::StartAverage,
        length_limit: 0,
        poly_a: PolyA::Keep,
        reading: Reading::OneEnd,
        kmer_dropout: 0.0,
        dimension_dropout: 0.0,
        lstm_layers: 2,
        hidden_units: 13,
        bidirectional: true,
        recurrence: Recurrence::Lstm,
        weight_dropout: 0.0,
        attention_dim: 5,
        attention_heads: AttentionHeads::PerCompartment,
        pooling: Pooling::Attention,
        dropout: 0.0,
        joined_features: true,
        joined_regions: false,
        joined_units: 6,
        joined_dropout: 0.0,
        loss: Loss::Sigmoid,
        label_prior_bias: false,
        learning_rate: 0.01,
        learning_rate_decay: 0.0,
        schedule: Schedule::Inverse,
        weight_decay: 0.01,
        batch_size: 8,
        epochs: 1,
        gradient_clip: 0.0,
        weight_averaging: 0.0,
        keep_epoch: KeepEpoch::TrainingLoss,
    }
}

/// The weights of the network.
pub(super) fn weights() -> Weights {
    tensors::random(&config(), COMPARTMENTS, 20)
}

/// Five RNAs of 1 to 301 k-mers. One of them has leading padding.
fn examples() -> Vec<Example> {
    let mut rng = Rng::seed_from_u64(30);
    let example = |(n, (length, padding)): (usize, (usize, usize))| {
        let mut tokens = vec![PADDING; padding];
        tokens.extend((0..length).map(|_| rng.random_range(0..=UNKNOWN)));
        Example {
            encoded: EncodedRna {
                tokens,
                padding,
                read: ReadRanges::one(0..length),
                features: (0..COMPOSITION_SIZE).map(|_| rng.random::<f32>()).collect(),
                tail: 0,
                regions: None,
            },
            targets: (0..COMPARTMENTS)
                .map(|c| Target::from((n + c) % 3 != 0))
                .collect(),
        }
    };
    let lengths = [(301, 0), (1, 0), (70, 9), (33, 0), (128, 0)];
    lengths.into_iter().enumerate().map(example).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;

    #[test]
    fn cpu_agrees_with_itself() {
        let (cpu, weights) = (device::cpu(), weights());
        let test = compare_with_cpu(&cpu, &weights, &weights, DeviceUse::Training);
        assert_eq!(block_on(test), Ok(()));
    }

    #[test]
    fn a_single_wrong_weight_in_any_tensor_is_detected() {
        let right = weights();
        for name in right.keys() {
            let mut wrong = right.clone();
            wrong.get_mut(name).unwrap().values[0] += 0.5;
            let cpu = device::cpu();
            let test = compare_with_cpu(&cpu, &wrong, &right, DeviceUse::Prediction);
            let result = block_on(test);
            let Err(SelfTestError::Differs { difference, .. }) = &result else {
                panic!("{name}: {result:?}");
            };
            assert!(*difference > TOLERANCE, "{name}: {difference}");
            let text = result.unwrap_err().to_string();
            assert!(
                text.starts_with("the GPU disagreed with the CPU ("),
                "{text}"
            );
        }
    }

    #[test]
    fn nan_and_missing_numbers_are_an_infinite_difference() {
        assert_eq!(
            relative_difference(&[1.0, f32::NAN], &[1.0, 2.0]),
            f64::INFINITY
        );
        assert_eq!(relative_difference(&[1.0], &[1.0, 2.0]), f64::INFINITY);
        assert_eq!(relative_difference(&[1.0, 3.0], &[1.0, 4.0]), 0.25);
    }
}

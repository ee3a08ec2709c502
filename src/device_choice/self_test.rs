//! Does a device compute the same network as the CPU?
//!
//! Browsers log a refused shader and go on with whatever its outputs held, so a GPU is believed
//! only after it has answered a small network of odd sizes as the CPU does: two LSTM layers,
//! sequences of unlike lengths, padding, one attention head per compartment. For training the
//! gradients of every weight and the losses of a few updates are compared too.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData, Transaction};
use rand::{RngExt, SeedableRng};

use crate::device::gpu::Gpu;
use crate::device::{self, DeviceError, Disagreement, Purpose, Verdict};
use crate::genetic_seq2vec::Mode;
use crate::network::loss::loss;
use crate::network::tensors::expected;
use crate::network::{
    Array, AttentionHeads, Batch, Chance, Checkpoint, Config, Loss, Network, Pooling, Ready,
    Recurrence, Schedule, Weights, answers,
};
use crate::rna::{COMPOSITION, Encoded, LengthSetting, Window};
use crate::training::{Example, Trainer};

/// Largest difference from the CPU, as a share of the largest number of a kind. Sums taken in
/// another order differ by some 1e-6.
const TOLERANCE: f64 = 1e-4;
/// Compartments of the network.
const COMPARTMENTS: usize = 3;
/// Token of a k-mer with N in it, and padding's.
const UNKNOWN: u32 = 16;
const PADDING: u32 = 17;
/// Updates whose losses are compared.
const UPDATES: usize = 3;

/// Whether the GPU agrees with the CPU; found out once for each purpose.
pub(super) async fn test(gpu: &Gpu, purpose: Purpose) -> Verdict {
    let cell = &gpu.tested[purpose as usize];
    if let Some(verdict) = cell.get() {
        return verdict.clone();
    }
    let verdict = run(&gpu.device, purpose).await;
    cell.get_or_init(|| verdict).clone()
}

/// Asks the device and the CPU the same and compares their answers.
async fn run(device: &Device, purpose: Purpose) -> Verdict {
    let weights = weights();
    let expected = numbers(&device::cpu(), &weights, purpose).await?;
    #[cfg(test)]
    let weights = corrupted_weights(weights);
    compare(numbers(device, &weights, purpose).await?, expected)
}

/// Tests make the device compute under other weights than the CPU by this.
#[cfg(test)]
pub(super) static CORRUPT: std::sync::atomic::AtomicBool =
    std::sync::atomic::AtomicBool::new(false);

#[cfg(test)]
fn corrupted_weights(mut weights: Weights) -> Weights {
    if CORRUPT.load(std::sync::atomic::Ordering::SeqCst)
        && let Some(array) = weights.get_mut("lstm.weight_hh_l1")
    {
        array.values[0] += 0.1;
    }
    weights
}

/// Numbers of one kind; each list has its own scale.
struct Numbers {
    what: &'static str,
    lists: Vec<Vec<f32>>,
}

fn compare(found: Vec<Numbers>, expected: Vec<Numbers>) -> Verdict {
    for (found, expected) in found.iter().zip(&expected) {
        let lists = found.lists.iter().zip(&expected.lists);
        let difference = lists.map(|(a, b)| relative(a, b)).fold(0.0, worse);
        if difference > TOLERANCE {
            let what = found.what;
            return Err(Disagreement::Differs { what, difference });
        }
    }
    Ok(())
}

/// Largest difference of two lists as a share of the expected list's largest number.
fn relative(found: &[f32], expected: &[f32]) -> f64 {
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
    differences.fold(0.0, worse) / f64::from(largest)
}

/// The larger of two differences; one that is no number is the largest.
fn worse(a: f64, b: f64) -> f64 {
    if b <= a {
        a
    } else if b.is_nan() {
        f64::INFINITY
    } else {
        b
    }
}

async fn numbers(
    device: &Device,
    weights: &Weights,
    purpose: Purpose,
) -> Result<Vec<Numbers>, DeviceError> {
    let mut numbers = forward(device, weights).await?;
    if purpose == Purpose::Training {
        numbers.push(gradients(device, weights).await?);
        numbers.push(losses(device, weights).await?);
    }
    Ok(numbers)
}

async fn forward(device: &Device, weights: &Weights) -> Result<Vec<Numbers>, DeviceError> {
    let config = config();
    let network = network(&config, weights, device)?;
    let examples = examples();
    let encoded: Vec<&Encoded> = examples.iter().map(|example| &example.encoded).collect();
    let (loss, rows) = (config.loss, encoded.len());
    let answers = answers(&Ready::new(network), loss, &encoded, PADDING, rows, device).await?;
    let probabilities = answers.iter().map(|a| a.probabilities.clone()).collect();
    let attention = answers.into_iter().flat_map(|a| a.attention).collect();
    Ok(vec![
        Numbers {
            what: "probabilities",
            lists: probabilities,
        },
        Numbers {
            what: "attention weights",
            lists: attention,
        },
    ])
}

/// Gradients of the loss by every weight.
async fn gradients(device: &Device, weights: &Weights) -> Result<Numbers, DeviceError> {
    let config = config();
    let learning = device.clone().autodiff();
    let network = network(&config, weights, &learning)?;
    let examples = examples();
    let encoded: Vec<&Encoded> = examples.iter().map(|example| &example.encoded).collect();
    let batch = Batch::new(&encoded, PADDING, &learning);
    let labels = examples.iter().flat_map(|example| &example.labels);
    let labels: Vec<f32> = labels.map(|label| f32::from(u8::from(*label))).collect();
    let shape = [examples.len(), COMPARTMENTS];
    let targets = Tensor::from_data(TensorData::new(labels, shape), &learning);
    let logits = network.forward(&batch, None).logits;
    let gradients = loss(logits, targets, config.loss).backward();
    let mut collected = Collected {
        gradients: GradientsParams::from_grads(gradients, &network),
        read: Some(Transaction::default()),
    };
    network.visit(&mut collected);
    let read = collected.read.take().unwrap_or_default();
    Ok(Numbers {
        what: "gradients",
        lists: device::read(read, device).await?,
    })
}

struct Collected {
    gradients: GradientsParams,
    read: Option<Transaction>,
}

impl ModuleVisitor for Collected {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.read = self.read.take().map(|read| read.register(gradient));
        }
    }
}

/// Losses of a few updates, with every dropout and the bound on gradients at work.
async fn losses(device: &Device, weights: &Weights) -> Result<Numbers, DeviceError> {
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
    let mut trainer = trainer.map_err(unfit)?;
    let losses = trainer.step(UPDATES).await?.losses;
    Ok(Numbers {
        what: "losses",
        lists: vec![losses.into_iter().map(|loss| loss as f32).collect()],
    })
}

fn network(config: &Config, weights: &Weights, device: &Device) -> Result<Network, DeviceError> {
    Network::from_weights(config, COMPARTMENTS, weights, device).map_err(unfit)
}

/// Weights made for a network do fit it; were they not to, the test would have no verdict.
fn unfit(error: crate::network::WeightsError) -> DeviceError {
    DeviceError::Failed(error.to_string())
}

/// Sizes that no workgroup, vector or tile divides.
fn config() -> Config {
    Config {
        name: "self-test".to_owned(),
        k: 2,
        stride: 1,
        hops: 1,
        embedding_mode: Mode::Weighted,
        embedding_dim: 7,
        summed_k: true,
        length_setting: LengthSetting::StartAverage,
        length_limit: 0,
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
        checkpoint: Checkpoint::TrainingLoss,
    }
}

/// Seeded weights of a size at which gates are neither idle nor stuck.
fn weights() -> Weights {
    let mut chance = Chance::seed_from_u64(20);
    let array = |(name, shape): (String, Vec<usize>)| {
        let least = if name.ends_with("running_var") || name.ends_with("deviation") {
            0.5
        } else {
            -0.5
        };
        let size = shape.iter().product();
        let values = (0..size).map(|_| chance.random::<f32>() + least).collect();
        (name, Array { shape, values })
    };
    expected(&config(), COMPARTMENTS)
        .into_iter()
        .map(array)
        .collect()
}

/// Five RNAs of 1 to 301 k-mers, one with leading padding.
fn examples() -> Vec<Example> {
    let mut chance = Chance::seed_from_u64(30);
    let example = |(n, (length, padding)): (usize, (usize, usize))| {
        let mut tokens = vec![PADDING; padding];
        tokens.extend((0..length).map(|_| chance.random_range(0..=UNKNOWN)));
        let window = Window {
            start: 0,
            end: length,
            pad_before: padding,
            pad_after: 0,
        };
        Example {
            encoded: Encoded {
                tokens,
                padding,
                window,
                composition: (0..COMPOSITION).map(|_| chance.random::<f32>()).collect(),
            },
            labels: (0..COMPARTMENTS).map(|c| (n + c) % 3 != 0).collect(),
        }
    };
    let lengths = [(301, 0), (1, 0), (70, 9), (33, 0), (128, 0)];
    lengths.into_iter().enumerate().map(example).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it fails")]
mod tests {
    use super::*;

    /// The numbers of the CPU under weights of which one is off by a half.
    fn corrupted(name: &str, purpose: Purpose) -> Verdict {
        let (right, mut wrong) = (weights(), weights());
        wrong.get_mut(name).unwrap().values[0] += 0.5;
        pollster::block_on(async {
            let cpu = crate::device::cpu();
            let expected = numbers(&cpu, &right, purpose).await?;
            compare(numbers(&cpu, &wrong, purpose).await?, expected)
        })
    }

    #[test]
    fn the_cpu_agrees_with_itself() {
        let cpu = crate::device::cpu();
        let verdict = pollster::block_on(async {
            let expected = numbers(&cpu, &weights(), Purpose::Training).await?;
            compare(
                numbers(&cpu, &weights(), Purpose::Training).await?,
                expected,
            )
        });
        assert_eq!(verdict, Ok(()));
    }

    #[test]
    fn one_weight_off_anywhere_is_found() {
        for (name, _) in expected(&config(), COMPARTMENTS) {
            let verdict = corrupted(&name, Purpose::Predicting);
            let Err(Disagreement::Differs { difference, .. }) = &verdict else {
                panic!("{name}: {verdict:?}");
            };
            assert!(*difference > TOLERANCE, "{name}: {difference}");
            let words = verdict.unwrap_err().to_string();
            assert!(
                words.starts_with("the GPU disagreed with the CPU ("),
                "{words}"
            );
        }
    }

    #[test]
    fn numbers_that_are_none_and_missing_ones_differ() {
        assert_eq!(relative(&[1.0, f32::NAN], &[1.0, 2.0]), f64::INFINITY);
        assert_eq!(relative(&[1.0], &[1.0, 2.0]), f64::INFINITY);
        assert_eq!(relative(&[1.0, 3.0], &[1.0, 4.0]), 0.25);
    }
}

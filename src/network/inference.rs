//! Asking a trained network: encoded RNAs in, probabilities and attention out, in batches.

use burn::tensor::{Device, Transaction};

use super::batch::Batch;
use super::classifier::{Network, Output};
use super::config::Loss;
use super::loss::probabilities;
use super::recurrence::InputProjection;
use crate::device::{self, DeviceError};
use crate::rna::EncodedRna;

/// A network ready to be asked again and again: what is the same for all RNAs has been worked out.
#[derive(Debug)]
pub struct InferenceNetwork {
    network: Network,
    projection: InputProjection,
}

impl InferenceNetwork {
    /// On the network's device, which must be a plain one.
    pub fn new(network: Network) -> Self {
        Self {
            projection: network.input_projection(),
            network,
        }
    }

    fn forward(&self, batch: &Batch) -> Output {
        let states = self
            .network
            .states_from(&self.projection, &batch.steps, None);
        self.network.output(states, batch, None)
    }
}

/// What the network says of one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// Probability of every compartment.
    pub probabilities: Vec<f32>,
    /// Attention of every head over the RNA's own k-mers (padding left out); each sums to 1.
    pub attention: Vec<Vec<f32>>,
}

/// Numbers of the LSTM's states held at once on a GPU, which is quickest with many RNAs together
/// (64 MiB; an upper layer's gates are twice that, and WebGPU binds 128 MiB at most).
const STATES_AT_ONCE: usize = 1 << 24;
/// The same on the CPU, where a dozen long RNAs are as quick as more, and every thread holds its
/// own (32 MiB, some five times that with what is made of them).
const STATES_AT_ONCE_ON_CPU: usize = 1 << 23;

/// Answers for RNAs in the order given. Every RNA must have at least one k-mer. At most
/// `batch_size` RNAs run together, fewer where they are long; each batch is read back at once.
///
/// # Errors
/// The device failed.
pub async fn infer(
    network: &InferenceNetwork,
    loss: Loss,
    encoded: &[&EncodedRna],
    padding: u32,
    batch_size: usize,
    device: &Device,
) -> Result<Vec<Inference>, DeviceError> {
    let width = network.network.numbers_per_step();
    let most = match *device == device::cpu() {
        true => STATES_AT_ONCE_ON_CPU,
        false => STATES_AT_ONCE,
    };
    let mut result = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(batch_rows(rest, batch_size, most / width));
        result.extend(infer_rows(network, loss, now, padding, device).await?);
        rest = later;
    }
    Ok(result)
}

/// RNAs of the next batch: as many as allowed while rows times the longest stay in bounds.
fn batch_rows(encoded: &[&EncodedRna], batch_size: usize, most_steps: usize) -> usize {
    let mut longest = 0;
    for (rows, rna) in encoded.iter().enumerate().take(batch_size) {
        longest = longest.max(rna.tokens.len());
        if rows > 0 && (rows + 1) * longest > most_steps {
            return rows;
        }
    }
    encoded.len().min(batch_size).max(1)
}

async fn infer_rows(
    network: &InferenceNetwork,
    loss: Loss,
    encoded: &[&EncodedRna],
    padding: u32,
    device: &Device,
) -> Result<Vec<Inference>, DeviceError> {
    let batch = Batch::new(encoded, padding, device);
    let flat = infer_batch(network, loss, &batch, device).await?;
    let compartments = flat.probabilities.len() / encoded.len();
    let steps = batch.steps.steps();
    let heads = flat.attention.len() / (encoded.len() * steps);
    let row = |i: usize, head: usize| &flat.attention[(i * heads + head) * steps..][..steps];
    let inference = |(i, rna): (usize, &&EncodedRna)| Inference {
        probabilities: flat.probabilities[i * compartments..][..compartments].to_vec(),
        attention: (0..heads)
            .map(|head| row(i, head)[rna.padding..rna.tokens.len()].to_vec())
            .collect(),
    };
    Ok(encoded.iter().enumerate().map(inference).collect())
}

/// What the network says of a batch, as it comes from the device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchInference {
    /// Probabilities, [B · C].
    pub probabilities: Vec<f32>,
    /// Attention, [B · heads · T], 0 on padding.
    pub attention: Vec<f32>,
}

/// Answers for one batch, in one read.
///
/// # Errors
/// The device failed, or the batch does not fit on it.
pub async fn infer_batch(
    network: &InferenceNetwork,
    loss: Loss,
    batch: &Batch,
    device: &Device,
) -> Result<BatchInference, DeviceError> {
    network
        .network
        .fits(batch.len(), batch.steps.steps(), device)?;
    let output = network.forward(batch);
    let read = Transaction::default()
        .register(probabilities(output.logits, loss))
        .register(output.attention);
    let mut read = device::read(read, device).await?.into_iter();
    Ok(BatchInference {
        probabilities: read.next().unwrap_or_default(),
        attention: read.next().unwrap_or_default(),
    })
}

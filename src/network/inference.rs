//! Inference with a trained network: from encoded RNAs to probabilities and attention, in batches.

use std::slice::ChunksExact;

use burn::tensor::{Device, Transaction};

use super::batch::Batch;
use super::classifier::{Network, Output};
use super::config::Loss;
use super::loss::probabilities;
use super::recurrence::InputProjection;
use crate::device::{self, DeviceError};
use crate::rna::EncodedRna;

/// A network prepared for repeated inference: the input projections are precomputed.
#[derive(Debug)]
pub struct InferenceNetwork {
    network: Network,
    projection: InputProjection,
}

impl InferenceNetwork {
    /// Prepares a network, on its own device, which must be a plain one.
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

/// The probabilities and the attention of one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The probability of every compartment.
    pub probabilities: Vec<f32>,
    /// The number of attention heads.
    pub heads: usize,
    /// The attention of every head over the RNA's k-mers, without padding, [heads · k-mers]; that
    /// of each head sums to 1.
    pub attention: Vec<f32>,
}

impl Inference {
    /// The attention of each head over the RNA's k-mers.
    pub fn attention_of_heads(&self) -> ChunksExact<'_, f32> {
        let kmers = self.attention.len() / self.heads.max(1);
        self.attention.chunks_exact(kmers.max(1))
    }
}

/// Limit on the numbers of the LSTM's states on a GPU, which is fastest with many RNAs together
/// (64 MiB; the gates of an upper layer are twice that, and WebGPU binds at most 128 MiB).
const STATES_AT_ONCE: usize = 1 << 24;
/// The same limit on the CPU, where a dozen long RNAs are as fast as more, and every thread has its
/// own states (32 MiB, and about five times that with everything computed from them).
const STATES_AT_ONCE_ON_CPU: usize = 1 << 23;

/// Runs the network on RNAs and returns the results in their order. Every RNA must have at least
/// one k-mer. At most `batch_size` RNAs run together, fewer if they are long; each batch is read
/// back at once.
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
    let most = if *device == device::cpu() {
        STATES_AT_ONCE_ON_CPU
    } else {
        STATES_AT_ONCE
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

/// The size of the next batch: as many RNAs as the limit on rows times steps allows.
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
        heads,
        attention: (0..heads)
            .flat_map(|head| &row(i, head)[rna.padding..rna.tokens.len()])
            .copied()
            .collect(),
    };
    Ok(encoded.iter().enumerate().map(inference).collect())
}

/// The results for a batch, as they come from the device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchInference {
    /// The probabilities, [B · C].
    pub probabilities: Vec<f32>,
    /// The attention, [B · heads · T]; 0 for padding.
    pub attention: Vec<f32>,
}

/// Runs the network on one batch, with one read.
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

//! Asking a trained network: encoded RNAs in, probabilities and attention out, in batches.

use burn::tensor::Device;

use super::batch::Batch;
use super::classifier::Network;
use super::config::Loss;
use super::loss::probabilities;
use crate::rna::Encoded;

/// What the network says of one RNA.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Probability of every compartment.
    pub probabilities: Vec<f32>,
    /// Attention of every head over the RNA's own k-mers (padding left out); each sums to 1.
    pub attention: Vec<Vec<f32>>,
}

/// Gate values held at once: bounds memory where RNAs are long (256 MiB of 4-byte numbers).
const GATES_AT_ONCE: usize = 1 << 26;

/// Answers for RNAs in the order given. Every RNA must have at least one k-mer. At most
/// `batch_size` RNAs run together, fewer where they are long.
pub fn answers(
    network: &Network,
    loss: Loss,
    encoded: &[&Encoded],
    padding: u32,
    batch_size: usize,
    device: &Device,
) -> Vec<Answer> {
    let width = network
        .layers
        .first()
        .map_or(1, |layer| layer.weight_hh.dims()[0]);
    let mut result = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(batch_rows(rest, batch_size, GATES_AT_ONCE / width));
        result.extend(one_batch(network, loss, now, padding, device));
        rest = later;
    }
    result
}

/// RNAs of the next batch: as many as allowed while rows times the longest stay in bounds.
fn batch_rows(encoded: &[&Encoded], batch_size: usize, most_steps: usize) -> usize {
    let mut longest = 0;
    for (rows, rna) in encoded.iter().enumerate().take(batch_size) {
        longest = longest.max(rna.tokens.len());
        if rows > 0 && (rows + 1) * longest > most_steps {
            return rows;
        }
    }
    encoded.len().min(batch_size).max(1)
}

fn one_batch(
    network: &Network,
    loss: Loss,
    encoded: &[&Encoded],
    padding: u32,
    device: &Device,
) -> Vec<Answer> {
    let batch = Batch::new(encoded, padding, device);
    let output = network.forward(&batch, None);
    let [_, heads, steps] = output.attention.dims();
    let probabilities: Vec<f32> = probabilities(output.logits, loss)
        .into_data()
        .iter()
        .collect();
    let attention: Vec<f32> = output.attention.into_data().iter().collect();
    let compartments = probabilities.len() / encoded.len();
    let row = |i: usize, head: usize| &attention[(i * heads + head) * steps..][..steps];
    encoded
        .iter()
        .enumerate()
        .map(|(i, rna)| Answer {
            probabilities: probabilities[i * compartments..][..compartments].to_vec(),
            attention: (0..heads)
                .map(|head| row(i, head)[rna.padding..rna.tokens.len()].to_vec())
                .collect(),
        })
        .collect()
}

//! Pooling without attention: from the steps of an RNA to one vector, for comparison with
//! attention.

use burn::tensor::{Tensor, TensorData};

use super::attention::PooledContext;
use super::batch::Batch;

/// The mean of an RNA's steps. `states` [B, T, 2W] is h, then c. All heads get the same.
pub(super) fn mean(states: &Tensor<3>, batch: &Batch, heads: usize) -> PooledContext {
    let share = |first: usize, end: usize, t: usize| {
        if (first..end).contains(&t) {
            1.0 / (end - first) as f32
        } else {
            0.0
        }
    };
    gather(states, &[weights(states, batch, share)], heads)
}

/// The end of the scan: the last step, and with two directions the first step for the second half
/// of h.
pub(super) fn last(states: &Tensor<3>, batch: &Batch, heads: usize, both: bool) -> PooledContext {
    let at = |place: bool| if place { 1.0 } else { 0.0 };
    let end = weights(states, batch, |_, end, t| at(t + 1 == end));
    if !both {
        return gather(states, &[end], heads);
    }
    let start = weights(states, batch, |first, _, t| at(t == first));
    gather(states, &[end, start], heads)
}

/// Weights [B, 1, T], computed from each RNA's first step, its end, and the step.
fn weights(
    states: &Tensor<3>,
    batch: &Batch,
    weight: impl Fn(usize, usize, usize) -> f32,
) -> Tensor<3> {
    let [rows, steps, _] = states.dims();
    let of_row = |valid: &std::ops::Range<usize>| {
        let (weight, valid) = (&weight, valid.clone());
        (0..steps).map(move |t| weight(valid.start, valid.end, t))
    };
    let values: Vec<f32> = batch.valid.iter().flat_map(of_row).collect();
    let data = TensorData::new(values, [rows, 1, steps]);
    Tensor::from_data(data, &states.device())
}

/// Sums equal parts of h with each of the weights.
fn gather(states: &Tensor<3>, weights: &[Tensor<3>], heads: usize) -> PooledContext {
    let [rows, steps, width] = states.dims();
    let (parts, width) = (weights.len(), width / 2);
    let part = |(n, weights): (usize, &Tensor<3>)| {
        let columns = n * width / parts..(n + 1) * width / parts;
        let h = states.clone().slice([0..rows, 0..steps, columns]);
        weights.clone().matmul(h)
    };
    let features = Tensor::cat(weights.iter().enumerate().map(part).collect(), 2);
    let sum = weights.iter().cloned().reduce(|sum, more| sum + more);
    let sum = sum.unwrap_or_else(|| Tensor::zeros([rows, 1, steps], &states.device()));
    PooledContext {
        weights: (sum / parts as f32).expand([rows, heads, steps]),
        features: features.expand([rows, heads, width]),
    }
}

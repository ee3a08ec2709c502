//! LSTM layers, one or two directions (section 2.2.2), or none: what each step of an RNA becomes.

use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor, TensorData};

use super::dropout::{self, Chance};
use super::lstm::{Steps, lstm};

/// One LSTM layer's weights, as PyTorch lays them out (gates i f g o).
#[derive(Module, Debug)]
pub struct LstmLayer {
    /// Non-recurrent weights W, [4H, input].
    pub weight_ih: Param<Tensor<2>>,
    /// Recurrent weights U, [4H, H].
    pub weight_hh: Param<Tensor<2>>,
    /// First bias, `[4H]`.
    pub bias_ih: Param<Tensor<1>>,
    /// Second bias, `[4H]`; PyTorch keeps two and so do its files.
    pub bias_hh: Param<Tensor<1>>,
}

impl LstmLayer {
    /// States [B, T, 2H] of a scan whose steps read rows of `input` [R, width].
    pub(super) fn scan(
        &self,
        input: Tensor<2>,
        steps: &Steps,
        mut chance: Option<&mut Chance>,
        weight_dropout: f64,
    ) -> Tensor<3> {
        // Weight dropout acts on W and U, once per step, not on activations (section 2.2.2).
        let mut dropped = |weight: &Param<Tensor<2>>| {
            dropout::apply(weight.val(), chance.as_deref_mut(), weight_dropout)
        };
        let (w, u) = (dropped(&self.weight_ih), dropped(&self.weight_hh));
        let bias = (self.bias_ih.val() + self.bias_hh.val()).unsqueeze::<2>();
        lstm(input.matmul(w.transpose()) + bias, u, steps)
    }
}

/// Turns sequences round, each within its own length, and back.
pub(super) struct Mirror {
    steps: Steps,
    places: Tensor<1, Int>,
}

impl Mirror {
    pub(super) fn new(steps: &Steps, like: &Tensor<2>) -> Self {
        let places: Vec<i32> = steps.mirror().into_iter().map(|n| n as i32).collect();
        let shape = [places.len()];
        Self {
            steps: steps.reversed(),
            places: Tensor::from_data(TensorData::new(places, shape), &like.device()),
        }
    }

    /// The steps read from end to start.
    pub(super) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// Rows [B · T, width] in the other order.
    pub(super) fn turn(&self, rows: Tensor<2>) -> Tensor<2> {
        rows.select(0, self.places.clone())
    }
}

/// States of two directions, [B, T, 2H] each, side by side: h of both, then c of both.
pub(super) fn side_by_side(forward: Tensor<3>, backward: Tensor<3>) -> Tensor<3> {
    let [batch, steps, width] = forward.dims();
    let half = |states: &Tensor<3>, from: usize| {
        let to = from + width / 2;
        states.clone().slice([0..batch, 0..steps, from..to])
    };
    let c = width / 2;
    let parts = [(&forward, 0), (&backward, 0), (&forward, c), (&backward, c)];
    Tensor::cat(parts.map(|(states, from)| half(states, from)).to_vec(), 2)
}

/// h of states [B, T, 2W] as rows, [B · T, W].
pub(super) fn outputs(states: Tensor<3>) -> Tensor<2> {
    let [batch, steps, width] = states.dims();
    let h = states.slice([0..batch, 0..steps, 0..width / 2]);
    h.reshape([batch * steps, width / 2])
}

/// Without an LSTM: each step's vector of `matrix` [R, d] in the place of h, 0 in that of c,
/// [B, T, 2d].
pub(super) fn vectors(matrix: Tensor<2>, steps: &Steps) -> Tensor<3> {
    let reads: Vec<i32> = (0..steps.batch() * steps.steps())
        .map(|n| steps.row(n) as i32)
        .collect();
    let (shape, [_, d]) = ([reads.len()], matrix.dims());
    let reads = Tensor::<1, Int>::from_data(TensorData::new(reads, shape), &matrix.device());
    let read = matrix.select(0, reads);
    let read = read.reshape([steps.batch(), steps.steps(), d]);
    Tensor::cat(vec![read.clone(), read.zeros_like()], 2)
}

//! LSTM layers in one or two directions (section 2.2.2), or none.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::dropout::{self, Rng};
use super::lstm::{ScanTensors, SequenceLayout, lstm, lstm_in_both_directions};
use crate::device;

/// The weights of one LSTM layer, in PyTorch's layout (gates i f g o).
#[derive(Module, Debug)]
pub struct LstmLayer {
    /// Non-recurrent weights W, [4H, input].
    pub weight_ih: Param<Tensor<2>>,
    /// Recurrent weights U, [4H, H].
    pub weight_hh: Param<Tensor<2>>,
    /// First bias, `[4H]`.
    pub bias_ih: Param<Tensor<1>>,
    /// Second bias, `[4H]`. PyTorch has two, and so do its files.
    pub bias_hh: Param<Tensor<1>>,
}

impl LstmLayer {
    /// The tensors of a scan whose steps read rows of `input` [R, width].
    fn scan_tensors(
        &self,
        input: Tensor<2>,
        mut rng: Option<&mut Rng>,
        weight_dropout: f64,
    ) -> ScanTensors {
        // Weight dropout acts on W and U, once per step, not on activations (section 2.2.2).
        let mut dropped = |weight: &Param<Tensor<2>>| {
            dropout::apply(weight.val(), rng.as_deref_mut(), weight_dropout)
        };
        let (w, u) = (dropped(&self.weight_ih), dropped(&self.weight_hh));
        ScanTensors {
            input_gates: self.product(input, w),
            recurrent_weights: u,
        }
    }

    /// The input's contribution to the gates, [R, 4H].
    fn product(&self, input: Tensor<2>, weight_ih: Tensor<2>) -> Tensor<2> {
        let bias = (self.bias_ih.val() + self.bias_hh.val()).unsqueeze::<2>();
        input.matmul(weight_ih.transpose()) + bias
    }
}

/// The input of the first layers.
#[derive(Debug)]
pub(super) struct InputProjection {
    /// The k-mer vectors, [R, d].
    vectors: Tensor<2>,
    /// Their contribution to the gates, [R, 4H], for each direction, if it is precomputed.
    products: Vec<Tensor<2>>,
}

impl InputProjection {
    /// Vectors that are used once, or that may change.
    pub(super) fn new(vectors: Tensor<2>) -> Self {
        Self {
            vectors,
            products: Vec::new(),
        }
    }

    /// Vectors that do not change. Their contribution to the gates is precomputed.
    pub(super) fn precomputed([ahead, back]: [&[LstmLayer]; 2], vectors: Tensor<2>) -> Self {
        let layers = [ahead.first(), back.first()].into_iter().flatten();
        let product = |layer: &LstmLayer| layer.product(vectors.clone(), layer.weight_ih.val());
        Self {
            products: layers.map(product).collect(),
            vectors,
        }
    }
}

/// The states h and c of the top layer at every step, [B, T, 2S], of the layers from start to end
/// and, if there are any, from end to start. Each step reads one row of `projection`, as `steps`
/// says; without layers, its state is that row.
pub(super) fn states(
    [ahead, back]: [&[LstmLayer]; 2],
    projection: &InputProjection,
    steps: &SequenceLayout,
    mut rng: Option<&mut Rng>,
    weight_dropout: f64,
) -> Tensor<3> {
    let device = projection.vectors.device();
    // The CPU scans from the end without reversing anything.
    let is_reversed = !back.is_empty() && device != device::cpu();
    let reverse_index = is_reversed.then(|| ReverseIndex::new(steps, &device));
    let mut states: Option<Tensor<3>> = None;
    for (n, layer) in ahead.iter().enumerate() {
        let below = states.map(outputs);
        let steps = match below {
            None => steps.clone(),
            Some(_) => steps.for_upper_layer(),
        };
        // The first layer reads one of 4^k + 2 rows, and upper layers one row for each step.
        let input = below.unwrap_or_else(|| projection.vectors.clone());
        let known = |direction: usize| projection.products.get(direction).filter(|_| n == 0);
        let mut tensors = |direction: usize, layer: &LstmLayer, input| match known(direction) {
            Some(rows) => ScanTensors {
                input_gates: rows.clone(),
                recurrent_weights: layer.weight_hh.val(),
            },
            None => layer.scan_tensors(input, rng.as_deref_mut(), weight_dropout),
        };
        let forward = tensors(0, layer, input.clone());
        states = Some(match (&reverse_index, back.get(n)) {
            (_, None) => scan(forward, &steps),
            (None, Some(layer)) => {
                let backward = tensors(1, layer, input);
                lstm_in_both_directions(forward, backward, &steps)
            }
            (Some(reverse_index), Some(layer)) => {
                let (input, reversed) = reverse_index.read_back(input, &steps);
                let backward = scan(tensors(1, layer, input), reversed);
                side_by_side(scan(forward, &steps), reverse_index.turn_states(backward))
            }
        });
    }
    states.unwrap_or_else(|| rows(projection.vectors.clone(), steps))
}

/// The states [B, T, 2H] of one direction.
fn scan(tensors: ScanTensors, steps: &SequenceLayout) -> Tensor<3> {
    lstm(tensors.input_gates, tensors.recurrent_weights, steps)
}

/// An index that reverses sequences, each within its own length; applied twice, it changes nothing.
struct ReverseIndex {
    steps: SequenceLayout,
    places: Tensor<1, Int>,
}

impl ReverseIndex {
    fn new(steps: &SequenceLayout, device: &Device) -> Self {
        let places: Vec<i32> = steps
            .reverse_index()
            .into_iter()
            .map(|n| n as i32)
            .collect();
        let shape = [places.len()];
        Self {
            steps: steps.reversed(),
            places: Tensor::from_data(TensorData::new(places, shape), device),
        }
    }

    /// The input of a scan in reverse order, and which of its rows each step reads.
    fn read_back<'a>(
        &'a self,
        input: Tensor<2>,
        steps: &'a SequenceLayout,
    ) -> (Tensor<2>, &'a SequenceLayout) {
        match steps.tokens() {
            Some(_) => (input, &self.steps),
            None => (self.reverse(input), steps),
        }
    }

    /// Rows [B · T, width] in reverse order.
    fn reverse(&self, rows: Tensor<2>) -> Tensor<2> {
        rows.select(0, self.places.clone())
    }

    /// States [B, T, 2H] in reverse order.
    fn turn_states(&self, states: Tensor<3>) -> Tensor<3> {
        let [batch, steps, width] = states.dims();
        let turned = self.reverse(states.reshape([batch * steps, width]));
        turned.reshape([batch, steps, width])
    }
}

/// Joins the states of two directions, [B, T, 2H] each: h of both, then c of both.
fn side_by_side(forward: Tensor<3>, backward: Tensor<3>) -> Tensor<3> {
    let [batch, steps, width] = forward.dims();
    let half = |states: &Tensor<3>, from: usize| {
        let to = from + width / 2;
        states.clone().slice([0..batch, 0..steps, from..to])
    };
    let c = width / 2;
    let parts = [(&forward, 0), (&backward, 0), (&forward, c), (&backward, c)];
    Tensor::cat(parts.map(|(states, from)| half(states, from)).to_vec(), 2)
}

/// The h of states [B, T, 2W] as rows, [B · T, W].
fn outputs(states: Tensor<3>) -> Tensor<2> {
    let [batch, steps, width] = states.dims();
    let h = states.slice([0..batch, 0..steps, 0..width / 2]);
    h.reshape([batch * steps, width / 2])
}

/// The row of `matrix` [R, d] that each step reads, [B · T, d].
pub(super) fn reads(matrix: Tensor<2>, steps: &SequenceLayout) -> Tensor<2> {
    let reads: Vec<i32> = (0..steps.batch() * steps.steps())
        .map(|n| steps.input_row(n) as i32)
        .collect();
    let shape = [reads.len()];
    let reads = Tensor::<1, Int>::from_data(TensorData::new(reads, shape), &matrix.device());
    matrix.select(0, reads)
}

/// The states without an LSTM, [B, T, 2d]: each step's vector of `matrix` [R, d] as h, and 0 as c.
fn rows(matrix: Tensor<2>, steps: &SequenceLayout) -> Tensor<3> {
    let [_, d] = matrix.dims();
    let read = reads(matrix, steps).reshape([steps.batch(), steps.steps(), d]);
    Tensor::cat(vec![read.clone(), read.zeros_like()], 2)
}

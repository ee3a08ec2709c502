//! The scores of equation 12 on a GPU, for prediction.
//!
//! burn's matrix product is designed for large matrices. For those of one batch of RNAs it took
//! most of a network's time. Training uses it nevertheless, for its gradients.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Cube, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use burn_cubecl::kernel::into_contiguous;
use cubecl::prelude::*;

use super::super::lstm::gpu::{Gates, add_states, tanh};
use crate::network::backend::cube::{FLAT, argument, empty, flat};

/// Steps per invocation, which share every weight that it loads.
const ROWS: usize = 4;

/// What a backend needs for [`scores`].
#[backend_extension(Cube)]
trait ScoresBackend: Backend {
    /// See [`scores`].
    fn scores(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// `v · tanh(W1 · [h_{t-1}; c_{t-1}] + W2 · h_t)` of every step, [B, heads, T], from `states` [B,
/// T, 2H], `w1` [A, 2H], `w2` [A, H] and `v` [heads, A]. It runs on a GPU, without gradients.
pub(super) fn scores(states: Tensor<3>, w1: Tensor<2>, w2: Tensor<2>, v: Tensor<2>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as ScoresBackend>::scores(
        states.into_dispatch(),
        w1.into_dispatch(),
        w2.into_dispatch(),
        v.into_dispatch(),
    ))
}

impl ScoresBackend for Cube {
    fn scores(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let [states, w1, w2, v] = [states, w1, w2, v].map(into_contiguous);
        let (of_states, of_v) = (states.shape(), v.shape());
        let (batch, steps, hidden) = (of_states[0], of_states[1], of_states[2] / 2);
        let (heads, attention_units) = (of_v[0], of_v[1]);
        let (rows, units) = (batch * steps, attention_units.div_ceil(4));
        let weights = empty(&states, [3 * hidden, units, 4]);
        let activations = empty(&states, [rows, units, 4]);
        let scores = empty(&states, [batch, heads, steps]);
        let client = &states.client;
        pack::launch(
            client,
            flat(3 * hidden * units),
            CubeDim::new_1d(FLAT),
            argument(&w1),
            argument(&w2),
            argument(&weights),
            hidden,
            attention_units,
        );
        tanh_layer::launch(
            client,
            flat(rows.div_ceil(ROWS) * units),
            CubeDim::new_1d(FLAT),
            argument(&states),
            argument(&weights),
            argument(&activations),
            rows as u32,
            steps as u32,
            hidden,
            units,
        );
        score::launch(
            client,
            flat(rows * heads),
            CubeDim::new_1d(FLAT),
            argument(&activations),
            argument(&v),
            argument(&scores),
            rows as u32,
            steps as u32,
            heads,
            attention_units,
        );
        scores
    }
}

/// W1 and W2 next to each other and transposed, [3H, U] of four numbers: the weights from a state
/// to the attention units 4u to 4u + 3; 0 past the last unit.
#[cube(launch)]
fn pack(
    w1: &[f32],
    w2: &[f32],
    weights: &mut [Gates],
    #[comptime] hidden: usize,
    #[comptime] attention_units: usize,
) {
    let units = comptime!(attention_units.div_ceil(4));
    let at = ABSOLUTE_POS;
    if at < comptime!(3 * hidden * units) {
        let (state, unit) = (at / units, at % units);
        let mut four = Gates::new(0.0);
        #[unroll]
        for n in 0..4usize {
            let a = unit * 4 + n;
            if a < attention_units {
                let weight = if state < comptime!(2 * hidden) {
                    w1[a * comptime!(2 * hidden) + state]
                } else {
                    w2[a * hidden + state - comptime!(2 * hidden)]
                };
                four.insert(n, weight);
            }
        }
        weights[at] = four;
    }
}

/// `tanh(W1 · [h_{t-1}; c_{t-1}] + W2 · h_t)`, [rows, U] of four numbers.
#[cube(launch)]
fn tanh_layer(
    states: &[f32],
    weights: &[Gates],
    activations: &mut [Gates],
    rows: u32,
    steps: u32,
    #[comptime] hidden: usize,
    #[comptime] units: usize,
) {
    let at = ABSOLUTE_POS;
    let (start, unit) = (at / units * ROWS, at % units);
    if start < rows as usize {
        let mut here = Array::<u32>::new(ROWS);
        let mut before = Array::<u32>::new(ROWS);
        let mut sums = Array::<Gates>::new(ROWS);
        #[unroll]
        for n in 0..ROWS {
            // Rows past the end compute the last row again and write nothing.
            let row = min(start + n, rows as usize - 1);
            here[n] = (row * 2 * hidden) as u32;
            before[n] = ((max(row, 1) - 1) * 2 * hidden) as u32;
            sums[n] = Gates::new(0.0);
        }
        let width = comptime!(2 * hidden);
        add_states(
            &mut sums, weights, unit, states, &before, width, units, ROWS,
        );
        #[unroll]
        for n in 0..ROWS {
            // The first step of a sequence has no previous state.
            if (start + n) % steps as usize == 0 {
                sums[n] = Gates::new(0.0);
            }
        }
        let second = unit + comptime!(2 * hidden * units);
        add_states(
            &mut sums, weights, second, states, &here, hidden, units, ROWS,
        );
        #[unroll]
        for n in 0..ROWS {
            if start + n < rows as usize {
                let mut four = sums[n];
                #[unroll]
                for i in 0..4usize {
                    let activations = tanh(four.extract(i));
                    four.insert(i, activations);
                }
                activations[(start + n) * units + unit] = four;
            }
        }
    }
}

/// `v · activations` of every step and head, [B, heads, T].
#[cube(launch)]
fn score(
    activations: &[f32],
    v: &[f32],
    scores: &mut [f32],
    rows: u32,
    steps: u32,
    #[comptime] heads: usize,
    #[comptime] attention_units: usize,
) {
    let at = ABSOLUTE_POS;
    if at < rows as usize * heads {
        // In the order of the result, so neighbouring invocations read consecutive rows.
        let (step, head) = (at % steps as usize, at / steps as usize % heads);
        let row = at / (steps as usize * heads) * steps as usize + step;
        let from = row * comptime!(attention_units.next_multiple_of(4));
        let mut sum = 0.0f32;
        for a in 0..attention_units {
            sum += v[head * attention_units + a] * activations[from + a];
        }
        scores[at] = sum;
    }
}

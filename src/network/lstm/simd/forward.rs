//! The forward scan in vector instructions.

use pulp::{Arch, Simd, WithSimd};

use crate::network::lstm::sequence_layout::{ScanShape, SequenceLayout, longest_first, running};
use crate::network::simd::activation::TanhApproximation;
use crate::network::simd::lanes::{map_lanes, split, split_mut};
use crate::network::simd::product::{LeftRows, Panels, add_products};

/// Equations 5-10 for every step of every sequence.
///
/// `input_gates` [R, 4H] is the input part of the gates (i f g o), and each step reads one of its
/// rows. `recurrent_weights` is [4H, H]. Returns the states [B, T, 2H]: h then c, and 0 after the
/// end of a sequence.
pub(crate) fn forward(
    shape: ScanShape,
    input_gates: &[f32],
    recurrent_weights: &[f32],
    sequences: &SequenceLayout,
) -> Vec<f32> {
    forward_saving_gates(shape, input_gates, recurrent_weights, sequences, 0).0
}

/// Like [`forward`], but also returns the activations of all gates: for each of B · T steps a row
/// of i f g o, padded to whole vectors. The gates are empty if they would take more than
/// `max_bytes`.
pub(crate) fn forward_saving_gates(
    shape: ScanShape,
    input_gates: &[f32],
    recurrent_weights: &[f32],
    sequences: &SequenceLayout,
    max_bytes: usize,
) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(ForwardScan {
        shape,
        input_gates,
        recurrent_weights,
        sequences,
        max_bytes,
    })
}

struct ForwardScan<'a> {
    shape: ScanShape,
    input_gates: &'a [f32],
    recurrent_weights: &'a [f32],
    sequences: &'a SequenceLayout,
    /// The gates of all steps are saved if they take at most this many bytes.
    max_bytes: usize,
}

impl WithSimd for ForwardScan<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let ScanShape {
            batch,
            steps,
            hidden,
        } = self.shape;
        let weights = pack_to_gates(simd, hidden, self.recurrent_weights);
        let size = batch * steps * weights.stride();
        if size * size_of::<f32>() <= self.max_bytes {
            self.scan::<S, true>(simd, weights, vec![0.0; size])
        } else {
            let gates = vec![0.0; batch * weights.stride()];
            (self.scan::<S, false>(simd, weights, gates).0, Vec::new())
        }
    }
}

impl ForwardScan<'_> {
    /// Returns the states and the gates: those of all steps if they are saved, else those of the
    /// last step.
    #[inline(always)]
    fn scan<S: Simd, const SAVE_GATES: bool>(
        self,
        simd: S,
        mut weights: Panels<S>,
        mut gates: Vec<f32>,
    ) -> (Vec<f32>, Vec<f32>) {
        let Self { shape, .. } = self;
        let (hidden, width) = (shape.hidden, 4 * shape.hidden);
        let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * hidden];
        let activation = TanhApproximation::new(simd);
        let lengths = self.sequences.lengths();
        let order = longest_first(lengths);
        let stride = weights.stride();
        let mut to: Vec<usize> = (0..shape.batch).map(|n| n * stride).collect();
        let mut from = vec![0; shape.batch];
        let zero_cell = vec![0.0f32; hidden];
        for t in 0..shape.steps {
            let active = running(&order, lengths, t);
            for (&sequence, to) in active.iter().zip(&mut to) {
                let n = sequence * shape.steps + t;
                if SAVE_GATES {
                    *to = n * stride;
                }
                let input = self.sequences.input_row(n) * width;
                gates[*to..*to + width].copy_from_slice(&self.input_gates[input..input + width]);
            }
            if t > 0 {
                for (&sequence, from) in active.iter().zip(&mut from) {
                    *from = shape.state(sequence, t - 1);
                }
                let previous = LeftRows {
                    values: &states,
                    from: &from[..active.len()],
                };
                add_products(&mut weights, previous, &mut gates, &to[..active.len()]);
            }
            for (&sequence, &to) in active.iter().zip(&to) {
                let (earlier, current) = states.split_at_mut(shape.state(sequence, t));
                let previous_cell = match t {
                    0 => zero_cell.as_slice(),
                    _ => &earlier[earlier.len() - hidden..],
                };
                let state = &mut current[..2 * hidden];
                let gates = &mut gates[to..to + width];
                if SAVE_GATES {
                    step_saving_gates(simd, &activation, gates, previous_cell, state);
                } else {
                    step(simd, &activation, gates, previous_cell, state);
                }
            }
        }
        (states, gates)
    }
}

/// Packs the recurrent weights for the product from the previous state's units k to all gates.
#[inline(always)]
pub(super) fn pack_to_gates<S: Simd>(
    simd: S,
    hidden: usize,
    recurrent_weights: &[f32],
) -> Panels<S> {
    Panels::new(simd, hidden, 4 * hidden, |k, gate| {
        recurrent_weights[gate * hidden + k]
    })
}

/// One step of one sequence, from the gates before activation and the previous cell:
/// c = i·g + f·c₋ and h = o·tanh c.
#[inline(always)]
fn step<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    gates: &[f32],
    previous_cell: &[f32],
    state: &mut [f32],
) {
    let [i, f, g, o] = split(gates);
    map_lanes(
        simd,
        [i, f, g, o, previous_cell],
        split_mut(state),
        #[inline(always)]
        |[i, f, g, o, previous_cell], [_, _]| {
            let gates = activation.gates(simd, [i, f, g, o]);
            next_state(simd, activation, gates, previous_cell)
        },
    );
}

/// Like [`step`], but also replaces the gates by their activations.
#[inline(always)]
fn step_saving_gates<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    gates: &mut [f32],
    previous_cell: &[f32],
    state: &mut [f32],
) {
    let [i, f, g, o] = split_mut(gates);
    let [h, c] = split_mut(state);
    map_lanes(
        simd,
        [previous_cell],
        [i, f, g, o, h, c],
        #[inline(always)]
        |[previous_cell], [i, f, g, o, _, _]| {
            let [i, f, g, o] = activation.gates(simd, [i, f, g, o]);
            let [h, c] = next_state(simd, activation, [i, f, g, o], previous_cell);
            [i, f, g, o, h, c]
        },
    );
}

/// h and c from the gate activations and the previous cell.
#[inline(always)]
fn next_state<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    [i, f, g, o]: [S::f32s; 4],
    previous_cell: S::f32s,
) -> [S::f32s; 2] {
    let cell = simd.mul_add_e_f32s(f, previous_cell, simd.mul_f32s(i, g));
    let [tanh_cell] = activation.tanh(simd, [cell]);
    [simd.mul_f32s(o, tanh_cell), cell]
}

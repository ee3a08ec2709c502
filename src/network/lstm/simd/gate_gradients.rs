//! The gradients of the gates of some sequences, which one thread computes: recomputes the gate
//! activations, then turns them into gradients.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::forward::pack_to_gates;
use super::rounds::{BackwardScan, GateRows};
use crate::network::lstm::sequence_layout::{longest_first, running};
use crate::network::simd::activation::{TanhApproximation, logistic_derivative, tanh_derivative};
use crate::network::simd::lanes::{map_lanes, split_mut};
use crate::network::simd::product::{LeftRows, Panels, add_products};

/// The recurrent weights as the backward scan reads them, the same for all threads.
pub(super) struct BackwardWeights<S: Simd> {
    simd: S,
    activation: TanhApproximation<S>,
    /// Packed for the product from the states to the gates.
    to_gates: Panels<S>,
    /// Packed for the product from the gate gradients to the states.
    to_states: Panels<S>,
}

impl<S: Simd> BackwardWeights<S> {
    /// Packs the recurrent weights [4H, H].
    #[inline(always)]
    pub(super) fn new(simd: S, hidden: usize, recurrent_weights: &[f32]) -> Self {
        Self {
            simd,
            activation: TanhApproximation::new(simd),
            to_gates: pack_to_gates(simd, hidden, recurrent_weights),
            to_states: Panels::new(simd, 4 * hidden, hidden, |gate, unit| {
                recurrent_weights[gate * hidden + unit]
            }),
        }
    }

    /// The length of a row of gates.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.to_gates.stride()
    }
}

/// Some consecutive sequences of the batch, and the gradients that pass from later rounds to earlier
/// ones. Sequences are counted from the first of them.
pub(super) struct SequenceShare<'a, S: Simd> {
    scan: BackwardScan<'a>,
    weights: &'a BackwardWeights<S>,
    /// The place in the batch of the first sequence.
    first: usize,
    lengths: &'a [u32],
    /// The sequences, longest first.
    order: Vec<usize>,
    /// Gradients of h and c from the later steps, longest sequence first.
    dh: Vec<f32>,
    dc: Vec<f32>,
    /// Index at which the `dh` of each sequence begins.
    dh_index: Vec<usize>,
    /// The cell before the first step: all zeros.
    zero_cell: Vec<f32>,
}

impl<'a, S: Simd> SequenceShare<'a, S> {
    /// The given sequences after their last step.
    #[inline(always)]
    pub(super) fn new(
        scan: BackwardScan<'a>,
        weights: &'a BackwardWeights<S>,
        sequences: Range<usize>,
    ) -> Self {
        let (batch, hidden) = (sequences.len(), scan.shape.hidden);
        let stride = weights.to_states.stride();
        let lengths = &scan.sequences.lengths()[sequences.clone()];
        Self {
            scan,
            weights,
            first: sequences.start,
            lengths,
            order: longest_first(lengths),
            dh: vec![0.0; batch * stride],
            dc: vec![0.0; batch * hidden],
            dh_index: (0..batch).map(|row| row * stride).collect(),
            zero_cell: vec![0.0; hidden],
        }
    }

    /// The next round: the steps before those of the last one. The gate gradients go to `gradients`,
    /// whose rows are those of the sequences of this share.
    #[inline(always)]
    pub(super) fn round<'s>(
        &'s mut self,
        steps: Range<usize>,
        rows: GateRows,
        gradients: &'s mut [f32],
    ) -> Round<'s, 'a, S> {
        Round {
            share: self,
            steps,
            rows,
            gates: gradients,
        }
    }
}

/// One round of a share.
pub(super) struct Round<'s, 'a, S: Simd> {
    share: &'s mut SequenceShare<'a, S>,
    steps: Range<usize>,
    rows: GateRows,
    /// Gate activations; later the gradients before activation.
    gates: &'s mut [f32],
}

impl<S: Simd> WithSimd for Round<'_, '_, S> {
    type Output = ();

    /// The instruction set is that of the weights, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        if self.share.scan.inputs.saved_gates.is_empty() {
            self.recompute();
        } else {
            self.restore();
        }
        for t in self.steps.clone().rev() {
            self.step(t);
        }
    }
}

impl<S: Simd> Round<'_, '_, S> {
    /// Fills in the gate activations that were saved.
    #[inline(always)]
    fn restore(&mut self) {
        let share = &self.share;
        let stride = self.rows.stride;
        for (sequence, length) in share.lengths.iter().enumerate() {
            let end = self.steps.end.min(*length as usize);
            let steps = end.saturating_sub(self.steps.start);
            let saved = (share.first + sequence) * share.scan.shape.steps + self.steps.start;
            let saved = &share.scan.inputs.saved_gates[saved * stride..][..steps * stride];
            let at = self.rows.at(sequence, self.steps.start);
            self.gates[at..at + saved.len()].copy_from_slice(saved);
        }
    }

    /// Recomputes the gate activations. All previous states are known, so the steps do not depend on
    /// each other, and one product computes them all.
    #[inline(always)]
    fn recompute(&mut self) {
        let share = &self.share;
        let (inputs, sequences) = (share.scan.inputs, share.scan.sequences);
        let (states, width) = (share.scan.states(), 4 * share.scan.shape.hidden);
        let (mut from, mut to, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for t in self.steps.clone() {
            for &sequence in running(&share.order, share.lengths, t) {
                let in_batch = share.first + sequence;
                let at = self.rows.at(sequence, t);
                let input = sequences.input_row(states.place(in_batch, t)) * width;
                let input = &inputs.input_gates[input..input + width];
                self.gates[at..at + width].copy_from_slice(input);
                if t > 0 {
                    from.push(states.h(in_batch, t - 1));
                    to.push(at);
                }
                all.push(at);
            }
        }
        let previous = LeftRows {
            values: inputs.states,
            from: &from,
        };
        add_products(&share.weights.to_gates, previous, self.gates, &to);
        let BackwardWeights {
            simd, activation, ..
        } = share.weights;
        for at in all {
            map_lanes(
                *simd,
                [],
                split_mut(&mut self.gates[at..at + width]),
                #[inline(always)]
                |[], z: [S::f32s; 4]| activation.gates(*simd, z),
            );
        }
    }

    /// Computes the gate gradients of step `t`, and passes them to the states before it.
    #[inline(always)]
    fn step(&mut self, t: usize) {
        let share = &mut *self.share;
        let (hidden, weights) = (share.scan.shape.hidden, share.weights);
        let (inputs, states) = (share.scan.inputs, share.scan.states());
        let active = running(&share.order, share.lengths, t);
        for (n, &sequence) in active.iter().enumerate() {
            let in_batch = share.first + sequence;
            let (h, c) = (states.h(in_batch, t), states.c(in_batch, t));
            let step = StepInputs {
                cell: &inputs.states[c..c + hidden],
                gradient_h: &inputs.gradient[h..h + hidden],
                gradient_c: &inputs.gradient[c..c + hidden],
                previous_cell: match t {
                    0 => &share.zero_cell,
                    _ => &inputs.states[states.c(in_batch, t - 1)..][..hidden],
                },
            };
            let gates = &mut self.gates[self.rows.at(sequence, t)..][..4 * hidden];
            let dh = &share.dh[share.dh_index[n]..][..hidden];
            let dc = &mut share.dc[n * hidden..][..hidden];
            step.gate_gradients(weights.simd, &weights.activation, gates, dh, dc);
        }
        if t > 0 {
            // Gradient of the previous states: the gate gradients through the weights.
            share.dh[..active.len() * weights.to_states.stride()].fill(0.0);
            let rows = active.iter().map(|&sequence| self.rows.at(sequence, t));
            let gradients = LeftRows {
                values: self.gates,
                from: &rows.collect::<Vec<usize>>(),
            };
            let to = &share.dh_index[..active.len()];
            add_products(&weights.to_states, gradients, &mut share.dh, to);
        }
    }
}

/// What the backward pass reads of one step of one sequence.
struct StepInputs<'a> {
    cell: &'a [f32],
    gradient_h: &'a [f32],
    gradient_c: &'a [f32],
    previous_cell: &'a [f32],
}

impl StepInputs<'_> {
    /// Turns the gate activations into gradients before activation, and `dc` into the gradient of
    /// the previous cell. On entry, `dh` and `dc` are the gradients from the later steps.
    #[inline(always)]
    fn gate_gradients<S: Simd>(
        &self,
        simd: S,
        activation: &TanhApproximation<S>,
        gates: &mut [f32],
        dh: &[f32],
        dc: &mut [f32],
    ) {
        let Self {
            cell,
            gradient_h,
            gradient_c,
            previous_cell,
        } = self;
        let [i, f, g, o] = split_mut(gates);
        map_lanes(
            simd,
            [dh, gradient_h, gradient_c, cell, previous_cell],
            [i, f, g, o, dc],
            #[inline(always)]
            |[dh, gradient_h, gradient_c, cell, previous], [i, f, g, o, dc]| {
                let dh = simd.add_f32s(dh, gradient_h);
                let [tanh_c] = activation.tanh(simd, [cell]);
                let through_h = simd.mul_f32s(simd.mul_f32s(dh, o), tanh_derivative(simd, tanh_c));
                let dcell = simd.add_f32s(simd.add_f32s(dc, gradient_c), through_h);
                [
                    simd.mul_f32s(simd.mul_f32s(dcell, g), logistic_derivative(simd, i)),
                    simd.mul_f32s(simd.mul_f32s(dcell, previous), logistic_derivative(simd, f)),
                    simd.mul_f32s(simd.mul_f32s(dcell, i), tanh_derivative(simd, g)),
                    simd.mul_f32s(simd.mul_f32s(dh, tanh_c), logistic_derivative(simd, o)),
                    simd.mul_f32s(dcell, f),
                ]
            },
        );
    }
}

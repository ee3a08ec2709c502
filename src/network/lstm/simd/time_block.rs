//! A block of time steps of the backward scan: recomputes the gate activations, then turns them
//! into gradients.

use std::ops::Range;

use pulp::Simd;

use super::forward::pack_to_gates;
use crate::network::lstm::sequence_layout::{BackwardInputs, ScanShape, SequenceLayout, running};
use crate::network::simd::activation::{TanhApproximation, logistic_derivative, tanh_derivative};
use crate::network::simd::lanes::{map_lanes, split, split_mut};
use crate::network::simd::product::{LeftRows, Panels, add_products};

/// Entries of a block, at least one step of every sequence. This is enough for an efficient
/// product of the weight gradient, and few enough for the second-level cache. It is not a power
/// of two, because then all columns would fall into the same cache lines.
const BLOCK_ENTRIES: usize = 240;

/// Consecutive time steps of all sequences that are long enough, and the gradients that pass from
/// later blocks to earlier ones. An entry of the block is one step of one sequence.
pub(super) struct TimeBlock<'a, S: Simd> {
    simd: S,
    shape: ScanShape,
    inputs: BackwardInputs<'a>,
    sequences: &'a SequenceLayout,
    activation: TanhApproximation<S>,
    /// Recurrent weights, packed for the product from the states to the gates.
    to_gates: Panels<S>,
    /// Recurrent weights, packed for the product from the gate gradients to the states.
    to_states: Panels<S>,
    /// First time step of the block.
    first: usize,
    /// Range of entries of each time step, beginning with the first.
    entries_of_step: Vec<Range<usize>>,
    /// Sequence and time step of every entry.
    entries: Vec<(usize, usize)>,
    /// Gate activations of every entry; later the gradients before activation.
    gates: Vec<f32>,
    /// Index at which the gates of each entry begin.
    gates_index: Vec<usize>,
    /// Gradients of h and c from the later steps, longest sequence first.
    dh: Vec<f32>,
    dc: Vec<f32>,
    /// Index at which the `dh` of each sequence begins.
    dh_index: Vec<usize>,
    /// Index at which the previous state of each entry begins, for entries after the first step.
    previous_state: Vec<usize>,
    /// Buffer for the weight gradient: previous states transposed, [H, entries].
    transposed_states: Vec<f32>,
    /// Buffer for the weight gradient: gate gradients packed.
    packed_gradients: Panels<S>,
    /// The cell before the first step: all zeros.
    zero_cell: Vec<f32>,
}

impl<'a, S: Simd> TimeBlock<'a, S> {
    /// Packs the weights and allocates all buffers.
    #[inline(always)]
    pub(super) fn new(
        simd: S,
        shape: ScanShape,
        inputs: BackwardInputs<'a>,
        sequences: &'a SequenceLayout,
    ) -> Self {
        let (batch, hidden, width) = (shape.batch, shape.hidden, 4 * shape.hidden);
        let capacity = BLOCK_ENTRIES.max(batch).min(batch * shape.steps);
        let to_gates = pack_to_gates(simd, hidden, inputs.recurrent_weights);
        let to_states = Panels::new(simd, width, hidden, |gate, unit| {
            inputs.recurrent_weights[gate * hidden + unit]
        });
        let (gates, dh) = (to_gates.stride(), to_states.stride());
        Self {
            simd,
            shape,
            inputs,
            sequences,
            activation: TanhApproximation::new(simd),
            to_gates,
            to_states,
            first: 0,
            entries_of_step: Vec::new(),
            entries: Vec::with_capacity(capacity),
            gates: vec![0.0; capacity * gates],
            gates_index: (0..capacity).map(|entry| entry * gates).collect(),
            dh: vec![0.0; batch * dh],
            dc: vec![0.0; batch * hidden],
            dh_index: (0..batch).map(|row| row * dh).collect(),
            previous_state: Vec::with_capacity(capacity),
            transposed_states: vec![0.0; capacity * hidden],
            packed_gradients: Panels::room(simd, capacity, width),
            zero_cell: vec![0.0; hidden],
        }
    }

    /// Columns of a row of [`Self::add_weight_gradients`].
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.packed_gradients.stride()
    }

    /// Moves the block to the steps that end before step `end`, as many as fit. `order` lists all
    /// sequences, longest first. Returns the first step of the block.
    #[inline(always)]
    pub(super) fn move_before(&mut self, end: usize, order: &[usize]) -> usize {
        let lengths = self.sequences.lengths();
        let steps = (BLOCK_ENTRIES / self.shape.batch.max(1)).max(1);
        self.first = end - steps.min(end);
        self.entries_of_step.clear();
        self.entries.clear();
        self.previous_state.clear();
        for t in self.first..end {
            let start = self.entries.len();
            let active = running(order, lengths, t);
            self.entries
                .extend(active.iter().map(|&sequence| (sequence, t)));
            if t > 0 {
                let previous = active.iter().map(|&b| self.shape.state(b, t - 1));
                self.previous_state.extend(previous);
            }
            self.entries_of_step.push(start..self.entries.len());
        }
        self.first
    }

    /// The entries that have a previous step.
    #[inline(always)]
    fn after_first_step(&self) -> Range<usize> {
        self.entries.len() - self.previous_state.len()..self.entries.len()
    }

    /// Fills in the gate activations of every entry: the saved ones, or else recomputed ones.
    #[inline(always)]
    pub(super) fn activate(&mut self) {
        if self.inputs.saved_gates.is_empty() {
            return self.recompute();
        }
        let stride = self.to_gates.stride();
        let gates = self.gates.chunks_exact_mut(stride);
        for (&(sequence, t), gates) in self.entries.iter().zip(gates) {
            let saved = (sequence * self.shape.steps + t) * stride;
            gates.copy_from_slice(&self.inputs.saved_gates[saved..saved + stride]);
        }
    }

    /// Recomputes the gate activations. All previous states are known, so the entries do not
    /// depend on each other, and one product computes them all.
    #[inline(always)]
    fn recompute(&mut self) {
        let (simd, width) = (self.simd, 4 * self.shape.hidden);
        let gates = self.gates.chunks_exact_mut(self.to_gates.stride());
        for (&(sequence, t), gates) in self.entries.iter().zip(gates) {
            let input = self.sequences.input_row(sequence * self.shape.steps + t) * width;
            gates[..width].copy_from_slice(&self.inputs.input_gates[input..input + width]);
        }
        let previous = LeftRows {
            values: self.inputs.states,
            from: &self.previous_state,
        };
        let to = &self.gates_index[self.after_first_step()];
        add_products(&mut self.to_gates, previous, &mut self.gates, to);
        let gates = self.gates.chunks_exact_mut(self.to_gates.stride());
        for gates in gates.take(self.entries.len()) {
            let gates = split_mut(&mut gates[..width]);
            map_lanes(
                simd,
                [],
                gates,
                #[inline(always)]
                |[], z: [S::f32s; 4]| self.activation.gates(simd, z),
            );
        }
    }

    /// Computes the gate gradients of every entry, last step first.
    #[inline(always)]
    pub(super) fn scan_backward(&mut self) {
        let hidden = self.shape.hidden;
        for (n, entries) in self.entries_of_step.iter().enumerate().rev() {
            let t = self.first + n;
            for (n, entry) in entries.clone().enumerate() {
                let (sequence, _) = self.entries[entry];
                let at = self.shape.state(sequence, t);
                let step = StepInputs {
                    states: &self.inputs.states[at..at + 2 * hidden],
                    gradient: &self.inputs.gradient[at..at + 2 * hidden],
                    previous_cell: match t {
                        0 => &self.zero_cell,
                        _ => &self.inputs.states[at - hidden..at],
                    },
                };
                let gates = &mut self.gates[self.gates_index[entry]..][..4 * hidden];
                let dh = &self.dh[self.dh_index[n]..][..hidden];
                let dc = &mut self.dc[n * hidden..][..hidden];
                step.gate_gradients(self.simd, &self.activation, gates, dh, dc);
            }
            if t > 0 {
                // Gradient of the previous states: the gate gradients through the weights.
                self.dh[..entries.len() * self.to_states.stride()].fill(0.0);
                let gradients = LeftRows {
                    values: &self.gates,
                    from: &self.gates_index[entries.clone()],
                };
                let to = &self.dh_index[..entries.len()];
                add_products(&mut self.to_states, gradients, &mut self.dh, to);
            }
        }
    }

    /// Adds the gate gradients of every entry to the row of input gates that it read.
    #[inline(always)]
    pub(super) fn add_input_gate_gradients(&self, d_input_gates: &mut [f32]) {
        let width = 4 * self.shape.hidden;
        for (&(sequence, t), &at) in self.entries.iter().zip(&self.gates_index) {
            let gradients = &self.gates[at..at + width];
            let row = self.sequences.input_row(sequence * self.shape.steps + t) * width;
            let sums = &mut d_input_gates[row..row + width];
            sums.iter_mut()
                .zip(gradients)
                .for_each(|(sum, d)| *sum += d);
        }
    }

    /// Adds `Σ h₋ · dᵀ` over all entries to the transposed gradient of the recurrent weights.
    #[inline(always)]
    pub(super) fn add_weight_gradients(&mut self, d_transposed: &mut [f32]) {
        let (hidden, count) = (self.shape.hidden, self.previous_state.len());
        self.packed_gradients
            .fill(&self.gates, &self.gates_index[self.after_first_step()]);
        for (entry, &previous) in self.previous_state.iter().enumerate() {
            let h = &self.inputs.states[previous..previous + hidden];
            for (unit, h) in h.iter().enumerate() {
                self.transposed_states[unit * count + entry] = *h;
            }
        }
        let from: Vec<usize> = (0..hidden).map(|unit| unit * count).collect();
        let to: Vec<usize> = (0..hidden)
            .map(|unit| unit * self.packed_gradients.stride())
            .collect();
        let states = LeftRows {
            values: &self.transposed_states,
            from: &from,
        };
        add_products(&mut self.packed_gradients, states, d_transposed, &to);
    }
}

/// What the backward pass reads of one step of one sequence. States and gradient are h then c.
struct StepInputs<'a> {
    states: &'a [f32],
    gradient: &'a [f32],
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
        let [gradient_h, gradient_c] = split(self.gradient);
        let [_, cell] = split(self.states);
        let [i, f, g, o] = split_mut(gates);
        map_lanes(
            simd,
            [dh, gradient_h, gradient_c, cell, self.previous_cell],
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

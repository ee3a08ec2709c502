//! The sums of the gate gradients over all sequences, divided by units: the gradients of the input
//! gates and of the recurrent weights. Each sum is taken in one order, whoever computes it.

use std::iter::repeat_n;
use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::rounds::{BackwardScan, GateRows, block_steps};
use crate::network::lstm::sequence_layout::{ScanShape, running};
use crate::network::simd::product::{LeftRows, Panels, add_products};
use crate::parallel::{parts, shares};

/// The entries of a time block, in the order of its sums: one step of one sequence each.
pub(super) struct BlockEntries {
    /// The row of the input gates that each entry read.
    input_rows: Vec<usize>,
    /// Index at which the gate gradients of each entry begin.
    gradients: Vec<usize>,
    /// Index at which the previous state of each entry begins, for entries after the first step.
    previous_states: Vec<usize>,
}

impl BlockEntries {
    /// The entries of some steps. `order` lists all sequences, longest first.
    pub(super) fn new(
        scan: BackwardScan<'_>,
        order: &[usize],
        steps: Range<usize>,
        rows: GateRows,
    ) -> Self {
        let (states, sequences) = (scan.states(), scan.sequences);
        let lengths = sequences.lengths();
        let entries = steps.flat_map(|t| {
            let active = running(order, lengths, t).iter();
            active.map(move |&sequence| (sequence, t))
        });
        let entries: Vec<(usize, usize)> = entries.collect();
        let input_row = |&(b, t): &(usize, usize)| sequences.input_row(states.place(b, t));
        let previous = entries.iter().filter(|(_, t)| *t > 0);
        Self {
            input_rows: entries.iter().map(input_row).collect(),
            gradients: entries.iter().map(|&(b, t)| rows.at(b, t)).collect(),
            previous_states: previous.map(|&(b, t)| states.h(b, t - 1)).collect(),
        }
    }
}

/// The sums that belong to some consecutive units, which one thread computes: those of the columns
/// 4u to 4u + 3 of the input gates, and of the weights from each unit u.
pub(super) struct SumShare<'a, S: Simd> {
    units: Range<usize>,
    /// The columns of every row of the gradient of the input gates.
    d_input_gates: Vec<&'a mut [f32]>,
    /// The rows of the transposed gradient of the recurrent weights.
    d_transposed: &'a mut [f32],
    /// Buffer: gate gradients packed.
    packed: Panels<S>,
    /// Buffer: previous states transposed, [units, entries].
    transposed: Vec<f32>,
}

impl<'a, S: Simd> SumShare<'a, S> {
    /// A share for each of so many threads. `d_input_gates` is [R, 4H], and `d_transposed` has a row for each
    /// unit.
    pub(super) fn all(
        simd: S,
        shape: ScanShape,
        threads: usize,
        d_input_gates: &'a mut [f32],
        d_transposed: &'a mut [f32],
    ) -> Vec<Self> {
        let (batch, hidden) = (shape.batch, shape.hidden);
        let capacity = (block_steps(batch) * batch).min(batch * shape.steps);
        let stride = d_transposed.len() / hidden;
        let units = shares(repeat_n(1, hidden), threads);
        let weights = parts(d_transposed, &units, stride);
        let share = |(units, d_transposed): (&Range<usize>, &'a mut [f32])| Self {
            units: units.clone(),
            d_input_gates: Vec::new(),
            d_transposed,
            packed: Panels::room(simd, capacity, 4 * hidden),
            transposed: vec![0.0; capacity * units.len()],
        };
        let mut all: Vec<Self> = units.iter().zip(weights).map(share).collect();
        for row in d_input_gates.chunks_exact_mut(4 * hidden) {
            for (share, columns) in all.iter_mut().zip(parts(row, &units, 4)) {
                share.d_input_gates.push(columns);
            }
        }
        all
    }

    /// The work of adding the gate gradients of some blocks to the sums.
    pub(super) fn blocks<'s>(
        &'s mut self,
        states: &'s [f32],
        gradients: &'s [f32],
        blocks: &'s [BlockEntries],
    ) -> AddBlocks<'s, 'a, S> {
        AddBlocks {
            sums: self,
            states,
            gradients,
            blocks,
        }
    }

    /// Adds the gate gradients of every entry to the row of input gates that it read.
    #[inline(always)]
    fn add_to_input_gates(&mut self, gradients: &[f32], block: &BlockEntries) {
        let columns = 4 * self.units.start..4 * self.units.end;
        for (&row, &at) in block.input_rows.iter().zip(&block.gradients) {
            let gradients = &gradients[at..][columns.clone()];
            let sums = self.d_input_gates[row].iter_mut().zip(gradients);
            sums.for_each(|(sum, d)| *sum += d);
        }
    }

    /// Adds `Σ h₋ · dᵀ` over all entries to the transposed gradient of the recurrent weights.
    #[inline(always)]
    fn add_to_weights(&mut self, states: &[f32], gradients: &[f32], block: &BlockEntries) {
        let count = block.previous_states.len();
        let first = block.gradients.len() - count;
        self.packed.fill(gradients, &block.gradients[first..]);
        let units = self.units.clone();
        for (entry, &previous) in block.previous_states.iter().enumerate() {
            let h = &states[previous..][units.clone()];
            for (unit, h) in h.iter().enumerate() {
                self.transposed[unit * count + entry] = *h;
            }
        }
        let from: Vec<usize> = (0..units.len()).map(|unit| unit * count).collect();
        let stride = self.packed.stride();
        let to: Vec<usize> = (0..units.len()).map(|unit| unit * stride).collect();
        let states = LeftRows {
            values: &self.transposed,
            from: &from,
        };
        add_products(&self.packed, states, self.d_transposed, &to);
    }
}

/// Some blocks to be added to the sums.
pub(super) struct AddBlocks<'s, 'a, S: Simd> {
    sums: &'s mut SumShare<'a, S>,
    states: &'s [f32],
    gradients: &'s [f32],
    blocks: &'s [BlockEntries],
}

impl<S: Simd> WithSimd for AddBlocks<'_, '_, S> {
    type Output = ();

    /// The instruction set is that of the packed gradients, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(self, _: Same) {
        for block in self.blocks {
            self.sums.add_to_input_gates(self.gradients, block);
            self.sums.add_to_weights(self.states, self.gradients, block);
        }
    }
}

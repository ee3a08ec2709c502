//! The backward scan in vector instructions, from the last step to the first.
//!
//! The steps are divided into rounds, and these into time blocks. In every round, each thread first
//! computes the gradients of the gates of some sequences ([`super::gate_gradients`]), and then the
//! sums of some gates and units over all sequences ([`super::gradient_sums`]).

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::gate_gradients::{BackwardWeights, SequenceShare};
use super::gradient_sums::{BlockEntries, SumShare};
use super::rounds::{BackwardScan, GateRows, block_steps, last_first, round_steps};
use crate::network::lstm::sequence_layout::longest_first;
use crate::network::simd::lanes::transpose;
use crate::parallel::{for_each, parts, threads_for, zeros};

impl BackwardScan<'_> {
    /// Computes the gradients of the input gates [R, 4H] and of the recurrent weights [4H, H].
    pub(crate) fn run(self) -> (Vec<f32>, Vec<f32>) {
        Arch::new().dispatch(self)
    }

    /// The blocks of a round, last first. `order` lists all sequences, longest first.
    fn blocks(self, order: &[usize], round: Range<usize>, rows: GateRows) -> Vec<BlockEntries> {
        let blocks = last_first(round, block_steps(self.shape.batch));
        let entries = |steps| BlockEntries::new(self, order, steps, rows);
        blocks.map(entries).collect()
    }
}

impl WithSimd for BackwardScan<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let (batch, hidden) = (self.shape.batch, self.shape.hidden);
        let weights = BackwardWeights::new(simd, hidden, self.inputs.recurrent_weights);
        let stride = weights.stride();
        let mut d_input_gates = zeros(self.inputs.input_gates.len());
        let mut transposed = vec![0.0f32; hidden * stride];
        // A product recomputes the gates, one goes to the states, and one to the weights.
        let threads = threads_for(3 * self.sequences.multiply_adds(hidden));
        let mut sums = SumShare::all(
            simd,
            self.shape,
            threads,
            &mut d_input_gates,
            &mut transposed,
        );

        let shared = self.sequences.shares(threads);
        let share = |share: &Range<usize>| SequenceShare::new(self, &weights, share.clone());
        let mut scans: Vec<SequenceShare<'_, S>> = shared.iter().map(share).collect();

        let order = longest_first(self.sequences.lengths());
        let round_steps = round_steps(self.shape, stride, threads);
        let mut gradients = vec![0.0f32; batch * round_steps * stride];
        for round in last_first(0..self.shape.steps, round_steps) {
            let rows = GateRows::new(round.start, round_steps, stride);
            let own = parts(&mut gradients, &shared, round_steps * stride);
            let tasks = scans.iter_mut().zip(own).collect();
            for_each(tasks, |(scan, gradients)| {
                simd.vectorize(scan.round(round.clone(), rows, gradients));
            });
            let blocks = self.blocks(&order, round, rows);
            for_each(sums.iter_mut().collect(), |sums| {
                simd.vectorize(sums.blocks(self.inputs.states, &gradients, &blocks));
            });
        }
        drop(sums);
        let mut d_recurrent_weights = vec![0.0f32; 4 * hidden * hidden];
        transpose(&transposed, stride, &mut d_recurrent_weights, hidden);
        (d_input_gates, d_recurrent_weights)
    }
}

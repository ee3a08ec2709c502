//! The backward scan in vector instructions, from the last step to the first.
//!
//! The steps are divided into rounds, and these into time blocks. In every round, each thread first
//! computes the gradients of the gates of some sequences ([`super::gate_gradients`]), and then the
//! sums of some gates and units over all sequences ([`super::gradient_sums`]).

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::gate_gradients::{BackwardWeights, SequenceShare};
use super::gradient_sums::{BlockEntries, SumShare};
use crate::network::lstm::sequence_layout::{
    BackwardInputs, Direction, ScanShape, SequenceLayout, StateIndex, longest_first,
};
use crate::network::simd::lanes::transpose;
use crate::parallel::{for_each, parts, threads_for, zeros};

/// Entries of a time block, at least one step of every sequence. This is enough for an efficient
/// product of the weight gradient, and few enough for the second-level cache. It is not a power
/// of two, because then all columns would fall into the same cache lines.
const BLOCK_ENTRIES: usize = 240;

/// Gate gradients of a round, in floats, if there are several threads: 2 MiB. In shorter rounds, the
/// threads would wait for each other too often. One thread has nobody to wait for, and its rounds
/// are single blocks.
const ROUND_FLOATS: usize = 512 * 1024;

/// The backward scan of one direction.
#[derive(Clone, Copy)]
pub(crate) struct BackwardScan<'a> {
    pub(crate) shape: ScanShape,
    pub(crate) direction: Direction,
    pub(crate) inputs: BackwardInputs<'a>,
    pub(crate) sequences: &'a SequenceLayout,
}

impl<'a> BackwardScan<'a> {
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

    /// Where the states and their gradients lie.
    pub(super) fn states(self) -> StateIndex<'a> {
        StateIndex::new(self.shape, self.direction, self.sequences.lengths())
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

/// The steps of a time block.
pub(super) fn block_steps(batch: usize) -> usize {
    (BLOCK_ENTRIES / batch.max(1)).max(1)
}

/// The steps of a round.
fn round_steps(shape: ScanShape, stride: usize, threads: usize) -> usize {
    let block = block_steps(shape.batch);
    let floats = block * shape.batch * stride;
    let blocks = match threads {
        1 => 1,
        _ => (ROUND_FLOATS / floats.max(1)).max(1),
    };
    (block * blocks).min(shape.steps)
}

/// Divides steps into runs of `size`, the last one first; only the last run that is returned can be
/// shorter.
fn last_first(steps: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    let count = steps.len().div_ceil(size.max(1));
    (0..count).map(move |n| {
        let end = steps.end - n * size;
        end.saturating_sub(size).max(steps.start)..end
    })
}

/// How the gate gradients of a round lie in their array, [B, steps of a round, stride].
#[derive(Clone, Copy)]
pub(super) struct GateRows {
    /// The first step of the round.
    first: usize,
    /// The steps of the longest round.
    steps: usize,
    /// The length of a row.
    pub(super) stride: usize,
}

impl GateRows {
    /// The rows of a round that begins at step `first`. `steps` are those of the longest round.
    fn new(first: usize, steps: usize, stride: usize) -> Self {
        Self {
            first,
            steps,
            stride,
        }
    }

    /// The index at which the row of a step begins.
    #[inline(always)]
    pub(super) fn at(self, sequence: usize, t: usize) -> usize {
        (sequence * self.steps + t - self.first) * self.stride
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_of_whole_blocks_have_the_blocks_of_all_steps() {
        let blocks: Vec<Range<usize>> = last_first(0..24, 7).collect();
        assert_eq!(blocks, [17..24, 10..17, 3..10, 0..3]);
        let in_rounds = last_first(0..24, 14).flat_map(|round| last_first(round, 7));
        assert!(in_rounds.eq(blocks));
        assert_eq!(last_first(0..0, 0).count(), 0);
    }
}

//! The inputs of the backward scan, and how its steps are divided into rounds and time blocks.

use std::ops::Range;

use crate::network::lstm::sequence_layout::{
    BackwardInputs, Direction, ScanShape, SequenceLayout, StateIndex,
};

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
    /// Where the states and their gradients lie.
    pub(super) fn states(self) -> StateIndex<'a> {
        StateIndex::new(self.shape, self.direction, self.sequences.lengths())
    }
}

/// The steps of a time block.
pub(super) fn block_steps(batch: usize) -> usize {
    (BLOCK_ENTRIES / batch.max(1)).max(1)
}

/// The steps of a round.
pub(super) fn round_steps(shape: ScanShape, stride: usize, threads: usize) -> usize {
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
pub(super) fn last_first(steps: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
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
    pub(super) fn new(first: usize, steps: usize, stride: usize) -> Self {
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

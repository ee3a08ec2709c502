//! The sequences of a scan: their lengths, the row that each step reads, and the arrays' layout.

use std::ops::Range;
use std::sync::Arc;

use crate::device::Layout;
use crate::parallel::shares;

/// How the sequences of a batch lie in the arrays of a scan: their lengths, and which row of the
/// input gates each step reads.
#[derive(Clone, Debug)]
pub struct SequenceLayout {
    lengths: Arc<[u32]>,
    steps: usize,
    tokens: Option<Arc<[u32]>>,
    gpu_layout: Option<Layout>,
}

impl SequenceLayout {
    /// Sequences whose steps read the row of their token in a table that all sequences share:
    /// `tokens` is [B · T], padded at the end. `lengths` are the numbers of steps of the B
    /// sequences, at most T each.
    pub fn from_tokens(tokens: Arc<[u32]>, lengths: Arc<[u32]>) -> Self {
        Self {
            steps: tokens.len() / lengths.len().max(1),
            lengths,
            tokens: Some(tokens),
            gpu_layout: None,
        }
    }

    /// Sequences whose steps each read a row of their own: step t of sequence b reads the row
    /// `b · T + t`. `steps` is T.
    pub fn with_own_rows(lengths: Arc<[u32]>, steps: usize) -> Self {
        Self {
            lengths,
            steps,
            tokens: None,
            gpu_layout: None,
        }
    }

    /// The same sequences as the layers above the first read them: each step reads its own row.
    pub fn for_upper_layer(&self) -> Self {
        Self {
            tokens: None,
            ..self.clone()
        }
    }

    /// The same sequences, whose scans a GPU divides by this layout; by a default if `None`.
    pub fn with_gpu_layout(self, gpu_layout: Option<Layout>) -> Self {
        Self { gpu_layout, ..self }
    }

    /// The position of each step of [B · T] after every sequence has been reversed within its own
    /// length. Padding stays in place. Applied twice, it restores the order.
    pub fn reverse_index(&self) -> Vec<usize> {
        let reverse = |(b, &length): (usize, &u32)| {
            let (start, length) = (b * self.steps, length as usize);
            let order = (0..length).rev().chain(length..self.steps);
            order.map(move |t| start + t)
        };
        self.lengths.iter().enumerate().flat_map(reverse).collect()
    }

    /// The same sequences, read from end to start. Steps that read their own rows are unchanged:
    /// there, the caller reverses the rows themselves.
    pub fn reversed(&self) -> Self {
        let reverse = |tokens: &Arc<[u32]>| {
            let order = self.reverse_index();
            order.iter().map(|n| tokens[*n]).collect()
        };
        Self {
            tokens: self.tokens.as_ref().map(reverse),
            ..self.clone()
        }
    }

    /// The number of sequences B.
    pub fn batch(&self) -> usize {
        self.lengths.len()
    }

    /// The number of steps T, padding included.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The number of steps of each sequence.
    pub fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// The row that each step reads, [B · T]; `None` if step `n` reads row `n`.
    pub fn tokens(&self) -> Option<&[u32]> {
        self.tokens.as_deref()
    }

    /// How a GPU divides the scan; `None` for the default.
    pub fn gpu_layout(&self) -> Option<Layout> {
        self.gpu_layout
    }

    /// The consecutive sequences that each of so many threads computes, with about the same number
    /// of steps.
    pub(crate) fn shares(&self, threads: usize) -> Vec<Range<usize>> {
        shares(self.lengths.iter().map(|length| *length as usize), threads)
    }

    /// The multiply-adds of the recurrent product in the scan of one direction with H = `hidden`.
    pub(crate) fn multiply_adds(&self, hidden: usize) -> usize {
        let steps: usize = self.lengths.iter().map(|length| *length as usize).sum();
        steps * 4 * hidden * hidden
    }

    /// The row that step `n` of [B · T] reads.
    pub(crate) fn input_row(&self, n: usize) -> usize {
        self.tokens
            .as_deref()
            .map_or(n, |tokens| tokens[n] as usize)
    }
}

/// Sequence numbers, longest sequence first, so that those still running are at the front.
pub(super) fn longest_first(lengths: &[u32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&sequence| std::cmp::Reverse(lengths[sequence]));
    order
}

/// The sequences that have a step `t`; `order` is as [`longest_first`] returns it.
pub(super) fn running<'a>(order: &'a [usize], lengths: &[u32], t: usize) -> &'a [usize] {
    &order[..order.partition_point(|&sequence| lengths[sequence] as usize > t)]
}

/// The sizes of a scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScanShape {
    /// Number of sequences B.
    pub(crate) batch: usize,
    /// Steps T of the longest sequence.
    pub(crate) steps: usize,
    /// Hidden units H.
    pub(crate) hidden: usize,
}

impl ScanShape {
    /// The index at which the state of step `t` of sequence `b` begins in [B, T, 2H].
    pub(crate) fn state(&self, b: usize, t: usize) -> usize {
        (b * self.steps + t) * 2 * self.hidden
    }
}

/// The direction of a scan. The states of all directions lie side by side: of each step of the
/// sequence h of every direction, then c of every direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From start to end, as the only direction.
    Only,
    /// From start to end; another scan goes from end to start.
    Ahead,
    /// From end to start.
    Back,
}

/// Where the states of a scan lie in their array, [B, T, 2S], in which S is the number of units of
/// all directions. Step `t` is that of the scan, which begins at the end if its direction is
/// [`Direction::Back`].
#[derive(Clone, Copy)]
pub(crate) struct StateIndex<'a> {
    shape: ScanShape,
    direction: Direction,
    lengths: &'a [u32],
}

impl<'a> StateIndex<'a> {
    /// The states of sequences of the given lengths.
    pub(crate) fn new(shape: ScanShape, direction: Direction, lengths: &'a [u32]) -> Self {
        Self {
            shape,
            direction,
            lengths,
        }
    }

    /// Units of all directions, S.
    #[inline(always)]
    pub(crate) fn units(self) -> usize {
        match self.direction {
            Direction::Only => self.shape.hidden,
            Direction::Ahead | Direction::Back => 2 * self.shape.hidden,
        }
    }

    /// The place of a step in [B · T].
    #[inline(always)]
    pub(crate) fn place(self, sequence: usize, t: usize) -> usize {
        let from_start = match self.direction {
            Direction::Only | Direction::Ahead => t,
            Direction::Back => self.lengths[sequence] as usize - 1 - t,
        };
        sequence * self.shape.steps + from_start
    }

    /// The index at which the h of a step begins.
    #[inline(always)]
    pub(crate) fn h(self, sequence: usize, t: usize) -> usize {
        let in_row = match self.direction {
            Direction::Only | Direction::Ahead => 0,
            Direction::Back => self.shape.hidden,
        };
        self.place(sequence, t) * 2 * self.units() + in_row
    }

    /// The index at which the c of a step begins.
    #[inline(always)]
    pub(crate) fn c(self, sequence: usize, t: usize) -> usize {
        self.h(sequence, t) + self.units()
    }
}

/// The arrays that the backward pass reads.
#[derive(Clone, Copy)]
pub(crate) struct BackwardInputs<'a> {
    /// Input part of the gates, [R, 4H].
    pub(crate) input_gates: &'a [f32],
    /// Recurrent weights, [4H, H].
    pub(crate) recurrent_weights: &'a [f32],
    /// States that the scan computed, [B, T, 2S].
    pub(crate) states: &'a [f32],
    /// Gate activations that [`super::simd::ForwardScan`] saved. If empty, they are
    /// recomputed.
    pub(crate) saved_gates: &'a [f32],
    /// Gradient of the states, [B, T, 2S].
    pub(crate) gradient: &'a [f32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sequence_is_reversed_within_its_own_length() {
        let tokens = [1, 2, 3, 9, 4, 9, 9, 9];
        let sequences = SequenceLayout::from_tokens(tokens.into(), [3, 1].into());
        assert_eq!(sequences.reverse_index(), [2, 1, 0, 3, 4, 5, 6, 7]);
        let reversed = sequences.reversed();
        assert_eq!(reversed.tokens().unwrap(), [3, 2, 1, 9, 4, 9, 9, 9]);
        assert_eq!(reversed.reversed().tokens(), sequences.tokens());
    }
}

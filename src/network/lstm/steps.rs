//! What a scan reads: the steps of its sequences, their order, and the layout of its arrays.

use std::sync::Arc;

/// Steps of a batch: how many each sequence has, and which row of the gates' input part each
/// step reads.
#[derive(Clone, Debug)]
pub struct Steps {
    lengths: Arc<[u32]>,
    steps: usize,
    tokens: Option<Arc<[u32]>>,
}

impl Steps {
    /// Every step reads the row of its token: `tokens` [B · T], padded at the end, with rows in a
    /// table that all sequences share. `lengths` are the B sequences' steps, at most T each.
    pub fn of_tokens(tokens: Arc<[u32]>, lengths: Arc<[u32]>) -> Self {
        Self {
            steps: tokens.len() / lengths.len().max(1),
            lengths,
            tokens: Some(tokens),
        }
    }

    /// Every step reads a row of its own: row `b · T + t`. `steps` is T.
    pub fn one_by_one(lengths: Arc<[u32]>, steps: usize) -> Self {
        Self {
            lengths,
            steps,
            tokens: None,
        }
    }

    /// The same sequences, each step reading a row of its own: what a layer above reads.
    pub fn above(&self) -> Self {
        Self::one_by_one(Arc::clone(&self.lengths), self.steps)
    }

    /// Where each step of [B · T] stands when every sequence is read from its own end to its start;
    /// what is past the end stays. Done twice it changes nothing.
    pub fn mirror(&self) -> Vec<usize> {
        let place = |(b, &length): (usize, &u32)| {
            let (from, length) = (b * self.steps, length as usize);
            let back = (0..length).rev().chain(length..self.steps);
            back.map(move |t| from + t)
        };
        self.lengths.iter().enumerate().flat_map(place).collect()
    }

    /// The same sequences read from their ends to their starts. Steps that read rows of their own
    /// stay as they are: the rows are what must be turned round.
    pub fn reversed(&self) -> Self {
        let turned = |tokens: &Arc<[u32]>| self.mirror().iter().map(|n| tokens[*n]).collect();
        Self {
            tokens: self.tokens.as_ref().map(turned),
            ..self.clone()
        }
    }

    /// B.
    pub fn batch(&self) -> usize {
        self.lengths.len()
    }

    /// T.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Steps of each sequence.
    pub fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// Row of every step, [B · T]; none where step `n` reads row `n`.
    pub fn tokens(&self) -> Option<&[u32]> {
        self.tokens.as_deref()
    }

    /// Row that step `n` of [B · T] reads.
    pub(crate) fn row(&self, n: usize) -> usize {
        self.tokens
            .as_deref()
            .map_or(n, |tokens| tokens[n] as usize)
    }
}

/// Row numbers, longest sequence first, so that those still running stand in front.
pub(super) fn longest_first(lengths: &[u32]) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..lengths.len()).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(lengths[row]));
    rows
}

/// The rows that have a step `t`.
pub(super) fn running<'a>(rows: &'a [usize], lengths: &[u32], t: usize) -> &'a [usize] {
    &rows[..rows.partition_point(|&row| lengths[row] as usize > t)]
}

/// Sizes of one scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Sequences.
    pub(crate) batch: usize,
    /// Steps of the longest sequence.
    pub(crate) steps: usize,
    /// Hidden units H.
    pub(crate) hidden: usize,
}

impl Shape {
    /// Where the state of one step begins, [B, T, 2H].
    pub(crate) fn state(&self, b: usize, t: usize) -> usize {
        (b * self.steps + t) * 2 * self.hidden
    }
}

/// What the scan was given and gave, and the gradient of the latter.
#[derive(Clone, Copy)]
pub(crate) struct Scanned<'a> {
    /// The input's part of the gates, [R, 4H].
    pub(crate) rows: &'a [f32],
    /// Recurrent weights, [4H, H].
    pub(crate) recurrent: &'a [f32],
    /// What the scan gave, [B, T, 2H].
    pub(crate) states: &'a [f32],
    /// Activations that [`super::simd::forward_keeping`] kept; empty: they are worked out anew.
    pub(crate) gates: &'a [f32],
    /// Gradient of the states, [B, T, 2H].
    pub(crate) gradient: &'a [f32],
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn each_sequence_is_turned_round_within_its_own_length() {
        let tokens = [1, 2, 3, 9, 4, 9, 9, 9];
        let steps = Steps::of_tokens(tokens.into(), [3, 1].into());
        assert_eq!(steps.mirror(), [2, 1, 0, 3, 4, 5, 6, 7]);
        let reversed = steps.reversed();
        assert_eq!(reversed.tokens().unwrap(), [3, 2, 1, 9, 4, 9, 9, 9]);
        assert_eq!(reversed.reversed().tokens(), steps.tokens());
    }
}

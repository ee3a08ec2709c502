//! Which sequences a scan reads, and what each of their steps reads.

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

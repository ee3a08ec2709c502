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

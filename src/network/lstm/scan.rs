//! Layout of one scan's arrays.

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

//! How the LSTM's kernels divide their work on a GPU.

/// How a scan over time is divided among the workgroups of a GPU. Results do not depend on it
/// beyond rounding; speed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Each workgroup computes all hidden units of this many sequences and loops over time by
    /// itself. Its sequences share every weight that it loads.
    WholeSequences(u16),
    /// The hidden units are divided into blocks, and each workgroup computes one block of this
    /// many sequences. Every step needs a launch of its own. Layers that are too wide for the
    /// shared memory of a workgroup need this layout.
    UnitBlocks(u16),
}

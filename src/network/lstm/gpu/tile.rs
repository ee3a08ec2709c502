//! The tile of a workgroup: how many sequences and units it computes, and what they share.

use super::limits::{INVOCATIONS, SHARED_BYTES};
use crate::device::Layout;

/// The direction of a scan through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Shares h of all units, in two buffers that take turns.
    Forward,
    /// Shares the gradients of the four gates of all units.
    Backward,
}

/// The sizes for which a kernel is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    /// Hidden units H.
    pub(super) hidden: usize,
    /// Sequences of a workgroup. If all steps are computed at once: steps of an invocation.
    pub(super) sequences: usize,
    /// Invocations of a workgroup.
    pub(super) width: usize,
    /// Whether a workgroup computes a block of units instead of all of them.
    pub(super) is_unit_block: bool,
    /// Whether a step reads the row of its token.
    pub(super) has_tokens: bool,
}

/// The layout that is used if none was chosen: about 16 workgroups, so that each part of a GPU has
/// one, before sequences share the weights that they load.
fn default_layout(batch: usize) -> Layout {
    Layout::WholeSequences((batch / 16).clamp(1, 4) as u16)
}

/// Invocations of a workgroup that computes one block of units.
const BLOCK_WIDTH: usize = 64;

impl Tile {
    /// The tile for a scan of `batch` sequences: by `layout` as far as it fits into shared memory,
    /// or by the default layout if `None`.
    pub(super) fn new(
        hidden: usize,
        batch: usize,
        has_tokens: bool,
        layout: Option<Layout>,
        pass: Pass,
    ) -> Self {
        let layout = layout.unwrap_or_else(|| default_layout(batch));
        let bytes = hidden
            * match pass {
                Pass::Forward => 2 * size_of::<f32>(),
                Pass::Backward => 4 * size_of::<f32>(),
            };
        let capacity = SHARED_BYTES / bytes.max(1);
        let (sequences, is_unit_block) = match layout {
            Layout::WholeSequences(sequences) if capacity > 0 => {
                (usize::from(sequences).min(capacity), false)
            }
            Layout::WholeSequences(sequences) | Layout::UnitBlocks(sequences) => {
                (usize::from(sequences), true)
            }
        };
        Self {
            hidden,
            sequences: sequences.min(batch).max(1),
            width: if is_unit_block {
                BLOCK_WIDTH
            } else {
                workgroup_width(hidden)
            },
            is_unit_block,
            has_tokens,
        }
    }

    /// The tile for a computation of all steps at once, several steps per invocation.
    pub(super) fn for_all_steps(hidden: usize, has_tokens: bool) -> Self {
        Self {
            hidden,
            sequences: 8,
            width: workgroup_width(hidden).min(BLOCK_WIDTH),
            is_unit_block: true,
            has_tokens,
        }
    }

    /// Units of one invocation.
    pub(super) fn units(&self) -> usize {
        if self.is_unit_block {
            1
        } else {
            self.hidden.div_ceil(self.width)
        }
    }

    /// Workgroups that it takes to cover all units.
    pub(super) fn blocks(&self) -> u32 {
        if self.is_unit_block {
            self.hidden.div_ceil(self.width) as u32
        } else {
            1
        }
    }

    /// Numbers that a workgroup shares in the forward pass: h of all units, twice.
    pub(super) fn shared_states(&self) -> usize {
        if self.is_unit_block {
            1
        } else {
            2 * self.sequences * self.hidden
        }
    }

    /// Gates that a workgroup shares in the backward pass: those of all units, twice if they fit.
    pub(super) fn shared_gates(&self) -> usize {
        if self.is_unit_block {
            1
        } else {
            self.sequences * self.hidden * if self.has_two_buffers() { 2 } else { 1 }
        }
    }

    /// Whether the shared gates of the backward pass fit twice, which saves one barrier per step.
    pub(super) fn has_two_buffers(&self) -> bool {
        !self.is_unit_block
            && 2 * self.sequences * self.hidden * 4 * size_of::<f32>() <= SHARED_BYTES
    }
}

/// Invocations for a number of units, in multiples of 32: GPUs run about that many together.
pub(super) fn workgroup_width(units: usize) -> usize {
    units.next_multiple_of(32).clamp(32, INVOCATIONS)
}

//! How a scan is shared out over the GPU.

use std::sync::atomic::{AtomicU32, Ordering};

use super::limits::{INVOCATIONS, SHARED_BYTES};

/// How a scan is shared out over workgroups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// A workgroup takes this many sequences, all hidden units of them, and loops over time by
    /// itself: its sequences share every weight it loads.
    Whole(u16),
    /// Hidden units are split over several workgroups, each for this many sequences: one launch a
    /// step, for layers too wide for the memory that a workgroup shares.
    Split(u16),
}

/// What [`prefer`] was last told; 0 for nothing.
static PREFERRED: AtomicU32 = AtomicU32::new(0);
const SPLIT: u32 = 1 << 16;

/// Has every scan from now on follow `plan`, as far as it fits, or the built-in rule again.
pub fn prefer(plan: Option<Plan>) {
    let number = match plan {
        None => 0,
        Some(Plan::Whole(sequences)) => u32::from(sequences.max(1)),
        Some(Plan::Split(sequences)) => u32::from(sequences.max(1)) | SPLIT,
    };
    PREFERRED.store(number, Ordering::Relaxed);
}

/// The plan that [`prefer`] asks for.
fn preferred() -> Option<Plan> {
    let number = PREFERRED.load(Ordering::Relaxed);
    let sequences = (number % SPLIT) as u16;
    match number {
        0 => None,
        _ if number & SPLIT == 0 => Some(Plan::Whole(sequences)),
        _ => Some(Plan::Split(sequences)),
    }
}

/// Which way through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Shares h of all units, for two steps in turns.
    Forward,
    /// Shares the gradients of four gates of all units.
    Backward,
}

/// Sizes that a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    /// H.
    pub(super) hidden: usize,
    /// Sequences of a workgroup, or steps where all steps are done at once.
    pub(super) sequences: usize,
    /// Invocations of a workgroup.
    pub(super) width: usize,
    /// Whether units are split over workgroups.
    pub(super) split: bool,
    /// Whether a step reads the row of its token.
    pub(super) by_token: bool,
}

/// The built-in rule: some 16 workgroups, so that each part of a GPU has one, before sequences
/// share the weights they load.
fn suited(batch: usize) -> Plan {
    Plan::Whole((batch / 16).clamp(1, 4) as u16)
}

/// Invocations of a workgroup where others share its work.
const WIDTH: usize = 64;

impl Tile {
    /// For a scan of `batch` sequences, by the preferred plan or the built-in rule.
    pub(super) fn new(hidden: usize, batch: usize, by_token: bool, pass: Pass) -> Self {
        let plan = preferred().unwrap_or_else(|| suited(batch));
        let bytes = hidden
            * match pass {
                Pass::Forward => 2 * size_of::<f32>(),
                Pass::Backward => 4 * size_of::<f32>(),
            };
        let most = SHARED_BYTES / bytes.max(1);
        let (sequences, split) = match plan {
            Plan::Whole(sequences) if most > 0 => (usize::from(sequences).min(most), false),
            Plan::Whole(sequences) | Plan::Split(sequences) => (usize::from(sequences), true),
        };
        Self {
            hidden,
            sequences: sequences.min(batch).max(1),
            width: if split { WIDTH } else { width(hidden) },
            split,
            by_token,
        }
    }

    /// For work on all steps at once, several steps to an invocation.
    pub(super) fn of_steps(hidden: usize, by_token: bool) -> Self {
        Self {
            hidden,
            sequences: 8,
            width: width(hidden).min(WIDTH),
            split: true,
            by_token,
        }
    }

    /// Units of one invocation.
    pub(super) fn units(&self) -> usize {
        if self.split {
            1
        } else {
            self.hidden.div_ceil(self.width)
        }
    }

    /// Workgroups side by side that all units need.
    pub(super) fn blocks(&self) -> u32 {
        if self.split {
            self.hidden.div_ceil(self.width) as u32
        } else {
            1
        }
    }

    /// Numbers shared by a workgroup forwards: h of all units, twice.
    pub(super) fn shared_states(&self) -> usize {
        if self.split {
            1
        } else {
            2 * self.sequences * self.hidden
        }
    }

    /// Gates shared by a workgroup backwards: those of all units, twice where they fit.
    pub(super) fn shared_gates(&self) -> usize {
        if self.split {
            1
        } else {
            self.sequences * self.hidden * if self.two_halves() { 2 } else { 1 }
        }
    }

    /// Whether what is shared backwards fits twice, which saves a barrier a step.
    pub(super) fn two_halves(&self) -> bool {
        !self.split && 2 * self.sequences * self.hidden * 4 * size_of::<f32>() <= SHARED_BYTES
    }
}

/// Invocations for so many units: whole groups of 32, which is what GPUs run at once.
pub(super) fn width(units: usize) -> usize {
    units.next_multiple_of(32).clamp(32, INVOCATIONS)
}

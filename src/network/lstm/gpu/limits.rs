//! The limits that WebGPU guarantees everywhere, and whether a network's arrays stay within them.

use crate::network::Config;

/// Largest number of invocations of a workgroup.
pub(super) const INVOCATIONS: usize = 256;
/// Bytes of shared memory that a workgroup can use for arrays: 16 KiB, less the space for one
/// number.
pub(super) const SHARED_BYTES: usize = 16 * 1024 - 16;
/// Largest size in bytes of an array that a kernel reads or writes.
pub(super) const BINDING_BYTES: u64 = 128 * 1024 * 1024;

/// The sizes of a batch and of the network that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Number of sequences B.
    pub batch: usize,
    /// Steps T of the longest sequence.
    pub steps: usize,
    /// Hidden units H.
    pub hidden: usize,
    /// LSTM layers.
    pub layers: usize,
    /// Attention dimension A.
    pub attention: usize,
}

impl Workload {
    /// `batch` sequences, the longest of `steps` steps, read by a network with these settings. Two
    /// directions count as one with twice the units, because their states lie next to each other.
    pub fn new(config: &Config, batch: usize, steps: usize) -> Self {
        Self {
            batch,
            steps,
            hidden: config.state_width(),
            layers: config.lstm_layers,
            attention: config.attention_dim,
        }
    }
}

/// Work that does not fit into the limits that WebGPU guarantees everywhere.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{what} of {batch} sequences of {steps} steps would take {mib} MiB, but a GPU in the browser \
     allows {} MiB per array: use fewer or shorter sequences at once, or the CPU",
    BINDING_BYTES / (1024 * 1024)
)]
pub struct TooLarge {
    /// The array that is too large.
    pub what: &'static str,
    /// Number of sequences.
    pub batch: usize,
    /// Steps of the longest sequence.
    pub steps: usize,
    /// Size of the array in MiB, rounded up.
    pub mib: u64,
}

/// Checks that each array that prediction or training needs for `work` fits into one binding.
///
/// # Errors
/// The first array that is too large.
pub fn fits(work: Workload) -> Result<(), TooLarge> {
    let [batch, steps, hidden] = [work.batch, work.steps, work.hidden].map(|n| n as u64);
    let all_steps = batch.saturating_mul(steps);
    let upper_gates = if work.layers > 1 { 4 * hidden } else { 0 };
    let arrays = [
        ("the LSTM's states", all_steps.saturating_mul(2 * hidden)),
        (
            "the gates of an upper LSTM layer",
            all_steps.saturating_mul(upper_gates),
        ),
        (
            "the attention's features",
            // The kernel computes four of them at once.
            all_steps.saturating_mul(work.attention.next_multiple_of(4) as u64),
        ),
        ("the recurrent weights", 4 * hidden * hidden),
    ];
    for (what, numbers) in arrays {
        let bytes = numbers.saturating_mul(size_of::<f32>() as u64);
        if bytes > BINDING_BYTES {
            return Err(TooLarge {
                what,
                batch: work.batch,
                steps: work.steps,
                mib: bytes.div_ceil(1024 * 1024),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Workload = Workload {
        batch: 32,
        steps: 8192,
        hidden: 64,
        layers: 1,
        attention: 64,
    };

    #[test]
    fn an_array_of_exactly_the_limit_fits() {
        assert_eq!(fits(WORK), Ok(()));
        let longer = Workload {
            steps: 8193,
            ..WORK
        };
        let refused = fits(longer).map_err(|e| (e.what, e.mib));
        assert_eq!(refused, Err(("the LSTM's states", 129)));
    }

    #[test]
    fn upper_layers_need_gates_for_every_step() {
        let deep = Workload { layers: 2, ..WORK };
        assert_eq!(fits(deep).map_err(|e| e.mib), Err(256));
        assert_eq!(
            fits(Workload {
                steps: 4096,
                ..deep
            }),
            Ok(())
        );
    }

    #[test]
    fn sizes_that_overflow_are_too_large() {
        let huge = Workload {
            batch: usize::MAX,
            ..WORK
        };
        assert!(fits(huge).is_err());
    }
}

//! What WebGPU grants everywhere, and whether a network's work stays within it.

use crate::network::Config;

/// Invocations of a workgroup.
pub(super) const INVOCATIONS: usize = 256;
/// Bytes of memory that a workgroup shares, less those for one number beside the arrays.
pub(super) const SHARED_BYTES: usize = 16 * 1024 - 16;
/// Bytes of one array that a kernel reads or writes.
pub(super) const BINDING_BYTES: u64 = 128 * 1024 * 1024;

/// Sizes of a batch and of the network that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Sequences B.
    pub batch: usize,
    /// Steps T of the longest.
    pub steps: usize,
    /// Hidden units H.
    pub hidden: usize,
    /// LSTM layers.
    pub layers: usize,
    /// Attention dimension A.
    pub attention: usize,
}

impl Workload {
    /// So many sequences, the longest of so many steps, read by a network of these settings. Two
    /// directions count as one of twice the units: their states lie side by side.
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

/// Work that does not fit in what WebGPU grants everywhere.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{what} of {batch} sequences of {steps} steps would take {mib} MiB, and a GPU in the browser \
     grants {} MiB: use fewer or shorter sequences at once, or the CPU",
    BINDING_BYTES / (1024 * 1024)
)]
pub struct TooLarge {
    /// Which array.
    pub what: &'static str,
    /// Sequences.
    pub batch: usize,
    /// Steps of the longest.
    pub steps: usize,
    /// Its size in MiB, rounded up.
    pub mib: u64,
}

/// Whether each array that predicting or training needs for `work` fits in one binding of a GPU.
pub fn fits(work: Workload) -> Result<(), TooLarge> {
    let [batch, steps, hidden] = [work.batch, work.steps, work.hidden].map(|n| n as u64);
    let all = batch.saturating_mul(steps);
    let rows = if work.layers > 1 { 4 * hidden } else { 0 };
    let arrays = [
        ("the LSTM's states", all.saturating_mul(2 * hidden)),
        ("the gates of an upper LSTM layer", all.saturating_mul(rows)),
        (
            "the attention's features",
            // A kernel does four of them at once.
            all.saturating_mul(work.attention.next_multiple_of(4) as u64),
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
    fn what_fits_to_the_byte_is_let_through() {
        assert_eq!(fits(WORK), Ok(()));
        let longer = Workload {
            steps: 8193,
            ..WORK
        };
        let refused = fits(longer).map_err(|e| (e.what, e.mib));
        assert_eq!(refused, Err(("the LSTM's states", 129)));
    }

    #[test]
    fn upper_layers_read_a_row_for_every_step() {
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
    fn sizes_beyond_all_bounds_are_refused_too() {
        let absurd = Workload {
            batch: usize::MAX,
            ..WORK
        };
        assert!(fits(absurd).is_err());
    }
}

//! Whether a GPU agrees with the CPU, for a purpose.
//!
//! A GPU keeps the verdicts on itself; [`crate::device_choice`] reaches them.

#[cfg(feature = "webgpu")]
use super::error::DeviceError;

/// What the device is to do: decides what the self-test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Forward only.
    Predicting,
    /// Forward, backward and update.
    Training,
}

/// Whether the device can be believed.
#[cfg(feature = "webgpu")]
pub(crate) type Verdict = Result<(), Disagreement>;

/// Why a device cannot be believed.
#[cfg(feature = "webgpu")]
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Disagreement {
    /// Its numbers are others than the CPU's.
    #[error("the GPU disagreed with the CPU ({what} differ by {difference:.0e})")]
    Differs {
        /// Which numbers.
        what: &'static str,
        /// Largest difference as a share of the largest number.
        difference: f64,
    },
    /// It gave none.
    #[error("the GPU failed its self-test: {0}")]
    Failed(#[from] DeviceError),
}

//! The result of a GPU's self-test.
//!
//! A GPU keeps its results; [`crate::device_choice`] computes them.

#[cfg(feature = "webgpu")]
use super::error::DeviceError;

/// What a device is used for. It decides what the self-test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceUse {
    /// The forward pass only.
    Prediction,
    /// The forward pass, the backward pass and the update of the weights.
    Training,
}

/// Whether a GPU computes what the CPU computes.
#[cfg(feature = "webgpu")]
pub(crate) type SelfTestResult = Result<(), SelfTestError>;

/// Why a GPU did not pass its self-test.
#[cfg(feature = "webgpu")]
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum SelfTestError {
    /// Its results differ from those of the CPU.
    #[error("the GPU disagreed with the CPU ({what} differ by {difference:.0e})")]
    Differs {
        /// The kind of results.
        what: &'static str,
        /// Largest difference, relative to the largest expected number.
        difference: f64,
    },
    /// It failed before the results could be compared.
    #[error("the GPU failed its self-test: {0}")]
    Failed(#[from] DeviceError),
}

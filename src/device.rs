//! Where the numbers are worked out.

use burn::tensor::{Device, ExecutionError, Transaction};

/// The device failed while it computed or while numbers were read back from it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the device failed: {0}")]
pub struct DeviceError(String);

impl From<ExecutionError> for DeviceError {
    fn from(error: ExecutionError) -> Self {
        Self(error.to_string())
    }
}

/// Values of several tensors in one read, in the order in which they were registered: on a GPU
/// each read is a round trip.
pub(crate) async fn read(tensors: Transaction) -> Result<Vec<Vec<f32>>, DeviceError> {
    let data = tensors.execute_async().await?;
    Ok(data.iter().map(|data| data.iter().collect()).collect())
}

/// The processor of this machine.
pub fn cpu() -> Device {
    Device::flex()
}

/// What the network runs on, for a person.
pub fn describe() -> &'static str {
    if cfg!(all(target_arch = "wasm32", not(target_feature = "simd128"))) {
        "CPU"
    } else {
        "CPU · SIMD"
    }
}

//! Devices: the CPU and the GPU, how their results are read, and how they fail.
//!
//! Every read asks whether the device has reported a failure, so that wrong numbers never pass for
//! results. [`crate::device_choice`] decides which device is used.

mod error;
#[cfg(feature = "webgpu")]
pub(crate) mod gpu;
pub mod timing;
mod verdict;

use burn::tensor::{Device, Transaction};

pub use error::DeviceError;
#[cfg(feature = "webgpu")]
pub use gpu::instance_descriptor;
pub use verdict::Purpose;
#[cfg(feature = "webgpu")]
pub(crate) use verdict::{Disagreement, Verdict};

/// The processor of this machine.
pub fn cpu() -> Device {
    Device::flex()
}

/// What the network runs on where it runs on the CPU, for a person.
pub fn describe() -> &'static str {
    if cfg!(all(target_arch = "wasm32", feature = "relaxed")) {
        "CPU · SIMD, fused multiply-add"
    } else if cfg!(all(target_arch = "wasm32", not(target_feature = "simd128"))) {
        "CPU"
    } else {
        "CPU · SIMD"
    }
}

/// Whether the device has reported no failure so far. The CPU never has.
///
/// # Errors
/// What the device reported.
pub fn check(device: &Device) -> Result<(), DeviceError> {
    #[cfg(feature = "webgpu")]
    return gpu::health(device).map_or(Ok(()), |health| health.check());
    #[cfg(not(feature = "webgpu"))]
    {
        let _ = device;
        Ok(())
    }
}

/// Values of several tensors of `device` in one read, in the order in which they were registered:
/// on a GPU each read is a round trip.
///
/// # Errors
/// The read failed, or the device reported a failure before or during it.
pub(crate) async fn read(
    tensors: Transaction,
    device: &Device,
) -> Result<Vec<Vec<f32>>, DeviceError> {
    check(device)?;
    let read = tensors.execute_async().await;
    // A shader that was refused leaves what its outputs held: the report counts, not the values.
    check(device)?;
    match read {
        Ok(data) => Ok(data.iter().map(|data| data.iter().collect()).collect()),
        Err(error) => Err(fail(device, error.into())),
    }
}

/// Marks the device as failed, so that nothing more is asked of it.
fn fail(device: &Device, error: DeviceError) -> DeviceError {
    #[cfg(feature = "webgpu")]
    if let Some(health) = gpu::health(device) {
        health.fail(error.clone());
    }
    #[cfg(not(feature = "webgpu"))]
    let _ = device;
    error
}

/// The GPU behind a device chosen here, for those who compute on it beside us; none on the CPU.
#[cfg(feature = "webgpu")]
pub fn wgpu_device(device: &Device) -> Option<wgpu::Device> {
    gpu::find(device).map(|gpu| gpu.handle)
}

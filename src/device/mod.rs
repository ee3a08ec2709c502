//! Devices: the CPU and the GPU, reading results from them, and their failures.
//!
//! Every read checks whether the device has reported a failure, so that wrong numbers are never
//! taken for results. [`crate::device_choice`] decides which device is used.

mod error;
#[cfg(feature = "webgpu")]
pub(crate) mod gpu;
mod layout;
mod self_test_result;
pub mod timing;

use burn::tensor::{Device, Transaction};

pub use error::DeviceError;
#[cfg(feature = "webgpu")]
pub use gpu::{instance_descriptor, shader_features};
pub use layout::Layout;
pub use self_test_result::DeviceUse;
#[cfg(feature = "webgpu")]
pub(crate) use self_test_result::{SelfTestError, SelfTestResult};

/// The CPU of this machine.
pub fn cpu() -> Device {
    Device::flex()
}

/// Names the vector instructions that the network uses on the CPU, for display. Empty if none.
pub fn describe() -> &'static str {
    if cfg!(all(target_arch = "wasm32", feature = "relaxed")) {
        "SIMD, fused multiply-add"
    } else if cfg!(all(target_arch = "wasm32", not(target_feature = "simd128"))) {
        ""
    } else {
        "SIMD"
    }
}

/// Checks that the device has not reported a failure so far. The CPU never does.
///
/// # Errors
/// The failure that the device reported.
pub fn check(device: &Device) -> Result<(), DeviceError> {
    #[cfg(feature = "webgpu")]
    return gpu::health(device).map_or(Ok(()), |health| health.check());
    #[cfg(not(feature = "webgpu"))]
    {
        let _ = device;
        Ok(())
    }
}

/// The layout that was chosen for networks on this device; `None` for the default, and on the CPU.
/// A network reads it once, when it is loaded, and keeps it.
pub(crate) fn chosen_layout(device: &Device) -> Option<Layout> {
    #[cfg(feature = "webgpu")]
    return gpu::find(device).and_then(|gpu| gpu.layout());
    #[cfg(not(feature = "webgpu"))]
    {
        let _ = device;
        None
    }
}

/// Reads several tensors of `device` at once, because each read from a GPU is a round trip.
/// Returns their values in the order in which they were registered.
///
/// # Errors
/// The read failed, or the device reported a failure before or during it.
pub(crate) async fn read(
    tensors: Transaction,
    device: &Device,
) -> Result<Vec<Vec<f32>>, DeviceError> {
    check(device)?;
    let read = tensors.execute_async().await;
    // If the GPU refused a shader, its outputs keep their old content and the read succeeds.
    check(device)?;
    match read {
        Ok(data) => Ok(data.iter().map(|data| data.iter().collect()).collect()),
        Err(error) => Err(fail(device, error.into())),
    }
}

/// Marks the device as failed, so that it is not used again.
fn fail(device: &Device, error: DeviceError) -> DeviceError {
    #[cfg(feature = "webgpu")]
    if let Some(health) = gpu::health(device) {
        health.fail(error.clone());
    }
    #[cfg(not(feature = "webgpu"))]
    let _ = device;
    error
}

/// The WebGPU handle of a GPU that was opened here, for other code that computes on it; `None` for
/// the CPU.
#[cfg(feature = "webgpu")]
pub fn wgpu_device(device: &Device) -> Option<wgpu::Device> {
    gpu::find(device).map(|gpu| gpu.handle)
}

//! Where the numbers are worked out: on the CPU, or on a GPU found, tested, timed and watched.
//!
//! [`choose`] asks, in this order: is there an adapter; is it a GPU and not software that plays
//! one; does it open; does it agree with the CPU (the self-test); is it faster for the work at
//! hand ([`calibration`]), each way to share out the scan being tried. The first "no" means the CPU, with that reason in words. Afterwards
//! every read-back asks whether the device has reported a failure, so that wrong numbers never
//! pass for results.

#[cfg(feature = "webgpu")]
mod adapter;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod browser;
pub mod calibration;
mod choice;
mod error;
#[cfg(feature = "webgpu")]
mod health;
#[cfg(feature = "webgpu")]
mod self_test;

use burn::tensor::{Device, Transaction};

#[cfg(feature = "webgpu")]
pub use adapter::instance_descriptor;
pub use choice::{Chosen, Kind, Purpose, Wanted, Yardstick, choose};
pub use error::DeviceError;

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
    return adapter::health(device).map_or(Ok(()), |health| health.check());
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
    if let Some(health) = adapter::health(device) {
        health.fail(error.clone());
    }
    #[cfg(not(feature = "webgpu"))]
    let _ = device;
    error
}

/// The GPU behind a device chosen here, for those who compute on it beside us; none on the CPU.
#[cfg(feature = "webgpu")]
pub fn wgpu_device(device: &Device) -> Option<wgpu::Device> {
    adapter::find(device).map(|gpu| gpu.handle)
}

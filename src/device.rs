//! Where the numbers are worked out.

use burn::tensor::Device;

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

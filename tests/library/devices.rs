//! The devices on which this program runs the tests of the network.

use burn::tensor::Device;

/// The CPU. The program in `tests/gpu` runs the same tests on a GPU.
pub(crate) fn devices() -> Vec<Device> {
    vec![rmlocnet::device::cpu()]
}

/// Does nothing: the CPU reports every error at once.
pub(crate) fn assert_no_device_errors() {}

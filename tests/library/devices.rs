//! The devices that the network's tests run on in this program.

use burn::tensor::Device;

/// The CPU. The tests in `tests/gpu` run the same tests of the network on a GPU.
pub(crate) fn devices() -> Vec<Device> {
    vec![rmlocnet::device::cpu()]
}

/// Nothing to do on the CPU: it reports every error at once.
pub(crate) fn assert_no_device_errors() {}

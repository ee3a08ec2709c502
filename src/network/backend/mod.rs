//! Arrays for the two backends: tensors on the CPU, and arguments of kernels on a GPU.

#[cfg(feature = "webgpu")]
pub(super) mod cube;
pub(super) mod flex;

//! Arrays as the two backends take them: tensors on the CPU, and arguments of kernels on a GPU.

#[cfg(feature = "webgpu")]
pub(super) mod cube;
pub(super) mod flex;

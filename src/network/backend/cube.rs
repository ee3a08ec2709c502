//! Arrays as the GPU kernels take them, and the sizes of launches.

use burn::backend::tensor::IntTensor;
use burn::backend::{Cube, TensorMetadata, ops::IntTensorOps};
use burn::tensor::{DType, Shape, TensorData};
use burn_cubecl::CubeDevice;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Invocations of a workgroup if every number is a separate task.
pub(in crate::network) const FLAT: u32 = 128;
/// Workgroups of a launch in one direction that every WebGPU device allows.
const WORKGROUPS: u64 = 65_535;

/// An array as an argument of a kernel.
pub(in crate::network) fn argument(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}

/// An uninitialised array on the device of another one.
pub(in crate::network) fn empty(like: &CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    let shape = shape.into();
    let handle = like.client.empty(shape.num_elements() * size_of::<f32>());
    let (client, device) = (like.client.clone(), like.device());
    CubeTensor::new_contiguous(client, device, shape, handle, DType::F32)
}

/// Integers as an array on a device.
pub(in crate::network) fn upload(numbers: &[u32], device: &CubeDevice) -> IntTensor<Cube> {
    let size = numbers.len();
    Cube::int_from_data(TensorData::new(numbers.to_vec(), [size]), device)
}

/// The number of workgroups for tasks of one invocation each.
pub(in crate::network) fn flat(tasks: usize) -> CubeCount {
    let groups = tasks.div_ceil(FLAT as usize) as u64;
    let lines = groups.div_ceil(WORKGROUPS).max(1);
    CubeCount::Static(groups.div_ceil(lines) as u32, lines as u32, 1)
}

//! Tensors on a device, made from the weights of a network.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

use super::tensors::Weights;

/// The tensor of that name, which the weights have.
pub(super) fn tensor<const D: usize>(weights: &Weights, name: &str, device: &Device) -> Tensor<D> {
    Tensor::from_data(data(weights, name), device)
}

/// The tensor of that name as a parameter that can be trained.
pub(super) fn param<const D: usize>(
    weights: &Weights,
    name: &str,
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_data(data(weights, name), device)
}

fn data(weights: &Weights, name: &str) -> TensorData {
    let array = &weights[name];
    TensorData::new(array.values.clone(), array.shape.clone())
}

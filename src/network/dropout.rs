//! Seeded dropout masks (equation 20). They are drawn on the CPU from one stream of random numbers,
//! so a run is the same on every device.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The random number generator of a training. `None` instead of it means no dropout: prediction.
pub type Rng = ChaCha8Rng;

/// A mask of the given shape: 0 with probability `p`, otherwise 1 / (1 - p). `None` if nothing is
/// dropped.
pub fn mask<const D: usize>(
    rng: Option<&mut Rng>,
    shape: [usize; D],
    p: f64,
    device: &Device,
) -> Option<Tensor<D>> {
    let rng = rng.filter(|_| p > 0.0)?;
    let kept = 1.0 / (1.0 - p) as f32;
    let size = shape.iter().product();
    let values: Vec<f32> = (0..size)
        .map(|_| {
            if f64::from(rng.random::<f32>()) < p {
                0.0
            } else {
                kept
            }
        })
        .collect();
    Some(Tensor::from_data(TensorData::new(values, shape), device))
}

/// `tensor` with dropout.
pub fn apply<const D: usize>(tensor: Tensor<D>, rng: Option<&mut Rng>, p: f64) -> Tensor<D> {
    match mask(rng, tensor.dims(), p, &tensor.device()) {
        Some(mask) => tensor * mask,
        None => tensor,
    }
}

//! Attention gives the same results on every device, as one operation and as burn's operations.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::network::attention::Attention;

use crate::devices::{assert_no_device_errors, devices};

/// B, T, H, A and heads: one step, attention units that do not fill a group of four, several heads.
const SIZES: [[usize; 5]; 6] = [
    [1, 1, 1, 1, 1],
    [3, 7, 5, 3, 1],
    [2, 9, 8, 16, 4],
    [5, 11, 33, 50, 2],
    [1, 301, 6, 7, 3],
    [2, 64, 200, 50, 1],
];

/// The weights, then the features, on a device. The numbers come from the seed alone.
fn predict_with_attention(
    [batch, steps, hidden, inner, heads]: [usize; 5],
    device: &Device,
) -> [Vec<f32>; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(steps as u64);
    let mut draw =
        |size: usize| -> Vec<f32> { (0..size).map(|_| rng.random_range(-1.0f32..1.0)).collect() };
    let states = TensorData::new(draw(batch * steps * 2 * hidden), [batch, steps, 2 * hidden]);
    let mut param = |rows: usize, width: usize| {
        let data = TensorData::new(draw(rows * width), [rows, width]);
        Param::<Tensor<2>>::from_data(data, device)
    };
    let attention = Attention {
        w1: param(inner, 2 * hidden),
        w2: param(inner, hidden),
        v: param(heads, inner),
    };
    // Sequences of different lengths; the second one has padding before it.
    let hidden_away = |n: usize| {
        let (b, t) = (n / steps, n % steps);
        steps > 2 && (t + b >= steps || (b == 1 && t == 0))
    };
    let masked: Vec<bool> = (0..batch * steps).map(hidden_away).collect();
    let masked = Tensor::from_data(TensorData::new(masked, [batch, steps]), device);
    let attended = attention.forward(Tensor::from_data(states, device), masked);
    let numbers = |tensor: Tensor<3>| tensor.into_data().iter::<f32>().collect();
    [numbers(attended.weights), numbers(attended.features)]
}

#[test]
fn every_device_gives_the_same_with_and_without_gradients() {
    let cpu = rmlocnet::device::cpu();
    for sizes in SIZES {
        let expected = predict_with_attention(sizes, &cpu);
        let others = devices()
            .into_iter()
            .flat_map(|d| [d.clone(), d.autodiff()]);
        for device in others.filter(|device| *device != cpu) {
            for (found, expected) in predict_with_attention(sizes, &device).iter().zip(&expected) {
                assert_eq!(found.len(), expected.len());
                for (n, (a, b)) in found.iter().zip(expected).enumerate() {
                    assert!(
                        (a - b).abs() < 2e-5,
                        "{sizes:?}, {device:?}, {n}: {a} is not {b}"
                    );
                }
            }
        }
    }
    assert_no_device_errors();
}

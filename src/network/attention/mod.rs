//! Attention over the LSTM's steps (section 2.2.3, equations 12-14).

mod backward;
#[cfg(feature = "webgpu")]
mod gpu;
mod op;
mod piece;
mod simd;

use burn::backend::Dispatch;
use burn::module::{Module, Param};
use burn::tensor::{Bool, Tensor, activation};

use crate::device;
use op::AttentionBackend;

/// The attention layer, with the weights of equation 12:
/// `a_t = v · tanh(W1 · [h_{t-1}; c_{t-1}] + W2 · h_t)`, without biases, as in the paper. The
/// paper's x_t is the LSTM's output at step t, and the state "within the LSTM cell" is the previous
/// one.
#[derive(Module, Debug)]
pub struct Attention {
    /// W1, [A, 2H].
    pub w1: Param<Tensor<2>>,
    /// W2, [A, H].
    pub w2: Param<Tensor<2>>,
    /// v, [heads, A]: one row for all compartments or one for each.
    pub v: Param<Tensor<2>>,
}

/// The result of attention: the weights, and the weighted sums.
#[derive(Debug)]
pub struct PooledContext {
    /// β, [B, heads, T]; each row sums to 1, masked steps are 0 (equation 13).
    pub weights: Tensor<3>,
    /// `Σ_t β_t · h_t`, [B, heads, H] (equation 14).
    pub features: Tensor<3>,
}

/// The score of a masked step: far below all others, but finite.
const MASKED: f32 = -1e30;

impl Attention {
    /// Applies attention. `states` [B, T, 2H] is h, then c. `masked` [B, T] is true if a step is
    /// padding or past the end of the sequence. Every sequence must have a step that is not masked.
    pub fn forward(&self, states: Tensor<3>, masked: Tensor<2, Bool>) -> PooledContext {
        if states.device() == device::cpu() {
            return self.fused(states, masked);
        }
        #[cfg(feature = "webgpu")]
        if !states.device().is_autodiff() {
            let (w1, w2, v) = (self.w1.val(), self.w2.val(), self.v.val());
            let scores = gpu::scores(states.clone(), w1, w2, v);
            return pool(scores, states, masked);
        }
        self.step_by_step(states, masked)
    }

    /// The fused operation on the CPU.
    fn fused(&self, states: Tensor<3>, masked: Tensor<2, Bool>) -> PooledContext {
        let [batch, steps, width] = states.dims();
        let (hidden, heads) = (width / 2, self.v.dims()[0]);
        let attended: Tensor<3> = Tensor::from_dispatch(<Dispatch as AttentionBackend>::attend(
            states.into_dispatch(),
            self.w1.val().into_dispatch(),
            self.w2.val().into_dispatch(),
            self.v.val().into_dispatch(),
            masked.into_dispatch(),
        ));
        PooledContext {
            weights: attended.clone().slice([0..batch, 0..heads, 0..steps]),
            features: attended.slice([0..batch, 0..heads, steps..steps + hidden]),
        }
    }

    /// burn's own operations, for all devices; [`Self::fused`] is tested against them.
    fn step_by_step(&self, states: Tensor<3>, masked: Tensor<2, Bool>) -> PooledContext {
        let [batch, steps, width] = states.dims();
        let (hidden, heads) = (width / 2, self.v.dims()[0]);
        let outputs = states.clone().slice([0..batch, 0..steps, 0..hidden]);
        let zeros = Tensor::zeros([batch, 1, width], &states.device());
        let before = match steps {
            1 => zeros,
            _ => Tensor::cat(
                vec![zeros, states.clone().slice([0..batch, 0..steps - 1])],
                1,
            ),
        };
        let rows = batch * steps;
        let inner = before
            .reshape([rows, width])
            .matmul(self.w1.val().transpose())
            + outputs
                .reshape([rows, hidden])
                .matmul(self.w2.val().transpose());
        let scores = inner.tanh().matmul(self.v.val().transpose());
        let scores = scores.reshape([batch, steps, heads]).swap_dims(1, 2);
        pool(scores, states, masked)
    }
}

/// Weights and weighted sums of `states` [B, T, 2H] from scores [B, heads, T] (equations 13, 14).
fn pool(scores: Tensor<3>, states: Tensor<3>, masked: Tensor<2, Bool>) -> PooledContext {
    let [batch, heads, steps] = scores.dims();
    let hidden = states.dims()[2] / 2;
    let outputs = states.slice([0..batch, 0..steps, 0..hidden]);
    let masked = masked.unsqueeze_dim::<3>(1).expand([batch, heads, steps]);
    let weights = activation::softmax(scores.mask_fill(masked, MASKED), 2);
    let features = weights.clone().matmul(outputs);
    PooledContext { weights, features }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// One unit and two steps of equations 12 to 14, computed by hand.
    #[test]
    fn two_steps_match_values_by_hand() {
        let device = device::cpu();
        let attention = Attention {
            w1: Param::from_data([[0.5f32, -1.0]], &device),
            w2: Param::from_data([[2.0f32]], &device),
            v: Param::from_data([[1.5f32]], &device),
        };
        let states = Tensor::from_data([[[0.2f32, 0.4], [-0.6, 0.1]]], &device);
        let masked = Tensor::from_data(TensorData::new(vec![false, false], [1, 2]), &device);
        let attended = attention.forward(states, masked);
        let a0 = 1.5 * (2.0f32 * 0.2).tanh();
        let a1 = 1.5 * (0.5f32 * 0.2 - 0.4 + 2.0 * -0.6).tanh();
        let b0 = a0.exp() / (a0.exp() + a1.exp());
        let weights: Vec<f32> = attended.weights.into_data().iter::<f32>().collect();
        assert!((weights[0] - b0).abs() < 1e-6 && (weights[1] - (1.0 - b0)).abs() < 1e-6);
        let feature: f32 = attended.features.into_scalar();
        assert!((feature - (b0 * 0.2 - (1.0 - b0) * 0.6)).abs() < 1e-6);
    }

    #[test]
    fn masked_steps_get_no_weight() {
        let device = device::cpu();
        let attention = Attention {
            w1: Param::from_data([[0.1f32, 0.1]], &device),
            w2: Param::from_data([[1.0f32]], &device),
            v: Param::from_data([[1.0f32], [-1.0]], &device),
        };
        let states = Tensor::ones([1, 3, 2], &device);
        let masked = Tensor::from_data(TensorData::new(vec![true, false, false], [1, 3]), &device);
        let weights: Vec<f32> = attention
            .forward(states, masked)
            .weights
            .into_data()
            .iter::<f32>()
            .collect();
        assert_eq!((weights[0], weights[3]), (0.0, 0.0));
        assert!((weights[1] + weights[2] - 1.0).abs() < 1e-6);
    }

    fn random<const D: usize>(
        rng: &mut ChaCha8Rng,
        shape: [usize; D],
        device: &Device,
    ) -> Tensor<D> {
        let size = shape.iter().product();
        let values: Vec<f32> = (0..size).map(|_| rng.random::<f32>() * 2.0 - 1.0).collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// The results, then the gradients of the states, W1, W2 and v, if both results have gradients.
    fn everything(
        attention: &Attention,
        states: &Tensor<3>,
        attended: PooledContext,
        weigh: [Tensor<3>; 2],
    ) -> Vec<Vec<f32>> {
        let values = |tensor: Tensor<1>| tensor.into_data().iter::<f32>().collect();
        let mut all: Vec<Vec<f32>> = vec![
            values(attended.weights.clone().flatten(0, 2)),
            values(attended.features.clone().flatten(0, 2)),
        ];
        let [weights, features] = weigh;
        let loss = (attended.weights * weights).sum() + (attended.features * features).sum();
        let grads = loss.backward();
        all.extend(states.grad(&grads).map(|d| values(d.flatten(0, 2))));
        for weight in [&attention.w1, &attention.w2, &attention.v] {
            all.extend(weight.val().grad(&grads).map(|d| values(d.flatten(0, 1))));
        }
        all
    }

    /// Units that do not fill a vector, one head and several, padding before and after, one step,
    /// and more steps than a piece has.
    #[test]
    fn the_fused_operation_agrees_with_burns_operations() {
        let device = device::cpu().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for (batch, steps, hidden, inner, heads) in [
            (1, 1, 1, 1, 1),
            (3, 7, 5, 3, 1),
            (2, 9, 8, 16, 4),
            (5, 11, 33, 20, 2),
            (3, 200, 6, 7, 3),
        ] {
            let masked: Vec<bool> = (0..batch * steps)
                .map(|n| n % steps < n / steps / 2 || n % steps + n / steps > steps)
                .collect();
            let masked = Tensor::from_data(TensorData::new(masked, [batch, steps]), &device);
            let mut new = |shape| Param::from_tensor(random(&mut rng, shape, &device));
            let attention = Attention {
                w1: new([inner, 2 * hidden]),
                w2: new([inner, hidden]),
                v: new([heads, inner]),
            };
            let states = random(&mut rng, [batch, steps, 2 * hidden], &device).require_grad();
            let weigh = [
                random(&mut rng, [batch, heads, steps], &device),
                random(&mut rng, [batch, heads, hidden], &device),
            ];
            let ours = attention.fused(states.clone(), masked.clone());
            let ours = everything(&attention, &states, ours, weigh.clone());
            let burns = attention.step_by_step(states.clone(), masked);
            let burns = everything(&attention, &states, burns, weigh);
            assert_eq!((ours.len(), burns.len()), (6, 6));
            for (what, (ours, burns)) in ours.iter().zip(&burns).enumerate() {
                assert_eq!(ours.len(), burns.len());
                for (n, (a, b)) in ours.iter().zip(burns).enumerate() {
                    let allowed = 1e-5 * b.abs().max(1.0);
                    assert!(
                        (a - b).abs() < allowed,
                        "{what}, element {n}: {a} is not {b}"
                    );
                }
            }
        }
    }
}

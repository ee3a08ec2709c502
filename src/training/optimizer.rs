//! AdamW with one bound on all gradients together (equation 21).

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

use crate::network::{Config, Network};

/// The update rule of one training.
pub struct Optimizer {
    adamw: ModuleOptimizer,
    clip: f64,
}

impl Optimizer {
    /// AdamW as PyTorch sets it up (β 0.9 and 0.999, ε 1e-8), with the settings' weight decay.
    pub fn new(config: &Config) -> Self {
        let adamw = AdamWConfig::new()
            .with_epsilon(1e-8)
            .with_weight_decay(config.weight_decay as f32)
            .init();
        Self {
            adamw,
            clip: config.gradient_clip,
        }
    }

    /// Moves the network against the gradient of `loss` at the given learning rate.
    pub fn step(&mut self, rate: f64, network: Network, loss: &Tensor<1>) -> Network {
        let mut gradients = GradientsParams::from_grads(loss.backward(), &network);
        if self.clip > 0.0 {
            clip(&network, &mut gradients, self.clip);
        }
        self.adamw.step(rate, network, gradients)
    }
}

/// Scales all gradients so that their common norm is at most `most`. The norm stays on the device.
fn clip(network: &Network, gradients: &mut GradientsParams, most: f64) {
    let mut squares = Squares {
        gradients,
        sum: None,
    };
    network.visit(&mut squares);
    if let Some(sum) = squares.sum {
        // Never more than 1: gradients below the bound stay as they are.
        let factor = sum.sqrt().clamp_min(most).recip() * most;
        network.visit(&mut Scale { gradients, factor });
    }
}

struct Squares<'a> {
    gradients: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let squares = gradient.square().sum();
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + squares,
                None => squares,
            });
        }
    }
}

struct Scale<'a> {
    gradients: &'a mut GradientsParams,
    factor: Tensor<1>,
}

impl ModuleVisitor for Scale<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            let factor = self.factor.clone().reshape([1; D]);
            self.gradients.register::<D>(param.id, gradient * factor);
        }
    }
}

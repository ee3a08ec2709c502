//! AdamW with a limit on the norm of all gradients (equation 21).
//!
//! All weights are updated as one long vector. The update is the same for each of them, and a GPU
//! receives about 15 commands in total instead of 15 for every tensor.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::optim::{
    AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, GradientsParams, Optimizer as _,
};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::device::{self, DeviceError};
use crate::network::{Config, Network};

/// The optimizer of one training.
pub struct Optimizer {
    adamw: AdamW,
    clip: f64,
    state: Option<AdamWState<1>>,
}

/// The running means of AdamW, independent of the device. The numbers of all weights follow one
/// another in the order of the network's fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// The number of updates so far.
    pub updates: usize,
    /// The running mean of the gradients; empty before the first update.
    pub first: Vec<f32>,
    /// The running mean of their squares.
    pub second: Vec<f32>,
}

impl Optimizer {
    /// AdamW as PyTorch configures it (β 0.9 and 0.999, ε 1e-8), with the weight decay of the
    /// settings.
    pub fn new(config: &Config) -> Self {
        let adamw = AdamWConfig::new()
            .with_epsilon(1e-8)
            .with_weight_decay(config.weight_decay as f32)
            .build();
        Self {
            adamw,
            clip: config.gradient_clip,
            state: None,
        }
    }

    /// Continues with the running means of another optimizer, on the given plain device.
    pub fn resume(config: &Config, moments: &Moments, device: &Device) -> Self {
        let tensor = |values: &Vec<f32>| {
            let data = TensorData::new(values.clone(), [values.len()]);
            Tensor::<1>::from_data(data, device)
        };
        let state = (moments.updates > 0).then(|| {
            let (first, second) = (tensor(&moments.first), tensor(&moments.second));
            AdamWState::new(AdaptiveMomentumState::new(moments.updates, first, second))
        });
        Self {
            state,
            ..Self::new(config)
        }
    }

    /// Updates the network along the gradient of `loss`, at the given learning rate.
    pub fn step(&mut self, rate: f64, network: Network, loss: &Tensor<1>) -> Network {
        let mut flat = FlattenParams {
            by_parameter: GradientsParams::from_grads(loss.backward(), &network),
            ids: Vec::new(),
            weights: Vec::new(),
            gradients: Vec::new(),
        };
        network.visit(&mut flat);
        if flat.weights.is_empty() {
            return network;
        }
        let gradients = clip_global_norm(Tensor::cat(flat.gradients, 0), self.clip);
        let weights = Tensor::cat(flat.weights, 0);
        let (moved, state) = self.adamw.step(rate, weights, gradients, self.state.take());
        self.state = state;
        let ids = flat.ids;
        network.map(&mut UnflattenParams { ids, moved, at: 0 })
    }

    /// The running means, read back from the device.
    ///
    /// # Errors
    /// The device failed.
    pub async fn moments(&self) -> Result<Moments, DeviceError> {
        let Some(AdamWState { momentum }) = self.state.clone() else {
            return Ok(Moments::default());
        };
        let device = momentum.moment_1.device();
        let read = Transaction::default()
            .register(momentum.moment_1)
            .register(momentum.moment_2);
        let mut lists = device::read(read, &device).await?.into_iter();
        Ok(Moments {
            updates: momentum.time,
            first: lists.next().unwrap_or_default(),
            second: lists.next().unwrap_or_default(),
        })
    }
}

/// Scales the gradients so that their norm is at most `most`; 0 means no limit. The norm stays on
/// the device.
fn clip_global_norm(gradients: Tensor<1>, most: f64) -> Tensor<1> {
    if most <= 0.0 {
        return gradients;
    }
    let norm = gradients.clone().square().sum().sqrt();
    // The factor is at most 1, so gradients within the limit are not changed.
    gradients * (norm.clamp_min(most).recip() * most)
}

/// All weights and their gradients, each as a list of vectors.
struct FlattenParams {
    by_parameter: GradientsParams,
    ids: Vec<ParamId>,
    weights: Vec<Tensor<1>>,
    gradients: Vec<Tensor<1>>,
}

impl ModuleVisitor for FlattenParams {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradients) = self.by_parameter.remove::<D>(param.id) {
            let weights = param.val().inner();
            let size = weights.shape().num_elements();
            self.ids.push(param.id);
            self.weights.push(weights.reshape([size]));
            self.gradients.push(gradients.reshape([size]));
        }
    }
}

/// Divides the updated vector into the tensors of the network again.
struct UnflattenParams {
    ids: Vec<ParamId>,
    moved: Tensor<1>,
    at: usize,
}

impl ModuleMapper for UnflattenParams {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !self.ids.contains(&param.id) {
            return param;
        }
        let (id, old, mapper) = param.consume();
        let (from, shape) = (self.at, old.shape());
        self.at += shape.num_elements();
        let new = self.moved.clone().slice(from..self.at).reshape(shape);
        Param::from_mapped_value(id, Tensor::from_inner(new).require_grad(), mapper)
    }
}

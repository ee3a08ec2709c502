//! The complete EL-RMLocNet network (section 2.2, Fig. 3): embedding, LSTM layers, attention,
//! normalisation, dropout and dense layer.

use burn::module::{Module, Param, RunningState};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor, Transaction};

use super::attention::{Attention, PooledContext};
use super::batch::Batch;
use super::config::{Config, Pooling, Recurrence};
use super::dropout::{self, Rng};
use super::joined::JoinedLayer;
use super::lstm::SequenceLayout;
#[cfg(feature = "webgpu")]
use super::lstm::gpu::{Workload, fits};
use super::parameters::{param, tensor};
use super::recurrence::{self, InputProjection, LstmLayer};
use super::tensors::{Array, Weights, names, tensor_shapes};
use super::weights_error::{WeightsError, check};
use super::{embedding, pooling};
use crate::device::{self, DeviceError, Layout};

/// The whole network.
#[derive(Module, Debug)]
pub struct Network {
    /// The k-mer vectors, [4^k + 2, d].
    pub embedding: Param<Tensor<2>>,
    /// The vectors of each smaller k.
    pub smaller: Vec<Param<Tensor<2>>>,
    /// The LSTM layers, first to last.
    pub layers: Vec<LstmLayer>,
    /// The LSTM layers that read from end to start; empty for one direction.
    pub reverse: Vec<LstmLayer>,
    /// The attention layer; `None` in ablations.
    pub attention: Option<Attention>,
    /// Normalisation of the attended features (equations 15-19), [heads · S].
    pub normalization: BatchNorm,
    /// The weights of the dense layer, [C, S], followed by those of the joined features.
    pub dense_weight: Param<Tensor<2>>,
    /// The bias of the dense layer, `[C]`.
    pub dense_bias: Param<Tensor<1>>,
    /// What precedes the dense layer for the joined features; `None` if none are joined.
    pub joined: Option<JoinedLayer>,
    #[module(skip)]
    config: Config,
    /// How the scans of this network are divided on a GPU; `None` for the default.
    #[module(skip)]
    gpu_layout: Option<Layout>,
}

/// Receives the tensors of a network with their names.
pub trait TensorVisitor {
    /// Receives one tensor.
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>);
}

/// The output of the network for a batch.
#[derive(Debug)]
pub struct Output {
    /// The scores of every compartment before softmax or sigmoid, [B, C].
    pub logits: Tensor<2>,
    /// The attention weights, [B, heads, T].
    pub attention: Tensor<3>,
}

impl Network {
    /// Builds the network from its tensors: for training on an autodiff device, else for
    /// prediction.
    pub fn from_weights(
        config: &Config,
        compartments: usize,
        weights: &Weights,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        for (name, wanted) in tensor_shapes(config, compartments) {
            check(weights, name, wanted)?;
        }
        let features = config.heads(compartments) * config.state_width();
        let attention = (config.pooling == Pooling::Attention).then(|| Attention {
            w1: param(weights, names::W1, device),
            w2: param(weights, names::W2, device),
            v: param(weights, names::V, device),
        });
        let smaller = config.smaller_k();
        let mut directions = config
            .directions()
            .iter()
            .map(|direction| layers(config, direction, weights, device));
        Ok(Self {
            embedding: param(weights, names::EMBEDDING, device),
            smaller: smaller
                .map(|k| param(weights, &names::smaller_embedding(k), device))
                .collect(),
            layers: directions.next().unwrap_or_default(),
            reverse: directions.next().unwrap_or_default(),
            attention,
            normalization: normalization(features, weights, device),
            dense_weight: param(weights, names::DENSE_WEIGHT, device),
            dense_bias: param(weights, names::DENSE_BIAS, device),
            joined: JoinedLayer::from_weights(config, weights, device),
            config: config.clone(),
            gpu_layout: device::chosen_layout(device),
        })
    }

    /// Shows every trained tensor to a visitor.
    pub fn visit_parameters(&self, visitor: &mut impl TensorVisitor) {
        visitor.visit(names::EMBEDDING, self.embedding.val());
        for (k, vectors) in self.config.smaller_k().zip(&self.smaller) {
            visitor.visit(&names::smaller_embedding(k), vectors.val());
        }
        let directions = [&self.layers, &self.reverse];
        for (direction, layers) in names::DIRECTIONS.into_iter().zip(directions) {
            for (n, layer) in layers.iter().enumerate() {
                let names = names::lstm_layer(n, direction);
                visitor.visit(&names.weight_ih, layer.weight_ih.val());
                visitor.visit(&names.weight_hh, layer.weight_hh.val());
                visitor.visit(&names.bias_ih, layer.bias_ih.val());
                visitor.visit(&names.bias_hh, layer.bias_hh.val());
            }
        }
        if let Some(attention) = &self.attention {
            visitor.visit(names::W1, attention.w1.val());
            visitor.visit(names::W2, attention.w2.val());
            visitor.visit(names::V, attention.v.val());
        }
        visitor.visit(names::GAMMA, self.normalization.gamma.val());
        visitor.visit(names::BETA, self.normalization.beta.val());
        visitor.visit(names::DENSE_WEIGHT, self.dense_weight.val());
        visitor.visit(names::DENSE_BIAS, self.dense_bias.val());
        if let Some(hidden) = self
            .joined
            .as_ref()
            .and_then(|joined| joined.hidden.as_ref())
        {
            visitor.visit(names::JOINED_WEIGHT, hidden.weight.val());
            visitor.visit(names::JOINED_BIAS, hidden.bias.val());
        }
    }

    /// All tensors by name, read back from the device together.
    ///
    /// # Errors
    /// The device failed.
    pub async fn weights(&self) -> Result<Weights, DeviceError> {
        let mut tensors = Tensors::default();
        self.visit_parameters(&mut tensors);
        let (mean, variance) = (
            &self.normalization.running_mean,
            &self.normalization.running_var,
        );
        tensors.visit(names::RUNNING_MEAN, mean.value_sync());
        tensors.visit(names::RUNNING_VAR, variance.value_sync());
        let mut weights = tensors.read(&self.embedding.val().device()).await?;
        if let Some(joined) = &self.joined {
            weights.extend(joined.statistics());
        }
        Ok(weights)
    }

    /// Length of the state of one step on every layer: h and c of all directions.
    pub(super) fn numbers_per_step(&self) -> usize {
        2 * self.config.state_width()
    }

    /// Checks that a batch of RNAs with at most `steps` steps fits on the device. On the CPU,
    /// memory is the only limit.
    ///
    /// # Errors
    /// [`DeviceError::TooLarge`].
    pub fn fits(&self, batch: usize, steps: usize, device: &Device) -> Result<(), DeviceError> {
        #[cfg(feature = "webgpu")]
        if *device != device::cpu() {
            let work = Workload::new(&self.config, batch, steps);
            return fits(work).map_err(|error| DeviceError::TooLarge(error.to_string()));
        }
        let _ = (batch, steps, device);
        Ok(())
    }

    /// Runs a batch. With `rng`, dropout is active (training); without it, it is not (prediction).
    /// Batch statistics are used on an autodiff device, running statistics on others.
    pub fn forward(&self, batch: &Batch, mut rng: Option<&mut Rng>) -> Output {
        let states = self.states(batch, rng.as_deref_mut());
        self.output(states, batch, rng)
    }

    /// The rest of the network, from the states of the top layer, [B, T, 2S].
    pub(super) fn output(
        &self,
        states: Tensor<3>,
        batch: &Batch,
        mut rng: Option<&mut Rng>,
    ) -> Output {
        let attended = self.pool(states, batch);
        let [rows, heads, width] = attended.features.dims();
        let features = self
            .normalization
            .forward(attended.features.reshape([rows, heads * width]));
        let features = dropout::apply(features, rng.as_deref_mut(), self.config.dropout);
        let scores = self.dense(features.reshape([rows, heads, width]));
        Output {
            logits: match self.joined(batch, rng) {
                Some(joined) => scores + joined,
                None => scores,
            },
            attention: attended.weights,
        }
    }

    /// The pooled features of each RNA before normalisation, [B, heads · S], without dropout.
    pub fn gathered(&self, batch: &Batch) -> Tensor<2> {
        let attended = self.pool(self.states(batch, None), batch);
        let [rows, heads, width] = attended.features.dims();
        attended.features.reshape([rows, heads * width])
    }

    /// The same network with other running statistics, each `[heads · S]`.
    pub fn with_statistics(mut self, mean: Tensor<1>, variance: Tensor<1>) -> Self {
        self.normalization.running_mean = RunningState::new(mean);
        self.normalization.running_var = RunningState::new(variance);
        self
    }

    /// The states h and c of the top layer at every step, [B, T, 2S].
    pub fn states(&self, batch: &Batch, mut rng: Option<&mut Rng>) -> Tensor<3> {
        let projection = InputProjection::new(self.vectors(rng.as_deref_mut()));
        self.states_from(&projection, &batch.steps, rng)
    }

    /// The same, with a given input projection.
    pub(super) fn states_from(
        &self,
        projection: &InputProjection,
        steps: &SequenceLayout,
        rng: Option<&mut Rng>,
    ) -> Tensor<3> {
        let layers = [&self.layers[..], &self.reverse];
        let steps = steps.clone().with_gpu_layout(self.gpu_layout);
        recurrence::states(layers, projection, &steps, rng, self.config.weight_dropout)
    }

    /// The input projection of the present weights.
    pub(super) fn input_projection(&self) -> InputProjection {
        InputProjection::precomputed([&self.layers, &self.reverse], self.vectors(None))
    }

    /// The k-mer vectors, summed over all k, [4^k + 2, d].
    pub(super) fn vectors(&self, mut rng: Option<&mut Rng>) -> Tensor<2> {
        let (kmer, dimension) = (self.config.kmer_dropout, self.config.dimension_dropout);
        let mut dropped = |table: &Param<Tensor<2>>| {
            embedding::stochastic(table.val(), rng.as_deref_mut(), kmer, dimension)
        };
        let matrix = dropped(&self.embedding);
        let rows = matrix.dims()[0];
        let smaller = self.smaller.iter();
        smaller.fold(matrix, |sum, table| {
            sum + embedding::of_prefixes(dropped(table), rows)
        })
    }

    /// Pools the steps, [B, T, 2S], for each head.
    fn pool(&self, states: Tensor<3>, batch: &Batch) -> PooledContext {
        let heads = if self.config.per_compartment() {
            self.dense_bias.dims()[0]
        } else {
            1
        };
        match (&self.attention, self.config.pooling) {
            (Some(attention), _) => attention.forward(states, batch.padding_mask.clone()),
            (None, Pooling::Last) => pooling::last(&states, batch, heads, !self.reverse.is_empty()),
            (None, _) => pooling::mean(&states, batch, heads),
        }
    }

    /// The dense layer on [B, heads, S]. Shared features are used for all compartments; otherwise
    /// row c of the weights is applied to head c.
    fn dense(&self, features: Tensor<3>) -> Tensor<2> {
        let [rows, _, width] = features.dims();
        let [compartments, _] = self.dense_weight.dims();
        let weight = self.dense_weight.val().slice([0..compartments, 0..width]);
        let scores = (features * weight.unsqueeze::<3>()).sum_dim(2);
        scores.reshape([rows, compartments]) + self.dense_bias.val().unsqueeze::<2>()
    }

    /// What the joined features add to the scores, [B, C]; `None` if they are not known.
    fn joined(&self, batch: &Batch, rng: Option<&mut Rng>) -> Option<Tensor<2>> {
        let (joined, features) = (self.joined.as_ref()?, batch.features.as_ref()?);
        let inputs = joined.forward(features, batch.len(), rng, &self.dense_weight.device());
        let [_, own] = inputs.dims();
        let [compartments, width] = self.dense_weight.dims();
        let weight = self.dense_weight.val();
        let weight = weight.slice([0..compartments, width - own..width]);
        Some(inputs.matmul(weight.transpose()))
    }
}

/// The batch normalization of so many features.
fn normalization(features: usize, weights: &Weights, device: &Device) -> BatchNorm {
    let mut normalization = BatchNormConfig::new(features).init(device);
    normalization.gamma = param(weights, names::GAMMA, device);
    normalization.beta = param(weights, names::BETA, device);
    // New states instead of `update`: an update stays pending until the next one, so prediction
    // would not use it.
    normalization.running_mean = RunningState::new(tensor(weights, names::RUNNING_MEAN, device));
    normalization.running_var = RunningState::new(tensor(weights, names::RUNNING_VAR, device));
    normalization
}

/// The LSTM layers of one direction.
fn layers(config: &Config, direction: &str, weights: &Weights, device: &Device) -> Vec<LstmLayer> {
    let count = match config.recurrence {
        Recurrence::Lstm => config.lstm_layers,
        Recurrence::None => 0,
    };
    let layer = |n: usize| {
        let names = names::lstm_layer(n, direction);
        LstmLayer {
            weight_ih: param(weights, &names.weight_ih, device),
            weight_hh: param(weights, &names.weight_hh, device),
            bias_ih: param(weights, &names.bias_ih, device),
            bias_hh: param(weights, &names.bias_hh, device),
        }
    };
    (0..count).map(layer).collect()
}

/// Tensors by name that are read back together.
#[derive(Default)]
struct Tensors {
    names: Vec<(String, Vec<usize>)>,
    read: Transaction,
}

impl TensorVisitor for Tensors {
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) {
        self.names.push((name.to_owned(), tensor.dims().to_vec()));
        self.read = std::mem::take(&mut self.read).register(tensor);
    }
}

impl Tensors {
    async fn read(self, device: &Device) -> Result<Weights, DeviceError> {
        let values = device::read(self.read, device).await?;
        let named = self.names.into_iter().zip(values);
        Ok(named
            .map(|((name, shape), values)| (name, Array { shape, values }))
            .collect())
    }
}

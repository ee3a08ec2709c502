//! EL-RMLocNet put together (section 2.2, Fig. 3): embedding, LSTM layers, attention,
//! normalisation, dropout, dense layer.

use burn::module::{Module, Param, RunningState};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::attention::Attention;
use super::batch::Batch;
use super::config::Config;
use super::dropout::{self, Chance};
use super::embedding;
#[cfg(feature = "webgpu")]
use super::lstm::gpu::{Workload, fits};
use super::lstm::lstm;
use super::weights::{Array, Weights, expected};
use crate::device::{self, DeviceError};

/// One LSTM layer's weights, as PyTorch lays them out (gates i f g o).
#[derive(Module, Debug)]
pub struct LstmLayer {
    /// Non-recurrent weights W, [4H, input].
    pub weight_ih: Param<Tensor<2>>,
    /// Recurrent weights U, [4H, H].
    pub weight_hh: Param<Tensor<2>>,
    /// First bias, `[4H]`.
    pub bias_ih: Param<Tensor<1>>,
    /// Second bias, `[4H]`; PyTorch keeps two and so do its files.
    pub bias_hh: Param<Tensor<1>>,
}

/// The whole network.
#[derive(Module, Debug)]
pub struct Network {
    /// K-mer vectors, [4^k + 2, d].
    pub embedding: Param<Tensor<2>>,
    /// The LSTM layers, first to last.
    pub layers: Vec<LstmLayer>,
    /// The attention layer.
    pub attention: Attention,
    /// Normalisation of the attended features (equations 15-19), [heads · H].
    pub normalization: BatchNorm,
    /// Dense layer, [C, H].
    pub dense_weight: Param<Tensor<2>>,
    /// Dense bias, `[C]`.
    pub dense_bias: Param<Tensor<1>>,
    kmer_dropout: f64,
    dimension_dropout: f64,
    weight_dropout: f64,
    dropout: f64,
}

/// What the network says of a batch.
#[derive(Debug)]
pub struct Output {
    /// Scores of every compartment before softmax or sigmoid, [B, C].
    pub logits: Tensor<2>,
    /// Attention weights, [B, heads, T].
    pub attention: Tensor<3>,
}

/// Weights that do not make a network of the given settings.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum WeightsError {
    /// A tensor is not there.
    #[error("the tensor `{0}` is missing")]
    Missing(String),
    /// A tensor has another shape than the settings say.
    #[error("the tensor `{name}` has the shape {found:?}, but the settings need {wanted:?}")]
    Shape {
        /// Name of the tensor.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Shape the settings need.
        wanted: Vec<usize>,
    },
    /// A tensor holds a value that is no finite number.
    #[error("the tensor `{0}` holds a value that is no finite number")]
    NotFinite(String),
    /// A variance is negative.
    #[error("the tensor `{0}` holds a value below 0, which no variance is")]
    NegativeVariance(String),
}

impl Network {
    /// Builds the network from its tensors, ready to train on an autodiff device, else to predict.
    pub fn from_weights(
        config: &Config,
        compartments: usize,
        weights: &Weights,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        for (name, wanted) in expected(config, compartments) {
            check(weights, name, wanted)?;
        }
        let heads = config.heads(compartments);
        let mut normalization = BatchNormConfig::new(heads * config.hidden_units).init(device);
        normalization.gamma = param(weights, "normalization.weight", device);
        normalization.beta = param(weights, "normalization.bias", device);
        // New states, not `update`: an update is pending until the next one, and prediction would
        // not see it.
        normalization.running_mean =
            RunningState::new(tensor(weights, "normalization.running_mean", device));
        normalization.running_var =
            RunningState::new(tensor(weights, "normalization.running_var", device));
        Ok(Self {
            embedding: param(weights, "embedding.weight", device),
            layers: (0..config.lstm_layers)
                .map(|n| LstmLayer {
                    weight_ih: param(weights, &format!("lstm.weight_ih_l{n}"), device),
                    weight_hh: param(weights, &format!("lstm.weight_hh_l{n}"), device),
                    bias_ih: param(weights, &format!("lstm.bias_ih_l{n}"), device),
                    bias_hh: param(weights, &format!("lstm.bias_hh_l{n}"), device),
                })
                .collect(),
            attention: Attention {
                w1: param(weights, "attention.w1.weight", device),
                w2: param(weights, "attention.w2.weight", device),
                v: param(weights, "attention.v.weight", device),
            },
            normalization,
            dense_weight: param(weights, "dense.weight", device),
            dense_bias: param(weights, "dense.bias", device),
            kmer_dropout: config.kmer_dropout,
            dimension_dropout: config.dimension_dropout,
            weight_dropout: config.weight_dropout,
            dropout: config.dropout,
        })
    }

    /// All tensors by name, read back from the device at once.
    ///
    /// # Errors
    /// The device failed.
    pub async fn weights(&self) -> Result<Weights, DeviceError> {
        let mut tensors = Tensors::default();
        tensors.add("embedding.weight", self.embedding.val());
        for (n, layer) in self.layers.iter().enumerate() {
            tensors.add(&format!("lstm.weight_ih_l{n}"), layer.weight_ih.val());
            tensors.add(&format!("lstm.weight_hh_l{n}"), layer.weight_hh.val());
            tensors.add(&format!("lstm.bias_ih_l{n}"), layer.bias_ih.val());
            tensors.add(&format!("lstm.bias_hh_l{n}"), layer.bias_hh.val());
        }
        tensors.add("attention.w1.weight", self.attention.w1.val());
        tensors.add("attention.w2.weight", self.attention.w2.val());
        tensors.add("attention.v.weight", self.attention.v.val());
        let normalization = &self.normalization;
        tensors.add("normalization.weight", normalization.gamma.val());
        tensors.add("normalization.bias", normalization.beta.val());
        let (mean, variance) = (&normalization.running_mean, &normalization.running_var);
        tensors.add("normalization.running_mean", mean.value_sync());
        tensors.add("normalization.running_var", variance.value_sync());
        tensors.add("dense.weight", self.dense_weight.val());
        tensors.add("dense.bias", self.dense_bias.val());
        tensors.read(&self.embedding.val().device()).await
    }

    /// Whether a batch of so many RNAs, the longest of so many steps, fits on the device. On the
    /// CPU everything does that fits in memory.
    ///
    /// # Errors
    /// [`DeviceError::TooLarge`].
    pub fn fits(&self, batch: usize, steps: usize, device: &Device) -> Result<(), DeviceError> {
        #[cfg(feature = "webgpu")]
        if *device != device::cpu() {
            let [attention, hidden] = self.attention.w2.dims();
            let work = Workload {
                batch,
                steps,
                hidden,
                layers: self.layers.len(),
                attention,
            };
            return fits(work).map_err(|error| DeviceError::TooLarge(error.to_string()));
        }
        let _ = (batch, steps, device);
        Ok(())
    }

    /// Runs a batch. With `chance` every dropout of the settings is at work (training); without,
    /// none is (prediction). Batch statistics are used on an autodiff device, running ones else.
    pub fn forward(&self, batch: &Batch, mut chance: Option<&mut Chance>) -> Output {
        let states = self.states(batch, chance.as_deref_mut());
        let attended = self.attention.forward(states, batch.masked.clone());
        let [rows, heads, hidden] = attended.features.dims();
        let features = self
            .normalization
            .forward(attended.features.reshape([rows, heads * hidden]));
        let features = dropout::apply(features, chance, self.dropout);
        Output {
            logits: self.dense(features.reshape([rows, heads, hidden])),
            attention: attended.weights,
        }
    }

    /// Top layer's h and c at every step, [B, T, 2H].
    fn states(&self, batch: &Batch, mut chance: Option<&mut Chance>) -> Tensor<3> {
        let (rows, steps) = (batch.len(), batch.steps.steps());
        let matrix = embedding::stochastic(
            self.embedding.val(),
            chance.as_deref_mut(),
            self.kmer_dropout,
            self.dimension_dropout,
        );
        let mut states: Option<Tensor<3>> = None;
        for layer in &self.layers {
            // Weight dropout acts on W and U, once per step, not on activations (section 2.2.2).
            let w = dropout::apply(
                layer.weight_ih.val(),
                chance.as_deref_mut(),
                self.weight_dropout,
            );
            let u = dropout::apply(
                layer.weight_hh.val(),
                chance.as_deref_mut(),
                self.weight_dropout,
            );
            let bias = (layer.bias_ih.val() + layer.bias_hh.val()).unsqueeze::<2>();
            let (gates, reads) = match states {
                // The first layer reads one of 4^k + 2 vectors: their products are a table.
                None => (
                    matrix.clone().matmul(w.transpose()) + bias,
                    batch.steps.clone(),
                ),
                Some(below) => {
                    let hidden = below.dims()[2] / 2;
                    let h = below
                        .slice([0..rows, 0..steps, 0..hidden])
                        .reshape([rows * steps, hidden]);
                    (h.matmul(w.transpose()) + bias, batch.steps.above())
                }
            };
            states = Some(lstm(gates, u, &reads));
        }
        states.unwrap_or_else(|| Tensor::zeros([rows, steps, 0], &matrix.device()))
    }

    /// Dense layer on [B, heads, H]: shared features for all compartments, or compartment c's row
    /// of weights on head c.
    fn dense(&self, features: Tensor<3>) -> Tensor<2> {
        let [rows, heads, hidden] = features.dims();
        let [compartments, _] = self.dense_weight.dims();
        let scores = if heads == 1 {
            features
                .reshape([rows, hidden])
                .matmul(self.dense_weight.val().transpose())
        } else {
            (features * self.dense_weight.val().unsqueeze::<3>())
                .sum_dim(2)
                .reshape([rows, compartments])
        };
        scores + self.dense_bias.val().unsqueeze::<2>()
    }
}

/// Whether the tensor of that name is there, of the wanted shape and of usable numbers.
pub(crate) fn check(
    weights: &Weights,
    name: String,
    wanted: Vec<usize>,
) -> Result<(), WeightsError> {
    let Some(array) = weights.get(&name) else {
        return Err(WeightsError::Missing(name));
    };
    if array.shape != wanted || array.values.len() != wanted.iter().product::<usize>() {
        return Err(WeightsError::Shape {
            name,
            found: array.shape.clone(),
            wanted,
        });
    }
    if array.values.iter().any(|value| !value.is_finite()) {
        return Err(WeightsError::NotFinite(name));
    }
    if name.ends_with("running_var") && array.values.iter().any(|value| *value < 0.0) {
        return Err(WeightsError::NegativeVariance(name));
    }
    Ok(())
}

/// The tensor of that name; `check` has seen that it is there.
fn tensor<const D: usize>(weights: &Weights, name: &str, device: &Device) -> Tensor<D> {
    Tensor::from_data(data(weights, name), device)
}

fn param<const D: usize>(weights: &Weights, name: &str, device: &Device) -> Param<Tensor<D>> {
    Param::from_data(data(weights, name), device)
}

fn data(weights: &Weights, name: &str) -> TensorData {
    let array = &weights[name];
    TensorData::new(array.values.clone(), array.shape.clone())
}

/// Tensors by name, to be read together.
#[derive(Default)]
struct Tensors {
    names: Vec<(String, Vec<usize>)>,
    read: Transaction,
}

impl Tensors {
    fn add<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) {
        self.names.push((name.to_owned(), tensor.dims().to_vec()));
        self.read = std::mem::take(&mut self.read).register(tensor);
    }

    async fn read(self, device: &Device) -> Result<Weights, DeviceError> {
        let values = device::read(self.read, device).await?;
        let named = self.names.into_iter().zip(values);
        Ok(named
            .map(|((name, shape), values)| (name, Array { shape, values }))
            .collect())
    }
}

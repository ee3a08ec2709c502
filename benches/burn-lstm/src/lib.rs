//! The benchmark's network with burn's own `nn::Lstm`, for inference and training.
//!
//! Names, shapes and gate order of the tensors are those of the program's model file.

mod network;

use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use safetensors::SafeTensors;
use wasm_bindgen::prelude::*;

use network::Network;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
    // Relaxed SIMD is compiled in, but pulp uses it only after this call.
    pulp_wasm_simd_flag::enable_relaxed_simd();
}

/// The network and its optimizer.
#[wasm_bindgen]
pub struct Peer {
    network: Network,
    optimizer: ModuleOptimizer,
    device: Device,
    rate: f64,
}

#[wasm_bindgen]
impl Peer {
    /// Loads a model file. `rate` is the learning rate of training.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], training: bool, rate: f64) -> Result<Peer, JsError> {
        let device = if training {
            Device::flex().autodiff()
        } else {
            Device::flex()
        };
        let tensors = SafeTensors::deserialize(bytes)?;
        let optimizer = AdamWConfig::new()
            .with_epsilon(1e-8)
            .with_weight_decay(0.0)
            .init();
        Ok(Self {
            network: Network::read(&tensors, &device)?,
            optimizer,
            device,
            rate,
        })
    }

    /// The probabilities [B, C] followed by the attention [B, T], from tokens [B, T].
    pub fn answer(&self, tokens: Vec<i32>, rows: usize) -> Result<Vec<f32>, JsError> {
        let (logits, attention) = self.network.predict(self.ids(tokens, rows));
        let mut numbers = activation::softmax(logits, 1)
            .into_data()
            .try_to_vec::<f32>()?;
        numbers.extend(attention.into_data().try_to_vec::<f32>()?);
        Ok(numbers)
    }

    /// Does one training step on tokens [B, T] and the compartment of each RNA; returns the
    /// loss.
    pub fn step(&mut self, tokens: Vec<i32>, compartments: Vec<i32>) -> Result<f32, JsError> {
        let rows = compartments.len();
        let logits = self.network.train(self.ids(tokens, rows));
        let truth = TensorData::new(compartments, [rows, 1]);
        let truth = Tensor::<2, Int>::from_data(truth, &self.device);
        let loss = activation::log_softmax(logits, 1)
            .gather(1, truth)
            .mean()
            .neg();
        let gradients = GradientsParams::from_grads(loss.backward(), &self.network);
        self.network = self
            .optimizer
            .step(self.rate, self.network.clone(), gradients);
        Ok(loss.into_scalar::<f32>())
    }

    fn ids(&self, tokens: Vec<i32>, rows: usize) -> Tensor<2, Int> {
        let steps = tokens.len() / rows.max(1);
        Tensor::from_data(TensorData::new(tokens, [rows, steps]), &self.device)
    }
}

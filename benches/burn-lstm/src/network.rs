//! The layers of the network; burn's own wherever burn has them.

use burn::module::RunningState;
use burn::module::{Module, Param};
use burn::nn::{BatchNorm, BatchNormConfig, GateController, Lstm, LstmConfig, LstmState};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use safetensors::SafeTensors;
use wasm_bindgen::JsError;

/// Embedding, LSTM, attention, normalisation, dense layer.
#[derive(Module, Debug)]
pub struct Network {
    embedding: Param<Tensor<2>>,
    lstm: Lstm,
    w1: Param<Tensor<2>>,
    w2: Param<Tensor<2>>,
    v: Param<Tensor<2>>,
    normalization: BatchNorm,
    dense: Param<Tensor<2>>,
    dense_bias: Param<Tensor<1>>,
}

impl Network {
    /// Reads the tensors of a model file.
    pub fn read(tensors: &SafeTensors<'_>, device: &Device) -> Result<Self, JsError> {
        let file = ModelFile { tensors, device };
        let recurrent: Tensor<2> = file.tensor("lstm.weight_hh_l0")?;
        let [_, hidden] = recurrent.dims();
        let input: Tensor<2> = file.tensor("lstm.weight_ih_l0")?;
        let mut lstm = LstmConfig::new(input.dims()[1], hidden, true).init(device);
        file.fill(&mut lstm.input_gate, 0, hidden)?;
        if let Some(gate) = lstm.forget_gate.as_mut() {
            file.fill(gate, 1, hidden)?;
        }
        file.fill(&mut lstm.cell_gate, 2, hidden)?;
        file.fill(&mut lstm.output_gate, 3, hidden)?;
        let mut normalization = BatchNormConfig::new(hidden).init(device);
        normalization.gamma = file.param("normalization.weight")?;
        normalization.beta = file.param("normalization.bias")?;
        normalization.running_mean = RunningState::new(file.tensor("normalization.running_mean")?);
        normalization.running_var = RunningState::new(file.tensor("normalization.running_var")?);
        Ok(Self {
            embedding: file.param("embedding.weight")?,
            lstm,
            w1: file.param("attention.w1.weight")?,
            w2: file.param("attention.w2.weight")?,
            v: file.param("attention.v.weight")?,
            normalization,
            dense: file.param("dense.weight")?,
            dense_bias: file.param("dense.bias")?,
        })
    }

    /// Scores [B, C] and attention [B, T]. The half of W1 that reads c must be 0, because
    /// `nn::Lstm` returns c of the last step only.
    pub fn predict(&self, ids: Tensor<2, Int>) -> (Tensor<2>, Tensor<2>) {
        let (h, _) = self.lstm.forward(self.vectors(ids), None);
        let [_, _, hidden] = h.dims();
        let w1 = self.w1.val().slice([0..hidden, 0..hidden]);
        self.classify(h.clone(), h, w1)
    }

    /// Scores [B, C] in training. The LSTM is called step by step for two reasons: its own loop
    /// does not return c, and it writes each step into a tensor of all steps, whose gradient takes
    /// time quadratic in the length.
    pub fn train(&self, ids: Tensor<2, Int>) -> Tensor<2> {
        let mut state: Option<LstmState<2>> = None;
        let (mut hs, mut states) = (Vec::new(), Vec::new());
        for x in self.vectors(ids).iter_dim(1) {
            let (_, now) = self.lstm.forward(x, state.take());
            let h = now.hidden.clone().unsqueeze_dim::<3>(1);
            states.push(Tensor::cat(
                vec![h.clone(), now.cell.clone().unsqueeze_dim::<3>(1)],
                2,
            ));
            hs.push(h);
            state = Some(now);
        }
        let (logits, _) = self.classify(Tensor::cat(hs, 1), Tensor::cat(states, 1), self.w1.val());
        logits
    }

    fn vectors(&self, ids: Tensor<2, Int>) -> Tensor<3> {
        let [rows, steps] = ids.dims();
        let table = self.embedding.val();
        let [_, width] = table.dims();
        table
            .select(0, ids.reshape([rows * steps]))
            .reshape([rows, steps, width])
    }

    /// Everything after the LSTM. `states` are the states that `w1` reads from the previous step.
    fn classify(&self, h: Tensor<3>, states: Tensor<3>, w1: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let [rows, steps, hidden] = h.dims();
        let width = states.dims()[2];
        let there = states.reshape([rows * steps, width]).matmul(w1.transpose());
        let there = there.reshape([rows, steps, hidden]);
        let zeros = Tensor::zeros([rows, 1, hidden], &h.device());
        let there = Tensor::cat(vec![zeros, there.slice([0..rows, 0..steps - 1])], 1);
        let flat = h.clone().reshape([rows * steps, hidden]);
        let here = flat.matmul(self.w2.val().transpose());
        let inner = (here + there.reshape([rows * steps, hidden])).tanh();
        let scores = inner.matmul(self.v.val().transpose());
        let attention = activation::softmax(scores.reshape([rows, steps]), 1);
        let features = attention.clone().unsqueeze_dim::<3>(1).matmul(h);
        let features = self.normalization.forward(features.reshape([rows, hidden]));
        let logits = features.matmul(self.dense.val().transpose());
        (logits + self.dense_bias.val().unsqueeze::<2>(), attention)
    }
}

/// A model file and the device for its tensors.
struct ModelFile<'a> {
    tensors: &'a SafeTensors<'a>,
    device: &'a Device,
}

impl ModelFile<'_> {
    fn tensor<const D: usize>(&self, name: &str) -> Result<Tensor<D>, JsError> {
        let view = self.tensors.tensor(name)?;
        let (numbers, _) = view.data().as_chunks::<4>();
        let values: Vec<f32> = numbers
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        Ok(Tensor::from_data(
            TensorData::new(values, view.shape().to_vec()),
            self.device,
        ))
    }

    fn param<const D: usize>(&self, name: &str) -> Result<Param<Tensor<D>>, JsError> {
        Ok(Param::from_tensor(self.tensor(name)?))
    }

    /// Fills one of the four gates: PyTorch's rows become the columns of burn's two products.
    fn fill(&self, to: &mut GateController, gate: usize, hidden: usize) -> Result<(), JsError> {
        let rows = gate * hidden..(gate + 1) * hidden;
        for (linear, kind) in [
            (&mut to.input_transform, "ih"),
            (&mut to.hidden_transform, "hh"),
        ] {
            let weight: Tensor<2> = self.tensor(&format!("lstm.weight_{kind}_l0"))?;
            let bias: Tensor<1> = self.tensor(&format!("lstm.bias_{kind}_l0"))?;
            let [_, width] = weight.dims();
            let weight = weight.slice([rows.clone(), 0..width]).transpose();
            linear.weight = Param::from_tensor(weight);
            linear.bias = Some(Param::from_tensor(bias.slice([rows.clone()])));
        }
        Ok(())
    }
}

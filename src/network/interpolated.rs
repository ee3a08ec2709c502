//! The network on inputs between an empty and a complete RNA, for integrated gradients.
//!
//! The k-mer vector of each step is multiplied by a factor alpha, from 0 (as after k-mer dropout in
//! training) to 1 (as it is), and the scores are differentiated with respect to these factors. This
//! always runs on the CPU, because it is used for one RNA at a time.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::batch::Batch;
use super::classifier::Network;
use super::config::Config;
use super::recurrence::{self, InputProjection};
use super::tensors::Weights;
use super::weights_error::WeightsError;
use crate::device::{self, DeviceError};
use crate::rna::EncodedRna;

/// Limit on the numbers of k-mer vectors and states held at once, unless a single row has more.
/// With gates and gradients it is about ten times as many (2 million: 80 MB).
const NUMBERS_AT_ONCE: usize = 1 << 21;

/// A network on interpolated inputs. Its weights are constants, and it predicts: without dropout,
/// and with running statistics.
pub struct InterpolatedNetwork {
    network: Network,
    padding: u32,
    device: Device,
}

impl InterpolatedNetwork {
    /// Builds the network from its tensors. `padding` is the padding token.
    ///
    /// # Errors
    /// As [`Network::from_weights`].
    pub fn new(
        config: &Config,
        compartments: usize,
        weights: &Weights,
        padding: u32,
    ) -> Result<Self, WeightsError> {
        let device = device::cpu().autodiff();
        let network = Network::from_weights(config, compartments, weights, &device)?;
        Ok(Self {
            network: network.freeze(),
            padding,
            device,
        })
    }

    /// The scores of a compartment, before softmax or sigmoid, with the same alpha for every step:
    /// one score for each of `alphas`. The RNA must have at least one k-mer. The joined features
    /// are not changed.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn scores(
        &self,
        rna: &EncodedRna,
        compartment: usize,
        alphas: &[f32],
    ) -> Result<Vec<f32>, DeviceError> {
        let mut scores = Vec::with_capacity(alphas.len());
        for some in alphas.chunks(self.rows_at_once(rna)) {
            let (alphas, steps) = (every_step(rna, some), [some.len(), rna.tokens.len()]);
            let score = self.score(rna, compartment, self.tensor(alphas, steps));
            scores.extend(self.read(score.inner()).await?);
        }
        Ok(scores)
    }

    /// The gradient of the score with respect to the alpha of each step, where all steps have the
    /// same alpha, summed over `alphas`: `[T]`.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn input_gradients(
        &self,
        rna: &EncodedRna,
        compartment: usize,
        alphas: &[f32],
    ) -> Result<Vec<f32>, DeviceError> {
        let mut input_gradients = vec![0.0; rna.tokens.len()];
        for some in alphas.chunks(self.rows_at_once(rna)) {
            let (alphas, steps) = (every_step(rna, some), [some.len(), rna.tokens.len()]);
            let alphas = self.tensor(alphas, steps).require_grad();
            let score = self.score(rna, compartment, alphas.clone());
            // A score that does not depend on alpha has no gradient.
            let Some(gradient) = alphas.grad(&score.sum().backward()) else {
                continue;
            };
            let found = self.read(gradient.sum_dim(0)).await?;
            input_gradients
                .iter_mut()
                .zip(found)
                .for_each(|(all, one)| *all += one);
        }
        Ok(input_gradients)
    }

    /// The number of rows of this RNA that run together.
    fn rows_at_once(&self, rna: &EncodedRna) -> usize {
        let [_, dimensions] = self.network.embedding.dims();
        let numbers = self.network.numbers_per_step() + dimensions;
        (NUMBERS_AT_ONCE / (numbers * rna.tokens.len()).max(1)).max(1)
    }

    /// The scores [B, 1] of the RNA with `alphas` [B, T].
    fn score(&self, rna: &EncodedRna, compartment: usize, alphas: Tensor<2>) -> Tensor<2> {
        let [rows, steps] = alphas.dims();
        let batch = Batch::new(&vec![rna; rows], self.padding, &self.device);
        let own = recurrence::reads(self.network.vectors(None), &batch.steps);
        let vectors = own * alphas.reshape([rows * steps, 1]);
        let states = self.network.states_from(
            &InputProjection::new(vectors),
            &batch.steps.for_upper_layer(),
            None,
        );
        let scores = self.network.output(states, &batch, None).logits;
        scores.slice([0..rows, compartment..compartment + 1])
    }

    fn tensor(&self, values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }

    async fn read(&self, tensor: Tensor<2>) -> Result<Vec<f32>, DeviceError> {
        let read = Transaction::default().register(tensor);
        let read = device::read(read, &device::cpu()).await?;
        Ok(read.into_iter().next().unwrap_or_default())
    }
}

/// Factors [B, T] that are the same for every step of a row.
fn every_step(rna: &EncodedRna, alphas: &[f32]) -> Vec<f32> {
    let steps = rna.tokens.len();
    let row = |alpha: &f32| std::iter::repeat_n(*alpha, steps);
    alphas.iter().flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{AttentionHeads, Loss, Pooling, Recurrence, preset, tensors};
    use crate::rna::{Encoder, FixedLength, Kmers, LengthSetting};
    use pollster::block_on;

    const COMPARTMENTS: usize = 3;

    fn small() -> Config {
        Config {
            k: 2,
            stride: 1,
            embedding_dim: 3,
            hidden_units: 4,
            attention_dim: 3,
            ..preset("human-mirna-paper").unwrap().config
        }
    }

    /// Small networks of every kind.
    fn kinds() -> Vec<Config> {
        let per_compartment = Config {
            attention_heads: AttentionHeads::PerCompartment,
            loss: Loss::Sigmoid,
            lstm_layers: 2,
            ..small()
        };
        let both = Config {
            bidirectional: true,
            ..per_compartment.clone()
        };
        let pooled = |pooling| Config {
            pooling,
            loss: Loss::Softmax,
            ..both.clone()
        };
        let no_lstm = Config {
            recurrence: Recurrence::None,
            ..small()
        };
        let joined = Config {
            joined_features: true,
            summed_k: true,
            ..small()
        };
        let pooled = [Pooling::Mean, Pooling::Last].map(pooled);
        let others = [small(), per_compartment, both.clone(), no_lstm, joined];
        others.into_iter().chain(pooled).collect()
    }

    /// Weights with which scores change clearly along the path.
    fn random(config: &Config) -> Weights {
        let mut weights = tensors::random(config, COMPARTMENTS, 5);
        for array in weights.values_mut() {
            array.values.iter_mut().for_each(|value| *value *= 2.0);
        }
        weights
    }

    fn partial(config: &Config) -> InterpolatedNetwork {
        let weights = random(config);
        let padding = 4u32.pow(config.k as u32) + 1;
        InterpolatedNetwork::new(config, COMPARTMENTS, &weights, padding).unwrap()
    }

    /// An RNA with padding before it.
    fn rna(config: &Config) -> EncodedRna {
        let kmers = Kmers::new(config.k, config.stride).unwrap();
        let (setting, length) = (LengthSetting::StartMax, 11);
        let encoder = Encoder::new(kmers, FixedLength { setting, length });
        encoder.encode(&"GACUUNGA".parse().unwrap())
    }

    #[test]
    fn with_alpha_one_scores_equal_those_of_prediction() {
        for config in kinds() {
            let (rna, cpu) = (rna(&config), device::cpu());
            let partial = partial(&config);
            let network = Network::from_weights(&config, COMPARTMENTS, &random(&config), &cpu);
            let batch = Batch::new(&[&rna], partial.padding, &cpu);
            let logits = network.unwrap().forward(&batch, None).logits.into_data();
            for (c, expected) in logits.iter::<f32>().enumerate() {
                let found = block_on(partial.scores(&rna, c, &[1.0, 0.0])).unwrap();
                assert!((found[0] - expected).abs() < 1e-5, "{config:?}");
                assert_ne!(found[0], found[1], "{config:?}");
            }
        }
    }

    #[test]
    fn gradients_equal_finite_differences() {
        const STEP: f32 = 0.02;
        for config in kinds() {
            let (partial, rna) = (partial(&config), rna(&config));
            let input_gradients = block_on(partial.input_gradients(&rna, 1, &[0.7])).unwrap();
            let steps = rna.tokens.len();
            let steepest = input_gradients
                .iter()
                .fold(0.0, |most: f32, s| most.max(s.abs()));
            assert!(steepest > 2e-3, "{input_gradients:?}");
            for (t, slope) in input_gradients.iter().enumerate() {
                let score = |by: f32| -> f32 {
                    let mut alphas = vec![0.7; steps];
                    alphas[t] += by;
                    let alphas = partial.tensor(alphas, [1, steps]);
                    partial.score(&rna, 1, alphas).into_scalar()
                };
                let difference = (score(STEP) - score(-STEP)) / (2.0 * STEP);
                assert!(
                    (slope - difference).abs() < 0.01 * steepest + 2e-5,
                    "{slope} {difference} {config:?}"
                );
            }
        }
    }

    #[test]
    fn gradients_along_the_path_sum_to_the_change_of_the_score() {
        for config in kinds() {
            let (partial, rna) = (partial(&config), rna(&config));
            let points: Vec<f32> = (0..32).map(|n| (n as f32 + 0.5) / 32.0).collect();
            let input_gradients = block_on(partial.input_gradients(&rna, 2, &points)).unwrap();
            let ends = block_on(partial.scores(&rna, 2, &[0.0, 1.0])).unwrap();
            let (sum, gain) = (
                input_gradients.iter().sum::<f32>() / 32.0,
                ends[1] - ends[0],
            );
            assert!(
                (sum - gain).abs() < 0.01 * gain.abs().max(0.1),
                "{sum} {gain}"
            );
        }
    }
}

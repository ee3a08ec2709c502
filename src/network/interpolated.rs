//! One RNA read in part: of each step's k-mer vector the network gets a share, from 0 (withheld,
//! as k-mer dropout does in training) to 1 (as it is), and its scores are differentiated with
//! respect to these shares. What integrated gradients are made of.
//!
//! On the CPU only, whatever the network otherwise runs on: it is asked for one RNA at a time.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::batch::Batch;
use super::classifier::{Network, WeightsError};
use super::config::Config;
use super::recurrence::{self, First};
use super::tensors::Weights;
use crate::device::{self, DeviceError};
use crate::rna::Encoded;

/// Numbers of k-mer vectors and states held at once, unless one row of a long RNA has more; with
/// gates and all their gradients some ten times that (2 million: 80 MB).
const NUMBERS_AT_ONCE: usize = 1 << 21;

/// A network that reads RNAs in part. Weights are constants to it, and it predicts: no dropout,
/// running statistics.
pub struct Partial {
    network: Network,
    padding: u32,
    device: Device,
}

impl Partial {
    /// The network of these tensors; `padding` is the id of the padding token.
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

    /// Scores of a compartment, before softmax or sigmoid, where every step gets the same share:
    /// one score for each of `shares`. The RNA must have at least one k-mer; what is joined to
    /// its k-mers, its composition, stays as it is.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn scores(
        &self,
        rna: &Encoded,
        compartment: usize,
        shares: &[f32],
    ) -> Result<Vec<f32>, DeviceError> {
        let mut scores = Vec::with_capacity(shares.len());
        for some in shares.chunks(self.at_once(rna)) {
            let (shares, steps) = (every_step(rna, some), [some.len(), rna.tokens.len()]);
            let score = self.score(rna, compartment, self.tensor(shares, steps));
            scores.extend(self.read(score.inner()).await?);
        }
        Ok(scores)
    }

    /// How fast the score grows with the share of each step alone, where every step gets the same
    /// share, added up over `shares`: `[T]`.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn slopes(
        &self,
        rna: &Encoded,
        compartment: usize,
        shares: &[f32],
    ) -> Result<Vec<f32>, DeviceError> {
        let mut slopes = vec![0.0; rna.tokens.len()];
        for some in shares.chunks(self.at_once(rna)) {
            let (shares, steps) = (every_step(rna, some), [some.len(), rna.tokens.len()]);
            let shares = self.tensor(shares, steps).require_grad();
            let score = self.score(rna, compartment, shares.clone());
            // A score that depends on no share has no gradient.
            let Some(gradient) = shares.grad(&score.sum().backward()) else {
                continue;
            };
            let found = self.read(gradient.sum_dim(0)).await?;
            slopes
                .iter_mut()
                .zip(found)
                .for_each(|(all, one)| *all += one);
        }
        Ok(slopes)
    }

    /// Rows of this RNA that run together.
    fn at_once(&self, rna: &Encoded) -> usize {
        let [_, dimensions] = self.network.embedding.dims();
        let numbers = self.network.numbers_per_step() + dimensions;
        (NUMBERS_AT_ONCE / (numbers * rna.tokens.len()).max(1)).max(1)
    }

    /// Scores [B, 1] of the RNA, `shares` [B, T] of it.
    fn score(&self, rna: &Encoded, compartment: usize, shares: Tensor<2>) -> Tensor<2> {
        let [rows, steps] = shares.dims();
        let batch = Batch::new(&vec![rna; rows], self.padding, &self.device);
        let own = recurrence::reads(self.network.vectors(None), &batch.steps);
        let vectors = own * shares.reshape([rows * steps, 1]);
        let states = self
            .network
            .states_of(&First::new(vectors), &batch.steps.above(), None);
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

/// Shares [B, T]: in each row the same for every step.
fn every_step(rna: &Encoded, shares: &[f32]) -> Vec<f32> {
    let steps = rna.tokens.len();
    let row = |share: &f32| std::iter::repeat_n(*share, steps);
    shares.iter().flat_map(row).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::network::{Array, AttentionHeads, Loss, Pooling, Recurrence, preset, tensors};
    use crate::rna::{FixedLength, Kmers, LengthSetting, encode};
    use pollster::block_on;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

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

    /// Every kind of network there is, small.
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

    fn random(config: &Config) -> Weights {
        let mut chance = ChaCha8Rng::seed_from_u64(5);
        let tensors = tensors::expected(config, COMPARTMENTS).into_iter();
        let drawn = tensors.map(|(name, shape)| {
            let low = match name.ends_with("_var") || name.ends_with("deviation") {
                true => 0.5,
                false => -1.0,
            };
            let size = shape.iter().product();
            let values = (0..size).map(|_| chance.random_range(low..1.0)).collect();
            (name, Array { shape, values })
        });
        drawn.collect()
    }

    fn partial(config: &Config) -> Partial {
        let weights = random(config);
        let padding = 4u32.pow(config.k as u32) + 1;
        Partial::new(config, COMPARTMENTS, &weights, padding).unwrap()
    }

    /// With padding before it.
    fn rna(config: &Config) -> Encoded {
        let kmers = Kmers::new(config.k, config.stride).unwrap();
        let (setting, length) = (LengthSetting::StartMax, 11);
        encode(&kmers, &FixedLength { setting, length }, b"GACUUNGA")
    }

    #[test]
    fn read_whole_an_rna_has_the_scores_of_prediction() {
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
    fn slopes_are_those_of_differences() {
        const STEP: f32 = 0.02;
        for config in kinds() {
            let (partial, rna) = (partial(&config), rna(&config));
            let slopes = block_on(partial.slopes(&rna, 1, &[0.7])).unwrap();
            let steps = rna.tokens.len();
            let steepest = slopes.iter().fold(0.0, |most: f32, s| most.max(s.abs()));
            assert!(steepest > 2e-3, "{slopes:?}");
            for (t, slope) in slopes.iter().enumerate() {
                let score = |by: f32| -> f32 {
                    let mut shares = vec![0.7; steps];
                    shares[t] += by;
                    let shares = partial.tensor(shares, [1, steps]);
                    partial.score(&rna, 1, shares).into_scalar()
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
    fn along_the_path_slopes_add_up_to_what_the_score_gains() {
        for config in kinds() {
            let (partial, rna) = (partial(&config), rna(&config));
            let points: Vec<f32> = (0..32).map(|n| (n as f32 + 0.5) / 32.0).collect();
            let slopes = block_on(partial.slopes(&rna, 2, &points)).unwrap();
            let ends = block_on(partial.scores(&rna, 2, &[0.0, 1.0])).unwrap();
            let (sum, gain) = (slopes.iter().sum::<f32>() / 32.0, ends[1] - ends[0]);
            assert!(
                (sum - gain).abs() < 0.01 * gain.abs().max(0.1),
                "{sum} {gain}"
            );
        }
    }
}

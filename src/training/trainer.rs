//! The training loop, pulled a few steps at a time.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::optimizer::Optimizer;
use crate::network::loss::loss;
use crate::network::{Batch, Chance, Checkpoint, Config, Network, Weights, WeightsError};
use crate::rna::Encoded;

/// One RNA ready for the network.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its tokens.
    pub encoded: Encoded,
    /// Whether it is found in each compartment.
    pub labels: Vec<bool>,
}

/// Losses of one epoch, counted from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Which epoch.
    pub epoch: usize,
    /// Mean loss of the training part while it was learnt, dropout at work.
    pub training_loss: f64,
    /// Mean loss of the validation part afterwards; none without a validation part.
    pub validation_loss: Option<f64>,
}

/// Where training stands after a call of [`Trainer::step`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Epoch being learnt, counted from 1; the last one when done.
    pub epoch: usize,
    /// Epochs in all.
    pub epochs: usize,
    /// Steps done of this epoch.
    pub step: usize,
    /// Steps of one epoch.
    pub steps_per_epoch: usize,
    /// Loss of the newest step.
    pub training_loss: f64,
    /// Losses of all steps of this call.
    pub losses: Vec<f64>,
    /// Epochs that ended during this call.
    pub finished_epochs: Vec<EpochReport>,
    /// Whether all epochs are done.
    pub done: bool,
}

/// What training leaves.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Weights of the best epoch.
    pub weights: Weights,
    /// That epoch, counted from 1.
    pub best_epoch: usize,
    /// Losses of every epoch.
    pub history: Vec<EpochReport>,
}

/// A training under way. The same seed on the CPU repeats it exactly.
pub struct Trainer {
    config: Config,
    padding: u32,
    device: Device,
    training: Vec<Example>,
    validation: Vec<Example>,
    network: Network,
    optimizer: Optimizer,
    chance: Chance,
    order: Vec<usize>,
    epoch: usize,
    step: usize,
    epoch_loss: f64,
    last_loss: f64,
    history: Vec<EpochReport>,
    best: Option<(f64, usize, Weights)>,
}

impl Trainer {
    /// Starts from the given weights. `padding` is the id of the padding token. The device is a
    /// plain one; gradients are switched on here.
    pub fn new(
        config: Config,
        weights: &Weights,
        padding: u32,
        training: Vec<Example>,
        validation: Vec<Example>,
        seed: u64,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let compartments = training.first().map_or(0, |example| example.labels.len());
        let device = device.clone().autodiff();
        let network = Network::from_weights(&config, compartments, weights, &device)?;
        let mut trainer = Self {
            optimizer: Optimizer::new(&config),
            order: (0..training.len()).collect(),
            chance: Chance::seed_from_u64(seed),
            config,
            padding,
            device,
            training,
            validation,
            network,
            epoch: 0,
            step: 0,
            epoch_loss: 0.0,
            last_loss: 0.0,
            history: Vec::new(),
            best: None,
        };
        trainer.order.shuffle(&mut trainer.chance);
        Ok(trainer)
    }

    /// Does up to `n` steps, fewer where training ends.
    pub fn step(&mut self, n: usize) -> Progress {
        let finished = self.history.len();
        let mut losses = Vec::new();
        for _ in 0..n {
            if self.done() {
                break;
            }
            losses.push(self.one_step());
            if self.step == self.steps_per_epoch() {
                self.end_epoch();
            }
        }
        Progress {
            epoch: (self.epoch + 1).min(self.config.epochs),
            epochs: self.config.epochs,
            step: if self.done() {
                self.steps_per_epoch()
            } else {
                self.step
            },
            steps_per_epoch: self.steps_per_epoch(),
            training_loss: self.last_loss,
            losses,
            finished_epochs: self.history[finished..].to_vec(),
            done: self.done(),
        }
    }

    /// Whether all epochs are done.
    pub fn done(&self) -> bool {
        self.epoch >= self.config.epochs
    }

    /// Steps of one epoch. A last batch of one RNA joins the batch before: it has no variance to
    /// normalise by.
    pub fn steps_per_epoch(&self) -> usize {
        let (n, batch) = (self.training.len(), self.config.batch_size);
        let steps = n.div_ceil(batch);
        if steps > 1 && n % batch == 1 {
            steps - 1
        } else {
            steps
        }
    }

    /// The network as it is now, ready to predict.
    pub fn network(&self) -> Network {
        self.network.valid()
    }

    /// Ends training, early or not, with the best epoch's weights; before the first epoch's end
    /// with the present ones.
    pub fn finish(self) -> Trained {
        let (best_epoch, weights) = match self.best {
            Some((_, epoch, weights)) => (epoch, weights),
            None => (0, self.network.valid().weights()),
        };
        Trained {
            weights,
            best_epoch,
            history: self.history,
        }
    }

    fn one_step(&mut self) -> f64 {
        let size = self.config.batch_size;
        let from = self.step * size;
        let last = self.step + 1 == self.steps_per_epoch();
        let to = if last { self.order.len() } else { from + size };
        let rows: Vec<&Example> = self.order[from..to]
            .iter()
            .map(|i| &self.training[*i])
            .collect();
        let (batch, targets) = self.batch(&rows, &self.device);
        let output = self.network.forward(&batch, Some(&mut self.chance));
        let loss = loss(output.logits, targets, self.config.loss);
        let rate = self.config.learning_rate_at(self.epoch);
        self.network = self.optimizer.step(rate, self.network.clone(), &loss);
        self.last_loss = f64::from(loss.into_scalar::<f32>());
        self.epoch_loss += self.last_loss * (to - from) as f64;
        self.step += 1;
        self.last_loss
    }

    fn end_epoch(&mut self) {
        self.epoch += 1;
        let report = EpochReport {
            epoch: self.epoch,
            training_loss: self.epoch_loss / self.training.len() as f64,
            validation_loss: self.validation_loss(),
        };
        let judged = match self.config.checkpoint {
            Checkpoint::ValidationLoss => report.validation_loss.unwrap_or(report.training_loss),
            Checkpoint::TrainingLoss => report.training_loss,
        };
        // A loss that is no number is never the best.
        if judged.is_finite() && self.best.as_ref().is_none_or(|(best, ..)| judged < *best) {
            self.best = Some((judged, self.epoch, self.network.valid().weights()));
        }
        self.history.push(report);
        self.order.shuffle(&mut self.chance);
        self.step = 0;
        self.epoch_loss = 0.0;
    }

    /// Mean loss over the validation part, without dropout.
    fn validation_loss(&self) -> Option<f64> {
        if self.validation.is_empty() {
            return None;
        }
        let network = self.network.valid();
        let device = self.device.clone().inner();
        let mut sum = 0.0;
        for rows in self.validation.chunks(self.config.batch_size) {
            let (batch, targets) = self.batch(&rows.iter().collect::<Vec<_>>(), &device);
            let logits = network.forward(&batch, None).logits;
            let value: f32 = loss(logits, targets, self.config.loss).into_scalar();
            sum += f64::from(value) * rows.len() as f64;
        }
        Some(sum / self.validation.len() as f64)
    }

    fn batch(&self, rows: &[&Example], device: &Device) -> (Batch, Tensor<2>) {
        let encoded: Vec<&Encoded> = rows.iter().map(|row| &row.encoded).collect();
        let labels: Vec<f32> = rows
            .iter()
            .flat_map(|row| row.labels.iter().map(|l| f32::from(u8::from(*l))))
            .collect();
        let shape = [rows.len(), labels.len() / rows.len().max(1)];
        (
            Batch::new(&encoded, self.padding, device),
            Tensor::from_data(TensorData::new(labels, shape), device),
        )
    }
}

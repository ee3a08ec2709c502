//! The training loop, which is pulled a few steps at a time.

use burn::module::Module;
use burn::tensor::{Device, Tensor, Transaction};
use rand::SeedableRng;
use rand::seq::SliceRandom;

use super::checkpoint::{Checkpoint, CheckpointError, fingerprint};
use super::example::Example;
use super::optimizer::{Moments, Optimizer};
use super::progress::{EpochReport, Progress, TrainedWeights};
use super::weight_average;
use crate::device::{self, DeviceError};
use crate::network::loss::{BatchTargets, loss};
use crate::network::{Batch, Config, KeepEpoch, Network, Rng, Weights, WeightsError};
use crate::rna::EncodedRna;

/// A training in progress. On the CPU, the same seed gives the same bits.
pub struct Trainer {
    config: Config,
    padding: u32,
    device: Device,
    training: Vec<Example>,
    validation: Vec<Example>,
    network: Network,
    /// The running average of the weights; `None` if the settings use none.
    average: Option<Network>,
    optimizer: Optimizer,
    rng: Rng,
    step: usize,
    epoch_loss: f64,
    last_loss: f64,
    good: Checkpoint,
}

/// Limit on the losses that are not yet read back. A GPU must not be given unlimited work ahead.
const MAX_PENDING_LOSSES: usize = 8;

/// The mean loss of a batch, still on the device.
struct PendingLoss {
    loss: Tensor<1>,
    rows: usize,
}

impl Trainer {
    /// Starts from the given weights. `padding` is the padding token. `device` is a plain device;
    /// gradients are enabled here.
    pub fn new(
        config: Config,
        weights: &Weights,
        padding: u32,
        training: Vec<Example>,
        validation: Vec<Example>,
        seed: u64,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        let mut rng = Rng::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..training.len()).collect();
        order.shuffle(&mut rng);
        let start = Checkpoint {
            fingerprint: fingerprint(&config, seed, &training, &validation),
            weights: weights.clone(),
            average: (config.weight_averaging > 0.0).then(|| weights.clone()),
            moments: Moments::default(),
            history: Vec::new(),
            best: None,
            order,
            rng,
        };
        let compartments = training.first().map_or(0, |example| example.targets.len());
        let device = device.clone().autodiff();
        let network = Network::from_weights(&config, compartments, weights, &device)?;
        Ok(Self {
            average: start.average.as_ref().map(|_| network.valid()),
            network,
            optimizer: Optimizer::new(&config),
            rng: start.rng.clone(),
            config,
            padding,
            device,
            training,
            validation,
            step: 0,
            epoch_loss: 0.0,
            last_loss: 0.0,
            good: start,
        })
    }

    /// Resumes from a checkpoint of this training, on the given plain device.
    ///
    /// # Errors
    /// The checkpoint belongs to another training, or is damaged.
    pub fn resume(&mut self, from: Checkpoint, device: &Device) -> Result<(), CheckpointError> {
        from.check(&self.good.fingerprint, self.training.len())?;
        let compartments = self.training.first().map_or(0, |e| e.targets.len());
        let learning = device.clone().autodiff();
        let network = |weights: &Weights, device: &Device| {
            Network::from_weights(&self.config, compartments, weights, device)
                .map_err(|_| CheckpointError::Other)
        };
        if from.average.is_some() != self.good.average.is_some() {
            return Err(CheckpointError::Other);
        }
        let average = from.average.as_ref();
        let average = average
            .map(|weights| network(weights, device))
            .transpose()?;
        self.network = network(&from.weights, &learning)?;
        self.average = average;
        self.optimizer = Optimizer::resume(&self.config, &from.moments, device);
        self.device = learning;
        self.rng = from.rng.clone();
        self.good = from;
        self.step = 0;
        self.epoch_loss = 0.0;
        Ok(())
    }

    /// The newest checkpoint: the end of the last epoch, or the start.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.good
    }

    /// Does up to `n` steps, or fewer if the training ends. Losses are read back once per call, at
    /// the end of an epoch, and after every few steps.
    ///
    /// # Errors
    /// The device failed; this training cannot continue.
    /// The device failed; this training cannot go on.
    pub async fn step(&mut self, n: usize) -> Result<Progress, DeviceError> {
        let finished = self.epoch();
        let mut losses = Vec::new();
        let mut pending = Vec::new();
        for _ in 0..n {
            if self.done() {
                break;
            }
            pending.push(self.one_step());
            let ended = self.step == self.steps_per_epoch();
            if ended || pending.len() == MAX_PENDING_LOSSES {
                losses.extend(self.read_losses(&mut pending).await?);
            }
            if ended {
                self.end_epoch().await?;
            }
        }
        losses.extend(self.read_losses(&mut pending).await?);
        Ok(self.progress(losses, finished))
    }

    fn progress(&self, losses: Vec<f64>, finished: usize) -> Progress {
        Progress {
            epoch: (self.epoch() + 1).min(self.config.epochs),
            epochs: self.config.epochs,
            step: if self.done() {
                self.steps_per_epoch()
            } else {
                self.step
            },
            steps_per_epoch: self.steps_per_epoch(),
            training_loss: self.last_loss,
            losses,
            finished_epochs: self.good.history[finished..].to_vec(),
            done: self.done(),
            fallback: None,
        }
    }

    /// Whether all epochs are done.
    pub fn done(&self) -> bool {
        self.epoch() >= self.config.epochs
    }

    /// The number of finished epochs.
    fn epoch(&self) -> usize {
        self.good.epoch()
    }

    /// The number of steps per epoch. If the last batch has only one RNA, it joins the batch before
    /// it, because the variance of one RNA cannot be normalised.
    pub fn steps_per_epoch(&self) -> usize {
        let (n, batch) = (self.training.len(), self.config.batch_size);
        let steps = n.div_ceil(batch);
        if steps > 1 && n % batch == 1 {
            steps - 1
        } else {
            steps
        }
    }

    /// The present network for prediction, with the running average of the weights if there is one.
    pub fn network(&self) -> Network {
        match &self.average {
            Some(average) => average.clone(),
            None => self.network.valid(),
        }
    }

    /// Ends the training, early or not, and returns the weights of the best epoch, or the present
    /// weights before the end of the first epoch.
    ///
    /// # Errors
    /// The device failed before the end of the first epoch.
    pub async fn finish(&self) -> Result<TrainedWeights, DeviceError> {
        let (best_epoch, weights) = match &self.good.best {
            Some((epoch, weights)) => (*epoch, weights.clone()),
            None => (0, self.network().weights().await?),
        };
        Ok(TrainedWeights {
            weights,
            best_epoch,
            history: self.good.history.clone(),
        })
    }

    /// Whether an epoch has ended whose weights can be kept.
    pub fn has_best(&self) -> bool {
        self.good.best.is_some()
    }

    /// Does one update. Its loss stays on the device.
    fn one_step(&mut self) -> PendingLoss {
        let size = self.config.batch_size;
        let from = self.step * size;
        let last = self.step + 1 == self.steps_per_epoch();
        let order = &self.good.order;
        let to = if last { order.len() } else { from + size };
        let rows: Vec<&Example> = order[from..to].iter().map(|i| &self.training[*i]).collect();
        let (batch, targets) = self.batch(&rows, &self.device);
        let output = self.network.forward(&batch, Some(&mut self.rng));
        let loss = loss(output.logits, targets, self.config.loss);
        let rate = self.config.learning_rate_at(self.epoch());
        self.network = self.optimizer.step(rate, self.network.clone(), &loss);
        self.step += 1;
        let update = self.epoch() * self.steps_per_epoch() + self.step;
        let keep = self.config.weight_averaging;
        let ema_update =
            |average| weight_average::ema_update(average, &self.network.valid(), keep, update);
        self.average = self.average.take().map(ema_update);
        PendingLoss {
            // Without its history, which would keep the tensors of every step.
            loss: loss.inner(),
            rows: to - from,
        }
    }

    /// Reads back the pending losses, adds them to the sum of the epoch, and returns them in order.
    async fn read_losses(
        &mut self,
        pending: &mut Vec<PendingLoss>,
    ) -> Result<Vec<f64>, DeviceError> {
        let (losses, rows) = read(std::mem::take(pending), &self.device).await?;
        for (loss, rows) in losses.iter().zip(rows) {
            self.last_loss = *loss;
            self.epoch_loss += loss * rows as f64;
        }
        Ok(losses)
    }

    /// Validates the epoch, and makes a checkpoint of its end.
    async fn end_epoch(&mut self) -> Result<(), DeviceError> {
        if let Some(average) = &self.average {
            let device = self.device.clone().inner();
            let parts = self.training.chunks(self.config.batch_size);
            let batches = parts.map(|part| self.batch(&part.iter().collect::<Vec<_>>(), &device).0);
            self.average = Some(
                weight_average::recompute_batch_statistics(
                    average.clone(),
                    batches,
                    MAX_PENDING_LOSSES,
                    &device,
                )
                .await?,
            );
        }
        let report = EpochReport {
            epoch: self.epoch() + 1,
            training_loss: self.epoch_loss / self.training.len() as f64,
            validation_loss: self.validation_loss().await?,
        };
        let weights = self.network.valid().weights().await?;
        let average = match &self.average {
            Some(average) => Some(average.weights().await?),
            None => None,
        };
        let moments = self.optimizer.moments().await?;
        // Nothing can fail from here on, so a checkpoint is complete or not made.
        let result = average.as_ref().unwrap_or(&weights);
        if self.is_best(&report, result) {
            self.good.best = Some((report.epoch, result.clone()));
        }
        self.good.weights = weights;
        self.good.average = average;
        self.good.moments = moments;
        self.good.history.push(report);
        self.good.order.shuffle(&mut self.rng);
        self.good.rng = self.rng.clone();
        self.step = 0;
        self.epoch_loss = 0.0;
        Ok(())
    }

    fn is_best(&self, report: &EpochReport, weights: &Weights) -> bool {
        let judged = |report: &EpochReport| match self.config.keep_epoch {
            KeepEpoch::ValidationLoss => report.validation_loss.unwrap_or(report.training_loss),
            KeepEpoch::TrainingLoss | KeepEpoch::Last => report.training_loss,
        };
        let best = self.good.best.as_ref();
        let best = best.and_then(|(epoch, _)| self.good.history.get(epoch - 1));
        let better = self.config.keep_epoch == KeepEpoch::Last
            || best.is_none_or(|best| judged(report) < judged(best));
        // A loss that is not a number is never the best, and the last update may have diverged
        // after its loss was computed.
        judged(report).is_finite() && better && finite(weights)
    }

    /// Mean loss over the validation part, without dropout.
    async fn validation_loss(&self) -> Result<Option<f64>, DeviceError> {
        if self.validation.is_empty() {
            return Ok(None);
        }
        let network = self.network();
        let device = self.device.clone().inner();
        let (mut pending, mut sum) = (Vec::new(), 0.0);
        let batches = self.validation.chunks(self.config.batch_size);
        let last = batches.len().saturating_sub(1);
        for (n, rows) in batches.enumerate() {
            let (batch, targets) = self.batch(&rows.iter().collect::<Vec<_>>(), &device);
            let logits = network.forward(&batch, None).logits;
            let loss = loss(logits, targets, self.config.loss);
            let rows = rows.len();
            pending.push(PendingLoss { loss, rows });
            if n == last || pending.len() == MAX_PENDING_LOSSES {
                let (losses, rows) = read(std::mem::take(&mut pending), &device).await?;
                let parts = losses.iter().zip(rows).map(|(loss, n)| loss * n as f64);
                sum = parts.fold(sum, |sum, part| sum + part);
            }
        }
        Ok(Some(sum / self.validation.len() as f64))
    }

    fn batch(&self, rows: &[&Example], device: &Device) -> (Batch, BatchTargets) {
        let encoded: Vec<&EncodedRna> = rows.iter().map(|row| &row.encoded).collect();
        let targets = rows.iter().flat_map(|row| &row.targets);
        let targets: Vec<Option<f32>> = targets.map(|target| target.probability()).collect();
        (
            Batch::new(&encoded, self.padding, device),
            BatchTargets::new(&targets, rows.len(), device),
        )
    }
}

/// The losses of batches and the number of RNAs in each, read back together.
async fn read(
    pending: Vec<PendingLoss>,
    device: &Device,
) -> Result<(Vec<f64>, Vec<usize>), DeviceError> {
    let rows = pending.iter().map(|batch| batch.rows).collect();
    let register = |read: Transaction, batch: PendingLoss| read.register(batch.loss);
    let read = pending.into_iter().fold(Transaction::default(), register);
    let losses = device::read(read, device).await?;
    Ok((
        losses.iter().flatten().copied().map(f64::from).collect(),
        rows,
    ))
}

fn finite(weights: &Weights) -> bool {
    let mut values = weights.values().flat_map(|array| &array.values);
    values.all(|value| value.is_finite())
}

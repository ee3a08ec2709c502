//! A training run: from a labelled set to a model, by splitting, fitting, training and evaluating.
//!
//! Fixed length, GeneticSeq2Vec and network are fitted on the training part only. The validation
//! part chooses the epoch and the thresholds; without one, thresholds are cross-fitted on two
//! halves of the training part. The held-out part is used for evaluation only.
//!
//! If the GPU fails, the CPU continues from the end of the last epoch.

mod error;
mod finish;
mod fit_thresholds;
mod prepared;
mod start;
mod threshold_source;
mod validation;

use burn::tensor::Device;

pub use error::TrainingRunError;
use prepared::PreparedData;
pub use threshold_source::ThresholdSource;
pub(crate) use validation::VALIDATION_FRACTION;
pub use validation::{default_validation_fraction, split_without_test};

use crate::dataset::{Dataset, Split, near_identical_groups, split_of};
use crate::device::{self, DeviceError, DeviceUse};
use crate::device_choice::{self, CpuBaseline, DeviceChoice, DevicePreference};
use crate::explanation::Explanation;
use crate::metrics::{ScoreKind, Scores};
use crate::model::Model;
use crate::network::{Config, Network};
use crate::training::{Checkpoint, Progress, Trainer};

/// Training steps per call of the trainer on a GPU, where reading the losses takes time.
const STEPS_PER_CALL_ON_GPU: usize = 8;

/// A training run that has been started, and the device that was chosen for it.
pub struct StartedRun {
    /// The training run.
    pub run: TrainingRun,
    /// The choice of its device.
    pub choice: DeviceChoice,
}

/// A training run in progress. Dropping it cancels it.
pub struct TrainingRun {
    prepared: PreparedData,
    trainer: Trainer,
    /// Chosen at the end, unless it is given.
    threshold_source: Option<ThresholdSource>,
    diverged: bool,
    fallback: Option<String>,
}

impl TrainingRun {
    /// Splits the set, fits length and embedding on the training part, and initialises the network.
    /// A split that the set names is kept.
    ///
    /// # Errors
    /// The settings or the set cannot be used.
    pub fn new(
        dataset: Dataset,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, TrainingRunError> {
        let split = split_of(&dataset, seed)?;
        Self::with_split(dataset, split, config, seed, device)
    }

    /// Like [`TrainingRun::new`], with a given split, such as one of many folds. If its test part
    /// is empty, the model has no held-out metrics.
    ///
    /// # Errors
    /// The settings or the set cannot be used.
    pub fn with_split(
        dataset: Dataset,
        split: Split,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, TrainingRunError> {
        Self::from_prepared(PreparedData::new(dataset, split, config, seed, device)?)
    }

    /// Like [`TrainingRun::new`], on the device that is faster for one update of this training.
    /// With a checkpoint of the same set, settings and seed, the training is resumed.
    ///
    /// # Errors
    /// The settings or the set cannot be used, or the checkpoint belongs to another training.
    pub async fn start(
        dataset: Dataset,
        config: Config,
        seed: u64,
        wanted: DevicePreference,
        checkpoint: Option<Checkpoint>,
    ) -> Result<StartedRun, TrainingRunError> {
        let split = split_of(&dataset, seed)?;
        Self::start_with_split(dataset, split, config, seed, wanted, checkpoint).await
    }

    /// Like [`TrainingRun::start`], with a given split.
    ///
    /// # Errors
    /// As [`TrainingRun::start`].
    pub async fn start_with_split(
        dataset: Dataset,
        split: Split,
        config: Config,
        seed: u64,
        wanted: DevicePreference,
        checkpoint: Option<Checkpoint>,
    ) -> Result<StartedRun, TrainingRunError> {
        let mut prepared = PreparedData::new(dataset, split, config, seed, &device::cpu())?;
        let trial = async |device: &Device| prepared.time_update(device).await;
        let yardstick = CpuBaseline::default();
        let choice = match prepared.too_large() {
            Some(why) if wanted != DevicePreference::Cpu => DeviceChoice::cpu(why),
            _ => device_choice::choose(wanted, DeviceUse::Training, yardstick, trial).await,
        };
        prepared.device = choice.device.clone();
        let mut run = Self::from_prepared(prepared)?;
        if let Some(checkpoint) = checkpoint {
            run.trainer.resume(checkpoint, &choice.device)?;
        }
        Ok(StartedRun { run, choice })
    }

    fn from_prepared(prepared: PreparedData) -> Result<Self, TrainingRunError> {
        Ok(Self {
            trainer: prepared.trainer(prepared.config.clone(), &prepared.device)?,
            threshold_source: None,
            prepared,
            diverged: false,
            fallback: None,
        })
    }

    /// The same run with a given source of thresholds.
    #[must_use]
    pub fn with_threshold_source(mut self, source: ThresholdSource) -> Self {
        self.threshold_source = Some(source);
        self
    }

    /// The RNAs that choose the thresholds. For cross-fitting, near-identical RNAs stay in one
    /// half.
    pub fn threshold_source(&mut self) -> &ThresholdSource {
        let prepared = &self.prepared;
        self.threshold_source.get_or_insert_with(|| {
            let (split, dataset) = (&prepared.split, &prepared.dataset);
            let no_validation = split.validation.is_empty();
            let groups = no_validation.then(|| near_identical_groups(&dataset.sequences()));
            ThresholdSource::new(split, dataset, groups.as_deref(), prepared.seed)
        })
    }

    /// Does up to `n` training steps.
    ///
    /// # Errors
    /// The CPU failed; or the training diverged. In that case [`TrainingRun::finish`] still returns
    /// the best epoch, if one had ended.
    pub async fn step(&mut self, n: usize) -> Result<Progress, TrainingRunError> {
        if self.diverged {
            return Err(self.diverged_error());
        }
        let before = self.trainer.checkpoint().epoch();
        let mut progress = match self.trainer.step(n).await {
            Ok(progress) => progress,
            Err(error) => {
                self.fall_back(&error)?;
                let mut progress = self.trainer.step(n).await?;
                // Epochs that ended in this call before the device failed are reported too.
                let history = self.trainer.checkpoint().history();
                progress.finished_epochs = history[before..].to_vec();
                progress
            }
        };
        if progress.losses.iter().any(|loss| !loss.is_finite()) {
            self.diverged = true;
            return Err(self.diverged_error());
        }
        progress.fallback = self.fallback.take();
        Ok(progress)
    }

    /// Trains to the end. `on_progress` is called after every few steps. Returns the error of a
    /// training that diverged after an epoch had ended: the best epoch is then kept.
    ///
    /// # Errors
    /// The CPU failed, or the training diverged before the end of the first epoch.
    pub async fn train(
        &mut self,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<Option<TrainingRunError>, TrainingRunError> {
        loop {
            let is_on_cpu = self.prepared.device == device::cpu();
            let steps = if is_on_cpu { 1 } else { STEPS_PER_CALL_ON_GPU };
            match self.step(steps).await {
                Ok(progress) => {
                    on_progress(&progress);
                    if progress.done {
                        return Ok(None);
                    }
                }
                Err(error @ TrainingRunError::Diverged(_)) if self.has_result() => {
                    return Ok(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Like [`TrainingRun::train`], with a call of `on_epoch` after every epoch. Returns whether
    /// the training diverged after an epoch had ended.
    ///
    /// # Errors
    /// As [`TrainingRun::train`].
    pub async fn train_watched(
        &mut self,
        mut on_epoch: impl FnMut(),
    ) -> Result<bool, TrainingRunError> {
        let on_progress =
            |progress: &Progress| progress.finished_epochs.iter().for_each(|_| on_epoch());
        Ok(self.train(on_progress).await?.is_some())
    }

    /// If the device failed since the last call of this function or of [`TrainingRun::step`]: why,
    /// and from which epoch the CPU continues.
    pub fn take_fallback(&mut self) -> Option<String> {
        self.fallback.take()
    }

    /// The device that computes.
    pub fn device(&self) -> &Device {
        &self.prepared.device
    }

    /// The newest checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        self.trainer.checkpoint()
    }

    /// Whether [`TrainingRun::finish`] would succeed: an epoch has ended, or the training has not
    /// diverged.
    pub fn has_result(&self) -> bool {
        self.trainer.has_best() || !self.diverged
    }

    fn diverged_error(&self) -> TrainingRunError {
        TrainingRunError::Diverged(self.prepared.config.learning_rate)
    }

    /// The labelled set.
    pub fn dataset(&self) -> &Dataset {
        &self.prepared.dataset
    }

    /// The split of the set.
    pub fn split(&self) -> &Split {
        &self.prepared.split
    }

    /// The settings of the network and its training.
    pub fn settings(&self) -> &Config {
        &self.prepared.config
    }

    /// What a person should know before the first step, as sentences.
    pub fn notes(&self) -> &[String] {
        &self.prepared.notes
    }

    /// The attention over one RNA of the set under the present weights; `None` if there is no such
    /// RNA.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn attention(
        &mut self,
        record: usize,
    ) -> Result<Option<Explanation>, TrainingRunError> {
        match self.explained(record).await {
            Err(error) => {
                self.fall_back(&error)?;
                Ok(self.explained(record).await?)
            }
            explained => Ok(explained?),
        }
    }

    async fn explained(&self, record: usize) -> Result<Option<Explanation>, DeviceError> {
        let prepared = &self.prepared;
        let Some(encoded) = prepared.encoded.get(record) else {
            return Ok(None);
        };
        let length = prepared.dataset.records()[record].sequence.len();
        let network = self.trainer.network();
        let inference = prepared.infer(&network, &[record]).await?.pop();
        let explain =
            |inference| Explanation::new(&prepared.encoder.kmers, encoded, inference, length);
        Ok(inference.map(explain))
    }

    /// The probabilities that a model of this training run gives for some RNAs of the set, in the
    /// order of `part`.
    ///
    /// # Errors
    /// The device failed, a probability is not a number, or the model belongs to another training
    /// run.
    pub async fn scores(&self, model: &Model, part: &[usize]) -> Result<Scores, TrainingRunError> {
        let (compartments, device) = (model.compartments.len(), &self.prepared.device);
        let network = Network::from_weights(&model.config, compartments, &model.weights, device)?;
        self.prepared.scores(&network, part).await
    }

    /// The probabilities under the weights of the best epoch, as [`TrainingRun::scores`].
    ///
    /// # Errors
    /// The device failed, or a probability is not a number.
    pub async fn trained_scores(&self, part: &[usize]) -> Result<Scores, TrainingRunError> {
        let trained = self.trainer.finish().await?;
        let network = self.prepared.network(&trained.weights)?;
        self.prepared.scores(&network, part).await
    }

    /// The probabilities under the present weights, as [`TrainingRun::scores`].
    ///
    /// # Errors
    /// The device failed, or a probability is not a number.
    pub async fn current_scores(&self, part: &[usize]) -> Result<Scores, TrainingRunError> {
        self.prepared.scores(&self.trainer.network(), part).await
    }

    /// The kind of scores that the network gives.
    pub fn score_kind(&self) -> ScoreKind {
        self.prepared.score_kind()
    }

    /// Ends the training run, early or not, and returns the model: the weights of the best epoch,
    /// thresholds, and the metrics of the held-out part.
    ///
    /// # Errors
    /// The CPU failed, the metrics cannot be computed, or the training diverged before the end of
    /// the first epoch.
    pub async fn finish(&mut self) -> Result<Model, TrainingRunError> {
        self.finish_watched(|| ()).await
    }

    /// Like [`TrainingRun::finish`]. `on_epoch` is called after every epoch of the networks that
    /// are trained to choose thresholds; see [`ThresholdSource::networks`].
    ///
    /// # Errors
    /// As [`TrainingRun::finish`].
    pub async fn finish_watched(
        &mut self,
        mut on_epoch: impl FnMut(),
    ) -> Result<Model, TrainingRunError> {
        if !self.has_result() {
            return Err(self.diverged_error());
        }
        let source = self.threshold_source().clone();
        match self.finish_on_device(&source, &mut on_epoch).await {
            Err(TrainingRunError::Device(error)) => {
                self.fall_back(&error)?;
                self.finish_on_device(&source, &mut on_epoch).await
            }
            finished => finished,
        }
    }

    async fn finish_on_device(
        &self,
        source: &ThresholdSource,
        on_epoch: &mut dyn FnMut(),
    ) -> Result<Model, TrainingRunError> {
        let trained = self.trainer.finish().await?;
        let network = self.prepared.network(&trained.weights)?;
        let thresholds = self.thresholds(&network, source, on_epoch).await?;
        self.prepared
            .finish_model(trained, &network, thresholds, source)
            .await
    }

    /// Replaces a GPU that failed by the CPU.
    fn fall_back(&mut self, error: &DeviceError) -> Result<(), TrainingRunError> {
        let cpu = device::cpu();
        if self.prepared.device == cpu {
            return Err(error.clone().into());
        }
        let good = self.trainer.checkpoint().clone();
        let epoch = (good.epoch() + 1).min(self.prepared.config.epochs);
        self.trainer.resume(good, &cpu)?;
        self.prepared.device = cpu;
        let why = error.summary();
        self.fallback = Some(format!("{why}; continuing from epoch {epoch}"));
        Ok(())
    }
}

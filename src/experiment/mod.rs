//! From a labelled set to a model with its figures: split, fit, train, choose thresholds, judge.
//!
//! Everything is fitted inside the training part: fixed length, GeneticSeq2Vec, network. The
//! validation part chooses the epoch and the thresholds; where there is none, halves of the training
//! part judge each other. The held-out part is only judged.
//!
//! Where the GPU fails, the CPU takes over from the end of the last epoch.

mod cross_fit;
mod error;
mod finish;
mod prepared;

use burn::tensor::Device;

pub use error::ExperimentError;
use prepared::Design;

use crate::dataset::{Dataset, Split, split_of};
use crate::device::{self, DeviceError, Purpose};
use crate::device_choice::{self, Chosen, Wanted, Yardstick};
use crate::explanation::Explanation;
use crate::genetic_seq2vec::EmbeddingMatrix;
use crate::metrics::Scores;
use crate::model::Model;
use crate::network::{Config, Network};
use crate::training::{Progress, Savepoint, Trainer};

/// Training steps between two looks at what is going on.
const STEPS: usize = 8;

/// An experiment under way. Dropping it cancels it.
pub struct Experiment {
    design: Design,
    trainer: Trainer,
    diverged: bool,
    device_changed: Option<String>,
}

impl Experiment {
    /// Splits the set, fits length and embedding on the training part and starts the network.
    /// A split given in the set is honoured.
    ///
    /// # Errors
    /// The settings or the set do not allow it.
    pub fn new(
        dataset: Dataset,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        let split = split_of(&dataset, seed)?;
        Self::with_split(dataset, split, config, seed, device)
    }

    /// Like [`Experiment::new`], with a split made elsewhere, such as one fold of many. Its test
    /// part may be empty: then there are no figures.
    ///
    /// # Errors
    /// The settings or the set do not allow it.
    pub fn with_split(
        dataset: Dataset,
        split: Split,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        Self::of(Design::new(dataset, split, config, seed, device)?)
    }

    /// Like [`Experiment::new`], on the device found best for one update of this very training.
    /// With a savepoint of the same set, settings and seed it goes on from there.
    ///
    /// # Errors
    /// The settings or the set do not allow it, or the savepoint is another training's.
    pub async fn start(
        dataset: Dataset,
        config: Config,
        seed: u64,
        wanted: Wanted,
        savepoint: Option<Savepoint>,
    ) -> Result<(Self, Chosen), ExperimentError> {
        let split = split_of(&dataset, seed)?;
        Self::start_with_split(dataset, split, config, seed, wanted, savepoint).await
    }

    /// Like [`Experiment::start`], with a split made elsewhere.
    ///
    /// # Errors
    /// As [`Experiment::start`].
    pub async fn start_with_split(
        dataset: Dataset,
        split: Split,
        config: Config,
        seed: u64,
        wanted: Wanted,
        savepoint: Option<Savepoint>,
    ) -> Result<(Self, Chosen), ExperimentError> {
        let mut design = Design::new(dataset, split, config, seed, &device::cpu())?;
        let trial = async |device: &Device| design.time_update(device).await;
        let yardstick = Yardstick::default();
        let chosen = match design.too_large() {
            Some(why) if wanted != Wanted::Cpu => Chosen::cpu(why),
            _ => device_choice::choose(wanted, Purpose::Training, yardstick, trial).await,
        };
        design.device = chosen.device.clone();
        let mut experiment = Self::of(design)?;
        if let Some(savepoint) = savepoint {
            experiment.trainer.resume(savepoint, &chosen.device)?;
        }
        Ok((experiment, chosen))
    }

    fn of(design: Design) -> Result<Self, ExperimentError> {
        Ok(Self {
            trainer: design.trainer(design.config.clone(), &design.device)?,
            design,
            diverged: false,
            device_changed: None,
        })
    }

    /// Does up to `n` training steps.
    ///
    /// # Errors
    /// The CPU failed; or the loss is no longer a number: then [`Experiment::finish`] still
    /// gives the best epoch where one had ended.
    pub async fn step(&mut self, n: usize) -> Result<Progress, ExperimentError> {
        if self.diverged {
            return Err(self.ran_away());
        }
        let before = self.trainer.savepoint().epoch();
        let mut progress = match self.trainer.step(n).await {
            Ok(progress) => progress,
            Err(error) => {
                self.fall_back(&error)?;
                let mut progress = self.trainer.step(n).await?;
                // Epochs that ended in this call before the device failed count too.
                let history = self.trainer.savepoint().history();
                progress.finished_epochs = history[before..].to_vec();
                progress
            }
        };
        if progress.losses.iter().any(|loss| !loss.is_finite()) {
            self.diverged = true;
            return Err(self.ran_away());
        }
        progress.device_changed = self.device_changed.take();
        Ok(progress)
    }

    /// Where the device failed since this was last asked, or told by [`Experiment::step`]: why,
    /// and from where the CPU went on.
    pub fn device_changed(&mut self) -> Option<String> {
        self.device_changed.take()
    }

    /// Where it computes.
    pub fn device(&self) -> &Device {
        &self.design.device
    }

    /// The last point from which this training can go on.
    pub fn savepoint(&self) -> &Savepoint {
        self.trainer.savepoint()
    }

    /// Whether there is something to [`Experiment::finish`] with: a best epoch, or weights that
    /// have not run away.
    pub fn has_result(&self) -> bool {
        self.trainer.has_best() || !self.diverged
    }

    fn ran_away(&self) -> ExperimentError {
        ExperimentError::Diverged(self.design.config.learning_rate)
    }

    /// The labelled set.
    pub fn dataset(&self) -> &Dataset {
        &self.design.dataset
    }

    /// The parts of the set.
    pub fn split(&self) -> &Split {
        &self.design.split
    }

    /// The network and its training.
    pub fn settings(&self) -> &Config {
        &self.design.config
    }

    /// The embedding the network started from.
    pub fn embedding(&self) -> &EmbeddingMatrix {
        &self.design.start.embedding
    }

    /// Attention over one RNA of the set under the present weights; none where there is no such
    /// RNA.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn attention(
        &mut self,
        record: usize,
    ) -> Result<Option<Explanation>, ExperimentError> {
        match self.explained(record).await {
            Err(error) => {
                self.fall_back(&error)?;
                Ok(self.explained(record).await?)
            }
            explained => Ok(explained?),
        }
    }

    async fn explained(&self, record: usize) -> Result<Option<Explanation>, DeviceError> {
        let design = &self.design;
        let Some(encoded) = design.encoded.get(record) else {
            return Ok(None);
        };
        let length = design.dataset.records[record].sequence.len();
        let network = self.trainer.network();
        let answer = design.answers(&network, &[record]).await?.pop();
        let explain = |answer| Explanation::new(&design.kmers, encoded, answer, length);
        Ok(answer.map(explain))
    }

    /// What a model of this experiment says of some RNAs of the set: a row of probabilities each,
    /// in the order of `part`.
    ///
    /// # Errors
    /// The device failed, or the model is another experiment's.
    pub async fn scores(
        &self,
        model: &Model,
        part: &[usize],
    ) -> Result<Vec<Vec<f32>>, ExperimentError> {
        let (design, compartments) = (&self.design, model.compartments.len());
        let network =
            Network::from_weights(&model.config, compartments, &model.weights, &design.device)?;
        Ok(design.scores(&network, part).await?)
    }

    /// What the present weights say of some RNAs of the set, as [`Experiment::scores`].
    ///
    /// # Errors
    /// The device failed.
    pub async fn present_scores(&self, part: &[usize]) -> Result<Vec<Vec<f32>>, ExperimentError> {
        Ok(self.design.scores(&self.trainer.network(), part).await?)
    }

    /// What the probabilities of this experiment's network are.
    pub fn kind_of_scores(&self) -> Scores {
        self.design.kind_of_scores()
    }

    /// Ends the experiment, early or not: best weights, thresholds from the validation part,
    /// figures from the held-out part.
    ///
    /// # Errors
    /// The CPU failed; the figures cannot be worked out; or the loss ran away before any epoch
    /// had ended.
    pub async fn finish(&mut self) -> Result<Model, ExperimentError> {
        if !self.has_result() {
            return Err(self.ran_away());
        }
        match self.judged().await {
            Err(ExperimentError::Device(error)) => {
                self.fall_back(&error)?;
                self.judged().await
            }
            judged => judged,
        }
    }

    async fn judged(&self) -> Result<Model, ExperimentError> {
        let trained = self.trainer.finish().await?;
        self.design.judge(trained).await
    }

    /// Puts the CPU in the place of a GPU that failed.
    fn fall_back(&mut self, error: &DeviceError) -> Result<(), ExperimentError> {
        let cpu = device::cpu();
        if self.design.device == cpu {
            return Err(error.clone().into());
        }
        let good = self.trainer.savepoint().clone();
        let epoch = (good.epoch() + 1).min(self.design.config.epochs);
        self.trainer.resume(good, &cpu)?;
        self.design.device = cpu;
        let why = error.summary();
        self.device_changed = Some(format!("{why}; going on from epoch {epoch}"));
        Ok(())
    }
}

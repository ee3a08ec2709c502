//! From a labelled set to a model with its figures: split, fit, train, choose thresholds, judge.
//!
//! Everything is fitted inside the training part: fixed length, GeneticSeq2Vec, network. The
//! validation part chooses the epoch and the thresholds. The held-out part is only judged.

use burn::tensor::Device;

use crate::device::DeviceError;
use crate::evaluation::{self, LengthOnly, Metrics, MetricsError, Prior, call, fit_thresholds};
use crate::explanation::Explanation;
use crate::genetic_seq2vec::{EmbeddingError, EmbeddingMatrix, Recipe};
use crate::model::{Figures, Model, Parts, TrainingRecord};
use crate::network::{Answer, Config, ConfigError, Network, WeightsError, answers, weights};
use crate::rna::{Dataset, Encoded, FixedLength, KmerError, Kmers, Record, encode};
use crate::training::{Example, Fractions, Progress, Split, SplitError, Trained, Trainer, split};

/// Share of the set that chooses epoch and thresholds, and share held out for the figures.
pub const FRACTIONS: Fractions = Fractions {
    validation: 0.15,
    test: 0.2,
};

/// Why an experiment cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// The set cannot be split.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// No embedding can be made of the training part.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    /// The starting weights do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The figures cannot be worked out.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// An RNA has no k-mer.
    #[error(
        "record `{record}` (line {line}) has {length} nt, too short for one {k}-mer; remove it or use a smaller k"
    )]
    TooShort {
        /// Its id.
        record: String,
        /// Its line in the file.
        line: u64,
        /// Its nucleotides.
        length: usize,
        /// The k asked for.
        k: usize,
    },
    /// Too few RNAs to learn anything.
    #[error("only {0} RNAs are left to learn from; at least {MINIMUM} are needed")]
    TooFew(usize),
    /// A part of the split teaches or judges nothing.
    #[error(
        "none of the {count} RNAs in the {part} part has a compartment; label more RNAs, or give the split yourself with [split=train|val|test]"
    )]
    Unlabelled {
        /// Which part: training, validation or held-out.
        part: &'static str,
        /// RNAs in it.
        count: usize,
    },
    /// Training ran away.
    #[error(
        "the loss is no longer a number: the learning rate {0} is too high for this data; use a smaller one"
    )]
    Diverged(f64),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Fewest RNAs in the training part: batch statistics need at least two.
const MINIMUM: usize = 4;

/// An experiment under way. Dropping it cancels it.
pub struct Experiment {
    design: Design,
    trainer: Trainer,
    diverged: bool,
}

/// What is fixed before the first step.
struct Design {
    config: Config,
    dataset: Dataset,
    split: Split,
    seed: u64,
    kmers: Kmers,
    fixed_length: FixedLength,
    embedding: EmbeddingMatrix,
    encoded: Vec<Encoded>,
    device: Device,
}

impl Experiment {
    /// Splits the set, fits length and embedding on the training part and starts the network.
    /// A split given in the set is honoured.
    pub fn new(
        dataset: Dataset,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        let design = Design::new(dataset, config, seed, device)?;
        let compartments = design.dataset.compartments.len();
        let start = weights::initial(&design.config, compartments, &design.embedding, seed);
        let trainer = Trainer::new(
            design.config.clone(),
            &start,
            design.kmers.padding(),
            design.examples(&design.split.train),
            design.examples(&design.split.validation),
            seed,
            device,
        )?;
        Ok(Self {
            design,
            trainer,
            diverged: false,
        })
    }

    /// Does up to `n` training steps.
    ///
    /// # Errors
    /// The device failed; or the loss is no longer a number: then [`Experiment::finish`] still
    /// gives the best epoch where one had ended.
    pub async fn step(&mut self, n: usize) -> Result<Progress, ExperimentError> {
        if self.diverged {
            return Err(self.ran_away());
        }
        let progress = self.trainer.step(n).await?;
        if progress.losses.iter().any(|loss| !loss.is_finite()) {
            self.diverged = true;
            return Err(self.ran_away());
        }
        Ok(progress)
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

    /// The embedding the network started from.
    pub fn embedding(&self) -> &EmbeddingMatrix {
        &self.design.embedding
    }

    /// Attention over one RNA of the set under the present weights; none where there is no such
    /// RNA.
    ///
    /// # Errors
    /// The device failed.
    pub async fn attention(&self, record: usize) -> Result<Option<Explanation>, DeviceError> {
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

    /// Ends the experiment, early or not: best weights, thresholds from the validation part,
    /// figures from the held-out part.
    ///
    /// # Errors
    /// The device failed; the figures cannot be worked out; or the loss ran away before any epoch
    /// had ended.
    pub async fn finish(self) -> Result<Model, ExperimentError> {
        if !self.has_result() {
            return Err(self.ran_away());
        }
        let trained = self.trainer.finish().await?;
        self.design.judge(trained).await
    }
}

impl Design {
    fn new(
        dataset: Dataset,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        config.check()?;
        let kmers = Kmers::new(config.k, config.stride)?;
        let split = split_of(&dataset, seed)?;
        if split.train.len() < MINIMUM {
            return Err(ExperimentError::TooFew(split.train.len()));
        }
        check_labels(&dataset, &split)?;
        let sequence = |i: &usize| dataset.records[*i].sequence.as_slice();
        let lengths = split.train.iter().map(|i| sequence(i).len());
        let fixed_length = FixedLength::fit(config.length_setting, lengths)
            .ok_or(ExperimentError::TooFew(split.train.len()))?;
        let recipe = Recipe {
            mode: config.embedding_mode,
            hops: config.hops,
            dim: config.embedding_dim,
            seed,
        };
        let embedding = EmbeddingMatrix::fit(&kmers, recipe, split.train.iter().map(sequence))?;
        let encoded = encode_all(&dataset, &kmers, &fixed_length)?;
        let device = device.clone();
        Ok(Self {
            config,
            dataset,
            split,
            seed,
            kmers,
            fixed_length,
            embedding,
            encoded,
            device,
        })
    }

    fn examples(&self, part: &[usize]) -> Vec<Example> {
        let example = |i: &usize| Example {
            encoded: self.encoded[*i].clone(),
            labels: self.dataset.labels[*i].clone(),
        };
        part.iter().map(example).collect()
    }

    async fn answers(&self, network: &Network, part: &[usize]) -> Result<Vec<Answer>, DeviceError> {
        let encoded: Vec<&Encoded> = part.iter().map(|i| &self.encoded[*i]).collect();
        let (loss, batch) = (self.config.loss, self.config.batch_size);
        answers(
            network,
            loss,
            &encoded,
            self.kmers.padding(),
            batch,
            &self.device,
        )
        .await
    }

    /// Probabilities of every RNA of a part.
    async fn scores(
        &self,
        network: &Network,
        part: &[usize],
    ) -> Result<Vec<Vec<f32>>, DeviceError> {
        let answers = self.answers(network, part).await?;
        Ok(answers.into_iter().map(|a| a.probabilities).collect())
    }

    fn truth(&self, part: &[usize]) -> Vec<Vec<bool>> {
        part.iter()
            .map(|i| self.dataset.labels[*i].clone())
            .collect()
    }

    fn lengths(&self, part: &[usize]) -> Vec<usize> {
        part.iter()
            .map(|i| self.dataset.records[*i].sequence.len())
            .collect()
    }

    /// The model: thresholds, then figures.
    async fn judge(self, trained: Trained) -> Result<Model, ExperimentError> {
        let compartments = self.dataset.compartments.len();
        let network =
            Network::from_weights(&self.config, compartments, &trained.weights, &self.device)?;
        let chosen_on = self.scores(&network, self.chooser()).await?;
        let thresholds = fit_thresholds(&chosen_on, &self.truth(self.chooser()))?;
        let held_out = match self.split.test.is_empty() {
            true => None,
            false => {
                let scores = self.scores(&network, &self.split.test).await?;
                Some(self.figures(&scores, &thresholds)?)
            }
        };
        let record = self.record(&trained, held_out);
        Ok(Model {
            config: self.config,
            compartments: self.dataset.compartments,
            thresholds,
            fixed_length: self.fixed_length,
            training: Some(record),
            weights: trained.weights,
        })
    }

    /// The part that chooses thresholds; without a validation part the training part must do.
    fn chooser(&self) -> &[usize] {
        if self.split.validation.is_empty() {
            &self.split.train
        } else {
            &self.split.validation
        }
    }

    /// Held-out figures of the model and of the two baselines, thresholds chosen alike.
    fn figures(&self, scores: &[Vec<f32>], thresholds: &[f32]) -> Result<Figures, ExperimentError> {
        let train = self.truth(&self.split.train);
        let prior = Prior::fit(&train)?;
        let length = LengthOnly::fit(&self.lengths(&self.split.train), &train)?;
        Ok(Figures {
            model: self.measure(scores, thresholds)?,
            prior: self.baseline(|_| prior.scores())?,
            length: self.baseline(|nucleotides| length.scores(nucleotides))?,
        })
    }

    fn baseline(&self, scores: impl Fn(usize) -> Vec<f32>) -> Result<Metrics, ExperimentError> {
        let of = |part: &[usize]| -> Vec<Vec<f32>> {
            self.lengths(part).into_iter().map(&scores).collect()
        };
        let thresholds = fit_thresholds(&of(self.chooser()), &self.truth(self.chooser()))?;
        self.measure(&of(&self.split.test), &thresholds)
    }

    fn measure(&self, scores: &[Vec<f32>], thresholds: &[f32]) -> Result<Metrics, ExperimentError> {
        let called: Vec<Vec<bool>> = scores.iter().map(|row| call(row, thresholds)).collect();
        Ok(evaluation::evaluate(
            scores,
            &called,
            &self.truth(&self.split.test),
        )?)
    }

    fn record(&self, trained: &Trained, held_out: Option<Figures>) -> TrainingRecord {
        TrainingRecord {
            software: format!("rmlocnet {}", env!("CARGO_PKG_VERSION")),
            seed: self.seed,
            data_sha256: self.dataset.sha256(),
            records: self.dataset.records.len(),
            support: self.dataset.counts(),
            lengths: self.dataset.lengths(),
            split_sha256: self.split.sha256(),
            parts: Parts {
                train: self.split.train.len(),
                validation: self.split.validation.len(),
                test: self.split.test.len(),
            },
            best_epoch: trained.best_epoch,
            history: trained.history.clone(),
            degenerate_embedding: self.embedding.degenerate,
            held_out,
        }
    }
}

/// The split given in the set, else one made of it.
fn split_of(dataset: &Dataset, seed: u64) -> Result<Split, SplitError> {
    let sequences: Vec<&[u8]> = dataset
        .records
        .iter()
        .map(|record| record.sequence.as_slice())
        .collect();
    match split::given(&dataset.parts, &sequences, &dataset.labels, FRACTIONS, seed)? {
        Some(given) => Ok(given),
        None => split::split(&sequences, &dataset.labels, FRACTIONS, seed),
    }
}

/// Says before training what would otherwise fail after it: a part without any label.
fn check_labels(dataset: &Dataset, split: &Split) -> Result<(), ExperimentError> {
    let parts = [
        ("training", &split.train),
        ("validation", &split.validation),
        ("held-out", &split.test),
    ];
    for (part, records) in parts {
        let labelled = records.iter().any(|&i| dataset.labels[i].contains(&true));
        if !records.is_empty() && !labelled {
            let count = records.len();
            return Err(ExperimentError::Unlabelled { part, count });
        }
    }
    Ok(())
}

fn encode_all(
    dataset: &Dataset,
    kmers: &Kmers,
    fixed: &FixedLength,
) -> Result<Vec<Encoded>, ExperimentError> {
    // By its own length: under a minimum setting one short RNA cuts all others as short.
    let short = |record: &&Record| record.sequence.len() < kmers.k();
    if let Some(record) = dataset.records.iter().find(short) {
        return Err(ExperimentError::TooShort {
            record: record.id.clone(),
            line: record.line,
            length: record.sequence.len(),
            k: kmers.k(),
        });
    }
    let encode_one = |record: &Record| encode(kmers, fixed, &record.sequence);
    Ok(dataset.records.iter().map(encode_one).collect())
}

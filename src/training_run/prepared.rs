//! What a training run prepares before its first step: split, fixed length, embedding, tokens.

use burn::tensor::Device;

use super::error::TrainingRunError;
use crate::dataset::split::MIN_TRAINING_RECORDS;
use crate::dataset::{Dataset, Labels, Split};
use crate::device::DeviceError;
use crate::device::timing::median_ms;
use crate::genetic_seq2vec::{EmbeddingConfig, EmbeddingMatrix};
use crate::metrics::{Scores, same_shape};
#[cfg(feature = "webgpu")]
use crate::network::lstm::gpu::{Workload, fits};
use crate::network::tensors::{self, InitialStatistics};
use crate::network::{Config, Inference, InferenceNetwork, Network, Weights, WeightsError, infer};
use crate::parallel;
use crate::rna::{EncodedRna, Encoder, FixedLength, Kmers, Record, Standardizer};
use crate::training::{Example, Targets, Trainer};

/// Everything that is fixed before the first step.
pub(super) struct PreparedData {
    pub(super) config: Config,
    pub(super) dataset: Dataset,
    pub(super) split: Split,
    pub(super) seed: u64,
    pub(super) encoder: Encoder,
    pub(super) initial: InitialStatistics,
    pub(super) encoded: Vec<EncodedRna>,
    /// What the network is trained towards.
    pub(super) targets: Targets,
    /// The weights at the start, if they are given.
    pub(super) initial_weights: Option<Weights>,
    pub(super) device: Device,
    /// What a person should know before the first step.
    pub(super) notes: Vec<String>,
}

impl PreparedData {
    pub(super) fn new(
        dataset: Dataset,
        split: Split,
        config: Config,
        seed: u64,
        device: &Device,
    ) -> Result<Self, TrainingRunError> {
        config.check()?;
        let mut notes: Vec<String> = dataset.tail_note(config.poly_a).into_iter().collect();
        let dataset = dataset.with_poly_a(config.poly_a);
        if split.train.len() < MIN_TRAINING_RECORDS {
            return Err(TrainingRunError::TooFew(split.train.len()));
        }
        check_labels(&dataset, &split)?;
        let lengths = split.train.iter();
        let lengths = lengths.map(|i| dataset.records()[*i].sequence.len());
        let fixed_length = FixedLength::fit(config.length_setting, lengths)
            .ok_or(TrainingRunError::TooFew(split.train.len()))?;
        let fixed_length = fixed_length.at_most(config.length_limit);
        let encoder = config.encoder(fixed_length)?;
        let encoded = encode_all(&dataset, &encoder)?;
        let targets = Targets::from(dataset.labels());
        let initial =
            initial_statistics(&dataset, &encoded, &targets, &split.train, &config, seed)?;
        notes.extend(initial.embedding.degenerate_notice().map(str::to_owned));
        let device = device.clone();
        Ok(Self {
            config,
            dataset,
            split,
            seed,
            encoder,
            initial,
            encoded,
            targets,
            initial_weights: None,
            device,
            notes,
        })
    }

    /// Replaces the targets, which must have one row per record and one column per compartment.
    pub(super) fn set_targets(&mut self, targets: Targets) -> Result<(), TrainingRunError> {
        same_shape("targets", &targets, self.dataset.labels())?;
        self.initial.label_frequencies = label_frequencies(&targets, &self.split.train);
        self.targets = targets;
        Ok(())
    }

    /// A trainer at its start, with these settings.
    pub(super) fn trainer(&self, config: Config, device: &Device) -> Result<Trainer, WeightsError> {
        let compartments = self.dataset.compartments().len();
        let weights = match &self.initial_weights {
            Some(given) => given.clone(),
            None => tensors::initial(&config, compartments, &self.initial, self.seed),
        };
        Trainer::new(
            config,
            &weights,
            self.encoder.kmers.padding(),
            self.examples(&self.split.train),
            self.examples(&self.split.validation),
            self.seed,
            device,
        )
    }

    /// Why no GPU can run this training: its largest batch needs more memory than WebGPU grants.
    pub(super) fn too_large(&self) -> Option<String> {
        #[cfg(feature = "webgpu")]
        {
            let steps = self.encoded.iter().map(|rna| rna.tokens.len()).max();
            let batch = self.config.batch_size.min(self.split.train.len());
            let work = Workload::new(&self.config, batch, steps.unwrap_or(0));
            fits(work).err().map(|error| error.to_string())
        }
        #[cfg(not(feature = "webgpu"))]
        None
    }

    /// The milliseconds of one update on a device, including reading its loss.
    pub(super) async fn time_update(&self, device: &Device) -> Result<f64, DeviceError> {
        // Without an end, because every timed call must be an update.
        let endless = Config {
            epochs: usize::MAX,
            ..self.config.clone()
        };
        let trainer = self.trainer(endless, device);
        let mut trainer = trainer.map_err(|error| DeviceError::Failed(error.to_string()))?;
        median_ms(async || trainer.step(1).await.map(|_| ())).await
    }

    pub(super) fn examples(&self, part: &[usize]) -> Vec<Example> {
        let example = |i: &usize| Example {
            encoded: self.encoded[*i].clone(),
            targets: self.targets[*i].to_vec(),
        };
        part.iter().map(example).collect()
    }

    pub(super) async fn infer(
        &self,
        network: &Network,
        part: &[usize],
    ) -> Result<Vec<Inference>, DeviceError> {
        let encoded: Vec<&EncodedRna> = part.iter().map(|i| &self.encoded[*i]).collect();
        let (loss, batch) = (self.config.loss, self.config.batch_size);
        infer(
            &InferenceNetwork::new(network.clone()),
            loss,
            &encoded,
            self.encoder.kmers.padding(),
            batch,
            &self.device,
        )
        .await
    }

    /// The probabilities of every RNA of a part.
    pub(super) async fn scores(
        &self,
        network: &Network,
        part: &[usize],
    ) -> Result<Scores, TrainingRunError> {
        let inferences = self.infer(network, part).await?;
        let rows = inferences.iter().map(|inference| &inference.probabilities);
        Ok(Scores::from_rows(rows)?)
    }

    /// The labels of every RNA of a part.
    pub(super) fn truth(&self, part: &[usize]) -> Labels {
        self.dataset.labels().select(part)
    }

    pub(super) fn lengths(&self, part: &[usize]) -> Vec<usize> {
        part.iter()
            .map(|i| self.dataset.records()[*i].sequence.len())
            .collect()
    }
}

/// What the training part contributes to the initial weights.
fn initial_statistics(
    dataset: &Dataset,
    encoded: &[EncodedRna],
    targets: &Targets,
    train: &[usize],
    config: &Config,
    seed: u64,
) -> Result<InitialStatistics, TrainingRunError> {
    let sequences = || train.iter().map(|i| &dataset.records()[*i].sequence);
    let embedding_config = EmbeddingConfig {
        weighting: config.embedding_mode,
        hops: config.hops,
        dim: config.embedding_dim,
        seed,
    };
    let embedding = |k: usize| -> Result<EmbeddingMatrix, TrainingRunError> {
        let kmers = Kmers::new(k, config.stride)?;
        Ok(EmbeddingMatrix::fit(&kmers, embedding_config, sequences())?)
    };
    let smaller = config.smaller_k().map(embedding);
    let features = train.iter().map(|i| &encoded[*i].features[..]);
    Ok(InitialStatistics {
        embedding: embedding(config.k)?,
        smaller: smaller.collect::<Result<_, _>>()?,
        standardizer: Standardizer::fit(config.feature_set().size(), features),
        label_frequencies: label_frequencies(targets, train),
    })
}

/// The mean probability of each compartment over the RNAs of a part for which it is known; 0 if there
/// are none.
fn label_frequencies(targets: &Targets, part: &[usize]) -> Vec<f64> {
    let of_compartment = |c: usize| {
        let known = part.iter().filter_map(|i| targets[*i][c].probability());
        let count = known.clone().count().max(1);
        known.map(f64::from).sum::<f64>() / count as f64
    };
    (0..targets.compartments()).map(of_compartment).collect()
}

/// Rejects, before training, a part without any label, which would fail after it.
fn check_labels(dataset: &Dataset, split: &Split) -> Result<(), TrainingRunError> {
    let parts = [
        ("training", &split.train),
        ("validation", &split.validation),
        ("held-out", &split.test),
    ];
    for (part, records) in parts {
        let labelled = records.iter().any(|&i| dataset.labels()[i].contains(&true));
        if !records.is_empty() && !labelled {
            let count = records.len();
            return Err(TrainingRunError::Unlabelled { part, count });
        }
    }
    Ok(())
}

fn encode_all(dataset: &Dataset, encoder: &Encoder) -> Result<Vec<EncodedRna>, TrainingRunError> {
    // By the RNA's own length: with a minimum setting, one short RNA cuts all others to its length.
    let k = encoder.kmers.k();
    let short = |record: &&Record| record.sequence.len() < k;
    if let Some(record) = dataset.records().iter().find(short) {
        return Err(TrainingRunError::TooShort {
            record: record.id.clone(),
            line: record.line,
            length: record.sequence.len(),
            k,
        });
    }
    let encode_one = |record: &Record| encoder.encode(&record.sequence);
    Ok(parallel::map(dataset.records(), encode_one))
}

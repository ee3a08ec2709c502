//! A checkpoint: a point from which a training can be resumed, on any device.

use std::collections::HashMap;

use rand::SeedableRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::example::Example;
use super::optimizer::Moments;
use super::progress::EpochReport;
use crate::network::tensor_file::{TensorFile, TensorFileBuilder, TensorFileError};
use crate::network::{Config, Rng, Weights};
use crate::sha256::hexadecimal;

/// The complete state of a training at the end of an epoch. It is independent of the device. On the
/// CPU, a resumed training gives the same bits as one without an interruption.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The training that it belongs to ([`fingerprint`]).
    pub(super) fingerprint: String,
    pub(super) weights: Weights,
    /// The running average of the weights, if the settings use one.
    pub(super) average: Option<Weights>,
    pub(super) moments: Moments,
    pub(super) history: Vec<EpochReport>,
    /// The best epoch, counted from 1, and its weights.
    pub(super) best: Option<(usize, Weights)>,
    /// The order of the training part in the next epoch.
    pub(super) order: Vec<usize>,
    pub(super) rng: Rng,
}

/// A checkpoint that cannot be resumed.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The bytes are not a checkpoint.
    #[error("not a training checkpoint: {0}")]
    Unreadable(String),
    /// The checkpoint belongs to another training.
    #[error(
        "this checkpoint belongs to another training; use the same labelled RNAs, settings and seed"
    )]
    Other,
}

/// The part of a checkpoint that is stored as JSON.
#[derive(Serialize, Deserialize)]
struct CheckpointState {
    fingerprint: String,
    updates: usize,
    best_epoch: Option<usize>,
    seed: [u8; 32],
    stream: u64,
    /// A 128-bit number as text, because JSON numbers are too small for it.
    position: String,
}

const FORMAT: &str = "rmlocnet-training-1";
const FIRST: &str = "moments.first";
const SECOND: &str = "moments.second";
const AVERAGE: &str = "average";
const HISTORY: &str = "history";
const ORDER: &str = "order";

impl Checkpoint {
    /// The number of finished epochs.
    pub fn epoch(&self) -> usize {
        self.history.len()
    }

    /// The weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The losses of the finished epochs.
    pub fn history(&self) -> &[EpochReport] {
        &self.history
    }

    /// Writes the checkpoint as a safetensors file: the weights as `now.*`, their running average,
    /// if there is one, as `average.*`, the best epoch's as `best.*`, AdamW's moments, the history
    /// of losses, and the state of the random numbers.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let mut file = TensorFileBuilder::default();
        add_weights(&mut file, "now", &self.weights);
        if let Some(weights) = &self.average {
            add_weights(&mut file, AVERAGE, weights);
        }
        if let Some((_, weights)) = &self.best {
            add_weights(&mut file, "best", weights);
        }
        for (name, moments) in [(FIRST, &self.moments.first), (SECOND, &self.moments.second)] {
            file.add_floats(name, &[moments.len()], moments);
        }
        add_history(&mut file, &self.history);
        file.add_indices(ORDER, &self.order);
        let state = CheckpointState {
            fingerprint: self.fingerprint.clone(),
            updates: self.moments.updates,
            best_epoch: self.best.as_ref().map(|(epoch, _)| *epoch),
            seed: self.rng.get_seed(),
            stream: self.rng.get_stream(),
            position: self.rng.get_word_pos().to_string(),
        };
        let state = serde_json::to_string(&state).map_err(unreadable)?;
        let metadata = HashMap::from([(FORMAT.to_owned(), state)]);
        Ok(file.to_bytes(metadata)?)
    }

    /// Reads what [`Checkpoint::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are not a checkpoint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let file = TensorFile::from_bytes(bytes)?;
        let state = file.metadata.get(FORMAT);
        let state = state.ok_or_else(|| unreadable("it has another format"))?;
        let state: CheckpointState = serde_json::from_str(state).map_err(unreadable)?;
        Ok(Self {
            weights: weights(&file, "now")?,
            average: Some(weights(&file, AVERAGE)?).filter(|weights| !weights.is_empty()),
            moments: Moments {
                updates: state.updates,
                first: file.array(FIRST)?.values,
                second: file.array(SECOND)?.values,
            },
            history: history(&file)?,
            best: match state.best_epoch {
                Some(epoch) => Some((epoch, weights(&file, "best")?)),
                None => None,
            },
            order: file.indices(ORDER)?,
            rng: rng(&state)?,
            fingerprint: state.fingerprint,
        })
    }

    /// Checks that the training with this fingerprint can be resumed from it.
    pub(super) fn check(&self, fingerprint: &str, examples: usize) -> Result<(), CheckpointError> {
        let mut sorted = self.order.clone();
        sorted.sort_unstable();
        let every_example_once = sorted.into_iter().eq(0..examples);
        let best_is_past = self
            .best
            .as_ref()
            .is_none_or(|(epoch, _)| (1..=self.epoch()).contains(epoch));
        let (first, second) = (self.moments.first.len(), self.moments.second.len());
        if self.fingerprint != fingerprint
            || !every_example_once
            || !best_is_past
            || first != second
        {
            return Err(CheckpointError::Other);
        }
        Ok(())
    }
}

/// SHA-256 of everything that determines a training: settings, seed, RNAs and targets.
pub(super) fn fingerprint(
    config: &Config,
    seed: u64,
    training: &[Example],
    validation: &[Example],
) -> String {
    let mut hash = Sha256::new();
    // Settings and examples are plain data, so their debug form is complete.
    hash.update(format!("{config:?} {seed} {}", training.len()));
    for example in training.iter().chain(validation) {
        hash.update((example.encoded.tokens.len() as u64).to_le_bytes());
        hash.update((example.encoded.padding as u64).to_le_bytes());
        example
            .encoded
            .tokens
            .iter()
            .for_each(|token| hash.update(token.to_le_bytes()));
        let features = example.encoded.features.iter();
        features.for_each(|number| hash.update(number.to_le_bytes()));
        for target in &example.targets {
            // No probability is NaN.
            let number = target.probability().unwrap_or(f32::NAN);
            hash.update(number.to_le_bytes());
        }
    }
    hexadecimal(hash)
}

fn add_weights(file: &mut TensorFileBuilder, group: &str, weights: &Weights) {
    for (name, array) in weights {
        file.add_floats(&format!("{group}.{name}"), &array.shape, &array.values);
    }
}

/// The training losses, and the validation losses if there are any, in full precision.
fn add_history(file: &mut TensorFileBuilder, history: &[EpochReport]) {
    let row = |report: &EpochReport| {
        [Some(report.training_loss), report.validation_loss]
            .into_iter()
            .flatten()
    };
    let values: Vec<f64> = history.iter().flat_map(row).collect();
    let shape = [history.len(), values.len() / history.len().max(1)];
    file.add_doubles(HISTORY, &shape, &values);
}

/// All tensors of a group. Whether they form a network is checked when one is built from them.
fn weights(file: &TensorFile<'_>, group: &str) -> Result<Weights, CheckpointError> {
    let mut weights = Weights::new();
    for name in file.names() {
        let of_group = name
            .strip_prefix(group)
            .and_then(|name| name.strip_prefix('.'));
        if let Some(short) = of_group {
            weights.insert(short.to_owned(), file.array(name)?);
        }
    }
    Ok(weights)
}

fn history(file: &TensorFile<'_>) -> Result<Vec<EpochReport>, CheckpointError> {
    let (shape, values) = file.doubles(HISTORY)?;
    let columns = shape.last().copied().unwrap_or(0).max(1);
    let report = |(n, row): (usize, &[f64])| EpochReport {
        epoch: n + 1,
        training_loss: row[0],
        validation_loss: row.get(1).copied(),
    };
    let rows = values.chunks_exact(columns).enumerate();
    Ok(rows.map(report).collect())
}

fn rng(state: &CheckpointState) -> Result<Rng, CheckpointError> {
    let mut rng = Rng::from_seed(state.seed);
    rng.set_stream(state.stream);
    rng.set_word_pos(state.position.parse().map_err(unreadable)?);
    Ok(rng)
}

impl From<TensorFileError> for CheckpointError {
    fn from(error: TensorFileError) -> Self {
        unreadable(error)
    }
}

fn unreadable(error: impl ToString) -> CheckpointError {
    CheckpointError::Unreadable(error.to_string())
}

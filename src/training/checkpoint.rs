//! A checkpoint: a point from which a training can be resumed, on any device.

use std::collections::HashMap;
use std::fmt::Write as _;

use rand::SeedableRng;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::example::Example;
use super::optimizer::Moments;
use super::progress::EpochReport;
use crate::network::{Array, Config, Rng, Weights};

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
        let mut parts = TensorList::default();
        parts.weights("now", &self.weights);
        if let Some(weights) = &self.average {
            parts.weights(AVERAGE, weights);
        }
        if let Some((_, weights)) = &self.best {
            parts.weights("best", weights);
        }
        parts.floats(FIRST, vec![self.moments.first.len()], &self.moments.first);
        parts.floats(
            SECOND,
            vec![self.moments.second.len()],
            &self.moments.second,
        );
        parts.history(&self.history);
        let order = self.order.iter().flat_map(|i| (*i as u64).to_le_bytes());
        parts.add(ORDER, Dtype::U64, vec![self.order.len()], order.collect());
        let state = CheckpointState {
            fingerprint: self.fingerprint.clone(),
            updates: self.moments.updates,
            best_epoch: self.best.as_ref().map(|(epoch, _)| *epoch),
            seed: self.rng.get_seed(),
            stream: self.rng.get_stream(),
            position: self.rng.get_word_pos().to_string(),
        };
        parts.file(&state)
    }

    /// Reads what [`Checkpoint::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are not a checkpoint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let metadata = header.metadata().as_ref();
        let state = metadata.and_then(|metadata| metadata.get(FORMAT));
        let state = state.ok_or_else(|| unreadable("it has another format"))?;
        let state: CheckpointState = serde_json::from_str(state).map_err(unreadable)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let read = |name: &str| floats(&tensors, name);
        Ok(Self {
            weights: weights(&tensors, "now")?,
            average: Some(weights(&tensors, AVERAGE)?).filter(|weights| !weights.is_empty()),
            moments: Moments {
                updates: state.updates,
                first: read(FIRST)?.values,
                second: read(SECOND)?.values,
            },
            history: history(&tensors)?,
            best: match state.best_epoch {
                Some(epoch) => Some((epoch, weights(&tensors, "best")?)),
                None => None,
            },
            order: order(&tensors)?,
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

/// SHA-256 of everything that determines a training: settings, seed, RNAs and labels.
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
        let composition = example.encoded.composition.iter();
        composition.for_each(|number| hash.update(number.to_le_bytes()));
        example
            .labels
            .iter()
            .for_each(|label| hash.update([u8::from(*label)]));
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[derive(Default)]
struct TensorList(Vec<(String, Dtype, Vec<usize>, Vec<u8>)>);

impl TensorList {
    fn add(&mut self, name: impl Into<String>, kind: Dtype, shape: Vec<usize>, bytes: Vec<u8>) {
        self.0.push((name.into(), kind, shape, bytes));
    }

    fn floats(&mut self, name: impl Into<String>, shape: Vec<usize>, values: &[f32]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.add(name, Dtype::F32, shape, bytes.collect());
    }

    fn weights(&mut self, group: &str, weights: &Weights) {
        for (name, array) in weights {
            let name = format!("{group}.{name}");
            self.floats(name, array.shape.clone(), &array.values);
        }
    }

    /// The training losses, and the validation losses if there are any, in full precision.
    fn history(&mut self, history: &[EpochReport]) {
        let row = |report: &EpochReport| {
            [Some(report.training_loss), report.validation_loss]
                .into_iter()
                .flatten()
        };
        let values: Vec<f64> = history.iter().flat_map(row).collect();
        let shape = vec![history.len(), values.len() / history.len().max(1)];
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.add(HISTORY, Dtype::F64, shape, bytes.collect());
    }

    fn file(&self, state: &CheckpointState) -> Result<Vec<u8>, CheckpointError> {
        let state = serde_json::to_string(state).map_err(unreadable)?;
        let mut views = Vec::with_capacity(self.0.len());
        for (name, kind, shape, bytes) in &self.0 {
            let view = TensorView::new(*kind, shape.clone(), bytes).map_err(unreadable)?;
            views.push((name.as_str(), view));
        }
        let metadata = HashMap::from([(FORMAT.to_owned(), state)]);
        safetensors::serialize(views, Some(metadata)).map_err(unreadable)
    }
}

fn floats(tensors: &SafeTensors<'_>, name: &str) -> Result<Array, CheckpointError> {
    let view = tensor(tensors, name, Dtype::F32)?;
    let (numbers, _) = view.data().as_chunks::<4>();
    Ok(Array {
        shape: view.shape().to_vec(),
        values: numbers.iter().map(|b| f32::from_le_bytes(*b)).collect(),
    })
}

/// All tensors of a group. Whether they form a network is checked when one is built from them.
fn weights(tensors: &SafeTensors<'_>, group: &str) -> Result<Weights, CheckpointError> {
    let mut weights = Weights::new();
    for name in tensors.names() {
        let of_group = name
            .strip_prefix(group)
            .and_then(|name| name.strip_prefix('.'));
        if let Some(short) = of_group {
            weights.insert(short.to_owned(), floats(tensors, name)?);
        }
    }
    Ok(weights)
}

fn history(tensors: &SafeTensors<'_>) -> Result<Vec<EpochReport>, CheckpointError> {
    let view = tensor(tensors, HISTORY, Dtype::F64)?;
    let (numbers, _) = view.data().as_chunks::<8>();
    let values: Vec<f64> = numbers.iter().map(|b| f64::from_le_bytes(*b)).collect();
    let columns = view.shape().last().copied().unwrap_or(0).max(1);
    let report = |(n, row): (usize, &[f64])| EpochReport {
        epoch: n + 1,
        training_loss: row[0],
        validation_loss: row.get(1).copied(),
    };
    Ok(values
        .chunks_exact(columns)
        .enumerate()
        .map(report)
        .collect())
}

fn order(tensors: &SafeTensors<'_>) -> Result<Vec<usize>, CheckpointError> {
    let view = tensor(tensors, ORDER, Dtype::U64)?;
    let (numbers, _) = view.data().as_chunks::<8>();
    Ok(numbers
        .iter()
        .map(|b| u64::from_le_bytes(*b) as usize)
        .collect())
}

fn rng(state: &CheckpointState) -> Result<Rng, CheckpointError> {
    let mut rng = Rng::from_seed(state.seed);
    rng.set_stream(state.stream);
    rng.set_word_pos(state.position.parse().map_err(unreadable)?);
    Ok(rng)
}

fn tensor<'a>(
    tensors: &SafeTensors<'a>,
    name: &str,
    kind: Dtype,
) -> Result<TensorView<'a>, CheckpointError> {
    let view = tensors.tensor(name).map_err(unreadable)?;
    if view.dtype() != kind {
        return Err(unreadable(format!("`{name}` holds another kind of number")));
    }
    Ok(view)
}

fn unreadable(error: impl ToString) -> CheckpointError {
    CheckpointError::Unreadable(error.to_string())
}

//! Model and device: records in, predictions out.
//!
//! [`Reader`] gives an input chunk by chunk, each in batches of like lengths;
//! [`Predictor::predict`] answers a batch, on any thread or worker; the records' indices put the
//! answers back into the input's order.

mod error;
mod explain;
mod fallback;
mod reader;
mod warning;

pub use error::{ExplainError, RecordProblem, ThresholdsError, TokensError};
pub use explain::{ExplainedPrediction, ExplainedPredictions};
pub use reader::{BATCH, Chunk, InputRecord, Reader};
pub use warning::{Warning, WarningKind};

use std::io::Read;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use fallback::{Engine, FallbackEngine};
use warning::warnings;

use crate::device::DeviceError;
use crate::device::timing::median_ms;
use crate::metrics::call;
use crate::model::{Model, ModelError, hash};
use crate::network::{Batch, BatchInference, Inference, infer, infer_batch};
use crate::rna::{EncodedRna, Kmers, encode};

/// A model ready to be asked. Where its GPU fails, the CPU takes over: what was asked for is
/// answered all the same.
pub struct Predictor {
    model: Model,
    /// Whether the thresholds are others than the model file's.
    has_custom_thresholds: bool,
    hash: String,
    kmers: Kmers,
    engines: FallbackEngine,
}

/// What the model says of one RNA.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Which record of the input, counted from 0, bad ones included.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// Its nucleotides as read: A, C, G, U, N.
    pub sequence: String,
    /// Probability of every compartment.
    pub probabilities: Vec<f32>,
    /// Compartments whose probability reaches their threshold; may be empty.
    pub called: Vec<usize>,
    /// What was changed or cut, in words.
    pub notes: Vec<String>,
    /// Why the model should not be trusted with it; empty where nothing speaks against it.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Where the id is not as written: why, in words. Also among the notes.
    #[serde(default)]
    pub renamed: Option<String>,
}

/// What the model says of a batch, in the batch's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Predictions {
    /// One for every RNA with at least one k-mer.
    pub predictions: Vec<Prediction>,
    /// The RNAs without.
    pub problems: Vec<RecordProblem>,
    /// Where the device failed and the CPU took over: why. Said once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

impl Predictor {
    /// Loads a model file's bytes onto a device.
    pub fn new(bytes: &[u8], device: &Device) -> Result<Self, ModelError> {
        Self::from_model(Model::from_bytes(bytes)?, hash(bytes), device)
    }

    fn from_model(model: Model, hash: String, device: &Device) -> Result<Self, ModelError> {
        Ok(Self {
            kmers: model.kmers()?,
            hash,
            engines: FallbackEngine::new(Engine::new(&model, device)?),
            model,
            has_custom_thresholds: false,
        })
    }

    /// The same with other thresholds, one per compartment: a compartment is called from its
    /// threshold on.
    ///
    /// # Errors
    /// Not one per compartment, or one that is no probability.
    pub fn with_thresholds(mut self, thresholds: &[f32]) -> Result<Self, ThresholdsError> {
        let compartments = self.model.compartments.len();
        if thresholds.len() != compartments {
            let given = thresholds.len();
            return Err(ThresholdsError::Count {
                given,
                compartments,
            });
        }
        if let Some(wrong) = thresholds.iter().find(|t| !(0.0..=1.0).contains(*t)) {
            return Err(ThresholdsError::Range(*wrong));
        }
        self.has_custom_thresholds |= self.model.thresholds != thresholds;
        self.model.thresholds = thresholds.to_vec();
        Ok(self)
    }

    /// Whether the thresholds are others than the model file's.
    pub fn has_custom_thresholds(&self) -> bool {
        self.has_custom_thresholds
    }

    /// Calls compartments anew, by the thresholds this has.
    pub fn reapply_thresholds(&self, prediction: &mut Prediction) {
        prediction.called = self.called(&prediction.probabilities);
    }

    fn called(&self, probabilities: &[f32]) -> Vec<usize> {
        let called = call(probabilities, &self.model.thresholds);
        (0..called.len()).filter(|c| called[*c]).collect()
    }

    /// The same model on another device.
    ///
    /// # Errors
    /// None for a model that was loaded before.
    pub fn on_device(&self, device: &Device) -> Result<Self, ModelError> {
        let model = self.model.clone();
        let there = Self::from_model(model, self.hash.clone(), device)?;
        Ok(Self {
            has_custom_thresholds: self.has_custom_thresholds,
            ..there
        })
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.engines.current().device.clone()
    }

    /// Where its device failed and the CPU took over: why.
    pub fn fallback(&self) -> Option<String> {
        self.engines.current().fallback.clone()
    }

    /// What [`Predictor::fallback`] says, once.
    pub fn take_fallback(&self) -> Option<String> {
        self.engines.take_fallback()
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// First 12 hexadecimal digits of the model file's SHA-256.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Reads an input for this model: RNAs longer than it reads are batched as it cuts them.
    pub fn reader<R: Read>(&self, source: R) -> Reader<R> {
        Reader::new(source).max_nucleotides(self.model.fixed_length.length)
    }

    /// Predicts RNAs, of any number, though best as [`Chunk::batches`] has them.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn predict(&self, items: &[InputRecord]) -> Result<Predictions, DeviceError> {
        let encode = |item: &InputRecord| self.encode(item.sequence.as_bytes());
        let encoded: Vec<EncodedRna> = items.iter().map(encode).collect();
        let mut inferences = self.infer_encoded(&encoded).await?.into_iter();
        let mut result = Predictions {
            fallback: self.take_fallback(),
            ..Predictions::default()
        };
        for (item, encoded) in items.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                result.problems.push(self.too_short(item));
            } else if let Some(inference) = inferences.next() {
                result
                    .predictions
                    .push(self.prediction(item, encoded, inference));
            }
        }
        Ok(result)
    }

    /// Probabilities and attention of RNAs given as their k-mers' ids: `tokens` [B · T], padded at
    /// the end, and how many of them each RNA has.
    ///
    /// # Errors
    /// Sizes that do not fit together, ids the model does not know; a model that also reads the
    /// composition of whole sequences; a device that failed.
    pub async fn infer_tokens(
        &self,
        tokens: Vec<u32>,
        lengths: Vec<u32>,
    ) -> Result<BatchInference, TokensError> {
        self.check_tokens(&tokens, &lengths)?;
        if self.model.config.joined_features {
            return Err(TokensError::Composition);
        }
        let loss = self.model.config.loss;
        let work = async |engine: &Engine| {
            let batch = Batch::from_tokens(tokens.clone(), lengths.clone(), &engine.device);
            infer_batch(&engine.network, loss, &batch, &engine.device).await
        };
        Ok(self.engines.run(&self.model, work).await?)
    }

    fn check_tokens(&self, tokens: &[u32], lengths: &[u32]) -> Result<(), TokensError> {
        let (count, rnas) = (tokens.len(), lengths.len());
        if rnas == 0 || count == 0 || !count.is_multiple_of(rnas) {
            return Err(TokensError::Sizes { count, rnas });
        }
        let steps = count / rnas;
        if let Some(&length) = lengths.iter().find(|n| **n == 0 || **n as usize > steps) {
            return Err(TokensError::Length { length, steps });
        }
        let most = self.kmers.size() as u32 - 1;
        match tokens.iter().find(|token| **token > most) {
            Some(&token) => Err(TokensError::Unknown { token, most }),
            None => Ok(()),
        }
    }

    /// Milliseconds that a batch such as this model is for takes on its device: 32 RNAs as long
    /// as it reads, though 4096 nt at most; the median of a few.
    ///
    /// # Errors
    /// The device failed: no other is timed in its place.
    pub async fn time_batch(&self) -> Result<f64, DeviceError> {
        let nucleotides = self.model.fixed_length.length.min(4096);
        let synthetic = |n| self.encode(InputRecord::synthetic(n, nucleotides).sequence.as_bytes());
        let batch: Vec<EncodedRna> = (0..BATCH).map(synthetic).collect();
        let engine = self.engines.current();
        median_ms(async || self.ask_on(&engine, &batch).await.map(drop)).await
    }

    fn encode(&self, sequence: &[u8]) -> EncodedRna {
        encode(&self.kmers, &self.model.fixed_length, sequence)
    }

    /// Answers for those that have a k-mer.
    async fn infer_encoded(&self, encoded: &[EncodedRna]) -> Result<Vec<Inference>, DeviceError> {
        let work = async |engine: &Engine| self.ask_on(engine, encoded).await;
        self.engines.run(&self.model, work).await
    }

    async fn ask_on(
        &self,
        engine: &Engine,
        encoded: &[EncodedRna],
    ) -> Result<Vec<Inference>, DeviceError> {
        let readable: Vec<&EncodedRna> = encoded.iter().filter(|rna| has_kmer(rna)).collect();
        let (loss, padding) = (self.model.config.loss, self.kmers.padding());
        let (network, device) = (&engine.network, &engine.device);
        infer(network, loss, &readable, padding, BATCH, device).await
    }

    fn prediction(
        &self,
        item: &InputRecord,
        encoded: &EncodedRna,
        inference: Inference,
    ) -> Prediction {
        let mut notes = item.notes.clone();
        notes.extend(encoded.read_range.describe(item.sequence.len()));
        let called = self.called(&inference.probabilities);
        Prediction {
            index: item.index,
            id: item.id.clone(),
            sequence: item.sequence.clone(),
            probabilities: inference.probabilities,
            called,
            notes,
            warnings: warnings(&self.model, item.sequence.as_bytes()),
            renamed: item.renamed.clone(),
        }
    }

    fn too_short(&self, item: &InputRecord) -> RecordProblem {
        let (length, k) = (item.sequence.len(), self.kmers.k());
        let why = ExplainError::TooShort { length, k };
        RecordProblem {
            index: item.index,
            line: Some(item.line),
            record: Some(item.id.clone()),
            message: format!("line {}, record '{}': {why}", item.line, item.id),
            fatal: false,
        }
    }
}

fn has_kmer(encoded: &EncodedRna) -> bool {
    encoded.tokens.len() > encoded.padding
}

//! Model and device: records in, predictions out.
//!
//! [`Reader`] gives an input window by window, each in batches of like lengths;
//! [`Predictor::predict`] answers a batch, on any thread or worker; the records' indices put the
//! answers back into the input's order.

mod error;
mod explain;
mod fallback;
mod reader;
mod warning;

pub use error::{ExplainError, Problem, ThresholdsError, TokensError};
pub use explain::{Attended, AttendedBatch};
pub use reader::{BATCH, Item, Reader, Window};
pub use warning::{Warning, WarningKind};

use std::io::Read;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use fallback::{Engine, Engines};
use warning::warnings;

use crate::device::DeviceError;
use crate::device::timing::median_ms;
use crate::metrics::call;
use crate::model::{Model, ModelError, hash};
use crate::network::{Answer, Batch, FlatAnswer, answer_batch, answers};
use crate::rna::{Encoded, Kmers, encode};

/// A model ready to be asked. Where its GPU fails, the CPU takes over: what was asked for is
/// answered all the same.
pub struct Predictor {
    model: Model,
    /// Whether the thresholds are others than the model file's.
    rethresholded: bool,
    hash: String,
    kmers: Kmers,
    engines: Engines,
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
    pub problems: Vec<Problem>,
    /// Where the device failed and the CPU took over: why. Said once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_changed: Option<String>,
}

impl Predictor {
    /// Loads a model file's bytes onto a device.
    pub fn new(bytes: &[u8], device: &Device) -> Result<Self, ModelError> {
        Self::of(Model::from_bytes(bytes)?, hash(bytes), device)
    }

    fn of(model: Model, hash: String, device: &Device) -> Result<Self, ModelError> {
        Ok(Self {
            kmers: model.kmers()?,
            hash,
            engines: Engines::new(Engine::new(&model, device)?),
            model,
            rethresholded: false,
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
        self.rethresholded |= self.model.thresholds != thresholds;
        self.model.thresholds = thresholds.to_vec();
        Ok(self)
    }

    /// Whether the thresholds are others than the model file's.
    pub fn rethresholded(&self) -> bool {
        self.rethresholded
    }

    /// Calls compartments anew, by the thresholds this has.
    pub fn recall(&self, prediction: &mut Prediction) {
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
    pub fn on(&self, device: &Device) -> Result<Self, ModelError> {
        let model = self.model.clone();
        let there = Self::of(model, self.hash.clone(), device)?;
        Ok(Self {
            rethresholded: self.rethresholded,
            ..there
        })
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.engines.current().device.clone()
    }

    /// Where its device failed and the CPU took over: why.
    pub fn moved(&self) -> Option<String> {
        self.engines.current().because.clone()
    }

    /// What [`Predictor::moved`] says, once.
    pub fn device_changed(&self) -> Option<String> {
        self.engines.news()
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
        Reader::new(source).cut_at(self.model.fixed_length.length)
    }

    /// Predicts RNAs, of any number, though best as [`Window::batches`] has them.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn predict(&self, items: &[Item]) -> Result<Predictions, DeviceError> {
        let encode = |item: &Item| self.encode(item.sequence.as_bytes());
        let encoded: Vec<Encoded> = items.iter().map(encode).collect();
        let mut answers = self.ask(&encoded).await?.into_iter();
        let mut result = Predictions {
            device_changed: self.device_changed(),
            ..Predictions::default()
        };
        for (item, encoded) in items.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                result.problems.push(self.too_short(item));
            } else if let Some(answer) = answers.next() {
                result
                    .predictions
                    .push(self.prediction(item, encoded, answer));
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
    pub async fn answer(
        &self,
        tokens: Vec<u32>,
        lengths: Vec<u32>,
    ) -> Result<FlatAnswer, TokensError> {
        self.check_tokens(&tokens, &lengths)?;
        if self.model.config.joined_features {
            return Err(TokensError::Composition);
        }
        let loss = self.model.config.loss;
        let work = async |engine: &Engine| {
            let batch = Batch::of_tokens(tokens.clone(), lengths.clone(), &engine.device);
            answer_batch(&engine.network, loss, &batch, &engine.device).await
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
    pub async fn calibrate(&self) -> Result<f64, DeviceError> {
        let nucleotides = self.model.fixed_length.length.min(4096);
        let made_up = |n| self.encode(Item::made_up(n, nucleotides).sequence.as_bytes());
        let batch: Vec<Encoded> = (0..BATCH).map(made_up).collect();
        let engine = self.engines.current();
        median_ms(async || self.ask_on(&engine, &batch).await.map(drop)).await
    }

    fn encode(&self, sequence: &[u8]) -> Encoded {
        encode(&self.kmers, &self.model.fixed_length, sequence)
    }

    /// Answers for those that have a k-mer.
    async fn ask(&self, encoded: &[Encoded]) -> Result<Vec<Answer>, DeviceError> {
        let work = async |engine: &Engine| self.ask_on(engine, encoded).await;
        self.engines.run(&self.model, work).await
    }

    async fn ask_on(
        &self,
        engine: &Engine,
        encoded: &[Encoded],
    ) -> Result<Vec<Answer>, DeviceError> {
        let readable: Vec<&Encoded> = encoded.iter().filter(|rna| has_kmer(rna)).collect();
        let (loss, padding) = (self.model.config.loss, self.kmers.padding());
        let (network, device) = (&engine.network, &engine.device);
        answers(network, loss, &readable, padding, BATCH, device).await
    }

    fn prediction(&self, item: &Item, encoded: &Encoded, answer: Answer) -> Prediction {
        let mut notes = item.notes.clone();
        notes.extend(encoded.window.describe(item.sequence.len()));
        let called = self.called(&answer.probabilities);
        Prediction {
            index: item.index,
            id: item.id.clone(),
            sequence: item.sequence.clone(),
            probabilities: answer.probabilities,
            called,
            notes,
            warnings: warnings(&self.model, item.sequence.as_bytes()),
            renamed: item.renamed.clone(),
        }
    }

    fn too_short(&self, item: &Item) -> Problem {
        let (length, k) = (item.sequence.len(), self.kmers.k());
        let why = ExplainError::TooShort { length, k };
        Problem {
            index: item.index,
            line: Some(item.line),
            record: Some(item.id.clone()),
            message: format!("line {}, record '{}': {why}", item.line, item.id),
            fatal: false,
        }
    }
}

fn has_kmer(encoded: &Encoded) -> bool {
    encoded.tokens.len() > encoded.padding
}

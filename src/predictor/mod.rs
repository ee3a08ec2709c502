//! Predictor: a model on a device, which predicts the RNAs of an input.
//!
//! A [`Reader`] reads the input in chunks of batches, [`Predictor::predict`] predicts one batch on
//! any thread or worker, and the indices of the records restore the order of the input.
//! [`Predictor::predict_all`] does all of this in one call. [`Predictor::explain`] and its
//! neighbours compute what the explanations are made of.

mod device;
mod error;
mod explain;
mod fallback;
mod peek;
mod reader;
mod tokens;
mod warning;

pub use crate::metrics::ThresholdsError;
pub use error::{ExplainError, RecordProblem, TokensError};
pub use explain::{ExplainedPrediction, ExplainedPredictions};
pub use peek::{Peek, PeekSums};
pub use reader::{
    BATCH_SIZE, Chunk, InputRecord, MAX_CHUNK_NUCLEOTIDES, MAX_CHUNK_RECORDS, Reader, RecordBatch,
};
pub use warning::{Warning, WarningKind};

use std::io::Read;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use fallback::{Engine, FallbackEngine};
use warning::warnings;

use crate::device::DeviceError;
use crate::metrics::Thresholds;
use crate::model::{Model, ModelError, hash};
use crate::network::{Inference, infer};
use crate::rna::{EncodedRna, Encoder, Sequence};

/// A model on a device. If the device is a GPU and fails, the work is repeated on the CPU.
///
/// Several threads may use one predictor at the same time.
pub struct Predictor {
    model: Model,
    has_custom_thresholds: bool,
    hash: String,
    encoder: Encoder,
    engine: FallbackEngine,
}

/// The prediction for one RNA.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Prediction {
    /// Position in the input, counted from 0. Records that could not be read are counted, too.
    pub index: usize,
    /// ID of the record.
    pub id: String,
    /// The sequence.
    pub sequence: Sequence,
    /// Probability of every compartment, in the order of [`Model::compartments`].
    pub probabilities: Vec<f32>,
    /// Indices of the compartments whose probability reaches their threshold; may be empty. It is
    /// empty if the model could read nothing: see [`Prediction::is_unreadable`].
    pub called: Vec<usize>,
    /// Indices of the compartments whose probability is near their threshold, so that a small
    /// change would change the call.
    #[serde(default)]
    pub uncertain: Vec<usize>,
    /// What was changed, noticed or cut, as sentences.
    pub notes: Vec<String>,
    /// Reasons not to trust this prediction; usually empty.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Why the ID differs from the one in the input; `None` if it does not. The notes contain this
    /// sentence, too.
    #[serde(default, rename = "renamed")]
    pub id_note: Option<String>,
    /// The definition line of the record, if it names compartments: [`InputRecord::definition`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

impl Prediction {
    /// The index of the most probable compartment; `None` if there are no compartments.
    pub fn most_probable(&self) -> Option<usize> {
        let probabilities = self.probabilities.iter().enumerate();
        let largest = probabilities.max_by(|(_, a), (_, b)| a.total_cmp(b));
        largest.map(|(compartment, _)| compartment)
    }

    /// Whether no k-mer that the model reads is free of N. The probabilities are then the same for
    /// all such RNAs and mean nothing, so no compartment is called.
    pub fn is_unreadable(&self) -> bool {
        let mut kinds = self.warnings.iter().map(|warning| warning.kind);
        kinds.any(|kind| kind == WarningKind::NothingRead)
    }

    /// The record, to predict it again. Its line in the input is not known.
    pub fn to_record(&self) -> InputRecord {
        InputRecord {
            index: self.index,
            id: self.id.clone(),
            sequence: self.sequence.clone(),
            line: 0,
            notes: self.notes.clone(),
            id_note: self.id_note.clone(),
            rna_class: None,
            definition: self.definition.clone(),
        }
    }
}

/// The predictions for several RNAs, in the order of these RNAs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Predictions {
    /// One prediction for every RNA that has at least one k-mer.
    pub predictions: Vec<Prediction>,
    /// The RNAs that could not be predicted.
    pub problems: Vec<RecordProblem>,
    /// Why the CPU took over from a GPU; reported only once.
    #[serde(rename = "device_changed", skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

impl Predictor {
    /// Loads a model file, given as its bytes, onto a device.
    ///
    /// # Errors
    /// The file is not a valid model.
    pub fn new(bytes: &[u8], device: &Device) -> Result<Self, ModelError> {
        Self::from_model(Model::from_bytes(bytes)?, hash(bytes), device)
    }

    fn from_model(model: Model, hash: String, device: &Device) -> Result<Self, ModelError> {
        Ok(Self {
            encoder: model.encoder()?,
            hash,
            engine: FallbackEngine::new(Engine::new(&model, device)?),
            model,
            has_custom_thresholds: false,
        })
    }

    /// Replaces the model's thresholds, one per compartment. A compartment is called if its
    /// probability is at least its threshold.
    ///
    /// # Errors
    /// The number of thresholds is wrong, or one of them is not a probability.
    pub fn with_thresholds(mut self, thresholds: &[f32]) -> Result<Self, ThresholdsError> {
        let (count, compartments) = (thresholds.len(), self.model.compartments.len());
        if count != compartments {
            return Err(ThresholdsError::Count {
                count,
                compartments,
            });
        }
        let thresholds = Thresholds::new(thresholds.to_vec())?;
        self.has_custom_thresholds |= self.model.thresholds != thresholds;
        self.model.thresholds = thresholds;
        Ok(self)
    }

    /// Whether the thresholds differ from those in the model file.
    pub fn has_custom_thresholds(&self) -> bool {
        self.has_custom_thresholds
    }

    /// Calls the compartments of a prediction again, with this predictor's thresholds.
    pub fn reapply_thresholds(&self, prediction: &mut Prediction) {
        let thresholds = &self.model.thresholds;
        let indices = |chosen: Vec<bool>| (0..chosen.len()).filter(|c| chosen[*c]).collect();
        if prediction.is_unreadable() {
            prediction.called = Vec::new();
            prediction.uncertain = Vec::new();
        } else {
            prediction.called = indices(thresholds.call_row(&prediction.probabilities));
            prediction.uncertain = indices(thresholds.uncertain_row(&prediction.probabilities));
        }
    }

    /// The model, as it was loaded, with the thresholds in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// First 12 hexadecimal digits of the SHA-256 of the model file.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A reader whose batches suit this model: RNAs that the model cuts count as equally long.
    pub fn reader<R: Read>(&self, source: R) -> Reader<R> {
        Reader::new(source).max_nucleotides(self.model.fixed_length.length)
    }

    /// Reads an input to its end and predicts all its records, in the order of the input.
    ///
    /// The result holds every sequence of the input. For an input that does not fit in memory, call
    /// [`Reader::chunk`] and [`Predictor::predict`] in a loop.
    ///
    /// # Errors
    /// The CPU failed. Records that cannot be read or predicted are among
    /// [`Predictions::problems`].
    pub async fn predict_all<R: Read>(
        &self,
        mut reader: Reader<R>,
    ) -> Result<Predictions, DeviceError> {
        let mut all = Predictions::default();
        let mut is_last = false;
        while !is_last {
            let chunk = reader.chunk(MAX_CHUNK_RECORDS, MAX_CHUNK_NUCLEOTIDES);
            is_last = chunk.is_last;
            all.problems.extend(chunk.problems);
            for batch in &chunk.batches {
                let batch = self.predict(batch).await?;
                all.predictions.extend(batch.predictions);
                all.problems.extend(batch.problems);
                all.fallback = all.fallback.or(batch.fallback);
            }
        }
        all.predictions.sort_by_key(|prediction| prediction.index);
        all.problems.sort_by_key(|problem| problem.index);
        Ok(all)
    }

    /// Predicts any number of RNAs. The batches of a [`Chunk`] take the least time and memory.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn predict(&self, records: &[InputRecord]) -> Result<Predictions, DeviceError> {
        let encoded = self.encode_records(records);
        let mut inferences = self.infer_encoded(&encoded).await?.into_iter();
        let mut result = Predictions {
            fallback: self.take_fallback_notice(),
            ..Predictions::default()
        };
        for (record, encoded) in records.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                result.problems.push(self.too_short(record));
            } else if let Some(inference) = inferences.next() {
                let prediction = self.prediction(record, encoded, inference);
                result.predictions.push(prediction);
            }
        }
        Ok(result)
    }

    fn encode_records(&self, records: &[InputRecord]) -> Vec<EncodedRna> {
        let encode = |record: &InputRecord| self.encoder.encode(&record.sequence);
        records.iter().map(encode).collect()
    }

    /// Runs the network on the RNAs that have a k-mer; the other RNAs have no result.
    async fn infer_encoded(&self, encoded: &[EncodedRna]) -> Result<Vec<Inference>, DeviceError> {
        let work = async |engine: &Engine| self.infer_on(engine, encoded).await;
        self.engine.run(&self.model, work).await
    }

    async fn infer_on(
        &self,
        engine: &Engine,
        encoded: &[EncodedRna],
    ) -> Result<Vec<Inference>, DeviceError> {
        let readable: Vec<&EncodedRna> = encoded.iter().filter(|rna| has_kmer(rna)).collect();
        let (loss, padding) = (self.model.config.loss, self.encoder.kmers.padding());
        let (network, device) = (&engine.network, &engine.device);
        infer(network, loss, &readable, padding, BATCH_SIZE, device).await
    }

    fn prediction(
        &self,
        record: &InputRecord,
        encoded: &EncodedRna,
        inference: Inference,
    ) -> Prediction {
        let mut notes = record.notes.clone();
        notes.extend(describe_encoding(encoded, &record.sequence));
        let probabilities = inference.probabilities;
        let warnings = warnings(
            &self.model,
            &self.encoder,
            &record.sequence,
            encoded,
            &probabilities,
        );
        let mut prediction = Prediction {
            index: record.index,
            id: record.id.clone(),
            sequence: record.sequence.clone(),
            probabilities,
            called: Vec::new(),
            uncertain: Vec::new(),
            notes,
            warnings,
            id_note: record.id_note.clone(),
            definition: record.definition.clone(),
        };
        self.reapply_thresholds(&mut prediction);
        prediction
    }

    fn too_short(&self, record: &InputRecord) -> RecordProblem {
        let (length, k) = (record.sequence.len(), self.encoder.kmers.k());
        let (line, id) = (record.line, record.id.clone());
        let error = ExplainError::TooShort { length, k };
        RecordProblem {
            index: record.index,
            line: Some(line),
            message: format!("line {line}, record '{id}': {error}"),
            record: Some(id),
            is_fatal: false,
        }
    }
}

/// What the model leaves out of an RNA or does not find in it, as sentences.
fn describe_encoding(encoded: &EncodedRna, sequence: &Sequence) -> Vec<String> {
    let mut notes = Vec::new();
    if encoded.tail > 0 {
        notes.push(format!("a poly-A tail of {} nt was cut", encoded.tail));
    }
    if let Some(regions) = &encoded.regions {
        notes.extend(regions.describe(sequence));
    }
    notes.extend(encoded.read.describe(sequence.len() - encoded.tail));
    notes
}

fn has_kmer(encoded: &EncodedRna) -> bool {
    encoded.tokens.len() > encoded.padding
}

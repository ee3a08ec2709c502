//! Model and device: records in, predictions out, streamed and batched.

use std::io::Read;

use burn::tensor::Device;
use serde::Serialize;

use crate::device::DeviceError;
use crate::evaluation::call;
use crate::explanation::Explanation;
use crate::model::{Model, ModelError, hash};
use crate::network::{Answer, Network, answers};
use crate::rna::{Encoded, FastaError, FastaReader, Kmers, Note, Record, encode};

/// RNAs that run together.
const BATCH: usize = 32;

/// A model ready to be asked.
pub struct Predictor {
    model: Model,
    hash: String,
    kmers: Kmers,
    network: Network,
    device: Device,
}

/// What the model says of one RNA.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// Where the id is not as written: why, in words. Also among the notes.
    pub renamed: Option<String>,
}

/// A record, or the rest of an input, that could not be predicted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// Line of the input, counted from 1.
    pub line: Option<u64>,
    /// Id of the record.
    pub record: Option<String>,
    /// What is wrong, where and what to do.
    pub message: String,
    /// Whether nothing after it could be read.
    pub fatal: bool,
}

/// Why one RNA cannot be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The letters cannot be read.
    #[error(transparent)]
    Letters(#[from] FastaError),
    /// There are no letters.
    #[error("there is no sequence to explain")]
    Empty,
    /// There is no k-mer.
    #[error("{length} nt is too short; the model reads k-mers of {k}, so give at least {k} nt")]
    TooShort {
        /// Nucleotides given.
        length: usize,
        /// The model's k.
        k: usize,
    },
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Some more of a run's results.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Predictions {
    /// New predictions, in the order of the input.
    pub predictions: Vec<Prediction>,
    /// New problems.
    pub problems: Vec<Problem>,
    /// Bytes of the input read so far.
    pub bytes_read: u64,
    /// Whether the input is at its end.
    pub done: bool,
}

impl Predictor {
    /// Loads a model file's bytes onto a device.
    pub fn new(bytes: &[u8], device: &Device) -> Result<Self, ModelError> {
        let model = Model::from_bytes(bytes)?;
        let network = Network::from_weights(
            &model.config,
            model.compartments.len(),
            &model.weights,
            device,
        )?;
        Ok(Self {
            kmers: model.kmers()?,
            hash: hash(bytes),
            model,
            network,
            device: device.clone(),
        })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// First 12 hexadecimal digits of the model file's SHA-256.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Begins a run over FASTA or FASTA.gz. Nothing is read before the first [`Run::next`].
    pub fn run<R: Read>(&self, source: R) -> Run<R> {
        Run {
            input: Input::Unopened(Some(source)),
            index: 0,
        }
    }

    /// Attention and probabilities of one RNA given as letters (T or U, either case).
    ///
    /// # Errors
    /// Letters that are no nucleotides; no letters; fewer than one k-mer; a device that failed.
    pub async fn explain(&self, sequence: &str) -> Result<Explanation, ExplainError> {
        let text = format!(">sequence\n{sequence}\n");
        let record = FastaReader::new(text.as_bytes())?.next().transpose()?;
        let record = record.ok_or(ExplainError::Empty)?;
        let (length, k) = (record.sequence.len(), self.kmers.k());
        let encoded = self.encode(&record);
        let answer = self
            .ask(&[&encoded])
            .await?
            .pop()
            .ok_or(ExplainError::TooShort { length, k })?;
        Ok(Explanation::new(&self.kmers, &encoded, answer, length))
    }

    fn encode(&self, record: &Record) -> Encoded {
        encode(&self.kmers, &self.model.fixed_length, &record.sequence)
    }

    async fn ask(&self, encoded: &[&Encoded]) -> Result<Vec<Answer>, DeviceError> {
        let readable: Vec<&Encoded> = encoded
            .iter()
            .copied()
            .filter(|e| e.tokens.len() > e.padding)
            .collect();
        let loss = self.model.config.loss;
        answers(
            &self.network,
            loss,
            &readable,
            self.kmers.padding(),
            BATCH,
            &self.device,
        )
        .await
    }

    fn prediction(
        &self,
        index: usize,
        record: Record,
        encoded: &Encoded,
        answer: Answer,
    ) -> Prediction {
        let renamed = |note: &&Note| matches!(note, Note::Renamed { .. } | Note::MissingId { .. });
        let renamed = record.notes.iter().find(renamed).map(ToString::to_string);
        let mut notes: Vec<String> = record.notes.iter().map(ToString::to_string).collect();
        notes.extend(encoded.window.describe(record.sequence.len()));
        let called = call(&answer.probabilities, &self.model.thresholds);
        let called: Vec<usize> = (0..called.len()).filter(|c| called[*c]).collect();
        if called.is_empty() {
            notes.push("no compartment reaches its threshold".to_owned());
        }
        Prediction {
            index,
            id: record.id,
            // Only A, C, G, U and N: each byte is one character.
            sequence: record
                .sequence
                .iter()
                .map(|letter| char::from(*letter))
                .collect(),
            probabilities: answer.probabilities,
            called,
            notes,
            renamed,
        }
    }

    fn too_short(&self, record: &Record) -> Problem {
        let (length, k) = (record.sequence.len(), self.kmers.k());
        let why = ExplainError::TooShort { length, k };
        Problem {
            line: Some(record.line),
            record: Some(record.id.clone()),
            message: format!("line {}, record '{}': {why}", record.line, record.id),
            fatal: false,
        }
    }
}

enum Input<R: Read> {
    Unopened(Option<R>),
    Open(Box<FastaReader<R>>),
    Done(u64),
}

/// One run over one input, pulled; dropping it cancels it. What it gave stays valid.
pub struct Run<R: Read> {
    input: Input<R>,
    index: usize,
}

impl<R: Read> Run<R> {
    /// Reads and predicts up to `most` more records. A bad record becomes a problem and the run
    /// goes on; a bad input becomes a fatal problem and ends it.
    ///
    /// # Errors
    /// The device failed.
    pub async fn next(
        &mut self,
        predictor: &Predictor,
        most: usize,
    ) -> Result<Predictions, DeviceError> {
        let mut result = Predictions::default();
        let mut records: Vec<(usize, Record)> = Vec::new();
        for _ in 0..most {
            match self.read() {
                Some(Ok(record)) => records.push((self.index, record)),
                Some(Err(error)) => {
                    let fatal = error.is_fatal();
                    result.problems.push(problem(&error));
                    if fatal {
                        self.close();
                    }
                }
                None => break,
            }
            self.index += 1;
        }
        predict(predictor, records, &mut result).await?;
        result.bytes_read = self.bytes_read();
        result.done = matches!(self.input, Input::Done(_));
        Ok(result)
    }

    fn read(&mut self) -> Option<Result<Record, FastaError>> {
        if let Input::Unopened(source) = &mut self.input {
            match source.take().map(FastaReader::new) {
                Some(Ok(reader)) => self.input = Input::Open(Box::new(reader)),
                Some(Err(error)) => return Some(Err(error)),
                None => self.input = Input::Done(0),
            }
        }
        let record = match &mut self.input {
            Input::Open(reader) => reader.next(),
            _ => None,
        };
        if record.is_none() {
            self.close();
        }
        record
    }

    fn close(&mut self) {
        self.input = Input::Done(self.bytes_read());
    }

    fn bytes_read(&self) -> u64 {
        match &self.input {
            Input::Unopened(_) => 0,
            Input::Open(reader) => reader.bytes_read(),
            Input::Done(bytes) => *bytes,
        }
    }
}

fn problem(error: &FastaError) -> Problem {
    Problem {
        line: error.line(),
        record: error.record().map(str::to_owned),
        message: error.to_string(),
        fatal: error.is_fatal(),
    }
}

async fn predict(
    predictor: &Predictor,
    records: Vec<(usize, Record)>,
    result: &mut Predictions,
) -> Result<(), DeviceError> {
    let encoded: Vec<Encoded> = records
        .iter()
        .map(|(_, record)| predictor.encode(record))
        .collect();
    let mut answers = predictor
        .ask(&encoded.iter().collect::<Vec<_>>())
        .await?
        .into_iter();
    for ((index, record), encoded) in records.into_iter().zip(&encoded) {
        if encoded.tokens.len() <= encoded.padding {
            result.problems.push(predictor.too_short(&record));
        } else if let Some(answer) = answers.next() {
            result
                .predictions
                .push(predictor.prediction(index, record, encoded, answer));
        }
    }
    Ok(())
}

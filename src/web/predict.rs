//! Reading and predicting, for JavaScript.

use std::io::{self, Read};
use std::rc::Rc;

use js_sys::{Object, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::blob::BlobReader;
use super::{
    device_object, explanation_object, floats, options, promise, put, put_fallback, to_js,
};
use crate::device;
use crate::device_choice::{CpuBaseline, DeviceChoice, DevicePreference};
use crate::network::Config;
use crate::predictor::{InputRecord, Prediction, Predictor, Reader, RecordProblem};

/// Limit on the nucleotides of a chunk, which limits the memory for long inputs.
const MOST_NUCLEOTIDES: usize = 1 << 20;

/// An input that is read chunk by chunk; `free` ends the reading. It needs no model, and any worker
/// can predict its records.
#[wasm_bindgen(js_name = Reader)]
pub struct WebReader {
    reader: Reader<Box<dyn Read>>,
}

#[wasm_bindgen(js_class = Reader)]
impl WebReader {
    /// Reads pasted FASTA. `cut` is the number of nucleotides that the model reads, if it is known.
    pub fn text(text: String, cut: Option<usize>) -> WebReader {
        Self::new(Box::new(io::Cursor::new(text.into_bytes())), cut)
    }

    /// Reads a FASTA or FASTA.gz file piece by piece.
    pub fn file(file: Blob, cut: Option<usize>) -> Result<WebReader, JsError> {
        Ok(Self::new(Box::new(BlobReader::new(file)?), cut))
    }

    /// The next chunk of at most `max_records` records: `{batches, problems, bytes_read, done}`.
    pub fn window(&mut self, max_records: usize) -> Result<JsValue, JsError> {
        to_js(&self.reader.chunk(max_records, MOST_NUCLEOTIDES))
    }

    fn new(source: Box<dyn Read>, cut: Option<usize>) -> Self {
        let reader = Reader::new(source).max_nucleotides(cut.unwrap_or(usize::MAX));
        Self { reader }
    }
}

/// A loaded model on a device.
#[wasm_bindgen(js_name = Model)]
pub struct WebModel {
    pub(super) predictor: Rc<Predictor>,
    chosen: DeviceChoice,
}

#[derive(Default, Deserialize)]
struct LoadOptions {
    #[serde(default)]
    device: DevicePreference,
    cpu_ms: Option<f64>,
    workers: Option<usize>,
}

#[derive(Serialize)]
struct ModelInfo<'a> {
    name: &'a str,
    hash: &'a str,
    version: &'a str,
    compartments: &'a [String],
    thresholds: &'a [f32],
    config: &'a Config,
    fixed_length: usize,
    training: &'a Option<crate::model::TrainingRecord>,
}

#[derive(Serialize)]
struct TableRow {
    #[serde(flatten)]
    prediction: Prediction,
    length: usize,
}

#[derive(Serialize)]
struct TableRows {
    predictions: Vec<TableRow>,
    problems: Vec<RecordProblem>,
    #[serde(rename = "device_changed", skip_serializing_if = "Option::is_none")]
    fallback: Option<String>,
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// Loads a model file. The options are `{device, cpu_ms, workers}`; all of them are optional.
    pub async fn load(bytes: Vec<u8>, given: JsValue) -> Result<WebModel, JsError> {
        let load: LoadOptions = options(given)?;
        let predictor = Predictor::new(&bytes, &device::cpu())?;
        let baseline = CpuBaseline {
            cpu_ms: load.cpu_ms,
            workers: load.workers.unwrap_or(1),
        };
        let chosen = predictor.choose_device(load.device, baseline).await;
        Ok(Self {
            predictor: Rc::new(predictor.on_device(&chosen.device)?),
            chosen,
        })
    }

    /// Name, compartments, thresholds, settings and training record.
    pub fn info(&self) -> Result<JsValue, JsError> {
        let model = self.predictor.model();
        to_js(&ModelInfo {
            name: &model.config.name,
            hash: self.predictor.hash(),
            version: env!("CARGO_PKG_VERSION"),
            compartments: &model.compartments,
            thresholds: &model.thresholds,
            config: &model.config,
            fixed_length: model.fixed_length.length,
            training: &model.training,
        })
    }

    /// The chosen device and the reason: `{kind, reason, adapter, speedup}`.
    pub fn device(&self) -> Result<JsValue, JsError> {
        match self.predictor.fallback() {
            Some(fallback) => device_object(&self.chosen.fall_back(&fallback)),
            None => device_object(&self.chosen),
        }
    }

    /// Predicts a batch of a [`WebReader`]'s chunk: `{predictions, problems}`, and `device_changed`
    /// if the GPU failed and the CPU took over.
    pub fn predict(&self, batch: JsValue) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let items: Vec<InputRecord> = serde_wasm_bindgen::from_value(batch)?;
            let some = predictor.predict(&items).await?;
            let row = |prediction: Prediction| TableRow {
                length: prediction.sequence.len(),
                prediction,
            };
            to_js(&TableRows {
                predictions: some.predictions.into_iter().map(row).collect(),
                problems: some.problems,
                fallback: some.fallback,
            })
        })
    }

    /// Attention and probabilities of one RNA.
    pub fn explain(&self, sequence: String) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let explanation = predictor.explain(&sequence).await?;
            let compartments = &predictor.model().compartments;
            let object = explanation_object(&explanation, compartments)?;
            put_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }

    /// The milliseconds of one typical batch of this model on its device.
    pub fn calibrate(&self) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move { Ok(predictor.time_batch().await?.into()) })
    }

    /// Runs the network on tokens [B · T] and the number of tokens of each RNA:
    /// `{probabilities, attention}`, [B · C] and [B · heads · T].
    pub fn answer(&self, tokens: Vec<u32>, lengths: Vec<u32>) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let answer = predictor.infer_tokens(tokens, lengths).await?;
            let object = Object::new();
            put(&object, "probabilities", floats(&answer.probabilities))?;
            put(&object, "attention", floats(&answer.attention))?;
            put_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }
}

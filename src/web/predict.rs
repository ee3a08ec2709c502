//! Reading and predicting, for JavaScript.

use std::io::{self, Read};
use std::rc::Rc;

use js_sys::{Object, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::blob::BlobReader;
use super::{
    device_to_js, explanation_to_js, parse_options, set_fallback, set_field, to_float32_array,
    to_js, to_promise,
};
use crate::device;
use crate::device_choice::{CpuBaseline, DeviceChoice, DevicePreference};
use crate::metrics::{CallPrecision, UNCERTAIN_MARGIN};
use crate::model::{ModelFigures, TrainingRecord};
use crate::network::Config;
use crate::predictor::{
    InputRecord, MAX_CHUNK_NUCLEOTIDES, Prediction, Predictor, Reader, RecordProblem,
};

/// An input that is read chunk by chunk; `free` ends the reading. It needs no model, and any worker
/// can predict its records.
#[wasm_bindgen(js_name = Reader)]
pub struct WebReader {
    reader: Reader<Box<dyn Read>>,
}

#[wasm_bindgen(js_class = Reader)]
impl WebReader {
    /// Reads pasted FASTA. `cut` is the number of nucleotides that the model reads of an RNA, if it
    /// is known.
    pub fn text(text: String, cut: Option<usize>) -> WebReader {
        Self::new(Box::new(io::Cursor::new(text.into_bytes())), cut)
    }

    /// Reads a FASTA file, plain or gzipped, piece by piece. `cut` is that of [`WebReader::text`].
    pub fn file(file: Blob, cut: Option<usize>) -> Result<WebReader, JsError> {
        Ok(Self::new(Box::new(BlobReader::new(file)?), cut))
    }

    /// Makes batches of RNAs of one likely class, which each record of them names: `rna_class`.
    pub fn divide_by_class(self) -> WebReader {
        Self {
            reader: self.reader.divide_by_class(),
        }
    }

    /// Continues with pasted FASTA. IDs stay unique over everything that this reader reads.
    pub fn next_text(&mut self, text: String) {
        let source = Box::new(io::Cursor::new(text.into_bytes()));
        self.reader.next_source(source);
    }

    /// Continues with a FASTA file. IDs stay unique over everything that this reader reads.
    pub fn next_file(&mut self, file: Blob) -> Result<(), JsError> {
        self.reader.next_source(Box::new(BlobReader::new(file)?));
        Ok(())
    }

    /// The next chunk of at most `max_records` records: `{batches, problems, bytes_read, done}`.
    #[wasm_bindgen(js_name = window)]
    pub fn chunk(&mut self, max_records: usize) -> Result<JsValue, JsError> {
        to_js(&self.reader.chunk(max_records, MAX_CHUNK_NUCLEOTIDES))
    }

    fn new(source: Box<dyn Read>, max_nucleotides: Option<usize>) -> Self {
        let reader = Reader::new(source).max_nucleotides(max_nucleotides.unwrap_or(usize::MAX));
        Self { reader }
    }
}

/// A model on a device.
#[wasm_bindgen(js_name = Model)]
pub struct WebModel {
    pub(super) predictor: Rc<Predictor>,
    choice: DeviceChoice,
}

/// The options of [`WebModel::load`].
#[derive(Default, Deserialize)]
struct LoadOptions {
    #[serde(default)]
    device: DevicePreference,
    cpu_ms: Option<f64>,
    workers: Option<usize>,
}

/// The content of a model file, without its weights.
#[derive(Serialize)]
struct ModelInfo<'a> {
    name: &'a str,
    hash: &'a str,
    version: &'a str,
    compartments: &'a [String],
    thresholds: &'a [f32],
    config: &'a Config,
    fixed_length: usize,
    uncertain_margin: f32,
    call_precision: Option<Vec<CallPrecision>>,
    training: &'a Option<TrainingRecord>,
    figures: Option<ModelFigures>,
}

/// A prediction, the length of its RNA in nucleotides, and whether nothing of it could be read.
#[derive(Serialize)]
struct WebPrediction {
    #[serde(flatten)]
    prediction: Prediction,
    length: usize,
    unreadable: bool,
}

/// The result of predicting a batch.
#[derive(Serialize)]
struct WebPredictions {
    predictions: Vec<WebPrediction>,
    problems: Vec<RecordProblem>,
    #[serde(rename = "device_changed", skip_serializing_if = "Option::is_none")]
    fallback: Option<String>,
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// Loads a model file. The options are `{device, cpu_ms, workers}`; all of them are optional.
    pub async fn load(bytes: Vec<u8>, options: JsValue) -> Result<WebModel, JsError> {
        let options: LoadOptions = parse_options(options)?;
        let predictor = Predictor::new(&bytes, &device::cpu())?;
        let baseline = CpuBaseline {
            cpu_ms: options.cpu_ms,
            workers: options.workers.unwrap_or(1),
        };
        let choice = predictor.choose_device(options.device, baseline).await;
        Ok(Self {
            predictor: Rc::new(predictor.on_device(&choice.device)?),
            choice,
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
            uncertain_margin: UNCERTAIN_MARGIN,
            call_precision: model
                .training
                .as_ref()
                .and_then(TrainingRecord::call_precision),
            training: &model.training,
            figures: model.training.as_ref().and_then(TrainingRecord::figures),
        })
    }

    /// The device in use and the reason for it: `{kind, reason, adapter, speedup}`.
    pub fn device(&self) -> Result<JsValue, JsError> {
        match self.predictor.fallback() {
            Some(fallback) => device_to_js(&self.choice.fall_back(&fallback)),
            None => device_to_js(&self.choice),
        }
    }

    /// Predicts a batch of a [`WebReader`]'s chunk: `{predictions, problems}`, and `device_changed`
    /// if the GPU failed and the CPU took over.
    pub fn predict(&self, batch: JsValue) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let records: Vec<InputRecord> = serde_wasm_bindgen::from_value(batch)?;
            let results = predictor.predict(&records).await?;
            let with_length = |prediction: Prediction| WebPrediction {
                length: prediction.sequence.len(),
                unreadable: prediction.is_unreadable(),
                prediction,
            };
            to_js(&WebPredictions {
                predictions: results.predictions.into_iter().map(with_length).collect(),
                problems: results.problems,
                fallback: results.fallback,
            })
        })
    }

    /// The probabilities and the attention of one RNA.
    pub fn explain(&self, sequence: String) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let explanation = predictor.explain(&sequence.parse()?).await?;
            let compartments = &predictor.model().compartments;
            let object = explanation_to_js(&explanation, compartments)?;
            set_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }

    /// The milliseconds of one typical batch of this model on its device.
    #[wasm_bindgen(js_name = calibrate)]
    pub fn time_batch(&self) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move { Ok(predictor.time_batch().await?.into()) })
    }

    /// Runs the network on tokens [B · T], with the number of tokens of each RNA:
    /// `{probabilities, attention}`, [B · C] and [B · heads · T].
    #[wasm_bindgen(js_name = answer)]
    pub fn infer_tokens(&self, tokens: Vec<u32>, lengths: Vec<u32>) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let inference = predictor.infer_tokens(tokens, lengths).await?;
            let object = Object::new();
            let probabilities = to_float32_array(&inference.probabilities);
            set_field(&object, "probabilities", probabilities)?;
            set_field(&object, "attention", to_float32_array(&inference.attention))?;
            set_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }

    /// The predictor with other thresholds, on the CPU; this predictor if `thresholds` is `None`.
    pub(super) fn with_thresholds(
        &self,
        thresholds: Option<Vec<f32>>,
    ) -> Result<Rc<Predictor>, JsError> {
        match thresholds {
            None => Ok(Rc::clone(&self.predictor)),
            Some(thresholds) => {
                let predictor = self.predictor.on_device(&device::cpu())?;
                Ok(Rc::new(predictor.with_thresholds(&thresholds)?))
            }
        }
    }
}

//! The only file that knows JavaScript. A door: it turns values into JavaScript's and back.
//!
//! Everything here is meant for a Web Worker; the page itself never computes. What reads numbers
//! back from a device gives a promise.

mod blob;

use std::io::{self, Read};
use std::rc::Rc;

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use blob::BlobReader;

use crate::device;
use crate::experiment::Experiment;
use crate::explanation::Explanation;
use crate::genetic_seq2vec::{EmbeddingMatrix, Mode, Recipe};
use crate::model::{Figures, Model, Parts, hash};
use crate::network::{Config, presets as all_presets};
use crate::output::{tsv_header, tsv_row};
use crate::predictor::{Prediction, Predictor, Problem, Run};
use crate::rna::{Dataset, Kmers};

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// The program's version.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What computing happens on, in words.
#[wasm_bindgen]
pub fn device_name() -> String {
    device::describe().to_owned()
}

/// The presets of Table 2.
#[wasm_bindgen]
pub fn presets() -> Result<JsValue, JsError> {
    to_js(&all_presets())
}

#[derive(Deserialize)]
struct EmbedOptions {
    k: usize,
    stride: usize,
    hops: usize,
    dim: usize,
    mode: Mode,
    seed: u32,
}

/// GeneticSeq2Vec alone: what `rmlocnet embed --json` prints, from FASTA(.gz) and
/// `{k, stride, hops, dim, mode, seed}`.
#[wasm_bindgen]
pub fn embed(fasta: &[u8], options: JsValue) -> Result<String, JsError> {
    let options: EmbedOptions = serde_wasm_bindgen::from_value(options)?;
    let kmers = Kmers::new(options.k, options.stride)?;
    let recipe = Recipe {
        mode: options.mode,
        hops: options.hops,
        dim: options.dim,
        seed: u64::from(options.seed),
    };
    let matrix = EmbeddingMatrix::from_fasta(&kmers, recipe, fasta)?;
    Ok(format!("{}\n", matrix.to_json(&kmers, recipe)))
}

/// A model ready to be asked.
#[wasm_bindgen(js_name = Model)]
pub struct WebModel {
    predictor: Rc<Predictor>,
}

#[derive(Serialize)]
struct Info<'a> {
    name: &'a str,
    hash: &'a str,
    version: &'a str,
    compartments: &'a [String],
    thresholds: &'a [f32],
    config: &'a Config,
    fixed_length: usize,
    training: &'a Option<crate::model::TrainingRecord>,
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// Loads a model file.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<WebModel, JsError> {
        let predictor = Rc::new(Predictor::new(bytes, &device::cpu())?);
        Ok(Self { predictor })
    }

    /// Name, compartments, thresholds, settings and training record.
    pub fn info(&self) -> Result<JsValue, JsError> {
        let model = self.predictor.model();
        to_js(&Info {
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

    /// The first two lines of the TSV file.
    pub fn tsv_header(&self) -> String {
        tsv_header(&self.predictor)
    }

    /// Begins a run over pasted FASTA.
    pub fn predict_text(&self, text: String) -> PredictionRun {
        self.run(Box::new(io::Cursor::new(text.into_bytes())))
    }

    /// Begins a run over a FASTA or FASTA.gz file, read piece by piece.
    pub fn predict_file(&self, file: Blob) -> Result<PredictionRun, JsError> {
        Ok(self.run(Box::new(BlobReader::new(file)?)))
    }

    /// Attention and probabilities of one RNA.
    pub async fn explain(&self, sequence: String) -> Result<JsValue, JsError> {
        let explanation = self.predictor.explain(&sequence).await?;
        let result = explanation_object(&explanation, &self.predictor.model().compartments)?;
        Ok(result.into())
    }

    fn run(&self, source: Box<dyn Read>) -> PredictionRun {
        PredictionRun {
            run: self.predictor.run(source),
            predictor: Rc::clone(&self.predictor),
        }
    }
}

/// One run over one input; `free` cancels it.
#[wasm_bindgen]
pub struct PredictionRun {
    predictor: Rc<Predictor>,
    run: Run<Box<dyn Read>>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    prediction: Prediction,
    length: usize,
    tsv: String,
}

#[derive(Serialize)]
struct Rows {
    predictions: Vec<Row>,
    problems: Vec<Problem>,
    bytes_read: f64,
    done: bool,
}

#[wasm_bindgen]
impl PredictionRun {
    /// Up to `max_records` more records.
    pub async fn next(&mut self, max_records: usize) -> Result<JsValue, JsError> {
        let some = self.run.next(&self.predictor, max_records).await?;
        let row = |prediction: Prediction| Row {
            length: prediction.sequence.len(),
            tsv: tsv_row(&self.predictor, &prediction),
            prediction,
        };
        to_js(&Rows {
            predictions: some.predictions.into_iter().map(row).collect(),
            problems: some.problems,
            bytes_read: some.bytes_read as f64,
            done: some.done,
        })
    }
}

/// A labelled set.
#[wasm_bindgen]
pub struct LabelledSet {
    dataset: Dataset,
}

#[derive(Serialize)]
struct Summary<'a> {
    records: usize,
    compartments: Vec<Count<'a>>,
    shortest: usize,
    mean: f64,
    longest: usize,
    cardinality: Vec<usize>,
    notes: &'a [String],
    ids: Vec<&'a str>,
}

#[derive(Serialize)]
struct Count<'a> {
    name: &'a str,
    count: usize,
}

#[wasm_bindgen]
impl LabelledSet {
    /// Reads labelled FASTA(.gz), a table, or FASTA with a 0/1 CSV.
    #[wasm_bindgen(constructor)]
    pub fn new(data: &[u8], labels: Option<Vec<u8>>) -> Result<LabelledSet, JsError> {
        let dataset = match labels {
            Some(labels) => Dataset::read_with_labels(data, labels.as_slice())?,
            None => Dataset::read(data)?,
        };
        Ok(Self { dataset })
    }

    /// Counts and lengths.
    pub fn summary(&self) -> Result<JsValue, JsError> {
        let set = &self.dataset;
        let counts = set.compartments.iter().zip(set.counts());
        let (shortest, mean, longest) = set.lengths();
        to_js(&Summary {
            records: set.records.len(),
            compartments: counts.map(|(name, count)| Count { name, count }).collect(),
            shortest,
            mean,
            longest,
            cardinality: set.cardinality(),
            notes: &set.notes,
            ids: set
                .records
                .iter()
                .map(|record| record.id.as_str())
                .collect(),
        })
    }
}

/// A training under way; `free` cancels it.
#[wasm_bindgen]
pub struct Training {
    experiment: Option<Experiment>,
    chosen: usize,
}

#[derive(Deserialize)]
struct Options {
    preset: String,
    epochs: Option<usize>,
    seed: u32,
    #[serde(default)]
    overrides: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Finished<'a> {
    metrics: &'a Option<Figures>,
    counts: Parts,
    best_epoch: usize,
}

#[wasm_bindgen]
impl Training {
    /// Starts on a set; options are `{preset, epochs, seed, overrides}`.
    #[wasm_bindgen(constructor)]
    pub fn new(set: &LabelledSet, options: JsValue) -> Result<Training, JsError> {
        let options: Options = serde_wasm_bindgen::from_value(options)?;
        let config = Config::from_preset(&options.preset, options.overrides, options.epochs)?;
        let experiment = Experiment::new(
            set.dataset.clone(),
            config,
            u64::from(options.seed),
            &device::cpu(),
        )?;
        Ok(Self {
            experiment: Some(experiment),
            chosen: 0,
        })
    }

    /// Up to `n` more steps.
    pub async fn step(&mut self, n: usize) -> Result<JsValue, JsError> {
        to_js(&self.experiment_mut()?.step(n).await?)
    }

    /// Which RNA [`Training::attention`] shows.
    pub fn choose(&mut self, index: usize) {
        self.chosen = index;
    }

    /// Attention over the chosen RNA under the present weights.
    pub async fn attention(&mut self) -> Result<JsValue, JsError> {
        let chosen = self.chosen;
        let experiment = self.experiment_mut()?;
        let set = experiment.dataset();
        let (Some(record), Some(explanation)) =
            (set.records.get(chosen), experiment.attention(chosen).await?)
        else {
            return Err(JsError::new(&format!(
                "there is no RNA number {chosen} in the set"
            )));
        };
        let object = explanation_object(&explanation, &set.compartments)?;
        put(&object, "id", record.id.as_str().into())?;
        put(
            &object,
            "sequence",
            String::from_utf8_lossy(&record.sequence).as_ref().into(),
        )?;
        Ok(object.into())
    }

    /// Ends training, early or not: figures and the model file's bytes.
    pub async fn finish(&mut self) -> Result<JsValue, JsError> {
        let experiment = self.experiment.take().ok_or_else(over)?;
        let model: Model = experiment.finish().await?;
        let bytes = model.to_bytes()?;
        let record = model.training.as_ref().ok_or_else(over)?;
        let result: Object = to_js(&Finished {
            metrics: &record.held_out,
            counts: record.parts,
            best_epoch: record.best_epoch,
        })?
        .unchecked_into();
        put(&result, "hash", hash(&bytes).into())?;
        put(&result, "bytes", Uint8Array::from(bytes.as_slice()).into())?;
        Ok(result.into())
    }

    fn experiment_mut(&mut self) -> Result<&mut Experiment, JsError> {
        self.experiment.as_mut().ok_or_else(over)
    }
}

fn over() -> JsError {
    JsError::new("this training is already over; start a new one")
}

fn explanation_object(
    explanation: &Explanation,
    compartments: &[String],
) -> Result<Object, JsError> {
    let heads = Array::new();
    for head in &explanation.heads {
        let object = Object::new();
        let name = head.compartment.and_then(|c| compartments.get(c));
        put(
            &object,
            "compartment",
            name.map_or(JsValue::NULL, |name| name.as_str().into()),
        )?;
        put(
            &object,
            "weights",
            Float32Array::from(head.weights.as_slice()).into(),
        )?;
        heads.push(&object);
    }
    let object = Object::new();
    put(&object, "length", (explanation.length as f64).into())?;
    put(&object, "probabilities", to_js(&explanation.probabilities)?)?;
    put(&object, "heads", heads.into())?;
    put(
        &object,
        "window",
        explanation
            .window
            .as_deref()
            .map_or(JsValue::NULL, Into::into),
    )?;
    Ok(object)
}

fn put(object: &Object, key: &str, value: JsValue) -> Result<(), JsError> {
    Reflect::set(object, &key.into(), &value).map_err(|_| JsError::new("cannot set a field"))?;
    Ok(())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

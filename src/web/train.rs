//! Labelled sets and training, for JavaScript.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::{device_object, explanation_object, promise, put, put_fallback, to_js};
use crate::dataset::Dataset;
use crate::device_choice::{DeviceChoice, DevicePreference};
use crate::model::{HeldOutMetrics, SplitSizes, hash};
use crate::network::Config;
use crate::training::Checkpoint;
use crate::training_run::TrainingRun;

/// A labelled set.
#[wasm_bindgen]
pub struct LabelledSet {
    dataset: Dataset,
}

#[derive(Serialize)]
struct SetSummary<'a> {
    records: usize,
    compartments: Vec<LabelCount<'a>>,
    shortest: usize,
    mean: f64,
    longest: usize,
    cardinality: Vec<usize>,
    notes: &'a [String],
    ids: Vec<&'a str>,
}

#[derive(Serialize)]
struct LabelCount<'a> {
    name: &'a str,
    count: usize,
}

#[wasm_bindgen]
impl LabelledSet {
    /// Reads labelled FASTA(.gz), a table, or FASTA with a CSV file of 0 and 1.
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
        to_js(&SetSummary {
            records: set.records.len(),
            compartments: counts
                .map(|(name, count)| LabelCount { name, count })
                .collect(),
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

/// A training in progress; `free` cancels it.
#[wasm_bindgen]
pub struct Training {
    state: Rc<RefCell<TrainingState>>,
    chosen_rna: Cell<usize>,
    chosen: Rc<RefCell<DeviceChoice>>,
}

/// Where the training run is: here, in a call that is running, or finished.
enum TrainingState {
    Idle(Box<TrainingRun>),
    Busy,
    Over,
}

#[derive(Deserialize)]
struct TrainingOptions {
    preset: String,
    epochs: Option<usize>,
    seed: u32,
    #[serde(default)]
    overrides: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    device: DevicePreference,
}

#[derive(Serialize)]
struct FinishedTraining<'a> {
    metrics: &'a Option<HeldOutMetrics>,
    counts: SplitSizes,
    best_epoch: usize,
}

#[wasm_bindgen]
impl Training {
    /// Starts a training on a set. The options are `{preset, epochs, seed, overrides, device,
    /// checkpoint}`. With the bytes of [`Training::checkpoint`] of the same set, preset and seed,
    /// the training is resumed.
    pub fn start(set: &LabelledSet, options: JsValue) -> Promise {
        let dataset = set.dataset.clone();
        promise(async move {
            let checkpoint = checkpoint(&options)?;
            let options: TrainingOptions = serde_wasm_bindgen::from_value(options)?;
            let config = Config::from_preset(&options.preset, options.overrides, options.epochs)?;
            let (seed, wanted) = (u64::from(options.seed), options.device);
            let started = TrainingRun::start(dataset, config, seed, wanted, checkpoint);
            let (run, chosen) = started.await?;
            Ok(Self {
                state: Rc::new(RefCell::new(TrainingState::Idle(Box::new(run)))),
                chosen_rna: Cell::new(0),
                chosen: Rc::new(RefCell::new(chosen)),
            }
            .into())
        })
    }

    /// The chosen device and the reason: `{kind, reason, adapter, speedup}`.
    pub fn device(&self) -> Result<JsValue, JsError> {
        device_object(&self.chosen.borrow())
    }

    /// The newest checkpoint, for [`Training::start`]; null before the end of the first epoch, and
    /// after the end of the training.
    pub fn checkpoint(&self) -> Result<Option<Uint8Array>, JsError> {
        match &*self.state.borrow() {
            TrainingState::Idle(run) if run.checkpoint().epoch() > 0 => {
                let bytes = run.checkpoint().to_bytes()?;
                Ok(Some(Uint8Array::from(bytes.as_slice())))
            }
            TrainingState::Busy => Err(busy()),
            _ => Ok(None),
        }
    }

    /// Does up to `n` more steps. Only one call may run at a time.
    pub fn step(&self, n: usize) -> Promise {
        let (state, chosen) = (Rc::clone(&self.state), Rc::clone(&self.chosen));
        promise(async move {
            let mut run = take(&state)?;
            let progress = run.step(n).await;
            put_back(&state, run);
            let progress = progress?;
            note_fallback(&chosen, &progress.fallback);
            to_js(&progress)
        })
    }

    /// Chooses the RNA that [`Training::attention`] shows.
    pub fn choose(&self, index: usize) {
        self.chosen_rna.set(index);
    }

    /// The attention over the chosen RNA under the present weights.
    pub fn attention(&self) -> Promise {
        let (state, index) = (Rc::clone(&self.state), self.chosen_rna.get());
        let chosen = Rc::clone(&self.chosen);
        promise(async move {
            let mut run = take(&state)?;
            let object = attention(&mut run, index).await;
            let fallback = run.take_fallback();
            put_back(&state, run);
            note_fallback(&chosen, &fallback);
            let object = object?;
            put_fallback(&object, fallback)?;
            Ok(object.into())
        })
    }

    /// Ends the training, early or not: the metrics, and the bytes of the model file.
    pub fn finish(&self) -> Promise {
        let (state, chosen) = (Rc::clone(&self.state), Rc::clone(&self.chosen));
        promise(async move {
            let mut run = take(&state)?;
            *state.borrow_mut() = TrainingState::Over;
            let model = run.finish().await?;
            let fallback = run.take_fallback();
            note_fallback(&chosen, &fallback);
            let bytes = model.to_bytes()?;
            let record = model.training.as_ref().ok_or_else(over)?;
            let result: Object = to_js(&FinishedTraining {
                metrics: &record.held_out,
                counts: record.parts,
                best_epoch: record.best_epoch,
            })?
            .unchecked_into();
            put(&result, "hash", hash(&bytes).into())?;
            put(&result, "bytes", Uint8Array::from(bytes.as_slice()).into())?;
            put_fallback(&result, fallback)?;
            Ok(result.into())
        })
    }
}

/// Takes the training run for one call.
fn take(state: &RefCell<TrainingState>) -> Result<Box<TrainingRun>, JsError> {
    let before = mem::replace(&mut *state.borrow_mut(), TrainingState::Busy);
    match before {
        TrainingState::Idle(run) => Ok(run),
        TrainingState::Busy => Err(busy()),
        TrainingState::Over => {
            *state.borrow_mut() = TrainingState::Over;
            Err(over())
        }
    }
}

fn put_back(state: &RefCell<TrainingState>, run: Box<TrainingRun>) {
    *state.borrow_mut() = TrainingState::Idle(run);
}

/// The checkpoint among the options.
fn checkpoint(options: &JsValue) -> Result<Option<Checkpoint>, JsError> {
    let given = Reflect::get(options, &"checkpoint".into()).unwrap_or_default();
    match given.dyn_into::<Uint8Array>() {
        Ok(bytes) => Ok(Some(Checkpoint::from_bytes(&bytes.to_vec())?)),
        Err(_) => Ok(None),
    }
}

/// Records that the CPU took over.
fn note_fallback(chosen: &RefCell<DeviceChoice>, fallback: &Option<String>) {
    if let Some(fallback) = fallback {
        let mut chosen = chosen.borrow_mut();
        *chosen = chosen.fall_back(fallback);
    }
}

fn busy() -> JsError {
    JsError::new("this training is at work; wait for the call before")
}

fn over() -> JsError {
    JsError::new("this training is already over; start a new one")
}

async fn attention(run: &mut TrainingRun, index: usize) -> Result<Object, JsError> {
    let explanation = run.attention(index).await?;
    let set = run.dataset();
    let (Some(record), Some(explanation)) = (set.records.get(index), explanation) else {
        let message = format!("the set has no RNA number {index}");
        return Err(JsError::new(&message));
    };
    let object = explanation_object(&explanation, &set.compartments)?;
    let sequence = String::from_utf8_lossy(&record.sequence);
    put(&object, "id", record.id.as_str().into())?;
    put(&object, "sequence", sequence.as_ref().into())?;
    Ok(object)
}

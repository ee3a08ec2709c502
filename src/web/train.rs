//! Labelled sets and training, for JavaScript.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::{device_to_js, explanation_to_js, set_fallback, set_field, to_js, to_promise};
use crate::dataset::Dataset;
use crate::device_choice::{DeviceChoice, DevicePreference};
use crate::model::{HeldOutMetrics, SplitSizes, hash};
use crate::network::Config;
use crate::rna::RnaClass;
use crate::set_report::SetReport;
use crate::training::Checkpoint;
use crate::training_run::{StartedRun, TrainingRun};

/// A labelled set.
#[wasm_bindgen]
pub struct LabelledSet {
    dataset: Dataset,
}

/// A description of a labelled set.
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
    commonest: Option<RnaClass>,
}

/// A compartment, and the number of RNAs with this label.
#[derive(Serialize)]
struct LabelCount<'a> {
    name: &'a str,
    count: usize,
}

#[wasm_bindgen]
impl LabelledSet {
    /// Reads a labelled set: FASTA with labels, a table, or plain FASTA with a CSV file of 0 and 1.
    /// Files may be gzipped.
    #[wasm_bindgen(constructor)]
    pub fn new(data: &[u8], labels: Option<Vec<u8>>) -> Result<LabelledSet, JsError> {
        let dataset = match labels {
            Some(labels) => Dataset::read_with_labels(data, labels.as_slice())?,
            None => Dataset::read(data)?,
        };
        Ok(Self { dataset })
    }

    /// The report on the set, with the random split of this seed: `{records, compartments: [{name,
    /// rnas}], cardinality, lengths: [{from, to, rnas}], groups: [count, largest], findings: [{kind,
    /// message}]}`.
    pub fn report(&self, seed: u32) -> Result<JsValue, JsError> {
        to_js(&SetReport::new(&self.dataset, u64::from(seed)))
    }

    /// Counts, lengths, notes and IDs: `{records, compartments: [{name, count}], shortest, mean,
    /// longest, cardinality, notes, ids, commonest}`, with the class that most RNAs are likely to be of.
    pub fn summary(&self) -> Result<JsValue, JsError> {
        let set = &self.dataset;
        let counts = set.compartments().iter().zip(set.counts());
        let lengths = set.lengths();
        to_js(&SetSummary {
            records: set.records().len(),
            compartments: counts
                .map(|(name, count)| LabelCount { name, count })
                .collect(),
            shortest: lengths.shortest,
            mean: lengths.mean,
            longest: lengths.longest,
            cardinality: set.cardinality(),
            notes: set.notes(),
            ids: set
                .records()
                .iter()
                .map(|record| record.id.as_str())
                .collect(),
            commonest: RnaClass::commonest(
                set.records()
                    .iter()
                    .map(|record| RnaClass::likely(&record.sequence)),
            ),
        })
    }
}

/// A training in progress; `free` cancels it.
#[wasm_bindgen]
pub struct Training {
    state: Rc<RefCell<TrainingState>>,
    /// Index of the RNA whose attention is shown.
    shown_rna: Cell<usize>,
    choice: Rc<RefCell<DeviceChoice>>,
}

/// The training run, unless a call has taken it or it has finished.
enum TrainingState {
    Idle(Box<TrainingRun>),
    Busy,
    Finished,
}

/// The options of [`Training::start`], without the checkpoint.
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

/// The result of [`Training::finish`], without the model file.
#[derive(Serialize)]
struct TrainingResult<'a> {
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
        to_promise(async move {
            let checkpoint = checkpoint_option(&options)?;
            let options: TrainingOptions = serde_wasm_bindgen::from_value(options)?;
            let config = Config::from_preset(&options.preset, options.overrides, options.epochs)?;
            let (seed, preference) = (u64::from(options.seed), options.device);
            let started = TrainingRun::start(dataset, config, seed, preference, checkpoint);
            let StartedRun { run, choice } = started.await?;
            Ok(Self {
                state: Rc::new(RefCell::new(TrainingState::Idle(Box::new(run)))),
                shown_rna: Cell::new(0),
                choice: Rc::new(RefCell::new(choice)),
            }
            .into())
        })
    }

    /// The device in use and the reason for it: `{kind, reason, adapter, speedup}`.
    pub fn device(&self) -> Result<JsValue, JsError> {
        device_to_js(&self.choice.borrow())
    }

    /// What a user should know about the training before it begins, as sentences.
    pub fn notes(&self) -> Vec<String> {
        match &*self.state.borrow() {
            TrainingState::Idle(run) => run.notes().to_vec(),
            _ => Vec::new(),
        }
    }

    /// The newest checkpoint, for [`Training::start`]; null before the end of the first epoch, and
    /// after the end of the training.
    pub fn checkpoint(&self) -> Result<Option<Uint8Array>, JsError> {
        match &*self.state.borrow() {
            TrainingState::Idle(run) if run.checkpoint().epoch() > 0 => {
                let bytes = run.checkpoint().to_bytes()?;
                Ok(Some(Uint8Array::from(bytes.as_slice())))
            }
            TrainingState::Busy => Err(busy_error()),
            _ => Ok(None),
        }
    }

    /// Does up to `n` more steps. Only one call may run at a time.
    pub fn step(&self, n: usize) -> Promise {
        let (state, choice) = (Rc::clone(&self.state), Rc::clone(&self.choice));
        to_promise(async move {
            let mut run = take_run(&state)?;
            let progress = run.step(n).await;
            put_back(&state, run);
            let progress = progress?;
            record_fallback(&choice, &progress.fallback);
            to_js(&progress)
        })
    }

    /// Chooses the RNA that [`Training::attention`] shows.
    pub fn choose(&self, index: usize) {
        self.shown_rna.set(index);
    }

    /// The attention over the chosen RNA under the present weights.
    pub fn attention(&self) -> Promise {
        let (state, index) = (Rc::clone(&self.state), self.shown_rna.get());
        let choice = Rc::clone(&self.choice);
        to_promise(async move {
            let mut run = take_run(&state)?;
            let object = attention_object(&mut run, index).await;
            let fallback = run.take_fallback();
            put_back(&state, run);
            record_fallback(&choice, &fallback);
            let object = object?;
            set_fallback(&object, fallback)?;
            Ok(object.into())
        })
    }

    /// Ends the training, early or not: `{metrics, counts, best_epoch, hash, bytes}`, with the
    /// bytes of the model file.
    pub fn finish(&self) -> Promise {
        let (state, choice) = (Rc::clone(&self.state), Rc::clone(&self.choice));
        to_promise(async move {
            let mut run = take_run(&state)?;
            *state.borrow_mut() = TrainingState::Finished;
            let model = run.finish().await?;
            let fallback = run.take_fallback();
            record_fallback(&choice, &fallback);
            let bytes = model.to_bytes()?;
            let record = model.training.as_ref().ok_or_else(finished_error)?;
            let result: Object = to_js(&TrainingResult {
                metrics: &record.held_out,
                counts: record.parts,
                best_epoch: record.best_epoch,
            })?
            .unchecked_into();
            set_field(&result, "hash", hash(&bytes).into())?;
            let bytes = Uint8Array::from(bytes.as_slice());
            set_field(&result, "bytes", bytes.into())?;
            set_fallback(&result, fallback)?;
            Ok(result.into())
        })
    }
}

/// Takes the training run for one call.
fn take_run(state: &RefCell<TrainingState>) -> Result<Box<TrainingRun>, JsError> {
    let before = mem::replace(&mut *state.borrow_mut(), TrainingState::Busy);
    match before {
        TrainingState::Idle(run) => Ok(run),
        TrainingState::Busy => Err(busy_error()),
        TrainingState::Finished => {
            *state.borrow_mut() = TrainingState::Finished;
            Err(finished_error())
        }
    }
}

/// Returns the training run after a call.
fn put_back(state: &RefCell<TrainingState>, run: Box<TrainingRun>) {
    *state.borrow_mut() = TrainingState::Idle(run);
}

/// The checkpoint among the options, if there is one.
fn checkpoint_option(options: &JsValue) -> Result<Option<Checkpoint>, JsError> {
    let value = Reflect::get(options, &"checkpoint".into()).unwrap_or_default();
    match value.dyn_into::<Uint8Array>() {
        Ok(bytes) => Ok(Some(Checkpoint::from_bytes(&bytes.to_vec())?)),
        Err(_) => Ok(None),
    }
}

/// If the CPU took over, records it as the device in use.
fn record_fallback(choice: &RefCell<DeviceChoice>, fallback: &Option<String>) {
    if let Some(fallback) = fallback {
        let mut choice = choice.borrow_mut();
        *choice = choice.fall_back(fallback);
    }
}

fn busy_error() -> JsError {
    JsError::new("the training is busy; wait until the previous call has ended")
}

fn finished_error() -> JsError {
    JsError::new("the training has finished; start a new one")
}

/// The attention over one RNA of the set, with its ID and sequence.
async fn attention_object(run: &mut TrainingRun, index: usize) -> Result<Object, JsError> {
    let explanation = run.attention(index).await?;
    let set = run.dataset();
    let (Some(record), Some(explanation)) = (set.records().get(index), explanation) else {
        let records = set.records().len();
        let message = format!("there is no RNA {index}; the set has {records}, counted from 0");
        return Err(JsError::new(&message));
    };
    let object = explanation_to_js(&explanation, set.compartments())?;
    set_field(&object, "id", record.id.as_str().into())?;
    set_field(&object, "sequence", record.sequence.as_str().into())?;
    Ok(object)
}

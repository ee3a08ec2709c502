//! The JavaScript interface: converts values from and to JavaScript. No other folder knows
//! JavaScript.
//!
//! Everything here runs in a Web Worker, because the page itself never computes. Functions that
//! read numbers from a device return a promise and do not borrow their object while it is pending,
//! so several calls may run at the same time, and the object may be freed.

mod agreement;
mod blob;
mod explain;
mod peek;
mod predict;
mod run_file;
mod settings;
mod train;
mod write;

pub use explain::{align_rnas, clustered_order, deletion_steps, deletion_verdict, gradient_points};
pub use peek::WebPeek;
pub use predict::{WebModel, WebReader};
pub use run_file::{find_run_inputs, read_run_file, write_run_file};
pub use settings::{presets, settings};
pub use train::{LabelledSet, Training};
pub use write::Writer;

use std::future::Future;

use js_sys::{Array, Float32Array, Object, Promise, Reflect};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::device;
use crate::device_choice::{DeviceChoice, DeviceKind};
use crate::explanation::Explanation;
use crate::genetic_seq2vec::{EmbeddingConfig, EmbeddingMatrix, GraphWeighting};
use crate::rna::Kmers;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
    // The page loads the build with these instructions only in browsers that have them.
    #[cfg(feature = "relaxed")]
    pulp_wasm_simd_flag::enable_relaxed_simd();
}

/// The version of the program.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The vector instructions that this module uses on the CPU, in words.
#[wasm_bindgen]
pub fn device_name() -> String {
    device::describe().to_owned()
}

/// The options of [`embed`].
#[derive(Deserialize)]
struct EmbedOptions {
    k: usize,
    stride: usize,
    hops: usize,
    dim: usize,
    #[serde(rename = "mode")]
    weighting: GraphWeighting,
    seed: u32,
}

/// GeneticSeq2Vec alone: the output of `rmlocnet embed --json`, from FASTA, plain or gzipped, and
/// `{k, stride, hops, dim, mode, seed}`.
#[wasm_bindgen]
pub fn embed(fasta: &[u8], options: JsValue) -> Result<String, JsError> {
    let options: EmbedOptions = serde_wasm_bindgen::from_value(options)?;
    let kmers = Kmers::new(options.k, options.stride)?;
    let config = EmbeddingConfig {
        weighting: options.weighting,
        hops: options.hops,
        dim: options.dim,
        seed: u64::from(options.seed),
    };
    let matrix = EmbeddingMatrix::from_fasta(&kmers, config, fasta)?;
    Ok(format!("{}\n", matrix.to_json(&kmers, config)))
}

/// The chosen device and the reason: `{kind, reason, adapter, speedup}`.
fn device_to_js(choice: &DeviceChoice) -> Result<JsValue, JsError> {
    #[derive(Serialize)]
    struct WebDevice<'a> {
        kind: DeviceKind,
        reason: String,
        adapter: &'a Option<String>,
        speedup: Option<f64>,
    }
    to_js(&WebDevice {
        kind: choice.kind,
        reason: choice.to_string(),
        adapter: &choice.adapter,
        speedup: choice.speedup,
    })
}

/// Options from JavaScript; the default options for null or undefined.
fn parse_options<T: Default + for<'a> Deserialize<'a>>(options: JsValue) -> Result<T, JsError> {
    if options.is_undefined() || options.is_null() {
        return Ok(T::default());
    }
    Ok(serde_wasm_bindgen::from_value(options)?)
}

fn to_promise(work: impl Future<Output = Result<JsValue, JsError>> + 'static) -> Promise {
    future_to_promise(async { Ok(work.await?) })
}

fn to_float32_array(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

/// The probabilities and the attention of one RNA: `{length, probabilities, heads, read_from,
/// read_to, window}`.
fn explanation_to_js(
    explanation: &Explanation,
    compartments: &[String],
) -> Result<Object, JsError> {
    let heads = Array::new();
    for head in &explanation.heads {
        let object = Object::new();
        let name = head.compartment.and_then(|c| compartments.get(c));
        let name = name.map_or(JsValue::NULL, |name| name.as_str().into());
        set_field(&object, "compartment", name)?;
        set_field(&object, "weights", to_float32_array(&head.weights))?;
        set_field(&object, "is_even", head.is_even.into())?;
        heads.push(&object);
    }
    let object = Object::new();
    let cut_description = explanation.cut_description.as_deref();
    let cut_description = cut_description.map_or(JsValue::NULL, Into::into);
    set_field(&object, "length", (explanation.length as f64).into())?;
    set_field(&object, "probabilities", to_js(&explanation.probabilities)?)?;
    set_field(&object, "heads", heads.into())?;
    set_field(&object, "read", to_js(&explanation.read)?)?;
    set_field(&object, "tail", (explanation.tail as f64).into())?;
    set_field(&object, "regions", to_js(&explanation.regions)?)?;
    set_field(&object, "window", cut_description)?;
    Ok(object)
}

/// If the CPU took over, adds the reason to a result.
fn set_fallback(object: &Object, fallback: Option<String>) -> Result<(), JsError> {
    match fallback {
        Some(fallback) => set_field(object, "device_changed", fallback.into()),
        None => Ok(()),
    }
}

fn set_field(object: &Object, key: &str, value: JsValue) -> Result<(), JsError> {
    Reflect::set(object, &key.into(), &value).map_err(|_| JsError::new("cannot set a field"))?;
    Ok(())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

//! The JavaScript interface: converts values from and to JavaScript. No other folder knows
//! JavaScript.
//!
//! Everything here is meant for a Web Worker, because the page itself never computes. Functions
//! that read numbers from a device return a promise and keep no borrow of their object meanwhile,
//! so several calls may run at the same time, and the object may be freed.

mod blob;
mod explain;
mod predict;
mod train;
mod write;

pub use explain::{align_rnas, clustered_order, deletion_steps, deletion_verdict, gradient_points};
pub use predict::{WebModel, WebReader};
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
use crate::network::presets as all_presets;
use crate::rna::Kmers;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
    // Only browsers with WebGPU load this build.
    #[cfg(feature = "relaxed")]
    pulp_wasm_simd_flag::enable_relaxed_simd();
}

/// The program's version.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What computes, in words.
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
    mode: GraphWeighting,
    seed: u32,
}

/// GeneticSeq2Vec alone: the output of `rmlocnet embed --json`, from FASTA(.gz) and
/// `{k, stride, hops, dim, mode, seed}`.
#[wasm_bindgen]
pub fn embed(fasta: &[u8], options: JsValue) -> Result<String, JsError> {
    let options: EmbedOptions = serde_wasm_bindgen::from_value(options)?;
    let kmers = Kmers::new(options.k, options.stride)?;
    let config = EmbeddingConfig {
        mode: options.mode,
        hops: options.hops,
        dim: options.dim,
        seed: u64::from(options.seed),
    };
    let matrix = EmbeddingMatrix::from_fasta(&kmers, config, fasta)?;
    Ok(format!("{}\n", matrix.to_json(&kmers, config)))
}

/// `{kind, reason, adapter, speedup}`: the chosen device and the reason.
fn device_object(chosen: &DeviceChoice) -> Result<JsValue, JsError> {
    #[derive(Serialize)]
    struct Device<'a> {
        kind: DeviceKind,
        reason: String,
        adapter: &'a Option<String>,
        speedup: Option<f64>,
    }
    to_js(&Device {
        kind: chosen.kind,
        reason: chosen.to_string(),
        adapter: &chosen.adapter,
        speedup: chosen.speedup,
    })
}

/// The value of an option, or its default if it is missing.
fn options<T: Default + for<'a> Deserialize<'a>>(given: JsValue) -> Result<T, JsError> {
    if given.is_undefined() || given.is_null() {
        return Ok(T::default());
    }
    Ok(serde_wasm_bindgen::from_value(given)?)
}

fn promise(work: impl Future<Output = Result<JsValue, JsError>> + 'static) -> Promise {
    future_to_promise(async { Ok(work.await?) })
}

fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
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
    put(&object, "read_from", (explanation.read.start as f64).into())?;
    put(&object, "read_to", (explanation.read.end as f64).into())?;
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

/// Adds to a result why the CPU took over, if it did.
fn put_fallback(object: &Object, fallback: Option<String>) -> Result<(), JsError> {
    match fallback {
        Some(fallback) => put(object, "device_changed", fallback.into()),
        None => Ok(()),
    }
}

fn put(object: &Object, key: &str, value: JsValue) -> Result<(), JsError> {
    Reflect::set(object, &key.into(), &value).map_err(|_| JsError::new("cannot set a field"))?;
    Ok(())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

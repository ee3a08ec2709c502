//! Run files, for JavaScript.

use std::collections::BTreeMap;

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::blob::BlobReader;
use super::to_js;
use crate::run_file::{FoundInputs, RunFile, RunInput, RunModel};

/// What JavaScript knows of a run.
#[derive(Deserialize)]
struct Run {
    made: String,
    model: RunModel,
    thresholds: BTreeMap<String, f32>,
    has_sequences: bool,
}

/// An input of a run, without its content.
#[derive(Serialize, Deserialize)]
struct NamedInput {
    name: String,
    sha256: String,
}

/// The text of a run file. `run` is `{made, model: {name, sha256}, thresholds, has_sequences}`; the
/// inputs are their names and, in the same order, their bytes.
#[wasm_bindgen]
pub fn write_run_file(
    run: JsValue,
    names: Vec<String>,
    contents: Vec<Blob>,
) -> Result<String, JsError> {
    let run: Run = serde_wasm_bindgen::from_value(run)?;
    let inputs = describe(names, contents, run.has_sequences)?;
    Ok(RunFile::new(run.made, run.model, run.thresholds, inputs).to_json()?)
}

/// Reads a run file: `{model: {name, sha256}, thresholds, inputs: [{name, sha256}], contents}`. The
/// contents are the bytes of the inputs; `null` for an input that the file does not contain.
#[wasm_bindgen]
pub fn read_run_file(bytes: &[u8]) -> Result<JsValue, JsError> {
    let run = RunFile::from_json(bytes)?;
    let contents = js_sys::Array::new();
    for input in run.inputs() {
        let content = input.content.as_deref();
        contents.push(&content.map_or(JsValue::NULL, |bytes| Uint8Array::from(bytes).into()));
    }
    let named = |input: &RunInput| NamedInput {
        name: input.name.clone(),
        sha256: input.sha256.clone(),
    };
    let object = js_sys::Object::new();
    let inputs: Vec<NamedInput> = run.inputs().iter().map(named).collect();
    super::set_field(&object, "model", to_js(run.model())?)?;
    super::set_field(&object, "thresholds", to_js(run.thresholds())?)?;
    super::set_field(&object, "inputs", to_js(&inputs)?)?;
    super::set_field(&object, "contents", contents.into())?;
    Ok(object.into())
}

/// Looks for the inputs of a run, `[{name, sha256}]`, among files: `{found, missing}`, the indices
/// of the files in the order of the inputs, and the names of the inputs that are not there.
#[wasm_bindgen]
pub fn find_run_inputs(inputs: JsValue, files: Vec<Blob>) -> Result<JsValue, JsError> {
    let inputs: Vec<NamedInput> = serde_wasm_bindgen::from_value(inputs)?;
    let input = |NamedInput { name, sha256 }| RunInput {
        name,
        sha256,
        size: 0,
        content: None,
    };
    let inputs: Vec<RunInput> = inputs.into_iter().map(input).collect();
    let names = vec![String::new(); files.len()];
    to_js(&FoundInputs::among(
        &describe(names, files, false)?,
        &inputs,
    ))
}

fn describe(
    names: Vec<String>,
    contents: Vec<Blob>,
    has_content: bool,
) -> Result<Vec<RunInput>, JsError> {
    let describe = |(name, blob)| Ok(RunInput::read(name, BlobReader::new(blob)?, has_content)?);
    names.into_iter().zip(contents).map(describe).collect()
}

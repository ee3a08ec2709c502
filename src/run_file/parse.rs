//! Parses run files. Everything is checked, because people edit and shorten these files.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::RunFileError;
use super::{FORMAT, RunFile, RunInput, RunModel};
use crate::metrics::Thresholds;
use crate::sha256::hexadecimal;

impl RunFile {
    /// Parses the bytes of a run file.
    ///
    /// # Errors
    /// It is not a run file, is from a newer version, or has a value that cannot be used.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RunFileError> {
        let file: Value = serde_json::from_slice(bytes)?;
        let format = file["rmlocnet_run"].as_u64();
        let format = format.ok_or(RunFileError::NotRunFile)?;
        if format > FORMAT {
            let newest = FORMAT;
            return Err(RunFileError::Newer { format, newest });
        }
        let model = RunModel {
            name: text(&file["model"], "name", || "the model".to_owned())?,
            sha256: text(&file["model"], "sha256", || "the model".to_owned())?,
        };
        let optional = |field: &str| file[field].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            format,
            version: optional("version"),
            made: optional("made"),
            model,
            thresholds: thresholds(&file["thresholds"])?,
            inputs: inputs(&file["inputs"])?,
        })
    }
}

/// The text in a field of an object. `place` names the object in an error.
fn text(
    object: &Value,
    field: &'static str,
    place: impl Fn() -> String,
) -> Result<String, RunFileError> {
    let text = object[field].as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| RunFileError::Field {
        place: place(),
        expected: field,
    })
}

fn thresholds(value: &Value) -> Result<BTreeMap<String, f32>, RunFileError> {
    let thresholds = value.as_object().ok_or_else(|| missing("thresholds"))?;
    let threshold = |(name, value): (&String, &Value)| {
        let threshold = value.as_f64().map(|threshold| threshold as f32);
        let is_valid = |threshold: &f32| Thresholds::new(vec![*threshold]).is_ok();
        let threshold = threshold.filter(is_valid);
        let threshold = threshold.ok_or_else(|| RunFileError::Threshold {
            name: name.clone(),
            value: value.to_string(),
        })?;
        Ok((name.clone(), threshold))
    };
    thresholds.iter().map(threshold).collect()
}

fn inputs(value: &Value) -> Result<Vec<RunInput>, RunFileError> {
    let inputs = value.as_array().ok_or_else(|| missing("inputs"))?;
    let numbered = inputs.iter().zip(1..);
    numbered
        .map(|(value, number)| input(value, number))
        .collect()
}

fn missing(expected: &'static str) -> RunFileError {
    RunFileError::Field {
        place: "the file".to_owned(),
        expected,
    }
}

fn input(value: &Value, number: usize) -> Result<RunInput, RunFileError> {
    let place = || format!("input {number}");
    let (name, sha256) = (text(value, "name", place)?, text(value, "sha256", place)?);
    let content = match &value["content"] {
        Value::Null => None,
        Value::String(text) => Some(decode(text, number)?),
        _ => {
            return Err(RunFileError::Field {
                place: place(),
                expected: "text in `content`",
            });
        }
    };
    if let Some(bytes) = &content
        && hexadecimal(Sha256::new_with_prefix(bytes)) != sha256
    {
        return Err(RunFileError::Changed { number });
    }
    Ok(RunInput {
        name,
        size: value["size"].as_u64().unwrap_or_default(),
        sha256,
        content,
    })
}

fn decode(text: &str, number: usize) -> Result<Vec<u8>, RunFileError> {
    let decoded = STANDARD.decode(text);
    decoded.map_err(|error| RunFileError::Base64 { number, error })
}

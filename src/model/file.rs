//! Bytes of the model file, both ways.

use std::collections::HashMap;
use std::fmt::Write;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Model, ModelError, Range};
use crate::network::classifier::check;
use crate::network::tensors::expected;
use crate::network::{Array, Config, Weights, WeightsError};
use crate::rna::{FixedLength, Kmers};

const FORMAT: &str = "rmlocnet";
const VERSION: u32 = 2;

/// First 12 hexadecimal digits of a file's SHA-256: enough to tell models apart.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(6).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Model {
    /// Reads a model file. Everything is checked: settings, names, shapes, numbers.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        read(bytes)
    }

    /// The model file's bytes. The same model always gives the same bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        write(self)
    }
}

fn read(bytes: &[u8]) -> Result<Model, ModelError> {
    let broken =
        |error: safetensors::SafeTensorError| ModelError::NotSafetensors(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
    let metadata = header.metadata().clone().unwrap_or_default();
    check_format(&metadata)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;

    let config: Config = json(&metadata, "config")?;
    config.check()?;
    Kmers::new(config.k, config.stride)?;
    let compartments: Vec<String> = json(&metadata, "compartments")?;
    let thresholds: Vec<f32> = json(&metadata, "thresholds")?;
    check_compartments(&compartments, &thresholds)?;
    let length: usize = json(&metadata, "fixed_length")?;
    if length < config.k {
        return Err(problem(
            "fixed_length",
            format!("{length}, shorter than one {}-mer", config.k),
        ));
    }
    let training = metadata
        .contains_key("training")
        .then(|| json(&metadata, "training"))
        .transpose()?;
    let range = read_range(&metadata)?;
    let weights = read_weights(&tensors, &config, compartments.len())?;
    let fixed_length = FixedLength {
        setting: config.length_setting,
        length,
    };
    Ok(Model {
        config,
        compartments,
        thresholds,
        fixed_length,
        training,
        range,
        weights,
    })
}

fn read_range(metadata: &HashMap<String, String>) -> Result<Option<Range>, ModelError> {
    if !metadata.contains_key("range") {
        return Ok(None);
    }
    let range: Range = json(metadata, "range")?;
    match range.is_sound() {
        true => Ok(Some(range)),
        false => Err(problem("range", "of numbers that make no sense".to_owned())),
    }
}

fn check_format(metadata: &HashMap<String, String>) -> Result<(), ModelError> {
    if metadata.get("format").map(String::as_str) != Some(FORMAT) {
        return Err(ModelError::Foreign);
    }
    let found = metadata.get("format_version").cloned().unwrap_or_default();
    match found.parse::<u32>() {
        Ok(version) if version <= VERSION => Ok(()),
        Ok(_) => Err(ModelError::Newer {
            found,
            supported: VERSION,
        }),
        Err(_) => Err(problem(
            "format_version",
            format!("`{found}`, which is no version number"),
        )),
    }
}

fn check_compartments(compartments: &[String], thresholds: &[f32]) -> Result<(), ModelError> {
    if compartments.len() < 2 {
        return Err(problem(
            "compartments",
            "a list of fewer than two names".to_owned(),
        ));
    }
    if thresholds.len() != compartments.len() || thresholds.iter().any(|t| !t.is_finite()) {
        let count = compartments.len();
        return Err(problem(
            "thresholds",
            format!("not a list of {count} numbers, one per compartment"),
        ));
    }
    Ok(())
}

fn read_weights(
    tensors: &SafeTensors<'_>,
    config: &Config,
    compartments: usize,
) -> Result<Weights, ModelError> {
    let mut weights = Weights::new();
    for (name, wanted) in expected(config, compartments) {
        let view = tensors
            .tensor(&name)
            .map_err(|_| WeightsError::Missing(name.clone()))?;
        if view.dtype() != Dtype::F32 {
            return Err(ModelError::NumberType {
                name,
                found: format!("{:?}", view.dtype()),
            });
        }
        let shape = view.shape().to_vec();
        let (numbers, _) = view.data().as_chunks::<4>();
        let values = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
        weights.insert(name.clone(), Array { shape, values });
        check(&weights, name, wanted)?;
    }
    Ok(weights)
}

fn write(model: &Model) -> Result<Vec<u8>, ModelError> {
    let failed = |error: &dyn std::fmt::Display| ModelError::Write(error.to_string());
    let mut metadata = HashMap::from([
        ("format".to_owned(), FORMAT.to_owned()),
        ("format_version".to_owned(), VERSION.to_string()),
        ("config".to_owned(), text(&model.config)?),
        ("compartments".to_owned(), text(&model.compartments)?),
        ("thresholds".to_owned(), text(&model.thresholds)?),
        (
            "fixed_length".to_owned(),
            model.fixed_length.length.to_string(),
        ),
    ]);
    if let Some(training) = &model.training {
        metadata.insert("training".to_owned(), text(training)?);
    }
    if let Some(range) = &model.range {
        metadata.insert("range".to_owned(), text(range)?);
    }
    let data: Vec<(&String, &Array, Vec<u8>)> = model
        .weights
        .iter()
        .map(|(name, array)| {
            (
                name,
                array,
                array.values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            )
        })
        .collect();
    let mut views = Vec::with_capacity(data.len());
    for (name, array, bytes) in &data {
        let view =
            TensorView::new(Dtype::F32, array.shape.clone(), bytes).map_err(|e| failed(&e))?;
        views.push((name.as_str(), view));
    }
    let mut file = safetensors::serialize(views, Some(metadata)).map_err(|e| failed(&e))?;
    sort_header(&mut file).ok_or_else(|| failed(&"its header cannot be ordered"))?;
    Ok(file)
}

/// Puts the header's entries in alphabetical order. The library writes the metadata in the order
/// of a hash map, which differs from run to run; the same model must give the same bytes.
fn sort_header(file: &mut [u8]) -> Option<()> {
    let size = u64::from_le_bytes(*file.first_chunk::<8>()?) as usize;
    let header = file.get_mut(8..8 + size)?;
    // serde_json keeps objects sorted by key.
    let sorted: serde_json::Value = serde_json::from_slice(header).ok()?;
    let mut sorted = serde_json::to_vec(&sorted).ok()?;
    (sorted.len() <= size).then_some(())?;
    sorted.resize(size, b' ');
    header.copy_from_slice(&sorted);
    Some(())
}

fn text(value: &impl Serialize) -> Result<String, ModelError> {
    serde_json::to_string(value).map_err(|error| ModelError::Write(error.to_string()))
}

fn json<T: DeserializeOwned>(
    metadata: &HashMap<String, String>,
    key: &'static str,
) -> Result<T, ModelError> {
    let Some(text) = metadata.get(key) else {
        return Err(problem(key, "missing".to_owned()));
    };
    serde_json::from_str(text).map_err(|error| problem(key, format!("unreadable: {error}")))
}

fn problem(key: &'static str, problem: String) -> ModelError {
    ModelError::Metadata { key, problem }
}

//! Reading and writing the model file.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{ApplicabilityDomain, Model, ModelError};
use crate::metrics::Thresholds;
use crate::network::tensor_file::{TensorFile, TensorFileBuilder, TensorFileError};
use crate::network::tensors::tensor_shapes;
use crate::network::weights_error::check;
use crate::network::{Config, Weights, WeightsError};
use crate::rna::file_format::other_format;
use crate::rna::{FixedLength, Kmers, PolyA, Reading};
use crate::sha256::hexadecimal;

const FORMAT: &str = "rmlocnet";
const VERSION: u32 = 3;
/// What to do if a file is not a model.
const GIVE_MODEL: &str = "give the .safetensors file that was trained or downloaded, unpacked";

/// First 12 hexadecimal digits of the SHA-256 of a model file: enough to distinguish models.
pub fn hash(bytes: &[u8]) -> String {
    let mut digits = hexadecimal(Sha256::new_with_prefix(bytes));
    digits.truncate(12);
    digits
}

impl Model {
    /// Reads the bytes of a model file.
    ///
    /// # Errors
    /// Metadata, settings, tensor names, shapes or numbers that are missing or invalid.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        read(bytes)
    }

    /// The bytes of the model file. Equal models have equal bytes.
    ///
    /// # Errors
    /// Tensors whose shapes do not fit their numbers.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        write(self)
    }
}

fn read(bytes: &[u8]) -> Result<Model, ModelError> {
    check_kind(bytes)?;
    let file = TensorFile::from_bytes(bytes);
    let file = file.map_err(|error| ModelError::NotSafetensors(error.to_string()))?;
    let metadata = &file.metadata;
    check_format(metadata)?;

    let config: Config = entry(metadata, "config")?;
    config.check()?;
    Kmers::new(config.k, config.stride)?;
    let compartments: Vec<String> = entry(metadata, "compartments")?;
    let thresholds: Thresholds = entry(metadata, "thresholds")?;
    check_compartments(&compartments, &thresholds)?;
    let fixed_length = read_fixed_length(metadata, &config)?;
    let training = optional_entry(metadata, "training")?;
    let domain = read_domain(metadata)?;
    let weights = read_weights(&file, &config, compartments.len())?;
    Ok(Model {
        config,
        compartments,
        thresholds,
        fixed_length,
        training,
        domain,
        weights,
    })
}

fn read_fixed_length(
    metadata: &HashMap<String, String>,
    config: &Config,
) -> Result<FixedLength, ModelError> {
    let length: usize = entry(metadata, "fixed_length")?;
    if length < config.k {
        return Err(invalid(
            "fixed_length",
            format!("{length}, shorter than one {}-mer", config.k),
        ));
    }
    Ok(FixedLength {
        setting: config.length_setting,
        length,
    })
}

fn read_domain(
    metadata: &HashMap<String, String>,
) -> Result<Option<ApplicabilityDomain>, ModelError> {
    let domain: Option<ApplicabilityDomain> = optional_entry(metadata, "range")?;
    if domain.as_ref().is_some_and(|domain| !domain.is_valid()) {
        let problem = "invalid: its numbers must be finite and not negative, its lists complete, \
                       and its shortest length not above its longest";
        return Err(invalid("range", problem.to_owned()));
    }
    Ok(domain)
}

/// An error if the bytes are a file of a kind that people take for a model.
fn check_kind(bytes: &[u8]) -> Result<(), ModelError> {
    let texts = [
        (&b"\x1F\x8B"[..], "a gzip file"),
        (b">", "FASTA"),
        (b"{", "JSON"),
    ];
    let (name, remedy) = match other_format(bytes) {
        // The length of the header, with which it begins, may be any byte.
        Some(format) if format.is_safetensors() => return Ok(()),
        Some(format) if format.has_general_remedy() => (format.name, format.remedy),
        Some(format) => (format.name, GIVE_MODEL),
        None => match texts.iter().find(|(start, _)| bytes.starts_with(start)) {
            Some((_, name)) => (*name, GIVE_MODEL),
            None if is_text(bytes) => ("a text", GIVE_MODEL),
            None => return Ok(()),
        },
    };
    Err(ModelError::OtherFormat { name, remedy })
}

/// Whether a file begins with text. A safetensors file begins with a number of eight bytes, the last
/// of which are 0.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..8);
    let is_letter = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    start.is_some_and(|start| start.iter().all(is_letter))
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
        Err(_) => Err(invalid(
            "format_version",
            format!("`{found}`, which is not a version number"),
        )),
    }
}

fn check_compartments(compartments: &[String], thresholds: &Thresholds) -> Result<(), ModelError> {
    if compartments.len() < 2 {
        return Err(invalid(
            "compartments",
            "a list of fewer than two names".to_owned(),
        ));
    }
    if thresholds.len() != compartments.len() {
        let count = compartments.len();
        return Err(invalid(
            "thresholds",
            format!("not a list of {count} numbers, one per compartment"),
        ));
    }
    Ok(())
}

fn read_weights(
    file: &TensorFile<'_>,
    config: &Config,
    compartments: usize,
) -> Result<Weights, ModelError> {
    let mut weights = Weights::new();
    for (name, expected_shape) in tensor_shapes(config, compartments) {
        let array = file.array(&name).map_err(|error| match error {
            TensorFileError::NumberType { name, found } => ModelError::NumberType { name, found },
            _ => WeightsError::Missing(name.clone()).into(),
        })?;
        weights.insert(name.clone(), array);
        check(&weights, name, expected_shape)?;
    }
    Ok(weights)
}

fn write(model: &Model) -> Result<Vec<u8>, ModelError> {
    let mut file = TensorFileBuilder::default();
    for (name, array) in &model.weights {
        file.add_floats(name, &array.shape, &array.values);
    }
    let bytes = file.to_bytes(metadata(model)?);
    bytes.map_err(|error| ModelError::Write(error.to_string()))
}

/// The metadata entries of a model.
fn metadata(model: &Model) -> Result<HashMap<String, String>, ModelError> {
    let length = model.fixed_length.length;
    let mut metadata = HashMap::from([
        ("format".to_owned(), FORMAT.to_owned()),
        (
            "format_version".to_owned(),
            version(&model.config).to_string(),
        ),
        ("config".to_owned(), to_json(&model.config)?),
        ("compartments".to_owned(), to_json(&model.compartments)?),
        ("thresholds".to_owned(), to_json(&model.thresholds)?),
        ("fixed_length".to_owned(), length.to_string()),
    ]);
    if let Some(training) = &model.training {
        metadata.insert("training".to_owned(), to_json(training)?);
    }
    if let Some(domain) = &model.domain {
        metadata.insert("range".to_owned(), to_json(domain)?);
    }
    Ok(metadata)
}

/// The oldest version of the format that can express these settings.
fn version(config: &Config) -> u32 {
    let beyond_version_2 = config.poly_a != PolyA::Keep
        || config.reading != Reading::OneEnd
        || config.joined_regions
        || config.joined_units > 0;
    if beyond_version_2 { VERSION } else { 2 }
}

fn to_json(value: &impl Serialize) -> Result<String, ModelError> {
    serde_json::to_string(value).map_err(|error| ModelError::Write(error.to_string()))
}

/// A metadata entry that every model has.
fn entry<T: DeserializeOwned>(
    metadata: &HashMap<String, String>,
    key: &'static str,
) -> Result<T, ModelError> {
    optional_entry(metadata, key)?.ok_or_else(|| invalid(key, "missing".to_owned()))
}

/// A metadata entry; `None` if the model does not have it.
fn optional_entry<T: DeserializeOwned>(
    metadata: &HashMap<String, String>,
    key: &'static str,
) -> Result<Option<T>, ModelError> {
    let Some(text) = metadata.get(key) else {
        return Ok(None);
    };
    match serde_json::from_str(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(invalid(key, format!("unreadable: {error}"))),
    }
}

fn invalid(key: &'static str, problem: String) -> ModelError {
    ModelError::Metadata { key, problem }
}

//! Run files: everything that determines the predictions of a run, as JSON.
//!
//! A run file contains the name and the hash of the model, the thresholds, and the name, the size
//! and the SHA-256 of every input. It contains the inputs themselves only if the user wants that,
//! because sequences may be confidential. The page writes run files; the page and the command line
//! repeat the runs.

mod error;
mod parse;

pub use error::RunFileError;

use std::collections::BTreeMap;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::predictor::Predictor;
use crate::sha256::hexadecimal;

/// Number of the newest format.
const FORMAT: u64 = 1;

/// The content of a run file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunFile {
    /// The number of the format.
    #[serde(rename = "rmlocnet_run")]
    format: u64,
    /// The version of the program that wrote the file.
    version: String,
    /// When the file was written, as ISO 8601.
    made: String,
    /// The model of the run.
    model: RunModel,
    /// The threshold of every compartment, by its name.
    thresholds: BTreeMap<String, f32>,
    /// The inputs in the order in which they were read.
    inputs: Vec<RunInput>,
}

/// The model of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunModel {
    /// Its name.
    pub name: String,
    /// The first hexadecimal digits of the SHA-256 of its file.
    pub sha256: String,
}

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunInput {
    /// The name of the file.
    pub name: String,
    /// The number of bytes.
    pub size: u64,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The bytes, if the run file contains them.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "to_base64")]
    pub content: Option<Vec<u8>>,
}

/// Which of some files are the inputs of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FoundInputs {
    /// The indices of the files, in the order of the run's inputs.
    pub found: Vec<usize>,
    /// The names of the inputs that are not among the files.
    pub missing: Vec<String>,
}

impl RunFile {
    /// Describes a run. `made` is the present time as ISO 8601.
    pub fn new(
        made: String,
        model: RunModel,
        thresholds: BTreeMap<String, f32>,
        inputs: Vec<RunInput>,
    ) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made,
            model,
            thresholds,
            inputs,
        }
    }

    /// The model of the run.
    pub fn model(&self) -> &RunModel {
        &self.model
    }

    /// The threshold of every compartment, by its name.
    pub fn thresholds(&self) -> &BTreeMap<String, f32> {
        &self.thresholds
    }

    /// The inputs in the order in which they were read.
    pub fn inputs(&self) -> &[RunInput] {
        &self.inputs
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None is possible: all keys are strings.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// The run's thresholds, in the order of the model's compartments. A compartment that the run
    /// does not name keeps the model's threshold.
    ///
    /// # Errors
    /// The model is not that of the run, or has not all of the run's compartments.
    pub fn thresholds_of(&self, predictor: &Predictor) -> Result<Vec<f32>, RunFileError> {
        let (model, hash) = (predictor.model(), predictor.hash());
        if !self.model.sha256.starts_with(hash) {
            return Err(RunFileError::OtherModel {
                name: self.model.name.clone(),
                sha256: self.model.sha256.clone(),
                found: hash.to_owned(),
            });
        }
        let mut names = self.thresholds.keys();
        if let Some(name) = names.find(|name| !model.compartments.contains(name)) {
            return Err(RunFileError::Compartment { name: name.clone() });
        }
        let compartments = model.compartments.iter().zip(model.thresholds.iter());
        let threshold =
            |(name, own): (&String, &f32)| self.thresholds.get(name).copied().unwrap_or(*own);
        Ok(compartments.map(threshold).collect())
    }
}

impl RunInput {
    /// Reads an input to its end and describes it. Its content is kept if `has_content`.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn read(name: String, mut source: impl Read, has_content: bool) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut content = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        let mut size = 0;
        loop {
            let count = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hash.update(&buffer[..count]);
            size += count as u64;
            if has_content {
                content.extend_from_slice(&buffer[..count]);
            }
        }
        Ok(Self {
            name,
            size,
            sha256: hexadecimal(hash),
            content: has_content.then_some(content),
        })
    }
}

impl FoundInputs {
    /// Looks for the inputs of a run among files, by their SHA-256. Names may differ.
    pub fn among(files: &[RunInput], inputs: &[RunInput]) -> Self {
        let mut result = Self::default();
        for input in inputs {
            match files.iter().position(|file| file.sha256 == input.sha256) {
                Some(file) => result.found.push(file),
                None => result.missing.push(input.name.clone()),
            }
        }
        result
    }
}

fn to_base64<S: Serializer>(content: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
    match content {
        Some(bytes) => to.serialize_str(&STANDARD.encode(bytes)),
        None => to.serialize_none(),
    }
}

#[cfg(test)]
mod tests;

//! `rmlocnet info`: what a model file holds, as JSON.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::failure::{self, Failure};
use crate::model::{Model, hash};

/// Arguments of `info`.
#[derive(Debug, Args)]
pub(super) struct Info {
    /// The model file.
    model: PathBuf,
}

impl Info {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let bytes = failure::read(&self.model)?;
        let model = Model::from_bytes(&bytes).map_err(|error| Failure::Model {
            path: self.model.clone(),
            error,
        })?;
        let tensors: serde_json::Map<_, _> = model
            .weights
            .iter()
            .map(|(name, array)| (name.clone(), json!(array.shape)))
            .collect();
        let object = json!({
            "name": model.config.name,
            "sha256": hash(&bytes),
            "bytes": bytes.len(),
            "parameters": model.config.parameters(model.compartments.len()),
            "compartments": model.compartments,
            "thresholds": model.thresholds,
            "fixed_length": model.fixed_length.length,
            "config": model.config,
            "training": model.training,
            "tensors": tensors,
        });
        // A closed pipe is the reader's choice, not an error.
        let _ =
            std::io::Write::write_all(&mut std::io::stdout(), format!("{object:#}\n").as_bytes());
        Ok(ExitCode::SUCCESS)
    }
}

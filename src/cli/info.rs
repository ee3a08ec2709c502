//! `rmlocnet info`: prints the content of a model file, as JSON or as a card.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::error::CliError;
use super::files;
use crate::model::{Model, hash};
use crate::network::preset;
use crate::output::card;

/// Arguments of `info`.
#[derive(Debug, Args)]
pub(super) struct Info {
    /// The model file
    model: PathBuf,
    /// Print the model card, as Markdown
    #[arg(long)]
    card: bool,
}

impl Info {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let bytes = files::read(&self.model)?;
        let model = Model::from_bytes(&bytes).map_err(|error| CliError::Model {
            path: self.model.clone(),
            error,
        })?;
        let hash = hash(&bytes);
        let text = match self.card {
            true => card(&model, &hash),
            false => format!("{:#}\n", object(&model, &hash, bytes.len())),
        };
        // If the reader has closed the pipe, that is not an error.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
        Ok(ExitCode::SUCCESS)
    }
}

fn object(model: &Model, hash: &str, bytes: usize) -> serde_json::Value {
    let tensors: serde_json::Map<_, _> = model
        .weights
        .iter()
        .map(|(name, array)| (name.clone(), json!(array.shape)))
        .collect();
    let row = preset(&model.config.name);
    json!({
        "name": model.config.name,
        "rna_class": row.as_ref().map(|row| row.rna_class),
        "species": row.as_ref().map(|row| row.species),
        "sha256": hash,
        "bytes": bytes,
        "parameters": model.config.parameters(model.compartments.len()),
        "compartments": model.compartments,
        "thresholds": model.thresholds,
        "fixed_length": model.fixed_length.length,
        "config": model.config,
        "training": model.training,
        "tensors": tensors,
    })
}

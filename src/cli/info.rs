//! `rmlocnet info`: the content of a model file, as JSON or as a model card.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::error::CliError;
use super::files;
use crate::model::{Model, TrainingRecord, describe_dataset, hash};
use crate::network::preset_of_model;
use crate::output::{card, summary};

/// Print what a model file holds.
///
/// Reads a model file. Prints its settings, data, measures and tensors as JSON, or its model card.
///
/// Example: rmlocnet info human-snorna.safetensors --card
#[derive(Debug, Args)]
pub(super) struct InfoArguments {
    /// Model file.
    model: PathBuf,
    /// Print the model card as Markdown.
    #[arg(long = "card")]
    is_card: bool,
}

impl InfoArguments {
    /// Reads the model file and prints its content.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let bytes = files::read(&self.model)?;
        let model = Model::from_bytes(&bytes).map_err(|error| CliError::Model {
            path: self.model.clone(),
            error,
        })?;
        let hash = hash(&bytes);
        if self.is_card {
            files::print(&card(&model, &hash))?;
        } else {
            files::print(&format!("{:#}\n", to_json(&model, &hash, bytes.len())))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn to_json(model: &Model, hash: &str, bytes: usize) -> serde_json::Value {
    let tensors: serde_json::Map<_, _> = model
        .weights
        .iter()
        .map(|(name, array)| (name.clone(), json!(array.shape)))
        .collect();
    let dataset = describe_dataset(&model.config.name);
    let preset = preset_of_model(&model.config.name);
    json!({
        "name": model.config.name,
        "rna_class": preset.as_ref().map(|preset| preset.rna_class),
        "species": preset.as_ref().map(|preset| preset.species),
        "alternative_to": dataset.and_then(|dataset| dataset.alternative_to),
        "summary": summary(model),
        "figures": model.training.as_ref().and_then(TrainingRecord::figures),
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

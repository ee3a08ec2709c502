//! Options that several subcommands share: `--data` and `--labels`; `--preset`, `--config` and
//! `--epochs`; `--device`.

use std::path::Path;

use clap::Args;
use serde_json::{Map, Value};

use super::error::CliError;
use super::files;
use crate::dataset::Dataset;
use crate::device_choice::{DeviceChoice, DevicePreference};
use crate::network::{Config, ConfigError};

/// The labelled set that `--data` and `--labels` name.
pub(super) struct LabelledData<'a> {
    data: &'a Path,
    labels: Option<&'a Path>,
}

impl<'a> LabelledData<'a> {
    /// A labelled file, or plain FASTA and its 0/1 table.
    pub(super) fn new(data: &'a Path, labels: Option<&'a Path>) -> Self {
        Self { data, labels }
    }

    /// Reads the labelled set.
    pub(super) fn read(&self) -> Result<Dataset, CliError> {
        let data = files::open(self.data)?;
        let dataset = match self.labels {
            Some(labels) => Dataset::read_with_labels(data, files::open(labels)?),
            None => Dataset::read(data),
        };
        dataset.map_err(|error| CliError::Dataset {
            path: self.data.to_owned(),
            error,
        })
    }
}

/// The settings in a TOML file; no settings without a file.
pub(super) fn settings_file(path: Option<&Path>) -> Result<Map<String, Value>, CliError> {
    let Some(path) = path else {
        return Ok(Map::new());
    };
    let settings = |message: String| CliError::Settings {
        path: path.to_owned(),
        message,
    };
    let text =
        String::from_utf8(files::read(path)?).map_err(|error| settings(error.to_string()))?;
    toml::from_str(&text).map_err(|error| settings(error.to_string()))
}

/// The settings of a preset, with those of the file at `path` and of `--epochs` replaced.
pub(super) fn config(
    preset: &str,
    path: Option<&Path>,
    overrides: Map<String, Value>,
    epochs: Option<usize>,
) -> Result<Config, CliError> {
    Config::from_preset(preset, overrides, epochs).map_err(|error| match (path, error) {
        // Only values from that file can be unreadable; all others were checked.
        (Some(path), error @ ConfigError::Unreadable { .. }) => CliError::Settings {
            path: path.to_owned(),
            message: error.to_string(),
        },
        (_, error) => error.into(),
    })
}

/// `--device`, for the subcommands that compute.
#[derive(Debug, Args)]
pub(super) struct DeviceOption {
    /// Where to compute: auto (a GPU if its results are right and it is faster), cpu or webgpu
    /// [default: auto]
    #[arg(long)]
    device: Option<DevicePreference>,
}

impl DeviceOption {
    /// The preference that was given.
    pub(super) fn wanted(&self) -> DevicePreference {
        self.device.unwrap_or_default()
    }

    /// Reports the chosen device and the reason, if there was a choice or a preference was given.
    pub(super) fn say(&self, chosen: &DeviceChoice) {
        if cfg!(feature = "webgpu") || self.device.is_some() {
            eprintln!("rmlocnet: computing on {chosen}");
        }
    }
}

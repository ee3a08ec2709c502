//! `--preset`, `--config` and `--epochs`: the settings of a verb.

use std::path::Path;

use serde_json::{Map, Value};

use super::failure::{self, Failure};
use crate::network::{Config, ConfigError};

/// The settings of a TOML file; none without one.
pub(super) fn file(path: Option<&Path>) -> Result<Map<String, Value>, Failure> {
    let Some(path) = path else {
        return Ok(Map::new());
    };
    let settings = |message: String| Failure::Settings {
        path: path.to_owned(),
        message,
    };
    let text =
        String::from_utf8(failure::read(path)?).map_err(|error| settings(error.to_string()))?;
    toml::from_str(&text).map_err(|error| settings(error.to_string()))
}

/// A preset with some settings replaced, by those of the file at `path` and by `--epochs`.
pub(super) fn config(
    preset: &str,
    path: Option<&Path>,
    overrides: Map<String, Value>,
    epochs: Option<usize>,
) -> Result<Config, Failure> {
    Config::from_preset(preset, overrides, epochs).map_err(|error| match (path, error) {
        // What cannot be read stands in that file; all else has checked values.
        (Some(path), error @ ConfigError::Unreadable { .. }) => Failure::Settings {
            path: path.to_owned(),
            message: error.to_string(),
        },
        (_, error) => error.into(),
    })
}

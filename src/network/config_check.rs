//! The check that every setting is in its range.

use super::config::Config;
use super::settings::{SETTINGS, Setting};

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting is out of its range.
    #[error("setting `{field}`{} {problem}", label(field))]
    Range {
        /// Name of the setting.
        field: &'static str,
        /// What was found and what is expected.
        problem: String,
    },
    /// A setting is unknown, or its value is of the wrong kind.
    #[error("setting `{setting}` cannot be used: {problem}")]
    Unreadable {
        /// Name of the setting.
        setting: String,
        /// What was found and what is expected.
        problem: String,
    },
    /// There is no preset of this name.
    #[error("there is no preset `{name}`; the presets are {known}")]
    Preset {
        /// The name.
        name: String,
        /// The names of all presets.
        known: String,
    },
}

impl Config {
    /// Checks that every setting is in its range.
    pub fn check(&self) -> Result<(), ConfigError> {
        for setting in &SETTINGS {
            if let Some(found) = setting.wrong_value(self) {
                let problem = format!("is {found}; it must be {}", setting.allowed());
                return Err(ConfigError::Range {
                    field: setting.name,
                    problem,
                });
            }
        }
        self.check_length_limit()?;
        self.check_joined()
    }

    /// Checks that a k-mer fits into what is read.
    fn check_length_limit(&self) -> Result<(), ConfigError> {
        if self.length_limit == 0 || self.length_limit >= self.k {
            return Ok(());
        }
        let (found, k) = (self.length_limit, self.k);
        Err(ConfigError::Range {
            field: "length_limit",
            problem: format!("is {found}; it must be 0, or at least {k}, so that a {k}-mer fits"),
        })
    }

    /// Checks the settings that have a meaning only if features are joined.
    fn check_joined(&self) -> Result<(), ConfigError> {
        let needing = [
            ("joined_regions", self.joined_regions),
            ("joined_units", self.joined_units > 0),
        ];
        match needing.into_iter().find(|(_, is_set)| *is_set) {
            Some((field, _)) if !self.joined_features => Err(ConfigError::Range {
                field,
                problem: "is set, but no features are joined; set `joined_features` to true"
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// What the page calls a setting, in brackets, if that is not its name in other letters.
fn label(name: &str) -> String {
    let label = Setting::find(name).map_or(name, |setting| setting.label);
    if label.to_lowercase().replace([' ', '-'], "_") == name {
        return String::new();
    }
    format!(" ({label})")
}

#[cfg(test)]
mod tests {
    use crate::network::preset;

    #[test]
    fn an_error_names_the_setting() {
        let mut config = preset("human-mirna-paper").unwrap().config;
        config.hidden_units = 100_000;
        let error = config.check().unwrap_err().to_string();
        assert_eq!(
            error,
            "setting `hidden_units` (LSTM units) is 100000; it must be 1 to 2048"
        );
    }
}

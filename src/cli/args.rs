//! Options that several subcommands share. Each is declared once, so its help text is the same in
//! all of them.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value};

use super::error::CliError;
use super::files;
use super::output_file::InputFile;
use crate::baselines::leak_notes;
use crate::dataset::Dataset;
use crate::device_choice::{DeviceChoice, DevicePreference};
use crate::network::{Config, ConfigError};
use crate::shard::Shard;

/// `--data` and `--labels`: the labelled set.
#[derive(Debug, Args)]
pub(super) struct DataOptions {
    /// Labelled RNAs, plain or gzipped: FASTA with `[location=A;B]` or 0/1 codes, a table of ID,
    /// labels and sequence separated by tabs, or plain FASTA together with --labels.
    #[arg(long, value_name = "FILE")]
    pub(super) data: PathBuf,
    /// Labels for plain FASTA: a table of 0 and 1 (CSV) with one row per record, in the same order.
    #[arg(long, value_name = "FILE")]
    pub(super) labels: Option<PathBuf>,
}

impl DataOptions {
    /// The files of the labelled set, which no output may replace.
    pub(super) fn inputs(&self) -> Vec<InputFile<'_>> {
        let labels = self.labels.as_deref();
        let labels = labels.map(|path| InputFile::new("--labels", path));
        [InputFile::new("--data", &self.data)]
            .into_iter()
            .chain(labels)
            .collect()
    }

    /// Reads the labelled set, and prints what was noticed while reading it.
    pub(super) fn read(&self) -> Result<Dataset, CliError> {
        let dataset = self.read_quietly()?;
        for note in dataset.notes().iter().chain(&leak_notes(&dataset)) {
            eprintln!("rmlocnet: {note}");
        }
        Ok(dataset)
    }

    /// Reads the labelled set.
    pub(super) fn read_quietly(&self) -> Result<Dataset, CliError> {
        let data = files::open(&self.data)?;
        let dataset = match &self.labels {
            Some(labels) => Dataset::read_with_labels(data, files::open(labels)?),
            None => Dataset::read(data),
        };
        dataset.map_err(|error| CliError::Dataset {
            path: self.data.clone(),
            error,
        })
    }
}

/// `--preset` and `--config`: the settings of networks to train. A subcommand that always trains
/// makes `--preset` a required option.
#[derive(Debug, Args)]
pub(super) struct SettingsOptions {
    /// Preset with the settings to start from, such as human-snorna (our settings, the same as
    /// human-snorna-tuned) or human-snorna-paper (that row of the paper's Table 2).
    #[arg(long, value_name = "NAME")]
    pub(super) preset: Option<String>,
    /// TOML file with settings that replace those of the preset.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

impl SettingsOptions {
    /// The file of `--config`, which no output may replace.
    pub(super) fn inputs(&self) -> Vec<InputFile<'_>> {
        let config = self.config.as_deref();
        config
            .map(|path| InputFile::new("--config", path))
            .into_iter()
            .collect()
    }

    /// The name of the preset; empty if none is given.
    pub(super) fn preset(&self) -> &str {
        self.preset.as_deref().unwrap_or_default()
    }

    /// The settings in the file of `--config`; empty without that option.
    pub(super) fn replaced(&self) -> Result<Map<String, Value>, CliError> {
        self.config.as_deref().map_or(Ok(Map::new()), read_toml)
    }

    /// The settings of the preset. Those in the file of `--config` replace them, then `overrides`,
    /// then `epochs`. An error about one of the overrides names the file `overrides_path`.
    pub(super) fn config(
        &self,
        overrides: Map<String, Value>,
        overrides_path: Option<&Path>,
        epochs: Option<usize>,
    ) -> Result<Config, CliError> {
        let mut replaced = Map::new();
        let mut paths: HashMap<String, &Path> = HashMap::new();
        for (settings, path) in [
            (self.replaced()?, self.config.as_deref()),
            (overrides, overrides_path),
        ] {
            paths.extend(settings.keys().cloned().zip(path.into_iter().cycle()));
            replaced.extend(settings);
        }
        if epochs.is_some() {
            paths.remove("epochs");
        }
        Config::from_preset(self.preset(), replaced, epochs).map_err(|error| {
            match setting(&error).and_then(|setting| paths.get(setting)) {
                Some(path) => CliError::Settings {
                    path: path.to_path_buf(),
                    error,
                },
                None => error.into(),
            }
        })
    }
}

/// The name of the setting that an error is about.
fn setting(error: &ConfigError) -> Option<&str> {
    match error {
        ConfigError::Range { field, .. } => Some(field),
        ConfigError::Unreadable { setting, .. } => Some(setting),
        ConfigError::Preset { .. } => None,
    }
}

/// Reads the settings in a TOML file.
pub(super) fn read_toml(path: &Path) -> Result<Map<String, Value>, CliError> {
    toml::from_str(&files::read_text(path)?).map_err(|error| CliError::Toml {
        path: path.to_owned(),
        error,
    })
}

/// `--epochs`: the length of a training.
#[derive(Debug, Args)]
pub(super) struct EpochsOption {
    /// Number of passes over the training part [default: that of the preset].
    #[arg(long, value_name = "N")]
    pub(super) epochs: Option<usize>,
}

/// `--seed` and `--seeds`: repetitions of a cross-validation.
#[derive(Debug, Args)]
pub(super) struct SeedOptions {
    /// Seed of splits, folds, initial weights and dropout; the first one of several.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Number of repetitions, with consecutive seeds from --seed.
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    pub(super) seeds: NonZeroUsize,
}

impl SeedOptions {
    /// The seeds of all repetitions.
    pub(super) fn all(&self) -> Vec<u64> {
        let repetitions = 0..self.seeds.get() as u64;
        repetitions.map(|n| self.seed.wrapping_add(n)).collect()
    }
}

/// The largest number for `--threads`: more than any machine needs, and few enough to start.
const MAX_THREADS: i64 = 1024;

/// `--threads`.
#[derive(Debug, Args)]
pub(super) struct ThreadsOption {
    /// Number of threads that compute [default: one per processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
}

impl ThreadsOption {
    /// The number of threads.
    pub(super) fn count(&self) -> usize {
        let available = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or_else(available, usize::from)
    }
}

/// `--shard`.
#[derive(Debug, Args)]
pub(super) struct ShardOption {
    /// Do only this share of the work, such as 2/5: the second of five shards. Gather the results
    /// when all shards are done.
    #[arg(long, value_name = "NUMBER/COUNT")]
    pub(super) shard: Option<Shard>,
}

/// `--resume`.
#[derive(Debug, Args)]
pub(super) struct ResumeOption {
    /// Continue an interrupted run of the same command and keep what it has finished.
    #[arg(long = "resume")]
    pub(super) is_resumed: bool,
}

/// `--device`, for subcommands that can use a GPU.
#[derive(Debug, Args)]
pub(super) struct DeviceOption {
    /// Where to compute: auto (a GPU if its results match the CPU's and it is faster, otherwise the
    /// CPU), cpu, or webgpu (a GPU even if it is slower, if its results match) [default: auto].
    #[arg(long)]
    device: Option<DevicePreference>,
}

impl DeviceOption {
    /// The device that the user prefers.
    pub(super) fn preference(&self) -> DevicePreference {
        self.device.unwrap_or_default()
    }

    /// The device that the user prefers for a shard, or for everything. A shard is computed on the
    /// CPU, where an RNA gets the same probabilities in every batch, to the last bit.
    ///
    /// # Errors
    /// A shard is to be computed on a GPU.
    pub(super) fn preference_for(
        &self,
        shard: Option<Shard>,
    ) -> Result<DevicePreference, CliError> {
        match (self.device, shard) {
            (Some(DevicePreference::WebGpu), Some(_)) => Err(CliError::Argument {
                option: "--device",
                value: "webgpu".to_owned(),
                expected:
                    "cpu, or leave out --shard: in other batches, a GPU rounds differently, so \
                           gathered shards would differ from a whole run"
                        .to_owned(),
            }),
            (_, Some(_)) => Ok(DevicePreference::Cpu),
            (_, None) => Ok(self.preference()),
        }
    }

    /// Reports the device and the reason for it, if there was a choice or the option is given.
    pub(super) fn report(&self, choice: &DeviceChoice) {
        if cfg!(feature = "webgpu") || self.device.is_some() {
            eprintln!("rmlocnet: computing on {choice}");
        }
    }
}

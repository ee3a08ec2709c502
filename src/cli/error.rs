//! Why a subcommand failed.

use std::io;
use std::path::{Path, PathBuf};

use crate::dataset::DatasetError;
use crate::device::DeviceError;
use crate::evaluation::{CrossValidationError, GridError, ReportError, ScoreError};
use crate::explanation::MotifError;
use crate::gather::GatherError;
use crate::genetic_seq2vec::FromFastaError;
use crate::metrics::MetricsError;
use crate::model::ModelError;
use crate::network::ConfigError;
use crate::predictor::{ExplainError, ThresholdsError};
use crate::rna::KmerError;
use crate::run_file::RunFileError;
use crate::shard::Shard;
use crate::training_run::TrainingRunError;

/// Why a subcommand failed. The message names the file or the option that is at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CliError {
    /// A file cannot be opened or read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error that the operating system reports.
        #[source]
        error: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {error}", stream_name(path, "standard output"))]
    Write {
        /// The file; `-` for standard output.
        path: PathBuf,
        /// The error that the operating system reports.
        #[source]
        error: io::Error,
    },
    /// A file cannot be written, as was checked before anything was computed.
    #[error("{option} {}: {problem}", path.display())]
    Output {
        /// The option that names the file.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        problem: OutputProblem,
    },
    /// A complete file cannot be moved to its place.
    #[error(
        "cannot write {}: {error}; everything is in {}, which you can rename",
        path.display(),
        kept.display()
    )]
    Kept {
        /// The place.
        path: PathBuf,
        /// The error that the operating system reports.
        #[source]
        error: io::Error,
        /// The complete file.
        kept: PathBuf,
    },
    /// The value of an option cannot be used.
    #[error("{option} '{value}' cannot be used: give {expected}")]
    Argument {
        /// The option, such as `--positions`.
        option: &'static str,
        /// The value that was given.
        value: String,
        /// The values that are expected.
        expected: String,
    },
    /// The threads cannot be started.
    #[error("--threads: {count} threads cannot be started ({error}): give fewer")]
    Threads {
        /// Their number.
        count: usize,
        /// Why not.
        #[source]
        error: rayon::ThreadPoolBuildError,
    },
    /// An option has no effect.
    #[error("{option} has an effect only with {of}: leave it out")]
    NoEffect {
        /// The option.
        option: &'static str,
        /// What it belongs to.
        of: String,
    },
    /// A value of `--threshold` is not a probability.
    #[error("--threshold: {0}")]
    Thresholds(#[from] ThresholdsError),
    /// A value of `--motif` is not a motif.
    #[error("--motif: {0}")]
    Motif(#[from] MotifError),
    /// A model file cannot be used.
    #[error("{}: {error}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: ModelError,
    },
    /// A labelled set cannot be used.
    #[error("{}: {error}", path.display())]
    Dataset {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: DatasetError,
    },
    /// No embedding can be computed from a file.
    #[error("{}: {error}", path.display())]
    Embedding {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: FromFastaError,
    },
    /// A file is not TOML.
    #[error("{}: {error}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: toml::de::Error,
    },
    /// A setting in a file cannot be used.
    #[error("{}: {error}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// The setting, and what is wrong with it.
        #[source]
        error: ConfigError,
    },
    /// Settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// k or stride is out of range.
    #[error(transparent)]
    Kmers(#[from] KmerError),
    /// A training run failed.
    #[error(transparent)]
    TrainingRun(#[from] TrainingRunError),
    /// A record cannot be explained.
    #[error("record '{record}': {error}")]
    Explain {
        /// The ID of the record.
        record: String,
        /// Why not.
        #[source]
        error: ExplainError,
    },
    /// An input has no record that can be explained.
    #[error("{inputs}: no record can be explained; give at least one RNA")]
    NothingExplained {
        /// The names of the inputs.
        inputs: String,
    },
    /// Shards cannot be gathered.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// Folds of a cross-validation have no result, and are not run.
    #[error(
        "{} of {total} folds have no result in {}: {}; run them with `{command} --resume`, or \
         each in a process of its own, with --shard {} in the place of --resume",
        folds.len(),
        path.display(),
        listed(folds),
        listed(shards)
    )]
    MissingFolds {
        /// The folder of the results.
        path: PathBuf,
        /// The number of all folds.
        total: usize,
        /// The folds, in words.
        folds: Vec<String>,
        /// For each fold, the shard that consists of it alone.
        shards: Vec<Shard>,
        /// The command without the option that gathers.
        command: String,
    },
    /// A run file cannot be used.
    #[error("{}: {error}", path.display())]
    RunFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: RunFileError,
    },
    /// A model or a table of predictions cannot be scored.
    #[error("{}: {error}", path.display())]
    Score {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: ScoreError,
    },
    /// A file for `--evaluation` is not a report about this training.
    #[error("{} {error}; give a report of `rmlocnet evaluate --json`", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in words that follow its name.
        #[source]
        error: ReportError,
    },
    /// A grid of settings cannot be used.
    #[error("{}: {error}", path.display())]
    Grid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: GridError,
    },
    /// There are results of the same command, which was interrupted and is not resumed.
    #[error(
        "{} has results of the same command, which was interrupted; add --resume to continue, or \
         remove it to start again",
        path.display()
    )]
    Interrupted {
        /// The file with the results.
        path: PathBuf,
    },
    /// The table to resume belongs to another search.
    #[error(
        "{} is the table of another search, with other data, settings, seeds or grid; write to \
         another file, or leave out --resume",
        path.display()
    )]
    OtherSearch {
        /// The file.
        path: PathBuf,
    },
    /// A cross-validation cannot be set up.
    #[error(transparent)]
    CrossValidation(#[from] CrossValidationError),
    /// The metrics cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The trained model cannot be turned into a file.
    #[error(transparent)]
    Save(#[from] ModelError),
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputProblem {
    /// The path is a folder.
    #[error("this is a folder; give the name of a file in it")]
    Folder,
    /// The path is a file, where a folder is needed.
    #[error("this is a file; give the name of a folder")]
    File,
    /// The folder of the file does not exist.
    #[error("the folder {} does not exist; create it first", .0.display())]
    NoFolder(PathBuf),
    /// The file must not be changed.
    #[error("this file is read-only; give another name, or allow writing")]
    ReadOnly,
    /// The file is an input, whose name or option follows.
    #[error("this is the input of the command ({0}), which would be lost; give another name")]
    Input(&'static str),
    /// The file is also another output, whose option follows.
    #[error("this is also the file of {0}; give each its own name")]
    OtherOutput(&'static str),
    /// The operating system refuses.
    #[error("it cannot be written there: {0}")]
    Io(#[from] io::Error),
}

impl CliError {
    /// An error of writing a file; `-` for standard output.
    pub(super) fn write(path: &Path, error: io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            error,
        }
    }

    /// Whether results may have been written before this error.
    pub(super) fn comes_after_results(&self) -> bool {
        matches!(
            self,
            Self::Device(_) | Self::Write { .. } | Self::Explain { .. }
        )
    }

    /// An error about the explanation of a record. A failed device is not an error of the record.
    pub(super) fn explain(record: &str, error: ExplainError) -> Self {
        match error {
            ExplainError::Device(error) => Self::Device(error),
            error => Self::Explain {
                record: record.to_owned(),
                error,
            },
        }
    }
}

/// The first of several items, and the number of the others.
fn listed(items: &[impl ToString]) -> String {
    const MOST: usize = 20;
    let named = items.iter().take(MOST).map(ToString::to_string);
    let mut text = named.collect::<Vec<_>>().join(", ");
    if items.len() > MOST {
        text.push_str(&format!(" and {} more", items.len() - MOST));
    }
    text
}

/// The names of inputs in messages.
pub(super) fn input_names(paths: &[PathBuf]) -> String {
    let names = paths.iter().map(|path| stream_name(path, "standard input"));
    names.collect::<Vec<_>>().join(", ")
}

/// The name of a file in messages; `standard` for `-`.
pub(super) fn stream_name(path: &Path, standard: &str) -> String {
    if path == Path::new("-") {
        standard.to_owned()
    } else {
        path.display().to_string()
    }
}

//! `rmlocnet evaluate`: measures how good a method, a model or a table of predictions is.

mod auroc_table;
mod score;
mod store;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, Args};
use pollster::block_on;
use serde::Serialize;

use super::args::{
    DataOptions, EpochsOption, ResumeOption, SeedOptions, SettingsOptions, ThreadsOption,
};
use super::error::CliError;
use super::{files, parallel, progress};
use crate::dataset::{Dataset, Part, read_sequences};
use crate::evaluation::{CrossValidation, FOLDS, Protocol, Report, ScoreReport, Settings};
use store::FoldStore;

/// Measure how good a method, a model or a table of predictions is.
///
/// Reads a labelled set. With --preset, a method is evaluated by cross-validation: networks with
/// these settings, and baselines, are trained on some RNAs and tested on the others. With --model
/// or --predictions, nothing is trained. Prints the paper's six measures with 95 % intervals.
///
/// Example: rmlocnet evaluate --data labelled.fa --preset human-snorna --seeds 5
#[derive(Debug, Args)]
#[command(
    mut_arg("data", |data| data.visible_alias("truth")),
    mut_arg("config", trains),
    mut_arg("epochs", trains),
    mut_arg("protocol", trains),
    mut_arg("folds", trains),
    mut_arg("inner", trains),
    mut_arg("seed", trains),
    mut_arg("seeds", trains),
    mut_arg("shuffled", trains),
    mut_arg("no_baselines", trains),
    mut_arg("as_published", trains),
    mut_arg("apart_from", trains),
    mut_arg("threads", trains),
    mut_arg("work", trains),
    mut_arg("is_resumed", trains),
    mut_arg("preset", |preset| preset.required_unless_present_any(["model", "predictions"]))
)]
pub(super) struct EvaluateArguments {
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    settings: SettingsOptions,
    #[command(flatten)]
    epochs: EpochsOption,
    /// Evaluate this model file as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["preset", "predictions"])]
    model: Option<PathBuf>,
    /// Evaluate these predictions: a table separated by tabs, with `id` and one column per
    /// compartment.
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    predictions: Option<PathBuf>,
    /// Test RNAs: paper (random folds), strict (near-identical RNAs in the same fold) or holdout
    /// (the split that the set names, or one fifth).
    #[arg(long, default_value_t = Protocol::Paper)]
    protocol: Protocol,
    /// Number of folds of the protocols paper and strict [default: 10].
    #[arg(long, value_name = "N")]
    folds: Option<usize>,
    /// Share of each fold's training part that chooses epoch and thresholds; with 0, thresholds are
    /// cross-fitted on two halves of the training part [default: 0.1, or 0 if the preset keeps the
    /// last epoch and the set has fewer than 500 RNAs].
    #[arg(long, value_name = "SHARE")]
    inner: Option<f64>,
    #[command(flatten)]
    seeds: SeedOptions,
    /// Also run the first seed on shuffled labels, as a control: nothing can be learned there.
    #[arg(long)]
    shuffled: bool,
    /// Leave out the baselines.
    #[arg(long)]
    no_baselines: bool,
    /// Reproduce two known evaluation flaws: T is kept apart from U, and every fold's epoch is
    /// chosen on its test part.
    #[arg(long)]
    as_published: bool,
    /// Leave out of every fold's training part the RNAs that share more than 5 % of their 16-mers
    /// with an RNA of this file: a labelled set, or FASTA without labels.
    #[arg(long, value_name = "FILE")]
    apart_from: Option<PathBuf>,
    /// With --model or --predictions, evaluate only the RNAs that the set marks for this part of its
    /// split: train, val or test.
    #[arg(long, value_name = "PART", conflicts_with = "preset")]
    part: Option<Part>,
    /// Print everything as one JSON object.
    #[arg(long = "json")]
    is_json: bool,
    #[command(flatten)]
    threads: ThreadsOption,
    /// Folder for finished folds [default: rmlocnet in the system's folder for temporary files].
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    #[command(flatten)]
    resume: ResumeOption,
}

/// An option about the training of networks, which has no effect on a model or on predictions.
fn trains(option: Arg) -> Arg {
    option.conflicts_with_all(["model", "predictions"])
}

impl EvaluateArguments {
    /// Evaluates, and prints the report.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        self.check_options()?;
        let dataset = self.data.read()?;
        let text = if let Some(path) = &self.model {
            self.score_text(&score::model(path, &dataset, self.part)?)?
        } else if let Some(path) = &self.predictions {
            self.score_text(&score::predictions(path, &dataset, self.part)?)?
        } else {
            self.method_text(dataset)?
        };
        files::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    /// An error if an option has no effect on this protocol.
    fn check_options(&self) -> Result<(), CliError> {
        let given = [
            ("--folds", self.folds.is_some()),
            ("--inner", self.inner.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) if self.protocol == Protocol::Holdout => Err(CliError::NoEffect {
                option,
                of: "--protocol paper or strict".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn score_text(&self, report: &ScoreReport) -> Result<String, CliError> {
        if self.is_json {
            to_json(report)
        } else {
            Ok(score::text(report))
        }
    }

    fn method_text(&self, dataset: Dataset) -> Result<String, CliError> {
        let settings = self.settings(dataset.records().len())?;
        let report = self.report(&self.cross_validation(dataset, settings)?)?;
        if self.is_json {
            to_json(&report)
        } else {
            Ok(table::text(&report))
        }
    }

    fn cross_validation(
        &self,
        dataset: Dataset,
        settings: Settings,
    ) -> Result<CrossValidation, CliError> {
        let Some(path) = &self.apart_from else {
            return Ok(CrossValidation::new(dataset, settings)?);
        };
        let others = read_sequences(files::open(path)?);
        let others = others.map_err(|error| CliError::Dataset {
            path: path.clone(),
            error,
        })?;
        let name = file_name(path);
        let validation = CrossValidation::apart_from(dataset, settings, &name, &others)?;
        for note in validation.apart_from.iter() {
            eprintln!("rmlocnet: {note}");
        }
        Ok(validation)
    }

    fn settings(&self, records: usize) -> Result<Settings, CliError> {
        let no_overrides = serde_json::Map::new();
        let config = self
            .settings
            .config(no_overrides, None, self.epochs.epochs)?;
        let default = Settings::default_validation_fraction(&config, records, self.as_published);
        let mut settings = Settings {
            protocol: self.protocol,
            validation_fraction: self.inner.unwrap_or(default),
            seeds: self.seeds.all(),
            shuffled: self.shuffled,
            as_published: self.as_published,
            ..Settings::new(config, records)
        };
        if let Some(folds) = self.folds {
            settings.folds = folds;
        }
        if self.no_baselines {
            settings.baselines.clear();
        }
        Ok(settings)
    }

    /// Runs all folds that are not finished, and reports on all of them.
    fn report(&self, validation: &CrossValidation) -> Result<Report, CliError> {
        let mut store = FoldStore::open(self.work.as_deref(), validation, self.resume.is_resumed)?;
        let pending = validation.pending(store.results());
        let total = validation.folds.len();
        if pending.len() < total {
            let finished = total - pending.len();
            eprintln!("rmlocnet: {finished} of {total} folds were finished before");
        }
        let epochs = validation.settings.config.epochs;
        let bar = progress::epochs(pending.iter().map(|fold| fold.epochs(epochs)).sum());
        parallel::run(
            &pending,
            self.threads.count(),
            &bar,
            |fold, on_epoch| Ok(block_on(validation.run(fold, on_epoch))?),
            |result| {
                store.add(result)?;
                bar.set_message(format!("{} of {total} folds", store.results().len()));
                Ok(())
            },
        )?;
        let mut report = validation.report(store.results())?;
        report.command = self.command();
        Ok(report)
    }

    /// The command that prints the same report, with files named without their folders.
    fn command(&self) -> String {
        let mut command = format!("rmlocnet evaluate --data {}", file_name(&self.data.data));
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" {option} {value}"));
            }
        };
        let (settings, seeds) = (&self.settings, &self.seeds);
        add("--labels", self.data.labels.as_deref().map(file_name));
        add("--preset", settings.preset.clone());
        add("--config", settings.config.as_deref().map(file_name));
        add("--epochs", self.epochs.epochs.map(|n| n.to_string()));
        add("--protocol", Some(self.protocol.to_string()));
        let folds = self.folds.filter(|folds| *folds != FOLDS);
        add("--folds", folds.map(|folds| folds.to_string()));
        add("--inner", self.inner.map(|inner| inner.to_string()));
        add("--seed", Some(seeds.seed.to_string()));
        let has_several = seeds.seeds.get() > 1;
        add("--seeds", has_several.then(|| seeds.seeds.to_string()));
        add("--shuffled", self.shuffled.then(String::new));
        add("--no-baselines", self.no_baselines.then(String::new));
        add("--as-published", self.as_published.then(String::new));
        add("--apart-from", self.apart_from.as_deref().map(file_name));
        add("--json", self.is_json.then(String::new));
        command.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn file_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.display().to_string(),
    }
}

/// A report as one JSON object.
fn to_json(report: &impl Serialize) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(report);
    let text = text.map_err(|error| CliError::write(Path::new("-"), error.into()))?;
    Ok(text + "\n")
}

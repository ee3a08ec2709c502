//! `rmlocnet evaluate`: measures how good a method, a model or a table of predictions is.

mod auroc_table;
mod command;
mod number;
mod score;
mod store;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, Args};
use pollster::block_on;
use serde::Serialize;

use super::args::{
    DataOptions, EpochsOption, ResumeOption, SeedOptions, SettingsOptions, ShardOption,
    ThreadsOption,
};
use super::error::CliError;
use super::settings_help::settings_help;
use super::{files, parallel, progress};
use crate::dataset::{Dataset, Part, read_sequences};
use crate::evaluation::{CrossValidation, Fold, Protocol, Report, ScoreReport, Settings};
use crate::shard::Shard;
use store::FoldStore;

/// Measure how good a method, a model or a table of predictions is.
///
/// Reads a labelled set. With --preset, a method is evaluated by cross-validation: networks with
/// these settings, and baselines, are trained on some RNAs and tested on the others. With --model
/// or --predictions, nothing is trained. Prints the paper's six measures with 95 % intervals.
///
/// With --shard and --work, only every n-th fold is run, for one of n processes or machines, and
/// nothing is printed. The same command with --gather then prints the report.
///
/// Example: rmlocnet evaluate --data labelled.fa --preset human-snorna --seeds 5
#[derive(Debug, Args)]
#[command(
    after_long_help = settings_help(),
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
    mut_arg("shard", |shard| {
        trains(shard).visible_alias("fold").requires("work").conflicts_with_all(["is_json", "is_resumed", "is_gathered"])
    }),
    mut_arg("is_gathered", |gather| {
        trains(gather).requires("work").conflicts_with_all(["is_resumed", "threads"])
    }),
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
    /// Several processes may write to it.
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    #[command(flatten)]
    shard: ShardOption,
    /// Print the report of the folds in the folder of --work, and run none. Fails if a fold has no
    /// result there.
    #[arg(long = "gather")]
    is_gathered: bool,
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

    /// Runs one shard, gathers, or runs everything. There is nothing to print of a shard.
    fn method_text(&self, dataset: Dataset) -> Result<String, CliError> {
        let settings = self.settings(dataset.records().len())?;
        let validation = self.cross_validation(dataset, settings)?;
        if let Some(shard) = self.shard.shard {
            self.run_shard(&validation, shard)?;
            return Ok(String::new());
        }
        let report = if self.is_gathered {
            self.gathered_report(&validation)?
        } else {
            self.report(&validation)?
        };
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
        let name = command::file_name(path);
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
        self.run_folds(validation, &pending, validation.folds.len(), &mut store)?;
        self.report_of(validation, &store)
    }

    /// Runs the folds of one shard that are not finished.
    fn run_shard(&self, validation: &CrossValidation, shard: Shard) -> Result<(), CliError> {
        let mut store = FoldStore::open(self.work.as_deref(), validation, true)?;
        let pending = validation.pending_in(shard, store.results());
        let total = shard.share_of(validation.folds.len());
        self.run_folds(validation, &pending, total, &mut store)?;
        eprintln!(
            "rmlocnet: the {total} folds of shard {shard} are in {}; when all shards are done, \
             replace --shard by --gather",
            store.folder().display()
        );
        Ok(())
    }

    /// Runs some folds, which are those of `total` that are not finished.
    fn run_folds(
        &self,
        validation: &CrossValidation,
        pending: &[&Fold],
        total: usize,
        store: &mut FoldStore,
    ) -> Result<(), CliError> {
        let mut finished = total - pending.len();
        if finished > 0 {
            eprintln!("rmlocnet: {finished} of {total} folds were finished before");
        }
        let epochs = validation.settings.config.epochs;
        let bar = progress::epochs(pending.iter().map(|fold| fold.epochs(epochs)).sum());
        parallel::run(
            pending,
            self.threads.count(),
            &bar,
            |fold, on_epoch| Ok(block_on(validation.run(fold, on_epoch))?),
            |result| {
                store.add(result)?;
                finished += 1;
                bar.set_message(format!("{finished} of {total} folds"));
                Ok(())
            },
        )
    }

    /// Reports on folds that were all run before.
    fn gathered_report(&self, validation: &CrossValidation) -> Result<Report, CliError> {
        let store = FoldStore::read(self.work.as_deref(), validation)?;
        let missing = validation.pending(store.results());
        if missing.is_empty() {
            return self.report_of(validation, &store);
        }
        let work = self.work.as_deref().map(command::argument);
        let command = self.command(command::argument);
        Err(CliError::MissingFolds {
            path: store.folder().to_owned(),
            total: validation.folds.len(),
            folds: missing.iter().map(ToString::to_string).collect(),
            shards: validation.shards_of(&missing),
            command: format!("{command} --work {}", work.unwrap_or_default()),
        })
    }

    /// The report on all folds, which are finished.
    fn report_of(
        &self,
        validation: &CrossValidation,
        store: &FoldStore,
    ) -> Result<Report, CliError> {
        let mut report = validation.report(store.results())?;
        report.command = self.command(command::file_name);
        Ok(report)
    }
}

/// A report as one JSON object.
fn to_json(report: &impl Serialize) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(report);
    let text = text.map_err(|error| CliError::write(Path::new("-"), error.into()))?;
    Ok(text + "\n")
}

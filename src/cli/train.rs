//! `rmlocnet train`: trains a model on labelled RNAs and writes it to a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use pollster::block_on;

use super::args::{self, DeviceOption, LabelledData};
use super::error::CliError;
use super::{files, progress};
use crate::dataset::folds::split_off_validation;
use crate::dataset::{Dataset, Split, cross_fitting_halves, near_identical_groups, split_of};
use crate::device;
use crate::evaluation::{Report, Settings};
use crate::metrics::Metrics;
use crate::model::{Evaluation, Model, hash};
use crate::network::Config;
use crate::training_run::{TrainingRun, TrainingRunError};

/// Arguments of `train`.
#[derive(Debug, Args)]
pub(super) struct Train {
    /// Labelled RNAs: FASTA(.gz) with `[location=A;B]`, a table of `id, labels, sequence`, or, with
    /// --labels, plain FASTA
    #[arg(long)]
    data: PathBuf,
    /// Table of 0 and 1 in the order of the FASTA records (CSV)
    #[arg(long)]
    labels: Option<PathBuf>,
    /// Settings to start from: human-snorna-tuned (or human-snorna) for ours, human-snorna-paper
    /// for the paper's Table 2, and so on for the other sets
    #[arg(long)]
    preset: String,
    /// TOML file with settings that replace the preset's
    #[arg(long)]
    config: Option<PathBuf>,
    /// The model file to write
    #[arg(long, short)]
    output: PathBuf,
    /// Passes over the training part [default: the preset's]
    #[arg(long)]
    epochs: Option<usize>,
    /// Seed of split, initial weights and dropout
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also write the loss of every step, as a table of epoch, step and training_loss
    #[arg(long)]
    log: Option<PathBuf>,
    /// Also write the IDs of the RNAs that were held out, one per line
    #[arg(long)]
    held_out: Option<PathBuf>,
    /// Hold nothing out: a tenth of the RNAs chooses epoch and thresholds, and the others train. If
    /// the preset keeps the last epoch and there are fewer than 500 RNAs, all of them train, and
    /// thresholds are cross-fitted on two halves. The measures of such a model have to come from
    /// elsewhere, see
    /// --evaluation
    #[arg(long, conflicts_with = "held_out")]
    all_data: bool,
    /// Store a report of `evaluate --json` on the same data and settings in the model file, for its
    /// card; may be given several times
    #[arg(long, value_name = "REPORT")]
    evaluation: Vec<PathBuf>,
    #[command(flatten)]
    device: DeviceOption,
}

impl Train {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let config = self.settings()?;
        let dataset = LabelledData::new(&self.data, self.labels.as_deref()).read()?;
        for note in &dataset.notes {
            eprintln!("rmlocnet: {note}");
        }
        let evaluations = self.evaluations(&dataset, &config)?;
        let split = match self.all_data {
            true => nothing_held_out(&dataset, &config, self.seed)?,
            false => split_of(&dataset, self.seed).map_err(TrainingRunError::from)?,
        };
        let wanted = self.device.wanted();
        let started =
            TrainingRun::start_with_split(dataset, split, config, self.seed, wanted, None);
        let (mut run, chosen) = block_on(started)?;
        self.device.say(&chosen);
        if let Some(path) = &self.held_out {
            let ids = run
                .split()
                .test
                .iter()
                .map(|i| &run.dataset().records[*i].id);
            let ids: String = ids.map(|id| format!("{id}\n")).collect();
            files::write(path, ids.as_bytes())?;
        }
        let mut log = String::from("epoch\tstep\ttraining_loss\n");
        let trained = train(&mut run, &mut log);
        if let Some(path) = &self.log {
            files::write(path, log.as_bytes())?;
        }
        match trained {
            // The best epoch before the divergence is worth keeping.
            Err(error @ TrainingRunError::Diverged(_)) if run.has_result() => {
                eprintln!("rmlocnet: warning: {error}. The best epoch before that is written");
            }
            trained => trained?,
        }
        let mut model = block_on(run.finish())?;
        if let Some(thresholds) = cross_fitted_thresholds(&run, self.seed)? {
            model.thresholds = thresholds;
        }
        if let Some(record) = &mut model.training {
            record.evaluations = evaluations;
        }
        if let Some(fallback) = run.take_fallback() {
            eprintln!("rmlocnet: {fallback}");
        }
        let bytes = model.to_bytes()?;
        files::write(&self.output, &bytes)?;
        eprint!("{}", summary(&model, &self.output, &hash(&bytes)));
        Ok(ExitCode::SUCCESS)
    }

    /// The preset, with what --config and --epochs replace. The model is named after its file.
    fn settings(&self) -> Result<Config, CliError> {
        let mut overrides = args::settings_file(self.config.as_deref())?;
        if let Some(stem) = self.output.file_stem().and_then(|stem| stem.to_str()) {
            overrides.insert("name".to_owned(), stem.into());
        }
        args::config(&self.preset, self.config.as_deref(), overrides, self.epochs)
    }

    /// The reports of --evaluation, each checked to be about this training.
    fn evaluations(&self, dataset: &Dataset, config: &Config) -> Result<Vec<Evaluation>, CliError> {
        let hash = dataset.sha256();
        let summary = |path: &PathBuf| {
            let report: Result<Report, _> = serde_json::from_slice(&files::read(path)?);
            let report = report.map_err(|error| format!("is not a report of evaluate: {error}"));
            let checked = report.and_then(|report| report.is_of(&hash, config).map(|()| report));
            let checked = checked.map_err(|message| CliError::Settings {
                path: path.clone(),
                message,
            });
            Ok(checked?.summary())
        };
        self.evaluation.iter().map(summary).collect()
    }
}

/// A split in which all RNAs train, except those that choose epoch and thresholds.
fn nothing_held_out(dataset: &Dataset, config: &Config, seed: u64) -> Result<Split, CliError> {
    let validation_fraction =
        Settings::default_validation_fraction(config, dataset.records.len(), false);
    let split = split_off_validation(
        &dataset.sequences(),
        &dataset.labels,
        validation_fraction,
        seed,
    );
    Ok(split.map_err(TrainingRunError::from)?)
}

/// Cross-fitted thresholds, if there is no validation part to choose them.
fn cross_fitted_thresholds(run: &TrainingRun, seed: u64) -> Result<Option<Vec<f32>>, CliError> {
    let (dataset, split) = (run.dataset(), run.split());
    if !split.validation.is_empty() {
        return Ok(None);
    }
    let groups = near_identical_groups(&dataset.sequences());
    let halves = cross_fitting_halves(split, dataset, Some(&groups), seed);
    if halves.is_empty() {
        return Ok(None);
    }
    let epochs = halves.len() * run.settings().epochs;
    let bar = progress::epochs(epochs as u64);
    bar.set_message("thresholds");
    let thresholds = block_on(run.cross_fitted_thresholds(&halves, || bar.inc(1)))?;
    bar.finish_and_clear();
    Ok(Some(thresholds))
}

/// Trains to the end, and adds the loss of every step to the log.
fn train(run: &mut TrainingRun, log: &mut String) -> Result<(), TrainingRunError> {
    let start = block_on(run.step(0))?;
    let bar = progress::steps((start.epochs * start.steps_per_epoch) as u64);
    let (mut epoch, mut step) = (1, 0);
    loop {
        // A GPU has to wait while the losses of a call are read.
        let steps = if *run.device() == device::cpu() { 1 } else { 8 };
        let progress = block_on(run.step(steps))?;
        if let Some(fallback) = &progress.fallback {
            bar.suspend(|| eprintln!("rmlocnet: {fallback}"));
            let done = progress.finished_epochs.last();
            (epoch, step) = (done.map_or(epoch, |done| done.epoch + 1), 0);
            bar.set_position(((epoch - 1) * progress.steps_per_epoch) as u64);
        }
        for loss in &progress.losses {
            if step == progress.steps_per_epoch {
                (epoch, step) = (epoch + 1, 0);
            }
            step += 1;
            // Writing to a string cannot fail.
            let _ = writeln!(log, "{epoch}\t{step}\t{loss:.6}");
            bar.inc(1);
        }
        for done in &progress.finished_epochs {
            let validation = done
                .validation_loss
                .map_or(String::new(), |loss| format!(", validation {loss:.4}"));
            bar.set_message(format!(
                "epoch {}: loss {:.4}{validation}",
                done.epoch, done.training_loss
            ));
        }
        if progress.done {
            bar.finish_and_clear();
            return Ok(());
        }
    }
}

/// What was written and how good it is, for the terminal.
fn summary(model: &Model, path: &Path, hash: &str) -> String {
    let mut text = format!("wrote {} (sha256 {hash})\n", path.display());
    let Some(record) = &model.training else {
        return text;
    };
    let _ = writeln!(
        text,
        "{} RNAs: {}; best epoch {}",
        record.records, record.parts, record.best_epoch
    );
    if let Some(figures) = &record.held_out {
        text.push_str("held out       AP     accuracy  coverage  ranking loss  one-error  AUROC\n");
        for (name, metrics) in [
            ("model", &figures.model),
            ("length only", &figures.length),
            ("prior only", &figures.prior),
        ] {
            let _ = writeln!(text, "{}", row(name, metrics));
        }
    }
    text
}

fn row(name: &str, metrics: &Metrics) -> String {
    let auroc = metrics
        .auroc
        .map_or("–".to_owned(), |value| format!("{value:.3}"));
    format!(
        "{name:<12}  {:.3}  {:.3}     {:.3}     {:.3}         {:.3}      {auroc}",
        metrics.average_precision,
        metrics.accuracy,
        metrics.coverage,
        metrics.ranking_loss,
        metrics.one_error
    )
}

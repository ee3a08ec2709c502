//! `rmlocnet train`: trains a model on labelled RNAs and writes it to a file.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;
use serde_json::Map;

use super::args::{DataOptions, DeviceOption, EpochsOption, SettingsOptions, ThreadsOption};
use super::error::CliError;
use super::output_file::{InputFile, OutputFile};
use super::parallel::JobThreads;
use super::settings_help::settings_help;
use super::{files, progress};
use crate::dataset::{Dataset, divided_note, split_of};
use crate::evaluation::{Report, ReportError};
use crate::metrics::Measures;
use crate::model::{Evaluation, Model, hash};
use crate::network::Config;
use crate::training::Progress;
use crate::training_run::{
    StartedRun, TrainingRun, TrainingRunError, default_validation_fraction, split_without_test,
};

/// Train a model on labelled RNAs.
///
/// Reads a labelled set. Some of its RNAs train the network, others choose the epoch and the
/// thresholds, and the rest is held out. Writes the model file, and prints the measures of the
/// model and of two baselines on the RNAs that were held out.
///
/// Example: rmlocnet train --data labelled.fa --preset human-snorna --output mine.safetensors
#[derive(Debug, Args)]
#[command(mut_arg("preset", |preset| preset.required(true)), after_long_help = settings_help())]
pub(super) struct TrainArguments {
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    settings: SettingsOptions,
    /// Model file to write; the model is named after it.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    epochs: EpochsOption,
    /// Seed of split, initial weights and dropout.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Also write the loss of every step: a table of epoch, step and training_loss.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Also write the IDs of the RNAs that are held out, one per line.
    #[arg(long, value_name = "FILE")]
    held_out: Option<PathBuf>,
    /// Hold nothing out: a tenth of the RNAs chooses epoch and thresholds, and all others train. If
    /// the preset keeps the last epoch and the set has fewer than 500 RNAs, all RNAs train, and
    /// thresholds are cross-fitted on two halves of them. Such a model has no measures of its own,
    /// see
    /// --evaluation.
    #[arg(long, conflicts_with = "held_out")]
    all_data: bool,
    /// With --all-data: share of the RNAs that chooses epoch and thresholds; with 0, all RNAs train,
    /// and thresholds are cross-fitted on two halves of them [default: see --all-data].
    #[arg(long, value_name = "SHARE", requires = "all_data")]
    inner: Option<f64>,
    /// Put a report of `evaluate --json` about the same data and settings into the model file; may
    /// be given several times.
    #[arg(long = "evaluation", value_name = "REPORT")]
    reports: Vec<PathBuf>,
    #[command(flatten)]
    threads: ThreadsOption,
    #[command(flatten)]
    device: DeviceOption,
}

impl TrainArguments {
    /// Trains the model, writes it, and prints its measures.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let threads = JobThreads::start(self.threads.count())?;
        threads.run(|| self.run_in_threads())
    }

    /// The same on the threads that divide the work.
    fn run_in_threads(self) -> Result<ExitCode, CliError> {
        let mut outputs = self.outputs()?;
        let config = self.config()?;
        let dataset = self.data.read()?;
        let evaluations = self.evaluations(&dataset, &config)?;
        let mut run = self.start(dataset, config)?;
        if let (Some(mut file), Some(path)) = (outputs.held_out.take(), &self.held_out) {
            let written = file.write_all(held_out_ids(&run).as_bytes());
            written.map_err(|error| CliError::write(path, error))?;
            file.finish()?;
        }
        for note in run.notes() {
            eprintln!("rmlocnet: {note}");
        }
        self.train(&mut run, outputs.log.take())?;
        let mut model = finish(&mut run)?;
        if let Some(record) = &mut model.training {
            record.evaluations = evaluations;
        }
        if let Some(fallback) = run.take_fallback() {
            eprintln!("rmlocnet: {fallback}");
        }
        let bytes = model.to_bytes()?;
        let path = self.write_model(outputs.model, &bytes)?;
        eprint!("{}", summary(&model, &path, &hash(&bytes)));
        Ok(ExitCode::SUCCESS)
    }

    /// Checks that all files can be written.
    fn outputs(&self) -> Result<TrainOutputs, CliError> {
        let mut inputs = self.data.inputs();
        inputs.extend(self.settings.inputs());
        let reports = self.reports.iter();
        inputs.extend(reports.map(|path| InputFile::new("--evaluation", path)));
        let file = |option, path: &Option<PathBuf>| {
            let path = path.as_deref();
            path.map(|path| OutputFile::create(option, path, &inputs))
                .transpose()
        };
        let outputs = TrainOutputs {
            model: OutputFile::create("--output", &self.output, &inputs)?,
            log: file("--log", &self.log)?,
            held_out: file("--held-out", &self.held_out)?,
        };
        let TrainOutputs {
            model,
            log,
            held_out,
        } = &outputs;
        model.check_differs("--output", log.as_ref(), "--log")?;
        model.check_differs("--output", held_out.as_ref(), "--held-out")?;
        if let Some(log) = log {
            log.check_differs("--log", held_out.as_ref(), "--held-out")?;
        }
        Ok(outputs)
    }

    /// Writes the model file; if that fails, into the folder for temporary files. Returns its path.
    fn write_model(&self, mut file: OutputFile, bytes: &[u8]) -> Result<PathBuf, CliError> {
        let written = file.write_all(bytes);
        let written = written.map_err(|error| CliError::write(&self.output, error));
        let Err(error) = written.and_then(|()| file.finish()) else {
            return Ok(self.output.clone());
        };
        if matches!(error, CliError::Kept { .. }) {
            return Err(error);
        }
        let name = self.output.file_name().unwrap_or_default();
        let other = std::env::temp_dir().join(name);
        files::write_new(&other, bytes)?;
        eprintln!(
            "rmlocnet: {error}. The model is in {} instead",
            other.display()
        );
        Ok(other)
    }

    /// The settings. The model is named after its file.
    fn config(&self) -> Result<Config, CliError> {
        let mut overrides = Map::new();
        if let Some(name) = self.output.file_stem().and_then(|name| name.to_str()) {
            overrides.insert("name".to_owned(), name.into());
        }
        self.settings.config(overrides, None, self.epochs.epochs)
    }

    /// The reports of `--evaluation`, each of which must be about this training.
    fn evaluations(&self, dataset: &Dataset, config: &Config) -> Result<Vec<Evaluation>, CliError> {
        let hash = dataset.sha256();
        let summary = |path: &PathBuf| {
            let bytes = files::read(path)?;
            let report = serde_json::from_slice(&bytes).map_err(ReportError::Unreadable);
            let checked = report.and_then(|report: Report| {
                report.check(&hash, config)?;
                Ok(report.summary())
            });
            checked.map_err(|error| CliError::Report {
                path: path.clone(),
                error,
            })
        };
        self.reports.iter().map(summary).collect()
    }

    /// Splits the set, chooses the device and prepares the training.
    fn start(&self, dataset: Dataset, config: Config) -> Result<TrainingRun, CliError> {
        let split = if self.all_data {
            let default = default_validation_fraction(&config, dataset.records().len());
            split_without_test(&dataset, self.inner.unwrap_or(default), self.seed)
        } else {
            if let Some(note) = divided_note(&dataset) {
                eprintln!("rmlocnet: {note}");
            }
            split_of(&dataset, self.seed)
        };
        let split = split.map_err(TrainingRunError::from)?;
        let preference = self.device.preference();
        let started =
            TrainingRun::start_with_split(dataset, split, config, self.seed, preference, None);
        let StartedRun { run, choice } = block_on(started)?;
        self.device.report(&choice);
        Ok(run)
    }

    /// Trains to the end, and writes the log. A log that cannot be written is not the end of a
    /// training.
    fn train(&self, run: &mut TrainingRun, file: Option<OutputFile>) -> Result<(), CliError> {
        let mut log = LossLog::new();
        let trained = train_to_end(run, &mut log);
        if let (Some(mut file), Some(path)) = (file, &self.log) {
            let written = file.write_all(log.text.as_bytes());
            let written = written.map_err(|error| CliError::write(path, error));
            if let Err(error) = written.and_then(|()| file.finish()) {
                eprintln!("rmlocnet: warning: {error}; the training goes on without a log");
            }
        }
        if let Some(divergence) = trained? {
            eprintln!("rmlocnet: warning: {divergence}. The best epoch before that is written");
        }
        Ok(())
    }
}

/// The files of a training, checked before it starts.
struct TrainOutputs {
    model: OutputFile,
    log: Option<OutputFile>,
    held_out: Option<OutputFile>,
}

/// The IDs of the RNAs that are held out, one per line.
fn held_out_ids(run: &TrainingRun) -> String {
    let records = run.dataset().records();
    let test = run.split().test.iter();
    test.map(|i| format!("{}\n", records[*i].id)).collect()
}

/// Ends the training, with a progress bar for the networks that are trained to choose thresholds.
fn finish(run: &mut TrainingRun) -> Result<Model, CliError> {
    let bar = progress::epochs(run.threshold_source().networks() * run.settings().epochs);
    bar.set_message("thresholds");
    let model = block_on(run.finish_watched(|| bar.inc(1)))?;
    bar.finish_and_clear();
    Ok(model)
}

/// The loss of every step, as a table.
struct LossLog {
    text: String,
    epoch: usize,
    step: usize,
}

impl LossLog {
    fn new() -> Self {
        Self {
            text: "epoch\tstep\ttraining_loss\n".to_owned(),
            epoch: 1,
            step: 0,
        }
    }

    /// Adds the losses of some steps. After a fallback they begin again at the start of an epoch.
    fn add(&mut self, progress: &Progress) {
        if progress.fallback.is_some() {
            let finished = progress.finished_epochs.last();
            self.epoch = finished.map_or(self.epoch, |finished| finished.epoch + 1);
            self.step = 0;
        }
        for loss in &progress.losses {
            if self.step == progress.steps_per_epoch {
                (self.epoch, self.step) = (self.epoch + 1, 0);
            }
            self.step += 1;
            let (epoch, step) = (self.epoch, self.step);
            // Writing to a string cannot fail.
            let _ = writeln!(self.text, "{epoch}\t{step}\t{loss:.6}");
        }
    }

    /// The number of steps up to the last one that was added.
    fn steps_done(&self, steps_per_epoch: usize) -> usize {
        (self.epoch - 1) * steps_per_epoch + self.step
    }
}

/// Trains to the end, and adds the loss of every step to the log. Returns the error of a training
/// that diverged after an epoch had ended.
fn train_to_end(
    run: &mut TrainingRun,
    log: &mut LossLog,
) -> Result<Option<TrainingRunError>, TrainingRunError> {
    let start = block_on(run.step(0))?;
    let bar = progress::steps(start.epochs * start.steps_per_epoch);
    let divergence = block_on(run.train(|progress| {
        log.add(progress);
        show(progress, &bar);
        bar.set_position(log.steps_done(progress.steps_per_epoch) as u64);
    }))?;
    if divergence.is_none() {
        bar.finish_and_clear();
    }
    Ok(divergence)
}

/// Shows a fallback and the losses of the last epoch.
fn show(progress: &Progress, bar: &ProgressBar) {
    if let Some(fallback) = &progress.fallback {
        bar.suspend(|| eprintln!("rmlocnet: {fallback}"));
    }
    if let Some(epoch) = progress.finished_epochs.last() {
        let validation = epoch.validation_loss;
        let validation = validation.map_or(String::new(), |v| format!(", validation {v:.4}"));
        let (number, training) = (epoch.epoch, epoch.training_loss);
        bar.set_message(format!("epoch {number}: loss {training:.4}{validation}"));
    }
}

/// The model file that was written, and the measures on the RNAs that were held out.
fn summary(model: &Model, path: &Path, hash: &str) -> String {
    let mut text = format!("wrote {} (sha256 {hash})\n", path.display());
    let Some(record) = &model.training else {
        return text;
    };
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "{} RNAs: {}; best epoch {}",
        record.records, record.parts, record.best_epoch
    );
    if let Some(held_out) = &record.held_out {
        text.push_str("held out       AP     accuracy  coverage  ranking loss  one-error  AUROC\n");
        for (name, metrics) in [
            ("model", &held_out.model),
            ("length only", &held_out.length),
            ("prior only", &held_out.prior),
        ] {
            let _ = writeln!(text, "{}", measures_row(name, &metrics.measures));
        }
    }
    text
}

fn measures_row(name: &str, measures: &Measures) -> String {
    let auroc = measures.auroc;
    let auroc = auroc.map_or("–".to_owned(), |value| format!("{value:.3}"));
    format!(
        "{name:<12}  {:.3}  {:.3}     {:.3}     {:.3}         {:.3}      {auroc}",
        measures.average_precision,
        measures.accuracy,
        measures.coverage,
        measures.ranking_loss,
        measures.one_error
    )
}

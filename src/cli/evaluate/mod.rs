//! `rmlocnet evaluate`: measures how good a method, a model or a table of predictions is.

mod score;
mod store;
mod table;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use pollster::block_on;

use super::args::{self, LabelledData};
use super::error::CliError;
use super::{parallel, progress};
use crate::baselines::Baseline;
use crate::evaluation::{
    CrossValidation, FOLDS, Fold, FoldResult, Protocol, Report, ScoreReport, Settings,
};
use store::FoldStore;

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// Labelled RNAs: FASTA(.gz) with `[location=A;B]`, a table of `id, labels, sequence`, or, with
    /// --labels, plain FASTA
    #[arg(long, visible_alias = "truth")]
    data: PathBuf,
    /// Table of 0 and 1 in the order of the FASTA records (CSV)
    #[arg(long)]
    labels: Option<PathBuf>,
    /// Evaluate a method: train networks with the settings of this preset, fold by fold
    #[arg(long, required_unless_present_any = ["model", "predictions"])]
    preset: Option<String>,
    /// Evaluate this model as it is; nothing is trained
    #[arg(long, conflicts_with_all = ["preset", "predictions"])]
    model: Option<PathBuf>,
    /// Evaluate these predictions: a tab-separated table of `id` and one column per compartment
    #[arg(long, conflicts_with = "preset")]
    predictions: Option<PathBuf>,
    /// paper: random folds; strict: near-identical RNAs are kept in one fold; holdout: the split
    /// that the set names, or one fifth
    #[arg(long, default_value_t = Protocol::Paper)]
    protocol: Protocol,
    /// Number of folds, for the protocols paper and strict
    #[arg(long, default_value_t = FOLDS)]
    folds: usize,
    /// First seed of folds, initial weights and dropout
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of repetitions, with the seeds from --seed on
    #[arg(long, default_value_t = NonZeroUsize::MIN)]
    seeds: NonZeroUsize,
    /// Share of each fold's training part that chooses epoch and thresholds; with 0, thresholds are
    /// cross-fitted on two halves of the training part [default: 0.1, or 0 if the preset keeps the
    /// last epoch and the set has fewer than 500 RNAs]
    #[arg(long)]
    inner: Option<f64>,
    /// TOML file with settings that replace the preset's
    #[arg(long)]
    config: Option<PathBuf>,
    /// Passes over the training part [default: the preset's]
    #[arg(long)]
    epochs: Option<usize>,
    /// Also run the first seed on shuffled labels, as a control: nothing can be learned there
    #[arg(long)]
    shuffled: bool,
    /// Leave out the baselines
    #[arg(long)]
    no_baselines: bool,
    /// Reproduce two known evaluation flaws: T kept apart from U, and every fold's epoch chosen on
    /// its test part
    #[arg(long)]
    as_published: bool,
    /// Write everything as one JSON object
    #[arg(long)]
    json: bool,
    /// Number of threads that compute [default: the number of processors]
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    /// Folder for finished folds [default: one in the system's folder for temporary files]
    #[arg(long)]
    work: Option<PathBuf>,
    /// Continue an earlier run with the same settings and data (after Ctrl-C, its finished folds
    /// are kept)
    #[arg(long)]
    resume: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let dataset = LabelledData::new(&self.data, self.labels.as_deref()).read()?;
        let text = if let Some(path) = &self.model {
            self.scored(&score::model(path, &dataset)?)?
        } else if let Some(path) = &self.predictions {
            self.scored(&score::predictions(path, &dataset)?)?
        } else {
            for note in &dataset.notes {
                eprintln!("rmlocnet: {note}");
            }
            let settings = self.settings(dataset.records.len())?;
            let plan = CrossValidation::new(dataset, settings)?;
            let report = self.report(&plan)?;
            match self.json {
                true => to_json(&report)?,
                false => table::table(&report),
            }
        };
        // If the reader has closed the pipe, that is not an error.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
        Ok(ExitCode::SUCCESS)
    }

    fn scored(&self, scored: &ScoreReport) -> Result<String, CliError> {
        match self.json {
            true => to_json(scored),
            false => Ok(score::words(scored)),
        }
    }

    fn settings(&self, records: usize) -> Result<Settings, CliError> {
        let preset = self.preset.as_deref().unwrap_or_default();
        let overrides = args::settings_file(self.config.as_deref())?;
        let config = args::config(preset, self.config.as_deref(), overrides, self.epochs)?;
        let seeds = (0..self.seeds.get() as u64).map(|n| self.seed.wrapping_add(n));
        let usual = Settings::default_validation_fraction(&config, records, self.as_published);
        Ok(Settings {
            config,
            protocol: self.protocol,
            folds: self.folds,
            validation_fraction: self.inner.unwrap_or(usual),
            seeds: seeds.collect(),
            baselines: match self.no_baselines {
                true => Vec::new(),
                false => Baseline::ALL.to_vec(),
            },
            shuffled: self.shuffled,
            as_published: self.as_published,
        })
    }

    fn report(&self, plan: &CrossValidation) -> Result<Report, CliError> {
        let (mut store, mut results) = FoldStore::open(self.work.as_deref(), plan, self.resume)?;
        let open = |fold: &&Fold| !results.iter().any(|result| fold.is_of(result));
        let open: Vec<&Fold> = plan.folds.iter().filter(open).collect();
        let all = plan.folds.len();
        if !results.is_empty() {
            let kept = results.len();
            eprintln!("rmlocnet: {kept} of {all} folds were finished before");
        }
        let epochs = open
            .iter()
            .map(|fold| fold.epochs(plan.settings.config.epochs));
        let bar = progress::epochs(epochs.sum::<usize>() as u64);
        let work = |fold: &&Fold, on_epoch: &mut dyn FnMut()| -> Result<FoldResult, CliError> {
            Ok(block_on(plan.run(fold, on_epoch))?)
        };
        parallel::run(
            &open,
            parallel::threads(self.threads),
            &bar,
            work,
            |result| {
                store.keep(&result)?;
                results.push(result);
                bar.set_message(format!("{} of {all} folds", results.len()));
                Ok(())
            },
        )?;
        let mut report = plan.report(&results)?;
        report.command = self.command();
        Ok(report)
    }

    /// The command line that gives the same report, with files named without their folders.
    fn command(&self) -> String {
        let name = |path: &PathBuf| match path.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => path.display().to_string(),
        };
        let mut command = format!("rmlocnet evaluate --data {}", name(&self.data));
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" {option} {value}"));
            }
        };
        add("--labels", self.labels.as_ref().map(name));
        add("--preset", self.preset.clone());
        add("--config", self.config.as_ref().map(name));
        add("--epochs", self.epochs.map(|n| n.to_string()));
        add("--protocol", Some(self.protocol.to_string()));
        let folds = self.folds != FOLDS && self.protocol != Protocol::Holdout;
        add("--folds", folds.then(|| self.folds.to_string()));
        let inner = self.inner.filter(|_| self.protocol != Protocol::Holdout);
        add("--inner", inner.map(|inner| inner.to_string()));
        add("--seed", Some(self.seed.to_string()));
        let seeds = self.seeds.get();
        add("--seeds", (seeds > 1).then(|| seeds.to_string()));
        add("--shuffled", self.shuffled.then(String::new));
        add("--no-baselines", self.no_baselines.then(String::new));
        add("--as-published", self.as_published.then(String::new));
        add("--json", self.json.then(String::new));
        command.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A report as one JSON object.
fn to_json(report: &impl serde::Serialize) -> Result<String, CliError> {
    let mut text = serde_json::to_string_pretty(report).map_err(|error| CliError::Write {
        path: PathBuf::from("-"),
        error: error.into(),
    })?;
    text.push('\n');
    Ok(text)
}

//! `rmlocnet search`: compares combinations of settings and writes a table, the best first.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;
use serde_json::{Map, Value};
use strum::IntoEnumIterator;

use super::args::{self, DataOptions, ResumeOption, SeedOptions, SettingsOptions, ThreadsOption};
use super::error::CliError;
use super::output_file::{INCOMPLETE, InputFile, OutputFile};
use super::settings_help::settings_help;
use super::{files, parallel, progress};
use crate::evaluation::{Grid, GridSearch, SearchResult, SearchTable};
use crate::metrics::Measure;
use crate::network::Config;

/// Compare combinations of settings by cross-validation.
///
/// Reads a labelled set and a TOML file with lists of values. Writes a table with the measures of
/// every combination, the best first. The RNAs that `evaluate --protocol holdout` tests with the
/// same seed are never used, so that protocol can still test the best combination.
///
/// Example: rmlocnet search --data labelled.fa --preset human-snorna --grid grid.toml -o
/// results.tsv
#[derive(Debug, Args)]
#[command(mut_arg("preset", |preset| preset.required(true)), after_long_help = settings_help())]
pub(super) struct SearchArguments {
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    settings: SettingsOptions,
    /// TOML file with lists of values, such as `k = [1, 2, 3]`; every combination is tried.
    #[arg(long, value_name = "FILE")]
    grid: PathBuf,
    /// Try only this number of combinations, drawn at random [default: all].
    #[arg(long, value_name = "N")]
    most: Option<usize>,
    /// Number of folds.
    #[arg(long, value_name = "N", default_value_t = 5)]
    folds: usize,
    #[command(flatten)]
    seeds: SeedOptions,
    /// Measure by which the table is sorted.
    #[arg(long, value_name = "MEASURE", value_enum, default_value_t = Measure::AveragePrecision)]
    by: Measure,
    /// Table to write.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    threads: ThreadsOption,
    #[command(flatten)]
    resume: ResumeOption,
}

/// One combination of settings.
struct Combination {
    /// The values of the settings that differ, as they are written in the table.
    values: Vec<String>,
    config: Config,
}

impl SearchArguments {
    /// Tries all combinations that are not in the table yet, and sorts the table.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let mut inputs = self.data.inputs();
        inputs.extend(self.settings.inputs());
        inputs.push(InputFile::new("--grid", &self.grid));
        // A file that is dropped leaves nothing behind.
        drop(OutputFile::create("--output", &self.output, &inputs)?);
        let dataset = self.data.read()?;
        let compartments = dataset.compartments().len();
        let grid = Grid::new(args::read_toml(&self.grid)?).map_err(|error| CliError::Grid {
            path: self.grid.clone(),
            error,
        })?;
        let combinations = self.combinations(&grid)?;
        let search = GridSearch::new(dataset, self.folds, self.seeds.all())?;
        let header = self.header(&grid, &search)?;
        let mut results = ResultsFile::open(&self.output, header, self.resume.is_resumed)?;
        let is_pending = |combination: &&Combination| !results.table.has(&combination.values);
        let pending: Vec<&Combination> = combinations.iter().filter(is_pending).collect();
        let bar = progress_bar(&pending, &search);
        let work = |combination: &&Combination, on_epoch: &mut dyn FnMut()| {
            let measures = block_on(search.score(combination.config.clone(), on_epoch))?;
            Ok(SearchResult {
                values: combination.values.clone(),
                measures: measures.map(|m| m.values()).unwrap_or_default(),
                parameters: combination.config.parameters(compartments),
            })
        };
        let (mut done, total) = (combinations.len() - pending.len(), combinations.len());
        parallel::run(&pending, self.threads.count(), &bar, work, |result| {
            results.add(result)?;
            done += 1;
            bar.set_message(format!("{done} of {total} settings"));
            Ok(())
        })?;
        let values = combinations.iter().map(|combination| &combination.values);
        let sorted = results.table.sorted_text(values, self.by);
        let output = OutputFile::create("--output", &self.output, &inputs)?;
        results.finish(output, &sorted)?;
        Ok(ExitCode::SUCCESS)
    }

    fn combinations(&self, grid: &Grid) -> Result<Vec<Combination>, CliError> {
        let points = grid.points(self.most, self.seeds.seed);
        let combination = |point: Map<String, Value>| {
            Ok(Combination {
                values: grid.values(&point),
                config: self.settings.config(point, Some(&self.grid), None)?,
            })
        };
        points.into_iter().map(combination).collect()
    }

    /// A comment that identifies the search, and the names of the columns.
    fn header(&self, grid: &Grid, search: &GridSearch) -> Result<String, CliError> {
        let replaced = Value::from(self.settings.replaced()?);
        let measures: Vec<&str> = Measure::iter().map(Measure::name).collect();
        let seed = self.seeds.seed;
        Ok(format!(
            "# rmlocnet {} search: preset {}, replaced {replaced}, {} RNAs of the training part \
             (sha256 {}), {} folds, seeds {seed} to {}\n{}\t{}\tparameters\n",
            env!("CARGO_PKG_VERSION"),
            self.settings.preset(),
            search.records(),
            search.data_sha256(),
            self.folds,
            seed.wrapping_add(self.seeds.seeds.get() as u64 - 1),
            grid.settings().join("\t"),
            measures.join("\t"),
        ))
    }
}

/// A bar for all epochs of the pending combinations.
fn progress_bar(pending: &[&Combination], search: &GridSearch) -> ProgressBar {
    let epochs = pending.iter().map(|combination| combination.config.epochs);
    progress::epochs(epochs.sum::<usize>() * search.networks())
}

/// The table of results and a file beside the output, which grow row by row. The output is written
/// when the search is complete.
struct ResultsFile {
    path: PathBuf,
    file: File,
    table: SearchTable,
}

impl ResultsFile {
    /// Writes the header, and the rows of an earlier run if the search is resumed.
    fn open(output: &Path, header: String, is_resumed: bool) -> Result<Self, CliError> {
        let mut path = output.as_os_str().to_owned();
        path.push(INCOMPLETE);
        let path = PathBuf::from(path);
        if path.exists() && !is_resumed {
            return Err(CliError::Interrupted { path });
        }
        let former = [path.as_path(), output];
        let table = match former.into_iter().find(|former| former.exists()) {
            Some(former) if is_resumed => {
                let text = files::read(former)?;
                let table = SearchTable::parse(header, &String::from_utf8_lossy(&text));
                table.ok_or_else(|| CliError::OtherSearch {
                    path: former.to_owned(),
                })?
            }
            _ => SearchTable::new(header),
        };
        files::write(&path, table.text().as_bytes())?;
        let file = OpenOptions::new().append(true).open(&path);
        let file = file.map_err(|error| CliError::write(&path, error))?;
        Ok(Self { path, file, table })
    }

    fn add(&mut self, result: SearchResult) -> Result<(), CliError> {
        let written = self.file.write_all(result.line().as_bytes());
        written.map_err(|error| CliError::write(&self.path, error))?;
        self.table.add(result);
        Ok(())
    }

    /// Writes the output, and removes the file beside it.
    fn finish(self, mut output: OutputFile, text: &str) -> Result<(), CliError> {
        let written = output.write_all(text.as_bytes());
        written.map_err(|error| CliError::write(&self.path, error))?;
        output.finish()?;
        std::fs::remove_file(&self.path).map_err(|error| CliError::write(&self.path, error))
    }
}

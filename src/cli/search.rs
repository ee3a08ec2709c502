//! `rmlocnet search`: compares combinations of settings and writes a table, the best first.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;
use serde_json::{Map, Value};
use strum::IntoEnumIterator;

use super::args::{self, DataOptions, ResumeOption, SeedOptions, SettingsOptions, ThreadsOption};
use super::error::CliError;
use super::output_file::{InputFile, check_place};
use super::{files, parallel, progress};
use crate::evaluation::{Grid, GridSearch};
use crate::metrics::{Measure, PerMeasure};
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
#[command(mut_arg("preset", |preset| preset.required(true)))]
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
    cells: Vec<String>,
    config: Config,
}

/// The result of one combination.
struct SearchResult {
    cells: Vec<String>,
    measures: PerMeasure<f64>,
    parameters: usize,
}

impl SearchArguments {
    /// Tries all combinations that are not in the table yet, and sorts the table.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let mut inputs = self.data.inputs();
        inputs.extend(self.settings.inputs());
        inputs.push(InputFile::new("--grid", &self.grid));
        check_place("--output", &self.output, &inputs)?;
        let dataset = self.data.read()?;
        let compartments = dataset.compartments().len();
        let grid = Grid::new(args::read_toml(&self.grid)?).map_err(|error| CliError::Grid {
            path: self.grid.clone(),
            error,
        })?;
        let combinations = self.combinations(&grid)?;
        let search = GridSearch::new(dataset, self.folds, self.seeds.all())?;
        let header = self.header(&grid, &search)?;
        let mut table = ResultsTable::open(&self.output, &header, self.resume.is_resumed)?;
        let is_pending = |combination: &&Combination| !table.has(combination);
        let pending: Vec<&Combination> = combinations.iter().filter(is_pending).collect();
        let bar = progress_bar(&pending, &search);
        let work = |combination: &&Combination, on_epoch: &mut dyn FnMut()| {
            let measures = block_on(search.score(combination.config.clone(), on_epoch))?;
            Ok(SearchResult {
                cells: combination.cells.clone(),
                measures: measures.map(|m| m.values()).unwrap_or_default(),
                parameters: combination.config.parameters(compartments),
            })
        };
        let (mut done, total) = (combinations.len() - pending.len(), combinations.len());
        parallel::run(&pending, self.threads.count(), &bar, work, |result| {
            table.add(result)?;
            done += 1;
            bar.set_message(format!("{done} of {total} settings"));
            Ok(())
        })?;
        table.sort(&combinations, self.by)?;
        Ok(ExitCode::SUCCESS)
    }

    fn combinations(&self, grid: &Grid) -> Result<Vec<Combination>, CliError> {
        let points = grid.points(self.most, self.seeds.seed);
        let combination = |point: Map<String, Value>| {
            Ok(Combination {
                cells: cells(grid, &point),
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

/// The values of a point, in the order of the columns.
fn cells(grid: &Grid, point: &Map<String, Value>) -> Vec<String> {
    let cell = |setting: &str| match point.get(setting) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    grid.settings().into_iter().map(cell).collect()
}

impl SearchResult {
    /// The result as a line of the table.
    fn line(&self) -> String {
        let mut text = self.cells.join("\t");
        for value in self.measures.values() {
            let value = value.map_or("-".to_owned(), |value| format!("{value:.6}"));
            // Writing to a string cannot fail, here and below.
            let _ = write!(text, "\t{value}");
        }
        let _ = writeln!(text, "\t{}", self.parameters);
        text
    }

    /// Reads a line of the table; `None` if it is not complete.
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut measures = PerMeasure::<f64>::default();
        let settings = fields.len().checked_sub(measures.len() + 1)?;
        let (cells, numbers) = fields.split_at(settings);
        for (measure, text) in measures.values_mut().zip(numbers) {
            *measure = text.parse().ok();
        }
        Some(Self {
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            measures,
            parameters: numbers.last()?.parse().ok()?,
        })
    }

    /// The key for sorting: a better result has a smaller key, and a missing measure the largest.
    fn sort_key(&self, measure: Measure) -> f64 {
        let sign = if measure.is_better_low() { 1.0 } else { -1.0 };
        self.measures[measure].map_or(f64::INFINITY, |value| sign * value)
    }
}

/// The table of results, in memory and on disk. It grows row by row.
struct ResultsTable<'a> {
    path: &'a Path,
    header: &'a str,
    file: File,
    results: HashMap<Vec<String>, SearchResult>,
}

impl<'a> ResultsTable<'a> {
    /// Writes the header, and the rows of an earlier run if the search is resumed.
    fn open(path: &'a Path, header: &'a str, is_resumed: bool) -> Result<Self, CliError> {
        let results = if is_resumed && path.exists() {
            read_results(path, header)?
        } else {
            HashMap::new()
        };
        let rows: String = results.values().map(SearchResult::line).collect();
        files::write(path, format!("{header}{rows}").as_bytes())?;
        let file = OpenOptions::new().append(true).open(path);
        let file = file.map_err(|error| CliError::write(path, error))?;
        Ok(Self {
            path,
            header,
            file,
            results,
        })
    }

    fn has(&self, combination: &Combination) -> bool {
        self.results.contains_key(&combination.cells)
    }

    fn add(&mut self, result: SearchResult) -> Result<(), CliError> {
        let written = self.file.write_all(result.line().as_bytes());
        written.map_err(|error| CliError::write(self.path, error))?;
        self.results.insert(result.cells.clone(), result);
        Ok(())
    }

    /// Writes the rows of these combinations again, the best first.
    fn sort(&self, combinations: &[Combination], measure: Measure) -> Result<(), CliError> {
        let result = |combination: &Combination| self.results.get(&combination.cells);
        let mut sorted: Vec<&SearchResult> = combinations.iter().filter_map(result).collect();
        sorted.sort_by(|a, b| a.sort_key(measure).total_cmp(&b.sort_key(measure)));
        let rows: String = sorted.into_iter().map(SearchResult::line).collect();
        files::write(self.path, format!("{}{rows}", self.header).as_bytes())
    }
}

/// The rows of an earlier run of the same search. Its last line may be incomplete and is left out.
fn read_results(path: &Path, header: &str) -> Result<HashMap<Vec<String>, SearchResult>, CliError> {
    let bytes = files::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let Some(rows) = text.strip_prefix(header) else {
        return Err(CliError::OtherSearch {
            path: path.to_owned(),
        });
    };
    let complete = rows.rsplit_once('\n').map_or("", |(complete, _)| complete);
    let results = complete.lines().filter_map(SearchResult::parse);
    let by_cells = |result: SearchResult| (result.cells.clone(), result);
    Ok(results.map(by_cells).collect())
}

//! `rmlocnet search`: compares settings on the training part and writes a table, the best first.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pollster::block_on;
use serde_json::{Map, Value};

use super::args::{self, LabelledData};
use super::error::CliError;
use super::{files, parallel, progress};
use crate::evaluation::Grid;
use crate::metrics::{MEASURES, Measures};
use crate::network::Config;

/// Arguments of `search`.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// Labelled RNAs, as for `train`; the part that `evaluate --protocol holdout` tests with the
    /// same seed is not used
    #[arg(long)]
    data: PathBuf,
    /// Table of 0 and 1 in the order of the FASTA records (CSV)
    #[arg(long)]
    labels: Option<PathBuf>,
    /// Settings to start from, as for `train`
    #[arg(long)]
    preset: String,
    /// TOML file with settings that replace the preset's
    #[arg(long)]
    config: Option<PathBuf>,
    /// TOML file with lists of values, such as `k = [1, 2, 3]`; every combination is tried
    #[arg(long)]
    grid: PathBuf,
    /// Try only this many combinations, drawn at random
    #[arg(long)]
    most: Option<usize>,
    /// Number of folds of the training part
    #[arg(long, default_value_t = 5)]
    folds: usize,
    /// First seed of splits, folds, initial weights and dropout
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of repetitions, with the seeds from --seed on
    #[arg(long, default_value_t = NonZeroUsize::MIN)]
    seeds: NonZeroUsize,
    /// The measure that the table is sorted by
    #[arg(long, value_enum, default_value_t = By::AveragePrecision)]
    by: By,
    /// The table to write
    #[arg(long, short)]
    output: PathBuf,
    /// Continue an earlier run with the same data, settings and seed
    #[arg(long)]
    resume: bool,
    /// Number of threads that compute [default: the number of processors]
    #[arg(long)]
    threads: Option<NonZeroUsize>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    AveragePrecision,
    Accuracy,
    Coverage,
    RankingLoss,
    OneError,
    Auroc,
}

impl By {
    /// The key for sorting: a better measure has a smaller key, and a missing one has the largest.
    fn key(self, measures: &[Option<f64>; MEASURES.len()]) -> f64 {
        let place = self as usize;
        let better_low = matches!(self, By::Coverage | By::RankingLoss | By::OneError);
        let sign = if better_low { 1.0 } else { -1.0 };
        measures[place].map_or(f64::INFINITY, |value| sign * value)
    }
}

/// The result of one combination of settings.
struct SearchResult {
    cells: Vec<String>,
    measures: [Option<f64>; MEASURES.len()],
    parameters: usize,
}

impl Search {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let dataset = LabelledData::new(&self.data, self.labels.as_deref()).read()?;
        let compartments = dataset.compartments.len();
        let grid =
            Grid::new(args::settings_file(Some(&self.grid))?).map_err(|error| CliError::Grid {
                path: self.grid.clone(),
                error,
            })?;
        let mut points = Vec::new();
        for point in grid.points(self.most, self.seed) {
            let cells = cells(&grid, &point);
            points.push((cells, self.settings(point)?));
        }
        let seeds = (0..self.seeds.get() as u64).map(|n| self.seed.wrapping_add(n));
        let search = crate::evaluation::GridSearch::new(dataset, self.folds, seeds.collect())?;
        let header = self.header(&grid, &search)?;
        let mut rows = match self.resume {
            true => read(&self.output, &header)?,
            false => HashMap::new(),
        };
        let mut file = ResultsFile::begin(&self.output, &header, &rows)?;
        let open = |(cells, _): &&(Vec<String>, Config)| !rows.contains_key(cells);
        let open: Vec<&(Vec<String>, Config)> = points.iter().filter(open).collect();
        let epochs: usize = open.iter().map(|(_, c)| c.epochs * search.networks()).sum();
        let bar = progress::epochs(epochs as u64);
        let (mut done, all) = (points.len() - open.len(), points.len());
        let work = |(cells, config): &&(Vec<String>, Config), on_epoch: &mut dyn FnMut()| {
            let measures: Option<Measures> = block_on(search.score(config.clone(), on_epoch))?;
            Ok(SearchResult {
                cells: cells.clone(),
                measures: measures.map_or([None; MEASURES.len()], |m| m.values()),
                parameters: config.parameters(compartments),
            })
        };
        parallel::run(&open, parallel::threads(self.threads), &bar, work, |row| {
            file.add(&row)?;
            rows.insert(row.cells.clone(), row);
            done += 1;
            bar.set_message(format!("{done} of {all} settings"));
            Ok(())
        })?;
        let mut sorted: Vec<&SearchResult> =
            points.iter().filter_map(|(c, _)| rows.get(c)).collect();
        sorted.sort_by(|a, b| {
            self.by
                .key(&a.measures)
                .total_cmp(&self.by.key(&b.measures))
        });
        let text: String = sorted.into_iter().map(line).collect();
        files::write(&self.output, format!("{header}{text}").as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }

    fn settings(&self, point: Map<String, Value>) -> Result<Config, CliError> {
        let mut overrides = args::settings_file(self.config.as_deref())?;
        overrides.extend(point);
        args::config(&self.preset, Some(&self.grid), overrides, None)
    }

    /// A comment that identifies the search, and the names of the columns.
    fn header(
        &self,
        grid: &Grid,
        search: &crate::evaluation::GridSearch,
    ) -> Result<String, CliError> {
        let base = args::settings_file(self.config.as_deref())?;
        let base = Value::from(base);
        Ok(format!(
            "# rmlocnet {} search: preset {}, replaced {base}, {} RNAs of the training part \
             (sha256 {}), {} folds, seeds {} to {}\n{}\t{}\tparameters\n",
            env!("CARGO_PKG_VERSION"),
            self.preset,
            search.records(),
            search.data_sha256(),
            self.folds,
            self.seed,
            self.seed.wrapping_add(self.seeds.get() as u64 - 1),
            grid.settings().join("\t"),
            MEASURES.join("\t"),
        ))
    }
}

/// The values of a point as they are written in the table.
fn cells(grid: &Grid, point: &Map<String, Value>) -> Vec<String> {
    let cell = |setting: &str| match point.get(setting) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    grid.settings().into_iter().map(cell).collect()
}

fn line(row: &SearchResult) -> String {
    let mut text = row.cells.join("\t");
    for value in row.measures {
        let value = value.map_or("-".to_owned(), |value| format!("{value:.6}"));
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, "\t{value}");
    }
    let _ = writeln!(text, "\t{}", row.parameters);
    text
}

/// The rows of an earlier run of the same search.
fn read(path: &Path, header: &str) -> Result<HashMap<Vec<String>, SearchResult>, CliError> {
    if !path.exists() {
        return Ok(HashMap::new());
    }
    let bytes = files::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let Some(rows) = text.strip_prefix(header) else {
        return Err(CliError::Settings {
            path: path.to_owned(),
            message: "is the table of another search (other data, settings, seed or grid); write \
                      to another file, or leave out --resume"
                .to_owned(),
        });
    };
    let row = |line: &str| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let settings = fields.len().checked_sub(MEASURES.len() + 1)?;
        let (cells, numbers) = fields.split_at(settings);
        let mut measures = [None; MEASURES.len()];
        for (measure, text) in measures.iter_mut().zip(numbers) {
            *measure = text.parse().ok();
        }
        let parameters = numbers.last()?.parse().ok()?;
        let cells = cells.to_vec();
        Some((
            cells.clone(),
            SearchResult {
                cells,
                measures,
                parameters,
            },
        ))
    };
    // An incomplete last line, from an interrupted run, is left out.
    let whole = rows.rsplit_once('\n').map_or("", |(whole, _)| whole);
    Ok(whole.lines().filter_map(row).collect())
}

/// The table on disk, which grows row by row.
struct ResultsFile<'a> {
    path: &'a Path,
    file: std::fs::File,
}

impl<'a> ResultsFile<'a> {
    fn begin(
        path: &'a Path,
        header: &str,
        rows: &HashMap<Vec<String>, SearchResult>,
    ) -> Result<Self, CliError> {
        let text: String = rows.values().map(line).collect();
        files::write(path, format!("{header}{text}").as_bytes())?;
        let file = OpenOptions::new().append(true).open(path);
        let file = file.map_err(|error| CliError::Write {
            path: path.to_owned(),
            error,
        })?;
        Ok(Self { path, file })
    }

    fn add(&mut self, row: &SearchResult) -> Result<(), CliError> {
        self.file
            .write_all(line(row).as_bytes())
            .map_err(|error| CliError::Write {
                path: self.path.to_owned(),
                error,
            })
    }
}

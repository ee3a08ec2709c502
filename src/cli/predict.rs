//! `rmlocnet predict`: predicts the RNAs of a FASTA file and writes rows when they are ready.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;

use super::args::DeviceOption;
use super::error::CliError;
use super::pool::{PoolMessage, WorkerPool};
use super::{files, progress};
use crate::device::{self, DeviceError};
use crate::device_choice::{CpuBaseline, DeviceChoice, DeviceKind};
use crate::output::{PredictionFormat, PredictionWriter};
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// Arguments of `predict`.
#[derive(Debug, Args)]
pub(super) struct Predict {
    /// The model file
    #[arg(long, short)]
    model: PathBuf,
    /// FASTA or FASTA.gz; `-` reads standard input
    input: PathBuf,
    /// The output format
    #[arg(long, value_enum, default_value_t = PredictionFormat::Tsv)]
    format: PredictionFormat,
    /// A threshold that replaces the model's, such as Nucleus=0.4; may be given several times
    #[arg(long, value_name = "COMPARTMENT=PROBABILITY")]
    threshold: Vec<String>,
    /// The file to write [default: standard output]
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Number of threads that compute [default: the number of processors]
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    #[command(flatten)]
    device: DeviceOption,
}

impl Predict {
    /// Exit status 1 if a record could not be predicted; all others are still written.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let bytes = files::read(&self.model)?;
        let predictor = self.predictor(&bytes)?;
        let workers = self.workers(&predictor)?;
        let (source, size) = self.source()?;
        let path = self.output.clone().unwrap_or_else(|| PathBuf::from("-"));
        let written = |error| CliError::Write {
            path: path.clone(),
            error,
        };
        let mut sink = self.sink().map_err(written)?;
        let mut form = self.format.writer();
        let pool = WorkerPool::start(workers, predictor.reader(source));
        let mut rows =
            OrderedOutput::new(&predictor, form.as_mut(), &mut sink, progress::bytes(size));
        match rows.write_all(&pool) {
            Ok(()) if rows.problems.is_empty() => Ok(ExitCode::SUCCESS),
            Ok(()) => Ok(ExitCode::FAILURE),
            Err(OutputError::Device(error)) => Err(error.into()),
            // If the reader has closed the pipe, that is not an error.
            Err(OutputError::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(ExitCode::SUCCESS)
            }
            Err(OutputError::Writing(error)) => Err(written(error)),
        }
    }

    fn predictor(&self, bytes: &[u8]) -> Result<Predictor, CliError> {
        let predictor = Predictor::new(bytes, &device::cpu()).map_err(|error| CliError::Model {
            path: self.model.clone(),
            error,
        })?;
        let thresholds = self.thresholds(&predictor)?;
        Ok(predictor.with_thresholds(&thresholds)?)
    }

    /// The model's thresholds, with the given ones replaced.
    fn thresholds(&self, predictor: &Predictor) -> Result<Vec<f32>, CliError> {
        let model = predictor.model();
        let mut thresholds = model.thresholds.clone();
        for given in &self.threshold {
            let parts = given.rsplit_once('=');
            let place = |name: &str| model.compartments.iter().position(|c| c == name);
            let parts = parts.and_then(|(name, value)| Some((place(name)?, value.parse().ok()?)));
            let Some((place, value)) = parts else {
                let names = model.compartments.join(", ");
                return Err(CliError::Settings {
                    path: self.model.clone(),
                    message: format!(
                        "--threshold {given} is not understood; write COMPARTMENT=PROBABILITY with one of {names}"
                    ),
                });
            };
            thresholds[place] = value;
        }
        Ok(thresholds)
    }

    /// One predictor for every thread of the CPU, or one for the GPU.
    fn workers(&self, predictor: &Predictor) -> Result<Vec<Predictor>, CliError> {
        let chosen = self.chosen(predictor);
        self.device.say(&chosen);
        let count = match chosen.kind {
            DeviceKind::Cpu => self.threads(),
            DeviceKind::WebGpu => 1,
        };
        let workers = (0..count).map(|_| predictor.on_device(&chosen.device));
        let workers = workers.collect::<Result<Vec<_>, _>>();
        workers.map_err(|error| CliError::Model {
            path: self.model.clone(),
            error,
        })
    }

    fn chosen(&self, predictor: &Predictor) -> DeviceChoice {
        let baseline = CpuBaseline {
            cpu_ms: None,
            workers: self.threads(),
        };
        block_on(predictor.choose_device(self.device.wanted(), baseline))
    }

    fn threads(&self) -> usize {
        let available = std::thread::available_parallelism();
        self.threads.or(available.ok()).map_or(1, NonZeroUsize::get)
    }

    fn source(&self) -> Result<(Box<dyn Read + Send>, Option<u64>), CliError> {
        if self.input == Path::new("-") {
            return Ok((Box::new(io::stdin()), None));
        }
        let file = files::open(&self.input)?;
        let size = file.metadata().ok().map(|metadata| metadata.len());
        Ok((Box::new(file), size))
    }

    fn sink(&self) -> io::Result<Box<dyn Write>> {
        Ok(match &self.output {
            Some(path) => Box::new(BufWriter::new(File::create(path)?)),
            None => Box::new(BufWriter::new(io::stdout().lock())),
        })
    }
}

/// Number of renamed records that are reported one by one; further ones are only counted.
const RENAMED_SAID: u64 = 20;

/// Why no more rows are written.
enum OutputError {
    Device(DeviceError),
    Writing(io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}

/// The result of one record.
enum RecordOutcome {
    Prediction(Prediction),
    Problem(RecordProblem),
}

/// Brings results that arrive in any order into the order of the input, and writes them.
struct OrderedOutput<'a> {
    predictor: &'a Predictor,
    form: &'a mut dyn PredictionWriter,
    sink: &'a mut dyn Write,
    bar: ProgressBar,
    /// Rows that wait for an earlier one.
    waiting: BTreeMap<usize, RecordOutcome>,
    /// The ends of the chunks that are not yet written.
    chunks: VecDeque<usize>,
    next: usize,
    predicted: u64,
    renamed: u64,
    problems: Vec<RecordProblem>,
}

impl<'a> OrderedOutput<'a> {
    fn new(
        predictor: &'a Predictor,
        form: &'a mut dyn PredictionWriter,
        sink: &'a mut dyn Write,
        bar: ProgressBar,
    ) -> Self {
        Self {
            predictor,
            form,
            sink,
            bar,
            waiting: BTreeMap::new(),
            chunks: VecDeque::new(),
            next: 0,
            predicted: 0,
            renamed: 0,
            problems: Vec::new(),
        }
    }

    /// Writes all rows, to the end of the input.
    fn write_all(&mut self, pool: &WorkerPool) -> Result<(), OutputError> {
        self.form.begin(self.predictor, self.sink)?;
        while let Some(message) = pool.next() {
            match message {
                PoolMessage::ChunkStart(start) => {
                    self.chunks.push_back(start.end);
                    self.bar.set_position(start.bytes_read);
                    self.wait(start.problems.into_iter().map(RecordOutcome::Problem));
                }
                PoolMessage::Batch(some) => {
                    if let Some(fallback) = &some.fallback {
                        self.bar.suspend(|| eprintln!("rmlocnet: {fallback}"));
                    }
                    self.wait(some.predictions.into_iter().map(RecordOutcome::Prediction));
                    self.wait(some.problems.into_iter().map(RecordOutcome::Problem));
                }
                PoolMessage::Failed(error) => return Err(OutputError::Device(error)),
            }
            self.write_ready()?;
            while self.chunks.front().is_some_and(|end| *end <= self.next) {
                self.chunks.pop_front();
                pool.chunk_written();
            }
        }
        self.bar.finish_and_clear();
        if self.renamed > RENAMED_SAID {
            let renamed = self.renamed;
            eprintln!("rmlocnet: {renamed} records in total were given another ID");
        }
        self.form.end(&self.problems, self.sink)?;
        Ok(self.sink.flush()?)
    }

    fn wait(&mut self, rows: impl Iterator<Item = RecordOutcome>) {
        for row in rows {
            let index = match &row {
                RecordOutcome::Prediction(prediction) => prediction.index,
                RecordOutcome::Problem(problem) => problem.index,
            };
            self.waiting.insert(index, row);
        }
    }

    /// Writes the rows that wait for no earlier one.
    fn write_ready(&mut self) -> io::Result<()> {
        while let Some(row) = self.waiting.remove(&self.next) {
            self.next += 1;
            match row {
                RecordOutcome::Prediction(prediction) => self.prediction(&prediction)?,
                RecordOutcome::Problem(problem) => {
                    let say = || eprintln!("rmlocnet: {}", problem.message);
                    self.bar.suspend(say);
                    self.problems.push(problem);
                }
            }
        }
        self.bar.set_message(format!("{} RNAs", self.predicted));
        self.sink.flush()
    }

    fn prediction(&mut self, prediction: &Prediction) -> io::Result<()> {
        self.predicted += 1;
        if let Some(why) = &prediction.id_note {
            self.renamed += 1;
            if self.renamed <= RENAMED_SAID {
                self.bar.suspend(|| eprintln!("rmlocnet: {why}"));
            }
        }
        self.form.row(self.predictor, prediction, self.sink)
    }
}

//! `rmlocnet predict`: FASTA in, a table out, rows as they are ready.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn::tensor::Device;
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use pollster::block_on;

use super::args::DeviceOption;
use super::error::Failure;
use super::pool::{Message, Pool};
use super::{files, progress};
use crate::device::{self, DeviceError, Purpose};
use crate::device_choice::{self, Chosen, Kind, Yardstick};
use crate::output::{Fasta, Form, Json, Tsv};
use crate::predictor::{Prediction, Predictor, Problem};

/// Arguments of `predict`.
#[derive(Debug, Args)]
pub(super) struct Predict {
    /// The model file.
    #[arg(long, short)]
    model: PathBuf,
    /// FASTA or FASTA.gz; `-` reads standard input.
    input: PathBuf,
    /// How results are written.
    #[arg(long, value_enum, default_value_t = Format::Tsv)]
    format: Format,
    /// A threshold in place of the model's, such as Nucleus=0.4; may be given several times.
    #[arg(long, value_name = "COMPARTMENT=PROBABILITY")]
    threshold: Vec<String>,
    /// Where to write; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Threads that compute; as many as there are processors if not given.
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    #[command(flatten)]
    device: DeviceOption,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Tab-separated values, one line per RNA.
    Tsv,
    /// One JSON object with settings, predictions and problems.
    Json,
    /// The RNAs as they were read, as FASTA.
    Fasta,
}

impl Predict {
    /// Exit status 1 where a record could not be predicted; all others are written all the same.
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let bytes = files::read(&self.model)?;
        let predictor = self.predictor(&bytes)?;
        let workers = self.workers(&predictor)?;
        let (source, size) = self.source()?;
        let path = self.output.clone().unwrap_or_else(|| PathBuf::from("-"));
        let written = |error| Failure::Write {
            path: path.clone(),
            error,
        };
        let mut sink = self.sink().map_err(written)?;
        let mut form: Box<dyn Form> = match self.format {
            Format::Tsv => Box::new(Tsv),
            Format::Json => Box::new(Json::default()),
            Format::Fasta => Box::new(Fasta),
        };
        let pool = Pool::start(workers, predictor.reader(source));
        let mut rows = Rows::new(&predictor, form.as_mut(), &mut sink, progress::bytes(size));
        match rows.write_all(&pool) {
            Ok(()) if rows.problems.is_empty() => Ok(ExitCode::SUCCESS),
            Ok(()) => Ok(ExitCode::FAILURE),
            Err(Stop::Device(error)) => Err(error.into()),
            // Whoever reads the other end of the pipe has had enough: no error of ours.
            Err(Stop::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(ExitCode::SUCCESS)
            }
            Err(Stop::Writing(error)) => Err(written(error)),
        }
    }

    fn predictor(&self, bytes: &[u8]) -> Result<Predictor, Failure> {
        let predictor = Predictor::new(bytes, &device::cpu()).map_err(|error| Failure::Model {
            path: self.model.clone(),
            error,
        })?;
        let thresholds = self.thresholds(&predictor)?;
        Ok(predictor.with_thresholds(&thresholds)?)
    }

    /// The model's thresholds with those given in their place.
    fn thresholds(&self, predictor: &Predictor) -> Result<Vec<f32>, Failure> {
        let model = predictor.model();
        let mut thresholds = model.thresholds.clone();
        for given in &self.threshold {
            let parts = given.rsplit_once('=');
            let place = |name: &str| model.compartments.iter().position(|c| c == name);
            let parts = parts.and_then(|(name, value)| Some((place(name)?, value.parse().ok()?)));
            let Some((place, value)) = parts else {
                let names = model.compartments.join(", ");
                return Err(Failure::Settings {
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

    /// One for every thread of the CPU, or one for the GPU.
    fn workers(&self, predictor: &Predictor) -> Result<Vec<Predictor>, Failure> {
        let chosen = self.chosen(predictor);
        self.device.say(&chosen);
        let count = match chosen.kind {
            Kind::Cpu => self.threads(),
            Kind::WebGpu => 1,
        };
        let workers = (0..count).map(|_| predictor.on(&chosen.device));
        let workers = workers.collect::<Result<Vec<_>, _>>();
        workers.map_err(|error| Failure::Model {
            path: self.model.clone(),
            error,
        })
    }

    fn chosen(&self, predictor: &Predictor) -> Chosen {
        let yardstick = Yardstick {
            cpu_ms: None,
            workers: self.threads(),
        };
        let trial = async |device: &Device| {
            let there = predictor.on(device);
            let there = there.map_err(|error| DeviceError::Failed(error.to_string()))?;
            there.calibrate().await
        };
        let wanted = self.device.wanted();
        block_on(device_choice::choose(
            wanted,
            Purpose::Predicting,
            yardstick,
            trial,
        ))
    }

    fn threads(&self) -> usize {
        let available = std::thread::available_parallelism();
        self.threads.or(available.ok()).map_or(1, NonZeroUsize::get)
    }

    fn source(&self) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
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

/// Changed ids said one by one before only their number is.
const RENAMED_SAID: u64 = 20;

/// Why no more rows are written.
enum Stop {
    Device(DeviceError),
    Writing(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}

/// What became of one record.
enum Row {
    Prediction(Prediction),
    Problem(Problem),
}

/// Puts what comes back in any order into the input's, and writes it.
struct Rows<'a> {
    predictor: &'a Predictor,
    form: &'a mut dyn Form,
    sink: &'a mut dyn Write,
    bar: ProgressBar,
    /// Rows that wait for one before them.
    waiting: BTreeMap<usize, Row>,
    /// Ends of the windows not yet written.
    windows: VecDeque<usize>,
    next: usize,
    predicted: u64,
    renamed: u64,
    problems: Vec<Problem>,
}

impl<'a> Rows<'a> {
    fn new(
        predictor: &'a Predictor,
        form: &'a mut dyn Form,
        sink: &'a mut dyn Write,
        bar: ProgressBar,
    ) -> Self {
        Self {
            predictor,
            form,
            sink,
            bar,
            waiting: BTreeMap::new(),
            windows: VecDeque::new(),
            next: 0,
            predicted: 0,
            renamed: 0,
            problems: Vec::new(),
        }
    }

    /// Writes all there is, to the end of the input.
    fn write_all(&mut self, pool: &Pool) -> Result<(), Stop> {
        self.form.begin(self.predictor, self.sink)?;
        while let Some(message) = pool.next() {
            match message {
                Message::Window(head) => {
                    self.windows.push_back(head.end);
                    self.bar.set_position(head.bytes_read);
                    self.wait(head.problems.into_iter().map(Row::Problem));
                }
                Message::Batch(some) => {
                    if let Some(because) = &some.device_changed {
                        self.bar.suspend(|| eprintln!("rmlocnet: {because}"));
                    }
                    self.wait(some.predictions.into_iter().map(Row::Prediction));
                    self.wait(some.problems.into_iter().map(Row::Problem));
                }
                Message::Failed(error) => return Err(Stop::Device(error)),
            }
            self.write_ready()?;
            while self.windows.front().is_some_and(|end| *end <= self.next) {
                self.windows.pop_front();
                pool.window_written();
            }
        }
        self.bar.finish_and_clear();
        if self.renamed > RENAMED_SAID {
            let renamed = self.renamed;
            eprintln!("rmlocnet: {renamed} records in all were given another id");
        }
        self.form.end(&self.problems, self.sink)?;
        Ok(self.sink.flush()?)
    }

    fn wait(&mut self, rows: impl Iterator<Item = Row>) {
        for row in rows {
            let index = match &row {
                Row::Prediction(prediction) => prediction.index,
                Row::Problem(problem) => problem.index,
            };
            self.waiting.insert(index, row);
        }
    }

    /// Writes the rows that wait for none before them.
    fn write_ready(&mut self) -> io::Result<()> {
        while let Some(row) = self.waiting.remove(&self.next) {
            self.next += 1;
            match row {
                Row::Prediction(prediction) => self.prediction(&prediction)?,
                Row::Problem(problem) => {
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
        if let Some(why) = &prediction.renamed {
            self.renamed += 1;
            if self.renamed <= RENAMED_SAID {
                self.bar.suspend(|| eprintln!("rmlocnet: {why}"));
            }
        }
        self.form.row(self.predictor, prediction, self.sink)
    }
}

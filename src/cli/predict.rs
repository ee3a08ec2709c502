//! `rmlocnet predict`: FASTA in, predictions out, row by row.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;

use super::args::{DeviceOption, ShardOption, ThreadsOption};
use super::error::CliError;
use super::files::{Inputs, PredictionFiles, rna_files};
use super::output_file::InputFile;
use super::pool::{ChunkStart, PoolMessage, WorkerPool};
use super::progress;
use super::run_file::SavedRun;
use crate::device::DeviceError;
use crate::device_choice::{CpuBaseline, DeviceKind, DevicePreference};
use crate::output::{PredictionFormat, PredictionWriter, RunEnd, ShardSummary};
use crate::predictor::{Prediction, Predictions, Predictor, RecordProblem};
use crate::shard::{InputSummary, Shard};

/// Predict the compartments of every RNA in a FASTA file.
///
/// Reads a model file and RNAs in FASTA. Writes the probability of every compartment, the
/// compartments that are called, and warnings, one RNA after another in the order of the input. A
/// record that cannot be read is reported with its line on standard error, and all others are
/// predicted; the exit status is then 1.
///
/// With --shard, only every n-th record is predicted, for one of n processes or machines. `rmlocnet
/// gather` joins the outputs of all shards to that of the whole run.
///
/// Example: rmlocnet predict --model human-snorna.safetensors rnas.fa.gz > table.tsv
#[derive(Debug, Args)]
pub(super) struct PredictArguments {
    #[command(flatten)]
    files: PredictionFiles,
    /// RNAs in FASTA, plain or gzipped; several files are read one after another. `-` reads
    /// standard input.
    #[arg(value_name = "INPUT", required_unless_present = "run")]
    inputs: Vec<PathBuf>,
    /// Repeat the run of a run file, which the page saves: with its thresholds, and with its RNAs
    /// if it contains them. Otherwise give the same inputs again.
    #[arg(long, value_name = "FILE", conflicts_with = "thresholds")]
    run: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = PredictionFormat::Tsv)]
    format: PredictionFormat,
    /// Replace the model's threshold of a compartment, such as Nucleus=0.4; may be given several
    /// times.
    #[arg(long = "threshold", value_name = "COMPARTMENT=PROBABILITY")]
    thresholds: Vec<String>,
    #[command(flatten)]
    shard: ShardOption,
    #[command(flatten)]
    threads: ThreadsOption,
    #[command(flatten)]
    device: DeviceOption,
}

impl PredictArguments {
    /// Predicts all records. The exit status is 1 if a record could not be predicted; the others
    /// are still written.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        if self.format == PredictionFormat::Fasta && !self.thresholds.is_empty() {
            return Err(CliError::NoEffect {
                option: "--threshold",
                of: "--format tsv or json".to_owned(),
            });
        }
        let preference = self.device.preference_for(self.shard.shard)?;
        let mut sink = self.files.output(&self.input_files())?;
        let predictor = self.files.predictor()?;
        let run = self.run.as_deref().map(SavedRun::open).transpose()?;
        let thresholds = match &run {
            Some(run) => run.thresholds_of(&predictor)?,
            None => self.replaced_thresholds(&predictor)?,
        };
        let predictor = predictor.with_thresholds(&thresholds)?;
        let inputs = match run {
            Some(run) => run.into_inputs(&self.inputs)?,
            None => Inputs::open(&self.inputs)?,
        };
        let workers = self.workers(&predictor, preference)?;
        let mut writer = self.format.writer();
        let bar = progress::bytes(inputs.size());
        let reader = inputs.reader(&predictor).shard(self.shard.shard);
        let pool = WorkerPool::start(workers, reader);
        let mut output = OrderedOutput::new(&predictor, writer.as_mut(), &mut sink, bar);
        output.shard = self.shard.shard;
        let result = match output.write_all(&pool) {
            Ok(()) if output.problems.is_empty() => Ok(ExitCode::SUCCESS),
            Ok(()) => Ok(ExitCode::FAILURE),
            Err(OutputError::Device(error)) => Err(error.into()),
            Err(OutputError::Write(error)) => Err(self.files.write_error(error)),
        };
        sink.finish(result)
    }

    /// The files that are read, apart from the model.
    fn input_files(&self) -> Vec<InputFile<'_>> {
        let run = self.run.as_deref();
        let run = run.map(|path| InputFile::new("--run", path));
        rna_files(&self.inputs).into_iter().chain(run).collect()
    }

    /// The model's thresholds, with those of `--threshold` in their place.
    fn replaced_thresholds(&self, predictor: &Predictor) -> Result<Vec<f32>, CliError> {
        let model = predictor.model();
        let mut thresholds = model.thresholds.to_vec();
        let compartment = |name: &str| model.compartments.iter().position(|c| c == name);
        let mut replaced_before = Vec::new();
        for argument in &self.thresholds {
            let replaced = argument
                .rsplit_once('=')
                .and_then(|(name, value)| Some((compartment(name)?, value.parse().ok()?)));
            let Some((compartment, threshold)) = replaced else {
                let names = model.compartments.join(", ");
                return Err(CliError::Argument {
                    option: "--threshold",
                    value: argument.clone(),
                    expected: format!("COMPARTMENT=PROBABILITY with one of {names}"),
                });
            };
            if replaced_before.contains(&compartment) {
                return Err(CliError::Argument {
                    option: "--threshold",
                    value: argument.clone(),
                    expected: "only one threshold for each compartment".to_owned(),
                });
            }
            replaced_before.push(compartment);
            thresholds[compartment] = threshold;
        }
        Ok(thresholds)
    }

    /// One predictor for each thread of the CPU, or one for the GPU.
    fn workers(
        &self,
        predictor: &Predictor,
        preference: DevicePreference,
    ) -> Result<Vec<Predictor>, CliError> {
        let baseline = CpuBaseline {
            cpu_ms: None,
            workers: self.threads.count(),
        };
        let choice = block_on(predictor.choose_device(preference, baseline));
        self.device.report(&choice);
        let count = match choice.kind {
            DeviceKind::Cpu => self.threads.count(),
            DeviceKind::WebGpu => 1,
        };
        let workers = (0..count).map(|_| predictor.on_device(&choice.device));
        workers
            .collect::<Result<_, _>>()
            .map_err(|error| CliError::Model {
                path: self.files.model.clone(),
                error,
            })
    }
}

/// Changed IDs that are reported one by one; after that, only their number is.
const MAX_ID_NOTES: u64 = 20;

/// Why the output ends early.
enum OutputError {
    Device(DeviceError),
    Write(io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// The result for one record.
enum RecordOutcome {
    Prediction(Prediction),
    Problem(RecordProblem),
}

/// Restores the order of the input, and writes the predictions.
struct OrderedOutput<'a> {
    predictor: &'a Predictor,
    writer: &'a mut dyn PredictionWriter,
    sink: &'a mut dyn Write,
    bar: ProgressBar,
    /// Outcomes that wait for an earlier record, by the index of their record.
    waiting: BTreeMap<usize, RecordOutcome>,
    /// For each chunk that is not completely written, the index after its last record.
    chunk_ends: VecDeque<usize>,
    /// The shard that is computed; `None` for all records.
    shard: Option<Shard>,
    /// All records that were read, if one shard of them is computed.
    inputs: Option<InputSummary>,
    /// Index of the next record to write.
    next: usize,
    predicted: u64,
    changed_ids: u64,
    problems: Vec<RecordProblem>,
}

impl<'a> OrderedOutput<'a> {
    fn new(
        predictor: &'a Predictor,
        writer: &'a mut dyn PredictionWriter,
        sink: &'a mut dyn Write,
        bar: ProgressBar,
    ) -> Self {
        Self {
            predictor,
            writer,
            sink,
            bar,
            waiting: BTreeMap::new(),
            chunk_ends: VecDeque::new(),
            shard: None,
            inputs: None,
            next: 0,
            predicted: 0,
            changed_ids: 0,
            problems: Vec::new(),
        }
    }

    /// Writes everything to the end of the input.
    fn write_all(&mut self, pool: &WorkerPool) -> Result<(), OutputError> {
        self.writer.begin(self.predictor, self.sink)?;
        while let Some(message) = pool.next() {
            match message {
                PoolMessage::ChunkStart(start) => self.start_chunk(start),
                PoolMessage::Batch(batch) => self.add_batch(batch),
                PoolMessage::Failed(error) => return Err(OutputError::Device(error)),
            }
            self.write_ready()?;
            while self.chunk_ends.front().is_some_and(|end| *end <= self.next) {
                self.chunk_ends.pop_front();
                pool.chunk_written();
            }
        }
        self.bar.finish_and_clear();
        if self.changed_ids > MAX_ID_NOTES {
            let changed = self.changed_ids;
            eprintln!("rmlocnet: the IDs of {changed} records in total were changed");
        }
        self.write_end()?;
        Ok(self.sink.flush()?)
    }

    /// Writes what follows the last prediction.
    fn write_end(&mut self) -> io::Result<()> {
        let problems = &self.problems;
        let shard = self
            .shard
            .zip(self.inputs.take())
            .map(|(shard, inputs)| ShardSummary::new(shard, self.predictor, inputs, problems));
        let shard = shard.as_ref();
        self.writer.end(&RunEnd { problems, shard }, self.sink)
    }

    fn start_chunk(&mut self, start: ChunkStart) {
        self.chunk_ends.push_back(start.end);
        self.bar.set_position(start.bytes_read);
        self.inputs = start.inputs;
        self.skip_other_shards();
        self.add_problems(start.problems);
    }

    fn add_batch(&mut self, batch: Predictions) {
        if let Some(fallback) = &batch.fallback {
            self.print(fallback);
        }
        for prediction in batch.predictions {
            let index = prediction.index;
            let outcome = RecordOutcome::Prediction(prediction);
            self.waiting.insert(index, outcome);
        }
        self.add_problems(batch.problems);
    }

    fn add_problems(&mut self, problems: Vec<RecordProblem>) {
        for problem in problems {
            let index = problem.index;
            self.waiting.insert(index, RecordOutcome::Problem(problem));
        }
    }

    /// Writes the outcomes up to the first record that has none yet.
    fn write_ready(&mut self) -> io::Result<()> {
        while let Some(outcome) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.skip_other_shards();
            match outcome {
                RecordOutcome::Prediction(prediction) => self.write_prediction(&prediction)?,
                RecordOutcome::Problem(problem) => {
                    self.print(&problem.message);
                    self.problems.push(problem);
                }
            }
        }
        self.bar.set_message(format!("{} RNAs", self.predicted));
        self.sink.flush()
    }

    /// Passes over the records of other shards.
    fn skip_other_shards(&mut self) {
        while self.shard.is_some_and(|shard| !shard.has(self.next)) {
            self.next += 1;
        }
    }

    fn write_prediction(&mut self, prediction: &Prediction) -> io::Result<()> {
        self.predicted += 1;
        if let Some(note) = &prediction.id_note {
            self.changed_ids += 1;
            if self.changed_ids <= MAX_ID_NOTES {
                self.print(note);
            }
        }
        self.writer.row(self.predictor, prediction, self.sink)
    }

    /// Prints a message on standard error, above the progress bar.
    fn print(&self, message: &str) {
        self.bar.suspend(|| eprintln!("rmlocnet: {message}"));
    }
}

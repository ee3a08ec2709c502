//! The files that a subcommand reads and writes. Every error names its file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::{CliError, stream_name};
use super::output_file::{InputFile, OutputFile, check_standard_output};
use crate::device;
use crate::predictor::{Chunk, MAX_CHUNK_NUCLEOTIDES, Predictor, Reader};
use crate::shard::{InputSummary, Shard};

/// The model file and the output of `predict` and `explain`.
#[derive(Debug, Args)]
pub(super) struct PredictionFiles {
    /// Model file.
    #[arg(long, short, value_name = "FILE")]
    pub(super) model: PathBuf,
    #[command(flatten)]
    output: OutputOption,
}

/// `--output`, for subcommands that write to standard output otherwise.
#[derive(Debug, Args)]
pub(super) struct OutputOption {
    /// File to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// An input: its name, its bytes and, if it is known, their number.
pub(super) struct InputSource {
    pub(super) name: String,
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) size: Option<u64>,
}

impl InputSource {
    /// Opens a file, or standard input if the path is `-`.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let name = stream_name(path, "standard input");
        if path == Path::new("-") {
            return Ok(Self {
                name,
                reader: Box::new(io::stdin()),
                size: None,
            });
        }
        let file = open(path)?;
        Ok(Self {
            name,
            size: file.metadata().ok().map(|metadata| metadata.len()),
            reader: Box::new(file),
        })
    }
}

/// Several inputs, which are read one after another.
pub(super) struct Inputs {
    sources: VecDeque<InputSource>,
}

impl Inputs {
    /// Inputs that are open.
    pub(super) fn new(sources: impl IntoIterator<Item = InputSource>) -> Self {
        let sources = sources.into_iter().collect();
        Self { sources }
    }

    /// Opens all inputs, so that a missing one is found before anything is computed.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, CliError> {
        let sources = paths.iter().map(|path| InputSource::open(path));
        let sources: Result<VecDeque<_>, _> = sources.collect();
        sources.map(|sources| Self { sources })
    }

    /// The number of bytes of all inputs; `None` if it is not known.
    pub(super) fn size(&self) -> Option<u64> {
        self.sources.iter().map(|source| source.size).sum()
    }

    /// A reader of all inputs, for a predictor.
    pub(super) fn reader(mut self, predictor: &Predictor) -> InputReader {
        let first = self.sources.pop_front();
        let name = (!self.sources.is_empty()).then(|| first.as_ref().map(|s| s.name.clone()));
        let source = first.map_or_else(|| Box::new(io::empty()) as _, |source| source.reader);
        InputReader {
            reader: predictor.reader(source),
            name: name.flatten(),
            bytes_before: 0,
            waiting: self.sources,
        }
    }
}

/// Reads the records of all inputs in chunks. If there are several inputs, messages name them.
pub(super) struct InputReader {
    reader: Reader<Box<dyn Read + Send>>,
    /// The name of the present input, if there are several.
    name: Option<String>,
    /// The bytes of the inputs before it.
    bytes_before: u64,
    waiting: VecDeque<InputSource>,
}

impl InputReader {
    /// Reads records until there are `max_records` or the present input ends.
    pub(super) fn chunk(&mut self, max_records: usize) -> Chunk {
        let mut chunk = self.reader.chunk(max_records, MAX_CHUNK_NUCLEOTIDES);
        chunk.bytes_read += self.bytes_before;
        if let Some(name) = &self.name {
            for problem in &mut chunk.problems {
                problem.message = format!("{name}: {}", problem.message);
            }
        }
        if chunk.is_last
            && let Some(next) = self.waiting.pop_front()
        {
            self.reader.next_source(next.reader);
            self.name = Some(next.name);
            self.bytes_before = chunk.bytes_read;
            chunk.is_last = false;
        }
        chunk
    }

    /// Reads the records of one shard only, if one is given.
    pub(super) fn shard(mut self, shard: Option<Shard>) -> Self {
        if let Some(shard) = shard {
            self.reader = self.reader.shard(shard);
        }
        self
    }

    /// Number of records read so far, including those that could not be read.
    pub(super) fn records_read(&self) -> usize {
        self.reader.records_read()
    }

    /// A summary of the records of all shards that were read so far; `None` without a shard.
    pub(super) fn summary(&self) -> Option<InputSummary> {
        self.reader.summary()
    }
}

impl PredictionFiles {
    /// The model on the CPU.
    pub(super) fn predictor(&self) -> Result<Predictor, CliError> {
        predictor(&self.model)
    }

    /// Checks that the output can be written and is neither the model nor one of `inputs`, and
    /// begins it.
    pub(super) fn output(&self, inputs: &[InputFile<'_>]) -> Result<Output, CliError> {
        let mut inputs = inputs.to_vec();
        inputs.push(InputFile::new("--model", &self.model));
        self.output.begin(&inputs)
    }

    /// An error of writing the output.
    pub(super) fn write_error(&self, error: io::Error) -> CliError {
        self.output.write_error(error)
    }
}

impl OutputOption {
    /// Checks that the output can be written and is none of `inputs`, and begins it.
    pub(super) fn begin(&self, inputs: &[InputFile<'_>]) -> Result<Output, CliError> {
        if self.output.is_none() {
            check_standard_output(inputs)?;
        }
        let file = |path: &PathBuf| OutputFile::create("--output", path, inputs);
        let file = self.output.as_ref().map(file).transpose()?;
        Ok(file.map_or_else(
            || Output::Standard(BufWriter::new(io::stdout())),
            Output::File,
        ))
    }

    /// An error of writing the output.
    pub(super) fn write_error(&self, error: io::Error) -> CliError {
        CliError::Write {
            path: self.output.clone().unwrap_or_else(|| "-".into()),
            error,
        }
    }
}

/// The output of `predict`, `explain` and `gather`.
pub(super) enum Output {
    Standard(BufWriter<io::Stdout>),
    File(OutputFile),
}

impl Output {
    /// Completes the output. After an error, what has been written is kept, and standard error says
    /// where.
    pub(super) fn finish<T>(self, result: Result<T, CliError>) -> Result<T, CliError> {
        match (self, result) {
            (Self::Standard(_), result) => result,
            (Self::File(file), Ok(value)) => file.finish().map(|()| value),
            (Self::File(file), Err(error)) => {
                let kept = if error.comes_after_results() {
                    file.keep_incomplete()
                } else {
                    None
                };
                if let Some(kept) = kept {
                    eprintln!("rmlocnet: what was written before is in {}", kept.display());
                }
                Err(error)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(writer) => writer.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(writer) => writer.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

/// Loads a model file on the CPU.
pub(super) fn predictor(path: &Path) -> Result<Predictor, CliError> {
    Predictor::new(&read(path)?, &device::cpu()).map_err(|error| CliError::Model {
        path: path.to_owned(),
        error,
    })
}

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|error| read_error(path, error))
}

/// Reads a whole file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| read_error(path, error))
}

/// Reads a whole file as text.
pub(super) fn read_text(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| read_error(path, error))
}

/// Writes a whole file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(|error| CliError::write(path, error))
}

/// Writes a whole file that does not exist yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| CliError::write(path, error))
}

/// Writes a text to standard output.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let written = io::stdout().write_all(text.as_bytes());
    written.map_err(|error| CliError::write(Path::new("-"), error))
}

/// An error of opening or reading a file.
pub(super) fn read_error(path: &Path, error: io::Error) -> CliError {
    CliError::Read {
        path: path.to_owned(),
        error,
    }
}

/// The files of RNAs, which no output may replace.
pub(super) fn rna_files(paths: &[PathBuf]) -> Vec<InputFile<'_>> {
    let files = paths.iter().map(|path| InputFile::new("the RNAs", path));
    files.collect()
}

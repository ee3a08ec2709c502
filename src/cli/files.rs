//! The files that a subcommand reads and writes. Every error names its file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::CliError;
use super::output_file::{InputFile, OutputFile};
use crate::device;
use crate::predictor::Predictor;

/// The model file, the input and the output of `predict` and `explain`.
#[derive(Debug, Args)]
pub(super) struct PredictionFiles {
    /// Model file.
    #[arg(long, short, value_name = "FILE")]
    pub(super) model: PathBuf,
    /// RNAs in FASTA, plain or gzipped; `-` reads standard input.
    pub(super) input: PathBuf,
    /// File to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// An input and, if it is a file, its size in bytes.
pub(super) struct InputSource {
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) size: Option<u64>,
}

impl PredictionFiles {
    /// The model on the CPU.
    pub(super) fn predictor(&self) -> Result<Predictor, CliError> {
        predictor(&self.model)
    }

    /// Opens the input.
    pub(super) fn source(&self) -> Result<InputSource, CliError> {
        if self.input == Path::new("-") {
            return Ok(InputSource {
                reader: Box::new(io::stdin()),
                size: None,
            });
        }
        let file = open(&self.input)?;
        Ok(InputSource {
            size: file.metadata().ok().map(|metadata| metadata.len()),
            reader: Box::new(file),
        })
    }

    /// Checks that the output can be written, and begins it.
    pub(super) fn output(&self) -> Result<Output, CliError> {
        let inputs = [
            InputFile::new("the RNAs", &self.input),
            InputFile::new("--model", &self.model),
        ];
        let file = |path: &PathBuf| OutputFile::create("--output", path, &inputs);
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

/// The output of `predict` and `explain`.
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

fn read_error(path: &Path, error: io::Error) -> CliError {
    CliError::Read {
        path: path.to_owned(),
        error,
    }
}

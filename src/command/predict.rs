//! `rmlocnet predict`: FASTA in, a table out, rows as they are ready.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use pollster::block_on;

use super::failure::{self, Failure};
use super::progress;
use crate::device;
use crate::output::{Form, Json, Tsv};
use crate::predictor::{Predictor, Problem};

/// Records read and predicted at a time: rows appear as soon as these are done.
const CHUNK: usize = 32;

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
    /// Where to write; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Tab-separated values, one line per RNA.
    Tsv,
    /// One JSON object with settings, predictions and problems.
    Json,
}

impl Predict {
    /// Exit status 1 where a record could not be predicted; all others are written all the same.
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let bytes = failure::read(&self.model)?;
        let predictor = Predictor::new(&bytes, &device::cpu()).map_err(|error| Failure::Model {
            path: self.model.clone(),
            error,
        })?;
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
        };
        let result = stream(&predictor, source, size, form.as_mut(), &mut sink);
        match result {
            Ok(0) => Ok(ExitCode::SUCCESS),
            Ok(_) => Ok(ExitCode::FAILURE),
            // Whoever reads the other end of the pipe has had enough: no error of ours.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            Err(error) => Err(written(error)),
        }
    }

    fn source(&self) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
        if self.input == Path::new("-") {
            return Ok((Box::new(io::stdin().lock()), None));
        }
        let file = failure::open(&self.input)?;
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

/// Runs to the end of the input; gives the number of problems.
fn stream(
    predictor: &Predictor,
    source: Box<dyn Read>,
    size: Option<u64>,
    form: &mut dyn Form,
    sink: &mut dyn Write,
) -> io::Result<usize> {
    let bar = progress::bytes(size);
    let mut run = predictor.run(source);
    let (mut problems, mut rows, mut renamed): (Vec<Problem>, u64, u64) = (Vec::new(), 0, 0);
    form.begin(predictor, sink)?;
    loop {
        let some = block_on(run.next(predictor, CHUNK)).map_err(io::Error::other)?;
        for prediction in &some.predictions {
            form.row(predictor, prediction, sink)?;
            if let Some(why) = &prediction.renamed {
                renamed += 1;
                if renamed <= RENAMED_SAID {
                    bar.suspend(|| eprintln!("rmlocnet: {why}"));
                }
            }
        }
        sink.flush()?;
        for problem in some.problems {
            bar.suspend(|| eprintln!("rmlocnet: {}", problem.message));
            problems.push(problem);
        }
        rows += some.predictions.len() as u64;
        bar.set_position(some.bytes_read);
        bar.set_message(format!("{rows} RNAs"));
        if some.done {
            break;
        }
    }
    bar.finish_and_clear();
    if renamed > RENAMED_SAID {
        eprintln!("rmlocnet: {renamed} records in all were given another id");
    }
    form.end(&problems, sink)?;
    sink.flush()?;
    Ok(problems.len())
}

//! `rmlocnet gather`: joins the outputs of shards.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::error::CliError;
use super::files::OutputOption;
use super::output_file::InputFile;
use crate::gather::{GatherError, GatheredRun};

/// Join the outputs of all shards of a prediction.
///
/// Reads what `rmlocnet predict --shard` has written, in any order, and writes the same bytes as
/// `predict` without --shard. Checks before that all shards are there, each once and complete, and of
/// one run. As for the whole run, the exit status is 1 if a record could not be predicted.
///
/// Example: rmlocnet gather shards/*.tsv > table.tsv
#[derive(Debug, Args)]
pub(super) struct GatherArguments {
    /// The outputs of all shards, in any order.
    #[arg(value_name = "SHARD", required = true)]
    shards: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputOption,
}

impl GatherArguments {
    /// Checks the shards and joins them. The exit status is that of the whole run.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let inputs = self.shards.iter();
        let inputs: Vec<InputFile<'_>> =
            inputs.map(|path| InputFile::new("a shard", path)).collect();
        let mut sink = self.output.begin(&inputs)?;
        let names = self.shards.iter().map(|path| path.display().to_string());
        let names: Vec<String> = names.collect();
        let open = |place: usize| ReopenedFile::new(&self.shards[place]);
        let gathered = GatheredRun::check(&names, open);
        let result = gathered.and_then(|run| {
            run.write(&names, open, &mut sink)?;
            sink.flush().map_err(GatherError::Write)?;
            Ok(run)
        });
        let result = match result {
            Ok(run) => Ok(exit_code(&run)),
            Err(GatherError::Write(error)) => Err(self.output.write_error(error)),
            Err(error) => Err(error.into()),
        };
        sink.finish(result)
    }
}

/// The exit status of the whole run.
fn exit_code(run: &GatheredRun) -> ExitCode {
    match run.problems() {
        0 => ExitCode::SUCCESS,
        problems => {
            let records = if problems == 1 { "record" } else { "records" };
            eprintln!(
                "rmlocnet: {problems} {records} could not be predicted; the shards have reported why"
            );
            ExitCode::FAILURE
        }
    }
}

/// A file that is open only while it is read, because a run may have more shards than the system
/// allows open files.
struct ReopenedFile {
    path: PathBuf,
    position: u64,
}

impl ReopenedFile {
    /// The start of a file.
    fn new(path: &Path) -> io::Result<Self> {
        if !File::open(path)?.metadata()?.is_file() {
            return Err(io::Error::other(
                "it is not a file, which can be read twice",
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            position: 0,
        })
    }
}

impl Read for ReopenedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.position))?;
        let bytes = file.read(buffer)?;
        self.position += bytes as u64;
        Ok(bytes)
    }
}

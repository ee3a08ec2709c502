//! `--run`: repeats the run of a run file.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::files::{self, InputSource, Inputs};
use crate::predictor::Predictor;
use crate::run_file::{FoundInputs, RunFile, RunFileError, RunInput};

/// A run file that has been read.
pub(super) struct SavedRun {
    path: PathBuf,
    run: RunFile,
}

impl SavedRun {
    /// Reads a run file.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let run = RunFile::from_json(&files::read(path)?);
        let path = path.to_owned();
        match run {
            Ok(run) => Ok(Self { path, run }),
            Err(error) => Err(CliError::RunFile { path, error }),
        }
    }

    /// The thresholds of the run, in the order of the model's compartments.
    pub(super) fn thresholds_of(&self, predictor: &Predictor) -> Result<Vec<f32>, CliError> {
        let thresholds = self.run.thresholds_of(predictor);
        thresholds.map_err(|error| self.error(error))
    }

    /// The inputs of the run, in their order: those that the run file contains, or else `paths`.
    pub(super) fn into_inputs(self, paths: &[PathBuf]) -> Result<Inputs, CliError> {
        let contents = self.run.inputs().iter();
        let contents: Option<Vec<InputSource>> = contents.map(held_source).collect();
        match contents {
            Some(_) if !paths.is_empty() => Err(CliError::NoEffect {
                option: "INPUT",
                of: "a run file that does not contain its RNAs".to_owned(),
            }),
            Some(sources) => Ok(Inputs::new(sources)),
            None => self.find_inputs(paths),
        }
    }

    /// The inputs of the run among some files, whatever these are called.
    fn find_inputs(&self, paths: &[PathBuf]) -> Result<Inputs, CliError> {
        let describe = |path: &PathBuf| {
            let name = path.display().to_string();
            RunInput::read(name, files::open(path)?, false)
                .map_err(|error| files::read_error(path, error))
        };
        let given: Vec<RunInput> = paths.iter().map(describe).collect::<Result<_, _>>()?;
        let FoundInputs { found, missing } = FoundInputs::among(&given, self.run.inputs());
        if !missing.is_empty() {
            return Err(self.error(RunFileError::MissingInputs { names: missing }));
        }
        if let Some(other) = (0..paths.len()).find(|path| !found.contains(path)) {
            let name = given[other].name.clone();
            return Err(self.error(RunFileError::OtherInput { name }));
        }
        let sources = found.iter().map(|path| InputSource::open(&paths[*path]));
        Ok(Inputs::new(sources.collect::<Result<Vec<_>, _>>()?))
    }

    fn error(&self, error: RunFileError) -> CliError {
        let path = self.path.clone();
        CliError::RunFile { path, error }
    }
}

/// An input whose content is in the run file.
fn held_source(input: &RunInput) -> Option<InputSource> {
    let content = input.content.clone()?;
    Some(InputSource {
        name: input.name.clone(),
        size: Some(content.len() as u64),
        reader: Box::new(Cursor::new(content)),
    })
}

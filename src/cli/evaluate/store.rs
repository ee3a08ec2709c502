//! Finished folds on disk, so that an interrupted evaluation can be continued.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::error::{CliError, OutputProblem};
use crate::cli::files;
use crate::evaluation::{CrossValidation, FoldResult};

/// The results of finished folds, and the file that holds one line of JSON for each of them. The
/// name of the file contains the hash of data and settings, so folds of another run are never used.
pub(super) struct FoldStore {
    path: PathBuf,
    file: File,
    results: Vec<FoldResult>,
}

impl FoldStore {
    /// Opens the file of a cross-validation in `folder`, or in the folder for temporary files. If
    /// the run is resumed, the folds in the file are kept; otherwise the file is emptied.
    ///
    /// # Errors
    /// The file cannot be written, or has some of the folds and the run is not resumed.
    pub(super) fn open(
        folder: Option<&Path>,
        validation: &CrossValidation,
        is_resumed: bool,
    ) -> Result<Self, CliError> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => std::env::temp_dir().join("rmlocnet"),
        };
        if folder.is_file() {
            return Err(CliError::Output {
                option: "--work",
                path: folder,
                problem: OutputProblem::File,
            });
        }
        fs::create_dir_all(&folder).map_err(|error| CliError::write(&folder, error))?;
        let hash = validation.sha256();
        let hash = hash.get(..16).unwrap_or(&hash);
        let path = folder.join(format!("evaluate-{hash}.jsonl"));
        let results = former_results(&path, validation, is_resumed)?;
        let mut options = OpenOptions::new();
        options.create(true).write(true);
        options.append(is_resumed).truncate(!is_resumed);
        let file = options.open(&path);
        let file = file.map_err(|error| CliError::write(&path, error))?;
        let mut store = Self {
            path,
            file,
            results,
        };
        // The last line of an interrupted run may be incomplete.
        if is_resumed {
            store.write(b"\n")?;
        }
        Ok(store)
    }

    /// The results of all finished folds.
    pub(super) fn results(&self) -> &[FoldResult] {
        &self.results
    }

    /// Adds the result of a finished fold, and writes it to the file.
    pub(super) fn add(&mut self, result: FoldResult) -> Result<(), CliError> {
        let line = serde_json::to_vec(&result);
        let mut line = line.map_err(|error| CliError::write(&self.path, error.into()))?;
        line.push(b'\n');
        self.write(&line)?;
        self.results.push(result);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| CliError::write(&self.path, error))
    }
}

/// The results of an earlier run, if it is resumed.
///
/// # Errors
/// The earlier run was interrupted, and is not resumed.
fn former_results(
    path: &Path,
    validation: &CrossValidation,
    is_resumed: bool,
) -> Result<Vec<FoldResult>, CliError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let results = finished_folds(&files::read(path)?, validation);
    if is_resumed {
        return Ok(results);
    }
    if !results.is_empty() && !validation.pending(&results).is_empty() {
        let path = path.to_owned();
        return Err(CliError::Interrupted { path });
    }
    Ok(Vec::new())
}

/// The results in the text of the file that belong to this cross-validation. Lines that cannot be
/// read are left out.
fn finished_folds(text: &[u8], validation: &CrossValidation) -> Vec<FoldResult> {
    let lines = text.split(|byte| *byte == b'\n');
    let results = lines.filter_map(|line| serde_json::from_slice(line).ok());
    validation.matching_results(results)
}

//! Finished folds on disk, so that an interrupted evaluation can be continued, and so that several
//! processes can run the folds of one evaluation.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::error::{CliError, OutputProblem};
use crate::cli::files;
use crate::cli::output_file::OutputFile;
use crate::evaluation::{CrossValidation, Fold, FoldResult};

/// The results of finished folds, and the folder that holds a file for each of them. The name of the
/// folder contains the hash of data and settings, so folds of another run are never used.
///
/// A file appears at its place when it is complete, so several processes may write to one folder.
pub(super) struct FoldStore {
    folder: PathBuf,
    results: Vec<FoldResult>,
}

impl FoldStore {
    /// Opens the folder of a cross-validation in `work`, or in the folder for temporary files, to
    /// run folds. If `is_kept`, the folds in it are kept; otherwise all are run again.
    ///
    /// # Errors
    /// The folder cannot be written, or has some of the folds and they are not kept.
    pub(super) fn open(
        work: Option<&Path>,
        validation: &CrossValidation,
        is_kept: bool,
    ) -> Result<Self, CliError> {
        let mut store = Self::read(work, validation)?;
        fs::create_dir_all(&store.folder).map_err(|error| CliError::write(&store.folder, error))?;
        if is_kept {
            return Ok(store);
        }
        if !store.results.is_empty() && !validation.pending(&store.results).is_empty() {
            return Err(CliError::Interrupted { path: store.folder });
        }
        for fold in store.results.drain(..) {
            let path = store.folder.join(file_name(&fold));
            fs::remove_file(&path).map_err(|error| CliError::write(&path, error))?;
        }
        Ok(store)
    }

    /// Reads the results in the folder of a cross-validation, which need not exist.
    ///
    /// # Errors
    /// `work` is a file, or a file in the folder cannot be read.
    pub(super) fn read(
        work: Option<&Path>,
        validation: &CrossValidation,
    ) -> Result<Self, CliError> {
        let work = match work {
            Some(work) => work.to_owned(),
            None => std::env::temp_dir().join("rmlocnet"),
        };
        if work.is_file() {
            return Err(CliError::Output {
                option: "--work",
                path: work,
                problem: OutputProblem::File,
            });
        }
        let hash = validation.sha256();
        let hash = hash.get(..16).unwrap_or(&hash);
        let folder = work.join(format!("evaluate-{hash}"));
        let mut results = Vec::new();
        for fold in &validation.folds {
            results.extend(stored_result(&folder.join(fold_file(fold)))?);
        }
        let results = validation.matching_results(results);
        Ok(Self { folder, results })
    }

    /// The folder of the results.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The results of all finished folds.
    pub(super) fn results(&self) -> &[FoldResult] {
        &self.results
    }

    /// Adds the result of a finished fold, and writes it to its file.
    pub(super) fn add(&mut self, result: FoldResult) -> Result<(), CliError> {
        let path = self.folder.join(file_name(&result));
        let mut file = OutputFile::create("--work", &path, &[])?;
        let text = serde_json::to_vec(&result).map_err(Into::into);
        let written = text.and_then(|text| file.write_all(&text));
        written.map_err(|error| CliError::write(&path, error))?;
        file.finish()?;
        self.results.push(result);
        Ok(())
    }
}

/// The result in a file; `None` if it does not exist, or if it cannot be read as a result.
fn stored_result(path: &Path) -> Result<Option<FoldResult>, CliError> {
    if !path.exists() {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&files::read(path)?).ok())
}

fn fold_file(fold: &Fold) -> String {
    name(fold.seed, fold.index, fold.shuffled)
}

fn file_name(result: &FoldResult) -> String {
    name(result.seed, result.fold, result.shuffled)
}

/// The name of the file of a fold, whose `index` is counted from 0.
fn name(seed: u64, index: usize, is_shuffled: bool) -> String {
    let end = if is_shuffled { "-shuffled" } else { "" };
    format!("seed-{seed}-fold-{}{end}.json", index + 1)
}

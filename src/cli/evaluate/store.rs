//! Finished folds on disk, so that an interrupted evaluation can be continued.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::cli::files;
use crate::evaluation::{CrossValidation, FoldResult};

/// A file with one line of JSON for every finished fold. Its name contains the hash of data and
/// settings, so the folds of another run are never used.
pub(super) struct FoldStore {
    path: PathBuf,
    file: File,
}

impl FoldStore {
    /// Opens the file of this cross-validation. With `resume`, its folds are kept and returned;
    /// otherwise the file starts empty.
    pub(super) fn open(
        folder: Option<&Path>,
        plan: &CrossValidation,
        resume: bool,
    ) -> Result<(Self, Vec<FoldResult>), CliError> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => std::env::temp_dir().join("rmlocnet"),
        };
        let hash = plan.sha256();
        let path = folder.join(format!(
            "evaluate-{}.jsonl",
            hash.get(..16).unwrap_or(&hash)
        ));
        let written = |error| CliError::Write {
            path: path.clone(),
            error,
        };
        fs::create_dir_all(&folder).map_err(written)?;
        let mut done: Vec<FoldResult> = Vec::new();
        if resume && path.exists() {
            let text = files::read(&path)?;
            // An incomplete last line, from an interrupted run, is left out.
            let lines = text.split(|byte| *byte == b'\n');
            let read: Vec<FoldResult> = lines
                .filter_map(|line| serde_json::from_slice(line).ok())
                .collect();
            for result in read {
                let wanted = plan.folds.iter().any(|fold| {
                    fold.is_of(&result) && result.model.scores.len() == fold.split.test.len()
                });
                let known = done.iter().any(|d: &FoldResult| {
                    (d.seed, d.fold, d.shuffled) == (result.seed, result.fold, result.shuffled)
                });
                if wanted && !known {
                    done.push(result);
                }
            }
        }
        let mut options = OpenOptions::new();
        let options = options
            .create(true)
            .append(resume)
            .write(true)
            .truncate(!resume);
        let mut file = options.open(&path).map_err(written)?;
        // Ends a line that was cut off.
        if resume {
            file.write_all(b"\n").map_err(written)?;
        }
        Ok((Self { path, file }, done))
    }

    /// Stores a finished fold.
    pub(super) fn keep(&mut self, result: &FoldResult) -> Result<(), CliError> {
        let written = |error| CliError::Write {
            path: self.path.clone(),
            error,
        };
        let mut line = serde_json::to_vec(result).map_err(|error| written(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(written)?;
        self.file.flush().map_err(written)
    }
}

//! `--model` and `--predictions`: evaluation without training.

use std::fmt::Write;
use std::path::Path;

use pollster::block_on;

use super::table;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::dataset::Dataset;
use crate::device;
use crate::evaluation::{ScoreError, ScoreReport, score_model, score_predictions};
use crate::predictor::Predictor;

/// Evaluates a model as it is.
pub(super) fn model(path: &Path, dataset: &Dataset) -> Result<ScoreReport, CliError> {
    let bytes = files::read(path)?;
    let predictor = Predictor::new(&bytes, &device::cpu()).map_err(|error| CliError::Model {
        path: path.to_owned(),
        error,
    })?;
    block_on(score_model(&predictor, dataset)).map_err(failed(path))
}

/// Evaluates a table of predictions.
pub(super) fn predictions(path: &Path, dataset: &Dataset) -> Result<ScoreReport, CliError> {
    let bytes = files::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    score_predictions(&text, dataset).map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(ScoreError) -> CliError {
    let path = path.to_owned();
    |error| CliError::Score { path, error }
}

/// The report as text.
pub(super) fn words(scored: &ScoreReport) -> String {
    let mut text = String::new();
    for line in scored.warning.iter().chain(&scored.notes) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(
        text,
        "{} of {} RNAs judged\n",
        scored.judged, scored.data.records
    );
    let _ = writeln!(text, "{}", table::heads());
    let _ = writeln!(text, "{}", table::measures("", &scored.measures));
    let _ = writeln!(
        text,
        "{}",
        table::intervals("95 % interval", &scored.intervals)
    );
    table::compartments(&mut text, &scored.per_compartment);
    text
}

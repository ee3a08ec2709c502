//! `--model` and `--predictions`: evaluation without training.

use std::fmt::Write;
use std::path::Path;

use pollster::block_on;

use super::{auroc_table, table};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::dataset::{Dataset, Part};
use crate::evaluation::{ScoreError, ScoreReport, score_model, score_predictions};

/// Evaluates the model in a file.
pub(super) fn model(
    path: &Path,
    dataset: &Dataset,
    part: Option<Part>,
) -> Result<ScoreReport, CliError> {
    let predictor = files::predictor(path)?;
    block_on(score_model(&predictor, dataset, part)).map_err(|error| score_error(path, error))
}

/// Evaluates the table of predictions in a file.
pub(super) fn predictions(
    path: &Path,
    dataset: &Dataset,
    part: Option<Part>,
) -> Result<ScoreReport, CliError> {
    let file = files::open(path)?;
    score_predictions(file, dataset, part).map_err(|error| score_error(path, error))
}

fn score_error(path: &Path, error: ScoreError) -> CliError {
    CliError::Score {
        path: path.to_owned(),
        error,
    }
}

/// The report as text.
pub(super) fn text(report: &ScoreReport) -> String {
    let mut text = String::new();
    for line in report.warning.iter().chain(&report.notes) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{line}");
    }
    let (scored, total) = (report.judged, report.data.records);
    let _ = writeln!(text, "{scored} of {total} RNAs were evaluated\n");
    let _ = writeln!(text, "{}", table::heading());
    let _ = writeln!(text, "{}", table::measures("", &report.measures));
    let intervals = table::intervals("95 % interval", &report.intervals);
    let _ = writeln!(text, "{intervals}");
    text.push_str(&auroc_table::of_model(&report.aurocs, 1));
    text + &auroc_table::compartments(&report.per_compartment)
}

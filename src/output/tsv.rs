//! Tab-separated values: one line per RNA, for spreadsheets and scripts.
//!
//! The columns are `id`, `length`, one probability per compartment, `compartments` and `warnings`.
//! This is format 2: its first line contains the number of the format, and the column `warnings` is
//! new. Files of format 1 contain no number.

use std::io;

use super::PredictionWriter;
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// Number of the format.
const FORMAT: u32 = 2;

/// Writes a table with one line per RNA.
pub(super) struct TsvWriter;

impl PredictionWriter for TsvWriter {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let compartments = predictor.model().compartments.join("\t");
        to.write_all(comment_lines(predictor).as_bytes())?;
        writeln!(to, "id\tlength\t{compartments}\tcompartments\twarnings")
    }

    /// Writes probabilities with six decimals. The names of the called compartments and the kinds
    /// of warnings are joined by `;`; `none` stands for an empty list.
    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        write!(to, "{}\t{}", prediction.id, prediction.sequence.len())?;
        for probability in &prediction.probabilities {
            write!(to, "\t{probability:.6}")?;
        }
        let called = join_or_none(called_names(predictor, prediction));
        let warnings = join_or_none(prediction.warnings.iter().map(|w| w.kind.into()));
        writeln!(to, "\t{called}\t{warnings}")
    }

    fn end(&mut self, _problems: &[RecordProblem], _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

/// The comment lines that every table begins with: the program, the model and its hash; and the
/// thresholds, if they are not the model's own.
pub(super) fn comment_lines(predictor: &Predictor) -> String {
    let model = predictor.model();
    let mut text = format!(
        "# rmlocnet {} format={FORMAT} model={} sha256={}\n",
        env!("CARGO_PKG_VERSION"),
        model.config.name,
        predictor.hash(),
    );
    if predictor.has_custom_thresholds() {
        let thresholds = model.compartments.iter().zip(model.thresholds.iter());
        let thresholds: Vec<String> = thresholds.map(|(name, t)| format!("{name}={t}")).collect();
        text.push_str(&format!("# thresholds {}\n", thresholds.join(" ")));
    }
    text
}

fn join_or_none<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(";")
    }
}

/// Names of the compartments that are called.
pub(super) fn called_names<'a>(
    predictor: &'a Predictor,
    prediction: &'a Prediction,
) -> impl Iterator<Item = &'a str> {
    prediction
        .called
        .iter()
        .map(|c| predictor.model().compartments[*c].as_str())
}

//! Tab-separated values: `id`, `length`, a probability per compartment, `compartments`, `warnings`.
//!
//! Format 2: the first line names the format; `warnings` is new. Format 1 did not name itself.

use std::io;

use super::PredictionWriter;
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// The table, for spreadsheets and scripts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tsv;

/// Version of the columns.
const FORMAT: u32 = 2;

/// The comment line, a second one where the thresholds are not the model's own, and the line of
/// column names.
pub fn tsv_header(predictor: &Predictor) -> String {
    let names = predictor.model().compartments.join("\t");
    let comments = comments(predictor);
    format!("{comments}id\tlength\t{names}\tcompartments\twarnings\n")
}

/// Program, model and its hash; and the thresholds where they are not the model's own.
pub(super) fn comments(predictor: &Predictor) -> String {
    let model = predictor.model();
    let mut text = format!(
        "# rmlocnet {} format={FORMAT} model={} sha256={}\n",
        env!("CARGO_PKG_VERSION"),
        model.config.name,
        predictor.hash(),
    );
    if predictor.has_custom_thresholds() {
        let each = model.compartments.iter().zip(&model.thresholds);
        let each: Vec<String> = each.map(|(name, t)| format!("{name}={t}")).collect();
        text.push_str(&format!("# thresholds {}\n", each.join(" ")));
    }
    text
}

/// One line: probabilities to six decimals, the compartments called joined by `;`, `none` where
/// no probability reaches its threshold; kinds of warnings joined by `;`, `none` without any.
pub fn tsv_row(predictor: &Predictor, prediction: &Prediction) -> String {
    let mut row = format!("{}\t{}", prediction.id, prediction.sequence.len());
    for probability in &prediction.probabilities {
        row.push_str(&format!("\t{probability:.6}"));
    }
    let called = list(called_names(predictor, prediction));
    let kinds = prediction.warnings.iter().map(|w| w.kind.name());
    format!("{row}\t{called}\t{}\n", list(kinds))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(";"),
    }
}

/// Names of the compartments called.
pub(super) fn called_names<'a>(
    predictor: &'a Predictor,
    prediction: &'a Prediction,
) -> impl Iterator<Item = &'a str> {
    prediction
        .called
        .iter()
        .map(|c| predictor.model().compartments[*c].as_str())
}

impl PredictionWriter for Tsv {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        to.write_all(tsv_header(predictor).as_bytes())
    }

    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        to.write_all(tsv_row(predictor, prediction).as_bytes())
    }

    fn end(&mut self, _problems: &[RecordProblem], _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

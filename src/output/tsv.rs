//! Tab-separated values: `id`, `length`, a probability per compartment, `compartments`.

use std::io;

use super::Form;
use crate::predictor::{Prediction, Predictor, Problem};

/// The table, for spreadsheets and scripts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tsv;

/// The comment line, a second one where the thresholds are not the model's own, and the line of
/// column names.
pub fn tsv_header(predictor: &Predictor) -> String {
    let names = predictor.model().compartments.join("\t");
    format!("{}id\tlength\t{names}\tcompartments\n", comments(predictor))
}

/// Program, model and its hash; and the thresholds where they are not the model's own.
pub(super) fn comments(predictor: &Predictor) -> String {
    let model = predictor.model();
    let mut text = format!(
        "# rmlocnet {} model={} sha256={}\n",
        env!("CARGO_PKG_VERSION"),
        model.config.name,
        predictor.hash(),
    );
    if predictor.rethresholded() {
        let each = model.compartments.iter().zip(&model.thresholds);
        let each: Vec<String> = each.map(|(name, t)| format!("{name}={t}")).collect();
        text.push_str(&format!("# thresholds {}\n", each.join(" ")));
    }
    text
}

/// One line: probabilities to six decimals, the compartments called joined by `;`, `none` where
/// no probability reaches its threshold.
pub fn tsv_row(predictor: &Predictor, prediction: &Prediction) -> String {
    let mut row = format!("{}\t{}", prediction.id, prediction.sequence.len());
    for probability in &prediction.probabilities {
        row.push_str(&format!("\t{probability:.6}"));
    }
    let names: Vec<&str> = called_names(predictor, prediction).collect();
    let called = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(";")
    };
    format!("{row}\t{called}\n")
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

impl Form for Tsv {
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

    fn end(&mut self, _problems: &[Problem], _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

//! JSON: one object with the settings of the run, written prediction by prediction.

use std::io;

use serde_json::{Map, Value, json};

use super::PredictionWriter;
use super::tsv::names;
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// Writes an object with the fields `version`, `model`, `predictions` and `problems`.
#[derive(Default)]
pub(super) struct JsonWriter {
    has_rows: bool,
}

impl PredictionWriter for JsonWriter {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let model = predictor.model();
        let model = json!({
            "name": model.config.name,
            "sha256": predictor.hash(),
            "compartments": model.compartments,
            "thresholds": model.thresholds,
            "thresholds_are_the_models": !predictor.has_custom_thresholds(),
            "fixed_length": model.fixed_length.length,
            "config": model.config,
        });
        let version = env!("CARGO_PKG_VERSION");
        write!(
            to,
            "{{\"version\":\"{version}\",\"model\":{model},\"predictions\":["
        )
    }

    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        let compartments = &predictor.model().compartments;
        let probabilities: Map<String, Value> = compartments
            .iter()
            .zip(&prediction.probabilities)
            .map(|(name, probability)| (name.clone(), json!(probability)))
            .collect();
        let row = json!({
            "id": prediction.id,
            "length": prediction.sequence.len(),
            "probabilities": probabilities,
            "compartments": names(predictor, &prediction.called).collect::<Vec<_>>(),
            "uncertain": names(predictor, &prediction.uncertain).collect::<Vec<_>>(),
            "notes": prediction.notes,
            "warnings": prediction.warnings,
        });
        let comma = if self.has_rows { "," } else { "" };
        self.has_rows = true;
        write!(to, "{comma}\n{row}")
    }

    fn end(&mut self, problems: &[RecordProblem], to: &mut dyn io::Write) -> io::Result<()> {
        let to_value = |problem: &RecordProblem| {
            json!({
                "line": problem.line,
                "record": problem.record,
                "message": problem.message,
                "fatal": problem.is_fatal,
            })
        };
        let problems: Vec<Value> = problems.iter().map(to_value).collect();
        writeln!(to, "\n],\"problems\":{}}}", Value::from(problems))
    }
}

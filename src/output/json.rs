//! One JSON object with the run's parameters, written prediction by prediction.

use std::io;

use serde_json::{Map, Value, json};

use super::PredictionWriter;
use super::tsv::called_names;
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// The object: `version`, `model`, `predictions`, `problems`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json {
    rows: usize,
}

impl PredictionWriter for Json {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let model = predictor.model();
        let about = json!({
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
            "{{\"version\":\"{version}\",\"model\":{about},\"predictions\":["
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
            "compartments": called_names(predictor, prediction).collect::<Vec<_>>(),
            "notes": prediction.notes,
            "warnings": prediction.warnings,
        });
        let comma = if self.rows == 0 { "" } else { "," };
        self.rows += 1;
        write!(to, "{comma}\n{row}")
    }

    fn end(&mut self, problems: &[RecordProblem], to: &mut dyn io::Write) -> io::Result<()> {
        let problem = |problem: &RecordProblem| {
            json!({
                "line": problem.line,
                "record": problem.record,
                "message": problem.message,
                "fatal": problem.fatal,
            })
        };
        let problems: Vec<Value> = problems.iter().map(problem).collect();
        writeln!(to, "\n],\"problems\":{}}}", Value::from(problems))
    }
}

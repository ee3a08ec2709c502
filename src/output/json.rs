//! JSON: one object with the settings of the run, written prediction by prediction.

use std::io;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tsv::names;
use super::{PredictionWriter, RunEnd, ShardSummary};
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// Writes an object with the fields `version`, `model`, `predictions` and `problems`; that of a shard
/// also has `shard`.
#[derive(Default)]
pub(super) struct JsonWriter {
    rows: JsonRows,
}

/// The lines of the object after its first one, which are predictions, each on a line of its own.
#[derive(Default)]
pub(crate) struct JsonRows {
    has_rows: bool,
}

/// What the last line of the object holds.
#[derive(Deserialize)]
pub(crate) struct JsonEnd {
    /// The records that could not be predicted.
    pub(crate) problems: Vec<Value>,
    /// Present in one shard of a run.
    pub(crate) shard: Option<ShardSummary>,
}

impl JsonRows {
    /// Writes one prediction.
    pub(crate) fn row(&mut self, row: &str, to: &mut dyn io::Write) -> io::Result<()> {
        let comma = if self.has_rows { "," } else { "" };
        self.has_rows = true;
        write!(to, "{comma}\n{row}")
    }
}

impl JsonEnd {
    /// The start of the last line.
    const START: &str = "],";

    /// Writes the last line.
    pub(crate) fn write(self, to: &mut dyn io::Write) -> io::Result<()> {
        let problems = Value::from(self.problems);
        write!(to, "\n{}\"problems\":{problems}", Self::START)?;
        if let Some(shard) = self.shard {
            write!(to, ",\"shard\":{}", serde_json::to_string(&shard)?)?;
        }
        writeln!(to, "}}")
    }

    /// Reads the last line; `None` if it is another line.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let fields = line.strip_prefix(Self::START)?;
        serde_json::from_str(&format!("{{{fields}")).ok()
    }
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
        self.rows.row(&row.to_string(), to)
    }

    fn end(&mut self, end: &RunEnd<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let to_value = |problem: &RecordProblem| {
            json!({
                "line": problem.line,
                "record": problem.record,
                "message": problem.message,
                "fatal": problem.is_fatal,
            })
        };
        let end = JsonEnd {
            problems: end.problems.iter().map(to_value).collect(),
            shard: end.shard.cloned(),
        };
        end.write(to)
    }
}

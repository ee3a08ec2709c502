//! Tab-separated values: one line per RNA, for spreadsheets and scripts.
//!
//! The columns are `id`, `length`, one probability per compartment, `compartments`, `uncertain` and
//! `warnings`. This is format 3: its first line contains the number of the format. Format 2 did
//! not have the column `uncertain`; format 1 did not have `warnings` either, nor a number.

use std::io;

use super::{PredictionWriter, RunEnd, TSV_END};
use crate::predictor::{Prediction, Predictor};

/// Number of the format.
const FORMAT: u32 = 3;

/// Writes a table with one line per RNA.
pub(super) struct TsvWriter;

impl PredictionWriter for TsvWriter {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let compartments = predictor.model().compartments.join("\t");
        to.write_all(comment_lines(predictor, FORMAT).as_bytes())?;
        writeln!(
            to,
            "id\tlength\t{compartments}\tcompartments\tuncertain\twarnings"
        )
    }

    /// Writes probabilities with six decimals. The names of compartments and the kinds of warnings
    /// are joined by `;`; `none` stands for an empty list.
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
        let called = join_or_none(names(predictor, &prediction.called));
        let warnings = join_or_none(prediction.warnings.iter().map(|w| w.kind.into()));
        let uncertain = join_or_none(names(predictor, &prediction.uncertain));
        writeln!(to, "\t{called}\t{uncertain}\t{warnings}")
    }

    /// A shard ends with a comment line.
    fn end(&mut self, end: &RunEnd<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        match end.shard {
            Some(shard) => writeln!(to, "{TSV_END}{}", serde_json::to_string(shard)?),
            None => Ok(()),
        }
    }
}

/// The comment lines that every table begins with: the program, the number of the table's format,
/// the model and its hash; and the thresholds, if they are not the model's own.
pub(super) fn comment_lines(predictor: &Predictor, format: u32) -> String {
    let model = predictor.model();
    let mut text = format!(
        "# rmlocnet {} format={format} model={} sha256={}\n",
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

/// The names of some of the model's compartments.
pub(super) fn names<'a>(
    predictor: &'a Predictor,
    compartments: &'a [usize],
) -> impl Iterator<Item = &'a str> {
    let known = &predictor.model().compartments;
    compartments.iter().map(|c| known[*c].as_str())
}

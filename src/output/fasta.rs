//! FASTA: the sequences as they were read, with the IDs that they have in the results.

use std::io;

use super::{FASTA_END, PredictionWriter, RunEnd};
use crate::predictor::{Prediction, Predictor};

/// Nucleotides in a line.
const LINE_LENGTH: usize = 60;

/// Writes the sequences of predictions, of A, C, G, U and N, as FASTA.
pub(super) struct FastaWriter;

impl PredictionWriter for FastaWriter {
    fn begin(&mut self, _predictor: &Predictor, _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }

    fn row(
        &mut self,
        _predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        writeln!(to, ">{}", prediction.id)?;
        for line in prediction.sequence.as_bytes().chunks(LINE_LENGTH) {
            to.write_all(line)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    /// A shard ends with a comment line.
    fn end(&mut self, end: &RunEnd<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        match end.shard {
            Some(shard) => writeln!(to, "{FASTA_END}{}", serde_json::to_string(shard)?),
            None => Ok(()),
        }
    }
}

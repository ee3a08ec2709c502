//! The RNAs as they were read: A, C, G, U and N, each under the id it has in the results.

use std::io;

use super::PredictionWriter;
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// Letters in a line.
const LINE: usize = 60;

/// FASTA.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fasta;

impl PredictionWriter for Fasta {
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
        for line in prediction.sequence.as_bytes().chunks(LINE) {
            to.write_all(line)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    fn end(&mut self, _problems: &[RecordProblem], _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

//! bedGraph: the attention of every nucleotide, one track per attention head.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{AttentionWriter, head_name};
use crate::predictor::{ExplainedPrediction, Predictor};

/// Writes attention as a multiple of uniform attention over the nucleotides that the model reads.
///
/// The format has one track after the other, so the lines are kept in memory until the end.
#[derive(Default)]
pub(super) struct BedGraphWriter {
    /// The lines of each track, by the compartment of its head.
    tracks: BTreeMap<Option<usize>, Vec<u8>>,
}

impl AttentionWriter for BedGraphWriter {
    fn begin(&mut self, _predictor: &Predictor, _to: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn rna(
        &mut self,
        _predictor: &Predictor,
        rna: &ExplainedPrediction,
        _to: &mut dyn Write,
    ) -> io::Result<()> {
        let id = &rna.prediction.id;
        let nucleotides = rna.explanation.read.nucleotides() as f32;
        for head in &rna.explanation.heads {
            let lines = self.tracks.entry(head.compartment).or_default();
            for (start, end, value) in runs(&head.weights, nucleotides) {
                writeln!(lines, "{id}\t{start}\t{end}\t{value}")?;
            }
        }
        Ok(())
    }

    fn end(&mut self, predictor: &Predictor, to: &mut dyn Write) -> io::Result<()> {
        for (compartment, lines) in std::mem::take(&mut self.tracks) {
            let name = head_name(predictor, compartment).replace('"', "'");
            writeln!(
                to,
                "track type=bedGraph name=\"attention {name}\" description=\"attention for {name}, as a multiple of uniform attention; rmlocnet {}, model {} {}\"",
                env!("CARGO_PKG_VERSION"),
                predictor.model().config.name,
                predictor.hash(),
            )?;
            to.write_all(&lines)?;
        }
        Ok(())
    }
}

/// Runs of neighbouring nucleotides with the same value: start, end and value. Values are weights
/// times `nucleotides`, with three decimals.
fn runs(weights: &[f32], nucleotides: f32) -> Vec<(usize, usize, String)> {
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (i, weight) in weights.iter().enumerate() {
        let value = format!("{:.3}", weight * nucleotides);
        match runs.last_mut() {
            Some(last) if last.2 == value => last.1 = i + 1,
            _ => runs.push((i, i + 1, value)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_every_nucleotide_once() {
        let found = runs(&[0.25, 0.25, 0.5, 0.0], 4.0);
        let expected = [(0, 2, "1.000"), (2, 3, "2.000"), (3, 4, "0.000")];
        let found: Vec<_> = found.iter().map(|(a, b, v)| (*a, *b, v.as_str())).collect();
        assert_eq!(found, expected);
    }
}

//! In-silico mutagenesis: the effect of every single-nucleotide substitution in a range on the
//! probabilities.

use std::ops::Range;

use crate::network::Inference;
use crate::rna::{Nucleotide, Sequence};

/// The effect of every substitution in a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutations {
    /// The positions of the substitutions, from 0; the end is excluded.
    pub positions: Range<usize>,
    /// The probabilities of the unchanged RNA, `[C]`.
    pub reference: Vec<f32>,
    /// The change of each probability, `[positions · 4 · C]`, with the nucleotides in the order of
    /// [`Nucleotide::ALL`]; 0 for the nucleotide of the RNA.
    pub changes: Vec<f32>,
}

/// Generates the sequences to predict: the RNA itself, then all its variants, by position and then
/// by nucleotide.
pub fn generate_variants(sequence: &Sequence, positions: &Range<usize>) -> Vec<Sequence> {
    let mut variants = vec![sequence.clone()];
    for (position, nucleotide) in substitutions(sequence, positions) {
        let mut variant = sequence.clone();
        variant.substitute(position, nucleotide);
        variants.push(variant);
    }
    variants
}

impl Mutations {
    /// Computes the changes from the predictions of the sequences of [`generate_variants`], in
    /// their order.
    pub fn new(
        sequence: &Sequence,
        positions: Range<usize>,
        predictions: impl IntoIterator<Item = Inference>,
    ) -> Self {
        let mut predictions = predictions.into_iter().map(|p| p.probabilities);
        let reference = predictions.next().unwrap_or_default();
        let width = reference.len();
        let mut changes = vec![0.0; positions.len() * Nucleotide::ALL.len() * width];
        let substitutions = substitutions(sequence, &positions);
        for ((position, nucleotide), prediction) in substitutions.zip(predictions) {
            let row = (position - positions.start) * Nucleotide::ALL.len() + nucleotide.index();
            let row_changes = changes[row * width..].iter_mut();
            for ((change, new), old) in row_changes.zip(prediction).zip(&reference) {
                *change = new - old;
            }
        }
        Self {
            positions,
            reference,
            changes,
        }
    }

    /// The change of a compartment's probability if the nucleotide at `position` (from 0) is
    /// replaced by another one; `None` outside the range.
    pub fn change(
        &self,
        position: usize,
        nucleotide: Nucleotide,
        compartment: usize,
    ) -> Option<f32> {
        let offset = position.checked_sub(self.positions.start)?;
        let width = self.reference.len();
        let row = offset * Nucleotide::ALL.len() + nucleotide.index();
        let index = row * width + compartment;
        (compartment < width)
            .then(|| self.changes.get(index).copied())
            .flatten()
    }
}

/// All single-nucleotide substitutions at these positions: position and new nucleotide.
fn substitutions<'a>(
    sequence: &'a Sequence,
    positions: &Range<usize>,
) -> impl Iterator<Item = (usize, Nucleotide)> + use<'a> {
    let at_position = move |position: usize| {
        let letter = sequence.as_bytes()[position];
        let others = Nucleotide::ALL.into_iter();
        let others = others.filter(move |nucleotide| nucleotide.letter() != letter);
        others.map(move |nucleotide| (position, nucleotide))
    };
    let end = positions.end.min(sequence.len());
    (positions.start.min(end)..end).flat_map(at_position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::Nucleotide::{A, C, U};
    use crate::rna::sequence::tests::rna;

    #[test]
    fn each_change_is_stored_at_its_position_letter_and_compartment() {
        let sequence = rna("ACN");
        let variants = generate_variants(&sequence, &(1..3));
        assert_eq!(
            variants,
            ["ACN", "AAN", "AGN", "AUN", "ACA", "ACC", "ACG", "ACU"]
        );
        // The probabilities of variant n are n, and twice n.
        let predictions = (0..8).map(|n| Inference {
            probabilities: vec![n as f32, 2.0 * n as f32],
            heads: 0,
            attention: Vec::new(),
        });
        let mutations = Mutations::new(&sequence, 1..3, predictions);
        assert_eq!(mutations.reference, [0.0, 0.0]);
        assert_eq!(mutations.change(1, A, 0), Some(1.0));
        assert_eq!(mutations.change(1, C, 1), Some(0.0), "the RNA has C there");
        assert_eq!(mutations.change(1, U, 1), Some(6.0));
        assert_eq!(mutations.change(2, U, 0), Some(7.0));
        assert_eq!(mutations.change(0, A, 0), None);
        assert_eq!(mutations.change(2, A, 2), None);
        assert_eq!(mutations.change(3, A, 0), None);
    }
}

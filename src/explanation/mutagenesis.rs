//! In-silico mutagenesis: the effect of every single-nucleotide substitution in a range on the
//! probabilities.

use std::ops::Range;

/// The nucleotides that are substituted, in this order.
pub const LETTERS: [u8; 4] = *b"ACGU";

/// The effect of every substitution in a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutations {
    /// The positions of the substitutions, from 0; the end is excluded.
    pub positions: Range<usize>,
    /// The probabilities of the unchanged RNA, `[C]`.
    pub reference: Vec<f32>,
    /// The change of each probability, `[positions · 4 · C]`, with letters in the order of
    /// [`LETTERS`]; 0 for the letter of the RNA.
    pub changes: Vec<f32>,
}

/// Generates the sequences to predict: the RNA itself, then all its variants, by position and then
/// by letter.
pub fn generate_variants(sequence: &[u8], positions: &Range<usize>) -> Vec<Vec<u8>> {
    let mut variants = vec![sequence.to_vec()];
    for (position, letter) in substitutions(sequence, positions) {
        let mut variant = sequence.to_vec();
        variant[position] = letter;
        variants.push(variant);
    }
    variants
}

impl Mutations {
    /// Computes the changes from `predictions`, the probabilities of the sequences of
    /// [`generate_variants`], in their order.
    pub fn new(sequence: &[u8], positions: Range<usize>, mut predictions: Vec<Vec<f32>>) -> Self {
        let rest = predictions.split_off(predictions.len().min(1));
        let reference = predictions.pop().unwrap_or_default();
        let width = reference.len();
        let mut changes = vec![0.0; positions.len() * LETTERS.len() * width];
        let substitutions = substitutions(sequence, &positions);
        for ((position, letter), prediction) in substitutions.zip(rest) {
            let letter_index = LETTERS.iter().position(|l| *l == letter).unwrap_or(0);
            let row = (position - positions.start) * LETTERS.len() + letter_index;
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
    /// replaced by the letter with this index in [`LETTERS`]; `None` outside the range.
    pub fn change(&self, position: usize, letter: usize, compartment: usize) -> Option<f32> {
        let offset = position.checked_sub(self.positions.start)?;
        let width = self.reference.len();
        let is_inside = letter < LETTERS.len() && compartment < width;
        let index = (offset * LETTERS.len() + letter) * width + compartment;
        is_inside
            .then(|| self.changes.get(index).copied())
            .flatten()
    }
}

/// All single-nucleotide substitutions at these positions: position and new letter.
fn substitutions<'a>(
    sequence: &'a [u8],
    positions: &Range<usize>,
) -> impl Iterator<Item = (usize, u8)> + use<'a> {
    let at_position = move |position: usize| {
        let others = LETTERS
            .into_iter()
            .filter(move |l| *l != sequence[position]);
        others.map(move |letter| (position, letter))
    };
    let end = positions.end.min(sequence.len());
    (positions.start.min(end)..end).flat_map(at_position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_stored_at_its_position_letter_and_compartment() {
        let sequence = b"ACN";
        let variants = generate_variants(sequence, &(1..3));
        let letters: Vec<&str> = variants
            .iter()
            .map(|v| std::str::from_utf8(v).unwrap_or_default())
            .collect();
        assert_eq!(
            letters,
            ["ACN", "AAN", "AGN", "AUN", "ACA", "ACC", "ACG", "ACU"]
        );
        // The probabilities of variant n are n, and twice n.
        let predictions = (0..8).map(|n| vec![n as f32, 2.0 * n as f32]).collect();
        let mutations = Mutations::new(sequence, 1..3, predictions);
        assert_eq!(mutations.reference, [0.0, 0.0]);
        assert_eq!(mutations.change(1, 0, 0), Some(1.0));
        assert_eq!(mutations.change(1, 1, 1), Some(0.0), "the RNA has C there");
        assert_eq!(mutations.change(1, 3, 1), Some(6.0));
        assert_eq!(mutations.change(2, 3, 0), Some(7.0));
        assert_eq!(mutations.change(0, 0, 0), None);
        assert_eq!(mutations.change(2, 4, 0), None);
        assert_eq!(mutations.change(3, 0, 0), None);
    }
}

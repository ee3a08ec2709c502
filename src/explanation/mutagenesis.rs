//! In-silico mutagenesis: every nucleotide of a range is replaced by every other one, and the
//! change of the probabilities is computed.

use std::ops::Range;

/// The letters that replace a nucleotide, in this order.
pub const LETTERS: [u8; 4] = *b"ACGU";

/// The effect of every substitution in a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutations {
    /// The positions that are changed, from 0, end excluded.
    pub positions: Range<usize>,
    /// The probabilities of the RNA as it is, `[C]`.
    pub reference: Vec<f32>,
    /// The change of each probability, `[positions · 4 · C]`, with letters in the order of
    /// [`LETTERS`]; 0 for the letter of the RNA.
    pub changes: Vec<f32>,
}

/// The RNA itself, then all its variants, by position and then by letter.
pub fn variants(sequence: &[u8], positions: &Range<usize>) -> Vec<Vec<u8>> {
    let mut all = vec![sequence.to_vec()];
    for (position, letter) in substitutions(sequence, positions) {
        let mut variant = sequence.to_vec();
        variant[position] = letter;
        all.push(variant);
    }
    all
}

impl Mutations {
    /// `inferences` has the probabilities of [`variants`], in their order.
    pub fn new(sequence: &[u8], positions: Range<usize>, mut inferences: Vec<Vec<f32>>) -> Self {
        let rest = inferences.split_off(inferences.len().min(1));
        let reference = inferences.pop().unwrap_or_default();
        let width = reference.len();
        let mut changes = vec![0.0; positions.len() * LETTERS.len() * width];
        let asked = substitutions(sequence, &positions);
        for ((position, letter), inference) in asked.zip(rest) {
            let at = LETTERS.iter().position(|l| *l == letter).unwrap_or(0);
            let from = ((position - positions.start) * LETTERS.len() + at) * width;
            let places = changes[from..].iter_mut();
            for ((change, new), old) in places.zip(inference).zip(&reference) {
                *change = new - old;
            }
        }
        Self {
            positions,
            reference,
            changes,
        }
    }

    /// The change of a compartment's probability if `position` (from 0) becomes this letter of
    /// [`LETTERS`]; `None` outside the range.
    pub fn change(&self, position: usize, letter: usize, compartment: usize) -> Option<f32> {
        let place = position.checked_sub(self.positions.start)?;
        let width = self.reference.len();
        let inside = letter < LETTERS.len() && compartment < width;
        let at = (place * LETTERS.len() + letter) * width + compartment;
        inside.then(|| self.changes.get(at).copied()).flatten()
    }
}

fn substitutions<'a>(
    sequence: &'a [u8],
    positions: &Range<usize>,
) -> impl Iterator<Item = (usize, u8)> + use<'a> {
    let of = move |position: usize| {
        let others = LETTERS
            .into_iter()
            .filter(move |l| *l != sequence[position]);
        others.map(move |letter| (position, letter))
    };
    let end = positions.end.min(sequence.len());
    (positions.start.min(end)..end).flat_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_stored_at_its_position_letter_and_compartment() {
        let sequence = b"ACN";
        let asked = variants(sequence, &(1..3));
        let words: Vec<&str> = asked
            .iter()
            .map(|v| std::str::from_utf8(v).unwrap_or_default())
            .collect();
        assert_eq!(
            words,
            ["ACN", "AAN", "AGN", "AUN", "ACA", "ACC", "ACG", "ACU"]
        );
        // The probabilities of variant n are n, and twice n.
        let inferences = (0..8).map(|n| vec![n as f32, 2.0 * n as f32]).collect();
        let mutations = Mutations::new(sequence, 1..3, inferences);
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

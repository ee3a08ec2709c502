//! The composition of an RNA: the frequencies of its short k-mers, and its length.

use super::kmer::kmer_codes;
use super::sequence::Sequence;

/// The number of values in a composition: the frequencies of 4 1-mers, 16 2-mers and 64 3-mers, and
/// the length.
pub const COMPOSITION_SIZE: usize = 4 + 16 + 64 + 1;

/// The composition of a sequence: the frequency of every 1-mer, 2-mer and 3-mer, in the order A, C,
/// G, U, then the natural logarithm of the length in nucleotides (0 if the sequence is empty). The
/// frequencies of each k sum to 1, or are all 0 if there are no k-mers. K-mers with N are not
/// counted.
pub fn composition(sequence: &Sequence) -> Vec<f32> {
    let frequencies = (1..=3).flat_map(|k| kmer_frequencies(sequence, k));
    let mut values: Vec<f32> = frequencies.map(|frequency| frequency as f32).collect();
    values.push((sequence.len().max(1) as f32).ln());
    values
}

/// The frequency of every k-mer in a sequence, in the order A, C, G, U; all 0 if there are no
/// k-mers. K-mers with N are not counted.
pub fn kmer_frequencies(sequence: &Sequence, k: usize) -> Vec<f64> {
    let mut counts = vec![0u32; 1 << (2 * k)];
    for code in kmer_codes(sequence.as_bytes(), k).flatten() {
        counts[code as usize] += 1;
    }
    let total = f64::from(counts.iter().sum::<u32>().max(1));
    let frequency = |count| f64::from(count) / total;
    counts.into_iter().map(frequency).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn frequencies_match_values_by_hand() {
        let values = composition(&rna("ACANU"));
        assert_eq!(values.len(), COMPOSITION_SIZE);
        // The 1-mers A, C, A, U; the 2-mers AC, CA; the 3-mer ACA.
        assert_eq!(values[..4], [0.5, 0.25, 0.0, 0.25]);
        assert_eq!((values[4 + 1], values[4 + 4]), (0.5, 0.5));
        assert_eq!(values[20 + 4], 1.0);
        assert_eq!(values[84], 5.0f32.ln());
        assert_eq!(values[..84].iter().sum::<f32>(), 3.0);
        assert_eq!(composition(&rna("")), [0.0; COMPOSITION_SIZE]);
    }
}

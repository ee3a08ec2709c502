//! K-mer frequencies and length: the features of the k-mer baselines.

use crate::rna::{Sequence, kmer_frequencies};

/// The features of a sequence: the frequencies of all k-mers of 1 to `longest` letters, in the
/// order of the vocabulary, then the natural logarithm of the length. The frequencies of each k sum
/// to 1, or are 0 if there are no k-mers; k-mers with N are not counted. There are 84 + 1 numbers
/// for `longest` = 3 and 340 + 1 for 4.
pub(super) fn profile(sequence: &Sequence, longest: usize) -> Vec<f64> {
    let mut features: Vec<f64> = (1..=longest)
        .flat_map(|k| kmer_frequencies(sequence, k))
        .collect();
    features.push((sequence.len().max(1) as f64).ln());
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn profile_matches_counts_by_hand() {
        let features = profile(&rna("ACGNAC"), 2);
        assert_eq!(features.len(), 4 + 16 + 1);
        assert_eq!(features[..4], [0.4, 0.4, 0.2, 0.0]);
        // AC occurs twice and CG once; GN and NA are not counted.
        assert_eq!(features[4 + 1], 2.0 / 3.0);
        assert_eq!(features[4 + 6], 1.0 / 3.0);
        assert_eq!(features[20], 6f64.ln());
        assert!(profile(&rna(""), 3).iter().all(|f| *f == 0.0));
    }
}

//! K-mer frequencies and length: all that the k-mer baselines know of an RNA.

use crate::rna::kmer_frequencies;

/// Frequencies of all k-mers of 1 to `longest` letters (each k's sum to 1 where there are any;
/// k-mers with N are left out), in the order of the vocabulary, then the natural logarithm of the
/// length: 84 + 1 numbers for 3, 340 + 1 for 4.
pub(super) fn profile(sequence: &[u8], longest: usize) -> Vec<f64> {
    let mut features: Vec<f64> = (1..=longest)
        .flat_map(|k| kmer_frequencies(sequence, k))
        .collect();
    features.push((sequence.len().max(1) as f64).ln());
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_known() {
        let features = profile(b"ACGNAC", 2);
        assert_eq!(features.len(), 4 + 16 + 1);
        assert_eq!(features[..4], [0.4, 0.4, 0.2, 0.0]);
        // AC twice, CG once; GN and NA are none.
        assert_eq!(features[4 + 1], 2.0 / 3.0);
        assert_eq!(features[4 + 6], 1.0 / 3.0);
        assert_eq!(features[20], 6f64.ln());
        assert!(profile(b"", 3).iter().all(|f| *f == 0.0));
    }
}

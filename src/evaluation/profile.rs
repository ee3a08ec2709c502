//! K-mer frequencies and length: all that the k-mer baselines know of an RNA.

/// Frequencies of all k-mers of 1 to `longest` letters (each k's sum to 1 where there are any;
/// k-mers with N are left out), in the order of the vocabulary, then the natural logarithm of the
/// length: 84 + 1 numbers for 3, 340 + 1 for 4.
pub(super) fn profile(sequence: &[u8], longest: usize) -> Vec<f64> {
    let mut features = Vec::new();
    for k in 1..=longest {
        let mut counts = vec![0.0; 1 << (2 * k)];
        let mut total = 0.0;
        for word in sequence.windows(k) {
            let letters = word.iter().map(|l| b"ACGU".iter().position(|a| a == l));
            let index = letters.fold(Some(0), |index, letter| Some(index? << 2 | letter?));
            if let Some(count) = index.and_then(|i: usize| counts.get_mut(i)) {
                *count += 1.0;
                total += 1.0;
            }
        }
        let share = |count: f64| if total > 0.0 { count / total } else { 0.0 };
        features.extend(counts.into_iter().map(share));
    }
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

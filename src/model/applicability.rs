//! Applicability domain: the lengths and compositions of the RNAs that a model was trained on.
//!
//! It tells whether an RNA resembles the training part. It is too small to reveal any sequence of
//! that part.

use serde::{Deserialize, Serialize};

use crate::parallel;
use crate::rna::{COMPOSITION_SIZE, Sequence, composition};

/// Number of k-mer frequencies in a composition, for k = 1, 2 and 3: all its numbers but the
/// length.
const FREQUENCIES: usize = COMPOSITION_SIZE - 1;
/// Share of the training part that lies within the limit.
const SHARE_WITHIN_LIMIT: f64 = 0.99;
/// Lowest frequency used in a variance, so that no variance is 0.
const MIN_FREQUENCY: f64 = 1e-3;

/// Range of lengths and distribution of k-mer frequencies in a training part.
///
/// The distance of an RNA is the mean, over the 84 frequencies of 1-, 2- and 3-mers, of the squared
/// difference from the training part's mean, divided by the expected variance. That variance has
/// two parts: the variance between RNAs, and the sampling variance of the few k-mers that the RNA
/// has. The second part keeps short RNAs, whose frequencies scatter, from being distant only
/// because they are short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicabilityDomain {
    /// Nucleotides of the shortest RNA.
    pub shortest: usize,
    /// Nucleotides of the longest RNA.
    pub longest: usize,
    /// Mean of every frequency.
    mean: Vec<f32>,
    /// Variance of every frequency between RNAs, without the sampling variance.
    variance: Vec<f32>,
    /// Distance that 99 % of the training part do not exceed.
    pub limit: f64,
}

impl ApplicabilityDomain {
    /// Fits the domain to `sequences`; `None` if there are none.
    pub fn fit<'a>(sequences: impl IntoIterator<Item = &'a Sequence>) -> Option<Self> {
        let sequences: Vec<&Sequence> = sequences.into_iter().collect();
        let lengths = || sequences.iter().map(|sequence| sequence.len());
        let (shortest, longest) = (lengths().min()?, lengths().max()?);
        let count = sequences.len() as f64;
        let rnas = parallel::map(&sequences, |sequence| RnaFrequencies::new(sequence));
        let sums = FrequencySums::new(&rnas);
        let mean = sums.frequencies.map(|sum| sum / count);
        let variance_between = |i: usize| {
            let total = sums.squares[i] / count - mean[i] * mean[i];
            let sampling = bernoulli_variance(mean[i])
                * sums.inverse_kmer_counts[k_of_frequency(i) - 1]
                / count;
            (total - sampling).max(0.0)
        };
        let mut domain = Self {
            shortest,
            longest,
            mean: mean.iter().map(|mean| *mean as f32).collect(),
            variance: (0..FREQUENCIES)
                .map(|i| variance_between(i) as f32)
                .collect(),
            limit: 0.0,
        };
        domain.limit = domain.distance_limit(&rnas, count);
        Some(domain)
    }

    /// The distance that 99 % of the RNAs do not exceed. Each RNA is measured from the mean of the
    /// others.
    fn distance_limit(&self, rnas: &[RnaFrequencies], count: f64) -> f64 {
        let from_others = (count / (count - 1.0).max(1.0)).powi(2);
        let distances = rnas.iter().map(|rna| self.distance_of(rna) * from_others);
        let mut distances: Vec<f64> = distances.collect();
        distances.sort_by(f64::total_cmp);
        let last = (SHARE_WITHIN_LIMIT * count).ceil() as usize;
        distances[last.clamp(1, distances.len()) - 1]
    }

    /// Distance between the composition of an RNA and the training part. It is about
    /// 1 for an RNA that resembles that part.
    pub fn distance(&self, sequence: &Sequence) -> f64 {
        self.distance_of(&RnaFrequencies::new(sequence))
    }

    fn distance_of(&self, rna: &RnaFrequencies) -> f64 {
        let statistics = self.mean.iter().zip(&self.variance);
        let scaled_square = |(i, (frequency, (mean, variance))): (usize, (f64, (&f32, &f32)))| {
            let mean = f64::from(*mean);
            let sampling =
                bernoulli_variance(mean) / kmer_count(rna.nucleotides, k_of_frequency(i));
            (frequency - mean).powi(2) / (f64::from(*variance) + sampling)
        };
        let frequencies = rna.frequencies().zip(statistics).enumerate();
        frequencies.map(scaled_square).sum::<f64>() / FREQUENCIES as f64
    }

    /// Whether the numbers, read from a file, can be used.
    pub(super) fn is_valid(&self) -> bool {
        let valid = |list: &Vec<f32>| {
            list.len() == FREQUENCIES && list.iter().all(|v| v.is_finite() && *v >= 0.0)
        };
        let lists_valid = valid(&self.mean) && valid(&self.variance);
        lists_valid && self.limit.is_finite() && self.shortest <= self.longest
    }
}

/// Sums over the RNAs of a training part.
struct FrequencySums {
    /// Sum of every frequency.
    frequencies: [f64; FREQUENCIES],
    /// Sum of the square of every frequency.
    squares: [f64; FREQUENCIES],
    /// Sum of 1 / number of k-mers, for k = 1, 2 and 3.
    inverse_kmer_counts: [f64; 3],
}

impl FrequencySums {
    fn new(rnas: &[RnaFrequencies]) -> Self {
        let mut sums = Self {
            frequencies: [0.0; FREQUENCIES],
            squares: [0.0; FREQUENCIES],
            inverse_kmer_counts: [0.0; 3],
        };
        for rna in rnas {
            for (i, frequency) in rna.frequencies().enumerate() {
                sums.frequencies[i] += frequency;
                sums.squares[i] += frequency * frequency;
            }
            for (k, inverse) in (1..).zip(&mut sums.inverse_kmer_counts) {
                *inverse += 1.0 / kmer_count(rna.nucleotides, k);
            }
        }
        sums
    }
}

/// The composition of one RNA.
struct RnaFrequencies {
    nucleotides: usize,
    composition: Vec<f32>,
}

impl RnaFrequencies {
    fn new(sequence: &Sequence) -> Self {
        Self {
            nucleotides: sequence.len(),
            composition: composition(sequence),
        }
    }

    /// Frequencies of the 1-, 2- and 3-mers.
    fn frequencies(&self) -> impl Iterator<Item = f64> {
        let frequencies = self.composition.iter().take(FREQUENCIES);
        frequencies.copied().map(f64::from)
    }
}

/// k of the frequency at index `i`: 4 of 1-mers, 16 of 2-mers, 64 of 3-mers.
fn k_of_frequency(i: usize) -> usize {
    match i {
        0..4 => 1,
        4..20 => 2,
        _ => 3,
    }
}

/// Number of k-mers in a sequence of so many nucleotides, at least 1.
fn kmer_count(nucleotides: usize, k: usize) -> f64 {
    (nucleotides + 1).saturating_sub(k).max(1) as f64
}

/// Variance of a draw that hits a k-mer of this frequency or not.
fn bernoulli_variance(frequency: f64) -> f64 {
    let frequency = frequency.clamp(MIN_FREQUENCY, 1.0 - MIN_FREQUENCY);
    frequency * (1.0 - frequency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random_sequence(rng: &mut ChaCha8Rng, letters: &[u8], nucleotides: usize) -> Sequence {
        let letter = |_| char::from(letters[rng.random_range(0..letters.len())]);
        rna(&(0..nucleotides).map(letter).collect::<String>())
    }

    /// A domain fitted to 200 RNAs rich in A and U, of 40 to 400 nt, and these RNAs.
    fn fitted_domain(rng: &mut ChaCha8Rng) -> (ApplicabilityDomain, Vec<Sequence>) {
        let rnas: Vec<Sequence> = (0..200)
            .map(|_| {
                let nucleotides = rng.random_range(40..400);
                random_sequence(rng, b"AAAUUUGC", nucleotides)
            })
            .collect();
        let domain = ApplicabilityDomain::fit(&rnas).unwrap();
        (domain, rnas)
    }

    #[test]
    fn similar_rnas_of_any_length_are_within_the_limit_and_others_are_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (domain, rnas) = fitted_domain(&mut rng);
        let is_outside = |rna: &Sequence| domain.distance(rna) > domain.limit;
        let outside = rnas.iter().filter(|rna| is_outside(rna)).count();
        assert!(outside <= 2, "1 in 100, found {outside} of 200");
        for nucleotides in [30, 200, 2000] {
            let similar = random_sequence(&mut rng, b"AAAUUUGC", nucleotides);
            let distance = domain.distance(&similar);
            assert!(!is_outside(&similar), "{nucleotides} nt: {distance}");
        }
        for nucleotides in [200, 2000] {
            let uniform = random_sequence(&mut rng, b"ACGU", nucleotides);
            let distance = domain.distance(&uniform);
            assert!(is_outside(&uniform), "{nucleotides} nt: {distance}");
        }
        assert!(is_outside(&rna(&"A".repeat(60))));
    }

    #[test]
    fn serialized_size_is_bounded() {
        let (domain, _) = fitted_domain(&mut ChaCha8Rng::seed_from_u64(4));
        assert!(domain.is_valid());
        assert!(serde_json::to_string(&domain).unwrap().len() < 4096);
    }

    #[test]
    fn domain_of_one_rna_is_valid_and_of_none_is_missing() {
        assert_eq!(
            ApplicabilityDomain::fit(std::iter::empty::<&Sequence>()),
            None
        );
        let domain = ApplicabilityDomain::fit([&rna("ACGU")]).unwrap();
        assert!(domain.is_valid());
    }
}

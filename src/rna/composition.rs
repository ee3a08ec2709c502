//! The composition of an RNA: the frequencies of its short k-mers, and its length.

use super::alphabet::nucleotide_code;

/// Length of a composition: the frequencies of 4 + 16 + 64 1-, 2- and 3-mers, and the length.
pub const COMPOSITION_SIZE: usize = 4 + 16 + 64 + 1;

/// The composition of a sequence of `A C G U N`: the frequency of every 1-mer, 2-mer and 3-mer, in the
/// order A, C, G, U, then the natural logarithm of the length in nucleotides (0 if it is empty). The
/// frequencies of each k sum to 1, or are 0 if there are no k-mers. K-mers with N are not counted.
pub fn composition(sequence: &[u8]) -> Vec<f32> {
    let shares = (1..=3).flat_map(|k| kmer_frequencies(sequence, k));
    let mut numbers: Vec<f32> = shares.map(|share| share as f32).collect();
    numbers.push((sequence.len().max(1) as f32).ln());
    numbers
}

/// The frequency of every k-mer in a sequence, in the order A, C, G, U; all 0 if there are no k-mers.
/// K-mers with N are not counted.
pub fn kmer_frequencies(sequence: &[u8], k: usize) -> Vec<f64> {
    let mut counts = vec![0u32; 1 << (2 * k)];
    let index = |kmer: &[u8]| {
        kmer.iter().try_fold(0, |index, &letter| {
            Some(4 * index + nucleotide_code(letter)? as usize)
        })
    };
    for found in sequence.windows(k).filter_map(index) {
        counts[found] += 1;
    }
    let all = f64::from(counts.iter().sum::<u32>().max(1));
    let share = |count| f64::from(count) / all;
    counts.into_iter().map(share).collect()
}

/// The mean and standard deviation of every number of many compositions.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardizer {
    /// The means, [`COMPOSITION_SIZE`] of them.
    pub mean: Vec<f32>,
    /// The standard deviations; 1 for a number that is constant, so that it can be a divisor.
    pub deviation: Vec<f32>,
}

impl Standardizer {
    /// Fits to the given sequences; without any, means are 0 and deviations 1.
    pub fn fit<'a>(sequences: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let (mut count, mut sums, mut squares) = (
            0.0f64,
            [0.0f64; COMPOSITION_SIZE],
            [0.0f64; COMPOSITION_SIZE],
        );
        for sequence in sequences {
            count += 1.0;
            for (i, number) in composition(sequence).into_iter().enumerate() {
                sums[i] += f64::from(number);
                squares[i] += f64::from(number) * f64::from(number);
            }
        }
        let count = count.max(1.0);
        let mean = sums.map(|sum| sum / count);
        let deviation = (0..COMPOSITION_SIZE).map(|i| {
            let variance = squares[i] / count - mean[i] * mean[i];
            // A smaller variance is rounding.
            if variance > 1e-10 {
                variance.sqrt() as f32
            } else {
                1.0
            }
        });
        Self {
            mean: mean.iter().map(|mean| *mean as f32).collect(),
            deviation: deviation.collect(),
        }
    }

    /// The differences of a composition from the means, in standard deviations.
    pub fn apply<'a>(&'a self, composition: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
        let standard = self.mean.iter().zip(&self.deviation);
        let one = |(number, (mean, deviation)): (&f32, (&f32, &f32))| (number - mean) / deviation;
        composition.iter().zip(standard).map(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_match_values_by_hand() {
        let numbers = composition(b"ACANU");
        assert_eq!(numbers.len(), COMPOSITION_SIZE);
        // A A C U; AC CA; ACA.
        assert_eq!(numbers[..4], [0.5, 0.25, 0.0, 0.25]);
        assert_eq!((numbers[4 + 1], numbers[4 + 4]), (0.5, 0.5));
        assert_eq!(numbers[20 + 4], 1.0);
        assert_eq!(numbers[84], 5.0f32.ln());
        assert_eq!(numbers[..84].iter().sum::<f32>(), 3.0);
        assert_eq!(composition(b""), [0.0; COMPOSITION_SIZE]);
    }

    #[test]
    fn a_constant_number_has_deviation_one() {
        let standard = Standardizer::fit([b"AAAA".as_slice(), b"CCCC"]);
        assert_eq!(standard.mean[..4], [0.5, 0.5, 0.0, 0.0]);
        assert_eq!(standard.deviation[..4], [0.5, 0.5, 1.0, 1.0]);
        assert_eq!(standard.deviation[84], 1.0, "both are as long");
    }
}

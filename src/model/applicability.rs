//! What a model learnt from, in outline: enough to say that an RNA is unlike it, too little to tell
//! any sequence of it.

use serde::{Deserialize, Serialize};

use crate::rna::{COMPOSITION, composition};

/// Shares of 1-, 2- and 3-mers in a composition.
const SHARES: usize = COMPOSITION - 1;
/// Share of the training part whose own distance is within the limit.
const WITHIN: f64 = 0.99;
/// What a k-mer never seen counts as: nothing is divided by 0.
const RARE: f64 = 1e-3;

/// Lengths and compositions of the training part.
///
/// An RNA's distance is the mean, over the 84 shares of 1-, 2- and 3-mers, of the squared
/// difference from the training part's mean in units of the variance to be expected: that between
/// RNAs, and that of drawing as few k-mers as the RNA has. So short RNAs, whose shares scatter, are
/// not far for being short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Nucleotides of the shortest RNA.
    pub shortest: usize,
    /// Nucleotides of the longest RNA.
    pub longest: usize,
    /// Mean of every share.
    mean: Vec<f32>,
    /// Variance of every share between RNAs, drawing left out.
    variance: Vec<f32>,
    /// Distance that 99 % of the training part do not exceed.
    pub limit: f64,
}

impl Range {
    /// Of these sequences; none of no sequences.
    pub fn fit<'a>(sequences: impl IntoIterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let rnas = || sequences.clone().into_iter();
        let lengths = || rnas().map(<[u8]>::len);
        let (shortest, longest) = (lengths().min()?, lengths().max()?);
        let count = rnas().count() as f64;
        let (mut sums, mut squares) = ([0.0f64; SHARES], [0.0f64; SHARES]);
        // Of one over the number of k-mers, for each k.
        let mut drawn = [0.0f64; 3];
        for sequence in rnas() {
            for (i, share) in shares(sequence).enumerate() {
                sums[i] += share;
                squares[i] += share * share;
            }
            for (k, drawn) in (1..).zip(&mut drawn) {
                *drawn += 1.0 / kmers(sequence.len(), k);
            }
        }
        let mean = sums.map(|sum| sum / count);
        let between = |i: usize| {
            let all = squares[i] / count - mean[i] * mean[i];
            (all - chance(mean[i]) * drawn[k_of(i) - 1] / count).max(0.0)
        };
        let mut range = Self {
            shortest,
            longest,
            mean: mean.iter().map(|mean| *mean as f32).collect(),
            variance: (0..SHARES).map(|i| between(i) as f32).collect(),
            limit: 0.0,
        };
        range.limit = range.usual(rnas(), count);
        Some(range)
    }

    /// The distance that the given share of the RNAs do not exceed, each measured from the mean of
    /// the others.
    fn usual<'a>(&self, rnas: impl Iterator<Item = &'a [u8]>, count: f64) -> f64 {
        let from_others = (count / (count - 1.0).max(1.0)).powi(2);
        let mut distances: Vec<f64> = rnas.map(|rna| self.distance(rna) * from_others).collect();
        distances.sort_by(f64::total_cmp);
        let last = (WITHIN * count).ceil() as usize;
        distances[last.clamp(1, distances.len()) - 1]
    }

    /// How unlike the training part an RNA of `A C G U N` is made; some 1 where it is like it.
    pub fn distance(&self, sequence: &[u8]) -> f64 {
        let known = self.mean.iter().zip(&self.variance);
        let one = |(i, (share, (mean, variance))): (usize, (f64, (&f32, &f32)))| {
            let mean = f64::from(*mean);
            let drawn = chance(mean) / kmers(sequence.len(), k_of(i));
            (share - mean).powi(2) / (f64::from(*variance) + drawn)
        };
        let parts = shares(sequence).zip(known).enumerate().map(one);
        parts.sum::<f64>() / SHARES as f64
    }

    /// Whether the numbers can be used.
    pub(super) fn is_sound(&self) -> bool {
        let whole = [&self.mean, &self.variance]
            .iter()
            .all(|list| list.len() == SHARES && list.iter().all(|v| v.is_finite() && *v >= 0.0));
        whole && self.limit.is_finite() && self.shortest <= self.longest
    }
}

fn shares(sequence: &[u8]) -> impl Iterator<Item = f64> {
    composition(sequence)
        .into_iter()
        .take(SHARES)
        .map(f64::from)
}

/// k of the share at place i.
fn k_of(i: usize) -> usize {
    match i {
        0..4 => 1,
        4..20 => 2,
        _ => 3,
    }
}

/// k-mers of a sequence, at least one.
fn kmers(nucleotides: usize, k: usize) -> f64 {
    (nucleotides + 1).saturating_sub(k).max(1) as f64
}

/// Variance of drawing one k-mer of that share.
fn chance(share: f64) -> f64 {
    let share = share.clamp(RARE, 1.0 - RARE);
    share * (1.0 - share)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn drawn(rng: &mut ChaCha8Rng, letters: &[u8], nucleotides: usize) -> Vec<u8> {
        (0..nucleotides)
            .map(|_| letters[rng.random_range(0..letters.len())])
            .collect()
    }

    /// RNAs rich in A and U, of 40 to 400 nt.
    fn trained(rng: &mut ChaCha8Rng) -> (Range, Vec<Vec<u8>>) {
        let rnas: Vec<Vec<u8>> = (0..200)
            .map(|_| {
                let nucleotides = rng.random_range(40..400);
                drawn(rng, b"AAAUUUGC", nucleotides)
            })
            .collect();
        let range = Range::fit(rnas.iter().map(Vec::as_slice)).unwrap();
        (range, rnas)
    }

    #[test]
    fn the_training_part_is_within_whatever_its_length_and_others_are_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (range, rnas) = trained(&mut rng);
        let far = |rna: &[u8]| range.distance(rna) > range.limit;
        assert!(rnas.iter().filter(|rna| far(rna)).count() <= 2, "1 in 100");
        for nucleotides in [30, 200, 2000] {
            let alike = drawn(&mut rng, b"AAAUUUGC", nucleotides);
            assert!(!far(&alike), "{nucleotides}: {}", range.distance(&alike));
        }
        for nucleotides in [200, 2000] {
            let even = drawn(&mut rng, b"ACGU", nucleotides);
            assert!(far(&even), "{nucleotides}: {}", range.distance(&even));
        }
        assert!(far(&[b'A'; 60]));
    }

    #[test]
    fn it_is_small_whatever_it_was_fitted_on() {
        let (range, _) = trained(&mut ChaCha8Rng::seed_from_u64(4));
        assert!(range.is_sound());
        assert!(serde_json::to_string(&range).unwrap().len() < 4096);
        assert_eq!(Range::fit(std::iter::empty::<&[u8]>()), None);
        assert!(Range::fit([b"ACGU".as_slice()]).unwrap().is_sound());
    }
}

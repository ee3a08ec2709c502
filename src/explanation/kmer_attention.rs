//! Attention per k-mer (Fig. 12): which k-mers draw more or less than average attention.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Length of the longest k-mers that can be counted.
pub const LONGEST: usize = 8;

/// The k-mers of some RNAs, with the attention on each of their occurrences.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KmerAttention {
    k: usize,
    tallies: BTreeMap<String, AttentionSum>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct AttentionSum {
    count: u32,
    sum: f64,
}

/// A k-mer and the attention it draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KmerStatistic {
    /// The letters of the k-mer.
    pub word: String,
    /// How often it occurs in the RNAs.
    pub count: u32,
    /// Mean attention on it, as a multiple of uniform attention.
    pub attention: f64,
}

impl KmerAttention {
    /// Counts k-mers of `k` letters, 1 to [`LONGEST`].
    pub fn new(k: usize) -> Self {
        Self {
            k: k.clamp(1, LONGEST),
            tallies: BTreeMap::new(),
        }
    }

    /// Adds one RNA with its attention per nucleotide. Only what was read counts, and k-mers with N
    /// are left out.
    pub fn add(&mut self, sequence: &[u8], weights: &[f32], read: &Range<usize>) {
        let end = read.end.min(sequence.len()).min(weights.len());
        let start = read.start.min(end);
        let places = sequence[start..end]
            .windows(self.k)
            .zip(weights[start..end].windows(self.k));
        for (letters, weights) in places {
            let Ok(word) = std::str::from_utf8(letters) else {
                continue;
            };
            if word.contains('N') {
                continue;
            }
            let tally = self.tallies.entry(word.to_owned()).or_default();
            tally.count += 1;
            tally.sum += times_even(weights, end - start);
        }
    }

    /// The k-mers that occur at least `least` times, most attended first.
    pub fn ranked(&self, least: u32) -> Vec<KmerStatistic> {
        let often = self.tallies.iter().filter(|(_, t)| t.count >= least.max(1));
        let mut words: Vec<KmerStatistic> = often
            .map(|(word, tally)| KmerStatistic {
                word: word.clone(),
                count: tally.count,
                attention: tally.sum / f64::from(tally.count),
            })
            .collect();
        words.sort_by(|a, b| b.attention.total_cmp(&a.attention));
        words
    }
}

/// The attention on some nucleotides as a multiple of uniform attention over `read` nucleotides.
pub(super) fn times_even(weights: &[f32], read: usize) -> f64 {
    let sum: f64 = weights.iter().map(|w| f64::from(*w)).sum();
    sum * read as f64 / weights.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_attention_is_one_for_every_kmer() {
        let mut patterns = KmerAttention::new(2);
        patterns.add(b"ACGUNAC", &[1.0 / 7.0; 7], &(0..7));
        let words = patterns.ranked(1);
        let counted: Vec<(&str, u32)> = words.iter().map(|w| (w.word.as_str(), w.count)).collect();
        assert_eq!(words.len(), 3);
        assert!(counted.contains(&("AC", 2)) && counted.contains(&("GU", 1)));
        assert!(words.iter().all(|w| (w.attention - 1.0).abs() < 1e-6));
        assert_eq!(patterns.ranked(2).len(), 1);
    }

    #[test]
    fn attended_kmers_come_first() {
        let mut patterns = KmerAttention::new(1);
        patterns.add(b"UUACGG", &[0.0, 0.0, 0.1, 0.7, 0.1, 0.1], &(2..6));
        let words = patterns.ranked(1);
        let order: Vec<&str> = words.iter().map(|w| w.word.as_str()).collect();
        assert_eq!(order[0], "C");
        assert!(!order.contains(&"U"));
        assert!((words[0].attention - 2.8).abs() < 1e-6);
    }
}

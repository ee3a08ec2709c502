//! Attention per k-mer (Fig. 12): which k-mers receive more or less attention than average.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rna::{ReadRanges, Sequence};

/// The largest k of k-mers that can be counted.
pub const MAX_K: usize = 8;

/// The attention on the occurrences of each k-mer, summed over some RNAs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KmerAttention {
    k: usize,
    #[serde(rename = "tallies")]
    sums: BTreeMap<String, AttentionSum>,
}

/// The number of occurrences of a k-mer, and the sum of the attention on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct AttentionSum {
    count: u32,
    sum: f64,
}

/// A k-mer with the mean attention on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KmerStatistic {
    /// The letters of the k-mer.
    #[serde(rename = "word")]
    pub kmer: String,
    /// How often it occurs in the RNAs.
    pub count: u32,
    /// Mean attention on it, as a multiple of uniform attention.
    pub attention: f64,
}

impl KmerAttention {
    /// An empty sum for k-mers of `k` letters, 1 to [`MAX_K`].
    pub fn new(k: usize) -> Self {
        Self {
            k: k.clamp(1, MAX_K),
            sums: BTreeMap::new(),
        }
    }

    /// Adds one RNA with its attention per nucleotide. Only k-mers that were read are counted, and
    /// k-mers with N are left out.
    pub fn add(&mut self, sequence: &Sequence, weights: &[f32], read: &ReadRanges) {
        let nucleotides = read.nucleotides();
        let occurrences = read.iter().flat_map(|part| {
            let letters = sequence.as_bytes().get(part.clone()).unwrap_or_default();
            let weights = weights.get(part).unwrap_or_default();
            letters.windows(self.k).zip(weights.windows(self.k))
        });
        for (letters, weights) in occurrences {
            if letters.contains(&b'N') {
                continue;
            }
            let kmer: String = letters.iter().copied().map(char::from).collect();
            let entry = self.sums.entry(kmer).or_default();
            entry.count += 1;
            entry.sum += fold_over_uniform(weights, nucleotides);
        }
    }

    /// Ranks the k-mers that occur at least `min_count` times: the one with the highest mean
    /// attention is first.
    pub fn rank(&self, min_count: u32) -> Vec<KmerStatistic> {
        let frequent = self
            .sums
            .iter()
            .filter(|(_, sum)| sum.count >= min_count.max(1));
        let mut ranked: Vec<KmerStatistic> = frequent
            .map(|(kmer, total)| KmerStatistic {
                kmer: kmer.clone(),
                count: total.count,
                attention: total.sum / f64::from(total.count),
            })
            .collect();
        ranked.sort_by(|a, b| b.attention.total_cmp(&a.attention));
        ranked
    }
}

/// The mean attention on some nucleotides, as a multiple of uniform attention over the
/// `read_length` nucleotides that were read.
pub(super) fn fold_over_uniform(weights: &[f32], read_length: usize) -> f64 {
    let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    sum * read_length as f64 / weights.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn uniform_attention_is_one_for_every_kmer() {
        let mut attention = KmerAttention::new(2);
        attention.add(&rna("ACGUNAC"), &[1.0 / 7.0; 7], &ReadRanges::one(0..7));
        let ranked = attention.rank(1);
        let counted: Vec<(&str, u32)> = ranked.iter().map(|s| (s.kmer.as_str(), s.count)).collect();
        assert_eq!(ranked.len(), 3);
        assert!(counted.contains(&("AC", 2)) && counted.contains(&("GU", 1)));
        assert!(ranked.iter().all(|s| (s.attention - 1.0).abs() < 1e-6));
        assert_eq!(attention.rank(2).len(), 1);
    }

    #[test]
    fn kmers_with_more_attention_come_first() {
        let mut attention = KmerAttention::new(1);
        attention.add(
            &rna("UUACGG"),
            &[0.0, 0.0, 0.1, 0.7, 0.1, 0.1],
            &ReadRanges::one(2..6),
        );
        let ranked = attention.rank(1);
        let kmers: Vec<&str> = ranked.iter().map(|s| s.kmer.as_str()).collect();
        assert_eq!(kmers[0], "C");
        assert!(!kmers.contains(&"U"));
        assert!((ranked[0].attention - 2.8).abs() < 1e-6);
    }
}

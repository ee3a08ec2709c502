//! Groups of near-identical sequences, which must not be divided by a split.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::rna::Sequence;
use crate::rna::kmer::kmer_codes;

/// Two sequences are near-identical if they share at least this part of the shorter one's words.
pub const NEAR_IDENTICAL: f64 = 0.5;
/// Length of the shortest words that are compared.
const SHORTEST_WORD: usize = 8;
/// There are at least this many possible words for each nucleotide of the longest sequence, so a
/// long sequence does not contain the words of a short one by chance.
const WORDS_PER_NUCLEOTIDE: usize = 20;

/// The group of every sequence, numbered from 0 in order of first appearance.
///
/// Two sequences are in one group if at least [`NEAR_IDENTICAL`] of the shorter one's words are
/// also in the other, or if a chain of such pairs connects them (single linkage): a mature miRNA
/// and its precursor, isoforms, close relatives. Words have 8 letters, or more for long sequences.
pub fn near_identical_groups(sequences: &[&Sequence]) -> Vec<usize> {
    let longest = sequences.iter().map(|s| s.len()).max().unwrap_or(0);
    let k = word_length(longest);
    let words: Vec<Vec<u32>> = sequences.iter().map(|s| words(s, k)).collect();
    let mut holders: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut identical: HashMap<&Sequence, usize> = HashMap::new();
    let mut forest = Forest((0..sequences.len()).collect());
    let mut shared = vec![0u32; sequences.len()];
    for (i, own) in words.iter().enumerate() {
        // A sequence shorter than a word is only near-identical to an equal one.
        let first = *identical.entry(sequences[i]).or_insert(i);
        forest.join(first, i);
        let mut touched = Vec::new();
        for word in own {
            let before = holders.entry(*word).or_default();
            for &j in before.iter() {
                if shared[j as usize] == 0 {
                    touched.push(j as usize);
                }
                shared[j as usize] += 1;
            }
            before.push(i as u32);
        }
        for j in touched {
            let smaller = own.len().min(words[j].len());
            if f64::from(shared[j]) >= NEAR_IDENTICAL * smaller as f64 {
                forest.join(j, i);
            }
            shared[j] = 0;
        }
    }
    forest.numbered()
}

/// How many groups of near-identical RNAs there are, and how large the largest is. In files, it is a
/// list of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct GroupSummary {
    /// The number of groups.
    pub count: usize,
    /// The number of RNAs in the largest group.
    pub largest: usize,
}

impl GroupSummary {
    /// Counts `groups`, which has the number of every RNA's group, from 0.
    pub fn new(groups: &[usize]) -> Self {
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut sizes = vec![0; count];
        for &group in groups {
            sizes[group] += 1;
        }
        let largest = sizes.into_iter().max().unwrap_or(0);
        Self { count, largest }
    }
}

impl From<(usize, usize)> for GroupSummary {
    fn from((count, largest): (usize, usize)) -> Self {
        Self { count, largest }
    }
}

impl From<GroupSummary> for (usize, usize) {
    fn from(groups: GroupSummary) -> Self {
        (groups.count, groups.largest)
    }
}

/// The smallest number of letters, at least 8, that gives enough different words.
fn word_length(longest: usize) -> usize {
    let enough = |k: &usize| 1usize << (2 * k) >= WORDS_PER_NUCLEOTIDE.saturating_mul(longest);
    (SHORTEST_WORD..15).find(enough).unwrap_or(15)
}

/// The different words of a sequence, without those that contain N.
fn words(sequence: &Sequence, k: usize) -> Vec<u32> {
    let mut found: Vec<u32> = kmer_codes(sequence.as_bytes(), k).flatten().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A forest of connected sequences: each names its parent, and a root names itself.
struct Forest(Vec<usize>);

impl Forest {
    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn numbered(mut self) -> Vec<usize> {
        let mut numbers = HashMap::new();
        (0..self.0.len())
            .map(|i| {
                let next = numbers.len();
                *numbers.entry(self.root(i)).or_insert(next)
            })
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn precursor_mature_and_relatives_are_one_group() {
        let precursor =
            &rna("UGGGAUGAGGUAGUAGGUUGUAUAGUUUUAGGGUCACACCCACCACUGGGAGAUAACUAUACAAUCUACUG");
        let mature = &rna("UGAGGUAGUAGGUUGUAUAGUU");
        let relative = &rna("UGAGGUAGUAGGUUGUGUGGUU");
        let other = &rna("UAGCUUAUCAGACUGAUGUUGA");
        let unknown = &rna("NNNNNNNNNNNN");
        let groups =
            near_identical_groups(&[other, precursor, relative, mature, unknown, unknown, other]);
        assert_eq!(groups, [0, 1, 1, 1, 2, 2, 0]);
        let summary = GroupSummary::new(&groups);
        assert_eq!((summary.count, summary.largest), (3, 3));
        assert_eq!(serde_json::to_string(&summary).unwrap(), "[3,3]");
        assert_eq!(near_identical_groups(&[]), Vec::<usize>::new());
    }

    #[test]
    fn a_chain_connects_its_ends() {
        // Each shares at least half of its 8-mers with the next one; the ends share none.
        let text = "ACGGUUACGAUCCGAUUAGGCAUCGGAUACCGUUAAGCGUACGGUCAUUGCGAUACGAUCCGGUAUUC";
        let windows = [0, 10, 20, 30].map(|start| rna(&text[start..start + 30]));
        let [first, second, third, fourth] = &windows;
        let groups = near_identical_groups(&[first, second, third, fourth]);
        assert_eq!(groups, [0, 0, 0, 0]);
        assert_eq!(near_identical_groups(&[first, fourth]), [0, 1]);
    }

    #[test]
    fn long_sequences_are_compared_by_longer_words() {
        assert_eq!(word_length(22), 8);
        assert_eq!(word_length(353), 8);
        assert_eq!(word_length(91_671), 11);
        assert_eq!(word_length(usize::MAX), 15);
    }
}

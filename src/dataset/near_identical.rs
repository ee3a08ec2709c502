//! Groups of near-identical sequences, which must not be divided by a split.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::parallel;
use crate::rna::Sequence;
use crate::rna::kmer::kmer_codes;

/// Two sequences are near-identical if they share at least this part of the shorter one's words.
pub const NEAR_IDENTICAL: f64 = 0.5;
/// Length of the shortest words that are compared.
const SHORTEST_WORD: usize = 8;
/// There are at least this many possible words for each nucleotide of the longest sequence, so a
/// long sequence does not contain the words of a short one by chance.
const WORDS_PER_NUCLEOTIDE: usize = 20;

/// Sequences that one task compares with all before them.
const SEQUENCES_PER_TASK: usize = 64;

/// The group of every sequence, numbered from 0 in order of first appearance.
///
/// Two sequences are in one group if at least [`NEAR_IDENTICAL`] of the shorter one's words are
/// also in the other, or if a chain of such pairs connects them (single linkage): a mature miRNA
/// and its precursor, isoforms, close relatives. Words have 8 letters, or more for long sequences.
pub fn near_identical_groups(sequences: &[&Sequence]) -> Vec<usize> {
    let longest = sequences.iter().map(|s| s.len()).max().unwrap_or(0);
    let k = word_length(longest);
    let index = WordIndex::new(parallel::map(sequences, |s| words(s, k)));
    let numbers: Vec<usize> = (0..sequences.len()).collect();
    let tasks: Vec<&[usize]> = numbers.chunks(SEQUENCES_PER_TASK).collect();
    let pairs = parallel::map(&tasks, |task| index.near_identical_pairs(task));
    let mut forest = Forest((0..sequences.len()).collect());
    for Pair { first, second } in pairs.into_iter().flatten() {
        forest.join(first, second);
    }
    // A sequence shorter than a word is only near-identical to an equal one.
    let mut identical: HashMap<&Sequence, usize> = HashMap::new();
    for (i, sequence) in sequences.iter().enumerate() {
        forest.join(*identical.entry(sequence).or_insert(i), i);
    }
    forest.numbered()
}

/// Two near-identical sequences, by their numbers.
struct Pair {
    first: usize,
    second: usize,
}

/// Which sequences have each word.
struct WordIndex {
    /// The words of every sequence.
    words: Vec<Vec<u32>>,
    /// Every word of every sequence with the number of the sequence, in order of the words.
    holders: Vec<Holder>,
    /// The number of each sequence's words before its first one, in the order of the sequences.
    starts: Vec<usize>,
    /// For every word of every sequence, in the order of the sequences: the place of its first
    /// holder.
    first_holders: Vec<u32>,
}

/// A word and a sequence that has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    word: u32,
    sequence: u32,
}

impl WordIndex {
    fn new(words: Vec<Vec<u32>>) -> Self {
        let of_sequence = |(n, own): (usize, &Vec<u32>)| {
            let sequence = n as u32;
            own.iter()
                .map(move |&word| Holder { word, sequence })
                .collect::<Vec<_>>()
        };
        let mut holders: Vec<Holder> = words.iter().enumerate().flat_map(of_sequence).collect();
        holders.sort_unstable();
        let starts = words.iter().scan(0, |next, own| {
            let start = *next;
            *next += own.len();
            Some(start)
        });
        let starts: Vec<usize> = starts.collect();
        // The words of a sequence are sorted, too, so the next one that is met here is its next one.
        let mut next = starts.clone();
        let mut first_holders = vec![0; holders.len()];
        let mut first = 0;
        for same in holders.chunk_by(|a, b| a.word == b.word) {
            for holder in same {
                let place = &mut next[holder.sequence as usize];
                first_holders[*place] = first;
                *place += 1;
            }
            first += same.len() as u32;
        }
        Self {
            words,
            holders,
            starts,
            first_holders,
        }
    }

    /// The pairs of each of some sequences with a near-identical one before it.
    fn near_identical_pairs(&self, sequences: &[usize]) -> Vec<Pair> {
        let mut shared = vec![0u32; self.words.len()];
        let mut pairs = Vec::new();
        for &second in sequences {
            for first in self.count_shared(second, &mut shared) {
                let smaller = self.words[first].len().min(self.words[second].len());
                if f64::from(shared[first]) >= NEAR_IDENTICAL * smaller as f64 {
                    pairs.push(Pair { first, second });
                }
                shared[first] = 0;
            }
        }
        pairs
    }

    /// Counts how many words a sequence shares with each one before it, in `shared`, which has only
    /// zeros. Returns the sequences with which it shares any.
    fn count_shared(&self, sequence: usize, shared: &mut [u32]) -> Vec<usize> {
        let own = self.words[sequence].iter();
        let first_holders = &self.first_holders[self.starts[sequence]..];
        let mut touched = Vec::new();
        for (&word, &first) in own.zip(first_holders) {
            let holders = self.holders[first as usize..].iter();
            let before =
                |holder: &&Holder| holder.word == word && (holder.sequence as usize) < sequence;
            for holder in holders.take_while(before) {
                let other = holder.sequence as usize;
                if shared[other] == 0 {
                    touched.push(other);
                }
                shared[other] += 1;
            }
        }
        touched
    }
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

/// The different words of a sequence in their order, without those that contain N.
pub(super) fn words(sequence: &Sequence, k: usize) -> Vec<u32> {
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

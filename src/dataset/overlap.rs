//! RNAs of one set that overlap with RNAs of another, from which it must be kept apart.

use std::collections::HashSet;

use super::near_identical::words;
use crate::rna::Sequence;

/// RNAs are compared by words of so many letters. There are four thousand million such words, so long
/// RNAs hardly share any by chance.
pub const OVERLAP_WORD: usize = 16;
/// The number of different starts of words, of eight letters.
const STARTS: usize = 1 << 16;
/// An RNA overlaps with another if it shares more than this part of its words with it.
pub const OVERLAP: f64 = 0.05;

/// The RNAs among `own`, as indices, that overlap with one of `others`: more than 5 % of the different
/// 16-mers of the RNA are also in that one. An RNA that is shorter than a word overlaps only with an
/// equal one.
pub fn overlapping(own: &[&Sequence], others: &[&Sequence]) -> Vec<usize> {
    let index = OverlapIndex::new(others);
    let overlaps = |i: &usize| index.highest_share(own[*i]) > OVERLAP;
    (0..own.len()).filter(overlaps).collect()
}

/// The words of some RNAs.
struct OverlapIndex<'a> {
    /// Words, each with the number of an RNA that has it, sorted.
    words: Vec<(u32, u32)>,
    /// Where the words with each start begin, and the end of the last ones. A search in all words
    /// would read memory at 20 places for every word.
    starts: Vec<usize>,
    rnas: usize,
    sequences: HashSet<&'a Sequence>,
}

impl<'a> OverlapIndex<'a> {
    fn new(sequences: &[&'a Sequence]) -> Self {
        let numbered = (0u32..).zip(sequences);
        let of_rna = |(rna, sequence): (u32, &&'a Sequence)| {
            words(sequence, OVERLAP_WORD)
                .into_iter()
                .map(move |word| (word, rna))
        };
        let mut words: Vec<(u32, u32)> = numbered.flat_map(of_rna).collect();
        words.sort_unstable();
        let mut starts = vec![0; STARTS + 1];
        for (word, _) in &words {
            starts[start_of(*word) + 1] += 1;
        }
        for start in 0..STARTS {
            starts[start + 1] += starts[start];
        }
        Self {
            words,
            starts,
            rnas: sequences.len(),
            sequences: sequences.iter().copied().collect(),
        }
    }

    /// The part of the RNA's words that one RNA of the index shares: the highest of all RNAs.
    fn highest_share(&self, sequence: &Sequence) -> f64 {
        if self.sequences.contains(sequence) {
            return 1.0;
        }
        let own = words(sequence, OVERLAP_WORD);
        let mut shared = vec![0usize; self.rnas];
        for word in &own {
            let start = start_of(*word);
            let similar = &self.words[self.starts[start]..self.starts[start + 1]];
            let first = similar.partition_point(|(other, _)| other < word);
            let holders = similar[first..]
                .iter()
                .take_while(|(other, _)| other == word);
            holders.for_each(|(_, rna)| shared[*rna as usize] += 1);
        }
        let most = shared.into_iter().max().unwrap_or(0);
        most as f64 / own.len().max(1) as f64
    }
}

/// The number of the first eight letters of a word.
fn start_of(word: u32) -> usize {
    (word >> (u32::BITS - STARTS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn rnas_that_share_more_than_a_twentieth_of_their_words_overlap() {
        let other = &rna("ACGGUUACGAUCCGAUUAGGCAUCGGAUACCGUUAAGCGUACGG");
        let short = &rna("ACGUACGUACGU");
        let padded = |shared: usize, length: usize| {
            let own: String = "UUCUGUUGCUCUUGUGGUCUUUGC"
                .chars()
                .cycle()
                .take(length)
                .collect();
            rna(&format!("{}{own}", &other.to_string()[..shared]))
        };
        // 5 of its words are shared; the others contain what follows or repeat every 24 letters.
        let overlapping_one = &padded(20, 40);
        // One word is shared, of 1 + 15 + 24.
        let apart = &padded(16, 40);
        let indices = overlapping(&[overlapping_one, apart, short, other], &[other, short]);
        assert_eq!(indices, [0, 2, 3]);
        assert_eq!(overlapping(&[short], &[other]), Vec::<usize>::new());
    }

    #[test]
    fn words_of_several_rnas_are_not_added() {
        // Each of two RNAs has one of the 21 words, which is less than a twentieth.
        let own = "ACGGUUACGAUCCGAUUAGGCAUCGGAUACCGUUAAG";
        let (first, last) = (&rna(&own[..16]), &rna(&own[own.len() - 16..]));
        let own = &rna(own);
        assert_eq!(words(own, OVERLAP_WORD).len(), 22);
        assert_eq!(overlapping(&[own], &[first, last]), Vec::<usize>::new());
        assert_eq!(overlapping(&[first], &[own]), [0]);
    }
}

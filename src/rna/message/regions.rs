//! The regions of a messenger RNA, divided at its longest open reading frame.

use std::ops::Range;

use serde::Serialize;
use strum::Display;

use super::genetic_code::{CODON, START, is_stop};
use crate::rna::Sequence;
use crate::rna::kmer::kmer_codes;

/// A part of a messenger RNA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Display)]
pub enum Region {
    /// The whole RNA.
    #[serde(rename = "whole RNA")]
    #[strum(serialize = "whole RNA")]
    Whole,
    /// The part before the coding sequence.
    #[serde(rename = "5' UTR")]
    #[strum(serialize = "5' UTR")]
    FivePrimeUtr,
    /// The coding sequence.
    #[serde(rename = "CDS")]
    #[strum(serialize = "CDS")]
    Coding,
    /// The part after the coding sequence.
    #[serde(rename = "3' UTR")]
    #[strum(serialize = "3' UTR")]
    ThreePrimeUtr,
}

impl Region {
    /// All regions, in the order of their features.
    pub const ALL: &[Region] = &[
        Self::Whole,
        Self::FivePrimeUtr,
        Self::Coding,
        Self::ThreePrimeUtr,
    ];
}

/// The regions of a messenger RNA: the coding sequence and the untranslated regions around it.
///
/// The coding sequence is the longest open reading frame on the strand as given, from AUG to a stop
/// codon or, without one, to the end of the RNA. Of several that are equally long, the one in the
/// earlier frame counts, and in the same frame the earlier one. A codon with N neither starts nor
/// stops a frame. If there is no AUG, the whole RNA is the 3' UTR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageRegions {
    /// The coding sequence with its stop codon, in nucleotides from 0; empty if there is no AUG.
    pub coding: Range<usize>,
    /// Whether the reading frame ends with a stop codon.
    pub has_stop: bool,
    /// The length of the RNA in nucleotides.
    pub length: usize,
}

impl MessageRegions {
    /// Finds the regions of an RNA.
    pub fn find(sequence: &Sequence) -> Self {
        let codons: Vec<Option<u32>> = kmer_codes(sequence.as_bytes(), CODON).collect();
        let mut longest = Self {
            coding: 0..0,
            has_stop: false,
            length: sequence.len(),
        };
        let mut codons_before = 0;
        for frame in 0..CODON {
            for found in reading_frames(&codons, frame, sequence.len()) {
                if found.codons > codons_before {
                    codons_before = found.codons;
                    longest.coding = found.range;
                    longest.has_stop = found.has_stop;
                }
            }
        }
        longest
    }

    /// Whether the RNA has a start codon.
    pub fn has_start(&self) -> bool {
        !self.coding.is_empty()
    }

    /// The number of complete codons of the coding sequence, without the stop codon.
    pub fn codons(&self) -> usize {
        (self.translation_end() - self.coding.start) / CODON
    }

    /// The nucleotides of a region, from 0.
    pub fn range(&self, region: Region) -> Range<usize> {
        match region {
            Region::Whole => 0..self.length,
            Region::FivePrimeUtr => 0..self.coding.start,
            Region::Coding => self.coding.clone(),
            Region::ThreePrimeUtr => self.coding.end..self.length,
        }
    }

    /// The nucleotide behind the last complete codon before the stop codon; the end of the coding
    /// sequence if it has no stop codon.
    pub fn translation_end(&self) -> usize {
        if self.has_stop {
            self.coding.end - CODON
        } else {
            self.coding.end
        }
    }

    /// Sentences about an RNA that is not a complete message, and about N in its coding sequence.
    pub fn describe(&self, sequence: &Sequence) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.has_start() {
            let note = "no start codon (AUG) was found, so no part was read as a coding sequence";
            return vec![note.to_owned()];
        }
        if !self.has_stop {
            let note = "the longest open reading frame has no stop codon and was read to the end";
            notes.push(note.to_owned());
        }
        let codons = sequence.as_bytes()[self.coding.clone()].chunks_exact(CODON);
        let unknown = codons.filter(|codon| codon.contains(&b'N')).count();
        if unknown > 0 {
            notes.push(format!("codons with N that were not counted: {unknown}"));
        }
        notes
    }
}

/// A reading frame that starts with AUG.
struct ReadingFrame {
    range: Range<usize>,
    /// Complete codons without the stop codon.
    codons: usize,
    has_stop: bool,
}

/// All open reading frames in one of the three frames, each from the first AUG after the stop codon
/// before it. `codons` has the code of the 3-mer at every position.
fn reading_frames(codons: &[Option<u32>], frame: usize, length: usize) -> Vec<ReadingFrame> {
    let mut found = Vec::new();
    let mut start = None;
    let last = codons.len().saturating_sub(frame).div_ceil(CODON);
    for n in 0..last {
        match (codons[frame + n * CODON], start) {
            (Some(START), None) => start = Some(n),
            (Some(codon), Some(first)) if is_stop(codon) => {
                found.push(ReadingFrame {
                    range: frame + first * CODON..frame + (n + 1) * CODON,
                    codons: n - first,
                    has_stop: true,
                });
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.map(|first| ReadingFrame {
        range: frame + first * CODON..length,
        codons: last - first,
        has_stop: false,
    }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    fn regions(letters: &str) -> MessageRegions {
        MessageRegions::find(&rna(letters))
    }

    #[test]
    fn a_message_is_divided_at_its_longest_reading_frame() {
        // A frame of two codons and one of three, in different frames.
        let found = regions("AUGUAAGGGGAUGAAACCCUGAGGG");
        assert_eq!(found.coding, 10..22);
        assert!(found.has_stop);
        assert_eq!(found.range(Region::FivePrimeUtr), 0..10);
        assert_eq!(found.range(Region::ThreePrimeUtr), 22..25);
        assert_eq!((found.translation_end(), found.codons()), (19, 3));
        assert!(found.describe(&rna("AUGUAAGGGGAUGAAACCCUGAGGG")).is_empty());
    }

    #[test]
    fn a_frame_without_a_stop_codon_reads_to_the_end() {
        let found = regions("GGAUGAAACCCGGGUU");
        assert_eq!((found.coding.clone(), found.has_stop), (2..16, false));
        assert_eq!((found.translation_end(), found.codons()), (16, 4));
        let notes = found.describe(&rna("GGAUGAAACCCGGGUU"));
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("no stop codon"), "{notes:?}");
    }

    #[test]
    fn an_rna_without_a_start_codon_has_no_coding_sequence() {
        for letters in ["", "AU", "GGGCCCUUUAAA", "ANGCCC"] {
            let found = regions(letters);
            assert!(!found.has_start());
            assert_eq!(found.range(Region::ThreePrimeUtr), 0..letters.len());
            assert!(found.range(Region::FivePrimeUtr).is_empty());
            assert!(found.describe(&rna(letters))[0].contains("no start codon"));
        }
        assert_eq!(regions("AUG").coding, 0..3);
    }

    #[test]
    fn n_neither_stops_a_frame_nor_starts_one() {
        let found = regions("AUGNAACCCUAA");
        assert_eq!(found.coding, 0..12);
        let notes = found.describe(&rna("AUGNAACCCUAA"));
        assert_eq!(notes, ["codons with N that were not counted: 1"]);
    }

    #[test]
    fn of_equally_long_frames_the_first_in_the_first_frame_counts() {
        assert_eq!(regions("AUGCCCUAAAUGGGGUAA").coding, 0..9);
        assert_eq!(regions("GAUGCCCUAAAUGGGGUAA").coding, 1..10);
    }
}

//! Numbers that describe the regions of a messenger RNA.

use std::ops::Range;

use super::genetic_code::{AMINO_ACIDS, CODON, CODONS, amino_acid};
use super::hydropathy::{HYDROPATHY_FEATURES, hydropathy_features};
use super::protein::{PROTEIN_FEATURES, protein_features};
use super::regions::{MessageRegions, Region};
use crate::rna::composition::{COMPOSITION_SIZE, composition};
use crate::rna::kmer::kmer_codes;
use crate::rna::sequence::Sequence;

/// 1-, 2- and 3-mers.
const KMERS: usize = 4 + 16 + 64;
/// The length of the 5' UTR, the frequencies of its k-mers, and its motifs.
const FIVE_PRIME: usize = 1 + KMERS + 3;
/// The length of the coding sequence and its share; codons; amino acids of the protein and of its
/// start; hydropathy; the rest about the protein.
const CDS: usize = 2 + CODONS + 2 * AMINO_ACIDS + HYDROPATHY_FEATURES + PROTEIN_FEATURES;
/// The length of the 3' UTR, the frequencies of its k-mers, and its motifs.
const THREE_PRIME: usize = 1 + KMERS + UTR_MOTIFS.len() + 1;
/// Number of values of [`region_features`].
pub const REGION_FEATURES: usize = COMPOSITION_SIZE + FIVE_PRIME + CDS + THREE_PRIME;
/// Nucleotides of the 5' UTR, before the start codon, whose k-mers are counted.
const NEAR_START: usize = 500;
/// Motifs of 3' UTRs, each with its spellings: AU-rich element, Pumilio, polyadenylation signal,
/// U-rich, and those of nuclear retention and of splicing.
const UTR_MOTIFS: [&[&[u8]]; 8] = [
    &[b"AUUUA"],
    &[b"UGUAAAUA", b"UGUACAUA", b"UGUAGAUA", b"UGUAUAUA"],
    &[b"AAUAAA"],
    &[b"UUUUU"],
    &[b"AGCCC"],
    &[b"GGGAGG", b"GGAGGG"],
    &[b"CAGGUA", b"CAGGUG"],
    &[b"GGUAAG"],
];
/// Nucleotides at the end of the RNA whose U-rich places are counted.
const NEAR_END: usize = 2000;
/// Nucleotides at the start of the RNA whose pyrimidines are counted: a terminal oligopyrimidine
/// tract regulates the translation of ribosomal proteins.
const PYRIMIDINE_TRACT: usize = 10;
/// Amino acids at the start of the protein that are counted separately.
const PROTEIN_START: usize = 40;

impl Region {
    /// The places of this region's values among the [`region_features`].
    pub fn features(self) -> Range<usize> {
        let size = |region: &Region| match region {
            Region::Whole => COMPOSITION_SIZE,
            Region::FivePrimeUtr => FIVE_PRIME,
            Region::Coding => CDS,
            Region::ThreePrimeUtr => THREE_PRIME,
        };
        let before = Region::ALL.iter().take_while(|other| **other != self);
        let start: usize = before.map(size).sum();
        start..start + size(&self)
    }
}

/// Describes a message by [`REGION_FEATURES`] numbers, in this order:
///
/// - whole RNA: the [`composition()`];
/// - 5' UTR: ln(1 + length); the frequencies of the 1-, 2- and 3-mers of its last 500 nucleotides;
///   ln(1 + number) of AUG and of GGGG; the pyrimidines among its first 10 nucleotides;
/// - coding sequence: ln(1 + length), its share of the RNA, the frequencies of the 64 codons, the
///   frequencies of the 20 amino acids in the protein and in its first 40, the hydropathy, and more
///   about the protein;
/// - 3' UTR: ln(1 + length); the frequencies of its 1-, 2- and 3-mers; ln(1 + number) of eight motifs
///   of RNA-binding proteins; the same for UUUUU in the last 2,000 nucleotides of the RNA.
///
/// The frequencies in untranslated regions have a pseudocount of a quarter for every k-mer, so that
/// a region of a few nucleotides, or none, has moderate values. K-mers and codons with N are not
/// counted. Every value is finite for every sequence.
pub fn region_features(sequence: &Sequence, regions: &MessageRegions) -> Vec<f32> {
    let letters = |region: Region| &sequence.as_bytes()[regions.range(region)];
    let mut values = composition(sequence);
    let five_prime = letters(Region::FivePrimeUtr);
    values.push(log_length(five_prime));
    let near_start = five_prime.len().saturating_sub(NEAR_START);
    values.extend(smoothed_kmers(&five_prime[near_start..]));
    values.extend(
        [&[b"AUG" as &[u8]], &[b"GGGG" as &[u8]]].map(|motif| log_count(five_prime, motif)),
    );
    values.push(pyrimidines(five_prime));
    let coding = letters(Region::Coding);
    values.push(log_length(coding));
    values.push(coding.len() as f32 / sequence.len().max(1) as f32);
    values.extend(coding_features(coding));
    let three_prime = letters(Region::ThreePrimeUtr);
    values.push(log_length(three_prime));
    values.extend(smoothed_kmers(three_prime));
    values.extend(UTR_MOTIFS.map(|motif| log_count(three_prime, motif)));
    let near_end = sequence.len().saturating_sub(NEAR_END);
    values.push(log_count(&sequence.as_bytes()[near_end..], &[b"UUUUU"]));
    values
}

fn log_length(letters: &[u8]) -> f32 {
    (letters.len() as f64).ln_1p() as f32
}

/// ln(1 + number) of the places where one of some spellings of a motif occurs.
fn log_count(letters: &[u8], spellings: &[&[u8]]) -> f32 {
    let count = |spelling: &&[u8]| {
        let places = letters.windows(spelling.len());
        places.filter(|place| place == spelling).count()
    };
    (spellings.iter().map(count).sum::<usize>() as f64).ln_1p() as f32
}

/// The number of C and U among the first nucleotides of a 5' UTR.
fn pyrimidines(five_prime: &[u8]) -> f32 {
    let first = five_prime.iter().take(PYRIMIDINE_TRACT);
    first.filter(|letter| matches!(letter, b'C' | b'U')).count() as f32
}

/// The frequencies of the codons and amino acids of a coding sequence, and its hydropathy.
fn coding_features(coding: &[u8]) -> Vec<f32> {
    let codes = kmer_codes(coding, CODON).step_by(CODON).flatten();
    let codons: Vec<usize> = codes.map(|code| code as usize).collect();
    let acids = codons.iter().filter_map(|codon| amino_acid(*codon as u32));
    let protein: Vec<usize> = acids.collect();
    let protein_start = &protein[..PROTEIN_START.min(protein.len())];
    let mut values = shares(&codons, CODONS, 0.0);
    values.extend(shares(&protein, AMINO_ACIDS, 0.0));
    values.extend(shares(protein_start, AMINO_ACIDS, 0.0));
    let hydropathy = hydropathy_features(&protein);
    values.extend(hydropathy.map(|value| value as f32));
    let rest = protein_features(&protein);
    values.extend(rest.into_iter().map(|value| value as f32));
    values
}

/// The frequencies of 1-, 2- and 3-mers, with a pseudocount.
fn smoothed_kmers(letters: &[u8]) -> Vec<f32> {
    let of_size = |k: usize| {
        let codes = kmer_codes(letters, k).flatten();
        let codes: Vec<usize> = codes.map(|code| code as usize).collect();
        shares(&codes, 1 << (2 * k), 0.25)
    };
    (1..=3).flat_map(of_size).collect()
}

/// The share of each of `kinds` among some items, each counted `pseudocount` times more often than
/// it occurs; all 0 if there are no items and no pseudocount.
fn shares(items: &[usize], kinds: usize, pseudocount: f64) -> Vec<f32> {
    let mut counts = vec![pseudocount; kinds];
    for item in items {
        counts[*item] += 1.0;
    }
    let total = items.len() as f64 + pseudocount * kinds as f64;
    let share = |count: f64| (count / total.max(1.0)) as f32;
    counts.into_iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    fn features(letters: &str) -> Vec<f32> {
        let sequence = rna(letters);
        region_features(&sequence, &MessageRegions::find(&sequence))
    }

    #[test]
    fn each_region_has_its_places() {
        let places: Vec<Range<usize>> = Region::ALL.iter().map(|r| r.features()).collect();
        assert_eq!(places, [0..85, 85..173, 173..344, 344..438]);
        assert_eq!(features("GAUUACA").len(), REGION_FEATURES);
    }

    /// 5' UTR "CC", AUG GCU UAA, 3' UTR "GG".
    #[test]
    fn values_match_those_computed_by_hand() {
        let values = features("CCAUGGCUUAAGG");
        let utr = Region::FivePrimeUtr.features().start;
        assert_eq!(values[utr], 3.0f32.ln());
        // Two C and a pseudocount of 1/4 for each of 4 nucleotides: 2.25 of 3.
        assert_eq!(
            values[utr + 1..utr + 5],
            [0.25 / 3.0, 0.75, 0.25 / 3.0, 0.25 / 3.0]
        );
        let cds = Region::Coding.features().start;
        assert_eq!(values[cds..cds + 2], [10.0f32.ln(), 9.0 / 13.0]);
        let codons = &values[cds + 2..][..CODONS];
        let third = 1.0 / 3.0;
        // AUG, GCU and UAA.
        assert_eq!([codons[14], codons[39], codons[48]], [third; 3]);
        assert_eq!(codons.iter().filter(|share| **share > 0.0).count(), 3);
        // Alanine and methionine; the stop codon is not an amino acid.
        let protein = &values[cds + 2 + CODONS..][..AMINO_ACIDS];
        assert_eq!((protein[0], protein[10]), (0.5, 0.5));
        let end = Region::ThreePrimeUtr.features().start;
        assert_eq!(values[end], 3.0f32.ln());
        assert_eq!(values[end + 3], 0.75);
    }

    #[test]
    fn every_value_is_finite_for_every_rna() {
        for letters in [
            "",
            "A",
            "N",
            "NNNNNNNN",
            "AUG",
            "AUGNNNUAA",
            "UUUUUUUUUUUUUUU",
        ] {
            let values = features(letters);
            assert_eq!(values.len(), REGION_FEATURES);
            assert!(values.iter().all(|value| value.is_finite()), "{letters}");
        }
    }
}

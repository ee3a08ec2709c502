//! Short motifs in one RNA: where they occur, how often they are expected by chance, and how much
//! attention they receive.
//!
//! A motif of four letters occurs in most RNAs by chance. So the number of occurrences is reported
//! with the number expected by chance. An occurrence does not mean that a protein binds there.

use serde::Serialize;

use super::Explanation;
use super::kmer_attention::fold_over_uniform;
use crate::rna::Sequence;
use crate::rna::alphabet::iupac_nucleotides;

/// The largest number of letters in a motif.
pub const MAX_LENGTH: usize = 32;

/// A motif: one of [`known_motifs`], or one that the user has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Motif {
    /// The name; the letters if the motif has no name.
    pub name: String,
    /// The IUPAC letters, with U instead of T.
    pub letters: String,
    /// What is known about the motif, with the source; empty for a motif that the user has written.
    #[serde(rename = "about")]
    pub description: String,
}

/// The occurrences of a motif in one RNA.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MotifHits {
    /// The motif.
    pub motif: Motif,
    /// The positions at which an occurrence starts, from 0. Occurrences may overlap.
    pub starts: Vec<usize>,
    /// The number of occurrences expected by chance in an RNA of this length and nucleotide
    /// composition.
    pub expected: f64,
    /// The mean attention on the occurrences that were read, as a multiple of uniform attention;
    /// `None` if no occurrence was read.
    pub attention: Option<f64>,
}

/// Why a text is not a motif.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MotifError {
    /// There are no letters.
    #[error("the motif is empty: give at least one letter, such as UGUANAUA")]
    Empty,
    /// There are too many letters.
    #[error("the motif has {0} letters: give at most {MAX_LENGTH}")]
    Long(usize),
    /// A character is not an IUPAC letter.
    #[error(
        "'{letter}' in the motif '{motif}' is not a nucleotide code: use A C G U (or T) and IUPAC \
         letters such as R (A or G), Y (C or U) and N (any)"
    )]
    Letter {
        /// The character.
        letter: char,
        /// The motif as written.
        motif: String,
    },
}

/// Name, letters and description of a motif.
type Entry = (&'static str, &'static str, &'static str);

/// Motifs that the literature associates with localization, or with the RNA classes of the models.
#[rustfmt::skip]
const KNOWN: [Entry; 14] = [
    ("SIRLOIN core", "RCCUCCC", "bound by HNRNPK, keeps long RNAs in the nucleus (Lubelsky and Ulitsky 2018)"),
    ("BORG pentamer", "AGCCC", "nuclear retention of the lncRNA BORG (Zhang et al. 2014)"),
    ("miR-29b hexamer", "AGUGUU", "sends miR-29b to the nucleus (Hwang et al. 2007)"),
    ("EXOmotif GGAG", "GGAG", "bound by hnRNPA2B1, sorts miRNAs into exosomes (Villarroya-Beltri et al. 2013)"),
    ("EXOmotif CGGGAG", "CGGGAG", "bound by Alyref and Fus, sorts miRNAs into exosomes (Garcia-Martin et al. 2022)"),
    ("C box", "RUGAUGA", "box C/D snoRNAs: with the D box holds them in the nucleolus (Samarsky et al. 1998)"),
    ("D box", "CUGA", "box C/D snoRNAs (Samarsky et al. 1998)"),
    ("H box", "ANANNA", "box H/ACA snoRNAs (Balakin et al. 1996)"),
    ("CAB box", "UGAG", "sends scaRNAs to Cajal bodies (Richard et al. 2003)"),
    ("Zipcode hexamer", "ACACCC", "of the beta-actin zipcode, bound by ZBP1 (Ross et al. 1997)"),
    ("Pumilio", "UGUANAUA", "bound by Pumilio proteins (Hafner et al. 2010)"),
    ("AU-rich nonamer", "UUAUUUAWW", "of AU-rich elements, stability (Lagnado et al. 1994)"),
    ("m6A site", "DRACH", "consensus of N6-methyladenosine, read on the way out of the nucleus (Roundtree et al. 2017)"),
    ("Poly(A) signal", "AWUAAA", "cleavage and polyadenylation (Proudfoot and Brownlee 1976)"),
];

/// The motifs that are searched for by default.
pub fn known_motifs() -> Vec<Motif> {
    let motif = |(name, letters, description): &Entry| Motif {
        name: (*name).to_owned(),
        letters: (*letters).to_owned(),
        description: (*description).to_owned(),
    };
    KNOWN.iter().map(motif).collect()
}

/// The motifs of the literature, followed by those that the user has written.
///
/// # Errors
/// One of the texts is not a motif.
pub fn known_and_own_motifs<T: AsRef<str>>(own: &[T]) -> Result<Vec<Motif>, MotifError> {
    let own = own.iter().map(|text| Motif::parse(text.as_ref()));
    let own: Vec<Motif> = own.collect::<Result<_, _>>()?;
    Ok([known_motifs(), own].concat())
}

impl Motif {
    /// Reads a motif in IUPAC letters of either case, with T or U.
    ///
    /// # Errors
    /// There are no letters or too many, or a character is not an IUPAC letter.
    pub fn parse(text: &str) -> Result<Self, MotifError> {
        let written = text.trim();
        let letters: String = written
            .chars()
            .map(|letter| match letter.to_ascii_uppercase() {
                'T' => 'U',
                letter => letter,
            })
            .collect();
        if letters.is_empty() {
            return Err(MotifError::Empty);
        }
        let is_invalid = |letter: &char| iupac_nucleotides(*letter).is_none();
        if let Some(letter) = letters.chars().find(is_invalid) {
            let motif = written.to_owned();
            return Err(MotifError::Letter { letter, motif });
        }
        if letters.len() > MAX_LENGTH {
            return Err(MotifError::Long(letters.len()));
        }
        Ok(Self {
            name: letters.clone(),
            letters,
            description: String::new(),
        })
    }

    /// The nucleotides that are allowed at each position of the motif.
    fn allowed(&self) -> impl Iterator<Item = &'static [u8]> + '_ {
        self.letters.chars().filter_map(iupac_nucleotides)
    }

    /// Finds the positions, from 0, at which the motif starts in an RNA. An N of the RNA
    /// is an unknown nucleotide: it matches only if the motif allows all four.
    pub fn find_starts(&self, sequence: &Sequence) -> Vec<usize> {
        let allowed: Vec<&[u8]> = self.allowed().collect();
        let matches = |allowed: &&[u8], letter: &u8| allowed.len() == 4 || allowed.contains(letter);
        let windows = sequence.as_bytes().windows(allowed.len().max(1));
        let windows = windows.enumerate();
        windows
            .filter(|(_, letters)| allowed.iter().zip(*letters).all(|(a, l)| matches(a, l)))
            .map(|(start, _)| start)
            .collect()
    }

    /// The number of occurrences expected by chance, from the nucleotide frequencies of the RNA.
    fn expected(&self, sequence: &Sequence) -> f64 {
        let length = sequence.len();
        let frequency = |nucleotide: u8| {
            let letters = sequence.as_bytes().iter();
            let count = letters.filter(|letter| **letter == nucleotide).count();
            count as f64 / length.max(1) as f64
        };
        let frequencies = b"ACGU".map(|nucleotide| (nucleotide, frequency(nucleotide)));
        let probability: f64 = self
            .allowed()
            .map(|allowed| match allowed.len() {
                4 => 1.0,
                _ => frequencies
                    .iter()
                    .filter(|(nucleotide, _)| allowed.contains(nucleotide))
                    .map(|(_, frequency)| frequency)
                    .sum(),
            })
            .product();
        probability * (length + 1).saturating_sub(self.letters.len()) as f64
    }
}

/// Finds motifs in an RNA and computes the attention of a compartment on them. The result has one
/// entry per motif, in the same order, including motifs that do not occur.
pub fn find_motifs(
    motifs: &[Motif],
    sequence: &Sequence,
    explanation: &Explanation,
    compartment: usize,
) -> Vec<MotifHits> {
    let head = explanation.head(compartment);
    let weights = head.map_or(&[][..], |head| &head.weights);
    let read = &explanation.read;
    let hits = |motif: &Motif| {
        let starts = motif.find_starts(sequence);
        let length = motif.letters.len();
        let attention: Vec<f64> = starts
            .iter()
            .map(|start| *start..start + length)
            .filter(|positions| read.contains(positions))
            .filter_map(|positions| {
                Some(fold_over_uniform(
                    weights.get(positions)?,
                    read.nucleotides(),
                ))
            })
            .collect();
        MotifHits {
            motif: motif.clone(),
            expected: motif.expected(sequence),
            attention: (!attention.is_empty())
                .then(|| attention.iter().sum::<f64>() / attention.len() as f64),
            starts,
        }
    };
    motifs.iter().map(hits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation::AttentionHead;
    use crate::rna::ReadRanges;
    use crate::rna::sequence::tests::rna;

    /// An explanation of an RNA that was read completely, with one head.
    fn explanation(weights: Vec<f32>) -> Explanation {
        Explanation {
            length: weights.len(),
            probabilities: vec![0.5],
            read: ReadRanges::one(0..weights.len()),
            tail: 0,
            regions: None,
            heads: vec![AttentionHead {
                compartment: None,
                weights,
                is_even: false,
            }],
            cut_description: None,
        }
    }

    #[test]
    fn every_known_motif_can_be_parsed() {
        for motif in known_motifs() {
            let parsed = Motif::parse(&motif.letters).unwrap();
            assert_eq!(parsed.letters, motif.letters, "{}", motif.name);
            assert!(!motif.description.is_empty());
        }
    }

    #[test]
    fn occurrences_may_overlap_and_use_iupac_letters() {
        let starts =
            |motif: &str, letters: &str| Motif::parse(motif).unwrap().find_starts(&rna(letters));
        assert_eq!(starts("AA", "AAAA"), [0, 1, 2]);
        assert_eq!(starts("rtgatga", "CAUGAUGAGUGAUGACC"), [1, 8]);
        assert_eq!(starts("DRACH", "GGACU"), [0]);
        assert_eq!(starts("ACGU", "ACG"), [0; 0], "longer than the RNA");
        // An unknown nucleotide matches only N.
        assert_eq!(starts("ANA", "ANAAUA"), [0, 3]);
        assert_eq!(starts("AYA", "ANA"), [0; 0]);
    }

    #[test]
    fn invalid_motifs_are_rejected_with_message() {
        assert_eq!(Motif::parse("  "), Err(MotifError::Empty));
        assert_eq!(Motif::parse(&"A".repeat(33)), Err(MotifError::Long(33)));
        let error = Motif::parse("GGXG").unwrap_err();
        assert!(error.to_string().contains("'X' in the motif 'GGXG'"));
        assert!(Motif::parse("GÄG").is_err());
    }

    #[test]
    fn expected_number_follows_from_the_composition_of_the_rna() {
        let sequence = rna("ACGUACGU");
        let expected = |motif: &str| Motif::parse(motif).unwrap().expected(&sequence);
        assert!((expected("AC") - 7.0 / 16.0).abs() < 1e-12);
        assert!((expected("RN") - 7.0 / 2.0).abs() < 1e-12);
        assert_eq!(Motif::parse("A").unwrap().expected(&rna("CCC")), 0.0);
        assert_eq!(Motif::parse("AAAA").unwrap().expected(&rna("AAA")), 0.0);
    }

    #[test]
    fn attention_is_computed_on_occurrences_that_were_read() {
        let mut explanation = explanation(vec![0.0, 0.0, 0.4, 0.4, 0.1, 0.1, 0.0, 0.0]);
        let sequence = rna("AAGGUUGG");
        let motifs = [Motif::parse("GG").unwrap(), Motif::parse("CC").unwrap()];
        let hits = find_motifs(&motifs, &sequence, &explanation, 0);
        assert_eq!(hits[0].starts, [2, 6]);
        // 0.8 and 0 on two of eight nucleotides each: 3.2 and 0 times uniform attention.
        assert!((hits[0].attention.unwrap() - 1.6).abs() < 1e-6);
        assert_eq!((hits[1].starts.len(), hits[1].attention), (0, None));
        explanation.read = ReadRanges::one(0..6);
        let hits = find_motifs(&motifs, &sequence, &explanation, 0);
        assert_eq!(hits[0].starts, [2, 6], "both occurrences are reported");
        assert!((hits[0].attention.unwrap() - 2.4).abs() < 1e-6);
    }
}

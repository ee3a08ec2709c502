//! Short motifs in one RNA: where they occur, how often by chance, and how much attention they
//! draw.
//!
//! A motif of four letters occurs in most RNAs by chance. So the number of occurrences is reported
//! next to the number expected by chance, and neither means that a protein binds there.

use serde::Serialize;

use super::Explanation;
use super::kmer_attention::times_even;

/// Length of the longest motif, in letters.
pub const LONGEST: usize = 32;

/// A motif: one of [`known`], or the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Motif {
    /// Its name; its letters if it has no name.
    pub name: String,
    /// Its letters, IUPAC, with U instead of T.
    pub letters: String,
    /// What is known about it, with the source; empty for the user's own.
    pub about: String,
}

/// The occurrences of a motif in one RNA.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MotifHits {
    /// Which motif.
    pub motif: Motif,
    /// Where it occurs, from 0; occurrences may overlap.
    pub starts: Vec<usize>,
    /// The number expected by chance in an RNA of this length and nucleotide composition.
    pub expected: f64,
    /// Mean attention on the occurrences that were read, as a multiple of uniform attention; `None`
    /// if none of them was read.
    pub attention: Option<f64>,
}

/// Why letters are not a motif.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MotifError {
    /// There are no letters.
    #[error("a motif needs at least one letter, such as UGUANAUA")]
    Empty,
    /// There are too many letters.
    #[error("the motif has {0} letters, but at most {LONGEST} are allowed; give a shorter one")]
    Long(usize),
    /// A character is not an IUPAC letter.
    #[error(
        "'{letter}' in the motif '{motif}' is not a nucleotide letter; write A, C, G, U or an IUPAC letter such as R (A or G), Y (C or U), N (any)"
    )]
    Letter {
        /// The character.
        letter: char,
        /// The motif as written.
        motif: String,
    },
}

/// Name, letters, and what is known about each motif.
type Entry = (&'static str, &'static str, &'static str);

/// Motifs that the literature connects with localization, or with the RNA classes of the models.
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
pub fn known() -> Vec<Motif> {
    let motif = |(name, letters, about): &Entry| Motif {
        name: (*name).to_owned(),
        letters: (*letters).to_owned(),
        about: (*about).to_owned(),
    };
    KNOWN.iter().map(motif).collect()
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
        if let Some(letter) = letters.chars().find(|letter| stands_for(*letter).is_none()) {
            let motif = written.to_owned();
            return Err(MotifError::Letter { letter, motif });
        }
        if letters.len() > LONGEST {
            return Err(MotifError::Long(letters.len()));
        }
        Ok(Self {
            name: letters.clone(),
            letters,
            about: String::new(),
        })
    }

    /// The positions of the motif in an RNA of A, C, G, U and N, from 0. An N of the RNA is unknown
    /// and matches only if the motif allows any letter.
    pub fn places(&self, sequence: &[u8]) -> Vec<usize> {
        let wanted: Vec<&str> = self.letters.chars().filter_map(stands_for).collect();
        let fits =
            |wanted: &&str, letter: &u8| wanted.len() == 4 || wanted.contains(char::from(*letter));
        let windows = sequence.windows(wanted.len().max(1)).enumerate();
        windows
            .filter(|(_, letters)| wanted.iter().zip(*letters).all(|(w, l)| fits(w, l)))
            .map(|(start, _)| start)
            .collect()
    }

    /// The number of occurrences expected by chance, from the nucleotide frequencies of the RNA.
    fn expected(&self, sequence: &[u8]) -> f64 {
        let length = sequence.len();
        let share = |letter: char| {
            let count = sequence
                .iter()
                .filter(|l| char::from(**l) == letter)
                .count();
            count as f64 / length.max(1) as f64
        };
        let shares = "ACGU".chars().map(|letter| (letter, share(letter)));
        let shares: Vec<(char, f64)> = shares.collect();
        let wanted = self.letters.chars().filter_map(stands_for);
        let chance: f64 = wanted
            .map(|wanted| match wanted.len() {
                4 => 1.0,
                _ => shares
                    .iter()
                    .filter(|(l, _)| wanted.contains(*l))
                    .map(|(_, s)| s)
                    .sum(),
            })
            .product();
        chance * (length + 1).saturating_sub(self.letters.len()) as f64
    }
}

/// Finds motifs in an RNA and computes their attention. The result is in the given order and
/// includes motifs that do not occur.
pub fn find(
    motifs: &[Motif],
    sequence: &[u8],
    explanation: &Explanation,
    compartment: usize,
) -> Vec<MotifHits> {
    let head = explanation.head_of(compartment);
    let weights = head.map_or(&[][..], |head| &head.weights);
    let read = &explanation.read;
    let found = |motif: &Motif| {
        let starts = motif.places(sequence);
        let long = motif.letters.len();
        let places = starts.iter().map(|start| *start..start + long);
        let seen = places.filter(|place| read.start <= place.start && place.end <= read.end);
        let each: Vec<f64> = seen
            .filter_map(|place| Some(times_even(weights.get(place)?, read.len())))
            .collect();
        MotifHits {
            motif: motif.clone(),
            expected: motif.expected(sequence),
            attention: (!each.is_empty()).then(|| each.iter().sum::<f64>() / each.len() as f64),
            starts,
        }
    };
    motifs.iter().map(found).collect()
}

/// The nucleotides that an IUPAC letter represents.
fn stands_for(letter: char) -> Option<&'static str> {
    Some(match letter {
        'A' => "A",
        'C' => "C",
        'G' => "G",
        'U' => "U",
        'R' => "AG",
        'Y' => "CU",
        'S' => "CG",
        'W' => "AU",
        'K' => "GU",
        'M' => "AC",
        'B' => "CGU",
        'D' => "AGU",
        'H' => "ACU",
        'V' => "ACG",
        'N' => "ACGU",
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::explanation::AttentionHead;

    fn read_whole(weights: Vec<f32>) -> Explanation {
        Explanation {
            length: weights.len(),
            probabilities: vec![0.5],
            read: 0..weights.len(),
            heads: vec![AttentionHead {
                compartment: None,
                weights,
            }],
            window: None,
        }
    }

    #[test]
    fn every_known_motif_can_be_parsed() {
        for motif in known() {
            let parsed = Motif::parse(&motif.letters).unwrap();
            assert_eq!(parsed.letters, motif.letters, "{}", motif.name);
            assert!(!motif.about.is_empty());
        }
    }

    #[test]
    fn occurrences_may_overlap_and_use_iupac_letters() {
        let places = |motif: &str, rna: &str| Motif::parse(motif).unwrap().places(rna.as_bytes());
        assert_eq!(places("AA", "AAAA"), [0, 1, 2]);
        assert_eq!(places("rtgatga", "CAUGAUGAGUGAUGACC"), [1, 8]);
        assert_eq!(places("DRACH", "GGACU"), [0]);
        assert_eq!(places("ACGU", "ACG"), [0; 0], "longer than the RNA");
        // An unknown nucleotide matches N only.
        assert_eq!(places("ANA", "ANAAUA"), [0, 3]);
        assert_eq!(places("AYA", "ANA"), [0; 0]);
    }

    #[test]
    fn invalid_motifs_are_rejected_with_message() {
        assert_eq!(Motif::parse("  "), Err(MotifError::Empty));
        assert_eq!(Motif::parse(&"A".repeat(33)), Err(MotifError::Long(33)));
        let refused = Motif::parse("GGXG").unwrap_err();
        assert!(refused.to_string().contains("'X' in the motif 'GGXG'"));
        assert!(Motif::parse("GÄG").is_err());
    }

    #[test]
    fn chance_follows_from_the_rnas_own_letters() {
        let rna = b"ACGUACGU";
        let of = |motif: &str| Motif::parse(motif).unwrap().expected(rna);
        assert!((of("AC") - 7.0 / 16.0).abs() < 1e-12);
        assert!((of("RN") - 7.0 / 2.0).abs() < 1e-12);
        assert_eq!(Motif::parse("A").unwrap().expected(b"CCC"), 0.0);
        assert_eq!(Motif::parse("AAAA").unwrap().expected(b"AAA"), 0.0);
    }

    #[test]
    fn attention_is_computed_on_occurrences_that_were_read() {
        let mut explanation = read_whole(vec![0.0, 0.0, 0.4, 0.4, 0.1, 0.1, 0.0, 0.0]);
        let motif = [Motif::parse("GG").unwrap(), Motif::parse("CC").unwrap()];
        let found = find(&motif, b"AAGGUUGG", &explanation, 0);
        assert_eq!(found[0].starts, [2, 6]);
        // 0.8 and 0 on two of eight nucleotides each: 3.2 and 0 times uniform attention.
        assert!((found[0].attention.unwrap() - 1.6).abs() < 1e-6);
        assert_eq!((found[1].starts.len(), found[1].attention), (0, None));
        explanation.read = 0..6;
        let found = find(&motif, b"AAGGUUGG", &explanation, 0);
        assert_eq!(found[0].starts, [2, 6], "both occurrences are reported");
        assert!((found[0].attention.unwrap() - 2.4).abs() < 1e-6);
    }
}

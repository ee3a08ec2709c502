//! Short motifs in one RNA: where they stand, how many chance would put there, and how much of the
//! attention lies on them.
//!
//! A motif of four letters stands in most RNAs by chance alone, so the number of places is given
//! beside the number expected, and neither says that a protein binds there.

use serde::Serialize;

use super::Explanation;
use super::kmer_attention::times_even;

/// Letters of the longest motif that is looked for.
pub const LONGEST: usize = 32;

/// A motif, one of [`known`] or a person's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Motif {
    /// What it is called; its letters where it has no name.
    pub name: String,
    /// Its letters, IUPAC, with U for T.
    pub letters: String,
    /// What is known of it, and from where; empty for a person's own.
    pub about: String,
}

/// A motif in one RNA.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MotifHits {
    /// Which motif.
    pub motif: Motif,
    /// Where it stands, from 0; places may overlap.
    pub starts: Vec<usize>,
    /// How many places an RNA of this length and these shares of A, C, G and U has by chance.
    pub expected: f64,
    /// Mean attention on the places that were read, as a multiple of an even share; none where
    /// none was read.
    pub attention: Option<f64>,
}

/// Why letters make no motif.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MotifError {
    /// No letters.
    #[error("a motif needs at least one letter, such as UGUANAUA")]
    Empty,
    /// Too many letters.
    #[error("the motif has {0} letters; {LONGEST} are the most")]
    Long(usize),
    /// A character that is no IUPAC letter.
    #[error(
        "'{letter}' in the motif '{motif}' is no nucleotide letter; write A, C, G, U or an IUPAC letter such as R (A or G), Y (C or U), N (any)"
    )]
    Letter {
        /// The character.
        letter: char,
        /// The motif as written.
        motif: String,
    },
}

/// Name, letters, and what is known of it.
type Entry = (&'static str, &'static str, &'static str);

/// Motifs that the literature ties to where RNAs go, or to the classes of RNA the models know.
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

/// The motifs looked for where nobody names others.
pub fn known() -> Vec<Motif> {
    let motif = |(name, letters, about): &Entry| Motif {
        name: (*name).to_owned(),
        letters: (*letters).to_owned(),
        about: (*about).to_owned(),
    };
    KNOWN.iter().map(motif).collect()
}

impl Motif {
    /// A person's own, in IUPAC letters of either case, T or U.
    ///
    /// # Errors
    /// No letters, too many, or one that is none.
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

    /// Where it stands in an RNA of A, C, G, U and N, from 0. An N of the RNA is nothing known, and
    /// fits only where the motif takes any letter.
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

    /// Places that chance alone would give: every letter drawn by its share in the RNA.
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

/// The motifs in an RNA, with the attention of a compartment's map; in the order given, those that
/// do not stand in it too.
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

/// The nucleotides an IUPAC letter stands for.
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
    fn every_known_motif_is_one_that_a_person_could_have_written() {
        for motif in known() {
            let parsed = Motif::parse(&motif.letters).unwrap();
            assert_eq!(parsed.letters, motif.letters, "{}", motif.name);
            assert!(!motif.about.is_empty());
        }
    }

    #[test]
    fn places_may_overlap_and_take_letters_for_several() {
        let places = |motif: &str, rna: &str| Motif::parse(motif).unwrap().places(rna.as_bytes());
        assert_eq!(places("AA", "AAAA"), [0, 1, 2]);
        assert_eq!(places("rtgatga", "CAUGAUGAGUGAUGACC"), [1, 8]);
        assert_eq!(places("DRACH", "GGACU"), [0]);
        assert_eq!(places("ACGU", "ACG"), [0; 0], "longer than the RNA");
        // What is unknown fits nothing but N.
        assert_eq!(places("ANA", "ANAAUA"), [0, 3]);
        assert_eq!(places("AYA", "ANA"), [0; 0]);
    }

    #[test]
    fn what_is_no_motif_is_refused_with_its_letter() {
        assert_eq!(Motif::parse("  "), Err(MotifError::Empty));
        assert_eq!(Motif::parse(&"A".repeat(33)), Err(MotifError::Long(33)));
        let refused = Motif::parse("GGXG").unwrap_err();
        assert!(refused.to_string().contains("'X' in the motif 'GGXG'"));
        assert!(Motif::parse("GÄG").is_err());
    }

    #[test]
    fn chance_is_that_of_the_rnas_own_letters() {
        let rna = b"ACGUACGU";
        let of = |motif: &str| Motif::parse(motif).unwrap().expected(rna);
        assert!((of("AC") - 7.0 / 16.0).abs() < 1e-12);
        assert!((of("RN") - 7.0 / 2.0).abs() < 1e-12);
        assert_eq!(Motif::parse("A").unwrap().expected(b"CCC"), 0.0);
        assert_eq!(Motif::parse("AAAA").unwrap().expected(b"AAA"), 0.0);
    }

    #[test]
    fn attention_is_that_on_the_places_read() {
        let mut explanation = read_whole(vec![0.0, 0.0, 0.4, 0.4, 0.1, 0.1, 0.0, 0.0]);
        let motif = [Motif::parse("GG").unwrap(), Motif::parse("CC").unwrap()];
        let found = find(&motif, b"AAGGUUGG", &explanation, 0);
        assert_eq!(found[0].starts, [2, 6]);
        // 0.8 and 0 on two of eight nucleotides each: 3.2 and 0 times an even share.
        assert!((found[0].attention.unwrap() - 1.6).abs() < 1e-6);
        assert_eq!((found[1].starts.len(), found[1].attention), (0, None));
        explanation.read = 0..6;
        let found = find(&motif, b"AAGGUUGG", &explanation, 0);
        assert_eq!(found[0].starts, [2, 6], "it stands there all the same");
        assert!((found[0].attention.unwrap() - 2.4).abs() < 1e-6);
    }
}

//! The classes of RNA that models are trained for, and the class that a sequence suggests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::Sequence;
use super::message::MessageRegions;

/// A class of RNA, from the shortest RNAs to the longest.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    Serialize,
    Deserialize,
)]
pub enum RnaClass {
    /// MicroRNAs, and the precursors that they are cut from.
    #[serde(rename = "miRNA")]
    #[strum(serialize = "miRNA")]
    Mirna,
    /// Small nucleolar RNAs.
    #[serde(rename = "snoRNA")]
    #[strum(serialize = "snoRNA")]
    Snorna,
    /// Long noncoding RNAs.
    #[serde(rename = "lncRNA")]
    #[strum(serialize = "lncRNA")]
    Lncrna,
    /// Messenger RNAs.
    #[serde(rename = "mRNA")]
    #[strum(serialize = "mRNA")]
    Mrna,
}

/// RNAs shorter than this, in nucleotides, are mature miRNAs: these have about 22 nt, and the shortest
/// snoRNA in the sets that the models were trained on has 43.
const MATURE_MIRNA: usize = 40;

/// The greatest length of a small RNA in nucleotides. Of the snoRNAs in these sets, 99 % are not
/// longer; of the lncRNAs and mRNAs, 98 % are.
pub const SMALL_RNA: usize = 300;

/// The codons from which a reading frame is evidence of a message: the usual minimum of 300 nt, as in
/// FANTOM. See Dinger et al. 2008, "Differentiating protein-coding and noncoding RNA", PLoS Comput
/// Biol 4: e1000176.
pub const LONG_FRAME: usize = 100;

/// The largest number of frames of the same length that random nucleotides may be expected to have.
///
/// The minimum alone is not enough, as that review says, too: of 277 human lncRNAs longer than 300 nt,
/// 51 % have a frame of 100 codons, because an RNA of 10,000 nt has one by chance. With this limit it
/// is 27 %, and 94 % instead of 96 % of 4082 human mRNAs.
const EXPECTED_BY_CHANCE: f64 = 0.05;

impl RnaClass {
    /// The class that the length of an RNA suggests and, if it is longer than [`SMALL_RNA`], whether it
    /// has a long open reading frame.
    pub fn likely(sequence: &Sequence) -> Self {
        if sequence.len() < MATURE_MIRNA {
            Self::Mirna
        } else if sequence.len() <= SMALL_RNA {
            Self::Snorna
        } else if has_long_frame(sequence) {
            Self::Mrna
        } else {
            Self::Lncrna
        }
    }

    /// The class that most of some RNAs are likely to be of; the class of shorter RNAs if two are
    /// equally frequent, `None` without RNAs.
    pub fn commonest(classes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let counts = count_classes(classes);
        let commonest = counts.iter().rev().max_by_key(|count| count.count);
        commonest.map(|count| count.rna_class)
    }

    /// The classes whose models suit RNAs that are likely to be of this class.
    pub fn suitable(self) -> &'static [Self] {
        match self {
            Self::Mirna => &[Self::Mirna],
            // The precursor of a miRNA is as long as a snoRNA.
            Self::Snorna => &[Self::Snorna, Self::Mirna],
            Self::Lncrna => &[Self::Lncrna],
            Self::Mrna => &[Self::Mrna],
        }
    }

    /// The classes whose models are offered for RNAs that are likely to be of this class, the likeliest
    /// first. A reading frame is evidence and not proof, so long RNAs are offered both.
    pub fn candidates(self) -> &'static [Self] {
        match self {
            Self::Mirna => &[Self::Mirna],
            Self::Snorna => &[Self::Snorna],
            Self::Lncrna => &[Self::Lncrna, Self::Mrna],
            Self::Mrna => &[Self::Mrna, Self::Lncrna],
        }
    }
}

/// How many RNAs are likely to be of a class, and which models suit them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// The class.
    pub rna_class: RnaClass,
    /// Number of RNAs.
    pub count: usize,
    /// See [`RnaClass::suitable`].
    pub suitable: &'static [RnaClass],
    /// See [`RnaClass::candidates`].
    pub candidates: &'static [RnaClass],
}

/// Counts RNAs by class, from the class of the shortest RNAs to that of the longest. Classes without
/// RNAs are left out.
pub fn count_classes(classes: impl IntoIterator<Item = RnaClass>) -> Vec<ClassCount> {
    let mut counts = BTreeMap::new();
    for class in classes {
        *counts.entry(class).or_insert(0) += 1;
    }
    let count = |(rna_class, count): (RnaClass, usize)| ClassCount {
        rna_class,
        count,
        suitable: rna_class.suitable(),
        candidates: rna_class.candidates(),
    };
    counts.into_iter().map(count).collect()
}

/// What tells mRNAs from lncRNAs among RNAs that were counted, as a sentence; `None` if no RNA is long.
pub fn describe_frames(counts: &[ClassCount]) -> Option<String> {
    let of = |class| {
        let found = counts.iter().find(|count| count.rna_class == class);
        found.map_or(0, |found| found.count)
    };
    let with_frame = of(RnaClass::Mrna);
    let long = with_frame + of(RnaClass::Lncrna);
    let (rnas, have) = if long == 1 {
        ("RNA", "has")
    } else {
        ("RNAs", "have")
    };
    (long > 0).then(|| {
        format!(
            "{with_frame} of {long} {rnas} longer than {SMALL_RNA} nt {have} a long open reading \
             frame ({LONG_FRAME} codons or more, and longer than chance explains): mRNAs usually have \
             one, lncRNAs usually do not"
        )
    })
}

/// The likely classes of RNAs that were counted, as a sentence; `None` unless their lengths suggest
/// several classes.
pub fn describe_mixture(counts: &[ClassCount]) -> Option<String> {
    let is_long = |count: &ClassCount| count.rna_class >= RnaClass::Lncrna;
    let small = counts.iter().filter(|count| !is_long(count)).count();
    if small + usize::from(counts.iter().any(is_long)) < 2 {
        return None;
    }
    let named = |count: &ClassCount| match (count.rna_class, count.count) {
        (RnaClass::Snorna, 1) => "1 snoRNA or precursor of a miRNA".to_owned(),
        (RnaClass::Snorna, number) => format!("{number} snoRNAs or precursors of miRNAs"),
        (class, 1) => format!("1 {class}"),
        (class, number) => format!("{number} {class}s"),
    };
    let names: Vec<String> = counts.iter().map(named).collect();
    Some(format!("these look like {}", names.join(", ")))
}

/// Whether the longest open reading frame of an RNA is evidence that the RNA is a message.
fn has_long_frame(sequence: &Sequence) -> bool {
    let codons = MessageRegions::find(sequence).codons();
    codons >= LONG_FRAME && expected_frames(codons, sequence.len()) <= EXPECTED_BY_CHANCE
}

/// The number of open reading frames with at least so many codons that random nucleotides have.
///
/// Of 64 codons, 3 are stop codons, and each of them ends a frame of one of the three ways to read an
/// RNA. Such a frame has at least n codons if none of the n before the stop codon is another one and,
/// going on, AUG comes before the next stop codon: once in four times.
fn expected_frames(codons: usize, nucleotides: usize) -> f64 {
    let stop = 3.0 / 64.0;
    let codons = i32::try_from(codons).unwrap_or(i32::MAX);
    nucleotides as f64 * stop * f64::powi(1.0 - stop, codons) / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    /// An RNA with a frame of so many codons, and no other, among so many nucleotides.
    fn message(codons: usize, nucleotides: usize) -> Sequence {
        let frame = format!("AUG{}UAA", "GCC".repeat(codons - 1));
        let rest = nucleotides - frame.len();
        rna(&format!("{frame}{}", "C".repeat(rest)))
    }

    #[test]
    fn short_rnas_are_told_apart_by_their_length() {
        let class = |nucleotides| RnaClass::likely(&rna(&"A".repeat(nucleotides)));
        assert_eq!(class(22), RnaClass::Mirna);
        assert_eq!(class(39), RnaClass::Mirna);
        assert_eq!(class(40), RnaClass::Snorna);
        assert_eq!(class(300), RnaClass::Snorna);
        assert_eq!(class(301), RnaClass::Lncrna);
    }

    #[test]
    fn a_long_reading_frame_makes_a_long_rna_a_message() {
        assert_eq!(RnaClass::likely(&message(99, 500)), RnaClass::Lncrna);
        assert_eq!(RnaClass::likely(&message(100, 500)), RnaClass::Mrna);
        // In 10,000 nt, a frame of 100 codons is to be expected.
        assert_eq!(RnaClass::likely(&message(100, 10_000)), RnaClass::Lncrna);
        assert_eq!(RnaClass::likely(&message(200, 10_000)), RnaClass::Mrna);
        // A small RNA has no room for it.
        assert_eq!(RnaClass::likely(&message(98, 300)), RnaClass::Snorna);
    }

    #[test]
    fn random_nucleotides_have_as_many_frames_as_expected() {
        use rand::{RngExt, SeedableRng};
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        let random = (0..3_000_000).map(|_| ['A', 'C', 'G', 'U'][rng.random_range(0..4)]);
        let text: String = random.collect();
        let pieces = text.as_bytes().chunks(1000);
        let long = pieces.filter(|piece| {
            let piece = rna(std::str::from_utf8(piece).unwrap());
            MessageRegions::find(&piece).codons() >= 70
        });
        let expected = 3000.0 * (1.0 - (-expected_frames(70, 1000)).exp());
        let found = long.count() as f64;
        assert!(
            (0.9..1.1).contains(&(found / expected)),
            "{found} of {expected}"
        );
    }

    #[test]
    fn classes_are_counted_and_the_evidence_is_said() {
        use RnaClass::{Lncrna, Mirna, Mrna};
        let counts = count_classes([Mrna, Mirna, Mrna, Lncrna]);
        let found: Vec<_> = counts.iter().map(|c| (c.rna_class, c.count)).collect();
        assert_eq!(found, [(Mirna, 1), (Lncrna, 1), (Mrna, 2)]);
        let words = describe_frames(&counts).unwrap();
        assert!(
            words.starts_with(
                "2 of 3 RNAs longer than 300 nt have a long open reading frame (100 codons or more"
            ),
            "{words}"
        );
        assert!(
            describe_frames(&count_classes([Lncrna]))
                .unwrap()
                .starts_with("0 of 1 RNA longer")
        );
        assert_eq!(describe_frames(&count_classes([Mirna])), None);
        assert_eq!(RnaClass::commonest([Mrna, Mirna, Mrna]), Some(Mrna));
        assert_eq!(RnaClass::commonest([Mrna, Mirna]), Some(Mirna));
        assert_eq!(RnaClass::commonest([]), None);
    }

    #[test]
    fn only_different_lengths_make_a_mixture() {
        use RnaClass::{Lncrna, Mirna, Mrna, Snorna};
        let describe =
            |classes: &[RnaClass]| describe_mixture(&count_classes(classes.iter().copied()));
        assert_eq!(describe(&[Mirna, Mirna]), None);
        assert_eq!(describe(&[Mrna, Lncrna, Mrna]), None);
        assert_eq!(describe(&[]), None);
        assert_eq!(
            describe(&[Mrna, Snorna, Snorna, Mirna]).unwrap(),
            "these look like 1 miRNA, 2 snoRNAs or precursors of miRNAs, 1 mRNA"
        );
        let one = describe(&[Snorna, Mrna, Mrna]).unwrap();
        assert_eq!(
            one,
            "these look like 1 snoRNA or precursor of a miRNA, 2 mRNAs"
        );
    }

    #[test]
    fn names_are_those_of_the_paper() {
        for name in ["miRNA", "snoRNA", "lncRNA", "mRNA"] {
            let class: RnaClass = name.parse().unwrap();
            assert_eq!(class.to_string(), name);
            assert_eq!(serde_json::to_value(class).unwrap(), name);
        }
    }
}

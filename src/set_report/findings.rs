//! What is odd about a labelled set.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::baselines::leak_notes;
use crate::dataset::{Dataset, divided_note, split_of};
use crate::metrics::{FEWEST_RNAS, are_enough};

/// Longest mature miRNA, in nucleotides.
const MATURE: usize = 30;
/// Lengths of precursors of miRNAs, in nucleotides.
const PRECURSORS: std::ops::RangeInclusive<usize> = 45..=200;
/// From this share of the set, RNAs of a kind are more than exceptions.
const SHARE: f64 = 0.1;
/// Names that are listed; the others are counted.
const LISTED: usize = 4;

/// Something odd about a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The kind.
    pub kind: FindingKind,
    /// What was found, what it means and what to do about it, without a full stop at the end.
    pub message: String,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// RNAs with the sequence of another one.
    Identical,
    /// Near-identical RNAs on two sides of a split.
    NearIdentical,
    /// Mature miRNAs together with precursors.
    MixedLengths,
    /// Compartments with too few RNAs.
    FewRnas,
    /// No RNA with several compartments.
    OneCompartment,
    /// A property that alone predicts a compartment.
    Leak,
    /// What was noticed while the set was read.
    Reading,
}

/// All findings, the gravest first. `groups` has the number of every RNA's group of near-identical
/// ones.
pub(super) fn find(dataset: &Dataset, groups: &[usize], seed: u64) -> Vec<Finding> {
    let finding = |kind| move |message| Finding { kind, message };
    let mut found: Vec<Finding> = Vec::new();
    found.extend(
        leak_notes(dataset)
            .into_iter()
            .map(finding(FindingKind::Leak)),
    );
    found.extend(identical(dataset).map(finding(FindingKind::Identical)));
    found.extend(divided(dataset, groups, seed).map(finding(FindingKind::NearIdentical)));
    found.extend(mixed_lengths(dataset).map(finding(FindingKind::MixedLengths)));
    found.extend(few_rnas(dataset).map(finding(FindingKind::FewRnas)));
    found.extend(one_compartment(dataset).map(finding(FindingKind::OneCompartment)));
    let notes = dataset.notes().iter().cloned();
    found.extend(notes.map(finding(FindingKind::Reading)));
    found
}

/// RNAs that have the sequence of another one, and whether their labels agree.
fn identical(dataset: &Dataset) -> Option<String> {
    let mut rnas_of: HashMap<_, Vec<usize>> = HashMap::new();
    for (rna, sequence) in dataset.sequences().into_iter().enumerate() {
        rnas_of.entry(sequence).or_default().push(rna);
    }
    let groups: Vec<&Vec<usize>> = rnas_of.values().filter(|rnas| rnas.len() > 1).collect();
    let labels = dataset.labels();
    let disagree = |rnas: &&&Vec<usize>| rnas.iter().any(|&rna| labels[rna] != labels[rnas[0]]);
    let (rnas, differing) = (
        groups.iter().map(|rnas| rnas.len()).sum::<usize>(),
        groups.iter().filter(disagree).count(),
    );
    (rnas > 0).then(|| {
        let contradiction = match differing {
            0 => String::new(),
            1 => "; the labels of one of these sequences differ, so no network can be right about all of them"
                .to_owned(),
            n => format!(
                "; the labels of {n} of these sequences differ, so no network can be right about all of them"
            ),
        };
        format!(
            "{rnas} RNAs have only {} different sequences{contradiction}. Every split keeps \
             identical sequences together. Unite their labels if they are the same RNA",
            groups.len()
        )
    })
}

/// How many RNAs of the test part are near-identical to one of the training part.
fn divided(dataset: &Dataset, groups: &[usize], seed: u64) -> Option<String> {
    if dataset.parts().iter().any(Option::is_some) {
        return divided_note(dataset);
    }
    let split = split_of(dataset, seed).ok()?;
    let mut is_trained = vec![false; groups.len()];
    for &rna in &split.train {
        is_trained[groups[rna]] = true;
    }
    let divided = split
        .test
        .iter()
        .filter(|rna| is_trained[groups[**rna]])
        .count();
    (divided > 0).then(|| {
        format!(
            "a random split holds out {} RNAs, and {divided} of them are near-identical to an RNA that \
             trains: what the network remembers of that one makes it look better than it is. Use \
             the strict split, which keeps near-identical RNAs together",
            split.test.len()
        )
    })
}

/// Mature miRNAs and precursors in one set.
fn mixed_lengths(dataset: &Dataset) -> Option<String> {
    let lengths: Vec<usize> = dataset.sequences().iter().map(|rna| rna.len()).collect();
    let mature = lengths.iter().filter(|length| **length <= MATURE).count();
    let precursors = lengths
        .iter()
        .filter(|length| PRECURSORS.contains(length))
        .count();
    let least = SHARE * lengths.len() as f64;
    (mature as f64 >= least && precursors as f64 >= least).then(|| {
        format!(
            "{mature} RNAs are as short as mature miRNAs (up to {MATURE} nt) and {precursors} as long as \
             their precursors: the network can tell them apart by length alone. Compare it with the \
             baseline that knows only the length, or train on one kind"
        )
    })
}

/// Compartments that cannot be judged.
fn few_rnas(dataset: &Dataset) -> Option<String> {
    let rnas = dataset.records().len();
    let counts = dataset.compartments().iter().zip(dataset.counts());
    let few = counts.filter(|(_, inside)| !are_enough(*inside, rnas - inside));
    let few: Vec<String> = few
        .map(|(name, inside)| format!("{name} ({inside} of {rnas})"))
        .collect();
    if few.is_empty() {
        return None;
    }
    let listed = few
        .iter()
        .take(LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let others = match few.len().saturating_sub(LISTED) {
        0 => String::new(),
        n => format!(" and {n} others"),
    };
    Some(format!(
        "too few RNAs are in or outside of {listed}{others}: with fewer than {FEWEST_RNAS} of either \
         kind, a measure says more about chance than about the network. Leave these compartments out, \
         add RNAs, or do not rely on their measures"
    ))
}

/// Whether no RNA has several compartments.
fn one_compartment(dataset: &Dataset) -> Option<String> {
    (dataset.cardinality().len() <= 2).then(|| {
        "every RNA has one compartment, so the network cannot learn about RNAs that are in several. \
         Add their other compartments if they are known"
            .to_owned()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::set_report::SetReport;

    /// Random RNAs of these lengths, each in one or two of three compartments.
    fn rnas(lengths: impl IntoIterator<Item = usize>) -> Vec<String> {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let row = |(i, length): (usize, usize)| {
            let sequence: String = (0..length)
                .map(|_| ['A', 'C', 'G', 'U'][rng.random_range(0..4)])
                .collect();
            let labels = [
                "Nucleus",
                "Cytosol",
                "Exosome",
                "Nucleus;Cytosol",
                "Cytosol;Exosome",
            ];
            format!("r{i}\t{}\t{sequence}\n", labels[i % labels.len()])
        };
        lengths.into_iter().enumerate().map(row).collect()
    }

    fn kinds(rows: &[String]) -> Vec<FindingKind> {
        let dataset = Dataset::read(rows.concat().as_bytes()).unwrap();
        let findings = SetReport::new(&dataset, 1).findings;
        findings.iter().map(|finding| finding.kind).collect()
    }

    fn clean() -> Vec<String> {
        rnas((0..200).map(|i| 100 + i % 7))
    }

    #[test]
    fn a_clean_set_has_no_finding() {
        assert_eq!(kinds(&clean()), []);
    }

    #[test]
    fn each_oddity_is_found() {
        let mut identical = clean();
        let copy = identical[3]
            .replace("r3\t", "copy\t")
            .replace("Nucleus;Cytosol", "Exosome");
        identical.push(copy);
        assert_eq!(kinds(&identical), [FindingKind::Identical]);

        let mut near = clean();
        for i in 0..60 {
            let row = near[i].trim_end().to_owned();
            near.push(format!("{}ACGU\n", row.replacen('r', "near", 1)));
        }
        assert!(kinds(&near).contains(&FindingKind::NearIdentical));

        let mixed = rnas((0..200).map(|i| if i % 2 == 0 { 22 } else { 80 }));
        assert!(kinds(&mixed).contains(&FindingKind::MixedLengths));

        let mut few = clean();
        few[0] = few[0].replace("Nucleus", "Ribosome");
        few[5] = few[5].replace("Nucleus", "Ribosome");
        assert_eq!(kinds(&few), [FindingKind::FewRnas]);

        let single: Vec<String> = clean()
            .iter()
            .map(|row| row.replace(";Cytosol", "").replace(";Exosome", ""))
            .collect();
        assert_eq!(kinds(&single), [FindingKind::OneCompartment]);

        let spelled: Vec<String> = clean()
            .iter()
            .map(|row| {
                if row.contains("\tExosome") {
                    row.replace('U', "T")
                } else {
                    row.clone()
                }
            })
            .collect();
        assert!(kinds(&spelled).contains(&FindingKind::Leak));
    }
}

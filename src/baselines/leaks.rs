//! Leaks: properties of the records that alone predict the labels of a set.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::group_frequencies::{GroupCounts, GroupFrequencies};
use crate::dataset::{Dataset, Groups, Labels, Property, PropertyGroups};
use crate::metrics::{Pairs, are_enough};

/// In so many folds, the frequencies of the other folds predict the labels of one.
const FOLDS: usize = 5;
/// A property leaks the labels of a compartment only from this AUROC. Below it, what a network could
/// gain by recognising the property is within what networks of several seeds differ by.
const LEAK_AUROC: f64 = 0.6;
/// How often the groups are shuffled over the RNAs. If no shuffled property predicts any compartment
/// as well, the chance of that is one in a hundred, for all compartments of the set together.
const SHUFFLES: usize = 99;
/// Compartments that are named in a note; the others are counted.
const LISTED: usize = 3;
/// Seed of folds and shuffles: the same set has the same leaks.
const SEED: u64 = 1;

/// How well one property alone predicts the compartments of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PropertyCheck {
    /// The property.
    pub property: Property,
    /// Its groups, the largest first.
    pub groups: Vec<GroupLabels>,
    /// For each compartment, the AUROC of the frequencies in the group of an RNA, cross-fitted in
    /// five folds; `None` if there are too few RNAs to judge the compartment.
    pub auroc: Vec<Option<f64>>,
    /// The compartments whose labels the property leaks, as indices, the highest AUROC first: their
    /// AUROC is at least 0.6, and higher than that of any compartment when the groups are shuffled
    /// over the RNAs 99 times.
    pub leaked: Vec<usize>,
}

/// A group of RNAs under a property, and how many of them are in each compartment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLabels {
    /// The name of the group.
    pub name: String,
    /// The number of RNAs.
    pub rnas: usize,
    /// The number of RNAs in each compartment.
    pub inside: Vec<usize>,
}

/// Checks how well each property with several groups alone predicts the compartments.
pub fn check_properties(dataset: &Dataset) -> Vec<PropertyCheck> {
    let groups = PropertyGroups::new(dataset.records());
    let several = groups.several();
    several
        .map(|(property, groups)| check(property, groups, dataset.labels()))
        .collect()
}

/// One sentence for each property that leaks labels of the set.
pub fn leak_notes(dataset: &Dataset) -> Vec<String> {
    let checks = check_properties(dataset);
    let notes = checks
        .iter()
        .filter_map(|check| check.note(dataset.compartments()));
    notes.collect()
}

fn check(property: Property, groups: &Groups, labels: &Labels) -> PropertyCheck {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut folds: Vec<usize> = (0..labels.len()).map(|rna| rna % FOLDS).collect();
    folds.shuffle(&mut rng);
    let mut cross_fitting = CrossFitting {
        groups: groups.of_rnas().to_vec(),
        count: groups.names().len(),
        folds,
        labels,
    };
    let auroc = cross_fitting.aurocs();
    let whole = cross_fitting.whole(&cross_fitting.counts());
    let may_leak = |auroc: &f64| *auroc >= LEAK_AUROC;
    let by_chance = if auroc.iter().flatten().any(may_leak) {
        cross_fitting.highest_by_chance(&mut rng)
    } else {
        f64::INFINITY
    };
    let leaks = |auroc: f64| may_leak(&auroc) && auroc > by_chance;
    let mut leaked: Vec<usize> = (0..auroc.len())
        .filter(|c| auroc[*c].is_some_and(leaks))
        .collect();
    leaked.sort_by(|a, b| {
        auroc[*b]
            .unwrap_or(0.0)
            .total_cmp(&auroc[*a].unwrap_or(0.0))
    });
    let group = |(group, name): (usize, &String)| GroupLabels {
        name: name.clone(),
        rnas: whole.rnas(group),
        inside: (0..auroc.len()).map(|c| whole.inside(group, c)).collect(),
    };
    PropertyCheck {
        property,
        groups: groups.names().iter().enumerate().map(group).collect(),
        auroc,
        leaked,
    }
}

/// The groups of RNAs, and the folds in which their frequencies are fitted and judged.
struct CrossFitting<'a> {
    groups: Vec<usize>,
    /// The number of groups.
    count: usize,
    folds: Vec<usize>,
    labels: &'a Labels,
}

impl CrossFitting<'_> {
    /// The counts of the RNAs of every fold.
    fn counts(&self) -> Vec<GroupCounts> {
        let none = GroupCounts::new(self.count, self.labels.compartments());
        let mut counts = vec![none; FOLDS];
        for ((fold, group), row) in self.folds.iter().zip(&self.groups).zip(self.labels) {
            counts[*fold].add(*group, row);
        }
        counts
    }

    /// The counts of all folds.
    fn whole(&self, folds: &[GroupCounts]) -> GroupCounts {
        let none = GroupCounts::new(self.count, self.labels.compartments());
        folds.iter().fold(none, GroupCounts::plus)
    }

    /// For each compartment with enough RNAs, the AUROC of the frequencies. Only RNAs of one fold are
    /// compared, because the frequencies of another fold are fitted to other RNAs.
    fn aurocs(&self) -> Vec<Option<f64>> {
        let counts = self.counts();
        let whole = self.whole(&counts);
        let with_others = |fold: GroupCounts| (whole.minus(&fold).frequencies(), fold);
        let folds: Vec<(GroupFrequencies, GroupCounts)> =
            counts.into_iter().map(with_others).collect();
        let auroc = |(c, support): (usize, usize)| {
            if !are_enough(support, self.labels.len() - support) {
                return None;
            }
            let pairs = folds.iter().map(|(model, counts)| pairs(model, counts, c));
            pairs.sum::<Pairs>().won_share()
        };
        self.labels
            .counts()
            .into_iter()
            .enumerate()
            .map(auroc)
            .collect()
    }

    /// The highest AUROC of any compartment when the groups are shuffled over the RNAs.
    fn highest_by_chance(&mut self, rng: &mut ChaCha8Rng) -> f64 {
        let mut highest: f64 = 0.0;
        for _ in 0..SHUFFLES {
            self.groups.shuffle(rng);
            highest = self.aurocs().into_iter().flatten().fold(highest, f64::max);
        }
        highest
    }
}

/// The pairs of the counted RNAs for one compartment, with the scores of `model`.
fn pairs(model: &GroupFrequencies, counts: &GroupCounts, compartment: usize) -> Pairs {
    let group = |group: usize| {
        let inside = counts.inside(group, compartment);
        let outside = counts.rnas(group) - inside;
        (
            model.score(group, compartment),
            inside as f64,
            outside as f64,
        )
    };
    let mut scored: Vec<(f32, f64, f64)> = (0..counts.groups()).map(group).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let tied = scored.chunk_by(|a, b| a.0 == b.0);
    Pairs::count(tied.map(|tied| {
        let sum = |of: fn(&(f32, f64, f64)) -> f64| tied.iter().map(of).sum();
        (sum(|group| group.1), sum(|group| group.2))
    }))
}

impl PropertyCheck {
    /// A sentence about the labels that the property leaks; `None` if there are none.
    pub fn note(&self, compartments: &[String]) -> Option<String> {
        let leaked = self.leaked.iter().take(LISTED);
        let listed = leaked.filter_map(|&c| self.leak_in_words(c, compartments.get(c)?));
        let mut leaks: Vec<String> = listed.collect();
        if leaks.is_empty() {
            return None;
        }
        match self.leaked.len().saturating_sub(LISTED) {
            0 => (),
            1 => leaks.push("one other compartment".to_owned()),
            others => leaks.push(format!("{others} other compartments")),
        }
        let last = leaks.pop().unwrap_or_default();
        let listed = match leaks.as_slice() {
            [] => last,
            others => format!("{} and {last}", others.join(", ")),
        };
        let (subject, advice) = words(self.property);
        Some(format!("{subject} alone predicts {listed}: {advice}"))
    }

    /// The compartment, its AUROC, and the group that differs most from the others.
    fn leak_in_words(&self, compartment: usize, name: &str) -> Option<String> {
        let auroc = self.auroc.get(compartment).copied().flatten()?;
        let inside = |group: &GroupLabels| group.inside.get(compartment).copied().unwrap_or(0);
        let all: usize = self.groups.iter().map(|group| group.rnas).sum();
        let all_inside: usize = self.groups.iter().map(inside).sum();
        let excess = |group: &GroupLabels| {
            let expected = group.rnas as f64 * all_inside as f64 / all as f64;
            (inside(group) as f64 - expected).abs()
        };
        let most = self
            .groups
            .iter()
            .max_by(|a, b| excess(a).total_cmp(&excess(b)))?;
        let percent = |inside: usize, rnas: usize| 100.0 * inside as f64 / rnas.max(1) as f64;
        let others = all - most.rnas;
        Some(format!(
            "{name} with an AUROC of {auroc:.2} ({}: {:.0} % of {} RNAs, others: {:.0} % of {others})",
            most.name,
            percent(inside(most), most.rnas),
            most.rnas,
            percent(all_inside - inside(most), others),
        ))
    }
}

/// The property as the subject of a sentence, and what to do if it leaks labels.
fn words(property: Property) -> (&'static str, &'static str) {
    match property {
        Property::Source => (
            "the source of a record, as the form of its ID shows it,",
            "a network that recognises the source seems better than it is; `evaluate` prints the AUROC \
             within one source",
        ),
        Property::Spelling => (
            "the spelling of a record, with T or with U,",
            "T is read as U, so the network cannot recognise it, but a program that keeps them apart \
             learns the spelling",
        ),
        Property::Tail => (
            "a tail of A at the end of a sequence",
            "a network that reads the tail may recognise where the record comes from; `evaluate` prints \
             the AUROC within the RNAs with and without a tail",
        ),
        Property::Organism => (
            "the organism of an RNA",
            "a network that recognises the organism seems better than it is; `evaluate` prints the \
             AUROC within one organism",
        ),
        Property::Length => (
            "the length of an RNA",
            "compare every result with the row 'length only'; `evaluate` prints the AUROC within RNAs \
             of similar length",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 RNAs, one half of which `source` gives a RefSeq ID.
    fn set(source: impl Fn(usize) -> bool) -> Dataset {
        let record = |i: usize| {
            let id = if source(i) { "NM_000" } else { "AK000" };
            let place = if i.is_multiple_of(2) {
                "Nucleus"
            } else {
                "Cytosol"
            };
            format!(">{id}{i:03} [location={place}]\nACGU\n")
        };
        let fasta: String = (0..100).map(record).collect();
        Dataset::read(fasta.as_bytes()).unwrap()
    }

    #[test]
    fn a_source_that_goes_with_the_labels_is_noted() {
        // 40 of the 50 RNAs of RefSeq are in the nucleus, and 10 of the others.
        let leaky = set(|i| (i % 2 == 0) != (i % 10 == 0 || i % 10 == 1));
        let checks = check_properties(&leaky);
        let [check] = checks.as_slice() else {
            panic!("{checks:?}");
        };
        assert_eq!(check.property, Property::Source);
        let names: Vec<&str> = check
            .groups
            .iter()
            .map(|group| group.name.as_str())
            .collect();
        assert_eq!(names, ["other accession", "RefSeq"]);
        // Of 50 · 50 pairs, 40 · 40 are right, 10 · 10 are wrong, and the others are ties: 0.8. Only
        // pairs of one fold count.
        assert!((check.auroc[0].unwrap() - 0.8).abs() < 0.02, "{check:?}");
        assert_eq!(check.leaked.len(), 2);
        let [note] = leak_notes(&leaky).try_into().unwrap();
        assert!(note.starts_with("the source of a record"), "{note}");
        assert!(
            note.contains("RefSeq: 80 % of 50 RNAs, others: 20 % of 50"),
            "{note}"
        );
    }

    #[test]
    fn a_source_that_does_not_go_with_the_labels_is_not_noted() {
        let fair = set(|i| i % 4 < 2);
        let [check] = check_properties(&fair).try_into().unwrap();
        assert!(check.auroc[0].unwrap() < 0.6, "{check:?}");
        assert_eq!(leak_notes(&fair), Vec::<String>::new());
    }
}

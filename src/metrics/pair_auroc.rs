//! The AUROC over pairs of RNAs that may be compared: those of one fold, and of one group.
//!
//! Networks of different folds give scores that need not be comparable. And if the source of an RNA
//! goes together with its labels, a network that recognises the source orders pairs of RNAs from two
//! sources rightly, although it may know nothing about localization. Pairs from one source show what
//! it knows besides the source.

use enum_map::EnumMap;

use super::auroc_kinds::{AurocKind, AurocSummary, CompartmentAuroc, PerAuroc};
use super::bootstrap::{Difference, Interval, Repetition, draw_rnas};
use super::per_compartment::Pairs;
use super::{MetricsError, Spread, same_count, same_shape};
use crate::dataset::{Property, PropertyGroups};

/// The AUROCs of one model on the RNAs as they are, and on every bootstrap draw.
#[derive(Clone, Debug)]
pub struct AurocDraws {
    compartments: Vec<CompartmentAuroc>,
    per_seed: Vec<PerAuroc<f64>>,
    draws: Vec<PerAuroc<f64>>,
}

/// Computes the AUROCs of one model, as they are and on every draw of the RNAs. Each repetition has
/// another seed. `groups` are those of the whole set.
///
/// # Errors
/// The predictions of a repetition are empty, or do not have the same shape.
pub fn auroc_draws(
    repetitions: &[Repetition],
    groups: &PropertyGroups,
    seed: u64,
) -> Result<AurocDraws, MetricsError> {
    let rnas = groups.rnas();
    let pairs: Vec<ComparedRnas> = repetitions
        .iter()
        .map(|repetition| ComparedRnas::new(repetition, groups))
        .collect::<Result<_, _>>()?;
    let as_they_are = vec![1.0; rnas];
    let seeds: Vec<Vec<CompartmentAuroc>> = pairs
        .iter()
        .map(|pairs| pairs.compartments(&as_they_are))
        .collect();
    let judged: Vec<bool> = (0..seeds.first().map_or(0, Vec::len))
        .map(|c| seeds.iter().all(|seed| seed[c].is_judged()))
        .collect();
    let draw = |weights: Vec<f64>| {
        let seeds = pairs.iter().map(|pairs| pairs.compartments(&weights));
        let seeds: Vec<PerAuroc<f64>> = seeds.map(|rows| means(&rows, &judged)).collect();
        mean_of_seeds(&seeds)
    };
    Ok(AurocDraws {
        draws: draw_rnas(repetitions, rnas, seed).map(draw).collect(),
        per_seed: seeds.iter().map(|rows| means(rows, &judged)).collect(),
        compartments: mean_rows(&seeds),
    })
}

impl AurocDraws {
    /// The AUROC of every compartment: the mean over the seeds. The numbers of RNAs are those of the
    /// first one.
    pub fn compartments(&self) -> &[CompartmentAuroc] {
        &self.compartments
    }

    /// The summary. If these are the AUROCs of a baseline, the network to compare it with is given.
    pub fn summary(&self, network: Option<&Self>) -> AurocSummary {
        AurocSummary {
            values: self.values(),
            spread: self.spread(),
            intervals: self.intervals(),
            difference: network.map(|network| network.difference_from(self)),
        }
    }

    /// The mean over the seeds.
    pub fn values(&self) -> PerAuroc<f64> {
        mean_of_seeds(&self.per_seed)
    }

    /// The spread over the seeds.
    pub fn spread(&self) -> PerAuroc<Spread> {
        EnumMap::from_fn(|kind| {
            let values: Vec<f64> = self.per_seed.iter().filter_map(|seed| seed[kind]).collect();
            Spread::from_values(&values)
        })
    }

    /// The 95 % intervals over RNAs.
    pub fn intervals(&self) -> PerAuroc<Interval> {
        EnumMap::from_fn(|kind| Interval::central(self.draws.iter().map(|draw| draw[kind])))
    }

    /// This model minus the other, with the interval over the same draws.
    pub fn difference_from(&self, other: &Self) -> PerAuroc<Difference> {
        let (own, others) = (self.values(), other.values());
        EnumMap::from_fn(|kind| {
            let pairs = self.draws.iter().zip(&other.draws);
            let pairs = pairs.map(|(a, b)| (a[kind], b[kind]));
            Difference::central((own[kind], others[kind]), pairs)
        })
    }
}

/// One tested RNA for one compartment.
#[derive(Clone, Copy)]
struct ScoredRna {
    /// RNAs with different numbers are not compared.
    group: usize,
    score: f32,
    rna: usize,
    is_positive: bool,
}

/// One repetition, prepared for counting its pairs under many weights.
struct ComparedRnas {
    /// For each compartment, the RNAs by fold, and by fold and group under each property.
    columns: Vec<Column>,
}

struct Column {
    positives: usize,
    in_fold: Vec<ScoredRna>,
    in_group: EnumMap<Property, Vec<ScoredRna>>,
}

impl ComparedRnas {
    fn new(r: &Repetition, groups: &PropertyGroups) -> Result<Self, MetricsError> {
        let width = same_shape("scores", &r.scores, &r.truth)?;
        same_count("RNAs", r.rnas.len(), &r.truth)?;
        same_count("folds", r.folds.len(), &r.truth)?;
        let sorted = |c: usize, group: &dyn Fn(usize) -> usize| {
            let rna = |row: usize| ScoredRna {
                group: group(row),
                score: r.scores[row][c],
                rna: r.rnas[row],
                is_positive: r.truth[row][c],
            };
            let mut rnas: Vec<ScoredRna> = (0..r.rnas.len()).map(rna).collect();
            rnas.sort_by(|a, b| a.group.cmp(&b.group).then(b.score.total_cmp(&a.score)));
            rnas
        };
        let column = |c: usize| Column {
            positives: r.truth.iter().filter(|row| row[c]).count(),
            in_fold: sorted(c, &|row| r.folds[row]),
            in_group: EnumMap::from_fn(|property| {
                let groups = groups.get(property);
                let count = groups.names().len();
                if !groups.are_several() {
                    return Vec::new();
                }
                sorted(c, &|row| {
                    r.folds[row] * count + groups.of_rnas()[r.rnas[row]]
                })
            }),
        };
        Ok(Self {
            columns: (0..width).map(column).collect(),
        })
    }

    /// The AUROC of every compartment if the RNAs have these weights.
    fn compartments(&self, weights: &[f64]) -> Vec<CompartmentAuroc> {
        let row = |column: &Column| CompartmentAuroc {
            support: column.positives,
            negatives: column.in_fold.len() - column.positives,
            auroc: pair_auroc(&column.in_fold, weights),
            within: EnumMap::from_fn(|property| pair_auroc(&column.in_group[property], weights)),
        };
        self.columns.iter().map(row).collect()
    }
}

/// The share of the pairs in one group in which the positive has the higher score; ties count half.
/// `rnas` are sorted by group, and the highest score comes first.
fn pair_auroc(rnas: &[ScoredRna], weights: &[f64]) -> Option<f64> {
    let tied = |tied: &[ScoredRna]| {
        let (mut positives, mut negatives) = (0.0, 0.0);
        for rna in tied {
            let sum = if rna.is_positive {
                &mut positives
            } else {
                &mut negatives
            };
            *sum += weights[rna.rna];
        }
        (positives, negatives)
    };
    let groups = rnas.chunk_by(|a, b| a.group == b.group);
    // Compared with `==`, not by total order, because -0 and 0 are the same score.
    let pairs =
        groups.map(|group| Pairs::count(group.chunk_by(|a, b| a.score == b.score).map(tied)));
    pairs.sum::<Pairs>().won_share()
}

/// The means over the compartments.
fn means(rows: &[CompartmentAuroc], judged: &[bool]) -> PerAuroc<f64> {
    let judged = || {
        rows.iter()
            .zip(judged)
            .filter(|(_, judged)| **judged)
            .map(|(row, _)| row)
    };
    EnumMap::from_fn(|kind| match kind {
        AurocKind::All => mean(rows.iter().map(|row| row.auroc)),
        AurocKind::Judged => mean(judged().map(|row| row.auroc)),
        AurocKind::Within(property) => mean(judged().map(|row| row.within[property])),
    })
}

fn mean_of_seeds(seeds: &[PerAuroc<f64>]) -> PerAuroc<f64> {
    EnumMap::from_fn(|kind| mean(seeds.iter().map(|seed| seed[kind])))
}

/// The rows of the compartments: means over the seeds.
fn mean_rows(seeds: &[Vec<CompartmentAuroc>]) -> Vec<CompartmentAuroc> {
    let Some(first) = seeds.first() else {
        return Vec::new();
    };
    let row = |(c, row): (usize, &CompartmentAuroc)| CompartmentAuroc {
        auroc: mean(seeds.iter().map(|seed| seed[c].auroc)),
        within: EnumMap::from_fn(|property| {
            mean(seeds.iter().map(|seed| seed[c].within[property]))
        }),
        ..row.clone()
    };
    first.iter().enumerate().map(row).collect()
}

/// The mean of the values that exist; `None` if there are none.
fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.flatten().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;
    use crate::dataset::compartment_table::tests::table;
    use crate::metrics::Scores;

    /// 120 RNAs of two sources and two folds, with 30 in the first compartment and 18 in the second.
    fn example() -> (Repetition, PropertyGroups) {
        let source = |i: usize| {
            if i.is_multiple_of(3) {
                "NM_00000"
            } else {
                "AK00000"
            }
        };
        let record = |i: usize| format!(">{}{i:03} [location=P{}]\nACGU\n", source(i), i % 2);
        let fasta: String = (0..120).map(record).collect();
        let set = Dataset::read(fasta.as_bytes()).unwrap();
        let score = |i: usize| [(i * 7 % 13) as f32, (i % 5) as f32];
        let repetition = Repetition {
            rnas: (0..120).collect(),
            folds: (0..120).map(|i| i % 2).collect(),
            scores: table((0..120).map(score)),
            called: table(vec![[false; 2]; 120]),
            truth: table((0..120).map(|i| [i % 4 == 3, i < 18])),
        };
        (repetition, PropertyGroups::new(set.records()))
    }

    /// The share of all pairs of comparable RNAs that a compartment's scores order rightly.
    fn brute_force(r: &Repetition, c: usize, group: impl Fn(usize) -> usize) -> f64 {
        let (mut won, mut all) = (0.0, 0.0);
        for a in 0..r.rnas.len() {
            for b in 0..r.rnas.len() {
                if r.truth[a][c] && !r.truth[b][c] && group(a) == group(b) {
                    all += 1.0;
                    let (a, b) = (r.scores[a][c], r.scores[b][c]);
                    won += if a > b {
                        1.0
                    } else if a == b {
                        0.5
                    } else {
                        0.0
                    };
                }
            }
        }
        won / all
    }

    #[test]
    fn aurocs_equal_those_of_all_pairs_one_by_one() {
        let (r, groups) = example();
        let found = auroc_draws(std::slice::from_ref(&r), &groups, 1).unwrap();
        let source = groups.get(Property::Source).of_rnas();
        for (c, row) in found.compartments().iter().enumerate() {
            let in_fold = brute_force(&r, c, |rna| r.folds[rna]);
            assert!((row.auroc.unwrap() - in_fold).abs() < 1e-12);
            let in_source = brute_force(&r, c, |rna| 2 * source[rna] + r.folds[rna]);
            assert!((row.within[Property::Source].unwrap() - in_source).abs() < 1e-12);
            assert_eq!(row.within[Property::Spelling], None);
        }
        let [first, second] = found.compartments() else {
            panic!("two compartments");
        };
        assert_eq!((first.support, first.negatives), (30, 90));
        assert!(first.is_judged() && !second.is_judged());
        let values = found.values();
        let mean = (first.auroc.unwrap() + second.auroc.unwrap()) / 2.0;
        assert!((values[AurocKind::All].unwrap() - mean).abs() < 1e-12);
        assert_eq!(values[AurocKind::Judged], first.auroc);
        let within = AurocKind::Within(Property::Source);
        assert_eq!(values[within], first.within[Property::Source]);
        for kind in [AurocKind::All, AurocKind::Judged, within] {
            let (value, interval) = (values[kind].unwrap(), found.intervals()[kind].unwrap());
            assert!(interval.low < value && value < interval.high, "{kind:?}");
        }
    }

    #[test]
    fn scores_that_show_the_source_only_are_worth_nothing_within_it() {
        let (mut r, groups) = example();
        let source = groups.get(Property::Source).of_rnas().to_vec();
        // The first source is in the first compartment, except for every fifth RNA.
        r.truth = table((0..120).map(|i| [(source[i] == 0) != (i % 5 == 0), i % 2 == 0]));
        r.scores = Scores::from_rows(source.iter().map(|s| [1.0 - *s as f32, 0.0])).unwrap();
        let values = auroc_draws(&[r], &groups, 1).unwrap();
        let row = &values.compartments()[0];
        assert!(row.auroc.unwrap() > 0.7, "{row:?}");
        assert_eq!(row.within[Property::Source], Some(0.5));
        let same = values.difference_from(&values)[AurocKind::Judged].unwrap();
        assert_eq!((same.low, same.difference, same.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn seeds_are_averaged_and_their_spread_is_kept() {
        let (good, groups) = example();
        let mut better = good.clone();
        better.scores = table(
            good.truth
                .iter()
                .map(|row| [f32::from(u8::from(row[0])), 0.0]),
        );
        let both = auroc_draws(&[good, better], &groups, 1).unwrap();
        let spread = both.spread()[AurocKind::Judged].unwrap();
        assert_eq!(spread.highest, 1.0);
        let mean = (spread.highest + spread.lowest) / 2.0;
        assert!((both.values()[AurocKind::Judged].unwrap() - mean).abs() < 1e-12);
    }
}

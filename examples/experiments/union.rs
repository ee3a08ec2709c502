//! Trains on several sets together. A compartment that a set does not have, or not for a species,
//! was not looked for there: it is unknown instead of absent.

use std::collections::HashSet;

use rmlocnet::dataset::{Property, PropertyGroups, Split, near_identical_groups};
use rmlocnet::evaluation::Fold;
use rmlocnet::training::{Target, Targets};
use rmlocnet::{Config, Dataset, Scores, TrainingRun, device};

use super::comparison::{Comparison, train_and_score};
use super::{Experiment, Outcome};

pub(crate) fn run(experiment: &Experiment, comparison: &mut Comparison<'_>) -> Outcome<()> {
    let union = Union::new(experiment)?;
    let (dataset, config) = (&experiment.plan.dataset, &experiment.plan.settings.config);
    for fold in &experiment.plan.folds {
        comparison.add_usual(fold)?;
        for (name, targets) in [
            ("union, absent where not named", None),
            ("union, unknown where not named", Some(&union.targets)),
        ] {
            let run = union.training_run(fold, config)?;
            let run = match targets {
                Some(targets) => run.with_targets(targets.clone())?,
                None => run,
            };
            let scores = train_and_score(run, &fold.split.test)?;
            let scores = union.scores_of(&scores, dataset.compartments())?;
            comparison.add(name, fold, scores)?;
        }
    }
    Ok(())
}

/// The RNAs of all sets: first those of the tested set, in its order.
struct Union {
    dataset: Dataset,
    /// The number of RNAs of the tested set.
    tested: usize,
    /// The group of near-identical RNAs of every RNA.
    near_identical: Vec<usize>,
    targets: Targets,
}

impl Union {
    /// Reads all sets as one, in which an RNA of several sets is at the place of its first one.
    fn new(experiment: &Experiment) -> Outcome<Self> {
        let mut bytes = experiment.data.clone();
        let tested = experiment.plan.dataset.records().len();
        // The number of RNAs of the first set, the first two, and so on.
        let mut ends = vec![tested];
        for other in &experiment.others {
            bytes.extend(other);
            ends.push(Dataset::read(&bytes[..])?.records().len());
        }
        let dataset = Dataset::read(&bytes[..])?;
        Ok(Self {
            near_identical: near_identical_groups(&dataset.sequences()),
            targets: known_targets(&dataset, &ends)?,
            dataset,
            tested,
        })
    }

    /// A training on the RNAs of a fold of the tested set, and on those of the other sets that are
    /// not near-identical to one that is tested.
    fn training_run(&self, fold: &Fold, config: &Config) -> Outcome<TrainingRun> {
        let group = |rna: &usize| self.near_identical[*rna];
        let held_out = [&fold.split.validation[..], &fold.split.test].concat();
        let held_out: HashSet<usize> = held_out.iter().map(group).collect();
        let others = self.tested..self.dataset.records().len();
        let others = others.filter(|rna| !held_out.contains(&group(rna)));
        let split = Split {
            train: fold.split.train.iter().copied().chain(others).collect(),
            ..fold.split.clone()
        };
        let (dataset, config) = (self.dataset.clone(), config.clone());
        let run = TrainingRun::with_split(dataset, split, config, fold.seed, &device::cpu())?;
        Ok(run)
    }

    /// The columns of some compartments.
    fn scores_of(&self, scores: &Scores, compartments: &[String]) -> Outcome<Scores> {
        let all = self.dataset.compartments();
        let place = |name: &String| all.iter().position(|other| other == name);
        let places: Vec<usize> = compartments.iter().filter_map(place).collect();
        let row = |row: &[f32]| places.iter().map(|c| row[*c]).collect::<Vec<f32>>();
        Ok(Scores::from_rows(scores.iter().map(row))?)
    }
}

/// The labels as targets, without those of compartments in which no RNA of the same set and species
/// is. `ends` are the places where the sets end.
fn known_targets(dataset: &Dataset, ends: &[usize]) -> Outcome<Targets> {
    let species = PropertyGroups::new(dataset.records());
    let species = species.get(Property::Organism).of_rnas();
    let place = |rna: usize, c: usize| {
        let set = ends.iter().filter(|end| **end <= rna).count();
        (set, species[rna], c)
    };
    let labels = dataset.labels();
    let compartments = 0..labels.compartments();
    let mut named = HashSet::new();
    for (rna, row) in labels.iter().enumerate() {
        let inside = compartments.clone().filter(|c| row[*c]);
        named.extend(inside.map(|c| place(rna, c)));
    }
    let target = |rna: usize, c: usize| {
        if named.contains(&place(rna, c)) {
            Target::from(labels[rna][c])
        } else {
            Target::UNKNOWN
        }
    };
    let row =
        |rna: usize| -> Vec<Target> { compartments.clone().map(|c| target(rna, c)).collect() };
    Ok(Targets::from_rows((0..labels.len()).map(row))?)
}

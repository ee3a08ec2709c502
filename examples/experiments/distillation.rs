//! Distils five networks into one: it is trained towards their mean probabilities for the training
//! part, or towards the middle between these and the labels.

use rmlocnet::evaluation::Fold;
use rmlocnet::training::Targets;
use rmlocnet::{Labels, Scores};

use super::comparison::{Comparison, train_and_score};
use super::{Experiment, Outcome};

/// The number of networks that are distilled.
const TEACHERS: u64 = 5;
/// The part of a target that comes from the networks, and the name of the row.
const SHARES: [(f32, &str); 2] = [
    (1.0, "distilled from five networks"),
    (0.5, "the same, half labels"),
];

pub(crate) fn run(experiment: &Experiment, comparison: &mut Comparison<'_>) -> Outcome<()> {
    let labels = experiment.plan.dataset.labels();
    let all: Vec<usize> = (0..labels.len()).collect();
    for fold in &experiment.plan.folds {
        comparison.add_usual(fold)?;
        let teachers = teach(comparison, fold, &all)?;
        let tested = teachers.select(&fold.split.test);
        comparison.add("mean of five networks", fold, tested)?;
        for (share, name) in SHARES {
            let targets = mean(&[(share, teachers.clone()), (1.0 - share, numbers(labels)?)])?;
            let run = comparison.usual_run(fold, fold.seed)?;
            let run = run.with_targets(Targets::from_probabilities(&targets)?)?;
            comparison.add(name, fold, train_and_score(run, &fold.split.test)?)?;
        }
    }
    Ok(())
}

/// The mean probabilities of the networks for some RNAs. Their seeds are not those of the
/// repetitions. Only the probabilities of the training part become targets.
fn teach(comparison: &Comparison<'_>, fold: &Fold, rnas: &[usize]) -> Outcome<Scores> {
    let teacher = |n: u64| {
        let run = comparison.usual_run(fold, 1000 * fold.seed + n)?;
        Ok((1.0 / TEACHERS as f32, train_and_score(run, rnas)?))
    };
    mean(&(1..=TEACHERS).map(teacher).collect::<Outcome<Vec<_>>>()?)
}

/// The weighted mean of tables with the same rows; the weights sum to 1.
fn mean(tables: &[(f32, Scores)]) -> Outcome<Scores> {
    let rows = 0..tables.first().map_or(0, |(_, table)| table.len());
    let columns = tables.first().map_or(0, |(_, table)| table.compartments());
    let value = |row: usize, c: usize| {
        let parts = tables.iter().map(|(weight, table)| weight * table[row][c]);
        parts.sum::<f32>().min(1.0)
    };
    let row = |row: usize| (0..columns).map(|c| value(row, c)).collect::<Vec<f32>>();
    Ok(Scores::from_rows(rows.map(row))?)
}

/// Labels as probabilities.
fn numbers(labels: &Labels) -> Outcome<Scores> {
    let row = |row: &[bool]| -> Vec<f32> {
        row.iter()
            .map(|label| f32::from(u8::from(*label)))
            .collect()
    };
    Ok(Scores::from_rows(labels.iter().map(row))?)
}

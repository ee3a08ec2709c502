//! Compares ways of training by their scores for the tested RNAs of all folds.

use pollster::block_on;
use rmlocnet::evaluation::{CrossValidation, Fold};
use rmlocnet::metrics::bootstrap::{BootstrapDraws, Difference, Repetition, bootstrap};
use rmlocnet::metrics::{AurocDraws, AurocKind, Calls, Measure, Scores, auroc_draws};
use rmlocnet::{TrainingRun, device};

use super::Outcome;

/// The kinds of AUROC in the table, as far as they exist.
const KINDS: [AurocKind; 3] = [
    AurocKind::All,
    AurocKind::Judged,
    AurocKind::Within(rmlocnet::dataset::Property::Source),
];

/// The scores of several ways of training, the usual one first.
pub(crate) struct Comparison<'a> {
    plan: &'a CrossValidation,
    ways: Vec<Way>,
}

/// A way of training.
struct Way {
    name: String,
    /// The scores, one repetition for each seed.
    repetitions: Vec<Repetition>,
}

/// The measures of a way of training, on the RNAs as they are and on every draw.
struct Draws {
    measures: BootstrapDraws,
    aurocs: AurocDraws,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(plan: &'a CrossValidation) -> Self {
        let ways = Vec::new();
        Self { plan, ways }
    }

    /// Trains on a fold of the plan as usual, and adds the scores of its tested RNAs.
    pub(crate) fn add_usual(&mut self, fold: &Fold) -> Outcome<()> {
        let scores = train_and_score(self.usual_run(fold, fold.seed)?, &fold.split.test)?;
        self.add("as usual", fold, scores)
    }

    /// A training on a fold of the plan before its first step.
    pub(crate) fn usual_run(&self, fold: &Fold, seed: u64) -> Outcome<TrainingRun> {
        let (dataset, config) = (&self.plan.dataset, &self.plan.settings.config);
        let (dataset, config, split) = (dataset.clone(), config.clone(), fold.split.clone());
        let run = TrainingRun::with_split(dataset, split, config, seed, &device::cpu())?;
        Ok(run)
    }

    /// Adds the scores that a way of training gives the tested RNAs of a fold.
    pub(crate) fn add(&mut self, name: &str, fold: &Fold, scores: Scores) -> Outcome<()> {
        eprintln!("{fold}: {name}");
        let known = self.ways.iter().position(|way| way.name == name);
        let place = known.unwrap_or_else(|| {
            let (name, repetitions) = (name.to_owned(), Vec::new());
            self.ways.push(Way { name, repetitions });
            self.ways.len() - 1
        });
        let repetitions = &mut self.ways[place].repetitions;
        let seeds = &self.plan.settings.seeds;
        repetitions.resize_with(seeds.len(), Repetition::default);
        let seed = seeds.iter().position(|seed| *seed == fold.seed);
        let repetition = seed.and_then(|seed| repetitions.get_mut(seed));
        let repetition = repetition.ok_or("the fold belongs to another plan")?;
        let test = &fold.split.test;
        let called = scores
            .iter()
            .map(|row| row.iter().map(|p| *p >= 0.5).collect::<Vec<_>>());
        repetition.append(&Repetition {
            rnas: test.clone(),
            folds: vec![fold.index; test.len()],
            called: Calls::from_rows(called)?,
            truth: self.plan.dataset.labels().select(test),
            scores,
        })?;
        Ok(())
    }

    /// The table: one row for each way of training, with what it gains over the first one and the
    /// 95 % interval of this difference.
    pub(crate) fn table(&self) -> Outcome<Vec<String>> {
        let titles = KINDS
            .map(|kind| format!("AUROC, {}", kind.title()))
            .join(" | ");
        let mut lines = vec![
            format!("| training | average precision | {titles} |"),
            format!("|---{}|", "|---".repeat(1 + KINDS.len())),
        ];
        let mut usual: Option<Draws> = None;
        for way in &self.ways {
            let draws = self.draws(way)?;
            let cells = draws.cells(usual.as_ref()).join(" | ");
            lines.push(format!("| {} | {cells} |", way.name));
            usual.get_or_insert(draws);
        }
        Ok(lines)
    }

    fn draws(&self, way: &Way) -> Outcome<Draws> {
        let seed = self
            .plan
            .settings
            .seeds
            .first()
            .copied()
            .unwrap_or_default();
        let rnas = self.plan.dataset.records().len();
        Ok(Draws {
            measures: bootstrap(&way.repetitions, rnas, seed)?,
            aurocs: auroc_draws(&way.repetitions, &self.plan.groups, seed)?,
        })
    }
}

impl Draws {
    /// The measures in the order of the table.
    fn cells(&self, usual: Option<&Self>) -> Vec<String> {
        let measure = Measure::AveragePrecision;
        let gains = usual.map(|usual| self.measures.difference_from(&usual.measures));
        let gain = gains.and_then(|gains| gains[measure]);
        let mut cells = vec![cell(self.measures.observed().get(measure), gain)];
        let (values, gains) = (
            self.aurocs.values(),
            usual.map(|usual| self.aurocs.difference_from(&usual.aurocs)),
        );
        cells.extend(KINDS.map(|kind| cell(values[kind], gains.and_then(|gains| gains[kind]))));
        cells
    }
}

/// A value, and what it gains.
fn cell(value: Option<f64>, gain: Option<Difference>) -> String {
    let Some(value) = value else {
        return "-".to_owned();
    };
    let gain = gain.map(|gain| {
        let Difference {
            difference,
            low,
            high,
        } = gain;
        format!(" ({difference:+.3}, {low:+.3} to {high:+.3})")
    });
    format!("{value:.3}{}", gain.unwrap_or_default())
}

/// Trains to the end and scores some RNAs of the run's set.
pub(crate) fn train_and_score(mut run: TrainingRun, rnas: &[usize]) -> Outcome<Scores> {
    block_on(run.train(|_| ()))?;
    Ok(block_on(run.trained_scores(rnas))?)
}

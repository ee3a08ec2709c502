//! Which RNAs learn, choose and judge: the folds of every protocol.

use std::fmt;
use std::str::FromStr;

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fold::Fold;
use crate::baselines::Baseline;
use crate::dataset::folds::{grouped_folds, random_folds};
use crate::dataset::headers::organism;
use crate::dataset::{Dataset, Split, cross_fitting_halves, near_identical_groups, split_of};
use crate::network::{Config, KeepEpoch};
use crate::rna::Note;
use crate::training_run::TrainingRunError;

/// Folds of the paper's protocol.
pub const FOLDS: usize = 10;
/// Share of a fold's training part that chooses epoch and thresholds.
const VALIDATION_FRACTION: f64 = 0.1;
/// Of fewer RNAs than these a tenth is too few to choose thresholds by.
const SMALL_SET: usize = 500;
/// How thresholds are chosen; folds kept by another rule are not gone on from.
const THRESHOLDS: &str = "by halves, given that an RNA is somewhere";

/// How RNAs are parted into those that learn and those that judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Random folds, the mean of the folds' figures: the paper's (section 3).
    Paper,
    /// Folds over groups of near-identical RNAs, which never stand on two sides.
    Strict,
    /// The split given in the set, or one held-out fifth: for sets too large for folds.
    Holdout,
}

impl Protocol {
    /// All of them.
    pub const ALL: [Protocol; 3] = [Protocol::Paper, Protocol::Strict, Protocol::Holdout];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Paper => "paper",
            Protocol::Strict => "strict",
            Protocol::Holdout => "holdout",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Protocol::ALL.into_iter().find(|p| p.name() == name);
        found.ok_or_else(|| format!("`{name}` is none of paper, strict and holdout"))
    }
}

/// What an evaluation does; the same settings on the same data give the same report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The network and its training.
    pub config: Config,
    /// How RNAs are parted.
    pub protocol: Protocol,
    /// Folds, of the protocols that have them.
    pub folds: usize,
    /// Share of a fold's training part that chooses epoch and thresholds; 0: halves of it choose
    /// thresholds for each other.
    #[serde(rename = "inner")]
    pub validation_fraction: f64,
    /// One repetition for each, with its own folds, start and dropout.
    pub seeds: Vec<u64>,
    /// What stands beside the network.
    pub baselines: Vec<Baseline>,
    /// Whether the first seed is run once more on labels dealt out at random.
    pub shuffled: bool,
    /// Whether to do what must not be done: T kept apart from U, the best epoch of each fold
    /// picked on its test part.
    pub as_published: bool,
}

impl Settings {
    /// The inner share where none is given. A training that keeps its last epoch has nothing to
    /// choose but thresholds, and a tenth of a few hundred RNAs is better learnt from: there halves
    /// of the training part choose them for each other.
    pub fn default_validation_fraction(config: &Config, records: usize, as_published: bool) -> f64 {
        match config.keep_epoch {
            KeepEpoch::Last if records < SMALL_SET && !as_published => 0.0,
            _ => VALIDATION_FRACTION,
        }
    }
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum CrossValidationError {
    /// The set cannot be parted so, or the settings are out of range.
    #[error(transparent)]
    TrainingRun(#[from] TrainingRunError),
    /// No seed is given.
    #[error("no seed is given; give at least one")]
    NoSeed,
}

/// All folds of an evaluation.
#[derive(Clone, Debug)]
pub struct CrossValidation {
    /// What to do.
    pub settings: Settings,
    /// The labelled set.
    pub dataset: Dataset,
    /// The set with its labels dealt out at random, where asked for.
    pub(super) control: Option<Dataset>,
    /// What is to be run, in the order of the report.
    pub folds: Vec<Fold>,
    /// Groups of near-identical RNAs and the size of the largest, where the protocol has them.
    pub groups: Option<(usize, usize)>,
}

impl CrossValidation {
    /// Makes the folds.
    ///
    /// # Errors
    /// Settings out of range; a set that cannot be parted so.
    pub fn new(mut dataset: Dataset, mut settings: Settings) -> Result<Self, CrossValidationError> {
        settings.config.check().map_err(TrainingRunError::from)?;
        let first = *settings.seeds.first().ok_or(CrossValidationError::NoSeed)?;
        if settings.as_published {
            keep_thymine_apart(&mut dataset);
        }
        if !has_organisms(&dataset) {
            settings.baselines.retain(|b| *b != Baseline::Organism);
        }
        let groups = (settings.protocol == Protocol::Strict)
            .then(|| near_identical_groups(&dataset.sequences()));
        let mut folds = Vec::new();
        for &seed in &settings.seeds {
            let splits = splits(&dataset, &settings, groups.as_deref(), seed)?;
            folds.extend(splits.into_iter().enumerate().map(|(index, split)| Fold {
                seed,
                index,
                shuffled: false,
                halves: cross_fitting_halves(&split, &dataset, groups.as_deref(), seed),
                split,
            }));
        }
        let control = settings.shuffled.then(|| shuffled(&dataset, first));
        if control.is_some() {
            let again: Vec<Fold> = folds.iter().filter(|t| t.seed == first).cloned().collect();
            folds.extend(again.into_iter().map(|fold| Fold {
                shuffled: true,
                ..fold
            }));
        }
        Ok(CrossValidation {
            settings,
            dataset,
            control,
            folds,
            groups: groups.map(|of| largest(&of)),
        })
    }

    /// SHA-256 of every split of every seed: two reports with the same value judged the same
    /// RNAs by networks that learnt from the same.
    pub fn splits_sha256(&self) -> String {
        let mut hash = Sha256::new();
        for fold in self.folds.iter().filter(|fold| !fold.shuffled) {
            hash.update(fold.split.sha256());
        }
        hexadecimal(&hash.finalize())
    }

    /// SHA-256 of all that decides a fold's result but its seed: data and settings.
    pub fn sha256(&self) -> String {
        let settings = Settings {
            seeds: Vec::new(),
            shuffled: false,
            ..self.settings.clone()
        };
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(THRESHOLDS);
        hash.update(self.dataset.sha256());
        // Plain data always has a JSON form.
        hash.update(serde_json::to_vec(&settings).unwrap_or_default());
        hexadecimal(&hash.finalize())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The splits of one seed.
fn splits(
    dataset: &Dataset,
    settings: &Settings,
    groups: Option<&[usize]>,
    seed: u64,
) -> Result<Vec<Split>, TrainingRunError> {
    let (labels, folds, fraction) = (
        &dataset.labels,
        settings.folds,
        settings.validation_fraction,
    );
    Ok(match (settings.protocol, groups) {
        (Protocol::Strict, Some(groups)) => grouped_folds(groups, labels, folds, fraction, seed)?,
        (Protocol::Holdout, _) => vec![split_of(dataset, seed)?],
        _ => random_folds(&dataset.sequences(), labels, folds, fraction, seed)?,
    })
}

/// Whether the set says of RNAs that they come from different species.
fn has_organisms(dataset: &Dataset) -> bool {
    let mut organisms = dataset.records.iter().map(organism);
    let first = organisms.next();
    organisms.any(|organism| Some(organism) != first)
}

/// Number of groups and size of the largest.
fn largest(groups: &[usize]) -> (usize, usize) {
    let count = groups.iter().max().map_or(0, |last| last + 1);
    let mut sizes = vec![0; count];
    for &group in groups {
        sizes[group] += 1;
    }
    (count, sizes.into_iter().max().unwrap_or(0))
}

/// The set with its rows of labels dealt out at random: nothing is left to learn but frequencies.
fn shuffled(dataset: &Dataset, seed: u64) -> Dataset {
    let mut control = dataset.clone();
    control.labels.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    control
}

/// Gives the spelling away: where a record was written with T, its T become letters the network
/// can tell from U (N, in which sequences are otherwise poor). Everywhere else T is U.
fn keep_thymine_apart(dataset: &mut Dataset) {
    for record in &mut dataset.records {
        let spelled_with_t = |note: &Note| matches!(note, Note::Thymine { .. });
        if record.notes.iter().any(spelled_with_t) {
            for letter in record.sequence.iter_mut().filter(|l| **l == b'U') {
                *letter = b'N';
            }
        }
    }
}

//! Cross-validation: which RNAs train, validate and test in every fold of a protocol.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{Display, EnumString, VariantArray, VariantNames};

use super::apart_from::ApartFrom;
use super::fold::{Fold, FoldResult};
use crate::baselines::Baseline;
use crate::dataset::folds::{grouped_folds, random_folds};
use crate::dataset::{
    Dataset, GroupSummary, PropertyGroups, Split, divided_note, near_identical_groups, overlapping,
    split_of,
};
use crate::network::Config;
use crate::rna::{Note, Nucleotide, Sequence};
use crate::sha256::hexadecimal;
use crate::shard::Shard;
use crate::training_run::{
    ThresholdSource, TrainingRunError, VALIDATION_FRACTION, default_validation_fraction,
};

/// Number of folds in the paper's protocol.
pub const FOLDS: usize = 10;
/// The rule for thresholds. Folds that were stored under another rule are not reused.
const THRESHOLDS: &str = "by halves, given that an RNA is somewhere";

/// How RNAs are assigned to folds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(
    serialize_all = "kebab-case",
    parse_err_ty = UnknownProtocol,
    parse_err_fn = UnknownProtocol::new
)]
pub enum Protocol {
    /// Random folds; measures are means over folds. This is the paper's protocol (section 3).
    Paper,
    /// Folds of groups of near-identical RNAs, which are never on two sides of a split.
    Strict,
    /// The split that the set names, or one fifth held out: for sets too large for folds.
    Holdout,
}

/// The name is not that of a [`Protocol`].
#[derive(Debug, thiserror::Error, PartialEq)]
#[error(
    "`{0}` is not a protocol; use one of {names}",
    names = Protocol::VARIANTS.join(", ")
)]
pub struct UnknownProtocol(String);

impl UnknownProtocol {
    fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// The settings of an evaluation. The same settings and data give the same report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settings {
    /// The settings of the network and its training.
    pub config: Config,
    /// How RNAs are assigned to folds.
    pub protocol: Protocol,
    /// Number of folds, for protocols that have folds.
    pub folds: usize,
    /// Share of a fold's training part that chooses epoch and thresholds; `inner` in files. If it
    /// is 0, thresholds are cross-fitted on two halves of the training part.
    #[serde(rename = "inner")]
    pub validation_fraction: f64,
    /// Seeds: one repetition each, with its own folds, initial weights and dropout.
    pub seeds: Vec<u64>,
    /// The baselines to report.
    pub baselines: Vec<Baseline>,
    /// Whether the first seed is also run on shuffled labels, as a control.
    pub shuffled: bool,
    /// Reproduces two known evaluation flaws: T is kept apart from U, and the best epoch of each
    /// fold is chosen on its test part.
    pub as_published: bool,
}

impl Settings {
    /// The paper's protocol with all baselines and one seed, for a set of so many records.
    pub fn new(config: Config, records: usize) -> Self {
        Self {
            validation_fraction: Self::default_validation_fraction(&config, records, false),
            config,
            protocol: Protocol::Paper,
            folds: FOLDS,
            seeds: vec![1],
            baselines: Baseline::VARIANTS.to_vec(),
            shuffled: false,
            as_published: false,
        }
    }

    /// The validation fraction if none is given: that of a training, except that an evaluation as
    /// published always has a validation part.
    pub fn default_validation_fraction(config: &Config, records: usize, as_published: bool) -> f64 {
        if as_published {
            VALIDATION_FRACTION
        } else {
            default_validation_fraction(config, records)
        }
    }
}

/// Why a cross-validation cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrossValidationError {
    /// The set cannot be divided into these folds, or a setting is out of range.
    #[error(transparent)]
    TrainingRun(#[from] TrainingRunError),
    /// No seed is given.
    #[error("no seed is given; give at least one")]
    NoSeed,
}

/// A cross-validation: a labelled set, its folds and what to run on them.
#[derive(Clone, Debug)]
pub struct CrossValidation {
    /// The settings.
    pub settings: Settings,
    /// The labelled set.
    pub dataset: Dataset,
    /// The set with shuffled labels, if the settings request a control.
    pub(super) control: Option<Dataset>,
    /// The folds to run, in the order of the report.
    pub folds: Vec<Fold>,
    /// The groups of near-identical RNAs, for the strict protocol.
    pub near_identical: Option<GroupSummary>,
    /// The groups of the RNAs under every property.
    pub groups: PropertyGroups,
    /// The RNAs of another set that the training parts are kept apart from.
    pub apart_from: Option<ApartFrom>,
    /// What must be known about the splits and the RNAs to judge the results.
    pub notes: Vec<String>,
}

impl CrossValidation {
    /// Divides the set into folds.
    ///
    /// # Errors
    /// A setting is out of range, or the set cannot be divided into these folds.
    pub fn new(dataset: Dataset, settings: Settings) -> Result<Self, CrossValidationError> {
        Self::with_left_out(dataset, settings, &[])
    }

    /// Divides the set into folds, and leaves out of all their training parts the RNAs that overlap
    /// with one of `others`, which are named `name` in the report.
    ///
    /// # Errors
    /// As [`CrossValidation::new`].
    pub fn apart_from(
        dataset: Dataset,
        settings: Settings,
        name: &str,
        others: &[Sequence],
    ) -> Result<Self, CrossValidationError> {
        let left_out = overlapping(&dataset.sequences(), &others.iter().collect::<Vec<_>>());
        let apart_from = ApartFrom {
            name: name.to_owned(),
            rnas: others.len(),
            left_out: left_out.len(),
        };
        Ok(Self {
            apart_from: Some(apart_from),
            ..Self::with_left_out(dataset, settings, &left_out)?
        })
    }

    /// Divides the set into folds whose training parts lack some RNAs.
    fn with_left_out(
        mut dataset: Dataset,
        mut settings: Settings,
        left_out: &[usize],
    ) -> Result<Self, CrossValidationError> {
        settings.config.check().map_err(TrainingRunError::from)?;
        let first = *settings.seeds.first().ok_or(CrossValidationError::NoSeed)?;
        if settings.as_published {
            keep_thymine_apart(&mut dataset);
        }
        let groups = PropertyGroups::new(dataset.records());
        let is_known = |property| groups.get(property).are_several();
        let baselines = &mut settings.baselines;
        baselines.retain(|baseline| baseline.property().is_none_or(is_known));
        // The groups are those of the RNAs as they were read; all else is as the network reads them.
        let mut notes = split_notes(&dataset, settings.protocol);
        notes.extend(dataset.tail_note(settings.config.poly_a));
        let dataset = dataset.with_poly_a(settings.config.poly_a);
        let near_identical = (settings.protocol == Protocol::Strict)
            .then(|| near_identical_groups(&dataset.sequences()));
        let kept_together = near_identical.as_deref();
        let mut folds = folds(&dataset, &settings, kept_together, left_out)?;
        let control = settings
            .shuffled
            .then(|| dataset.with_shuffled_labels(first));
        if control.is_some() {
            let again: Vec<Fold> = folds.iter().filter(|t| t.seed == first).cloned().collect();
            folds.extend(again.into_iter().map(|fold| Fold {
                shuffled: true,
                ..fold
            }));
        }
        Ok(CrossValidation {
            notes,
            settings,
            dataset,
            control,
            folds,
            apart_from: None,
            near_identical: kept_together.map(GroupSummary::new),
            groups,
        })
    }

    /// The folds that have no result yet.
    pub fn pending(&self, results: &[FoldResult]) -> Vec<&Fold> {
        let folds = self.folds.iter();
        folds.filter(|fold| is_pending(fold, results)).collect()
    }

    /// The folds of one shard that have no result yet.
    pub fn pending_in(&self, shard: Shard, results: &[FoldResult]) -> Vec<&Fold> {
        let folds = self.folds.iter().enumerate();
        let own = folds.filter(|(n, _)| shard.has(*n));
        let own = own.map(|(_, fold)| fold);
        own.filter(|fold| is_pending(fold, results)).collect()
    }

    /// For each of some folds, the shard that consists of this fold alone.
    pub fn shards_of(&self, folds: &[&Fold]) -> Vec<Shard> {
        let place = |fold: &&Fold| self.folds.iter().position(|known| known == *fold);
        let places = folds.iter().filter_map(place);
        places
            .filter_map(|place| Shard::new(place, self.folds.len()))
            .collect()
    }

    /// The results that belong to this cross-validation, each fold once.
    pub fn matching_results(
        &self,
        results: impl IntoIterator<Item = FoldResult>,
    ) -> Vec<FoldResult> {
        let mut matching: Vec<FoldResult> = Vec::new();
        for result in results {
            let mut pending = self.pending(&matching).into_iter();
            let is_expected = |fold: &Fold| {
                fold.is_of(&result) && result.model.scores.len() == fold.split.test.len()
            };
            if pending.any(is_expected) {
                matching.push(result);
            }
        }
        matching
    }

    /// SHA-256 of all splits of all seeds. Two reports with the same value tested the same RNAs
    /// with networks that were trained on the same RNAs.
    pub fn splits_sha256(&self) -> String {
        let mut hash = Sha256::new();
        for fold in self.folds.iter().filter(|fold| !fold.shuffled) {
            hash.update(fold.split.sha256());
        }
        hexadecimal(hash)
    }

    /// SHA-256 of everything that determines the result of a fold except its seed.
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
        // Plain data always have a JSON form.
        hash.update(serde_json::to_vec(&settings).unwrap_or_default());
        if self.apart_from.is_some() {
            hash.update(self.splits_sha256());
        }
        hexadecimal(hash)
    }
}

/// Whether a fold has no result yet.
fn is_pending(fold: &Fold, results: &[FoldResult]) -> bool {
    !results.iter().any(|result| fold.is_of(result))
}

/// The folds of all seeds, whose training parts lack some RNAs.
fn folds(
    dataset: &Dataset,
    settings: &Settings,
    groups: Option<&[usize]>,
    left_out: &[usize],
) -> Result<Vec<Fold>, TrainingRunError> {
    let mut folds = Vec::new();
    for &seed in &settings.seeds {
        let splits = splits(dataset, settings, groups, seed)?;
        for (index, mut split) in splits.into_iter().enumerate() {
            split.leave_out(left_out);
            folds.push(Fold {
                seed,
                index,
                shuffled: false,
                threshold_source: ThresholdSource::new(&split, dataset, groups, seed),
                split,
            });
        }
    }
    Ok(folds)
}

/// What makes results on the splits of a protocol look better than they are.
fn split_notes(dataset: &Dataset, protocol: Protocol) -> Vec<String> {
    match protocol {
        Protocol::Holdout => divided_note(dataset).into_iter().collect(),
        Protocol::Paper | Protocol::Strict => Vec::new(),
    }
}

/// The splits of one seed.
fn splits(
    dataset: &Dataset,
    settings: &Settings,
    groups: Option<&[usize]>,
    seed: u64,
) -> Result<Vec<Split>, TrainingRunError> {
    let (labels, folds, fraction) = (
        dataset.labels(),
        settings.folds,
        settings.validation_fraction,
    );
    Ok(match (settings.protocol, groups) {
        (Protocol::Strict, Some(groups)) => grouped_folds(groups, labels, folds, fraction, seed)?,
        (Protocol::Holdout, _) => vec![split_of(dataset, seed)?],
        _ => random_folds(&dataset.sequences(), labels, folds, fraction, seed)?,
    })
}

/// Reveals the spelling: in a record that was written with T, T becomes a letter that the network
/// can distinguish from U (N, which is rare otherwise). In all other code T is U.
fn keep_thymine_apart(dataset: &mut Dataset) {
    for record in dataset.records_mut() {
        let spelled_with_t = |note: &Note| matches!(note, Note::Thymine { .. });
        if record.notes.iter().any(spelled_with_t) {
            record.sequence.mask_all(Nucleotide::U);
        }
    }
}

//! The record in a model file: how the model came to be, and how good it is.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::baselines::Baseline;
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{Measures, Metrics, PerMeasure, Spread};
use crate::training::EpochReport;

/// How a model came to be and how it did on RNAs it had not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// Program and version that trained it.
    pub software: String,
    /// Seed of split, start and dropout.
    pub seed: u64,
    /// SHA-256 over ids, sequences and labels of the whole labelled set.
    pub data_sha256: String,
    /// RNAs in the whole set.
    pub records: usize,
    /// RNAs in each compartment, whole set.
    pub support: Vec<usize>,
    /// Shortest, mean and longest RNA, whole set.
    pub lengths: (usize, f64, usize),
    /// SHA-256 over the split.
    pub split_sha256: String,
    /// RNAs learnt from, used for checkpoint and thresholds, and held out.
    pub parts: Parts,
    /// Epoch whose weights were kept, counted from 1.
    pub best_epoch: usize,
    /// Losses of every epoch.
    pub history: Vec<EpochReport>,
    /// Whether GeneticSeq2Vec gave nothing but zeros, so that the embedding started as noise.
    pub degenerate_embedding: bool,
    /// Figures on the held-out part; none where nothing was held out.
    pub held_out: Option<Figures>,
    /// How good networks trained in the same way on parts of the same set are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
}

/// A cross-validation, or the like, of the settings a model was trained with, on its own data: what
/// its card reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// `paper`, `strict` or `holdout`.
    pub protocol: String,
    /// Folds of each repetition; 1 where a part was held out.
    pub folds: usize,
    /// Repetitions that differ in their seed.
    pub seeds: usize,
    /// Mean over the seeds.
    pub measures: Measures,
    /// Over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// What stands beside the model.
    pub baselines: BTreeMap<Baseline, BaselineEvaluation>,
    /// The same on labels dealt out at random, one seed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shuffled_labels: Option<Measures>,
    /// SHA-256 of the labelled set.
    pub data_sha256: String,
    /// SHA-256 over all splits.
    pub splits_sha256: String,
    /// The command that prints these figures.
    pub command: String,
}

/// A baseline in an [`Evaluation`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineEvaluation {
    /// Mean over the seeds.
    pub measures: Measures,
    /// Model less baseline on the same draws of RNAs, with 95 % intervals.
    pub difference: PerMeasure<Difference>,
}

/// Numbers of RNAs in the parts of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Learnt from.
    pub train: usize,
    /// For the checkpoint and the thresholds. 0: each half of those learnt from chose thresholds by
    /// what a network of the other half said of it.
    pub validation: usize,
    /// Held out, for the figures only.
    pub test: usize,
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts {
            train,
            validation,
            test,
        } = self;
        write!(f, "{train} to learn, ")?;
        match validation {
            0 => f.write_str("halves of them to choose thresholds for each other")?,
            some => write!(f, "{some} to choose epoch and thresholds")?,
        }
        write!(f, ", {test} held out")
    }
}

/// Held-out figures of a model beside those of two that do not read the sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The model.
    pub model: Metrics,
    /// Every compartment's share in the training part, the same answer for every RNA.
    pub prior: Metrics,
    /// Shares among the training RNAs nearest in length.
    pub length: Metrics,
}

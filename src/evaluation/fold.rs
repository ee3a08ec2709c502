//! One fold as a fold, and its result.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::baselines::Baseline;
use crate::dataset::Split;

/// One fold to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// Seed of the folds, of start and dropout.
    pub seed: u64,
    /// Which fold, from 0.
    pub index: usize,
    /// Whether the labels are shuffled.
    pub shuffled: bool,
    /// Which RNAs learn, choose and judge.
    pub split: Split,
    /// Halves of the training part that judge each other, for thresholds; none where a part of
    /// their own chooses them.
    pub halves: Vec<Split>,
}

/// FoldPredictions for the RNAs that judge, in the order of [`Split::test`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoldPredictions {
    /// Scores, `[samples, compartments]`.
    pub scores: Vec<Vec<f32>>,
    /// The compartments called, thresholds being those of the inner validation part or of the
    /// halves of the training part.
    pub called: Vec<Vec<bool>>,
}

/// What a fold comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldResult {
    /// As in [`Fold`].
    pub seed: u64,
    /// As in [`Fold`].
    pub fold: usize,
    /// As in [`Fold`].
    pub shuffled: bool,
    /// Epoch whose weights judged, from 1.
    pub best_epoch: usize,
    /// Whether the loss ran away after that epoch.
    pub diverged: bool,
    /// The network's answers.
    pub model: FoldPredictions,
    /// The baselines'.
    pub baselines: BTreeMap<Baseline, FoldPredictions>,
}

impl Fold {
    /// Epochs it takes, of its network and those of its halves.
    pub fn epochs(&self, each: usize) -> usize {
        each * (1 + self.halves.len())
    }

    /// Whether this is the fold that the result belongs to.
    pub fn is_of(&self, result: &FoldResult) -> bool {
        (self.seed, self.index, self.shuffled) == (result.seed, result.fold, result.shuffled)
    }
}

//! One fold of a cross-validation, and its result.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::baselines::Baseline;
use crate::dataset::Split;
use crate::metrics::{Calls, Scores};
use crate::training_run::ThresholdSource;

/// One fold to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// Seed of the folds, the initial weights and dropout.
    pub seed: u64,
    /// Index of the fold, from 0.
    pub index: usize,
    /// Whether the labels are shuffled.
    pub shuffled: bool,
    /// Which RNAs train, validate and test.
    pub split: Split,
    /// The RNAs that choose thresholds.
    pub threshold_source: ThresholdSource,
}

/// Predictions for the test part of a fold, in the order of [`Split::test`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoldPredictions {
    /// The scores, one row per RNA.
    pub scores: Scores,
    /// The compartments called. Thresholds come from the validation part or from cross-fitting.
    pub called: Calls,
}

/// The result of a fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldResult {
    /// As in [`Fold`].
    pub seed: u64,
    /// As in [`Fold`].
    pub fold: usize,
    /// As in [`Fold`].
    pub shuffled: bool,
    /// The epoch whose weights were tested, from 1.
    pub best_epoch: usize,
    /// Whether the training diverged after that epoch.
    pub diverged: bool,
    /// The predictions of the network.
    pub model: FoldPredictions,
    /// The predictions of the baselines.
    pub baselines: BTreeMap<Baseline, FoldPredictions>,
}

impl fmt::Display for Fold {
    /// Names the fold in messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fold {} of seed {}", self.index + 1, self.seed)?;
        if self.shuffled {
            write!(f, " with shuffled labels")?;
        }
        Ok(())
    }
}

impl Fold {
    /// The number of epochs of all trainings of this fold, if each has `each` epochs.
    pub fn epochs(&self, each: usize) -> usize {
        each * (1 + self.threshold_source.networks())
    }

    /// Whether the result belongs to this fold.
    pub fn is_of(&self, result: &FoldResult) -> bool {
        (self.seed, self.index, self.shuffled) == (result.seed, result.fold, result.shuffled)
    }
}

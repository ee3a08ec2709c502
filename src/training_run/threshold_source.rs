//! The rule for choosing thresholds, which the network and its baselines share.

use crate::dataset::{Dataset, Split, cross_fitting_halves};

/// The RNAs that choose the thresholds of a model.
///
/// They should not have trained the network that predicts them: a network is more confident about
/// RNAs that it was trained on than about others, and its probabilities for them do not show where
/// to place a threshold.
#[derive(Clone, Debug, PartialEq)]
pub enum ThresholdSource {
    /// The validation part of the split.
    Validation,
    /// Cross-fitting: in each of two splits, one half of the training part trains a network, which
    /// predicts the other half, the test part of that split.
    CrossFitting(Vec<Split>),
    /// The training part itself, because its halves would be too small to train on.
    Training,
}

/// RNAs that choose thresholds, and the model that scores them.
pub(crate) struct ThresholdPart<'a> {
    /// The split whose training part fits the model; `None` for the model whose thresholds are
    /// chosen.
    pub(crate) half: Option<&'a Split>,
    /// The RNAs.
    pub(crate) rnas: &'a [usize],
}

impl ThresholdSource {
    /// Chooses the source for a split: its validation part; without one, cross-fitting; and the
    /// training part only if it is too small for that. Near-identical RNAs stay in one half if
    /// their `groups` are given, otherwise identical ones.
    pub fn new(split: &Split, dataset: &Dataset, groups: Option<&[usize]>, seed: u64) -> Self {
        if !split.validation.is_empty() {
            return ThresholdSource::Validation;
        }
        let halves = cross_fitting_halves(split, dataset, groups, seed);
        if halves.is_empty() {
            ThresholdSource::Training
        } else {
            ThresholdSource::CrossFitting(halves)
        }
    }

    /// The RNAs of `split` that choose thresholds, with the model that scores them.
    pub(crate) fn parts<'a>(&'a self, split: &'a Split) -> Vec<ThresholdPart<'a>> {
        let whole = |rnas| vec![ThresholdPart { half: None, rnas }];
        let half = |half: &'a Split| ThresholdPart {
            half: Some(half),
            rnas: &half.test,
        };
        match self {
            ThresholdSource::Validation => whole(&split.validation),
            ThresholdSource::CrossFitting(halves) => halves.iter().map(half).collect(),
            ThresholdSource::Training => whole(&split.train),
        }
    }

    /// The number of networks that are trained to choose thresholds.
    pub fn networks(&self) -> usize {
        match self {
            ThresholdSource::CrossFitting(halves) => halves.len(),
            ThresholdSource::Validation | ThresholdSource::Training => 0,
        }
    }
}

//! The size of the validation part if nobody has chosen it.

use crate::dataset::folds::split_off_validation;
use crate::dataset::{Dataset, Split, SplitError};
use crate::network::{Config, KeepEpoch};

/// The usual share of the RNAs that chooses epoch and thresholds.
pub(crate) const VALIDATION_FRACTION: f64 = 0.1;
/// Sets with fewer RNAs are small: a tenth of them is too few to choose thresholds.
const SMALL_SET: usize = 500;

/// The validation fraction if none is given. A training that keeps its last epoch only needs to
/// choose thresholds, and a tenth of a few hundred RNAs is more useful for training: in that case
/// the fraction is 0, and thresholds are cross-fitted.
pub fn default_validation_fraction(config: &Config, records: usize) -> f64 {
    match config.keep_epoch {
        KeepEpoch::Last if records < SMALL_SET => 0.0,
        _ => VALIDATION_FRACTION,
    }
}

/// A split without a test part: a share of the RNAs chooses epoch and thresholds, and all others
/// train.
///
/// # Errors
/// The set has too few RNAs, or the share is out of range.
pub fn split_without_test(
    dataset: &Dataset,
    validation_fraction: f64,
    seed: u64,
) -> Result<Split, SplitError> {
    let sequences = dataset.sequences();
    split_off_validation(&sequences, dataset.labels(), validation_fraction, seed)
}

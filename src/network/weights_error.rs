//! Checks the weights of a network against its settings.

use super::tensors::{Weights, names};

/// Why weights do not give a network with these settings.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum WeightsError {
    /// A tensor is missing.
    #[error("the tensor `{0}` is missing")]
    Missing(String),
    /// A tensor has another shape than the settings need.
    #[error("the tensor `{name}` has the shape {found:?}, but the settings need {wanted:?}")]
    Shape {
        /// Name of the tensor.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Shape that the settings need.
        wanted: Vec<usize>,
    },
    /// A tensor has a value that is not a finite number.
    #[error("the tensor `{0}` has a value that is not a finite number")]
    NotFinite(String),
    /// A variance is negative.
    #[error("the tensor `{0}` has a value below 0, but a variance cannot be negative")]
    NegativeVariance(String),
    /// A standard deviation is not positive.
    #[error("the tensor `{0}` has a value of 0 or less, but a standard deviation must be positive")]
    Deviation(String),
}

/// Checks that a tensor exists, has the expected shape and only usable numbers.
pub(crate) fn check(
    weights: &Weights,
    name: String,
    wanted: Vec<usize>,
) -> Result<(), WeightsError> {
    let Some(array) = weights.get(&name) else {
        return Err(WeightsError::Missing(name));
    };
    if array.shape != wanted || array.values.len() != wanted.iter().product::<usize>() {
        return Err(WeightsError::Shape {
            name,
            found: array.shape.clone(),
            wanted,
        });
    }
    if array.values.iter().any(|value| !value.is_finite()) {
        return Err(WeightsError::NotFinite(name));
    }
    if name == names::RUNNING_VAR && array.values.iter().any(|value| *value < 0.0) {
        return Err(WeightsError::NegativeVariance(name));
    }
    if name == names::DEVIATION && array.values.iter().any(|value| *value <= 0.0) {
        return Err(WeightsError::Deviation(name));
    }
    Ok(())
}

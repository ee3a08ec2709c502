//! What a network is trained towards: usually labels.

use crate::dataset::{CellValue, CompartmentTable, Labels};
use crate::metrics::Scores;

/// What a network is trained towards in one compartment: the probability that an RNA is there, or
/// nothing if that is unknown.
///
/// A label is a probability of 0 or 1. Other probabilities come from other networks, whose answers
/// say more than a label (Hinton et al. 2015, "Distilling the knowledge in a neural network"). An
/// unknown compartment has no loss: nobody has looked for the RNA there, so its absence would be a
/// guess.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target(Option<f32>);

/// The targets of some RNAs, one per compartment.
pub type Targets = CompartmentTable<Target>;

/// A number cannot be a target.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} is not a probability; give a number from 0 to 1")]
pub struct TargetError(f32);

impl Target {
    /// It is not known whether the RNA is there.
    pub const UNKNOWN: Self = Self(None);

    /// A probability from 0 to 1.
    ///
    /// # Errors
    /// The number is not in this range.
    pub fn new(probability: f32) -> Result<Self, TargetError> {
        if (0.0..=1.0).contains(&probability) {
            Ok(Self(Some(probability)))
        } else {
            Err(TargetError(probability))
        }
    }

    /// The probability; `None` if it is unknown.
    pub fn probability(self) -> Option<f32> {
        self.0
    }
}

impl From<bool> for Target {
    fn from(label: bool) -> Self {
        Self(Some(f32::from(u8::from(label))))
    }
}

impl CellValue for Target {
    fn is_valid(self) -> bool {
        true
    }
}

impl Targets {
    /// The targets of RNAs of which a network has predicted the probabilities.
    ///
    /// # Errors
    /// A score is not a probability.
    pub fn from_probabilities(probabilities: &Scores) -> Result<Self, TargetError> {
        probabilities.try_map(|_, probability| Target::new(probability))
    }
}

impl From<&Labels> for Targets {
    fn from(labels: &Labels) -> Self {
        labels.map(|_, label| Target::from(label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn a_target_is_a_probability_or_unknown() {
        assert_eq!(Target::from(true), Target::new(1.0).unwrap());
        assert_eq!(Target::from(false).probability(), Some(0.0));
        assert_eq!(Target::UNKNOWN.probability(), None);
        for wrong in [-0.1, 1.1, f32::NAN] {
            let error = Target::new(wrong).unwrap_err().to_string();
            assert!(error.ends_with("give a number from 0 to 1"), "{error}");
        }
    }

    #[test]
    fn labels_and_probabilities_give_the_same_targets() {
        let labels = Targets::from(&table([[true, false], [false, true]]));
        let probabilities = Targets::from_probabilities(&table([[1.0, 0.0], [0.0, 1.0]]));
        assert_eq!(probabilities, Ok(labels));
        assert!(Targets::from_probabilities(&table([[0.5, 1.5]])).is_err());
    }
}

//! Thresholds: from probabilities to called compartments.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{Calls, Scores};

/// Why thresholds cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ThresholdsError {
    /// The number of thresholds is not the number of compartments.
    #[error("{count} thresholds for {compartments} compartments; give one for each compartment")]
    Count {
        /// Number of thresholds.
        count: usize,
        /// Number of compartments.
        compartments: usize,
    },
    /// A threshold is not a probability.
    #[error("threshold {0} is not a probability; give a number from 0 to 1")]
    Range(f32),
}

/// The distance from its threshold within which a probability is uncertain: a small change of the
/// RNA or of the network would change the call.
pub const UNCERTAIN_MARGIN: f32 = 0.05;

/// One threshold per compartment: the probability from which the compartment is called. In files, it
/// is a list of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct Thresholds(Vec<f32>);

impl Thresholds {
    /// Thresholds with these numbers.
    ///
    /// # Errors
    /// A number is not a probability.
    pub fn new(thresholds: Vec<f32>) -> Result<Self, ThresholdsError> {
        match thresholds.iter().find(|t| !(0.0..=1.0).contains(*t)) {
            Some(&threshold) => Err(ThresholdsError::Range(threshold)),
            None => Ok(Self(thresholds)),
        }
    }

    /// The same threshold for every compartment.
    pub(super) fn uniform(threshold: f32, compartments: usize) -> Self {
        Self(vec![threshold; compartments])
    }

    /// Replaces the threshold of a compartment by another probability.
    pub(super) fn set(&mut self, compartment: usize, threshold: f32) {
        self.0[compartment] = threshold;
    }

    /// The compartments called for some samples. There may be none, which the caller has to report.
    pub fn call(&self, scores: &Scores) -> Calls {
        scores.map(|compartment, score| {
            let threshold = self.0.get(compartment);
            threshold.is_some_and(|threshold| score >= *threshold)
        })
    }

    /// The compartments called for one sample: those whose score reaches their threshold.
    pub fn call_row(&self, scores: &[f32]) -> Vec<bool> {
        let pairs = scores.iter().zip(&self.0);
        pairs.map(|(score, threshold)| score >= threshold).collect()
    }

    /// The compartments that are uncertain for one sample: those whose score is less than
    /// [`UNCERTAIN_MARGIN`] away from their threshold.
    pub fn uncertain_row(&self, scores: &[f32]) -> Vec<bool> {
        let is_near =
            |(score, threshold): (&f32, &f32)| (score - threshold).abs() < UNCERTAIN_MARGIN;
        scores.iter().zip(&self.0).map(is_near).collect()
    }
}

impl TryFrom<Vec<f32>> for Thresholds {
    type Error = ThresholdsError;

    fn try_from(thresholds: Vec<f32>) -> Result<Self, ThresholdsError> {
        Self::new(thresholds)
    }
}

impl From<Thresholds> for Vec<f32> {
    fn from(thresholds: Thresholds) -> Self {
        thresholds.0
    }
}

impl Deref for Thresholds {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn a_compartment_is_called_from_its_threshold() {
        let thresholds = Thresholds::new(vec![0.5, 0.2]).unwrap();
        let scores = table([[0.5, 0.4], [0.4, 0.1]]);
        let calls = table([[true, true], [false, false]]);
        assert_eq!(thresholds.call(&scores), calls);
        for (scores, calls) in scores.iter().zip(&calls) {
            assert_eq!(thresholds.call_row(scores), calls);
        }
    }

    #[test]
    fn a_score_near_its_threshold_is_uncertain() {
        let thresholds = Thresholds::new(vec![0.5, 0.2, 0.9]).unwrap();
        let scores = [
            0.5 - 0.9 * UNCERTAIN_MARGIN,
            0.2 + 0.9 * UNCERTAIN_MARGIN,
            0.8,
        ];
        assert_eq!(thresholds.uncertain_row(&scores), [true, true, false]);
    }

    #[test]
    fn a_threshold_is_a_probability() {
        for value in [-0.1, 1.1, f32::NAN] {
            assert!(Thresholds::new(vec![0.5, value]).is_err());
        }
        let json = "[0.0,0.25,1.0]";
        let thresholds: Thresholds = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&thresholds).unwrap(), json);
        assert!(serde_json::from_str::<Thresholds>("[1.5]").is_err());
    }
}

//! The six measures of equation 23: what each is, and their means and spread over folds and seeds.

use serde::{Deserialize, Serialize};

/// The measures of equation 23 for one set of samples.
///
/// Wherever two compartments tie, the tie counts against the model, so a model
/// that gives every compartment the same score gains nothing by it. Only AUROC
/// counts a tie half, as its definition says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Label-ranking average precision, 0 to 1, higher is better: for each true
    /// compartment, the share of true ones among those scored at least as high.
    /// Mean over the ranked samples; 1 if there are none.
    pub average_precision: f64,
    /// Mean over all samples of |called ∩ true| / |called ∪ true|, 0 to 1, higher
    /// is better. Nothing called where nothing is true counts 1.
    pub accuracy: f64,
    /// How many steps down the ranking the last true compartment lies, 0-based:
    /// its rank minus 1. Mean over the labelled samples, lower is better; the
    /// least a perfect ranking reaches is the mean number of labels minus 1.
    pub coverage: f64,
    /// Share of (true, false) compartment pairs in which the false one scores at
    /// least as high, 0 to 1, lower is better. Mean over the ranked samples; 0 if
    /// there are none.
    pub ranking_loss: f64,
    /// Share of the labelled samples in which a compartment that is not true has
    /// the highest score, alone or tied; lower is better.
    pub one_error: f64,
    /// Unweighted mean, over the compartments that have both positives and
    /// negatives, of the one-vs-rest area under the ROC curve; a tie counts half.
    /// `None` if no compartment has both.
    pub auroc: Option<f64>,
    /// Number of samples.
    pub samples: usize,
    /// Samples with at least one label: those with a rank to measure.
    pub labelled_samples: usize,
    /// Samples with some but not all labels: those whose ranking can be wrong.
    pub ranked_samples: usize,
    /// Compartments that have both positives and negatives.
    pub auroc_compartments: usize,
}

/// One sample's share in the measures; `None` where it has no part in one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleMetrics {
    /// Label-ranking average precision, of samples with some but not all labels.
    pub average_precision: Option<f64>,
    /// |called ∩ true| / |called ∪ true|.
    pub accuracy: f64,
    /// Rank of the last true compartment, from 0, of samples with labels.
    pub coverage: Option<f64>,
    /// Share of wrongly ordered pairs, of samples with some but not all labels.
    pub ranking_loss: Option<f64>,
    /// 1 where the highest score is not true, of samples with labels.
    pub one_error: Option<f64>,
}

/// The six measures of equation 23, as [`Metrics`] defines them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Label-ranking average precision; higher is better.
    pub average_precision: f64,
    /// Mean |called ∩ true| / |called ∪ true|; higher is better.
    pub accuracy: f64,
    /// Mean 0-based rank of the last true compartment; lower is better.
    pub coverage: f64,
    /// Share of wrongly ordered pairs; lower is better.
    pub ranking_loss: f64,
    /// Share of RNAs whose highest score is not true; lower is better.
    pub one_error: f64,
    /// Mean one-vs-rest area under the ROC curve; `None` where no compartment has both classes.
    pub auroc: Option<f64>,
}

/// The measures' names as fields, in the order of [`Measures::values`].
pub const MEASURES: [&str; 6] = [
    "average_precision",
    "accuracy",
    "coverage",
    "ranking_loss",
    "one_error",
    "auroc",
];

/// One number for each measure, such as a deviation or an end of an interval; `None` where there
/// is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of `Measures`")]
pub struct PerMeasure<T> {
    pub average_precision: Option<T>,
    pub accuracy: Option<T>,
    pub coverage: Option<T>,
    pub ranking_loss: Option<T>,
    pub one_error: Option<T>,
    pub auroc: Option<T>,
}

impl<T: Copy> PerMeasure<T> {
    /// Puts values in the order of [`MEASURES`] under their names.
    pub fn new(values: [Option<T>; 6]) -> Self {
        let [
            average_precision,
            accuracy,
            coverage,
            ranking_loss,
            one_error,
            auroc,
        ] = values;
        PerMeasure {
            average_precision,
            accuracy,
            coverage,
            ranking_loss,
            one_error,
            auroc,
        }
    }

    /// The values in the order of [`MEASURES`].
    pub fn values(&self) -> [Option<T>; 6] {
        [
            self.average_precision,
            self.accuracy,
            self.coverage,
            self.ranking_loss,
            self.one_error,
            self.auroc,
        ]
    }
}

impl Measures {
    /// The values in the order of [`MEASURES`].
    pub fn values(&self) -> [Option<f64>; 6] {
        [
            Some(self.average_precision),
            Some(self.accuracy),
            Some(self.coverage),
            Some(self.ranking_loss),
            Some(self.one_error),
            self.auroc,
        ]
    }

    fn of_values(values: [Option<f64>; 6]) -> Self {
        let [ap, accuracy, coverage, ranking_loss, one_error, auroc] = values;
        Measures {
            average_precision: ap.unwrap_or_default(),
            accuracy: accuracy.unwrap_or_default(),
            coverage: coverage.unwrap_or_default(),
            ranking_loss: ranking_loss.unwrap_or_default(),
            one_error: one_error.unwrap_or_default(),
            auroc,
        }
    }

    /// The mean of each measure; AUROC over those that have one. `None` of nothing.
    pub fn mean(all: &[Measures]) -> Option<Measures> {
        if all.is_empty() {
            return None;
        }
        Some(Self::of_values(std::array::from_fn(|m| {
            mean(&column(all, m))
        })))
    }

    /// Lowest, highest and standard deviation of each measure over repetitions.
    pub fn spread(all: &[Measures]) -> PerMeasure<Spread> {
        PerMeasure::new(std::array::from_fn(|m| Spread::of(&column(all, m))))
    }
}

impl From<&Metrics> for Measures {
    fn from(metrics: &Metrics) -> Self {
        Measures {
            average_precision: metrics.average_precision,
            accuracy: metrics.accuracy,
            coverage: metrics.coverage,
            ranking_loss: metrics.ranking_loss,
            one_error: metrics.one_error,
            auroc: metrics.auroc,
        }
    }
}

/// How far a measure spreads over repetitions that differ in their seed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The lowest.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// Standard deviation, of a sample; 0 of a single value.
    pub deviation: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Option<Spread> {
        let mean = mean(values)?;
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        let freedom = values.len().saturating_sub(1).max(1);
        Some(Spread {
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            deviation: (squares / freedom as f64).sqrt(),
        })
    }
}

fn column(all: &[Measures], measure: usize) -> Vec<f64> {
    all.iter().filter_map(|m| m.values()[measure]).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use super::*;

    #[test]
    fn means_and_spread_pass_over_what_is_not_there() {
        let of = |average_precision, auroc| Measures {
            average_precision,
            auroc,
            ..Measures::default()
        };
        let all = [of(0.5, None), of(0.7, Some(0.6)), of(0.9, Some(0.8))];
        let mean = Measures::mean(&all).unwrap();
        assert!((mean.average_precision - 0.7).abs() < 1e-12);
        assert!((mean.auroc.unwrap() - 0.7).abs() < 1e-12);
        let spread = Measures::spread(&all);
        let ap = spread.average_precision.unwrap();
        assert_eq!((ap.lowest, ap.highest), (0.5, 0.9));
        assert!((ap.deviation - 0.2).abs() < 1e-12);
        assert_eq!(Measures::mean(&[]), None);
        assert_eq!(Measures::spread(&all[..1]).auroc, None);
        assert_eq!(Measures::mean(&all[..1]).unwrap().auroc, None);
    }
}

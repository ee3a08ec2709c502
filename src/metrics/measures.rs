//! The six measures of equation 23: what each of them is, and their means and spread over folds and
//! seeds.

use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};
use strum::{EnumCount, EnumIter, IntoStaticStr, VariantArray};

/// One of the six measures of equation 23. As text, it has its name on the command line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Enum,
    EnumCount,
    EnumIter,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "kebab-case")]
pub enum Measure {
    /// Label-ranking average precision.
    AveragePrecision,
    /// Mean |called ∩ true| / |called ∪ true|.
    Accuracy,
    /// Mean 0-based rank of the last true compartment.
    Coverage,
    /// Share of wrongly ordered pairs.
    RankingLoss,
    /// Share of RNAs whose highest score is not true.
    OneError,
    /// Mean one-vs-rest area under the ROC curve.
    Auroc,
}

impl Measure {
    /// The name of the measure in files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::AveragePrecision => "average_precision",
            Measure::Accuracy => "accuracy",
            Measure::Coverage => "coverage",
            Measure::RankingLoss => "ranking_loss",
            Measure::OneError => "one_error",
            Measure::Auroc => "auroc",
        }
    }

    /// The name of the measure in texts and tables.
    pub fn title(self) -> &'static str {
        match self {
            Measure::AveragePrecision => "average precision",
            Measure::Accuracy => "accuracy",
            Measure::Coverage => "coverage",
            Measure::RankingLoss => "ranking loss",
            Measure::OneError => "one-error",
            Measure::Auroc => "AUROC",
        }
    }

    /// Whether a lower value is better.
    pub fn is_better_low(self) -> bool {
        matches!(
            self,
            Measure::Coverage | Measure::RankingLoss | Measure::OneError
        )
    }
}

/// One value for each measure, such as a deviation or an interval; `None` if it does not exist.
pub type PerMeasure<T> = EnumMap<Measure, Option<T>>;

/// The six measures of equation 23 for one set of samples.
///
/// If two compartments tie, the tie counts against the model, so a model that gives every
/// compartment the same score gains nothing. Only AUROC counts a tie half, as its definition says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Label-ranking average precision, 0 to 1; higher is better. For each true compartment, the
    /// share of true ones among those scored at least as high. Mean over the ranked samples; 1 if
    /// there are none.
    pub average_precision: f64,
    /// Mean over all samples of |called ∩ true| / |called ∪ true|, 0 to 1; higher is better. It is
    /// 1 if nothing is called and nothing is true.
    pub accuracy: f64,
    /// The rank of the last true compartment, counted from 0. Mean over the labelled samples; lower
    /// is better. A perfect ranking reaches the mean number of labels minus 1.
    pub coverage: f64,
    /// The share of (true, false) compartment pairs in which the false one scores at least as high,
    /// 0 to 1; lower is better. Mean over the ranked samples; 0 if there are none.
    pub ranking_loss: f64,
    /// The share of the labelled samples in which a false compartment has the highest score, alone
    /// or tied; lower is better.
    pub one_error: f64,
    /// The one-vs-rest area under the ROC curve, in which a tie counts half: the mean over the
    /// compartments that have both positives and negatives. `None` if no compartment has both.
    pub auroc: Option<f64>,
}

/// The measures of one set of samples, and the numbers of samples that they are means over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metrics {
    /// The six measures.
    #[serde(flatten)]
    pub measures: Measures,
    /// Number of samples.
    pub samples: usize,
    /// Samples with at least one label, which have a rank to measure.
    pub labelled_samples: usize,
    /// Samples with some but not all labels, whose ranking can be wrong.
    pub ranked_samples: usize,
    /// Compartments that have both positives and negatives.
    pub auroc_compartments: usize,
}

/// The contribution of one sample to the measures; `None` if it does not contribute to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleMetrics {
    /// Label-ranking average precision, for samples with some but not all labels.
    pub average_precision: Option<f64>,
    /// |called ∩ true| / |called ∪ true|.
    pub accuracy: f64,
    /// Rank of the last true compartment, from 0, for samples with labels.
    pub coverage: Option<f64>,
    /// Share of wrongly ordered pairs, for samples with some but not all labels.
    pub ranking_loss: Option<f64>,
    /// 1 if the highest score is not true, for samples with labels.
    pub one_error: Option<f64>,
}

impl Measures {
    /// The value of one measure.
    pub fn get(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::AveragePrecision => Some(self.average_precision),
            Measure::Accuracy => Some(self.accuracy),
            Measure::Coverage => Some(self.coverage),
            Measure::RankingLoss => Some(self.ranking_loss),
            Measure::OneError => Some(self.one_error),
            Measure::Auroc => self.auroc,
        }
    }

    /// The values of all measures.
    pub fn values(&self) -> PerMeasure<f64> {
        EnumMap::from_fn(|measure| self.get(measure))
    }

    /// The mean of each measure; AUROC over those that have one. `None` if `all` is empty.
    pub fn mean(all: &[Measures]) -> Option<Measures> {
        if all.is_empty() {
            return None;
        }
        let mean_of = |measure| mean(&values_of(all, measure));
        let required = |measure| mean_of(measure).unwrap_or_default();
        Some(Measures {
            average_precision: required(Measure::AveragePrecision),
            accuracy: required(Measure::Accuracy),
            coverage: required(Measure::Coverage),
            ranking_loss: required(Measure::RankingLoss),
            one_error: required(Measure::OneError),
            auroc: mean_of(Measure::Auroc),
        })
    }

    /// Lowest, highest and standard deviation of each measure over repetitions.
    pub fn spread(all: &[Measures]) -> PerMeasure<Spread> {
        EnumMap::from_fn(|measure| Spread::from_values(&values_of(all, measure)))
    }
}

/// The spread of a measure over repetitions that differ in their seed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The lowest value.
    pub lowest: f64,
    /// The highest value.
    pub highest: f64,
    /// The standard deviation of a sample; 0 for a single value.
    pub deviation: f64,
}

impl Spread {
    pub(super) fn from_values(values: &[f64]) -> Option<Spread> {
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

fn values_of(all: &[Measures], measure: Measure) -> Vec<f64> {
    all.iter().filter_map(|m| m.get(measure)).collect()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_spread_ignore_missing_values() {
        let measures = |average_precision, auroc| Measures {
            average_precision,
            auroc,
            ..Measures::default()
        };
        let all = [
            measures(0.5, None),
            measures(0.7, Some(0.6)),
            measures(0.9, Some(0.8)),
        ];
        let mean = Measures::mean(&all).unwrap();
        assert!((mean.average_precision - 0.7).abs() < 1e-12);
        assert!((mean.auroc.unwrap() - 0.7).abs() < 1e-12);
        let spread = Measures::spread(&all);
        let ap = spread[Measure::AveragePrecision].unwrap();
        assert_eq!((ap.lowest, ap.highest), (0.5, 0.9));
        assert!((ap.deviation - 0.2).abs() < 1e-12);
        assert_eq!(Measures::mean(&[]), None);
        assert_eq!(Measures::spread(&all[..1])[Measure::Auroc], None);
        assert_eq!(Measures::mean(&all[..1]).unwrap().auroc, None);
    }
}

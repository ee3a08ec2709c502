//! Bootstrap intervals: how much of a result is chance.
//!
//! RNAs are drawn with replacement. An RNA is drawn with all its predictions (one per seed, each by
//! a network that was not trained on it), so an interval is about other RNAs of the same kind, not
//! about other seeds. Two models are compared on the same draws. The predictions of all folds are
//! pooled: the AUROC here ranks RNAs that different networks scored, and therefore differs a little
//! from the mean of the folds' AUROCs.

use enum_map::EnumMap;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::per_compartment::auroc;
use super::{
    Calls, Measures, MetricsError, PerMeasure, SampleMetrics, Scores, per_sample, same_count,
};
use crate::dataset::Labels;

/// Number of bootstrap draws.
pub const DRAWS: usize = 1000;

/// The predictions of one repetition for RNAs that it was not trained on.
#[derive(Clone, Debug, Default)]
pub struct Repetition {
    /// Indices of the RNAs in the set, each once.
    pub rnas: Vec<usize>,
    /// The fold that tested each RNA, from 0.
    pub folds: Vec<usize>,
    /// Their scores, one row per RNA.
    pub scores: Scores,
    /// The compartments called, one row per RNA.
    pub called: Calls,
    /// The compartments that are true, one row per RNA.
    pub truth: Labels,
}

impl Repetition {
    /// Adds the predictions of another one.
    ///
    /// # Errors
    /// The other one has another number of compartments.
    pub fn append(&mut self, other: &Repetition) -> Result<(), MetricsError> {
        self.rnas.extend(&other.rnas);
        self.folds.extend(&other.folds);
        self.scores.append(&other.scores)?;
        self.called.append(&other.called)?;
        self.truth.append(&other.truth)?;
        Ok(())
    }
}

/// The interval that contains the central 95 % of the draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The difference between two models on the same RNAs, with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The first model minus the second, on the RNAs as they are.
    pub difference: f64,
    /// The 2.5th percentile of the draws.
    pub low: f64,
    /// The 97.5th percentile of the draws.
    pub high: f64,
}

/// The measures on the RNAs as they are, and on every bootstrap draw.
#[derive(Clone, Debug, PartialEq)]
pub struct BootstrapDraws {
    observed: Measures,
    draws: Vec<Measures>,
}

/// Computes the measures of one model on every draw of the RNAs. `rnas` is the number of RNAs in
/// the whole set. The same seed draws the same RNAs for every model.
///
/// # Errors
/// The predictions of a repetition are empty, or do not have the same shape.
pub fn bootstrap(
    repetitions: &[Repetition],
    rnas: usize,
    seed: u64,
) -> Result<BootstrapDraws, MetricsError> {
    let samples: Vec<WeightedSamples> = repetitions
        .iter()
        .map(WeightedSamples::new)
        .collect::<Result<_, _>>()?;
    let measure = |weights: &[f64]| {
        let all: Vec<Measures> = samples.iter().map(|r| r.measure(weights)).collect();
        Measures::mean(&all).unwrap_or_default()
    };
    let weights = draw_rnas(repetitions, rnas, seed);
    Ok(BootstrapDraws {
        draws: weights.map(|weights| measure(&weights)).collect(),
        observed: measure(&vec![1.0; rnas]),
    })
}

/// How often each of `rnas` RNAs is drawn, for every draw. The same seed draws the same RNAs for
/// every model.
pub(super) fn draw_rnas(
    repetitions: &[Repetition],
    rnas: usize,
    seed: u64,
) -> impl Iterator<Item = Vec<f64>> {
    let mut tested: Vec<usize> = repetitions.iter().flat_map(|r| r.rnas.clone()).collect();
    tested.sort_unstable();
    tested.dedup();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..DRAWS).map(move |_| {
        let mut weights = vec![0.0; rnas];
        for _ in 0..tested.len() {
            weights[tested[rng.random_range(0..tested.len())]] += 1.0;
        }
        weights
    })
}

impl BootstrapDraws {
    /// The measures on the RNAs as they are, with all folds pooled.
    pub fn observed(&self) -> Measures {
        self.observed
    }

    /// The 95 % interval of each measure.
    pub fn intervals(&self) -> PerMeasure<Interval> {
        EnumMap::from_fn(|measure| {
            Interval::central(self.draws.iter().map(|draw| draw.get(measure)))
        })
    }

    /// This model minus the other in each measure, with the interval over the same draws.
    pub fn difference_from(&self, other: &BootstrapDraws) -> PerMeasure<Difference> {
        EnumMap::from_fn(|measure| {
            let pairs = self.draws.iter().zip(&other.draws);
            Difference::central(
                (self.observed.get(measure), other.observed.get(measure)),
                pairs.map(|(a, b)| (a.get(measure), b.get(measure))),
            )
        })
    }
}

impl Interval {
    /// The interval over the draws that have a value.
    pub(super) fn central(draws: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let (low, high) = central_95_percent(draws.flatten().collect())?;
        Some(Interval { low, high })
    }
}

impl Difference {
    /// The difference of two values on the RNAs as they are, with the interval over the draws.
    pub(super) fn central(
        observed: (Option<f64>, Option<f64>),
        draws: impl Iterator<Item = (Option<f64>, Option<f64>)>,
    ) -> Option<Self> {
        let difference = |(a, b): (Option<f64>, Option<f64>)| Some(a? - b?);
        let Interval { low, high } = Interval::central(draws.map(difference))?;
        Some(Difference {
            difference: difference(observed)?,
            low,
            high,
        })
    }
}

/// The 2.5th and the 97.5th percentile; `None` for an empty list.
fn central_95_percent(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| values.get((share * last as f64).round() as usize).copied();
    Some((at(0.025)?, at(0.975)?))
}

/// One repetition, prepared for computing its measures under many weights.
struct WeightedSamples<'a> {
    rnas: &'a [usize],
    samples: Vec<SampleMetrics>,
    /// The samples of each compartment, highest score first: score, sample, label.
    columns: Vec<Vec<(f32, usize, bool)>>,
}

impl<'a> WeightedSamples<'a> {
    fn new(r: &'a Repetition) -> Result<Self, MetricsError> {
        let samples = per_sample(&r.scores, &r.called, &r.truth)?;
        same_count("RNAs", r.rnas.len(), &r.truth)?;
        let column = |c: usize| {
            let mut column: Vec<(f32, usize, bool)> = (0..samples.len())
                .map(|i| (r.scores[i][c], i, r.truth[i][c]))
                .collect();
            column.sort_by(|a, b| b.0.total_cmp(&a.0));
            column
        };
        Ok(WeightedSamples {
            rnas: &r.rnas,
            columns: (0..r.truth.compartments()).map(column).collect(),
            samples,
        })
    }

    fn measure(&self, weights: &[f64]) -> Measures {
        let weight = |i: usize| weights.get(self.rnas[i]).copied().unwrap_or(0.0);
        let mean = |of: &dyn Fn(&SampleMetrics) -> Option<f64>| {
            let (mut sum, mut total) = (0.0, 0.0);
            for (i, sample) in self.samples.iter().enumerate() {
                if let Some(value) = of(sample) {
                    sum += weight(i) * value;
                    total += weight(i);
                }
            }
            if total > 0.0 { sum / total } else { 0.0 }
        };
        let aurocs: Vec<f64> = self
            .columns
            .iter()
            .filter_map(|column| weighted_auroc(column, weight))
            .collect();
        Measures {
            average_precision: mean(&|s| s.average_precision),
            accuracy: mean(&|s| Some(s.accuracy)),
            coverage: mean(&|s| s.coverage),
            ranking_loss: mean(&|s| s.ranking_loss),
            one_error: mean(&|s| s.one_error),
            auroc: (!aurocs.is_empty()).then(|| aurocs.iter().sum::<f64>() / aurocs.len() as f64),
        }
    }
}

/// Area under the ROC curve of weighted samples, highest score first; see [`auroc`].
fn weighted_auroc(samples: &[(f32, usize, bool)], weight: impl Fn(usize) -> f64) -> Option<f64> {
    let group = |tied: &[(f32, usize, bool)]| {
        let (mut positives, mut negatives) = (0.0, 0.0);
        for &(_, sample, label) in tied {
            *(if label {
                &mut positives
            } else {
                &mut negatives
            }) += weight(sample);
        }
        (positives, negatives)
    };
    auroc(samples.chunk_by(|a, b| a.0 == b.0).map(group))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Measure, Thresholds, evaluate};

    fn random(rng: &mut ChaCha8Rng, lean: f32) -> Repetition {
        let mut r = Repetition::default();
        for rna in 0..80 {
            let truth: Vec<bool> = (0..4)
                .map(|c| rng.random_bool(0.3) || c == rna % 4)
                .collect();
            let score = |&t: &bool| {
                let noise: f32 = rng.random_range(0.0..1.0);
                ((noise + if t { lean } else { 0.0 }) * 20.0).round() / 20.0
            };
            let scores: Vec<f32> = truth.iter().map(score).collect();
            r.rnas.push(rna);
            r.folds.push(0);
            r.scores.push(&scores).unwrap();
            r.truth.push(&truth).unwrap();
        }
        r.called = Thresholds::new(vec![0.5; 4]).unwrap().call(&r.scores);
        r
    }

    #[test]
    fn unweighted_measures_equal_those_of_evaluate() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let r = random(&mut rng, 0.3);
        let drawn = bootstrap(std::slice::from_ref(&r), 80, 1).unwrap();
        let whole = evaluate(&r.scores, &r.called, &r.truth).unwrap().measures;
        for (a, b) in drawn
            .observed()
            .values()
            .values()
            .zip(whole.values().values())
        {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-12);
        }
        for (interval, value) in drawn.intervals().values().zip(whole.values().values()) {
            let interval = interval.unwrap();
            assert!(interval.low < value.unwrap() && value.unwrap() < interval.high);
        }
    }

    #[test]
    fn a_better_model_has_a_difference_above_zero() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let good = random(&mut rng, 0.6);
        let mut bad = good.clone();
        let reversed: Vec<usize> = (0..80).rev().collect();
        bad.scores = good.scores.select(&reversed);
        bad.called = good.called.select(&reversed);
        let [good, bad] = [good, bad].map(|r| bootstrap(&[r], 80, 1).unwrap());
        let difference = good.difference_from(&bad);
        assert!(difference[Measure::AveragePrecision].unwrap().low > 0.0);
        assert!(difference[Measure::RankingLoss].unwrap().high < 0.0);
        let same = good.difference_from(&good)[Measure::Auroc].unwrap();
        assert_eq!((same.low, same.difference, same.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn an_rna_that_is_drawn_twice_counts_twice() {
        // The weights 2 and 0 must give the measures of the doubled samples.
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let r = random(&mut rng, 0.2);
        let weights: Vec<f64> = (0..80)
            .map(|i| f64::from(u8::from(i % 3 == 0)) * 2.0)
            .collect();
        let found = WeightedSamples::new(&r).unwrap().measure(&weights);
        let keep: Vec<usize> = (0..80)
            .filter(|i| i % 3 == 0)
            .flat_map(|i| [i, i])
            .collect();
        let (scores, called) = (r.scores.select(&keep), r.called.select(&keep));
        let truth = r.truth.select(&keep);
        let expected = evaluate(&scores, &called, &truth).unwrap().measures;
        for (a, b) in found.values().values().zip(expected.values().values()) {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-12);
        }
    }
}

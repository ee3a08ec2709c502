//! Bounds that the measures of any model must satisfy: a check of our own measures, and of results
//! that others report.

use super::{Measure, Measures, Metrics, MetricsError, compartments, same_count};
use crate::dataset::Labels;

/// Tolerance for rounding in sums of up to a few hundred thousand terms.
const TOLERANCE: f64 = 1e-9;

/// Checks whether `metrics` can have been computed from samples with the labels `truth`.
///
/// Let a sample have `c` of `C` labels, and let `w` be the number of false compartments that score
/// at least as high as the lowest true one.
///
/// *Coverage and ranking loss.* The lowest true compartment is ranked below the other `c - 1` true
/// ones and below `w` false ones, so `coverage = c - 1 + w`. The ranking loss `r` counts, for each
/// true compartment, the false ones that score at least as high: at most `w` for each of the `c`,
/// and exactly `w` for the lowest. Therefore `w <= c (C - c) r <= c w`, and
///
/// ```text
/// c - 1 + (C - c) r  <=  coverage  <=  c - 1 + (C - c) min(1, c r)
/// ```
///
/// Over `L` labelled samples, of which `R` are ranked, only the sum of all `r` is known:
/// `R · ranking_loss`, with each `r` between 0 and 1. The mean of the left side is smallest if the
/// sum is assigned to the samples with the fewest false labels, one whole unit each. The mean of
/// the right side is largest if it is assigned to the samples with the largest `c (C - c)`, `1/c`
/// each. If every sample's `C - c` is replaced by the smallest one, the lower bound becomes the
/// simpler and weaker `mean cardinality - 1 + (R/L) · ranking_loss · (fewest false labels)`.
///
/// *One-error.* A false compartment at the top scores at least as high as all `c` true ones, so
/// `r >= 1/(C - c)`; and every true compartment has a precision of at most `c/(c + 1)`.
///
/// *Average precision.* It is smallest if every false compartment is ranked above every true one
/// and no two true ones tie: the mean over `j = 1..c` of `j/(C - c + j)`.
///
/// # Errors
/// [`MetricsError::OutOfBounds`] with the first measure outside its bounds, or another number of
/// samples than that of the metrics.
pub fn bounds_hold(metrics: &Metrics, truth: &Labels) -> Result<(), MetricsError> {
    let width = compartments(truth)?;
    same_count("metrics", metrics.samples, truth)?;
    let labels = |row: &[bool]| row.iter().filter(|&&t| t).count();
    let samples = truth
        .iter()
        .map(|row| SampleBounds::new(labels(row), width));
    let labelled: Vec<SampleBounds> = samples.filter(|sample| sample.labels > 0.0).collect();
    let has_others = |sample: &SampleBounds| sample.others > 0.0;
    let ranked: Vec<SampleBounds> = labelled.iter().copied().filter(has_others).collect();
    let (l, r) = (labelled.len() as f64, ranked.len() as f64);
    let counted = metrics.labelled_samples as f64;
    within("the number of labelled samples", counted, l, l)?;
    let counted = metrics.ranked_samples as f64;
    within("the number of ranked samples", counted, r, r)?;

    let Measures {
        average_precision,
        accuracy,
        coverage,
        ranking_loss,
        one_error,
        auroc,
    } = metrics.measures;
    let within = |measure: Measure, value, low, high| within(measure.title(), value, low, high);
    within(Measure::Accuracy, accuracy, 0.0, 1.0)?;
    within(Measure::Auroc, auroc.unwrap_or(0.5), 0.0, 1.0)?;
    if labelled.is_empty() {
        return Ok(());
    }
    within(Measure::OneError, one_error, 0.0, r / l)?;
    let (low, high) = coverage_bounds(&labelled, &ranked, ranking_loss * r);
    within(Measure::Coverage, coverage, low, high)?;
    if ranked.is_empty() {
        within(Measure::AveragePrecision, average_precision, 1.0, 1.0)?;
        return within(Measure::RankingLoss, ranking_loss, 0.0, 0.0);
    }
    let errors = one_error * l;
    let least_loss = spend_least(errors, ranked.iter().map(|s| (1.0, 1.0 / s.others)));
    within(Measure::RankingLoss, ranking_loss, least_loss / r, 1.0)?;
    let least_miss = spend_least(errors, ranked.iter().map(|s| (1.0, 1.0 / (s.labels + 1.0))));
    let worst: f64 = ranked.iter().map(SampleBounds::worst_precision).sum();
    let (low, high) = (worst / r, 1.0 - least_miss / r);
    within(Measure::AveragePrecision, average_precision, low, high)
}

/// The number of true (`labels`) and false (`others`) compartments of one sample.
#[derive(Clone, Copy)]
struct SampleBounds {
    labels: f64,
    others: f64,
}

impl SampleBounds {
    fn new(labels: usize, width: usize) -> Self {
        SampleBounds {
            labels: labels as f64,
            others: (width - labels) as f64,
        }
    }

    /// The average precision if every false compartment is ranked above every true one.
    fn worst_precision(&self) -> f64 {
        let terms = (1..=self.labels as usize).map(|j| j as f64 / (self.others + j as f64));
        terms.sum::<f64>() / self.labels
    }
}

/// The smallest and the largest possible coverage if the ranking losses sum to `loss`.
fn coverage_bounds(labelled: &[SampleBounds], ranked: &[SampleBounds], loss: f64) -> (f64, f64) {
    let base: f64 = labelled.iter().map(|s| s.labels - 1.0).sum();
    let least = spend_least(loss, ranked.iter().map(|s| (1.0, s.others)));
    let most = -spend_least(
        loss,
        ranked
            .iter()
            .map(|s| (1.0 / s.labels, -s.labels * s.others)),
    );
    let n = labelled.len() as f64;
    ((base + least) / n, (base + most) / n)
}

/// The smallest cost of spending `amount` on offers of (capacity, cost per unit), the cheapest
/// first. What exceeds the total capacity costs nothing.
fn spend_least(amount: f64, offers: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut offers: Vec<(f64, f64)> = offers.collect();
    offers.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut left, mut cost) = (amount, 0.0);
    for (capacity, price) in offers {
        let spent = left.clamp(0.0, capacity);
        cost += spent * price;
        left -= spent;
    }
    cost
}

/// Checks that a measure lies between `low` and `high`, up to rounding.
fn within(measure: &'static str, value: f64, low: f64, high: f64) -> Result<(), MetricsError> {
    // Written so that NaN fails.
    if value >= low - TOLERANCE && value <= high + TOLERANCE {
        return Ok(());
    }
    Err(MetricsError::OutOfBounds {
        measure,
        value,
        low,
        high,
    })
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::metrics::{Scores, Thresholds, evaluate};

    /// Random scores with `levels` distinct values, and random labels, at least one per sample.
    fn random(rng: &mut ChaCha8Rng, samples: usize, width: usize) -> (Scores, Labels) {
        let levels = rng.random_range(1..=20u32);
        let share = rng.random_range(0.1..0.9);
        let mut scores = vec![vec![0.0; width]; samples];
        let mut truth = vec![vec![false; width]; samples];
        for (s, t) in scores.iter_mut().zip(&mut truth) {
            s.fill_with(|| rng.random_range(0..=levels) as f32 / levels as f32);
            t.fill_with(|| rng.random_bool(share));
        }
        truth[0][0] = true;
        (table(scores), table(truth))
    }

    fn measure(scores: &Scores, truth: &Labels) -> Metrics {
        let thresholds = Thresholds::new(vec![0.5; truth.compartments()]).unwrap();
        evaluate(scores, &thresholds.call(scores), truth).unwrap()
    }

    #[test]
    fn bounds_hold_on_random_data_and_are_reached() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let (mut low_met, mut high_met) = (0, 0);
        for _ in 0..2000 {
            let samples = rng.random_range(1..=4);
            let width = rng.random_range(1..=7);
            let (scores, truth) = random(&mut rng, samples, width);
            let m = measure(&scores, &truth);
            assert_eq!(bounds_hold(&m, &truth), Ok(()));
            let labels = |row: &[bool]| row.iter().filter(|&&t| t).count();
            let all = truth
                .iter()
                .map(|row| SampleBounds::new(labels(row), width));
            let labelled: Vec<SampleBounds> = all.filter(|s| s.labels > 0.0).collect();
            let ranked: Vec<SampleBounds> = labelled
                .iter()
                .copied()
                .filter(|s| s.others > 0.0)
                .collect();
            let loss = m.measures.ranking_loss * ranked.len() as f64;
            let (low, high) = coverage_bounds(&labelled, &ranked, loss);
            // The simple lower bound is never above the exact one.
            let fewest = ranked
                .iter()
                .map(|s| s.others)
                .fold(f64::INFINITY, f64::min);
            let n = labelled.len() as f64;
            let cardinality = labelled.iter().map(|s| s.labels).sum::<f64>() / n;
            let rise = if ranked.is_empty() {
                0.0
            } else {
                fewest * loss / n
            };
            assert!(cardinality - 1.0 + rise <= low + TOLERANCE);
            if high - low > 1e-3 {
                low_met += usize::from((m.measures.coverage - low).abs() < TOLERANCE);
                high_met += usize::from((m.measures.coverage - high).abs() < TOLERANCE);
            }
        }
        // A bound that some data reach exactly cannot be tightened.
        assert!(low_met > 20, "lower bound met {low_met} times");
        assert!(high_met > 20, "upper bound met {high_met} times");
    }

    #[test]
    fn perfect_and_worst_rankings_reach_the_bounds() {
        let truth = table([[true, true, false, false], [false, false, true, false]]);
        let score = |best: bool| {
            let row = |row: &[bool]| -> Vec<f32> {
                let value =
                    |(i, &t): (usize, &bool)| i as f32 / 10.0 + f32::from(u8::from(t == best));
                row.iter().enumerate().map(value).collect()
            };
            table(truth.iter().map(row))
        };
        let best = measure(&score(true), &truth);
        assert_eq!(
            (best.measures.coverage, best.measures.ranking_loss),
            (0.5, 0.0)
        );
        assert_eq!(
            (best.measures.average_precision, best.measures.one_error),
            (1.0, 0.0)
        );
        let worst = measure(&score(false), &truth);
        assert_eq!(
            (worst.measures.coverage, worst.measures.ranking_loss),
            (3.0, 1.0)
        );
        let precision = ((1.0 / 3.0 + 2.0 / 4.0) / 2.0 + 1.0 / 4.0) / 2.0;
        assert!((worst.measures.average_precision - precision).abs() < 1e-12);
        assert_eq!(bounds_hold(&worst, &truth), Ok(()));
    }

    #[test]
    fn measures_outside_the_bounds_are_found() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (scores, truth) = random(&mut rng, 40, 5);
        let good = measure(&scores, &truth);
        let broken = |change: fn(&mut Metrics)| {
            let mut m = good.clone();
            change(&mut m);
            match bounds_hold(&m, &truth) {
                Err(MetricsError::OutOfBounds { measure, .. }) => measure,
                other => panic!("{other:?}"),
            }
        };
        // Lower than a perfect ranking allows, as a coverage counted from 1 instead of 0 would be.
        assert_eq!(
            broken(|m| m.measures.coverage -= 1.0),
            Measure::Coverage.title()
        );
        assert_eq!(
            broken(|m| m.measures.coverage += 4.0),
            Measure::Coverage.title()
        );
        assert_eq!(
            broken(|m| m.measures.accuracy = 1.1),
            Measure::Accuracy.title()
        );
        assert_eq!(
            broken(|m| m.measures.accuracy = f64::NAN),
            Measure::Accuracy.title()
        );
        assert_eq!(
            broken(|m| m.measures.auroc = Some(-0.1)),
            Measure::Auroc.title()
        );
        assert_eq!(
            broken(|m| m.measures.one_error = 1.01),
            Measure::OneError.title()
        );
        assert_eq!(
            broken(|m| m.measures.average_precision = 0.05),
            Measure::AveragePrecision.title()
        );
        assert_eq!(
            broken(|m| m.measures.average_precision = 1.0),
            Measure::AveragePrecision.title()
        );
        assert_eq!(
            broken(|m| m.ranked_samples += 1),
            "the number of ranked samples"
        );
        let fewer = truth.select(&(0..39).collect::<Vec<_>>());
        assert!(matches!(
            bounds_hold(&good, &fewer),
            Err(MetricsError::RowCount { .. })
        ));
    }
}

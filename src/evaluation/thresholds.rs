//! From probabilities to calls. The paper gives no decision rule; ours is one
//! threshold per compartment, fitted on data the network was not trained on and
//! is not judged by.

use super::{MetricsError, check_scores, metrics::jaccard};

/// No threshold is below this: a compartment is not called on next to no evidence.
pub const LOWEST_THRESHOLD: f32 = 0.05;
/// No threshold is above this: every compartment can still be called.
pub const HIGHEST_THRESHOLD: f32 = 0.95;

/// Rounds over all compartments before the search gives up moving; it settles in two to five.
const MOST_ROUNDS: usize = 50;
/// A gain in accuracy smaller than this is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// One threshold per compartment that maximises accuracy (mean |Y∩Ŷ|/|Y∪Ŷ|) on
/// inner validation data; `scores` and `truth` are `[samples, compartments]`.
///
/// Starts from the best threshold common to all compartments, then moves one
/// compartment's at a time, over the midpoints between its neighbouring scores, until
/// no move gains. Of equally good thresholds the one nearest the common one is taken,
/// and a compartment without positives keeps the common one: it shows no place to cut.
///
/// # Errors
/// Empty or ragged input, or a NaN score.
pub fn fit_thresholds(scores: &[Vec<f32>], truth: &[Vec<bool>]) -> Result<Vec<f32>, MetricsError> {
    let width = check_scores(scores, truth)?;
    let common = common_threshold(scores, truth, width);
    let mut thresholds = vec![common; width];
    for _ in 0..MOST_ROUNDS {
        let before = thresholds.clone();
        for c in (0..width).filter(|&c| truth.iter().any(|row| row[c])) {
            let gains = gains(scores, truth, &thresholds, c);
            thresholds[c] = best_cut(&gains, common);
        }
        if thresholds == before {
            break;
        }
    }
    Ok(thresholds)
}

/// The compartments called for one sample: those whose score reaches their threshold.
/// May be none at all, which the caller has to say.
pub fn call(scores: &[f32], thresholds: &[f32]) -> Vec<bool> {
    let pairs = scores.iter().zip(thresholds);
    pairs.map(|(score, threshold)| score >= threshold).collect()
}

/// The best of 0.05, 0.10 … 0.95 for all compartments at once; of equals, the nearest to 0.5.
fn common_threshold(scores: &[Vec<f32>], truth: &[Vec<bool>], width: usize) -> f32 {
    let mut steps: Vec<f32> = (1..20).map(|step| step as f32 / 20.0).collect();
    nearest_first(&mut steps, 0.5);
    best(&steps, |threshold| {
        let thresholds = vec![threshold; width];
        let rows = scores.iter().zip(truth);
        rows.map(|(s, t)| jaccard(&call(s, &thresholds), t))
            .sum::<f64>()
            / truth.len() as f64
    })
}

/// What calling compartment `c` adds to each sample's |Y∩Ŷ|/|Y∪Ŷ|, the other calls
/// standing as they are: (score, gain) from the highest score down.
fn gains(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
    thresholds: &[f32],
    c: usize,
) -> Vec<(f32, f64)> {
    let rows = scores.iter().zip(truth);
    let mut gains: Vec<(f32, f64)> = rows
        .map(|(s, t)| {
            let mut calls = call(s, thresholds);
            calls[c] = true;
            let on = jaccard(&calls, t);
            calls[c] = false;
            (s[c], on - jaccard(&calls, t))
        })
        .collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0));
    gains
}

/// The cut through `gains` that gains most, midway between neighbouring scores. The
/// ends of the allowed range count as scores, so that calling all or none is a choice
/// too, and no cut falls on a score.
fn best_cut(gains: &[(f32, f64)], common: f32) -> f32 {
    let inside = |score: f32| score.clamp(LOWEST_THRESHOLD, HIGHEST_THRESHOLD);
    let mut scores = vec![HIGHEST_THRESHOLD];
    scores.extend(gains.iter().map(|(score, _)| inside(*score)));
    scores.push(LOWEST_THRESHOLD);
    scores.dedup();
    let pairs = scores.windows(2);
    let mut cuts: Vec<f32> = pairs.map(|pair| midpoint(pair[1], pair[0])).collect();
    nearest_first(&mut cuts, common);
    let mut sums = vec![0.0];
    sums.extend(gains.iter().scan(0.0, |sum, (_, gain)| {
        *sum += gain;
        Some(*sum)
    }));
    best(&cuts, |cut| {
        let called = gains.partition_point(|(score, _)| *score >= cut);
        sums[called] / gains.len() as f64
    })
}

/// A cut that lets `high` through and not `low`, which is lower.
fn midpoint(low: f32, high: f32) -> f32 {
    let middle = low + (high - low) / 2.0;
    if middle > low { middle } else { high }
}

/// Sorts by distance from `centre`, and equally distant ones by size.
fn nearest_first(values: &mut [f32], centre: f32) {
    values.sort_by(|a, b| {
        let distance = (a - centre).abs().total_cmp(&(b - centre).abs());
        distance.then(a.total_cmp(b))
    });
}

/// The candidate with the highest value, the first of equals. 0.5 if there are none.
fn best(candidates: &[f32], value: impl Fn(f32) -> f64) -> f32 {
    let mut found = (0.5, f64::NEG_INFINITY);
    for &candidate in candidates {
        let value = value(candidate);
        if value > found.1 + LEAST_GAIN {
            found = (candidate, value);
        }
    }
    found.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn accuracy(scores: &[Vec<f32>], truth: &[Vec<bool>], thresholds: &[f32]) -> f64 {
        let rows = scores.iter().zip(truth);
        rows.map(|(s, t)| jaccard(&call(s, thresholds), t))
            .sum::<f64>()
            / truth.len() as f64
    }

    /// Noisy scores around a different level in each compartment.
    fn noisy(seed: u64) -> (Vec<Vec<f32>>, Vec<Vec<bool>>) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let centre: [f32; 4] = [0.2, 0.4, 0.6, 0.8];
        let mut scores = Vec::new();
        let mut truth = Vec::new();
        for _ in 0..60 {
            let labels: Vec<bool> = (0..4).map(|_| rng.random_bool(0.4)).collect();
            let score = |(c, &t): (usize, &bool)| {
                let shift = if t { 0.08 } else { -0.08 };
                (centre[c] + shift + rng.random_range(-0.15..0.15)).clamp(0.0, 1.0)
            };
            scores.push(labels.iter().enumerate().map(score).collect());
            truth.push(labels);
        }
        (scores, truth)
    }

    #[test]
    fn separable_compartments_are_separated() {
        let scores = vec![
            vec![0.3, 0.9],
            vec![0.2, 0.7],
            vec![0.1, 0.6],
            vec![0.3, 0.6],
        ];
        let truth = vec![
            vec![true, true],
            vec![false, true],
            vec![false, false],
            vec![true, false],
        ];
        let thresholds = fit_thresholds(&scores, &truth).unwrap();
        assert!((thresholds[0] - 0.25).abs() < 1e-6, "{thresholds:?}");
        assert!((thresholds[1] - 0.65).abs() < 1e-6, "{thresholds:?}");
        assert_eq!(accuracy(&scores, &truth, &thresholds), 1.0);
    }

    #[test]
    fn no_single_threshold_can_be_moved_to_gain() {
        for seed in 0..20 {
            let (scores, truth) = noisy(seed);
            let thresholds = fit_thresholds(&scores, &truth).unwrap();
            let reached = accuracy(&scores, &truth, &thresholds);
            for c in 0..4 {
                let mut moved = thresholds.clone();
                for step in 50..=950 {
                    moved[c] = step as f32 / 1000.0;
                    assert!(accuracy(&scores, &truth, &moved) <= reached + 1e-9);
                }
            }
            // One threshold for all is what the search starts from.
            for step in 1..20 {
                let common = vec![step as f32 / 20.0; 4];
                assert!(accuracy(&scores, &truth, &common) <= reached + 1e-9);
            }
            assert!(reached > accuracy(&scores, &truth, &[0.5; 4]) + 0.1);
            assert_eq!(fit_thresholds(&scores, &truth).unwrap(), thresholds);
        }
    }

    #[test]
    fn without_positives_the_common_threshold_stays() {
        let (scores, mut truth) = noisy(3);
        truth.iter_mut().for_each(|row| row[2] = false);
        let thresholds = fit_thresholds(&scores, &truth).unwrap();
        let common = common_threshold(&scores, &truth, 4);
        assert_eq!(thresholds[2], common);
        assert_ne!(thresholds[0], common);
        let nothing = vec![vec![false; 4]; scores.len()];
        let thresholds = fit_thresholds(&scores, &nothing).unwrap();
        assert!(thresholds.iter().all(|&t| t == thresholds[0]));
    }

    #[test]
    fn thresholds_stay_in_range() {
        // The best cuts would be at 0.015 and 0.985.
        let scores = vec![vec![0.01, 0.99], vec![0.02, 0.98], vec![0.01, 0.99]];
        let truth = vec![vec![false, true], vec![true, false], vec![false, true]];
        for threshold in fit_thresholds(&scores, &truth).unwrap() {
            assert!((LOWEST_THRESHOLD..=HIGHEST_THRESHOLD).contains(&threshold));
        }
    }

    #[test]
    fn a_cut_parts_neighbouring_numbers() {
        let low = 0.5f32;
        let high = low.next_up();
        assert!(midpoint(low, high) > low && midpoint(low, high) <= high);
        assert_eq!(call(&[0.5, 0.4, 0.6], &[0.5; 3]), [true, false, true]);
        assert_eq!(call(&[0.1, 0.1], &[0.5; 2]), [false, false]);
    }

    #[test]
    fn unusable_input_is_refused() {
        assert_eq!(fit_thresholds(&[], &[]), Err(MetricsError::Empty));
        let truth = vec![vec![true]];
        assert!(matches!(
            fit_thresholds(&[vec![f32::NAN]], &truth),
            Err(MetricsError::NotANumber { .. })
        ));
    }
}

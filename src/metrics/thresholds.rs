//! Thresholds: from probabilities to called compartments.
//!
//! The paper gives no decision rule. Ours is one threshold per compartment, chosen without the data
//! that it is evaluated on. Two hundred labels are few: a threshold that is fitted to them is worse
//! than the common threshold that the scores themselves suggest. So all thresholds start from the
//! common one, and one is moved only for a gain beyond chance.

use super::evaluate::jaccard;
use super::{MetricsError, check_scores};

/// The lowest threshold: a compartment is never called on almost no evidence.
pub const LOWEST_THRESHOLD: f32 = 0.05;
/// The highest threshold: every compartment can still be called.
pub const HIGHEST_THRESHOLD: f32 = 0.95;

/// Limit on the rounds over all compartments; the search converges in two to five.
const MOST_ROUNDS: usize = 50;
/// A smaller gain in accuracy is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// What the scores of one sample mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreKind {
    /// An independent probability for each compartment, as from a sigmoid.
    Independent,
    /// Shares that sum to 1, as from a softmax. They do not tell how many compartments there are.
    SumToOne,
}

/// Fits one threshold per compartment for high accuracy (mean |Y∩Ŷ|/|Y∪Ŷ|). `scores` and `truth`
/// are `[samples, compartments]`.
///
/// All compartments start from a common threshold: for independent probabilities, the one with the
/// highest expected accuracy according to the scores; for shares, the one with the highest accuracy
/// on the labels. Then one compartment's threshold is moved at a time, to a midpoint between
/// neighbouring scores, if accuracy on the labels improves by more than one standard error, until
/// there is no such move. Of equally good thresholds, the one nearest the common threshold is
/// taken. A compartment without positives keeps the common threshold, because nothing shows where
/// to cut.
///
/// # Errors
/// The input is empty, its rows have different widths, or a score is NaN.
pub fn fit_thresholds(
    scores: &[Vec<f32>],
    truth: &[Vec<bool>],
    kind: ScoreKind,
) -> Result<Vec<f32>, MetricsError> {
    let width = check_scores(scores, truth)?;
    let common = match kind {
        ScoreKind::Independent => {
            common_threshold(|threshold| expected_accuracy(scores, threshold))
        }
        ScoreKind::SumToOne => common_threshold(|threshold| {
            let thresholds = vec![threshold; width];
            let rows = scores.iter().zip(truth);
            rows.map(|(s, t)| jaccard(&call(s, &thresholds), t)).sum()
        }),
    };
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

/// The compartments called for one sample: those whose score reaches their threshold. There may be
/// none, which the caller has to report.
pub fn call(scores: &[f32], thresholds: &[f32]) -> Vec<bool> {
    let pairs = scores.iter().zip(thresholds);
    pairs.map(|(score, threshold)| score >= threshold).collect()
}

/// The best of 0.05, 0.10 … 0.95; of equally good ones, the nearest to 0.5.
fn common_threshold(accuracy: impl Fn(f32) -> f64) -> f32 {
    let mut steps: Vec<f32> = (1..20).map(|step| step as f32 / 20.0).collect();
    nearest_first(&mut steps, 0.5);
    best(&steps, accuracy)
}

/// The expected accuracy of calls at a threshold: the mean over samples of
/// E(|Y∩Ŷ|/|Y∪Ŷ| given |Y| > 0). The scores are taken as independent probabilities, except that
/// every RNA has at least one compartment. Without that condition, the best choice would be to call
/// nothing for an RNA without a high probability.
fn expected_accuracy(scores: &[Vec<f32>], threshold: f32) -> f64 {
    let rows = scores.iter().map(|row| {
        let (called, left): (Vec<f32>, Vec<f32>) =
            row.iter().partition(|score| **score >= threshold);
        let (hits, missed) = (counts(&called), counts(&left));
        let somewhere = 1.0 - hits[0] * missed[0];
        let pairs = hits
            .iter()
            .enumerate()
            .flat_map(|hit| missed.iter().enumerate().map(move |missed| (hit, missed)));
        let expected: f64 = pairs
            .map(|((hit, chance), (missed, other))| {
                // If nothing is called and nothing is true, the condition excludes the case.
                let union = (called.len() + missed).max(1);
                chance * other * hit as f64 / union as f64
            })
            .sum();
        if somewhere > 0.0 {
            expected / somewhere
        } else {
            0.0
        }
    });
    rows.sum::<f64>() / scores.len() as f64
}

/// The probabilities that 0, 1, 2 … of some independent events happen.
fn counts(chances: &[f32]) -> Vec<f64> {
    let mut of = vec![1.0];
    for &chance in chances {
        let chance = f64::from(chance);
        of.push(0.0);
        for n in (0..of.len()).rev() {
            let one_less = if n > 0 { of[n - 1] } else { 0.0 };
            of[n] = of[n] * (1.0 - chance) + one_less * chance;
        }
    }
    of
}

/// What calling compartment `c` adds to |Y∩Ŷ|/|Y∪Ŷ| of each sample while the other calls stay as
/// they are: (score, gain), highest score first.
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

/// The threshold with the largest gain beyond one standard error, compared with the common
/// threshold: the common threshold itself, or a midpoint between neighbouring scores. The ends of
/// the allowed range count as scores, so calling all samples or none is also possible, and no new
/// threshold equals a score.
fn best_cut(gains: &[(f32, f64)], common: f32) -> f32 {
    let inside = |score: f32| score.clamp(LOWEST_THRESHOLD, HIGHEST_THRESHOLD);
    let mut scores = vec![HIGHEST_THRESHOLD];
    scores.extend(gains.iter().map(|(score, _)| inside(*score)));
    scores.push(LOWEST_THRESHOLD);
    scores.dedup();
    let pairs = scores.windows(2);
    let mut cuts: Vec<f32> = pairs.map(|pair| midpoint(pair[1], pair[0])).collect();
    cuts.push(common);
    nearest_first(&mut cuts, common);
    // Sums of the gains, and of their squares, over the n highest scores.
    let (mut sums, mut squares) = (vec![0.0], vec![0.0]);
    for (n, (_, gain)) in gains.iter().enumerate() {
        sums.push(sums[n] + gain);
        squares.push(squares[n] + gain * gain);
    }
    let called = |cut: f32| gains.partition_point(|(score, _)| *score >= cut);
    let usual = called(common);
    best(&cuts, |cut| {
        let cut = called(cut);
        let error = (squares[cut] - squares[usual]).abs().sqrt();
        sums[cut] - sums[usual] - error
    })
}

/// A threshold that calls `high` but not `low`, which is lower.
fn midpoint(low: f32, high: f32) -> f32 {
    let middle = low + (high - low) / 2.0;
    if middle > low { middle } else { high }
}

/// Sorts by the distance from `centre`, and values at the same distance by size.
fn nearest_first(values: &mut [f32], centre: f32) {
    values.sort_by(|a, b| {
        let distance = (a - centre).abs().total_cmp(&(b - centre).abs());
        distance.then(a.total_cmp(b))
    });
}

/// The candidate with the highest value, the first one of equals; 0.5 if there are no candidates.
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

    /// Noisy scores around a different level for each compartment.
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
        let scores = [
            vec![0.3, 0.9],
            vec![0.2, 0.7],
            vec![0.1, 0.6],
            vec![0.3, 0.6],
        ];
        let scores: Vec<Vec<f32>> = scores.into_iter().cycle().take(32).collect();
        let truth = [
            vec![true, true],
            vec![false, true],
            vec![false, false],
            vec![true, false],
        ];
        let truth: Vec<Vec<bool>> = truth.into_iter().cycle().take(32).collect();
        let thresholds = fit_thresholds(&scores, &truth, ScoreKind::SumToOne).unwrap();
        assert!((thresholds[0] - 0.25).abs() < 1e-6, "{thresholds:?}");
        assert!((thresholds[1] - 0.65).abs() < 1e-6, "{thresholds:?}");
        assert_eq!(accuracy(&scores, &truth, &thresholds), 1.0);
    }

    #[test]
    fn thresholds_move_if_the_labels_support_it() {
        for seed in 0..20 {
            let (scores, truth) = noisy(seed);
            for kind in [ScoreKind::Independent, ScoreKind::SumToOne] {
                let thresholds = fit_thresholds(&scores, &truth, kind).unwrap();
                let reached = accuracy(&scores, &truth, &thresholds);
                assert!(reached > accuracy(&scores, &truth, &[0.5; 4]) + 0.1);
                assert_eq!(fit_thresholds(&scores, &truth, kind).unwrap(), thresholds);
            }
        }
    }

    /// The labels are unrelated to the scores, so most thresholds have no reason to move.
    #[test]
    fn thresholds_rarely_move_by_chance() {
        let mut moved = 0;
        for seed in 0..25 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let scores: Vec<Vec<f32>> = (0..60)
                .map(|_| (0..4).map(|_| rng.random_range(0.3..0.5)).collect())
                .collect();
            let truth: Vec<Vec<bool>> = (0..60)
                .map(|_| (0..4).map(|_| rng.random_bool(0.4)).collect())
                .collect();
            let thresholds = fit_thresholds(&scores, &truth, ScoreKind::Independent).unwrap();
            let common = common_threshold(|threshold| expected_accuracy(&scores, threshold));
            moved += thresholds.iter().filter(|t| **t != common).count();
        }
        assert!(moved < 50, "{moved} of 100");
    }

    #[test]
    fn expected_accuracy_matches_values_by_hand() {
        // One of two is called: it is right with 0.8, then it is the only one with 0.7, and one of
        // two with 0.3. At least one is true with 1 - 0.2 · 0.7.
        let (scores, somewhere) = ([vec![0.8, 0.3]], 1.0 - 0.2 * 0.7);
        let expected = 0.8 * (0.7 + 0.3 / 2.0) / somewhere;
        assert!((expected_accuracy(&scores, 0.5) - expected).abs() < 1e-6);
        // Both are called: half of the hits are expected.
        let expected = (0.8 + 0.3) / 2.0 / somewhere;
        assert!((expected_accuracy(&scores, 0.1) - expected).abs() < 1e-6);
        // Nothing is called: never right.
        assert_eq!(expected_accuracy(&scores, 0.9), 0.0);
        assert_eq!(expected_accuracy(&[vec![0.0, 0.0]], 0.5), 0.0);
    }

    #[test]
    fn equal_probabilities_are_called_too() {
        let scores = vec![vec![0.3, 0.25, 0.2, 0.15]; 40];
        let truth: Vec<Vec<bool>> = (0..40)
            .map(|i| (0..4).map(|c| i % 4 == c).collect())
            .collect();
        let thresholds = fit_thresholds(&scores, &truth, ScoreKind::Independent).unwrap();
        assert!(call(&scores[0], &thresholds).contains(&true));
    }

    #[test]
    fn without_positives_the_common_threshold_stays() {
        let (scores, mut truth) = noisy(3);
        truth.iter_mut().for_each(|row| row[2] = false);
        let thresholds = fit_thresholds(&scores, &truth, ScoreKind::Independent).unwrap();
        let common = common_threshold(|threshold| expected_accuracy(&scores, threshold));
        assert_eq!(thresholds[2], common);
        assert_ne!(thresholds[0], common);
        let nothing = vec![vec![false; 4]; scores.len()];
        let thresholds = fit_thresholds(&scores, &nothing, ScoreKind::Independent).unwrap();
        assert!(thresholds.iter().all(|&t| t == thresholds[0]));
    }

    #[test]
    fn thresholds_stay_in_range() {
        // The best thresholds would be 0.015 and 0.985.
        let scores = vec![vec![0.01, 0.99], vec![0.02, 0.98], vec![0.01, 0.99]];
        let truth = vec![vec![false, true], vec![true, false], vec![false, true]];
        for threshold in fit_thresholds(&scores, &truth, ScoreKind::SumToOne).unwrap() {
            assert!((LOWEST_THRESHOLD..=HIGHEST_THRESHOLD).contains(&threshold));
        }
    }

    #[test]
    fn a_threshold_separates_neighbouring_numbers() {
        let low = 0.5f32;
        let high = low.next_up();
        assert!(midpoint(low, high) > low && midpoint(low, high) <= high);
        assert_eq!(call(&[0.5, 0.4, 0.6], &[0.5; 3]), [true, false, true]);
        assert_eq!(call(&[0.1, 0.1], &[0.5; 2]), [false, false]);
    }

    #[test]
    fn unusable_input_is_refused() {
        assert_eq!(
            fit_thresholds(&[], &[], ScoreKind::Independent),
            Err(MetricsError::Empty)
        );
        let truth = vec![vec![true]];
        assert!(matches!(
            fit_thresholds(&[vec![f32::NAN]], &truth, ScoreKind::Independent),
            Err(MetricsError::NotANumber { .. })
        ));
    }
}

//! The deletion curve tests whether attention marks nucleotides that matter to the prediction. More
//! and more of the most attended windows of an RNA are masked (read as N). The change of the
//! probability is compared with that for the same number of windows drawn at random.

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::rna::{ReadRanges, Sequence};

/// The shares of the RNA that are masked, one per step of the curve.
pub const MASKED_SHARES: [f32; 7] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5];
/// The number of random masks per step.
pub const DRAWS: usize = 20;
/// The seed of the random masks.
pub const SEED: u64 = 1;
/// The approximate number of windows of an RNA.
const WINDOWS: usize = 40;
/// The smallest window, in nucleotides.
const MIN_WINDOW: usize = 3;
/// Smaller mean differences of the probability count as no difference.
const MIN_DIFFERENCE: f32 = 0.01;

/// One step of the curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletionPoint {
    /// The share of the nucleotides read that were masked.
    #[serde(rename = "masked")]
    pub share: f32,
    /// The probability without a mask.
    #[serde(rename = "whole")]
    pub reference: f32,
    /// The probability with the most attended windows masked.
    pub attended: f32,
    /// The probability with each random mask, [`DRAWS`] numbers.
    pub random: Vec<f32>,
}

/// Whether masking the most attended windows changes the probability more than masking at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletionFinding {
    /// It changes the probability more than random masks do.
    More,
    /// It changes the probability as much as random masks do.
    Same,
    /// It changes the probability less than random masks do.
    Less,
}

/// The result of the test, for the user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeletionVerdict {
    /// The result.
    pub finding: DeletionFinding,
    /// The result and its numbers in a few sentences.
    #[serde(rename = "words")]
    pub description: String,
}

/// Masks an RNA for one step of the curve: first the most attended windows, then [`DRAWS`] times
/// windows drawn at random. `weights` has one attention weight per nucleotide, and `read` are
/// the parts that were read.
pub fn mask_windows(
    sequence: &Sequence,
    weights: &[f32],
    read: &ReadRanges,
    step: usize,
) -> Vec<Sequence> {
    let windows = windows(read);
    let count = masked_window_count(windows.len(), step);
    let mut ranked: Vec<usize> = (0..windows.len()).collect();
    let sum = |n: &usize| weights[windows[*n].clone()].iter().sum::<f32>();
    ranked.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    ranked.truncate(count);
    let mut masked = vec![mask(sequence, &windows, &ranked)];
    for draw in 0..DRAWS {
        // The seed depends on the number of windows, not on the step. So two steps that mask the
        // same number of windows give the same point.
        let seed = SEED.wrapping_add(((count as u64) << 32) | draw as u64);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let drawn = sample(&mut rng, windows.len(), count).into_vec();
        masked.push(mask(sequence, &windows, &drawn));
    }
    masked
}

/// The share of the windows of an RNA that a step masks.
pub fn masked_share(read: &ReadRanges, step: usize) -> f32 {
    let windows = windows(read).len().max(1);
    masked_window_count(windows, step) as f32 / windows as f32
}

impl DeletionVerdict {
    /// Evaluates the curve of `compartment`.
    pub fn from_points(compartment: &str, points: &[DeletionPoint]) -> Self {
        let change = |p: &DeletionPoint, probability: f32| (probability - p.reference).abs();
        let mean = |value: &dyn Fn(&DeletionPoint) -> f32| {
            points.iter().map(value).sum::<f32>() / points.len().max(1) as f32
        };
        let attended = mean(&|p| change(p, p.attended));
        let draws = points.iter().map(|p| p.random.len()).min().unwrap_or(0);
        let random: Vec<f32> = (0..draws)
            .map(|draw| mean(&|p| change(p, p.random[draw])))
            .collect();
        let finding = compare(attended, &random);
        let description = match nearest_point(points, 0.1) {
            None => "There is nothing to mask.".to_owned(),
            Some(point) => format!(
                "{} The mean change over the curve is {attended:.2}, and {:.2} at random ({} \
                 draws). {}",
                describe_point(compartment, point),
                mean_of(&random),
                point.random.len(),
                conclusion(finding),
            ),
        };
        Self {
            finding,
            description,
        }
    }
}

/// Compares the mean change for the most attended windows with that for each random draw.
fn compare(attended: f32, random: &[f32]) -> DeletionFinding {
    let difference = attended - mean_of(random);
    // One draw in twenty may be larger by chance.
    let tolerated = random.len() / 20;
    let above = random.iter().filter(|r| **r >= attended).count();
    let below = random.iter().filter(|r| **r <= attended).count();
    if difference > MIN_DIFFERENCE && above <= tolerated {
        DeletionFinding::More
    } else if difference < -MIN_DIFFERENCE && below <= tolerated {
        DeletionFinding::Less
    } else {
        DeletionFinding::Same
    }
}

fn describe_point(compartment: &str, point: &DeletionPoint) -> String {
    format!(
        "Masking the most-attended {:.0} % changes {compartment} from {:.2} to {:.2}; masking as \
         much at random changes it to {:.2}.",
        100.0 * point.share,
        point.reference,
        point.attended,
        mean_of(&point.random),
    )
}

fn conclusion(finding: DeletionFinding) -> &'static str {
    match finding {
        DeletionFinding::More => {
            "The prediction depends on the most-attended nucleotides more than on the others."
        }
        DeletionFinding::Same => {
            "The attention does not mark nucleotides that matter more than the others."
        }
        DeletionFinding::Less => "The most-attended nucleotides matter less than the others.",
    }
}

/// The mean of some numbers; 0 if there are none.
fn mean_of(numbers: &[f32]) -> f32 {
    numbers.iter().sum::<f32>() / numbers.len().max(1) as f32
}

/// The point whose masked share is nearest to `share`.
fn nearest_point(points: &[DeletionPoint], share: f32) -> Option<&DeletionPoint> {
    let distance = |p: &DeletionPoint| (p.share - share).abs();
    points
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// Divides the parts that were read into consecutive windows; the last one of a part may be shorter.
fn windows(read: &ReadRanges) -> Vec<Range<usize>> {
    let width = (read.nucleotides() / WINDOWS).max(MIN_WINDOW);
    let of_part = |part: Range<usize>| {
        let end = part.end;
        part.step_by(width)
            .map(move |start| start..(start + width).min(end))
    };
    read.iter().flat_map(of_part).collect()
}

fn masked_window_count(windows: usize, step: usize) -> usize {
    let share = MASKED_SHARES.get(step).copied().unwrap_or(1.0);
    ((share * windows as f32).round() as usize).clamp(windows.min(1), windows)
}

fn mask(sequence: &Sequence, windows: &[Range<usize>], selected: &[usize]) -> Sequence {
    let mut masked = sequence.clone();
    for index in selected {
        masked.mask(windows[*index].clone());
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn the_most_attended_windows_are_masked_first() {
        let sequence = rna(&"A".repeat(60));
        let mut weights = [0.0; 60];
        weights[30] = 0.7;
        weights[9] = 0.3;
        // 60 nt are 20 windows of 3 nt, and a tenth of them is two.
        let all = mask_windows(&sequence, &weights, &ReadRanges::one(0..60), 1);
        assert_eq!(all.len(), 1 + DRAWS);
        let masked = |rna: &Sequence| -> Vec<usize> {
            let letters = rna.as_bytes();
            (0..60).filter(|i| letters[*i] == b'N').collect()
        };
        assert_eq!(masked(&all[0]), [9, 10, 11, 30, 31, 32]);
        assert!(all.iter().all(|rna| masked(rna).len() == 6));
        assert!(all[1..].iter().any(|rna| *rna != all[1]), "draws differ");
        assert_eq!(
            all,
            mask_windows(&sequence, &weights, &ReadRanges::one(0..60), 1),
            "seeded"
        );
        assert!((masked_share(&ReadRanges::one(0..60), 1) - 0.1).abs() < 1e-6);
        // Nucleotides that were cut are never masked.
        let all = mask_windows(&sequence, &weights, &ReadRanges::one(40..60), 6);
        assert!(all.iter().all(|rna| masked(rna)[0] >= 40));
    }

    fn point(attended: f32, random: f32) -> DeletionPoint {
        let random = (0..DRAWS).map(|n| random + 0.001 * n as f32).collect();
        DeletionPoint {
            share: 0.1,
            reference: 0.8,
            attended,
            random,
        }
    }

    #[test]
    fn the_verdict_follows_from_the_curves() {
        let verdict = DeletionVerdict::from_points;
        let more = verdict("Nucleus", &[point(0.3, 0.7), point(0.2, 0.6)]);
        assert_eq!(more.finding, DeletionFinding::More);
        assert!(more.description.starts_with(
            "Masking the most-attended 10 % changes Nucleus from 0.80 to 0.30; masking as much at \
             random changes it to 0.71. The mean change over the curve is 0.55, and 0.14 at random \
             (20 draws)."
        ));
        assert_eq!(
            verdict("x", &[point(0.705, 0.7)]).finding,
            DeletionFinding::Same
        );
        assert_eq!(
            verdict("x", &[point(0.79, 0.4)]).finding,
            DeletionFinding::Less
        );
        // An increase of the probability is a change, too.
        assert_eq!(
            verdict("x", &[point(0.95, 0.79)]).finding,
            DeletionFinding::More
        );
        assert_eq!(verdict("x", &[]).finding, DeletionFinding::Same);
    }
}

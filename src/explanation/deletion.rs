//! The deletion curve: does the attention matter? More and more of the most attended windows are
//! masked (read as N), and compared with the same number of windows drawn at random.

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The shares of the RNA that are masked, one per step of the curve.
pub const SHARES: [f32; 7] = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5];
/// The number of random masks per step.
pub const DRAWS: usize = 20;
/// The seed of the random masks.
pub const SEED: u64 = 1;
/// The approximate number of windows of an RNA.
const WINDOWS: usize = 40;
/// The smallest window, in nucleotides.
const NARROWEST: usize = 3;
/// A smaller mean difference of the probability counts as no difference.
const LEAST: f32 = 0.01;

/// One step of the curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletionPoint {
    /// The share of the nucleotides read that were masked.
    pub masked: f32,
    /// The probability without a mask.
    pub whole: f32,
    /// The probability with the most attended windows masked.
    pub attended: f32,
    /// The probability with each random mask.
    pub random: Vec<f32>,
}

/// Whether masking what was attended changes the prediction more than masking at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletionFinding {
    /// Masking it changes the probability more than random masks do.
    More,
    /// As much as random masks.
    Same,
    /// Less than random masks.
    Less,
}

/// The result of the test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeletionVerdict {
    /// What was found.
    pub finding: DeletionFinding,
    /// One sentence for a person.
    pub words: String,
}

/// The masked RNAs of one step: the one with the most attended windows masked, then [`DRAWS`]
/// random ones. `weights` has one attention weight per nucleotide, `read` is the part that was
/// read.
pub fn masked(sequence: &[u8], weights: &[f32], read: &Range<usize>, step: usize) -> Vec<Vec<u8>> {
    let windows = windows(read);
    let count = masked_windows(windows.len(), step);
    let mut ranked: Vec<usize> = (0..windows.len()).collect();
    let sum = |n: &usize| weights[windows[*n].clone()].iter().sum::<f32>();
    ranked.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    ranked.truncate(count);
    let mut all = vec![mask(sequence, &windows, &ranked)];
    for draw in 0..DRAWS {
        // By what is masked, not by the step: two steps that mask the same number are one point.
        let seed = SEED.wrapping_add(((count as u64) << 32) | draw as u64);
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let drawn = sample(&mut chance, windows.len(), count).into_vec();
        all.push(mask(sequence, &windows, &drawn));
    }
    all
}

/// The share of the nucleotides that a step masks.
pub fn share(read: &Range<usize>, step: usize) -> f32 {
    let windows = windows(read).len().max(1);
    masked_windows(windows, step) as f32 / windows as f32
}

/// What the curve shows for `compartment`, in one sentence.
pub fn verdict(compartment: &str, points: &[DeletionPoint]) -> DeletionVerdict {
    let moved = |p: &DeletionPoint, probability: f32| (probability - p.whole).abs();
    let mean = |of: &dyn Fn(&DeletionPoint) -> f32| {
        points.iter().map(of).sum::<f32>() / points.len().max(1) as f32
    };
    let attended = mean(&|p| moved(p, p.attended));
    let draws = points.iter().map(|p| p.random.len()).min().unwrap_or(0);
    let random: Vec<f32> = (0..draws)
        .map(|draw| mean(&|p| moved(p, p.random[draw])))
        .collect();
    let at_random = random.iter().sum::<f32>() / draws.max(1) as f32;
    // One draw in twenty may be larger by chance.
    let rare = draws / 20;
    let above = random.iter().filter(|r| **r >= attended).count();
    let below = random.iter().filter(|r| **r <= attended).count();
    let finding = match attended - at_random {
        by if by > LEAST && above <= rare => DeletionFinding::More,
        by if by < -LEAST && below <= rare => DeletionFinding::Less,
        _ => DeletionFinding::Same,
    };
    let conclusion = match finding {
        DeletionFinding::More => "The answer rests on what was attended more than on the rest.",
        DeletionFinding::Same => {
            "The attention marks nothing here that matters more than the rest."
        }
        DeletionFinding::Less => "What was attended matters less here than the rest.",
    };
    let words = match nearest(points, 0.1) {
        None => "There is nothing to mask.".to_owned(),
        Some(point) => format!(
            "Masking the most-attended {:.0} % takes {compartment} from {:.2} to {:.2}, masking as \
             much at random to {:.2}; over the whole curve it moves by {attended:.2}, at random by \
             {at_random:.2} ({} draws). {conclusion}",
            100.0 * point.masked,
            point.whole,
            point.attended,
            point.random.iter().sum::<f32>() / point.random.len().max(1) as f32,
            point.random.len(),
        ),
    };
    DeletionVerdict { finding, words }
}

fn nearest(points: &[DeletionPoint], share: f32) -> Option<&DeletionPoint> {
    let distance = |p: &DeletionPoint| (p.masked - share).abs();
    points
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// Consecutive windows of the part that was read; the last one may be shorter.
fn windows(read: &Range<usize>) -> Vec<Range<usize>> {
    let width = (read.len() / WINDOWS).max(NARROWEST);
    let starts = read.clone().step_by(width);
    starts.map(|s| s..(s + width).min(read.end)).collect()
}

fn masked_windows(windows: usize, step: usize) -> usize {
    let share = SHARES.get(step).copied().unwrap_or(1.0);
    ((share * windows as f32).round() as usize).clamp(windows.min(1), windows)
}

fn mask(sequence: &[u8], windows: &[Range<usize>], chosen: &[usize]) -> Vec<u8> {
    let mut masked = sequence.to_vec();
    for window in chosen {
        masked[windows[*window].clone()].fill(b'N');
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_attended_windows_are_masked_first() {
        let sequence = [b'A'; 60];
        let mut weights = [0.0; 60];
        weights[30] = 0.7;
        weights[9] = 0.3;
        // 60 nt are 20 windows of 3 nt, and a tenth of them is two.
        let all = masked(&sequence, &weights, &(0..60), 1);
        assert_eq!(all.len(), 1 + DRAWS);
        let places = |rna: &[u8]| -> Vec<usize> { (0..60).filter(|i| rna[*i] == b'N').collect() };
        assert_eq!(places(&all[0]), [9, 10, 11, 30, 31, 32]);
        assert!(all.iter().all(|rna| places(rna).len() == 6));
        assert!(all[1..].iter().any(|rna| *rna != all[1]), "draws differ");
        assert_eq!(all, masked(&sequence, &weights, &(0..60), 1), "seeded");
        assert!((share(&(0..60), 1) - 0.1).abs() < 1e-6);
        // Nucleotides that were cut are never masked.
        let all = masked(&sequence, &weights, &(40..60), 6);
        assert!(all.iter().all(|rna| places(rna)[0] >= 40));
    }

    fn point(attended: f32, random: f32) -> DeletionPoint {
        let random = (0..DRAWS).map(|n| random + 0.001 * n as f32).collect();
        DeletionPoint {
            masked: 0.1,
            whole: 0.8,
            attended,
            random,
        }
    }

    #[test]
    fn the_verdict_follows_from_the_curves() {
        let more = verdict("Nucleus", &[point(0.3, 0.7), point(0.2, 0.6)]);
        assert_eq!(more.finding, DeletionFinding::More);
        assert!(more.words.starts_with(
            "Masking the most-attended 10 % takes Nucleus from 0.80 to 0.30, masking as much at \
             random to 0.71; over the whole curve it moves by 0.55, at random by 0.14 (20 draws)."
        ));
        assert_eq!(
            verdict("x", &[point(0.705, 0.7)]).finding,
            DeletionFinding::Same
        );
        assert_eq!(
            verdict("x", &[point(0.79, 0.4)]).finding,
            DeletionFinding::Less
        );
        // A probability that rises has changed, too.
        assert_eq!(
            verdict("x", &[point(0.95, 0.79)]).finding,
            DeletionFinding::More
        );
        assert_eq!(verdict("x", &[]).finding, DeletionFinding::Same);
    }
}

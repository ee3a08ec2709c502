//! K-mer logistic regression: what k-mer frequencies and length predict without a network.

use nalgebra::{DMatrix, DVector};

use super::kmer_profile::profile;
use crate::dataset::Labels;
use crate::metrics::{MetricsError, Scores, compartments, same_count, same_shape};
use crate::rna::Sequence;

/// Length of the longest k-mers that are counted.
const LONGEST: usize = 3;
/// The penalties that are tried; the validation part chooses one.
const PENALTIES: [f64; 5] = [1.0, 10.0, 30.0, 100.0, 1000.0];
/// The penalty if there is no validation part.
const USUAL_PENALTY: f64 = 30.0;
/// Limit on the Newton steps; about eight are enough for five digits.
const MOST_STEPS: usize = 25;

/// One logistic regression per compartment, against the rest, on the standardised frequencies of 1-
/// to 3-mers and the logarithm of the length. The squared weights, without the bias, are penalised
/// by `penalty / 2`. Of five penalties, the one with the lowest log loss on the validation part is
/// taken.
#[derive(Clone, Debug, PartialEq)]
pub struct KmerLogistic {
    means: Vec<f64>,
    scales: Vec<f64>,
    /// One row of weights per compartment; its last number is the bias.
    weights: Vec<Vec<f64>>,
    penalty: f64,
}

impl KmerLogistic {
    /// Fits the weights to the training part. The validation part, which may be empty, chooses the
    /// penalty.
    ///
    /// # Errors
    /// There are no labels, or not one sequence per sample.
    pub fn fit(
        sequences: &[&Sequence],
        truth: &Labels,
        validation: &[&Sequence],
        validation_truth: &Labels,
    ) -> Result<Self, MetricsError> {
        let width = compartments(truth)?;
        same_count("sequences", sequences.len(), truth)?;
        let rows: Vec<Vec<f64>> = sequences.iter().map(|s| profile(s, LONGEST)).collect();
        let (means, scales) = means_and_deviations(&rows);
        let design = DMatrix::from_fn(rows.len(), means.len() + 1, |r, c| {
            match (rows[r].get(c), means.get(c), scales.get(c)) {
                (Some(x), Some(mean), Some(scale)) => (x - mean) * scale,
                _ => 1.0,
            }
        });
        let with = |penalty: f64| KmerLogistic {
            means: means.clone(),
            scales: scales.clone(),
            weights: (0..width)
                .map(|c| newton(&design, truth, c, penalty))
                .collect(),
            penalty,
        };
        if validation.is_empty() {
            return Ok(with(USUAL_PENALTY));
        }
        let mut best: Option<(f64, KmerLogistic)> = None;
        for penalty in PENALTIES {
            let model = with(penalty);
            let scores = Scores::from_rows(validation.iter().map(|s| model.scores(s)))?;
            same_shape("scores", &scores, validation_truth)?;
            let loss = log_loss(&scores, validation_truth);
            // Of equally good penalties, the stronger one, which comes later.
            if best.as_ref().is_none_or(|(least, _)| loss <= *least) {
                best = Some((loss, model));
            }
        }
        Ok(best.map_or_else(|| with(USUAL_PENALTY), |(_, model)| model))
    }

    /// The probabilities of a sequence, one per compartment.
    pub fn scores(&self, sequence: &Sequence) -> Vec<f32> {
        let features = profile(sequence, LONGEST);
        let standard: Vec<f64> = features
            .iter()
            .zip(self.means.iter().zip(&self.scales))
            .map(|(x, (mean, scale))| (x - mean) * scale)
            .chain([1.0])
            .collect();
        let dot = |row: &Vec<f64>| row.iter().zip(&standard).map(|(w, x)| w * x).sum::<f64>();
        self.weights
            .iter()
            .map(|row| sigmoid(dot(row)) as f32)
            .collect()
    }

    /// The penalty that was chosen.
    pub fn penalty(&self) -> f64 {
        self.penalty
    }
}

/// The mean and 1 / standard deviation of every column; 0 for a column that is constant.
fn means_and_deviations(rows: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let (width, n) = (rows.first().map_or(0, Vec::len), rows.len() as f64);
    let column = |c: usize| rows.iter().map(move |row| row[c]);
    let means: Vec<f64> = (0..width).map(|c| column(c).sum::<f64>() / n).collect();
    let scale = |c: usize| {
        let variance = column(c).map(|x| (x - means[c]).powi(2)).sum::<f64>() / n;
        if variance > 1e-18 {
            variance.sqrt().recip()
        } else {
            0.0
        }
    };
    let scales = (0..width).map(scale).collect();
    (means, scales)
}

/// The weights of one compartment, by Newton's method (iteratively reweighted least squares).
fn newton(design: &DMatrix<f64>, truth: &Labels, c: usize, penalty: f64) -> Vec<f64> {
    let columns = design.ncols();
    let target = DVector::from_fn(truth.len(), |r, _| f64::from(u8::from(truth[r][c])));
    let ridge = DVector::from_fn(columns, |c, _| {
        if c + 1 == columns {
            // A bias without any penalty diverges if all labels are the same.
            1e-2
        } else {
            penalty
        }
    });
    let mut weights = DVector::zeros(columns);
    for _ in 0..MOST_STEPS {
        let probability = (design * &weights).map(sigmoid);
        let gradient = design.tr_mul(&(&probability - &target)) + ridge.component_mul(&weights);
        let mut weighted = design.clone();
        for (mut row, p) in weighted.row_iter_mut().zip(probability.iter()) {
            row *= (p * (1.0 - p)).max(1e-9);
        }
        let hessian = design.tr_mul(&weighted) + DMatrix::from_diagonal(&ridge);
        let Some(factors) = hessian.cholesky() else {
            break;
        };
        let mut step = factors.solve(&gradient);
        // A long step may overshoot if probabilities are near 0 or 1.
        let length = step.norm();
        if length > 10.0 {
            step *= 10.0 / length;
        }
        weights -= &step;
        if length < 1e-8 {
            break;
        }
    }
    weights.iter().copied().collect()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn log_loss(scores: &Scores, truth: &Labels) -> f64 {
    let pairs = scores.values().iter().zip(truth.values());
    pairs
        .map(|(&p, &t)| -f64::from(if t { p } else { 1.0 - p }).max(1e-12).ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn regression_learns_from_kmers() {
        let sequence = |i: usize| {
            let letter = if i.is_multiple_of(2) { "A" } else { "U" };
            rna(&format!("{}CG", letter.repeat(20 + i)))
        };
        let sequences: Vec<Sequence> = (0..60).map(sequence).collect();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let truth = |part: Range<usize>| table(part.map(|i| [i % 2 == 0, i % 2 == 1, false]));
        let (train, validation) = sequences.split_at(40);
        let model = KmerLogistic::fit(train, &truth(0..40), validation, &truth(40..60)).unwrap();
        let scores = model.scores(&rna("AAAAAAAAAAAAAAAAAAAAAAAAACG"));
        assert!(
            scores[0] > 0.9 && scores[1] < 0.1 && scores[2] < 0.01,
            "{scores:?}"
        );
        assert_eq!(model.penalty(), 1.0);
        let alone = KmerLogistic::fit(&sequences, &truth(0..60), &[], &Labels::default()).unwrap();
        assert_eq!(alone.penalty(), USUAL_PENALTY);
    }

    #[test]
    fn fit_ends_at_the_minimum() {
        // At the minimum the gradient is 0: the sum of (p - y) x, plus penalty · w.
        let texts = [
            "ACGUACGUAA",
            "GGGCCAUAGA",
            "UUUUACGACG",
            "AAGGCCUUAC",
            "CGCGCGAUAU",
        ]
        .map(rna);
        let sequences = texts.each_ref();
        let truth = table([true, false, true, true, false].map(|t| [t]));
        let model = KmerLogistic::fit(&sequences, &truth, &[], &Labels::default()).unwrap();
        for f in 0..model.means.len() {
            let slope: f64 = sequences
                .iter()
                .zip(&truth)
                .map(|(s, t)| {
                    let x = (profile(s, LONGEST)[f] - model.means[f]) * model.scales[f];
                    (f64::from(model.scores(s)[0]) - f64::from(u8::from(t[0]))) * x
                })
                .sum();
            assert!((slope + USUAL_PENALTY * model.weights[0][f]).abs() < 1e-5);
        }
    }

    #[test]
    fn inputs_that_do_not_match_are_rejected() {
        let empty = Labels::default();
        let error = KmerLogistic::fit(&[&rna("ACGU")], &empty, &[], &empty).unwrap_err();
        assert_eq!(error, MetricsError::Empty);
        let error = KmerLogistic::fit(&[], &table([[true]]), &[], &empty).unwrap_err();
        assert!(matches!(error, MetricsError::RowCount { .. }));
    }
}

//! Computes the six measures of equation 23.

use super::measures::{Measures, Metrics, SampleMetrics};
use super::per_compartment::compartment_scores;
use super::{Calls, MetricsError, Scores, bounds_hold, same_shape};
use crate::dataset::Labels;

/// Computes the measures of equation 23. `called` affects accuracy only.
///
/// # Errors
/// There are no samples, the inputs do not have the same shape, or no sample has a label.
pub fn evaluate(scores: &Scores, called: &Calls, truth: &Labels) -> Result<Metrics, MetricsError> {
    let width = same_shape("scores", scores, truth)?;
    same_shape("calls", called, truth)?;
    let labelled = samples_where(scores, truth, |labels| labels > 0);
    if labelled.is_empty() {
        return Err(MetricsError::NoLabels {
            samples: truth.len(),
        });
    }
    let ranked = samples_where(scores, truth, |labels| labels > 0 && labels < width);
    let areas: Vec<f64> = (0..width)
        .filter_map(|c| compartment_scores(scores, truth, c).auroc())
        .collect();
    let agreement = called.iter().zip(truth).map(|(c, t)| jaccard(c, t));
    let measures = Measures {
        average_precision: mean(ranked.iter().map(RankedSample::average_precision)).unwrap_or(1.0),
        accuracy: mean(agreement).unwrap_or(0.0),
        coverage: mean(labelled.iter().map(RankedSample::coverage)).unwrap_or(0.0),
        ranking_loss: mean(ranked.iter().map(RankedSample::ranking_loss)).unwrap_or(0.0),
        one_error: mean(labelled.iter().map(RankedSample::one_error)).unwrap_or(0.0),
        auroc: mean(areas.iter().copied()),
    };
    let metrics = Metrics {
        measures,
        samples: truth.len(),
        labelled_samples: labelled.len(),
        ranked_samples: ranked.len(),
        auroc_compartments: areas.len(),
    };
    debug_assert_eq!(bounds_hold(&metrics, truth), Ok(()));
    Ok(metrics)
}

/// The contribution of every sample to the measures of [`evaluate`], which are the means of these.
///
/// # Errors
/// There are no samples, or scores and labels do not have the same shape.
pub fn per_sample(
    scores: &Scores,
    called: &Calls,
    truth: &Labels,
) -> Result<Vec<SampleMetrics>, MetricsError> {
    let width = same_shape("scores", scores, truth)?;
    same_shape("calls", called, truth)?;
    let measure = |((scores, truth), called): ((&[f32], &[bool]), &[bool])| {
        let labels = truth.iter().filter(|&&t| t).count();
        let row = RankedSample { scores, truth };
        let (labelled, ranked) = (labels > 0, labels > 0 && labels < width);
        SampleMetrics {
            average_precision: ranked.then(|| row.average_precision()),
            accuracy: jaccard(called, truth),
            coverage: labelled.then(|| row.coverage()),
            ranking_loss: ranked.then(|| row.ranking_loss()),
            one_error: labelled.then(|| row.one_error()),
        }
    };
    let rows = scores.iter().zip(truth).zip(called);
    Ok(rows.map(measure).collect())
}

/// |called ∩ true| / |called ∪ true| of one sample; 1 if both are empty.
pub(super) fn jaccard(called: &[bool], truth: &[bool]) -> f64 {
    let count = |keep: fn(bool, bool) -> bool| {
        let pairs = called.iter().zip(truth);
        pairs.filter(|&(&c, &t)| keep(c, t)).count() as f64
    };
    let union = count(|c, t| c || t);
    if union == 0.0 {
        1.0
    } else {
        count(|c, t| c && t) / union
    }
}

/// The arithmetic mean; `None` if there are no values.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0usize);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

/// The scores and labels of one sample, which has at least one label.
struct RankedSample<'a> {
    scores: &'a [f32],
    truth: &'a [bool],
}

/// The samples whose number of labels satisfies `keep`.
fn samples_where<'a>(
    scores: &'a Scores,
    truth: &'a Labels,
    keep: impl Fn(usize) -> bool,
) -> Vec<RankedSample<'a>> {
    let labels = |row: &[bool]| row.iter().filter(|&&t| t).count();
    let rows = scores.iter().zip(truth);
    rows.filter(|(_, t)| keep(labels(t)))
        .map(|(scores, truth)| RankedSample { scores, truth })
        .collect()
}

impl RankedSample<'_> {
    /// The scores of the true compartments if `class` is true, otherwise of the false ones.
    fn scores_of(&self, class: bool) -> impl Iterator<Item = f32> {
        let pairs = self.scores.iter().zip(self.truth);
        pairs.filter(move |&(_, &t)| t == class).map(|(&s, _)| s)
    }

    /// The number of compartments of a class that score at least `floor`.
    fn at_least(&self, class: bool, floor: f32) -> f64 {
        self.scores_of(class)
            .filter(|&score| score >= floor)
            .count() as f64
    }

    fn average_precision(&self) -> f64 {
        let precision = |score| {
            let hits = self.at_least(true, score);
            hits / (hits + self.at_least(false, score))
        };
        mean(self.scores_of(true).map(precision)).unwrap_or(1.0)
    }

    fn coverage(&self) -> f64 {
        let worst = self.scores_of(true).fold(f32::INFINITY, f32::min);
        self.at_least(true, worst) + self.at_least(false, worst) - 1.0
    }

    fn ranking_loss(&self) -> f64 {
        let wrong: f64 = self
            .scores_of(true)
            .map(|score| self.at_least(false, score))
            .sum();
        wrong / (self.scores_of(true).count() * self.scores_of(false).count()) as f64
    }

    fn one_error(&self) -> f64 {
        let top = self
            .scores
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        if self.at_least(false, top) > 0.0 {
            1.0
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::metrics::{Thresholds, per_compartment};

    /// Two samples and four compartments whose measures were computed by hand.
    fn example() -> (Scores, Labels) {
        let scores = table([[0.9, 0.4, 0.6, 0.1], [0.2, 0.8, 0.3, 0.5]]);
        let truth = table([[true, true, false, false], [false, false, true, false]]);
        (scores, truth)
    }

    fn called(scores: &Scores, threshold: f32) -> Calls {
        let thresholds = vec![threshold; scores.compartments()];
        Thresholds::new(thresholds).unwrap().call(scores)
    }

    #[test]
    fn measures_match_values_by_hand() {
        let (scores, truth) = example();
        let m = evaluate(&scores, &called(&scores, 0.5), &truth).unwrap();
        // Sample 1 is ranked T F T F: precisions 1 and 2/3. Sample 2 is ranked F F T F: 1/3.
        assert!((m.measures.average_precision - (5.0 / 6.0 + 1.0 / 3.0) / 2.0).abs() < 1e-12);
        // Calls {0,2} against {0,1}: 1/3. Calls {1,3} against {2}: 0.
        assert!((m.measures.accuracy - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(m.measures.coverage, 2.0);
        // 1 of 4 pairs is wrong; 2 of 3 pairs are wrong.
        assert!((m.measures.ranking_loss - (0.25 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(m.measures.one_error, 0.5);
        // Columns 0 to 2 have both classes: right, wrong, wrong. Column 3 has no positives.
        assert!((m.measures.auroc.unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(
            (m.samples, m.ranked_samples, m.auroc_compartments),
            (2, 2, 3)
        );
    }

    #[test]
    fn ties_count_against_the_model() {
        let (_, truth) = example();
        let flat = table([[0.5; 4]; 2]);
        let m = evaluate(&flat, &called(&flat, 0.9), &truth).unwrap();
        assert_eq!(m.measures.one_error, 1.0);
        assert_eq!(m.measures.ranking_loss, 1.0);
        assert_eq!(m.measures.coverage, 3.0);
        assert_eq!(m.measures.average_precision, (0.5 + 0.25) / 2.0);
        assert_eq!(m.measures.auroc, Some(0.5));
        assert_eq!(m.measures.accuracy, 0.0);
    }

    #[test]
    fn unlabelled_and_fully_labelled_samples() {
        let scores = table([[0.1, 0.2]; 3]);
        let truth = table([[false, false], [true, true], [false, true]]);
        let m = evaluate(&scores, &called(&scores, 0.9), &truth).unwrap();
        assert_eq!((m.labelled_samples, m.ranked_samples), (2, 1));
        assert_eq!(m.measures.average_precision, 1.0);
        // Nothing is called: right for the first sample, wrong for the others.
        assert!((m.measures.accuracy - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(m.measures.coverage, 0.5);
        assert_eq!(m.measures.one_error, 0.0);
        assert_eq!(m.measures.auroc, Some(0.5));
    }

    #[test]
    fn inputs_that_do_not_match_are_rejected() {
        let (scores, truth) = example();
        let calls = called(&scores, 0.5);
        let empty = Labels::default();
        let error = evaluate(&Scores::default(), &empty, &empty);
        assert_eq!(error, Err(MetricsError::Empty));
        let narrow = table([[true, true, false]; 2]);
        let error = evaluate(&scores, &calls, &narrow).unwrap_err();
        let expected = "there are scores for 4 compartments, but labels for 3";
        assert_eq!(error.to_string(), expected);
        assert!(matches!(
            evaluate(&scores.select(&[0]), &calls, &truth),
            Err(MetricsError::RowCount { what: "scores", .. })
        ));
        assert!(matches!(
            evaluate(&scores, &calls.select(&[0]), &truth),
            Err(MetricsError::RowCount { what: "calls", .. })
        ));
        let error = per_compartment(&scores.select(&[0]), &truth);
        assert!(matches!(error, Err(MetricsError::RowCount { .. })));
        let unlabelled = table([[false; 4]; 2]);
        assert_eq!(
            evaluate(&scores, &calls, &unlabelled),
            Err(MetricsError::NoLabels { samples: 2 })
        );
    }
}

//! What a list of models says of one model: its figures next to its best baseline.

use serde::Serialize;

use super::record::{Evaluation, HeldOutMetrics, STRICTEST_FIRST, TrainingRecord};
use crate::baselines::Baseline;
use crate::metrics::bootstrap::Interval;
use crate::metrics::{Measure, Measures};

/// How good a model is, in one line of a list: its average precision next to that of its best baseline.
///
/// The figures are those of [`TrainingRecord::shown_evaluation`], or, without an evaluation, those of
/// the RNAs that the training held out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelFigures {
    /// RNAs in the labelled set.
    pub records: usize,
    /// The protocol of the evaluation that is shown; `None` if the figures are those of the held-out
    /// part.
    pub protocol: Option<String>,
    /// Average precision.
    pub average_precision: f64,
    /// Its 95 % interval, if it is known.
    pub interval: Option<Interval>,
    /// The baseline with the highest average precision, if there are baselines.
    pub best_baseline: Option<BaselineFigure>,
    /// Whether a baseline has a higher average precision than the model, so that the model is of use
    /// for teaching only.
    pub is_for_teaching: bool,
}

/// The average precision of a baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BaselineFigure {
    /// The baseline, in words.
    pub name: String,
    /// Its average precision.
    pub average_precision: f64,
}

impl TrainingRecord {
    /// The evaluation that tells most about the model: the one in which near-identical RNAs are not on
    /// two sides, if there is one.
    pub fn shown_evaluation(&self) -> Option<&Evaluation> {
        let rank = |evaluation: &&Evaluation| {
            let place = STRICTEST_FIRST
                .iter()
                .position(|name| *name == evaluation.protocol);
            place.unwrap_or(STRICTEST_FIRST.len())
        };
        self.evaluations.iter().min_by_key(rank)
    }

    /// The figures for a list of models; `None` if there is neither an evaluation nor a held-out part.
    pub fn figures(&self) -> Option<ModelFigures> {
        if let Some(evaluation) = self.shown_evaluation() {
            return Some(self.evaluated(evaluation));
        }
        self.held_out.as_ref().map(|metrics| self.held_out(metrics))
    }

    fn evaluated(&self, evaluation: &Evaluation) -> ModelFigures {
        let baselines = evaluation.baselines.iter();
        let baselines = baselines.map(|(baseline, row)| (baseline.name(), &row.measures));
        ModelFigures {
            protocol: Some(evaluation.protocol.clone()),
            interval: evaluation.intervals[Measure::AveragePrecision],
            ..self.compared(&evaluation.measures, baselines)
        }
    }

    fn held_out(&self, metrics: &HeldOutMetrics) -> ModelFigures {
        let baselines = [
            (Baseline::Length, &metrics.length),
            (Baseline::Prior, &metrics.prior),
        ];
        let baselines = baselines.map(|(baseline, metrics)| (baseline.name(), &metrics.measures));
        self.compared(&metrics.model.measures, baselines.into_iter())
    }

    /// The figures of a model next to baselines, by name.
    fn compared<'a>(
        &self,
        model: &Measures,
        baselines: impl Iterator<Item = (&'a str, &'a Measures)>,
    ) -> ModelFigures {
        let figures = baselines.map(|(name, measures)| BaselineFigure {
            name: name.to_owned(),
            average_precision: measures.average_precision,
        });
        let best = figures.max_by(|a, b| a.average_precision.total_cmp(&b.average_precision));
        let is_better = |best: &BaselineFigure| best.average_precision > model.average_precision;
        ModelFigures {
            records: self.records,
            protocol: None,
            average_precision: model.average_precision,
            interval: None,
            is_for_teaching: best.as_ref().is_some_and(is_better),
            best_baseline: best,
        }
    }
}

//! Compares predictions with the compartments that the definition lines of their RNAs name.

use std::collections::HashMap;

use serde::Serialize;

use super::error::ScoreError;
use super::score::{ScoreTables, judge};
use crate::dataset::{Dataset, DatasetError, locations};
use crate::metrics::bootstrap::{Interval, bootstrap};
use crate::metrics::{Measures, PerMeasure, evaluate};
use crate::model::Model;
use crate::predictor::Prediction;
use crate::rna::Sequence;

/// How well predictions agree with the labels of their RNAs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Agreement {
    /// The RNAs with labels, in the order of the predictions.
    pub rnas: Vec<RnaAgreement>,
    /// The names among the labels that are not compartments of the model.
    pub unknown: Vec<String>,
    /// The measures over all RNAs with labels, which are those of `rmlocnet evaluate --model`.
    pub score: Option<AgreementScore>,
    /// Why there are no measures, as a sentence; `None` if there are.
    pub failure: Option<String>,
}

/// The compartments called for one RNA, next to its labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RnaAgreement {
    /// The index of the prediction in the input.
    pub index: usize,
    /// The names that the definition line has.
    pub labels: Vec<String>,
    /// Whether the calls are these labels.
    pub verdict: Verdict,
}

/// Whether the compartments called for an RNA are its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are the same.
    All,
    /// At least one label is called; another one is not, or something else is.
    Some,
    /// No label is called.
    None,
}

/// The six measures, and which RNAs they are about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgreementScore {
    /// The measures.
    pub measures: Measures,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// Number of RNAs that were judged.
    pub judged: usize,
    /// Number of RNAs with labels.
    pub labelled: usize,
    /// A warning, if the measures are not an evaluation.
    pub warning: Option<String>,
    /// Other remarks.
    pub notes: Vec<String>,
}

/// Compares predictions of a model with the labels in their definition lines. Predictions without
/// labels are left out; if none has any, there are neither RNAs nor measures.
pub fn agreement(model: &Model, predictions: &[Prediction]) -> Agreement {
    let labelled: Vec<&Prediction> = predictions
        .iter()
        .filter(|prediction| prediction.definition.is_some())
        .collect();
    let rnas: Vec<RnaAgreement> = labelled
        .iter()
        .map(|prediction| compare(model, prediction))
        .collect();
    let mut unknown: Vec<String> = Vec::new();
    for name in rnas.iter().flat_map(|rna| &rna.labels) {
        if !model.compartments.contains(name) && !unknown.contains(name) {
            unknown.push(name.clone());
        }
    }
    let (score, failure) = if labelled.is_empty() {
        (None, None)
    } else {
        match score(model, &labelled) {
            Ok(score) => (Some(score), None),
            Err(error) => (None, Some(error.to_string())),
        }
    };
    Agreement {
        rnas,
        unknown,
        score,
        failure,
    }
}

/// The calls for one RNA next to its labels.
fn compare(model: &Model, prediction: &Prediction) -> RnaAgreement {
    let labels = locations(prediction.definition.as_deref().unwrap_or_default());
    let called = prediction.called.iter().map(|&c| &model.compartments[c]);
    let right = called.filter(|name| labels.contains(name)).count();
    let verdict = if right == 0 {
        Verdict::None
    } else if right == labels.len() && right == prediction.called.len() {
        Verdict::All
    } else {
        Verdict::Some
    };
    RnaAgreement {
        index: prediction.index,
        labels,
        verdict,
    }
}

/// Why predictions cannot be measured.
#[derive(Debug, thiserror::Error)]
enum AgreementError {
    /// The definition lines are not a labelled set.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The labels and the predictions cannot be compared.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The measures cannot be computed.
    #[error(transparent)]
    Metrics(#[from] crate::metrics::MetricsError),
}

/// The measures over RNAs with labels.
fn score(model: &Model, predictions: &[&Prediction]) -> Result<AgreementScore, AgreementError> {
    let dataset = Dataset::read(to_fasta(predictions).as_bytes())?;
    // The prediction depends on the sequence alone, and the set may have joined rows.
    let by_sequence: HashMap<&Sequence, &Prediction> = predictions
        .iter()
        .map(|prediction| (&prediction.sequence, *prediction))
        .collect();
    let judged = judge(model, &dataset, None)?;
    let sequences = judged
        .records
        .iter()
        .map(|&i| &dataset.records()[i].sequence);
    let chosen: Vec<&Prediction> = sequences
        .filter_map(|sequence| by_sequence.get(sequence).copied())
        .collect();
    let labelled = dataset.records().len();
    let ScoreTables {
        repetition,
        warning,
        notes,
    } = judged.tables(model, &dataset, chosen.into_iter())?;
    let metrics = evaluate(&repetition.scores, &repetition.called, &repetition.truth)?;
    Ok(AgreementScore {
        measures: metrics.measures,
        intervals: bootstrap(&[repetition], labelled, 1)?.intervals(),
        judged: metrics.samples,
        labelled,
        warning,
        notes,
    })
}

/// The RNAs as a labelled set in FASTA, as they stood in the input.
fn to_fasta(predictions: &[&Prediction]) -> String {
    let mut text = String::new();
    for prediction in predictions {
        let definition = prediction.definition.as_deref().unwrap_or_default();
        for line in [">", definition, "\n", prediction.sequence.as_str(), "\n"] {
            text.push_str(line);
        }
    }
    text
}

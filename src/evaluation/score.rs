//! Scores a model, or a table of predictions, on a labelled set.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::aggregate::compartment_rows;
use super::error::ScoreError;
use super::predictions_table::{places, read_predictions};
use super::report::{CompartmentReport, DataReport};
use crate::dataset::text_table::TextTable;
use crate::dataset::{Dataset, Part, PropertyGroups, split_of};
use crate::metrics::bootstrap::{Interval, Repetition, bootstrap};
use crate::metrics::{
    AurocSummary, Calibration, CardinalityRow, Measures, PerMeasure, auroc_draws, by_cardinality,
    calibration, evaluate,
};
use crate::model::Model;
use crate::predictor::{Prediction, Predictor};

/// How well predictions match a labelled set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScoreReport {
    /// Program and version.
    pub software: String,
    /// A warning, if the report is not an evaluation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warning: Option<String>,
    /// Other remarks.
    pub notes: Vec<String>,
    /// The six measures.
    #[serde(flatten)]
    pub measures: Measures,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// AUROCs of all compartments, of those that can be judged, and within one group under each
    /// property.
    #[serde(default)]
    pub aurocs: AurocSummary,
    /// One row per compartment.
    pub per_compartment: Vec<CompartmentReport>,
    /// How often all compartments are predicted correctly, by their number.
    pub cardinality: Vec<CardinalityRow>,
    /// The reliability of the scores as probabilities.
    pub calibration: Calibration,
    /// Number of RNAs that were scored.
    pub judged: usize,
    /// The labelled set.
    pub data: DataReport,
}

/// Scores a model on a labelled set, or on one `part` of the split that the set marks. If the model was trained on this set, it is scored on the RNAs
/// that it held out, if its split can be reproduced; otherwise the report is marked as not being an
/// evaluation.
///
/// # Errors
/// The model lacks a compartment, an RNA is too short for it, or the device failed.
pub async fn score_model(
    predictor: &Predictor,
    dataset: &Dataset,
    part: Option<Part>,
) -> Result<ScoreReport, ScoreError> {
    let model = predictor.model();
    let judged = judge(model, dataset, part)?;
    let predictions = predict_records(predictor, dataset, &judged.records).await?;
    let ScoreTables {
        repetition,
        warning,
        notes,
    } = judged.tables(model, dataset, predictions.iter())?;
    Ok(ScoreReport {
        warning,
        notes,
        ..report_scores(repetition, dataset)?
    })
}

/// A note if the model could read nothing of some RNAs.
fn unreadable_note(unreadable: usize) -> Option<String> {
    (unreadable > 0).then(|| {
        format!(
            "RNAs with N in every k-mer that the model reads: {unreadable}; their scores mean nothing"
        )
    })
}

/// The RNAs that a model can be judged on.
pub(super) struct Judged {
    /// Their indices in the set.
    pub(super) records: Vec<usize>,
    /// The place of each of the set's compartments among those of the model.
    places: Vec<usize>,
    warning: Option<String>,
    notes: Vec<String>,
}

/// Scores, calls and labels of the RNAs that a model is judged on.
pub(super) struct ScoreTables {
    /// The tables.
    pub(super) repetition: Repetition,
    /// A warning, if the measures are not an evaluation.
    pub(super) warning: Option<String>,
    /// Other remarks.
    pub(super) notes: Vec<String>,
}

impl Judged {
    /// The tables of these RNAs. `predictions` has one prediction per RNA, in their order.
    pub(super) fn tables<'a>(
        self,
        model: &Model,
        dataset: &Dataset,
        predictions: impl Iterator<Item = &'a Prediction>,
    ) -> Result<ScoreTables, ScoreError> {
        let Judged {
            records,
            places,
            warning,
            mut notes,
        } = self;
        let extra = model.compartments.len() - places.len();
        if extra > 0 {
            notes.push(format!(
                "{extra} compartments of the model are not in the truth"
            ));
        }
        let mut r = Repetition::default();
        let mut unreadable = 0;
        for prediction in predictions {
            let scores = places.iter().map(|&place| prediction.probabilities[place]);
            r.scores.push(&scores.collect::<Vec<f32>>())?;
            let called = places.iter().map(|place| prediction.called.contains(place));
            r.called.push(&called.collect::<Vec<bool>>())?;
            unreadable += usize::from(prediction.is_unreadable());
        }
        notes.extend(unreadable_note(unreadable));
        r.truth = dataset.labels().select(&records);
        r.folds = vec![0; records.len()];
        r.rnas = records;
        Ok(ScoreTables {
            repetition: r,
            warning,
            notes,
        })
    }
}

/// The RNAs that the set marks for a part of its split; all if no part is given.
fn marked_records(dataset: &Dataset, part: Option<Part>) -> Result<Vec<usize>, ScoreError> {
    let is_meant = |i: &usize| part.is_none() || dataset.parts()[*i] == part;
    let records: Vec<usize> = (0..dataset.records().len()).filter(is_meant).collect();
    match part {
        Some(part) if records.is_empty() => Err(ScoreError::NoPart { part: part.name() }),
        _ => Ok(records),
    }
}

/// All RNAs, or those of a part; if the model was trained on this set, those that its training held
/// out.
///
/// # Errors
/// The model lacks a compartment of the set, or the set marks no RNA for the part.
pub(super) fn judge(
    model: &Model,
    dataset: &Dataset,
    part: Option<Part>,
) -> Result<Judged, ScoreError> {
    let mut judged = Judged {
        records: marked_records(dataset, part)?,
        places: places(dataset.compartments(), &model.compartments)?,
        warning: None,
        notes: Vec::new(),
    };
    let Some(record) = &model.training else {
        return Ok(judged);
    };
    if record.data_sha256 != dataset.sha256() {
        return Ok(judged);
    }
    let again = split_of(dataset, record.seed).ok();
    let again = again.filter(|split| split.sha256() == record.split_sha256);
    let mut held_out = again.map_or(Vec::new(), |split| split.test);
    if part.is_some() {
        held_out.retain(|i| judged.records.binary_search(i).is_ok());
    }
    let are_all = part.is_none() || held_out.len() == judged.records.len();
    if are_all && !held_out.is_empty() {
        let note = "judged on the RNAs that its training held out";
        judged.notes.push(note.to_owned());
        judged.records = held_out;
    } else {
        let warning = "NOT AN EVALUATION: these RNAs were learnt from";
        judged.warning = Some(warning.to_owned());
    }
    Ok(judged)
}

/// The predictions of some RNAs, in their order.
async fn predict_records(
    predictor: &Predictor,
    dataset: &Dataset,
    part: &[usize],
) -> Result<Vec<Prediction>, ScoreError> {
    let mut fasta = Vec::new();
    for &i in part {
        let record = &dataset.records()[i];
        fasta.extend_from_slice(format!(">{}\n", record.id).as_bytes());
        fasta.extend_from_slice(record.sequence.as_bytes());
        fasta.push(b'\n');
    }
    let reader = predictor.reader(fasta.as_slice());
    let all = predictor.predict_all(reader).await?;
    if let Some(problem) = all.problems.first() {
        return Err(ScoreError::Unpredicted(problem.message.clone()));
    }
    Ok(all.predictions)
}

/// Scores a table of predictions on a labelled set, or on one `part` of the split that the set marks.
/// The table has fields separated by tabs or commas, plain or gzipped. Lines
/// that begin with `#` are ignored, and the first other line names the columns, with `id` first. A column with the name of a compartment has its scores.
/// The column `compartments` has the names of the called compartments, separated by `;`. Without
/// it, a compartment is called if its score is at least 0.5. Without columns of scores, called
/// compartments score 1. Other columns are ignored.
///
/// # Errors
/// The table cannot be read in this way, or it lacks RNAs or compartments of the labelled set.
pub fn score_predictions(
    source: impl Read,
    dataset: &Dataset,
    part: Option<Part>,
) -> Result<ScoreReport, ScoreError> {
    let table = TextTable::read(source)?;
    let rows = read_predictions(&table, dataset.compartments())?;
    let mut r = Repetition::default();
    let mut missing = Vec::new();
    let judged = marked_records(dataset, part)?;
    for &rna in &judged {
        let record = &dataset.records()[rna];
        let Some(row) = rows.get(record.id.as_str()) else {
            missing.push(&record.id);
            continue;
        };
        r.rnas.push(rna);
        r.scores.push(&row.scores)?;
        r.called.push(&row.called)?;
        r.truth.push(&dataset.labels()[rna])?;
    }
    if let Some(first) = missing.first() {
        return Err(ScoreError::Missing {
            count: missing.len(),
            total: judged.len(),
            first: (*first).clone(),
        });
    }
    let ids = dataset.records().iter().map(|record| record.id.as_str());
    let extra = rows.len() - ids.filter(|id| rows.contains_key(*id)).count();
    let extra = (extra > 0)
        .then(|| format!("{extra} predictions are of RNAs that are not in the labelled set"));
    let notes = table.notice.iter().map(ToString::to_string);
    let notes = notes.chain(extra).collect();
    Ok(ScoreReport {
        notes,
        ..report_scores(r, dataset)?
    })
}

fn report_scores(r: Repetition, dataset: &Dataset) -> Result<ScoreReport, ScoreError> {
    let metrics = evaluate(&r.scores, &r.called, &r.truth)?;
    let cardinality = by_cardinality(&r.called, &r.truth)?;
    let calibration = calibration(&r.scores, &r.truth)?;
    let groups = PropertyGroups::new(dataset.records());
    let repetitions = [Repetition {
        folds: vec![0; r.rnas.len()],
        ..r
    }];
    let aurocs = auroc_draws(&repetitions, &groups, 1)?;
    Ok(ScoreReport {
        software: format!("rmlocnet {}", env!("CARGO_PKG_VERSION")),
        warning: None,
        notes: Vec::new(),
        measures: metrics.measures,
        intervals: bootstrap(&repetitions, dataset.records().len(), 1)?.intervals(),
        per_compartment: compartment_rows(
            dataset.compartments(),
            &repetitions,
            aurocs.compartments(),
        )?,
        aurocs: aurocs.summary(None),
        cardinality,
        calibration,
        judged: metrics.samples,
        data: DataReport::new(dataset, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth() -> Dataset {
        let fasta = ">a [location=Nucleus]\nACGUACGU\n>b [location=Nucleus;Cytosol]\nGGGUUU\n\
                     >c [location=Cytosol]\nCCCCAAAA\n>d [location=Nucleus]\nUUUUUUU\n";
        Dataset::read(fasta.as_bytes()).unwrap()
    }

    #[test]
    fn tables_with_and_without_our_columns_are_read() {
        // Perfect except for `c`, whose order is wrong.
        let ours = "# rmlocnet 0.1.0\nid\tlength\tCytosol\tNucleus\tcompartments\twarnings\n\
                    a\t8\t0.1\t0.9\tNucleus\t\nb\t6\t0.8\t0.9\tNucleus;Cytosol\t\n\
                    c\t8\t0.3\t0.6\tnone\t\nd\t7\t0.2\t0.7\tNucleus\t\ne\t7\t0.2\t0.7\tNucleus\t\n";
        let scored = score_predictions(ours.as_bytes(), &truth(), None).unwrap();
        assert_eq!(scored.measures.accuracy, 0.75);
        assert_eq!(scored.measures.one_error, 0.25);
        assert_eq!(scored.judged, 4);
        assert!(
            scored.notes[0].starts_with("1 predictions"),
            "{:?}",
            scored.notes
        );
        let plain = "id\tNucleus\tCytosol\na\t0.9\t0.1\nb\t0.9\t0.8\nc\t0.6\t0.3\nd\t0.7\t0.2\n";
        let plain = score_predictions(plain.as_bytes(), &truth(), None).unwrap();
        assert_eq!(
            plain.measures.average_precision,
            scored.measures.average_precision
        );
        assert_eq!(plain.measures.accuracy, 0.75);
        let calls = "id\tcompartments\na\tNucleus\nb\tCytosol; Nucleus\nc\tCytosol\nd\tNucleus\n";
        let calls = score_predictions(calls.as_bytes(), &truth(), None).unwrap();
        assert_eq!(
            (calls.measures.accuracy, calls.measures.ranking_loss),
            (1.0, 0.0)
        );
    }

    #[test]
    fn a_table_that_cannot_be_read_is_rejected_with_message() {
        for (table, piece) in [
            ("", "must name the columns"),
            ("name\tNucleus\nx\t1\n", "must name the columns"),
            (
                "id\tNucleus\na\t0.5\n",
                "no scores for the compartment 'Cytosol'",
            ),
            (
                "id\tNucleus\tCytosol\na\t0.5\n",
                "line 2: 2 fields, but there are 3 columns",
            ),
            (
                "id\tNucleus\tCytosol\na\t0.5\thigh\n",
                "line 2, column Cytosol: 'high'",
            ),
            (
                "id\tNucleus\tCytosol\na\t1\t0\na\t1\t0\n",
                "line 3: 'a' occurs",
            ),
            (
                "id\tNucleus\tCytosol\na\t1\t0\n",
                "3 of 4 labelled RNAs have no prediction",
            ),
            (
                "id\tNucleus\tCytosol\na\tNaN\t0\nb\t1\t0\n",
                "line 2, column Nucleus: 'NaN' is not a number from 0 to 1",
            ),
            (
                "id,Nucleus,Cytosol\na,1,0\nb,1,inf\n",
                "line 3, column Cytosol: 'inf' is not a number from 0 to 1",
            ),
            (
                "id\tNucleus\tCytosol\na\t1\t40\n",
                "line 2, column Cytosol: '40' is not a number from 0 to 1",
            ),
        ] {
            let error = score_predictions(table.as_bytes(), &truth(), None).unwrap_err();
            let error = error.to_string();
            assert!(error.contains(piece), "no `{piece}` in: {error}");
        }
    }
}

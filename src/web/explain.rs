//! Explanations, for JavaScript. Each call does a small piece of the work and keeps no state here,
//! so the page can show progress, distribute the pieces over workers, and stop between them.

use std::rc::Rc;

use js_sys::{Object, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::predict::WebModel;
use super::{set_fallback, set_field, to_float32_array, to_js, to_promise};
use crate::explanation::comparison::{DiffSegment, align};
use crate::explanation::deletion::{DeletionVerdict, MASKED_SHARES};
use crate::explanation::gradients::PATH_POINTS;
use crate::explanation::motifs::{MotifHits, find_motifs, known_and_own_motifs};
use crate::explanation::row_order::cluster_rows;
use crate::explanation::{
    AttentionSummary, DeletionPoint, KmerAttention, KmerStatistic, Mutations,
};
use crate::output::{
    ExplanationTable, comparison_tsv, deletion_tsv, gradients_tsv, motifs_tsv, mutations_tsv,
    score_parts_tsv, summary_tsv,
};
use crate::predictor::{InputRecord, Predictor};
use crate::rna::Sequence;

/// The number of steps of a deletion curve.
#[wasm_bindgen]
pub fn deletion_steps() -> usize {
    MASKED_SHARES.len()
}

/// The number of points of integrated gradients.
#[wasm_bindgen]
pub fn gradient_points() -> usize {
    PATH_POINTS
}

/// What a deletion curve shows for a compartment: `{finding, words}`.
#[wasm_bindgen]
pub fn deletion_verdict(compartment: &str, points: JsValue) -> Result<JsValue, JsError> {
    let points: Vec<DeletionPoint> = serde_wasm_bindgen::from_value(points)?;
    to_js(&DeletionVerdict::from_points(compartment, &points))
}

/// An order of rows of `width` numbers in which similar rows are next to each other.
#[wasm_bindgen]
pub fn clustered_order(values: Vec<f32>, width: usize) -> Vec<u32> {
    let order = cluster_rows(&values, width);
    order.into_iter().map(|row| row as u32).collect()
}

/// The aligned segments of two RNAs: `[{same, first: {start, end}, second: {start, end}}]`.
#[wasm_bindgen]
pub fn align_rnas(first: &str, second: &str) -> Result<JsValue, JsError> {
    let (first, second) = (first.parse()?, second.parse()?);
    to_js(&align(&first, &second))
}

/// A result of [`WebModel::mutagenesis`], as it comes back from JavaScript.
#[derive(Deserialize)]
struct MutationChanges {
    start: usize,
    end: usize,
    reference: Vec<f32>,
    changes: Vec<f32>,
}

/// The summary of one compartment.
#[derive(Serialize)]
struct SummaryRow<'a> {
    compartment: &'a str,
    rnas: u32,
    profile: Vec<f64>,
    #[serde(rename = "words")]
    kmers: Vec<KmerStatistic>,
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// The effect of every substitution at positions `start` to `end` (counted from 0, end
    /// excluded): `{start, end, reference, changes}`, with changes [positions · 4 · C] for A, C, G
    /// and U.
    pub fn mutagenesis(&self, sequence: String, start: usize, end: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let sequence = sequence.parse()?;
            let mutations = predictor.mutagenesis(&sequence, start..end).await?;
            let object = Object::new();
            let positions = &mutations.positions;
            set_field(&object, "start", (positions.start as f64).into())?;
            set_field(&object, "end", (positions.end as f64).into())?;
            set_field(&object, "reference", to_float32_array(&mutations.reference))?;
            set_field(&object, "changes", to_float32_array(&mutations.changes))?;
            set_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }

    /// The contributions of points `start` to `end` (end excluded) of [`gradient_points`] to the
    /// integrated gradients of a compartment: `{start, end, nucleotides, padding, ends}`. `ends`
    /// has the scores of the empty and of the complete input if `start` is 0; otherwise it is null.
    pub fn gradients(
        &self,
        sequence: String,
        compartment: usize,
        start: usize,
        end: usize,
    ) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let sequence = sequence.parse()?;
            let gradients = predictor.gradients(&sequence, compartment, start..end);
            let gradients = gradients.await?;
            let object = Object::new();
            let (points, nucleotides) = (&gradients.points, &gradients.nucleotides);
            let end_scores = gradients.end_scores.map(|scores| to_float32_array(&scores));
            let end_scores = end_scores.unwrap_or(JsValue::NULL);
            set_field(&object, "start", (points.start as f64).into())?;
            set_field(&object, "end", (points.end as f64).into())?;
            set_field(&object, "nucleotides", to_float32_array(nucleotides))?;
            set_field(&object, "padding", f64::from(gradients.padding).into())?;
            set_field(&object, "ends", end_scores)?;
            Ok(object.into())
        })
    }

    /// Integrated gradients as TSV, in the format of the command line.
    pub fn gradients_tsv(
        &self,
        id: &str,
        compartment: &str,
        sequence: &str,
        attributions: &[f32],
    ) -> Result<String, JsError> {
        let sequence = sequence.parse()?;
        let header = ExplanationTable::IntegratedGradients.header(&self.predictor);
        Ok(header + &gradients_tsv(id, compartment, &sequence, attributions))
    }

    /// The parts of a compartment's score: `{score, start, reading, regions}`, with `{region,
    /// nucleotides, contribution}` for each region.
    pub fn score_parts(&self, sequence: String, compartment: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let sequence = sequence.parse()?;
            to_js(&predictor.score_parts(&sequence, compartment).await?)
        })
    }

    /// The parts of a compartment's score as TSV, in the format of the command line.
    pub fn score_parts_tsv(&self, id: String, sequence: String, compartment: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let sequence = sequence.parse()?;
            let parts = predictor.score_parts(&sequence, compartment).await?;
            let names = predictor.model().compartments();
            let name = names.get(compartment).map_or("", String::as_str);
            let header = ExplanationTable::ScoreParts.header(&predictor);
            Ok((header + &score_parts_tsv(&id, name, &parts)).into())
        })
    }

    /// One step of a compartment's deletion curve: `{masked, whole, attended, random}`.
    pub fn deletion_point(&self, sequence: String, compartment: usize, step: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let sequence = sequence.parse()?;
            let point = predictor.deletion_point(&sequence, compartment, step);
            to_js(&point.await?)
        })
    }

    /// The k-mers of one RNA, ranked by the attention of a compartment's head:
    /// `[{word, count, attention}]`.
    #[wasm_bindgen(js_name = patterns)]
    pub fn ranked_kmers(&self, sequence: String, compartment: usize, k: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let kmers = rank_kmers(&predictor, &sequence, compartment, k);
            to_js(&kmers.await?)
        })
    }

    /// The motifs of one RNA with the attention of a compartment's head, first those of the
    /// literature, then the user's own:
    /// `[{motif: {name, letters, about}, starts, expected, attention}]`.
    pub fn motifs(&self, sequence: String, compartment: usize, own: Vec<String>) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let hits = motif_hits(&predictor, &sequence, compartment, &own);
            to_js(&hits.await?)
        })
    }

    /// The result of [`WebModel::motifs`] as TSV, in the format of the command line.
    pub fn motifs_tsv(
        &self,
        id: String,
        sequence: String,
        compartment: usize,
        own: Vec<String>,
    ) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let hits = motif_hits(&predictor, &sequence, compartment, &own).await?;
            let names = &predictor.model().compartments;
            let name = names.get(compartment).map_or("", String::as_str);
            let header = ExplanationTable::Motifs.header(&predictor);
            Ok((header + &motifs_tsv(&id, name, &hits)).into())
        })
    }

    /// Adds RNAs to a summary of attention, which is passed and returned as text. Without
    /// `summary`, it starts empty.
    #[wasm_bindgen(js_name = survey)]
    pub fn add_to_summary(
        &self,
        batch: JsValue,
        k: usize,
        thresholds: Option<Vec<f32>>,
        summary: Option<String>,
    ) -> Promise {
        let predictor = self.with_thresholds(thresholds);
        to_promise(async move {
            let predictor = predictor?;
            let records: Vec<InputRecord> = serde_wasm_bindgen::from_value(batch)?;
            let summary = match summary {
                Some(text) => serde_json::from_str(&text)?,
                None => AttentionSummary::new(predictor.model().compartments.len(), k),
            };
            let summary = predictor.add_to_summary(&records, summary).await?;
            Ok(serde_json::to_string(&summary)?.into())
        })
    }

    /// The content of a summary: `[{compartment, rnas, profile, words}]`.
    #[wasm_bindgen(js_name = survey_report)]
    pub fn summary_report(&self, summary: &str) -> Result<JsValue, JsError> {
        let summary: AttentionSummary = serde_json::from_str(summary)?;
        let names = &self.predictor.model().compartments;
        let compartments = names.iter().zip(summary.compartments());
        let rows = compartments.map(|(name, compartment)| SummaryRow {
            compartment: name,
            rnas: compartment.rnas,
            profile: compartment.profile(),
            kmers: compartment.frequent_kmers(),
        });
        to_js(&rows.collect::<Vec<_>>())
    }

    /// A mutagenesis as TSV, in the format of the command line.
    pub fn mutations_tsv(
        &self,
        id: &str,
        sequence: &str,
        parts: JsValue,
    ) -> Result<String, JsError> {
        let parts: Vec<MutationChanges> = serde_wasm_bindgen::from_value(parts)?;
        let sequence: Sequence = sequence.parse()?;
        let mut text = ExplanationTable::Mutagenesis.header(&self.predictor);
        for part in parts {
            let mutations = Mutations {
                positions: part.start..part.end,
                reference: part.reference,
                changes: part.changes,
            };
            text.push_str(&mutations_tsv(id, &sequence, &mutations));
        }
        Ok(text)
    }

    /// A deletion curve as TSV, in the format of the command line.
    pub fn deletion_tsv(
        &self,
        id: &str,
        compartment: &str,
        points: JsValue,
    ) -> Result<String, JsError> {
        let points: Vec<DeletionPoint> = serde_wasm_bindgen::from_value(points)?;
        let header = ExplanationTable::Deletion.header(&self.predictor);
        Ok(header + &deletion_tsv(id, compartment, &points))
    }

    /// The k-mers of a summary as TSV, in the format of the command line.
    #[wasm_bindgen(js_name = survey_tsv)]
    pub fn summary_tsv(&self, summary: &str) -> Result<String, JsError> {
        let summary: AttentionSummary = serde_json::from_str(summary)?;
        let header = ExplanationTable::KmerAttention.header(&self.predictor);
        let names = &self.predictor.model().compartments;
        Ok(header + &summary_tsv(names, &summary))
    }

    /// The differences between two RNAs as TSV, with the attention on both.
    pub fn comparison_tsv(&self, first: String, second: String) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        to_promise(async move {
            let (first, second): (Sequence, Sequence) = (first.parse()?, second.parse()?);
            let first_explanation = predictor.explain(&first).await?;
            let second_explanation = predictor.explain(&second).await?;
            let segments: Vec<DiffSegment> = align(&first, &second);
            let header = ExplanationTable::Comparison.header(&predictor);
            let explanations = [&first_explanation, &second_explanation];
            let rows = comparison_tsv(&predictor, [&first, &second], explanations, &segments);
            Ok((header + &rows).into())
        })
    }
}

async fn rank_kmers(
    predictor: &Predictor,
    sequence: &str,
    compartment: usize,
    k: usize,
) -> Result<Vec<KmerStatistic>, JsError> {
    let sequence = sequence.parse()?;
    let explanation = predictor.explain(&sequence).await?;
    let mut kmers = KmerAttention::new(k);
    if let Some(head) = explanation.head(compartment) {
        kmers.add(&sequence, &head.weights, &explanation.read);
    }
    Ok(kmers.rank(1))
}

async fn motif_hits(
    predictor: &Predictor,
    sequence: &str,
    compartment: usize,
    own: &[String],
) -> Result<Vec<MotifHits>, JsError> {
    let motifs = known_and_own_motifs(own)?;
    let sequence = sequence.parse()?;
    let explanation = predictor.explain(&sequence).await?;
    Ok(find_motifs(&motifs, &sequence, &explanation, compartment))
}

//! Explanations, for JavaScript. Every question is small and keeps no state here. So the page can
//! show progress, distribute the questions over workers, and stop by not asking any more.

use std::rc::Rc;

use js_sys::{Object, Promise};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::predict::WebModel;
use super::{floats, promise, put, put_fallback, to_js};
use crate::device;
use crate::explanation::comparison::{DiffSegment, align};
use crate::explanation::deletion::{DeletionVerdict, MASKED_SHARES};
use crate::explanation::gradients::PATH_POINTS;
use crate::explanation::motifs::{MotifHits, find_motifs, known_motifs};
use crate::explanation::row_order::cluster_rows;
use crate::explanation::{
    AttentionSummary, DeletionPoint, KmerAttention, KmerStatistic, Motif, MotifError, Mutations,
};
use crate::output::{
    ExplanationTable, comparison_tsv, deletion_tsv, gradients_tsv, kmer_attention_tsv, motifs_tsv,
    mutations_tsv,
};
use crate::predictor::{InputRecord, Predictor};

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

/// What a curve shows for a compartment: `{finding, words}`.
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
    to_js(&align(first.as_bytes(), second.as_bytes()))
}

/// The result of a mutagenesis as it comes back from JavaScript.
#[derive(Deserialize)]
struct MutationChanges {
    start: usize,
    end: usize,
    reference: Vec<f32>,
    changes: Vec<f32>,
}

#[derive(Serialize)]
struct CompartmentRow<'a> {
    compartment: &'a str,
    rnas: u32,
    profile: Vec<f64>,
    words: Vec<KmerStatistic>,
}

/// Fewest occurrences of a k-mer to be listed: for one RNA, and for many.
const LEAST_IN_MANY: u32 = 5;

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// The effect of every substitution at positions `start` to `end` (from 0, end excluded):
    /// `{start, end, reference, changes}`, with changes [positions · 4 · C] for A, C, G, U.
    pub fn mutagenesis(&self, sequence: String, start: usize, end: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let found = predictor.mutagenesis(&sequence, start..end).await?;
            let object = Object::new();
            put(&object, "start", (found.positions.start as f64).into())?;
            put(&object, "end", (found.positions.end as f64).into())?;
            put(&object, "reference", floats(&found.reference))?;
            put(&object, "changes", floats(&found.changes))?;
            put_fallback(&object, predictor.take_fallback_notice())?;
            Ok(object.into())
        })
    }

    /// The contributions of points `start` to `end` (end excluded) of [`gradient_points`] to the
    /// integrated gradients of a compartment: `{start, end, nucleotides, padding, ends}`, with the
    /// scores of the empty and the complete input as `ends` with the first point, otherwise null.
    pub fn gradients(
        &self,
        sequence: String,
        compartment: usize,
        start: usize,
        end: usize,
    ) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let found = predictor.gradients(&sequence, compartment, start..end);
            let found = found.await?;
            let object = Object::new();
            put(&object, "start", (found.points.start as f64).into())?;
            put(&object, "end", (found.points.end as f64).into())?;
            put(&object, "nucleotides", floats(&found.nucleotides))?;
            put(&object, "padding", f64::from(found.padding).into())?;
            let ends = found.end_scores.map(|ends| floats(&ends));
            put(&object, "ends", ends.unwrap_or(JsValue::NULL))?;
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
    ) -> String {
        let header = ExplanationTable::IntegratedGradients.header(&self.predictor);
        header + &gradients_tsv(id, compartment, sequence.as_bytes(), attributions)
    }

    /// One step of a compartment's deletion curve: `{masked, whole, attended, random}`.
    pub fn deletion_point(&self, sequence: String, compartment: usize, step: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let point = predictor.deletion_point(&sequence, compartment, step);
            to_js(&point.await?)
        })
    }

    /// The k-mers of one RNA by attention in a compartment's map: `[{word, count, attention}]`.
    pub fn patterns(&self, sequence: String, compartment: usize, k: usize) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move { to_js(&words_of(&predictor, &sequence, compartment, k).await?) })
    }

    /// The motifs of one RNA with their attention in a compartment's map, those of the literature
    /// and then the user's own: `[{motif: {name, letters, about}, starts, expected, attention}]`.
    pub fn motifs(&self, sequence: String, compartment: usize, own: Vec<String>) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move { to_js(&motifs_of(&predictor, &sequence, compartment, &own).await?) })
    }

    /// The same as TSV, in the format of the command line.
    pub fn motifs_tsv(
        &self,
        id: String,
        sequence: String,
        compartment: usize,
        own: Vec<String>,
    ) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let found = motifs_of(&predictor, &sequence, compartment, &own).await?;
            let names = &predictor.model().compartments;
            let name = names.get(compartment).map_or("", String::as_str);
            let header = ExplanationTable::Motifs.header(&predictor);
            Ok((header + &motifs_tsv(&id, name, &found)).into())
        })
    }

    /// Adds RNAs to a summary, which is passed and returned as text; without one, it starts empty.
    pub fn survey(
        &self,
        batch: JsValue,
        k: usize,
        thresholds: Option<Vec<f32>>,
        before: Option<String>,
    ) -> Promise {
        let predictor = self.with(thresholds);
        promise(async move {
            let predictor = predictor?;
            let items: Vec<InputRecord> = serde_wasm_bindgen::from_value(batch)?;
            let survey = match before {
                Some(text) => serde_json::from_str(&text)?,
                None => AttentionSummary::new(predictor.model().compartments.len(), k),
            };
            let survey = predictor.add_to_summary(&items, survey).await?;
            Ok(serde_json::to_string(&survey)?.into())
        })
    }

    /// The content of a summary: `[{compartment, rnas, profile, words}]`.
    pub fn survey_report(&self, survey: &str) -> Result<JsValue, JsError> {
        let survey: AttentionSummary = serde_json::from_str(survey)?;
        let names = &self.predictor.model().compartments;
        let each = names.iter().zip(survey.compartments());
        let each = each.map(|(name, of)| CompartmentRow {
            compartment: name,
            rnas: of.rnas,
            profile: of.profile(),
            words: of.kmers().rank(LEAST_IN_MANY.min(of.rnas)),
        });
        to_js(&each.collect::<Vec<_>>())
    }

    /// A mutagenesis as TSV, in the format of the command line.
    pub fn mutations_tsv(
        &self,
        id: &str,
        sequence: &str,
        parts: JsValue,
    ) -> Result<String, JsError> {
        let parts: Vec<MutationChanges> = serde_wasm_bindgen::from_value(parts)?;
        let mut text = ExplanationTable::Mutagenesis.header(&self.predictor);
        for part in parts {
            let mutations = Mutations {
                positions: part.start..part.end,
                reference: part.reference,
                changes: part.changes,
            };
            text.push_str(&mutations_tsv(id, sequence.as_bytes(), &mutations));
        }
        Ok(text)
    }

    /// A deletion curve as TSV.
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

    /// The k-mers of a summary as TSV.
    pub fn survey_tsv(&self, survey: &str) -> Result<String, JsError> {
        let survey: AttentionSummary = serde_json::from_str(survey)?;
        let mut text = ExplanationTable::KmerAttention.header(&self.predictor);
        let names = &self.predictor.model().compartments;
        for (name, of) in names.iter().zip(survey.compartments()) {
            text.push_str(&kmer_attention_tsv(name, &of.kmers().rank(1)));
        }
        Ok(text)
    }

    /// The changes between two RNAs as TSV, with the attention on both.
    pub fn comparison_tsv(&self, first: String, second: String) -> Promise {
        let predictor = Rc::clone(&self.predictor);
        promise(async move {
            let one = predictor.explain(&first).await?;
            let other = predictor.explain(&second).await?;
            let sequences = [first.as_bytes(), second.as_bytes()];
            let stretches: Vec<DiffSegment> = align(sequences[0], sequences[1]);
            let header = ExplanationTable::Comparison.header(&predictor);
            let rows = comparison_tsv(&predictor, sequences, [&one, &other], &stretches);
            Ok((header + &rows).into())
        })
    }

    /// The model with other thresholds.
    pub(super) fn with(&self, thresholds: Option<Vec<f32>>) -> Result<Rc<Predictor>, JsError> {
        match thresholds {
            None => Ok(Rc::clone(&self.predictor)),
            Some(thresholds) => {
                let again = self.predictor.on_device(&device::cpu())?;
                Ok(Rc::new(again.with_thresholds(&thresholds)?))
            }
        }
    }
}

async fn words_of(
    predictor: &Predictor,
    sequence: &str,
    compartment: usize,
    k: usize,
) -> Result<Vec<KmerStatistic>, JsError> {
    let explanation = predictor.explain(sequence).await?;
    let mut patterns = KmerAttention::new(k);
    if let Some(head) = explanation.head(compartment) {
        patterns.add(sequence.as_bytes(), &head.weights, &explanation.read_range);
    }
    Ok(patterns.rank(1))
}

async fn motifs_of(
    predictor: &Predictor,
    sequence: &str,
    compartment: usize,
    own: &[String],
) -> Result<Vec<MotifHits>, JsError> {
    let own: Result<Vec<Motif>, MotifError> = own.iter().map(|text| Motif::parse(text)).collect();
    let motifs = [known_motifs(), own?].concat();
    let explanation = predictor.explain(sequence).await?;
    Ok(find_motifs(
        &motifs,
        sequence.as_bytes(),
        &explanation,
        compartment,
    ))
}

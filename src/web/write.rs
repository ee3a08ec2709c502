//! Writing results in the command line's forms, piece by piece, for JavaScript.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::predict::WebModel;
use super::promise;
use crate::output::{AttentionWriter, BedGraph, Fasta, Gff3, Json, PredictionWriter, Tsv};
use crate::predictor::{InputRecord, Prediction, Predictor, RecordProblem};

/// Rows in, the text of a file out: `begin`, `add` for some rows at a time, `end`.
#[wasm_bindgen]
pub struct Writer {
    predictor: Rc<Predictor>,
    form: Rc<RefCell<OpenWriter>>,
}

enum OpenWriter {
    Rows(Box<dyn PredictionWriter>),
    Gff3(Gff3),
    BedGraph(BedGraph),
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// A writer of `tsv`, `json`, `fasta`, `gff3` or `bedgraph`; with thresholds, compartments are
    /// called by these.
    pub fn writer(&self, form: &str, thresholds: Option<Vec<f32>>) -> Result<Writer, JsError> {
        let form = match form {
            "tsv" => OpenWriter::Rows(Box::new(Tsv)),
            "json" => OpenWriter::Rows(Box::new(Json::default())),
            "fasta" => OpenWriter::Rows(Box::new(Fasta)),
            "gff3" => OpenWriter::Gff3(Gff3::default()),
            "bedgraph" => OpenWriter::BedGraph(BedGraph::default()),
            _ => return Err(JsError::new(&format!("there is no form named {form}"))),
        };
        Ok(Writer {
            predictor: self.with(thresholds)?,
            form: Rc::new(RefCell::new(form)),
        })
    }
}

#[wasm_bindgen]
impl Writer {
    /// What stands before the first row.
    pub fn begin(&self) -> Result<String, JsError> {
        text(|to| match &mut *self.form.borrow_mut() {
            OpenWriter::Rows(form) => form.begin(&self.predictor, to),
            OpenWriter::Gff3(form) => form.begin(&self.predictor, to),
            OpenWriter::BedGraph(form) => form.begin(&self.predictor, to),
        })
    }

    /// Some predictions, with their sequences. The forms of attention read the RNAs again.
    pub fn add(&self, predictions: JsValue) -> Promise {
        let (predictor, form) = (Rc::clone(&self.predictor), Rc::clone(&self.form));
        promise(async move {
            let mut predictions: Vec<Prediction> = serde_wasm_bindgen::from_value(predictions)?;
            for prediction in &mut predictions {
                predictor.reapply_thresholds(prediction);
            }
            let rows_only = matches!(&*form.borrow(), OpenWriter::Rows(_));
            let attended = match rows_only {
                true => Vec::new(),
                false => {
                    predictor
                        .predict_with_attention(&items(&predictions))
                        .await?
                        .rnas
                }
            };
            let written = text(|to| match &mut *form.borrow_mut() {
                OpenWriter::Rows(form) => predictions
                    .iter()
                    .try_for_each(|row| form.row(&predictor, row, to)),
                OpenWriter::Gff3(form) => attended
                    .iter()
                    .try_for_each(|rna| form.rna(&predictor, rna, to)),
                OpenWriter::BedGraph(form) => attended
                    .iter()
                    .try_for_each(|rna| form.rna(&predictor, rna, to)),
            });
            Ok(written?.into())
        })
    }

    /// What stands after the last row; problems are listed where the form has room for them.
    pub fn end(&self, problems: JsValue) -> Result<String, JsError> {
        let problems: Vec<RecordProblem> = serde_wasm_bindgen::from_value(problems)?;
        text(|to| match &mut *self.form.borrow_mut() {
            OpenWriter::Rows(form) => form.end(&problems, to),
            OpenWriter::Gff3(_) => Ok(()),
            OpenWriter::BedGraph(form) => form.end(&self.predictor, to),
        })
    }
}

fn text(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<String, JsError> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn items(predictions: &[Prediction]) -> Vec<InputRecord> {
    let item = |row: &Prediction| InputRecord {
        index: row.index,
        id: row.id.clone(),
        sequence: row.sequence.clone(),
        line: 0,
        notes: row.notes.clone(),
        id_note: row.id_note.clone(),
    };
    predictions.iter().map(item).collect()
}

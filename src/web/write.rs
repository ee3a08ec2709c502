//! Writes results in the formats of the command line, piece by piece, for JavaScript.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::predict::WebModel;
use super::to_promise;
use crate::output::{Format, FormatWriter, RunEnd};
use crate::predictor::{Prediction, Predictor, RecordProblem};

/// A writer that returns the text of a file piece by piece. Call `begin` once, `add` for some
/// predictions at a time, and `end` once.
#[wasm_bindgen]
pub struct Writer {
    predictor: Rc<Predictor>,
    writer: Rc<RefCell<FormatWriter>>,
}

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// A writer of the format `tsv`, `json`, `fasta`, `gff3` or `bedgraph`. `thresholds` replace
    /// those of the model, if they are given.
    pub fn writer(&self, format: &str, thresholds: Option<Vec<f32>>) -> Result<Writer, JsError> {
        let format: Format = format.parse()?;
        Ok(Writer {
            predictor: self.with_thresholds(thresholds)?,
            writer: Rc::new(RefCell::new(format.writer())),
        })
    }
}

#[wasm_bindgen]
impl Writer {
    /// The text before the first prediction.
    pub fn begin(&self) -> Result<String, JsError> {
        written_text(|to| match &mut *self.writer.borrow_mut() {
            FormatWriter::Predictions(writer) => writer.begin(&self.predictor, to),
            FormatWriter::Attention(writer) => writer.begin(&self.predictor, to),
        })
    }

    /// The text of some predictions, which must contain their sequences. A format for attention
    /// predicts the RNAs again.
    pub fn add(&self, predictions: JsValue) -> Promise {
        let (predictor, writer) = (Rc::clone(&self.predictor), Rc::clone(&self.writer));
        to_promise(async move {
            let mut predictions: Vec<Prediction> = serde_wasm_bindgen::from_value(predictions)?;
            for prediction in &mut predictions {
                predictor.reapply_thresholds(prediction);
            }
            let needs_attention = matches!(&*writer.borrow(), FormatWriter::Attention(_));
            let rnas = if needs_attention {
                let records: Vec<_> = predictions.iter().map(Prediction::to_record).collect();
                predictor.predict_with_attention(&records).await?.rnas
            } else {
                Vec::new()
            };
            let text = written_text(|to| match &mut *writer.borrow_mut() {
                FormatWriter::Predictions(writer) => predictions
                    .iter()
                    .try_for_each(|prediction| writer.row(&predictor, prediction, to)),
                FormatWriter::Attention(writer) => rnas
                    .iter()
                    .try_for_each(|rna| writer.rna(&predictor, rna, to)),
            });
            Ok(text?.into())
        })
    }

    /// The text after the last prediction. `problems` are listed if the format has a place for
    /// them.
    pub fn end(&self, problems: JsValue) -> Result<String, JsError> {
        let problems: Vec<RecordProblem> = serde_wasm_bindgen::from_value(problems)?;
        written_text(|to| match &mut *self.writer.borrow_mut() {
            FormatWriter::Predictions(writer) => {
                let problems = &problems;
                let shard = None;
                writer.end(&RunEnd { problems, shard }, to)
            }
            FormatWriter::Attention(writer) => writer.end(&self.predictor, to),
        })
    }
}

/// The text that `write` writes.
fn written_text(
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<String, JsError> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

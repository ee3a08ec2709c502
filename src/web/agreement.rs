//! Comparing predictions with labels, for JavaScript.

use wasm_bindgen::prelude::*;

use super::predict::WebModel;
use super::to_js;
use crate::evaluation::agreement;
use crate::predictor::Prediction;

#[wasm_bindgen(js_class = Model)]
impl WebModel {
    /// Compares predictions with the labels in their definition lines: `{rnas, unknown, score,
    /// failure}`. `thresholds` replace those of the model, if they are given.
    #[wasm_bindgen(js_name = agreement)]
    pub fn agree(
        &self,
        predictions: JsValue,
        thresholds: Option<Vec<f32>>,
    ) -> Result<JsValue, JsError> {
        let mut predictions: Vec<Prediction> = serde_wasm_bindgen::from_value(predictions)?;
        let predictor = self.with_thresholds(thresholds)?;
        for prediction in &mut predictions {
            predictor.reapply_thresholds(prediction);
        }
        to_js(&agreement(predictor.model(), &predictions))
    }
}

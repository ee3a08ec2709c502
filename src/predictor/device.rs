//! The device of a predictor: how it is chosen and timed, and whether the CPU has replaced it.

use burn::tensor::Device;

use super::Predictor;
use super::reader::{BATCH_SIZE, InputRecord};
use crate::device::timing::median_ms;
use crate::device::{DeviceError, DeviceUse};
use crate::device_choice::{CpuBaseline, DeviceChoice, DevicePreference, choose};
use crate::model::ModelError;
use crate::rna::EncodedRna;

/// Longest RNAs, in nucleotides, with which a device is timed.
const MAX_TIMED_NUCLEOTIDES: usize = 4096;

impl Predictor {
    /// The same model, with the same thresholds, on another device.
    ///
    /// # Errors
    /// The model is not valid; this cannot happen after it has been loaded once.
    pub fn on_device(&self, device: &Device) -> Result<Self, ModelError> {
        let predictor = Self::from_model(self.model.clone(), self.hash.clone(), device)?;
        Ok(Self {
            has_custom_thresholds: self.has_custom_thresholds,
            ..predictor
        })
    }

    /// The device that this predictor uses now.
    pub fn device(&self) -> Device {
        self.engine.current().device.clone()
    }

    /// Why the CPU has taken over from a GPU; `None` if it has not.
    pub fn fallback(&self) -> Option<String> {
        self.engine.current().fallback.clone()
    }

    /// The same as [`Predictor::fallback`], but reported only once.
    pub fn take_fallback_notice(&self) -> Option<String> {
        self.engine.take_fallback_notice()
    }

    /// Chooses the CPU or a GPU for the predictions of this model. [`Predictor::on_device`] then
    /// moves the model there.
    pub async fn choose_device(
        &self,
        preference: DevicePreference,
        baseline: CpuBaseline,
    ) -> DeviceChoice {
        let trial = async |device: &Device| {
            let predictor = self.on_device(device);
            let predictor = predictor.map_err(|error| DeviceError::Failed(error.to_string()))?;
            predictor.time_batch().await
        };
        choose(preference, DeviceUse::Prediction, baseline, trial).await
    }

    /// Milliseconds that this model's device needs for a typical batch: the median of a few runs.
    /// The batch consists of 32 RNAs as long as the model reads, but of 4096 nt at most.
    ///
    /// # Errors
    /// The device failed. The CPU does not take over here, because its time would be reported as
    /// that of the GPU.
    pub async fn time_batch(&self) -> Result<f64, DeviceError> {
        let nucleotides = self.model.fixed_length.length.min(MAX_TIMED_NUCLEOTIDES);
        let records = (0..BATCH_SIZE).map(|index| InputRecord::synthetic(index, nucleotides));
        let batch: Vec<EncodedRna> = self.encode_records(&records.collect::<Vec<_>>());
        let engine = self.engine.current();
        median_ms(async || self.infer_on(&engine, &batch).await.map(drop)).await
    }
}

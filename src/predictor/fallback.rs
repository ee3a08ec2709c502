//! Fallback: repeats on the CPU what a GPU could not compute.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

use crate::device::{self, DeviceError};
use crate::model::Model;
use crate::network::{InferenceNetwork, Network, WeightsError};

/// A model's network on one device.
pub(super) struct Engine {
    pub(super) network: InferenceNetwork,
    pub(super) device: Device,
    /// Why this engine, on the CPU, has replaced one on a GPU.
    pub(super) fallback: Option<String>,
}

impl Engine {
    /// Loads the model's network onto a device.
    pub(super) fn new(model: &Model, device: &Device) -> Result<Self, WeightsError> {
        let (config, compartments) = (&model.config, model.compartments.len());
        let network = Network::from_weights(config, compartments, &model.weights, device)?;
        Ok(Self {
            network: InferenceNetwork::new(network),
            device: device.clone(),
            fallback: None,
        })
    }
}

/// The engine in use, which is replaced by one on the CPU when its GPU fails.
///
/// Threads share it. Work that has started keeps the engine that it started with. The first thread
/// that sees the failure replaces the engine for all.
pub(super) struct FallbackEngine(Mutex<EngineState>);

struct EngineState {
    current: Arc<Engine>,
    /// An engine on the CPU for batches that are too large for a GPU that still works. It is made
    /// for the first such batch.
    cpu_for_oversized: Option<Arc<Engine>>,
    /// Why the CPU took over, until somebody takes this notice.
    fallback_notice: Option<String>,
}

impl FallbackEngine {
    pub(super) fn new(engine: Engine) -> Self {
        Self(Mutex::new(EngineState {
            current: Arc::new(engine),
            cpu_for_oversized: None,
            fallback_notice: None,
        }))
    }

    /// The engine in use.
    pub(super) fn current(&self) -> Arc<Engine> {
        Arc::clone(&self.state().current)
    }

    /// Why the CPU took over; `None` if it did not, or if the notice has been taken before.
    pub(super) fn take_fallback_notice(&self) -> Option<String> {
        self.state().fallback_notice.take()
    }

    /// Runs `work` on the engine in use.
    ///
    /// If `work` is too large for the GPU, it runs on the CPU. If the GPU fails, `work` is repeated
    /// on the CPU, and the CPU is used from then on.
    pub(super) async fn run<T>(
        &self,
        model: &Model,
        work: impl AsyncFn(&Engine) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        let engine = self.current();
        match work(&engine).await {
            Err(error @ DeviceError::TooLarge(_)) => {
                work(&*self.cpu_for_oversized(model, error)?).await
            }
            Err(error) if engine.device != device::cpu() => {
                work(&*self.replace(&engine, model, error)?).await
            }
            result => result,
        }
    }

    fn cpu_for_oversized(
        &self,
        model: &Model,
        error: DeviceError,
    ) -> Result<Arc<Engine>, DeviceError> {
        let mut state = self.state();
        if let Some(engine) = &state.cpu_for_oversized {
            return Ok(Arc::clone(engine));
        }
        let engine = Engine::new(model, &device::cpu()).map_err(|_| error)?;
        let engine = state.cpu_for_oversized.insert(Arc::new(engine));
        Ok(Arc::clone(engine))
    }

    /// Replaces the failed engine by one on the CPU, unless another thread has already done so.
    fn replace(
        &self,
        failed: &Arc<Engine>,
        model: &Model,
        error: DeviceError,
    ) -> Result<Arc<Engine>, DeviceError> {
        let mut state = self.state();
        if Arc::ptr_eq(&state.current, failed) {
            let cpu = Engine::new(model, &device::cpu());
            let fallback = format!("{}; continuing on the CPU", error.summary());
            state.current = Arc::new(Engine {
                fallback: Some(fallback.clone()),
                ..cpu.map_err(|_| error)?
            });
            state.fallback_notice = Some(fallback);
        }
        Ok(Arc::clone(&state.current))
    }

    fn state(&self) -> MutexGuard<'_, EngineState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

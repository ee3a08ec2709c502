//! A network on a device, and the one on the CPU that takes its place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

use crate::device::{self, DeviceError};
use crate::model::Model;
use crate::network::{Network, Ready, WeightsError};

/// A network on a device.
pub(super) struct Engine {
    pub(super) network: Ready,
    pub(super) device: Device,
    /// Why it is the CPU's in place of a GPU's.
    pub(super) because: Option<String>,
}

impl Engine {
    pub(super) fn new(model: &Model, device: &Device) -> Result<Self, WeightsError> {
        let (config, compartments) = (&model.config, model.compartments.len());
        let network = Network::from_weights(config, compartments, &model.weights, device)?;
        Ok(Self {
            network: Ready::new(network),
            device: device.clone(),
            because: None,
        })
    }
}

/// The engine in use. Calls under way keep the one they began with; the first to see it fail puts
/// the CPU's in its place.
pub(super) struct Engines(Mutex<Used>);

struct Used {
    engine: Arc<Engine>,
    /// The CPU's, for batches too large for a GPU that is well; made when first needed.
    beside: Option<Arc<Engine>>,
    news: Option<String>,
}

impl Engines {
    pub(super) fn new(engine: Engine) -> Self {
        Self(Mutex::new(Used {
            engine: Arc::new(engine),
            beside: None,
            news: None,
        }))
    }

    /// The one in use now.
    pub(super) fn current(&self) -> Arc<Engine> {
        Arc::clone(&self.used().engine)
    }

    /// Why the CPU took over, once.
    pub(super) fn news(&self) -> Option<String> {
        self.used().news.take()
    }

    /// Does some work; on the CPU where it is too large for a GPU, and again on the CPU, from then
    /// on with all work, where a GPU fails it.
    pub(super) async fn run<T>(
        &self,
        model: &Model,
        work: impl AsyncFn(&Engine) -> Result<T, DeviceError>,
    ) -> Result<T, DeviceError> {
        let engine = self.current();
        match work(&engine).await {
            Err(error @ DeviceError::TooLarge(_)) => work(&*self.beside(model, error)?).await,
            Err(error) if engine.device != device::cpu() => {
                work(&*self.replace(&engine, model, error)?).await
            }
            result => result,
        }
    }

    fn beside(&self, model: &Model, error: DeviceError) -> Result<Arc<Engine>, DeviceError> {
        let mut used = self.used();
        if let Some(engine) = &used.beside {
            return Ok(Arc::clone(engine));
        }
        let engine = Engine::new(model, &device::cpu()).map_err(|_| error)?;
        Ok(Arc::clone(used.beside.insert(Arc::new(engine))))
    }

    fn replace(
        &self,
        failed: &Arc<Engine>,
        model: &Model,
        error: DeviceError,
    ) -> Result<Arc<Engine>, DeviceError> {
        let mut used = self.used();
        if Arc::ptr_eq(&used.engine, failed) {
            let cpu = Engine::new(model, &device::cpu());
            let because = format!("{}; going on on the CPU", error.summary());
            used.engine = Arc::new(Engine {
                because: Some(because.clone()),
                ..cpu.map_err(|_| error)?
            });
            used.news = Some(because);
        }
        Ok(Arc::clone(&used.engine))
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What a GPU has reported about itself since it was opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::device::error::{DeviceError, brief};

/// A GPU's failure, shared by all who compute on it. A GPU that failed once is not used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health(Arc<Mutex<Option<DeviceError>>>);

impl Health {
    /// Notes a failure. The first one counts, except that a loss explains all others.
    pub(crate) fn fail(&self, error: DeviceError) {
        let mut noted = self.noted();
        if noted.is_none() || matches!(error, DeviceError::Lost(_)) {
            *noted = Some(error);
        }
    }

    /// # Errors
    /// The failure noted.
    pub(crate) fn check(&self) -> Result<(), DeviceError> {
        self.noted().clone().map_or(Ok(()), Err)
    }

    /// Notes the device's loss, and every error of it that nobody asked for.
    ///
    /// To be called after the device was given to burn, whose own handler for such errors panics.
    /// Natively these take the place of burn's; a read then seems to succeed on a lost device, so
    /// no read counts without [`Health::check`].
    pub(crate) fn watch(&self, device: &wgpu::Device) {
        let health = self.clone();
        device.on_uncaptured_error(Arc::new(move |error| health.fail(error.into())));
        let health = self.clone();
        device.set_device_lost_callback(move |_, message| {
            health.fail(DeviceError::Lost(brief(&message)));
        });
    }

    fn noted(&self) -> MutexGuard<'_, Option<DeviceError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<wgpu::Error> for DeviceError {
    fn from(error: wgpu::Error) -> Self {
        match error {
            wgpu::Error::OutOfMemory { source } => Self::OutOfMemory(brief(&source.to_string())),
            wgpu::Error::Validation { description, .. } => Self::Refused(brief(&description)),
            wgpu::Error::Internal { description, .. } => Self::Failed(brief(&description)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_counts_and_a_loss_explains_all() {
        let health = Health::default();
        assert_eq!(health.check(), Ok(()));
        let (memory, lost) = (
            DeviceError::OutOfMemory("a".into()),
            DeviceError::Lost("b".into()),
        );
        health.fail(memory.clone());
        health.fail(DeviceError::Refused("c".into()));
        assert_eq!(health.check(), Err(memory));
        health.clone().fail(lost.clone());
        assert_eq!(health.check(), Err(lost));
    }
}

//! The failure that a GPU has reported since it was opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::device::error::{DeviceError, shorten};

/// Whether a GPU has failed, and how. All users of the GPU share this value. A GPU that has failed
/// once is not used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health(Arc<Mutex<Option<DeviceError>>>);

impl Health {
    /// Records a failure. The first one counts, except that a loss replaces any other failure,
    /// because it explains them all.
    pub(crate) fn fail(&self, error: DeviceError) {
        let mut failure = self.failure();
        if failure.is_none() || matches!(error, DeviceError::Lost(_)) {
            *failure = Some(error);
        }
    }

    /// Checks that no failure was recorded.
    ///
    /// # Errors
    /// The recorded failure.
    pub(crate) fn check(&self) -> Result<(), DeviceError> {
        self.failure().clone().map_or(Ok(()), Err)
    }

    /// Registers handlers that record the loss of the device and every error outside an error
    /// scope.
    ///
    /// Call it after the device was given to burn, whose own handler for such errors panics.
    /// Natively, these handlers replace burn's. A read from a lost device then seems to succeed, so
    /// every read must be followed by [`Health::check`].
    pub(crate) fn watch(&self, device: &wgpu::Device) {
        let health = self.clone();
        device.on_uncaptured_error(Arc::new(move |error| health.fail(error.into())));
        let health = self.clone();
        device.set_device_lost_callback(move |_, message| {
            health.fail(DeviceError::Lost(shorten(&message)));
        });
    }

    fn failure(&self) -> MutexGuard<'_, Option<DeviceError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<wgpu::Error> for DeviceError {
    fn from(error: wgpu::Error) -> Self {
        match error {
            wgpu::Error::OutOfMemory { source } => Self::OutOfMemory(shorten(&source.to_string())),
            wgpu::Error::Validation { description, .. } => Self::Refused(shorten(&description)),
            wgpu::Error::Internal { description, .. } => Self::Failed(shorten(&description)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_failure_is_kept_unless_the_gpu_is_lost() {
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

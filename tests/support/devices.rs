//! The devices that a test of the network runs on.

use burn::tensor::Device;

/// The CPU, and with the feature `webgpu` a GPU, whichever there is.
///
/// Without any the test fails: a machine that has none can use a software one, such as the
/// SwiftShader that comes with Chromium (`VK_ICD_FILENAMES` says where).
pub(crate) fn devices() -> Vec<Device> {
    #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "one device only"))]
    let mut devices = vec![Device::flex()];
    #[cfg(feature = "webgpu")]
    devices.push(gpu::device());
    devices
}

/// Fails if the GPU's driver found anything wrong with what it was given.
pub(crate) fn assert_gpu_is_content() {
    #[cfg(feature = "webgpu")]
    gpu::assert_content();
}

#[cfg(feature = "webgpu")]
mod gpu {
    use std::sync::{Arc, Mutex, OnceLock, PoisonError};

    use burn::tensor::Device;
    use burn::tensor::wgpu::WgpuSetup;

    static DEVICE: OnceLock<Device> = OnceLock::new();
    static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());

    /// One device for all tests of a program, with what WebGPU grants everywhere and no more.
    pub(super) fn device() -> Device {
        DEVICE.get_or_init(|| pollster::block_on(request())).clone()
    }

    async fn request() -> Device {
        let instance =
            wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default());
        let adapter = adapter.await.expect("no GPU, not even one in software");
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                required_limits: wgpu::Limits::default(),
                ..wgpu::DeviceDescriptor::default()
            })
            .await
            .unwrap();
        assert_eq!(device.limits(), wgpu::Limits::default());
        assert!(device.features().is_empty(), "{:?}", device.features());
        let backend = adapter.get_info().backend;
        let setup = WgpuSetup {
            instance,
            adapter,
            device,
            queue,
            backend,
        };
        let watched = setup.device.clone();
        let registered = Device::wgpu_options().setup(setup).init().unwrap();
        // Registering sets a handler of its own, which panics where no test sees it.
        watched.on_uncaptured_error(Arc::new(|error| {
            ERRORS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(error.to_string());
        }));
        registered
    }

    pub(super) fn assert_content() {
        let errors = ERRORS.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(errors.is_empty(), "{errors:?}");
    }
}

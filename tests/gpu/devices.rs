//! The devices that the network's tests run on in this program.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use rmlocnet::device::instance_descriptor;

static DEVICE: OnceLock<Device> = OnceLock::new();
static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A GPU, whichever there is, the same for all tests of this program. It has WebGPU's default
/// limits, so that the kernels of this crate need nothing that a device may lack, except for the
/// memory shared within a workgroup, which the computing library reads from the adapter.
///
/// Without any the test fails: a machine that has none can use a software one, such as the
/// SwiftShader that comes with Chromium (`VK_ICD_FILENAMES` names its file).
pub(crate) fn devices() -> Vec<Device> {
    vec![device()]
}

fn device() -> Device {
    DEVICE.get_or_init(|| pollster::block_on(request())).clone()
}

async fn request() -> Device {
    let instance = wgpu::Instance::new(instance_descriptor());
    let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default());
    let adapter = adapter.await.expect("no GPU, not even one in software");
    let limits = wgpu::Limits {
        max_compute_workgroup_storage_size: adapter.limits().max_compute_workgroup_storage_size,
        ..wgpu::Limits::default()
    };
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor {
            required_limits: limits.clone(),
            ..wgpu::DeviceDescriptor::default()
        })
        .await
        .unwrap();
    assert_eq!(device.limits(), limits);
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

/// Fails if the driver has reported an error.
pub(crate) fn assert_no_device_errors() {
    let errors = ERRORS.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(errors.is_empty(), "{errors:?}");
}

//! The devices on which this program runs the tests of the network.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use rmlocnet::device::{instance_descriptor, shader_features};

static DEVICE: OnceLock<Device> = OnceLock::new();
static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The GPU of this machine, the same for all tests of this program. It has WebGPU's default limits,
/// which every device has, so that a kernel of this crate that needs more fails here. Features and
/// shared memory are those of the adapter, because the computing library relies on them.
///
/// Fails without an adapter. A machine without a GPU can use a software adapter, such as the
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
    let adapter = adapter.await.expect("no adapter, not even a software one");
    let limits = wgpu::Limits {
        max_compute_workgroup_storage_size: adapter.limits().max_compute_workgroup_storage_size,
        ..wgpu::Limits::default()
    };
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor {
            required_features: shader_features(&adapter),
            required_limits: limits.clone(),
            ..wgpu::DeviceDescriptor::default()
        })
        .await
        .unwrap();
    assert_eq!(device.limits(), limits);
    let backend = adapter.get_info().backend;
    let setup = WgpuSetup {
        instance,
        adapter,
        device,
        queue,
        backend,
    };
    let handle = setup.device.clone();
    let registered = Device::wgpu_options().setup(setup).init().unwrap();
    // Set after `init`, whose own handler panics in a thread that no test observes.
    handle.on_uncaptured_error(Arc::new(|error| {
        ERRORS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(error.to_string());
    }));
    registered
}

/// Fails if the driver has reported an error so far.
pub(crate) fn assert_no_device_errors() {
    let errors = ERRORS.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(errors.is_empty(), "{errors:?}");
}

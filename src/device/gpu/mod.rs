//! The GPU: finding it, opening it, and recording what it reports.

#[cfg(target_arch = "wasm32")]
mod browser;
mod health;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;

use super::layout::Layout;
use super::self_test_result::{DeviceUse, SelfTestResult};
use health::Health;

/// A GPU that was opened for computing. Clones share its state.
#[derive(Clone)]
pub(crate) struct Gpu {
    /// The GPU as burn names it.
    pub(crate) device: Device,
    /// The GPU as WebGPU names it.
    pub(crate) handle: wgpu::Device,
    /// The name of the GPU.
    pub(crate) name: String,
    /// Whether it is a software adapter: a program on the CPU that behaves like a GPU.
    pub(crate) is_software: bool,
    /// Whether it has failed.
    pub(crate) health: Health,
    /// The results of its self-tests.
    self_tests: Arc<Mutex<Vec<SelfTest>>>,
    /// How networks that are loaded from now on divide their scans on this GPU.
    layout: Arc<Mutex<Option<Layout>>>,
}

/// A self-test that was run, and its result.
struct SelfTest {
    device_use: DeviceUse,
    layout: Option<Layout>,
    result: SelfTestResult,
}

/// Why no GPU can be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum GpuUnavailable {
    /// The browser does not support WebGPU.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "only a browser can lack WebGPU")
    )]
    #[error("this browser has no WebGPU")]
    NoWebGpu,
    /// The machine has no adapter.
    #[error("no GPU was found")]
    NoAdapter,
    /// The GPU cannot be opened.
    #[error("the GPU cannot be opened ({0})")]
    CannotOpen(String),
}

/// Every GPU that was opened so far. This list belongs to the whole process because burn registers
/// devices for the whole process and never removes one. The newest GPU is used again until it
/// fails.
static OPENED: Mutex<Vec<Gpu>> = Mutex::new(Vec::new());

/// The only WebGPU instance. It belongs to the whole process and is never dropped, because drivers
/// crash if instances are created and dropped repeatedly.
static INSTANCE: OnceLock<wgpu::Instance> = OnceLock::new();

/// The instance to create: only the graphics libraries that WebGPU is built on. This leaves out
/// OpenGL, whose drivers print errors if there is no display.
pub fn instance_descriptor() -> wgpu::InstanceDescriptor {
    wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        ..wgpu::InstanceDescriptor::new_without_display_handle_from_env()
    }
}

impl Gpu {
    /// The GPU of this machine. Opens it at the first call and again after a failure.
    ///
    /// # Errors
    /// No GPU can be used.
    pub(crate) async fn open() -> Result<Self, GpuUnavailable> {
        if let Some(gpu) = opened().last().filter(|gpu| gpu.health.check().is_ok()) {
            return Ok(gpu.clone());
        }
        let gpu = Self::new().await?;
        opened().push(gpu.clone());
        Ok(gpu)
    }

    async fn new() -> Result<Self, GpuUnavailable> {
        #[cfg(target_arch = "wasm32")]
        if !browser::has_webgpu() {
            return Err(GpuUnavailable::NoWebGpu);
        }
        #[cfg(unix)]
        let _silence = silence_drivers();
        let instance = INSTANCE.get_or_init(|| wgpu::Instance::new(instance_descriptor()));
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|_| GpuUnavailable::NoAdapter)?;
        let (handle, queue) = adapter
            .request_device(&device_descriptor(&adapter))
            .await
            .map_err(|error| GpuUnavailable::CannotOpen(error.to_string()))?;
        let (name, is_software) = identity(&adapter.get_info(), &handle);
        let setup = WgpuSetup {
            instance: instance.clone(),
            backend: adapter.get_info().backend,
            adapter,
            device: handle.clone(),
            queue,
        };
        let device = Device::wgpu_options().setup(setup).init();
        let device = device.map_err(|error| GpuUnavailable::CannotOpen(error.to_string()))?;
        let health = Health::default();
        health.watch(&handle);
        Ok(Self {
            device,
            handle,
            name,
            is_software,
            health,
            self_tests: Arc::default(),
            layout: Arc::default(),
        })
    }

    /// How networks that are loaded now divide their scans; `None` for the default.
    pub(crate) fn layout(&self) -> Option<Layout> {
        *lock(&self.layout)
    }

    /// Sets the layout of networks that are loaded from now on. Those already loaded keep theirs.
    pub(crate) fn override_layout(&self, layout: Option<Layout>) {
        *lock(&self.layout) = layout;
    }

    /// The result of the self-test for this use and layout; `None` if it was not run.
    pub(crate) fn self_test_result(
        &self,
        device_use: DeviceUse,
        layout: Option<Layout>,
    ) -> Option<SelfTestResult> {
        lock(&self.self_tests)
            .iter()
            .find(|test| (test.device_use, test.layout) == (device_use, layout))
            .map(|test| test.result.clone())
    }

    /// Records the result of the self-test for this use and layout.
    pub(crate) fn record_self_test(
        &self,
        device_use: DeviceUse,
        layout: Option<Layout>,
        result: SelfTestResult,
    ) {
        lock(&self.self_tests).push(SelfTest {
            device_use,
            layout,
            result,
        });
    }
}

/// Keeps the messages of graphics drivers out of standard error for as long as the result lives. At
/// a terminal the drivers may print, because a person looking for a driver's fault needs to see it.
#[cfg(unix)]
fn silence_drivers() -> Option<gag::Gag> {
    use std::io::IsTerminal;

    if std::io::stderr().is_terminal() {
        return None;
    }
    gag::Gag::stderr().ok()
}

/// The GPU that was opened as this device; `None` for the CPU.
pub(crate) fn find(device: &Device) -> Option<Gpu> {
    opened().iter().find(|gpu| gpu.device == *device).cloned()
}

/// The health of the GPU that was opened as this device; `None` for the CPU.
pub(crate) fn health(device: &Device) -> Option<Health> {
    find(device).map(|gpu| gpu.health)
}

fn opened() -> MutexGuard<'static, Vec<Gpu>> {
    lock(&OPENED)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The features to request from an adapter: those that the computing library may use in a kernel or
/// to time one. It reads them from the adapter, not from the device.
pub fn shader_features(adapter: &wgpu::Adapter) -> wgpu::Features {
    adapter.features()
        & (wgpu::Features::SUBGROUP
            | wgpu::Features::SHADER_F16
            | wgpu::Features::SHADER_F64
            | wgpu::Features::SHADER_FLOAT32_ATOMIC
            | wgpu::Features::SHADER_INT64
            | wgpu::Features::TIMESTAMP_QUERY)
}

/// What to request from an adapter: WebGPU's default limits for buffers and bindings, and the
/// adapter's own limits for workgroups and the memory that they share. The computing library reads
/// the latter from the adapter, not from the device, when it writes a kernel: on a large GPU its
/// matrix products share more than the default 16 KiB.
fn device_descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let limits = adapter.limits();
    wgpu::DeviceDescriptor {
        required_features: shader_features(adapter),
        required_limits: wgpu::Limits {
            max_compute_invocations_per_workgroup: limits.max_compute_invocations_per_workgroup,
            max_compute_workgroup_size_x: limits.max_compute_workgroup_size_x,
            max_compute_workgroup_size_y: limits.max_compute_workgroup_size_y,
            max_compute_workgroup_size_z: limits.max_compute_workgroup_size_z,
            max_compute_workgroups_per_dimension: limits.max_compute_workgroups_per_dimension,
            max_compute_workgroup_storage_size: limits.max_compute_workgroup_storage_size,
            ..wgpu::Limits::default()
        },
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..Default::default()
    }
}

/// The name of the adapter, and whether it is a software adapter.
fn identity(info: &wgpu::AdapterInfo, device: &wgpu::Device) -> (String, bool) {
    #[cfg(target_arch = "wasm32")]
    let name = browser::adapter_name(device).unwrap_or_else(|| info.name.clone());
    #[cfg(not(target_arch = "wasm32"))]
    let (name, _) = (info.name.clone(), device);
    let is_software = info.device_type == wgpu::DeviceType::Cpu || has_software_name(&name);
    let name = match name.trim() {
        "" => "a GPU".to_owned(),
        name => name.to_owned(),
    };
    (name, is_software)
}

/// Whether the name is that of a known software adapter.
fn has_software_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let known = [
        "swiftshader",
        "llvmpipe",
        "lavapipe",
        "warp",
        "basic render",
        "software",
    ];
    known.iter().any(|software| name.contains(software))
}

#[cfg(test)]
mod tests {
    use super::has_software_name;

    #[test]
    fn software_adapters_are_recognized_by_name() {
        for name in [
            "SwiftShader Device (Subzero)",
            "llvmpipe (LLVM 19.1.7, 256 bits)",
            "google swiftshader",
            "Microsoft Basic Render Driver",
        ] {
            assert!(has_software_name(name), "{name}");
        }
        for name in [
            "NVIDIA H100 80GB HBM3",
            "apple metal-3",
            "intel gen-12lp",
            "",
        ] {
            assert!(!has_software_name(name), "{name}");
        }
    }
}

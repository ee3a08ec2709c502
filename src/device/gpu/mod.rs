//! The GPU: finding it, opening it, and what it has reported.

#[cfg(target_arch = "wasm32")]
mod browser;
mod health;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;

use super::verdict::Verdict;
use health::Health;

/// A GPU opened for computing.
#[derive(Clone)]
pub(crate) struct Gpu {
    /// Where burn puts tensors.
    pub(crate) device: Device,
    /// The same GPU as WebGPU knows it.
    pub(crate) handle: wgpu::Device,
    /// What it is called.
    pub(crate) name: String,
    /// Whether it is software on the CPU that plays a GPU.
    pub(crate) software: bool,
    /// What it has reported.
    pub(crate) health: Health,
    /// What the self-test has found, once for each [`super::Purpose`].
    pub(crate) tested: Arc<[OnceLock<Verdict>; 2]>,
}

/// Why there is no GPU to compute on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum NoGpu {
    /// The browser does not know WebGPU.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        allow(dead_code, reason = "browsers only")
    )]
    #[error("this browser has no WebGPU")]
    Unknown,
    /// There is no adapter.
    #[error("no GPU was found")]
    NoAdapter,
    /// It cannot be opened.
    #[error("the GPU cannot be opened ({0})")]
    Closed(String),
}

/// Every GPU opened so far. The computing library never forgets one, so the newest is used again
/// while it is well.
static OPENED: Mutex<Vec<Gpu>> = Mutex::new(Vec::new());

/// The one instance, never dropped: drivers crash when instances come and go.
static INSTANCE: OnceLock<wgpu::Instance> = OnceLock::new();

/// The instance to ask for: of all graphics libraries only those that WebGPU is built on. OpenGL's
/// drivers are never started; where there is no display, they complain on standard error.
pub fn instance_descriptor() -> wgpu::InstanceDescriptor {
    wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        ..wgpu::InstanceDescriptor::new_without_display_handle_from_env()
    }
}

impl Gpu {
    /// The GPU of this machine, opened at the first call and again after a failure.
    pub(crate) async fn open() -> Result<Self, NoGpu> {
        if let Some(gpu) = opened().last().filter(|gpu| gpu.health.check().is_ok()) {
            return Ok(gpu.clone());
        }
        let gpu = Self::new().await?;
        opened().push(gpu.clone());
        Ok(gpu)
    }

    async fn new() -> Result<Self, NoGpu> {
        #[cfg(target_arch = "wasm32")]
        if !browser::has_webgpu() {
            return Err(NoGpu::Unknown);
        }
        #[cfg(unix)]
        let _quiet = quiet_pipe();
        let instance = INSTANCE.get_or_init(|| wgpu::Instance::new(instance_descriptor()));
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|_| NoGpu::NoAdapter)?;
        let (handle, queue) = adapter
            .request_device(&needs(&adapter))
            .await
            .map_err(|error| NoGpu::Closed(error.to_string()))?;
        let (name, software) = identity(&adapter.get_info(), &handle);
        let setup = WgpuSetup {
            instance: instance.clone(),
            backend: adapter.get_info().backend,
            adapter,
            device: handle.clone(),
            queue,
        };
        let device = Device::wgpu_options().setup(setup).init();
        let device = device.map_err(|error| NoGpu::Closed(error.to_string()))?;
        let health = Health::default();
        health.watch(&handle);
        Ok(Self {
            device,
            handle,
            name,
            software,
            health,
            tested: Arc::default(),
        })
    }
}

/// Keeps what graphics drivers print while they start out of standard error, as long as the result
/// lives. At a terminal they may print: a person who looks for a driver's fault needs to see it.
#[cfg(unix)]
fn quiet_pipe() -> Option<gag::Gag> {
    use std::io::IsTerminal;

    if std::io::stderr().is_terminal() {
        return None;
    }
    gag::Gag::stderr().ok()
}

/// The GPU opened as this device.
pub(crate) fn find(device: &Device) -> Option<Gpu> {
    opened().iter().find(|gpu| gpu.device == *device).cloned()
}

/// What the GPU opened as this device has reported; none on the CPU.
pub(crate) fn health(device: &Device) -> Option<Health> {
    find(device).map(|gpu| gpu.health)
}

fn opened() -> MutexGuard<'static, Vec<Gpu>> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What to request from the adapter: WebGPU's default limits for buffers and bindings, and the
/// adapter's own limits for workgroups, their shared memory, and operations within subgroups. The
/// computing library reads the latter from the adapter, not from the device, when it writes a
/// shader: on a large GPU its matrix products share more than the default 16 KiB.
fn needs(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let has = adapter.limits();
    wgpu::DeviceDescriptor {
        required_features: adapter.features() & wgpu::Features::SUBGROUP,
        required_limits: wgpu::Limits {
            max_compute_invocations_per_workgroup: has.max_compute_invocations_per_workgroup,
            max_compute_workgroup_size_x: has.max_compute_workgroup_size_x,
            max_compute_workgroup_size_y: has.max_compute_workgroup_size_y,
            max_compute_workgroup_size_z: has.max_compute_workgroup_size_z,
            max_compute_workgroups_per_dimension: has.max_compute_workgroups_per_dimension,
            max_compute_workgroup_storage_size: has.max_compute_workgroup_storage_size,
            ..wgpu::Limits::default()
        },
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..Default::default()
    }
}

/// What the adapter is called, and whether it is software.
fn identity(info: &wgpu::AdapterInfo, device: &wgpu::Device) -> (String, bool) {
    #[cfg(target_arch = "wasm32")]
    let name = browser::adapter_name(device).unwrap_or_else(|| info.name.clone());
    #[cfg(not(target_arch = "wasm32"))]
    let (name, _) = (info.name.clone(), device);
    let software = info.device_type == wgpu::DeviceType::Cpu || is_software(&name);
    let name = match name.trim() {
        "" => "a GPU".to_owned(),
        name => name.to_owned(),
    };
    (name, software)
}

/// Names under which processors are known to play GPUs.
fn is_software(name: &str) -> bool {
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
    use super::is_software;

    #[test]
    fn software_is_known_by_its_name() {
        for name in [
            "SwiftShader Device (Subzero)",
            "llvmpipe (LLVM 19.1.7, 256 bits)",
            "google swiftshader",
            "Microsoft Basic Render Driver",
        ] {
            assert!(is_software(name), "{name}");
        }
        for name in [
            "NVIDIA H100 80GB HBM3",
            "apple metal-3",
            "intel gen-12lp",
            "",
        ] {
            assert!(!is_software(name), "{name}");
        }
    }
}

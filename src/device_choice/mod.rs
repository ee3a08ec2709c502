//! Device choice: decides whether the CPU or a GPU does some work, and gives the reason.
//!
//! [`choose`] checks, in this order: whether there is an adapter; whether it opens; whether it is a
//! GPU and not a software adapter; whether it agrees with the CPU (the self-test); and whether it
//! is faster for this work ([`device::timing`]), with several layouts of the LSTM's scan. The first
//! check that fails selects the CPU and becomes the reason.

mod preference;
#[cfg(feature = "webgpu")]
mod self_test;

use std::fmt;

use burn::tensor::Device;
use serde::Serialize;

#[cfg(feature = "webgpu")]
use crate::device::Layout;
#[cfg(feature = "webgpu")]
use crate::device::SelfTestResult;
#[cfg(feature = "webgpu")]
use crate::device::gpu::Gpu;
use crate::device::{self, DeviceError, DeviceUse};
pub use preference::{DevicePreference, UnknownDevice};

/// The kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The CPU.
    Cpu,
    /// A GPU through WebGPU, or natively through the library that implements WebGPU.
    WebGpu,
}

/// The speed of the CPU, with which the GPU is compared.
#[derive(Clone, Copy, Debug)]
pub struct CpuBaseline {
    /// Milliseconds of the trial on one CPU worker; [`choose`] measures them if `None`.
    pub cpu_ms: Option<f64>,
    /// Number of workers that share the work on the CPU.
    pub workers: usize,
}

impl Default for CpuBaseline {
    fn default() -> Self {
        Self {
            cpu_ms: None,
            workers: 1,
        }
    }
}

/// The chosen device and the reason for the choice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceChoice {
    /// The device for the tensors.
    pub device: Device,
    /// CPU or GPU.
    pub kind: DeviceKind,
    /// Name of the GPU, if one was examined.
    pub adapter: Option<String>,
    /// Speed of the GPU relative to the CPU, if both were timed.
    pub speedup: Option<f64>,
    /// The reason, in words that follow "CPU: " or the name of the GPU.
    pub reason: String,
}

/// The GPU is used if it is at least this many times as fast as the CPU, because starting it takes
/// time too.
const MIN_SPEEDUP: f64 = 1.1;

impl DeviceChoice {
    /// The CPU, for the given reason.
    pub fn cpu(reason: impl Into<String>) -> Self {
        Self {
            device: device::cpu(),
            kind: DeviceKind::Cpu,
            adapter: None,
            speedup: None,
            reason: reason.into(),
        }
    }

    /// The CPU in place of this device, after a fallback for the given reason.
    pub fn fall_back(&self, reason: &str) -> Self {
        Self {
            adapter: self.adapter.clone(),
            ..Self::cpu(reason)
        }
    }

    /// The GPU or the CPU, depending on the speed of the GPU relative to the CPU.
    #[cfg_attr(
        not(feature = "webgpu"),
        allow(dead_code, reason = "without WebGPU there is no GPU to compare")
    )]
    fn from_speedup(gpu: Self, speedup: f64) -> Self {
        let adapter = gpu.adapter.clone();
        let choice = if speedup >= MIN_SPEEDUP {
            Self {
                reason: format!("{speedup:.1}x the CPU"),
                ..gpu
            }
        } else {
            Self::cpu(format!("the GPU was {speedup:.1}x as fast for this model"))
        };
        Self {
            adapter,
            speedup: Some(speedup),
            ..choice
        }
    }
}

impl fmt::Display for DeviceChoice {
    /// For example "WebGPU: NVIDIA H100, 6.2x the CPU" or "CPU: the adapter is software".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.adapter) {
            (DeviceKind::Cpu, _) => write!(f, "CPU: {}", self.reason),
            (DeviceKind::WebGpu, Some(name)) => write!(f, "WebGPU: {name}, {}", self.reason),
            (DeviceKind::WebGpu, None) => write!(f, "WebGPU: {}", self.reason),
        }
    }
}

/// Chooses the device for some work.
///
/// `trial` does a representative piece of that work on a device and returns its milliseconds
/// ([`device::timing::median_ms`]). It must load its network onto the device before it awaits
/// anything, so that the network has the layout that is being timed. It is called only if the speed
/// decides. This function never fails: any failure is a reason to choose the CPU.
pub async fn choose(
    preference: DevicePreference,
    device_use: DeviceUse,
    baseline: CpuBaseline,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> DeviceChoice {
    if preference == DevicePreference::Cpu {
        return DeviceChoice::cpu(REQUESTED);
    }
    #[cfg(not(feature = "webgpu"))]
    {
        let _ = (device_use, baseline, trial);
        DeviceChoice::cpu("this build has no WebGPU")
    }
    #[cfg(feature = "webgpu")]
    {
        let self_test = async |gpu: &Gpu| self_test::test(gpu, device_use).await;
        gpu_or_cpu(preference, baseline, trial, self_test).await
    }
}

/// The reason for a device that the user requested.
const REQUESTED: &str = "as requested";

#[cfg(feature = "webgpu")]
async fn gpu_or_cpu(
    preference: DevicePreference,
    baseline: CpuBaseline,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
    self_test: impl AsyncFn(&Gpu) -> SelfTestResult,
) -> DeviceChoice {
    let gpu = match Gpu::open().await {
        Ok(gpu) => gpu,
        Err(error) => return DeviceChoice::cpu(error.to_string()),
    };
    let cpu = |reason: String| DeviceChoice {
        adapter: Some(gpu.name.clone()),
        ..DeviceChoice::cpu(reason)
    };
    if gpu.is_software && preference == DevicePreference::Auto {
        return cpu("the adapter is software".to_owned());
    }
    if let Err(error) = self_test(&gpu).await {
        return cpu(error.to_string());
    }
    let choice = DeviceChoice {
        device: gpu.device.clone(),
        kind: DeviceKind::WebGpu,
        adapter: Some(gpu.name.clone()),
        speedup: None,
        reason: REQUESTED.to_owned(),
    };
    if preference == DevicePreference::WebGpu {
        return choice;
    }
    let choice = match speedup(&gpu, baseline, trial).await {
        Ok(speedup) => DeviceChoice::from_speedup(choice, speedup),
        Err(error) => return cpu(error.to_string()),
    };
    // The fastest layout may not be the one that was tested above.
    match self_test(&gpu).await {
        Err(error) if choice.kind == DeviceKind::WebGpu => cpu(error.to_string()),
        _ => choice,
    }
}

/// The speed of the GPU, with its fastest layout, relative to all workers of the CPU.
#[cfg(feature = "webgpu")]
async fn speedup(
    gpu: &Gpu,
    baseline: CpuBaseline,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Result<f64, DeviceError> {
    let fastest = fastest_layout(async |layout| {
        gpu.override_layout(layout);
        trial(&gpu.device).await
    });
    let fastest = fastest.await.inspect_err(|_| gpu.override_layout(None));
    let (layout, gpu_ms) = fastest?;
    gpu.override_layout(layout);
    Ok(cpu_ms(baseline, trial).await? / gpu_ms.max(f64::MIN_POSITIVE))
}

/// Milliseconds of the trial on the CPU, divided among its workers.
#[cfg(feature = "webgpu")]
async fn cpu_ms(
    baseline: CpuBaseline,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Result<f64, DeviceError> {
    let ms = match baseline.cpu_ms {
        Some(ms) => ms,
        None => trial(&device::cpu()).await?,
    };
    Ok(ms / baseline.workers.max(1) as f64)
}

/// The layouts that are timed in addition to the default. The fastest one depends on how many
/// workgroups the GPU runs at once and on how much it gains from sharing weights.
#[cfg(feature = "webgpu")]
const LAYOUTS: [Layout; 3] = [
    Layout::WholeSequences(1),
    Layout::WholeSequences(8),
    Layout::UnitBlocks(4),
];

/// The fastest layout, `None` being the default, and the milliseconds of the trial with it.
#[cfg(feature = "webgpu")]
async fn fastest_layout(
    trial: impl AsyncFn(Option<Layout>) -> Result<f64, DeviceError>,
) -> Result<(Option<Layout>, f64), DeviceError> {
    let mut fastest = (None, trial(None).await?);
    for layout in LAYOUTS {
        let ms = trial(Some(layout)).await?;
        if ms < fastest.1 {
            fastest = (Some(layout), ms);
        }
    }
    Ok(fastest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;

    fn gpu() -> DeviceChoice {
        DeviceChoice {
            kind: DeviceKind::WebGpu,
            adapter: Some("NVIDIA H100".to_owned()),
            ..DeviceChoice::cpu(REQUESTED)
        }
    }

    #[test]
    fn faster_device_is_chosen_with_its_speed_as_reason() {
        let fast = DeviceChoice::from_speedup(gpu(), 6.23);
        assert_eq!((fast.kind, fast.speedup), (DeviceKind::WebGpu, Some(6.23)));
        assert_eq!(fast.to_string(), "WebGPU: NVIDIA H100, 6.2x the CPU");
        for speedup in [0.41, 1.05, f64::NAN] {
            let choice = DeviceChoice::from_speedup(gpu(), speedup);
            assert_eq!(choice.kind, DeviceKind::Cpu);
        }
        let slow = DeviceChoice::from_speedup(gpu(), 0.41);
        assert_eq!(
            slow.to_string(),
            "CPU: the GPU was 0.4x as fast for this model"
        );
        assert_eq!(slow.adapter, gpu().adapter);
    }

    #[test]
    fn fallback_is_the_cpu_with_the_failure_as_reason() {
        let gpu = DeviceChoice::from_speedup(gpu(), 6.23);
        let fallback = gpu.fall_back("the GPU was lost; continuing on the CPU");
        assert_eq!(
            fallback.to_string(),
            "CPU: the GPU was lost; continuing on the CPU"
        );
        assert!(fallback.speedup.is_none() && fallback.device == device::cpu());
    }

    #[test]
    fn requested_cpu_is_not_timed() {
        let trial = async |_: &Device| panic!("nothing to time");
        let baseline = CpuBaseline::default();
        let preference = DevicePreference::Cpu;
        let choice = block_on(choose(preference, DeviceUse::Training, baseline, trial));
        assert_eq!(choice.to_string(), "CPU: as requested");
        #[cfg(not(feature = "webgpu"))]
        for preference in [DevicePreference::Auto, DevicePreference::WebGpu] {
            let choice = block_on(choose(preference, DeviceUse::Prediction, baseline, trial));
            assert_eq!(choice.to_string(), "CPU: this build has no WebGPU");
        }
    }

    #[cfg(feature = "webgpu")]
    #[test]
    fn time_of_the_cpu_is_divided_among_its_workers() {
        let timed = |baseline_ms, workers| {
            let trial = async |device: &Device| {
                assert!(*device == device::cpu());
                Ok(10.0)
            };
            let cpu_ms = baseline_ms;
            block_on(super::cpu_ms(CpuBaseline { cpu_ms, workers }, trial))
        };
        assert_eq!(timed(Some(80.0), 4), Ok(20.0));
        assert_eq!(timed(None, 2), Ok(5.0));
        let trial = async |_: &Device| Err(DeviceError::Failed("no memory".into()));
        assert!(block_on(super::cpu_ms(CpuBaseline::default(), trial)).is_err());
    }

    #[cfg(feature = "webgpu")]
    #[test]
    fn layout_with_the_shortest_time_is_chosen() {
        let trial = async |layout: Option<Layout>| {
            Ok(match layout {
                None => 9.0,
                Some(Layout::WholeSequences(8)) => 5.0,
                Some(_) => 20.0,
            })
        };
        let fastest = block_on(fastest_layout(trial));
        assert_eq!(fastest, Ok((Some(Layout::WholeSequences(8)), 5.0)));
        let lost = DeviceError::Lost("unplugged".into());
        let trial = async |_: Option<Layout>| Err(lost.clone());
        assert_eq!(block_on(fastest_layout(trial)), Err(lost.clone()));
    }

    /// Runs natively, for example on a software adapter. The self-test is the real one, but the
    /// GPU gets a wrong weight.
    #[cfg(feature = "webgpu")]
    #[test]
    fn gpu_with_wrong_results_is_not_used() {
        let self_test = async |gpu: &Gpu| {
            let (expected, mut wrong) = (self_test::weights(), self_test::weights());
            if let Some(array) = wrong.get_mut("lstm.weight_hh_l1") {
                array.values[0] += 0.1;
            }
            self_test::compare_with_cpu(&gpu.device, &wrong, &expected, DeviceUse::Training).await
        };
        let trial = async |_: &Device| panic!("nothing to time");
        let preference = DevicePreference::WebGpu;
        let choice = block_on(gpu_or_cpu(
            preference,
            CpuBaseline::default(),
            trial,
            self_test,
        ));
        assert_eq!(choice.kind, DeviceKind::Cpu);
        let text = choice.to_string();
        assert!(
            text.starts_with("CPU: the GPU disagreed with the CPU ("),
            "{text}"
        );
    }
}

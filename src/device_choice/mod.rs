//! Device choice: decides whether the CPU or a GPU does some work, and says why.
//!
//! [`choose`] asks, in this order: is there an adapter; is it a GPU and not software that plays
//! one; does it open; does it agree with the CPU (the self-test); is it faster for the work at
//! hand ([`device::timing`]), each way to share out the scan being tried. The first "no" means the
//! CPU, with that reason in words.

#[cfg(feature = "webgpu")]
mod self_test;

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

#[cfg(feature = "webgpu")]
use crate::device::gpu::Gpu;
use crate::device::{self, DeviceError, Purpose};
#[cfg(feature = "webgpu")]
use crate::network::lstm::gpu::{Plan, prefer};

/// What the person asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// The GPU where it is found to be right and faster, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU even where it is slower, or software; still only one that agrees with the CPU.
    WebGpu,
}

/// No such device.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("there is no device `{0}`; choose auto, cpu or webgpu")]
pub struct UnknownDevice(String);

impl FromStr for Wanted {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "webgpu" => Ok(Self::WebGpu),
            _ => Err(UnknownDevice(text.to_owned())),
        }
    }
}

/// CPU or GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The processor.
    Cpu,
    /// A GPU through WebGPU, or through what stands for it natively.
    WebGpu,
}

/// What the GPU has to beat.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick {
    /// Milliseconds of the trial on one CPU worker; measured here where not given.
    pub cpu_ms: Option<f64>,
    /// Workers that share the CPU's work.
    pub workers: usize,
}

impl Default for Yardstick {
    fn default() -> Self {
        Self {
            cpu_ms: None,
            workers: 1,
        }
    }
}

/// A device, and why it is that one.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Where tensors are put.
    pub device: Device,
    /// CPU or GPU.
    pub kind: Kind,
    /// What the GPU is called, where one was looked at.
    pub adapter: Option<String>,
    /// How many times as fast as the CPU the GPU was, where both were timed.
    pub speedup: Option<f64>,
    /// Why, in words that follow "CPU: " or the GPU's name.
    pub reason: String,
}

/// The GPU is worth its start only where it is clearly faster than the CPU.
const WORTH_IT: f64 = 1.1;

impl Chosen {
    /// The CPU, for the reason given.
    pub fn cpu(reason: impl Into<String>) -> Self {
        Self {
            device: device::cpu(),
            kind: Kind::Cpu,
            adapter: None,
            speedup: None,
            reason: reason.into(),
        }
    }

    /// The CPU in place of this device, for the reason given.
    pub fn moved(&self, because: &str) -> Self {
        Self {
            adapter: self.adapter.clone(),
            ..Self::cpu(because)
        }
    }

    /// The GPU or the CPU, by how many times as fast as the CPU the GPU was.
    #[cfg_attr(
        not(feature = "webgpu"),
        allow(dead_code, reason = "nothing to compare")
    )]
    fn by_speed(gpu: Self, speedup: f64) -> Self {
        let adapter = gpu.adapter.clone();
        let chosen = if speedup >= WORTH_IT {
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
            ..chosen
        }
    }
}

impl fmt::Display for Chosen {
    /// Such as "WebGPU: NVIDIA H100, 6.2x the CPU" or "CPU: the adapter is software".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, &self.adapter) {
            (Kind::Cpu, _) => write!(f, "CPU: {}", self.reason),
            (Kind::WebGpu, Some(name)) => write!(f, "WebGPU: {name}, {}", self.reason),
            (Kind::WebGpu, None) => write!(f, "WebGPU: {}", self.reason),
        }
    }
}

/// Chooses the device for some work. `trial` does a representative piece of that work on the
/// device it is given and returns its milliseconds ([`device::timing::median_ms`]); it is
/// asked only where that decides. Never fails: what goes wrong is the reason for the CPU.
pub async fn choose(
    wanted: Wanted,
    purpose: Purpose,
    yardstick: Yardstick,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Chosen {
    if wanted == Wanted::Cpu {
        return Chosen::cpu("as asked for");
    }
    #[cfg(not(feature = "webgpu"))]
    {
        let _ = (purpose, yardstick, trial);
        Chosen::cpu("this build has no WebGPU")
    }
    #[cfg(feature = "webgpu")]
    gpu_or_cpu(wanted, purpose, yardstick, trial).await
}

#[cfg(feature = "webgpu")]
async fn gpu_or_cpu(
    wanted: Wanted,
    purpose: Purpose,
    yardstick: Yardstick,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Chosen {
    let gpu = match Gpu::open().await {
        Ok(gpu) => gpu,
        Err(why) => return Chosen::cpu(why.to_string()),
    };
    let cpu = |reason: String| Chosen {
        adapter: Some(gpu.name.clone()),
        ..Chosen::cpu(reason)
    };
    if gpu.software && wanted == Wanted::Auto {
        return cpu("the adapter is software".to_owned());
    }
    if let Err(why) = self_test::test(&gpu, purpose).await {
        return cpu(why.to_string());
    }
    let chosen = Chosen {
        device: gpu.device.clone(),
        kind: Kind::WebGpu,
        adapter: Some(gpu.name.clone()),
        speedup: None,
        reason: "as asked for".to_owned(),
    };
    if wanted == Wanted::WebGpu {
        return chosen;
    }
    let faster = match speedup(&gpu.device, yardstick, trial).await {
        Ok(speedup) => Chosen::by_speed(chosen, speedup),
        Err(why) => return cpu(why.to_string()),
    };
    // The fastest way to share out a scan may not be the one that was tested.
    match self_test::test(&gpu, purpose).await {
        Err(why) if faster.kind == Kind::WebGpu => cpu(why.to_string()),
        _ => faster,
    }
}

/// How many times as fast as the CPU's workers the device does the trial.
#[cfg(feature = "webgpu")]
async fn speedup(
    device: &Device,
    yardstick: Yardstick,
    trial: impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Result<f64, DeviceError> {
    let gpu = fastest_plan(device, &trial).await?;
    let cpu = match yardstick.cpu_ms {
        Some(ms) => ms,
        None => trial(&device::cpu()).await?,
    };
    Ok(cpu / yardstick.workers.max(1) as f64 / gpu.max(f64::MIN_POSITIVE))
}

/// Ways to share out a scan that are tried beside the built-in rule: which one wins depends on how
/// many workgroups the GPU runs at once and on what sharing weights saves it.
#[cfg(feature = "webgpu")]
const PLANS: [Plan; 3] = [Plan::Whole(1), Plan::Whole(8), Plan::Split(4)];

/// Times the trial with each way to share out a scan, has the fastest used from now on, and gives
/// its milliseconds.
#[cfg(feature = "webgpu")]
async fn fastest_plan(
    device: &Device,
    trial: &impl AsyncFn(&Device) -> Result<f64, DeviceError>,
) -> Result<f64, DeviceError> {
    prefer(None);
    let mut best = (None, trial(device).await?);
    for plan in PLANS {
        prefer(Some(plan));
        let ms = trial(device).await.inspect_err(|_| prefer(None))?;
        if ms < best.1 {
            best = (Some(plan), ms);
        }
    }
    prefer(best.0);
    Ok(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;

    fn gpu() -> Chosen {
        Chosen {
            kind: Kind::WebGpu,
            adapter: Some("NVIDIA H100".to_owned()),
            ..Chosen::cpu("as asked for")
        }
    }

    #[test]
    fn the_faster_one_is_chosen_and_the_words_say_so() {
        let fast = Chosen::by_speed(gpu(), 6.23);
        assert_eq!((fast.kind, fast.speedup), (Kind::WebGpu, Some(6.23)));
        assert_eq!(fast.to_string(), "WebGPU: NVIDIA H100, 6.2x the CPU");
        for speedup in [0.41, 1.05, f64::NAN] {
            assert_eq!(Chosen::by_speed(gpu(), speedup).kind, Kind::Cpu);
        }
        let slow = Chosen::by_speed(gpu(), 0.41);
        assert_eq!(
            slow.to_string(),
            "CPU: the GPU was 0.4x as fast for this model"
        );
        assert_eq!(slow.adapter, gpu().adapter);
        let lost = fast.moved("the GPU was lost; going on on the CPU");
        assert_eq!(
            lost.to_string(),
            "CPU: the GPU was lost; going on on the CPU"
        );
        assert!(lost.speedup.is_none() && lost.device == crate::device::cpu());
    }

    #[test]
    fn the_cpu_when_asked_for_is_not_timed() {
        let trial = async |_: &Device| panic!("nothing to time");
        let yardstick = Yardstick::default();
        let chosen = block_on(choose(Wanted::Cpu, Purpose::Training, yardstick, trial));
        assert_eq!(chosen.to_string(), "CPU: as asked for");
        #[cfg(not(feature = "webgpu"))]
        for wanted in [Wanted::Auto, Wanted::WebGpu] {
            let chosen = block_on(choose(wanted, Purpose::Predicting, yardstick, trial));
            assert_eq!(chosen.to_string(), "CPU: this build has no WebGPU");
        }
    }

    #[test]
    fn devices_are_asked_for_by_name() {
        for (name, wanted) in [
            ("auto", Wanted::Auto),
            ("cpu", Wanted::Cpu),
            ("webgpu", Wanted::WebGpu),
        ] {
            assert_eq!(name.parse(), Ok(wanted));
            assert_eq!(
                serde_json::from_value::<Wanted>(name.into()).ok(),
                Some(wanted)
            );
        }
        let error = "gpu".parse::<Wanted>().map_err(|error| error.to_string());
        let words = "there is no device `gpu`; choose auto, cpu or webgpu";
        assert_eq!(error, Err(words.to_owned()));
    }

    #[cfg(feature = "webgpu")]
    #[test]
    fn the_cpus_time_is_shared_by_its_workers() {
        let cpu = crate::device::cpu();
        let timed = |cpu_ms, workers| {
            let trial = async |_: &Device| Ok(10.0);
            block_on(speedup(&cpu, Yardstick { cpu_ms, workers }, trial))
        };
        assert_eq!(timed(Some(80.0), 4), Ok(2.0));
        assert_eq!(timed(None, 2), Ok(0.5));
        let trial = async |_: &Device| Err(DeviceError::Lost("gone".into()));
        assert!(block_on(speedup(&cpu, Yardstick::default(), trial)).is_err());
    }

    /// Tests on a GPU share the plan, so here the fastest is the built-in rule.
    #[cfg(feature = "webgpu")]
    #[test]
    fn the_fastest_way_to_share_out_a_scan_is_timed() {
        let times = std::cell::RefCell::new(vec![30.0, 9.0, 20.0, 5.0]);
        let trial = async |_: &Device| Ok(times.borrow_mut().pop().unwrap_or(f64::NAN));
        let found = block_on(fastest_plan(&crate::device::cpu(), &trial));
        assert_eq!((found, times.borrow().len()), (Ok(5.0), 0));
    }

    /// Natively, on the software adapter: all but the self-test's verdict is the real thing.
    #[cfg(feature = "webgpu")]
    #[test]
    fn a_gpu_that_computes_something_else_is_not_used() {
        use super::self_test::CORRUPT;
        use std::sync::atomic::Ordering::SeqCst;

        CORRUPT.store(true, SeqCst);
        let trial = async |_: &Device| panic!("nothing to time");
        let yardstick = Yardstick::default();
        let chosen = block_on(choose(Wanted::WebGpu, Purpose::Training, yardstick, trial));
        CORRUPT.store(false, SeqCst);
        assert_eq!(chosen.kind, Kind::Cpu);
        let words = chosen.to_string();
        assert!(
            words.starts_with("CPU: the GPU disagreed with the CPU ("),
            "{words}"
        );
    }
}

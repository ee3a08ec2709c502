//! Measures the speed of the LSTM scan with each layout on the GPU of this machine, and on the CPU.
//!
//! Run it with `cargo bench --features webgpu --bench gpu_scan`. A word after `--` selects the
//! cases whose name contains it. The times are medians of several rounds. Every round measures all
//! layouts once, so that other load on the machine affects them alike.
#![allow(clippy::unwrap_used, reason = "a panic is how a benchmark fails")]
#![allow(
    clippy::print_stdout,
    reason = "a benchmark's result is what it prints"
)]

#[path = "../tests/gpu/devices.rs"]
mod devices;

use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::device::Layout;
use rmlocnet::network::lstm::{SequenceLayout, lstm};

const ROUNDS: usize = 5;

/// Hidden units, sequences, steps. The widths are those of Table 2, and one that is too wide for
/// the shared memory of a workgroup.
const CASES: [(usize, usize, usize); 6] = [
    (16, 32, 256),
    (60, 1, 256),
    (60, 32, 256),
    (200, 8, 128),
    (200, 32, 64),
    (1100, 4, 16),
];

const LAYOUTS: [Option<Layout>; 7] = [
    None,
    Some(Layout::WholeSequences(1)),
    Some(Layout::WholeSequences(2)),
    Some(Layout::WholeSequences(4)),
    Some(Layout::WholeSequences(8)),
    Some(Layout::UnitBlocks(1)),
    Some(Layout::UnitBlocks(4)),
];

/// A scan on a device.
struct Case {
    input_gates: Tensor<2>,
    recurrent_weights: Tensor<2>,
    sequences: SequenceLayout,
}

impl Case {
    /// Steps read a table of 66 rows (k-mers of 3 nucleotides) by token.
    fn new((hidden, batch, steps): (usize, usize, usize), device: &Device) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut random = |rows: usize, columns: usize, bound: f32| {
            let numbers = (0..rows * columns).map(|_| rng.random_range(-bound..bound));
            let data = TensorData::new(numbers.collect::<Vec<f32>>(), [rows, columns]);
            Tensor::<2>::from_data(data, device)
        };
        let input_gates = random(66, 4 * hidden, 2.0);
        let recurrent_weights = random(4 * hidden, hidden, 0.1);
        let tokens: Vec<u32> = (0..batch * steps).map(|n| (n * n % 66) as u32).collect();
        let lengths = vec![steps as u32; batch];
        Self {
            input_gates,
            recurrent_weights,
            sequences: SequenceLayout::from_tokens(tokens.into(), lengths.into()),
        }
    }

    /// Milliseconds of the forward pass, until a sum of the states is read.
    fn forward(&self, layout: Option<Layout>) -> f64 {
        let start = Instant::now();
        let sequences = self.sequences.clone().with_gpu_layout(layout);
        let (gates, weights) = (self.input_gates.clone(), self.recurrent_weights.clone());
        let states = lstm(gates, weights, &sequences);
        read(states.narrow(2, 0, 1).sum());
        start.elapsed().as_secs_f64() * 1e3
    }

    /// Milliseconds of the forward and the backward pass.
    fn forward_and_backward(&self, layout: Option<Layout>) -> f64 {
        let start = Instant::now();
        let sequences = self.sequences.clone().with_gpu_layout(layout);
        let gates = self.input_gates.clone().require_grad();
        let weights = self.recurrent_weights.clone().require_grad();
        let states = lstm(gates.clone(), weights.clone(), &sequences);
        let grads = states.sum().backward();
        let (d_gates, d_weights) = (gates.grad(&grads), weights.grad(&grads));
        read(d_gates.unwrap().sum() + d_weights.unwrap().sum());
        start.elapsed().as_secs_f64() * 1e3
    }
}

/// Waits for the number itself: `into_data` alone may not wait for the GPU.
fn read(sum: Tensor<1>) {
    let sum: f32 = sum.into_data().iter::<f32>().sum();
    assert!(sum.is_finite(), "{sum}");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    println!("H\tB\tT\tpass\tlayout\tms\ttimes the CPU");
    for case in CASES {
        let (hidden, batch, steps) = case;
        let name = format!("{hidden}x{batch}x{steps}");
        if !words.is_empty() && !words.iter().any(|word| name.contains(word)) {
            continue;
        }
        for (pass, has_backward) in [("forward", false), ("both", true)] {
            let medians = measure(case, has_backward);
            devices::assert_no_device_errors();
            let cpu = medians[LAYOUTS.len()];
            for (n, ms) in medians.iter().enumerate() {
                let layout = match LAYOUTS.get(n) {
                    None => "CPU".to_owned(),
                    Some(None) => "default".to_owned(),
                    Some(Some(layout)) => format!("{layout:?}"),
                };
                println!(
                    "{hidden}\t{batch}\t{steps}\t{pass}\t{layout}\t{ms:.1}\t{:.3}",
                    cpu / ms
                );
            }
        }
    }
}

/// Median milliseconds with each of [`LAYOUTS`] on the GPU, then on the CPU.
fn measure(case: (usize, usize, usize), has_backward: bool) -> Vec<f64> {
    let on_device = |device: &Device| {
        let device = device.clone();
        let device = if has_backward {
            device.autodiff()
        } else {
            device
        };
        Case::new(case, &device)
    };
    let cpu = on_device(&rmlocnet::device::cpu());
    let gpu = on_device(&devices::devices()[0]);
    let time = |case: &Case, layout: Option<Layout>| {
        if has_backward {
            case.forward_and_backward(layout)
        } else {
            case.forward(layout)
        }
    };
    let mut times = vec![Vec::new(); LAYOUTS.len() + 1];
    // The first round compiles the kernels.
    for round in 0..=ROUNDS {
        for (n, times) in times.iter_mut().enumerate() {
            let ms = match LAYOUTS.get(n) {
                Some(layout) => time(&gpu, *layout),
                None => time(&cpu, None),
            };
            if round > 0 {
                times.push(ms);
            }
        }
    }
    times.into_iter().map(median).collect()
}

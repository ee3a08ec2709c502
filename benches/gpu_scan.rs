//! How fast each plan of the LSTM scan is on the GPU of this machine, beside the CPU.
//!
//! `cargo bench --features webgpu --bench gpu_scan`; a word that follows `--` picks the cases
//! whose name has it. Medians of several rounds, all plans in turns in every round, so that what
//! else the machine does falls on all alike.
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
use rmlocnet::network::lstm::gpu::{Plan, prefer};
use rmlocnet::network::lstm::{Steps, lstm};

const ROUNDS: usize = 5;

/// Hidden units, sequences, steps. Widths of Table 2, and one too wide for a workgroup.
const CASES: [(usize, usize, usize); 6] = [
    (16, 32, 256),
    (60, 1, 256),
    (60, 32, 256),
    (200, 8, 128),
    (200, 32, 64),
    (1100, 4, 16),
];

const PLANS: [Option<Plan>; 7] = [
    None,
    Some(Plan::Whole(1)),
    Some(Plan::Whole(2)),
    Some(Plan::Whole(4)),
    Some(Plan::Whole(8)),
    Some(Plan::Split(1)),
    Some(Plan::Split(4)),
];

struct Case {
    rows: Tensor<2>,
    recurrent: Tensor<2>,
    steps: Steps,
}

impl Case {
    /// A table of 66 rows (k-mers of 3 letters) read by token.
    fn new((hidden, batch, steps): (usize, usize, usize), device: &Device) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut draw = |rows: usize, columns: usize, bound: f32| {
            let numbers = (0..rows * columns).map(|_| rng.random_range(-bound..bound));
            let data = TensorData::new(numbers.collect::<Vec<f32>>(), [rows, columns]);
            Tensor::<2>::from_data(data, device)
        };
        let (rows, recurrent) = (draw(66, 4 * hidden, 2.0), draw(4 * hidden, hidden, 0.1));
        let tokens: Vec<u32> = (0..batch * steps).map(|n| (n * n % 66) as u32).collect();
        Self {
            rows,
            recurrent,
            steps: Steps::of_tokens(tokens.into(), vec![steps as u32; batch].into()),
        }
    }

    /// Milliseconds from the first launch until a number of the states is read.
    fn forward(&self) -> f64 {
        let start = Instant::now();
        let states = lstm(self.rows.clone(), self.recurrent.clone(), &self.steps);
        read(states.narrow(2, 0, 1).sum());
        start.elapsed().as_secs_f64() * 1e3
    }

    /// The same for the states and all gradients.
    fn both(&self) -> f64 {
        let start = Instant::now();
        let rows = self.rows.clone().require_grad();
        let recurrent = self.recurrent.clone().require_grad();
        let states = lstm(rows.clone(), recurrent.clone(), &self.steps);
        let grads = states.sum().backward();
        let (rows, recurrent) = (rows.grad(&grads), recurrent.grad(&grads));
        read(rows.unwrap().sum() + recurrent.unwrap().sum());
        start.elapsed().as_secs_f64() * 1e3
    }
}

/// Waits for the number itself: `into_data` alone may leave it on the GPU for later.
fn read(sum: Tensor<1>) {
    let sum: f32 = sum.into_data().iter::<f32>().sum();
    assert!(sum.is_finite(), "{sum}");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let (cpu, gpu) = (rmlocnet::device::cpu(), &devices::devices()[0]);
    println!("H\tB\tT\tpass\tplan\tms\ttimes the CPU");
    for case in CASES {
        let (hidden, batch, steps) = case;
        let name = format!("{hidden}x{batch}x{steps}");
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word)) {
            continue;
        }
        for (pass, train) in [("forward", false), ("both", true)] {
            let on = |device: &Device| {
                let device = device.clone();
                Case::new(case, &if train { device.autodiff() } else { device })
            };
            let (cpu, gpu) = (on(&cpu), on(gpu));
            let time = |case: &Case| if train { case.both() } else { case.forward() };
            let mut times = vec![Vec::new(); PLANS.len() + 1];
            // The first round compiles the kernels.
            for round in 0..=ROUNDS {
                for (n, times) in times.iter_mut().enumerate() {
                    let took = if n == PLANS.len() {
                        time(&cpu)
                    } else {
                        prefer(PLANS[n]);
                        time(&gpu)
                    };
                    if round > 0 {
                        times.push(took);
                    }
                }
            }
            devices::assert_no_device_errors();
            let medians: Vec<f64> = times.into_iter().map(median).collect();
            let cpu = medians[PLANS.len()];
            for (n, ms) in medians.iter().enumerate() {
                let plan = match PLANS.get(n) {
                    None => "CPU".to_owned(),
                    Some(None) => "built-in rule".to_owned(),
                    Some(Some(plan)) => format!("{plan:?}"),
                };
                println!(
                    "{hidden}\t{batch}\t{steps}\t{pass}\t{plan}\t{ms:.1}\t{:.3}",
                    cpu / ms
                );
            }
        }
    }
}

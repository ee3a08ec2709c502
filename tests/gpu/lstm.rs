//! The LSTM's kernels on a GPU compared with the CPU: states and gradients, with every layout, for
//! layers of any width and sequences of any length.

use crate::devices::devices;
use crate::support::{relative_difference, values};
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::device::Layout;
use rmlocnet::network::lstm::{SequenceLayout, lstm};

/// Largest deviation, relative to the largest number: 32-bit sums in another order.
const TOLERANCE: f32 = 1e-5;
/// Rows of the table that steps read by token.
const TABLE_ROWS: usize = 6;

struct ScanCase {
    hidden: usize,
    sequences: SequenceLayout,
    input_gates: Vec<f32>,
    recurrent_weights: Vec<f32>,
    /// The weight of every state in the sum that is differentiated.
    state_weights: Vec<f32>,
}

/// States [B, T, 2H] and the gradients of input gates [R, 4H] and recurrent weights [4H, H].
struct ScanResult {
    states: Vec<f32>,
    d_input_gates: Vec<f32>,
    d_recurrent_weights: Vec<f32>,
}

impl ScanCase {
    fn random(hidden: usize, steps: usize, lengths: &[u32], has_tokens: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(hidden as u64 + steps as u64);
        let all_steps = lengths.len() * steps;
        let rows = if has_tokens { TABLE_ROWS } else { all_steps };
        let mut random = |size: usize, bound: f32| -> Vec<f32> {
            (0..size).map(|_| rng.random_range(-bound..bound)).collect()
        };
        Self {
            hidden,
            input_gates: random(rows * 4 * hidden, 2.0),
            recurrent_weights: random(4 * hidden * hidden, 1.5 / (hidden as f32).sqrt()),
            state_weights: random(all_steps * 2 * hidden, 1.0),
            sequences: if has_tokens {
                // Row 2 is never read.
                let token = |n: usize| [0u32, 3, 5, 4, 1, 3, 3][n * n % 7];
                let tokens: Vec<u32> = (0..all_steps).map(token).collect();
                SequenceLayout::from_tokens(tokens.into(), lengths.into())
            } else {
                SequenceLayout::with_own_rows(lengths.into(), steps)
            },
        }
    }

    fn with_gpu_layout(self, layout: Option<Layout>) -> Self {
        Self {
            sequences: self.sequences.with_gpu_layout(layout),
            ..self
        }
    }

    fn run(&self, device: &Device) -> ScanResult {
        let device = device.clone().autodiff();
        let (b, t, h) = (self.sequences.batch(), self.sequences.steps(), self.hidden);
        let rows = self.input_gates.len() / (4 * h);
        let gates = tensor(&self.input_gates, [rows, 4 * h], &device).require_grad();
        let weights = tensor(&self.recurrent_weights, [4 * h, h], &device).require_grad();
        let states = lstm(gates.clone(), weights.clone(), &self.sequences);
        let state_weights = tensor(&self.state_weights, [b, t, 2 * h], &device);
        let grads = (states.clone() * state_weights).sum().backward();
        ScanResult {
            states: values(states),
            d_input_gates: values(gates.grad(&grads).unwrap()),
            d_recurrent_weights: values(weights.grad(&grads).unwrap()),
        }
    }

    /// Checks that the GPU agrees with the CPU. `what` describes the case.
    fn check(&self, what: &str) {
        let expected = self.run(&rmlocnet::device::cpu());
        let found = self.run(&devices()[0]);
        for (part, found, expected) in [
            ("states", &found.states, &expected.states),
            (
                "gradient of input gates",
                &found.d_input_gates,
                &expected.d_input_gates,
            ),
            (
                "gradient of recurrent weights",
                &found.d_recurrent_weights,
                &expected.d_recurrent_weights,
            ),
        ] {
            let difference = relative_difference(found, expected);
            assert!(difference <= TOLERANCE, "{what}: {part}: {difference} off");
        }
    }
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// Checks every case with one layout; `None` is the default.
fn check_all(layout: Option<Layout>, hidden: &[usize], cases: &[(usize, &[u32])]) {
    for &hidden in hidden {
        for &(steps, lengths) in cases {
            for has_tokens in [false, true] {
                let what = format!("{layout:?}, H {hidden}, T {steps}, {lengths:?}, {has_tokens}");
                ScanCase::random(hidden, steps, lengths, has_tokens)
                    .with_gpu_layout(layout)
                    .check(&what);
            }
        }
    }
}

const WIDTHS: [usize; 9] = [1, 3, 5, 16, 33, 60, 64, 200, 300];

#[test]
fn gpu_agrees_with_the_cpu_for_every_width_and_length() {
    let cases: [(usize, &[u32]); 3] = [
        (1, &[1]),
        (9, &[9, 0, 1, 8, 5]),
        (20, &[0, 20, 13, 1, 20, 7, 7]),
    ];
    check_all(None, &WIDTHS, &cases);
}

#[test]
fn gpu_agrees_with_the_cpu_for_sequences_of_several_launches() {
    check_all(None, &[5, 33], &[(600, &[600, 257, 256, 255, 1, 0])]);
}

#[test]
fn gpu_agrees_with_the_cpu_with_every_layout() {
    let layouts = [1, 2, 3, 8].map(Layout::WholeSequences).into_iter();
    for layout in layouts.chain([1, 2, 5].map(Layout::UnitBlocks)) {
        check_all(Some(layout), &[3, 60, 300], &[(7, &[7, 0, 2, 6, 1])]);
        check_all(Some(layout), &[3], &[(300, &[300, 290, 20])]);
    }
}

/// These layers are too wide for the shared memory of a workgroup, in the backward pass or in both.
#[test]
fn gpu_agrees_with_the_cpu_for_very_wide_layers() {
    check_all(None, &[700, 1100, 2048], &[(4, &[4, 2])]);
}

#[test]
fn gpu_accepts_empty_sequences() {
    check_all(None, &[4], &[(3, &[0, 0]), (2, &[0])]);
}

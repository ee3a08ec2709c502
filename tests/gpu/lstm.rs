//! The LSTM's kernels on a GPU against the CPU: states and gradients, for every plan, for layers
//! of any width and sequences of any length.

use crate::devices::devices;
use crate::support::{relative, values};
use crate::{PLAN, hold};
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::network::lstm::gpu::{Plan, prefer};
use rmlocnet::network::lstm::{Steps, lstm};

/// Largest deviation, as a share of the largest number: 32-bit sums in another order.
const TOLERANCE: f32 = 1e-5;
/// Rows of the table that steps read by token.
const TABLE: usize = 6;

struct Scan {
    hidden: usize,
    steps: Steps,
    rows: Vec<f32>,
    recurrent: Vec<f32>,
    /// The weight that every state has in the number that is differentiated.
    weight: Vec<f32>,
}

/// States [B, T, 2H] and the gradients of rows [R, 4H] and recurrent weights [4H, H].
struct Result {
    states: Vec<f32>,
    rows: Vec<f32>,
    recurrent: Vec<f32>,
}

impl Scan {
    fn random(hidden: usize, steps: usize, lengths: &[u32], by_token: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(hidden as u64 + steps as u64);
        let all = lengths.len() * steps;
        let rows = if by_token { TABLE } else { all };
        let mut draw = |size: usize, bound: f32| -> Vec<f32> {
            (0..size).map(|_| rng.random_range(-bound..bound)).collect()
        };
        Self {
            hidden,
            rows: draw(rows * 4 * hidden, 2.0),
            recurrent: draw(4 * hidden * hidden, 1.5 / (hidden as f32).sqrt()),
            weight: draw(all * 2 * hidden, 1.0),
            steps: if by_token {
                // Row 2 is never read.
                let token = |n: usize| [0u32, 3, 5, 4, 1, 3, 3][n * n % 7];
                let tokens: Vec<u32> = (0..all).map(token).collect();
                Steps::of_tokens(tokens.into(), lengths.into())
            } else {
                Steps::one_by_one(lengths.into(), steps)
            },
        }
    }

    fn run(&self, device: &Device) -> Result {
        let device = device.clone().autodiff();
        let (b, t, h) = (self.steps.batch(), self.steps.steps(), self.hidden);
        let count = self.rows.len() / (4 * h);
        let rows = tensor(&self.rows, [count, 4 * h], &device).require_grad();
        let recurrent = tensor(&self.recurrent, [4 * h, h], &device).require_grad();
        let states = lstm(rows.clone(), recurrent.clone(), &self.steps);
        let weight = tensor(&self.weight, [b, t, 2 * h], &device);
        let grads = (states.clone() * weight).sum().backward();
        Result {
            states: values(states),
            rows: values(rows.grad(&grads).unwrap()),
            recurrent: values(recurrent.grad(&grads).unwrap()),
        }
    }

    /// Whether the GPU says what the CPU does; `what` says which case this is.
    fn check(&self, what: &str) {
        let expected = self.run(&rmlocnet::device::cpu());
        let found = self.run(&devices()[0]);
        for (part, found, expected) in [
            ("states", &found.states, &expected.states),
            ("rows' gradient", &found.rows, &expected.rows),
            ("weights' gradient", &found.recurrent, &expected.recurrent),
        ] {
            let far = relative(found, expected);
            assert!(far <= TOLERANCE, "{what}: {part} are {far} off");
        }
    }
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// Runs every case with one plan, or the built-in rule.
fn check_all(plan: Option<Plan>, hidden: &[usize], cases: &[(usize, &[u32])]) {
    let _alone = hold(&PLAN);
    prefer(plan);
    for &hidden in hidden {
        for &(steps, lengths) in cases {
            for by_token in [false, true] {
                let what = format!("{plan:?}, H {hidden}, T {steps}, {lengths:?}, {by_token}");
                Scan::random(hidden, steps, lengths, by_token).check(&what);
            }
        }
    }
    prefer(None);
}

const WIDTHS: [usize; 9] = [1, 3, 5, 16, 33, 60, 64, 200, 300];

#[test]
fn every_width_and_length() {
    let cases: [(usize, &[u32]); 3] = [
        (1, &[1]),
        (9, &[9, 0, 1, 8, 5]),
        (20, &[0, 20, 13, 1, 20, 7, 7]),
    ];
    check_all(None, &WIDTHS, &cases);
}

#[test]
fn sequences_of_several_launches() {
    check_all(None, &[5, 33], &[(600, &[600, 257, 256, 255, 1, 0])]);
}

#[test]
fn every_plan() {
    let plans = [1, 2, 3, 8].map(Plan::Whole).into_iter();
    for plan in plans.chain([1, 2, 5].map(Plan::Split)) {
        check_all(Some(plan), &[3, 60, 300], &[(7, &[7, 0, 2, 6, 1])]);
        check_all(Some(plan), &[3], &[(300, &[300, 290, 20])]);
    }
}

/// Too wide for the memory that a workgroup shares, backwards or in both directions.
#[test]
fn layers_of_any_width() {
    check_all(None, &[700, 1100, 2048], &[(4, &[4, 2])]);
}

#[test]
fn nothing_at_all() {
    check_all(None, &[4], &[(3, &[0, 0]), (2, &[0])]);
}

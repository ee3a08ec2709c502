//! Compares the LSTM operation with burn's own `nn::Lstm`, which records every operation of every
//! step: states and gradients, for sizes that do and do not fill a vector register.

use crate::devices::devices;
use crate::support::{relative_difference, values};
use burn::module::Param;
use burn::nn::{Linear, Lstm, LstmConfig, LstmState};
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rmlocnet::network::lstm::{SequenceLayout, lstm};

/// Largest deviation, as a share of the largest number: 32-bit sums in another order.
const TOLERANCE: f32 = 1e-5;

/// One scan: sequences of `lengths` steps, the input gates, the recurrent weights, and the weight
/// of every state in the sum that is differentiated.
struct Scan {
    hidden: usize,
    steps: usize,
    lengths: Vec<u32>,
    gates: Vec<f32>,
    recurrent: Vec<f32>,
    weight: Vec<f32>,
}

/// States [B, T, 2H] and the gradients of input gates [B, T, 4H] and of recurrent weights [4H, H].
struct Result {
    states: Vec<f32>,
    gates: Vec<f32>,
    recurrent: Vec<f32>,
}

impl Scan {
    fn random(hidden: usize, steps: usize, batch: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = |size: usize, bound: f32| -> Vec<f32> {
            (0..size).map(|_| rng.random_range(-bound..bound)).collect()
        };
        let gates = draw(batch * steps * 4 * hidden, 2.0);
        let recurrent = draw(4 * hidden * hidden, 1.5 / (hidden as f32).sqrt());
        let weight = draw(batch * steps * 2 * hidden, 1.0);
        // One sequence has all steps; the others have any number from 1.
        let mut lengths = vec![steps as u32];
        lengths.extend((1..batch).map(|_| rng.random_range(1..=steps as u32)));
        lengths.rotate_right(batch / 2);
        Self {
            hidden,
            steps,
            lengths,
            gates,
            recurrent,
            weight,
        }
    }

    /// A scan in which every step reads its own row.
    fn steps(&self) -> SequenceLayout {
        SequenceLayout::with_own_rows(self.lengths.clone().into(), self.steps)
    }

    fn ours(&self, device: &Device) -> Result {
        let (b, t, h) = (self.lengths.len(), self.steps, self.hidden);
        let gates = tensor(&self.gates, [b * t, 4 * h], device).require_grad();
        let recurrent = tensor(&self.recurrent, [4 * h, h], device).require_grad();
        let states = lstm(gates.clone(), recurrent.clone(), &self.steps());
        let weight = tensor(&self.weight, [b, t, 2 * h], device);
        let grads = (states.clone() * weight).sum().backward();
        assert_eq!(
            values(gates.clone()),
            self.gates,
            "the op changed its input"
        );
        assert_eq!(values(recurrent.clone()), self.recurrent);
        Result {
            states: values(states),
            gates: values(gates.grad(&grads).unwrap()),
            recurrent: values(recurrent.grad(&grads).unwrap()),
        }
    }

    /// Every sequence alone, so that it cannot be affected by another or by what is past its end.
    fn oracle(&self, device: &Device) -> Result {
        let (b, t, h) = (self.lengths.len(), self.steps, self.hidden);
        let mut result = Result {
            states: vec![0.0; b * t * 2 * h],
            gates: vec![0.0; b * t * 4 * h],
            recurrent: vec![0.0; 4 * h * h],
        };
        let network = self.burns(device);
        for (row, length) in self.lengths.iter().enumerate() {
            let steps = *length as usize;
            let gates = &self.gates[row * t * 4 * h..][..steps * 4 * h];
            let weight = &self.weight[row * t * 2 * h..][..steps * 2 * h];
            let gates = tensor(gates, [1, steps, 4 * h], device).require_grad();
            let states = states(&network, &gates);
            let weight = tensor(weight, [1, steps, 2 * h], device);
            let grads = (states.clone() * weight).sum().backward();
            let d = values(gates.grad(&grads).unwrap());
            result.states[row * t * 2 * h..][..steps * 2 * h].copy_from_slice(&values(states));
            result.gates[row * t * 4 * h..][..steps * 4 * h].copy_from_slice(&d);
            for (gate, linear) in hidden_transforms(&network).into_iter().enumerate() {
                let d = values(linear.weight.val().grad(&grads).unwrap().transpose());
                let sums = &mut result.recurrent[gate * h * h..][..h * h];
                sums.iter_mut().zip(d).for_each(|(sum, d)| *sum += d);
            }
        }
        result
    }

    /// burn's LSTM whose input is the input gates: the input weights of each gate select its own H
    /// columns, and all biases are 0.
    /// columns, all biases are 0.
    fn burns(&self, device: &Device) -> Lstm {
        let h = self.hidden;
        let mut network = LstmConfig::new(4 * h, h, false).init(device);
        let pick = |gate: usize| -> Vec<f32> {
            let one = |i: usize| f32::from(u8::from(i / h == gate * h + i % h));
            (0..4 * h * h).map(one).collect()
        };
        let forget = network.forget_gate.as_mut().unwrap();
        let gates = [
            &mut network.input_gate,
            forget,
            &mut network.cell_gate,
            &mut network.output_gate,
        ];
        for (number, gate) in gates.into_iter().enumerate() {
            let input = TensorData::new(pick(number), [4 * h, h]);
            gate.input_transform.weight = Param::from_data(input, device);
            let rows = self.recurrent[number * h * h..][..h * h].to_vec();
            let weight = tensor(&rows, [h, h], device).transpose().into_data();
            gate.hidden_transform.weight = Param::from_data(weight, device);
        }
        network
    }
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The recurrent weights in the order i f g o, each [H, H], with the affected unit as last index.
fn hidden_transforms(network: &Lstm) -> [&Linear; 4] {
    [
        &network.input_gate,
        network.forget_gate.as_ref().unwrap(),
        &network.cell_gate,
        &network.output_gate,
    ]
    .map(|gate| &gate.hidden_transform)
}

/// h and c at every step, [1, T, 2H]. Step by step, because burn returns only the last c.
fn states(network: &Lstm, gates: &Tensor<3>) -> Tensor<3> {
    let [_, steps, _] = gates.dims();
    let mut state: Option<LstmState<2>> = None;
    let mut all = Vec::with_capacity(steps);
    for t in 0..steps {
        let (_, next) = network.forward(gates.clone().narrow(1, t, 1), state);
        let both = Tensor::cat(vec![next.hidden.clone(), next.cell.clone()], 1);
        all.push(both.unsqueeze_dim::<3>(1));
        state = Some(next);
    }
    Tensor::cat(all, 1)
}

fn check(scan: &Scan) {
    let oracle = scan.oracle(&Device::flex().autodiff());
    for device in devices() {
        compare(scan, &scan.ours(&device.autodiff()), &oracle);
    }
}

fn compare(scan: &Scan, ours: &Result, oracle: &Result) {
    let (h, t, b) = (scan.hidden, scan.steps, scan.lengths.len());
    for (what, found, expected) in [
        ("states", &ours.states, &oracle.states),
        ("gradient of the gates", &ours.gates, &oracle.gates),
        (
            "gradient of the weights",
            &ours.recurrent,
            &oracle.recurrent,
        ),
    ] {
        let far = relative_difference(found, expected);
        assert!(far <= TOLERANCE, "H {h}, T {t}, B {b}: {what} {far} off");
    }
    // Both are exactly 0 past the end of a sequence, for any upstream gradient.
    for (row, length) in scan.lengths.iter().enumerate() {
        let past = |width: usize| (row * t + *length as usize) * width..(row + 1) * t * width;
        assert!(ours.states[past(2 * h)].iter().all(|v| *v == 0.0));
        assert!(ours.gates[past(4 * h)].iter().all(|v| *v == 0.0));
    }
}

#[test]
fn states_and_gradients_equal_burns() {
    for hidden in [1, 3, 4, 8, 60] {
        for steps in [1, 2, 17] {
            for batch in [1, 5] {
                check(&Scan::random(hidden, steps, batch, 5));
            }
        }
    }
}

#[test]
fn a_scan_without_gradients_gives_the_same_states() {
    let scan = Scan::random(5, 9, 3, 2);
    for device in devices() {
        let gates = tensor(&scan.gates, [27, 20], &device);
        let recurrent = tensor(&scan.recurrent, [20, 5], &device);
        let kept = gates.clone();
        let states = lstm(gates, recurrent, &scan.steps());
        let tracked = scan.ours(&device.autodiff());
        assert_eq!(values(states), tracked.states);
        assert_eq!(
            values(kept),
            scan.gates,
            "the op changed a tensor others hold"
        );
    }
}

/// Tensors that are views of others (transposed or sliced) have another order in memory.
#[test]
fn views_are_read_in_their_own_order() {
    let scan = Scan::random(3, 4, 2, 8);
    for device in devices() {
        let device = device.autodiff();
        let gates = tensor(&scan.gates, [8, 12], &device);
        let recurrent = tensor(&scan.recurrent, [12, 3], &device);
        let plain = values(lstm(gates.clone(), recurrent.clone(), &scan.steps()));
        let turned = tensor(&values(recurrent.transpose()), [3, 12], &device).transpose();
        let swapped = tensor(&values(gates.clone().transpose()), [12, 8], &device).transpose();
        let cut = Tensor::cat(vec![gates.clone(), gates], 1).slice([0..8, 12..24]);
        for view in [swapped, cut] {
            let states = lstm(view, turned.clone(), &scan.steps());
            assert_eq!(values(states), plain);
        }
    }
}

/// A table that all steps read by token gives the same as a row for every step: states and
/// gradients, with tokens that occur several times or never.
#[test]
fn a_table_read_by_token_equals_its_rows() {
    for device in devices() {
        check_table(&device.autodiff());
    }
}

fn check_table(device: &Device) {
    let (hidden, tokens) = (6, [3u32, 0, 3, 2, 2, 0, 3, 3, 2, 4, 2, 2]);
    let lengths: Vec<u32> = vec![4, 2, 3];
    let scan = Scan::random(hidden, 4, 3, 4);
    let width = 4 * hidden;
    let table: Vec<f32> = scan.gates[..5 * width].to_vec();
    let written: Vec<f32> = tokens
        .iter()
        .flat_map(|t| table[*t as usize * width..][..width].to_vec())
        .collect();
    let run = |rows: &[f32], steps: SequenceLayout| {
        let rows = tensor(rows, [rows.len() / width, width], device).require_grad();
        let recurrent = tensor(&scan.recurrent, [width, hidden], device).require_grad();
        let states = lstm(rows.clone(), recurrent.clone(), &steps);
        let weight = tensor(&scan.weight, [3, 4, 2 * hidden], device);
        let grads = (states.clone() * weight).sum().backward();
        let d_rows = values(rows.grad(&grads).unwrap());
        (
            values(states),
            d_rows,
            values(recurrent.grad(&grads).unwrap()),
        )
    };
    let by_token = SequenceLayout::from_tokens(tokens.to_vec().into(), lengths.clone().into());
    let (states, d_table, d_recurrent) = run(&table, by_token);
    let one_by_one = SequenceLayout::with_own_rows(lengths.into(), 4);
    let (expected, d_written, expected_recurrent) = run(&written, one_by_one);
    let mut gathered = vec![0.0f32; table.len()];
    for (token, d) in tokens.iter().zip(d_written.chunks(width)) {
        let sums = &mut gathered[*token as usize * width..][..width];
        sums.iter_mut().zip(d).for_each(|(sum, d)| *sum += d);
    }
    assert!(relative_difference(&states, &expected) <= TOLERANCE);
    assert!(relative_difference(&d_table, &gathered) <= TOLERANCE);
    assert!(relative_difference(&d_recurrent, &expected_recurrent) <= TOLERANCE);
}

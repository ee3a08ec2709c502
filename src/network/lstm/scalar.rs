//! The LSTM scan in plain code: the reference that [`super::simd`] is tested against.
//!
//! It is written to be compared with equations 5-10, not to be fast.

use super::sequence_layout::{BackwardInputs, ScanShape, SequenceLayout};

/// Computes what [`super::simd::ForwardScan`] computes.
pub(crate) fn forward(
    shape: ScanShape,
    input_gates: &[f32],
    recurrent_weights: &[f32],
    sequences: &SequenceLayout,
) -> Vec<f32> {
    let mut gates = gather(shape, input_gates, sequences);
    scan(shape, &mut gates, recurrent_weights, sequences.lengths())
}

/// Computes what [`super::simd::BackwardScan`] computes, with the gates of all steps in memory.
pub(crate) fn backward(
    shape: ScanShape,
    inputs: BackwardInputs<'_>,
    sequences: &SequenceLayout,
) -> (Vec<f32>, Vec<f32>) {
    let (hidden, width) = (shape.hidden, 4 * shape.hidden);
    let lengths = sequences.lengths();
    let mut gates = gather(shape, inputs.input_gates, sequences);
    scan(shape, &mut gates, inputs.recurrent_weights, lengths);
    let d_gates = scan_backward(shape, &gates, inputs, lengths);
    let mut d_input_gates = vec![0.0f32; inputs.input_gates.len()];
    let mut d_recurrent_weights = vec![0.0f32; width * hidden];
    for (n, d) in d_gates.chunks_exact(width).enumerate() {
        let row = &mut d_input_gates[sequences.input_row(n) * width..][..width];
        row.iter_mut().zip(d).for_each(|(sum, d)| *sum += d);
        if n % shape.steps == 0 {
            continue;
        }
        let previous = &inputs.states[(n - 1) * 2 * hidden..][..hidden];
        for (sums, &d) in d_recurrent_weights.chunks_exact_mut(hidden).zip(d) {
            add_product(sums, previous, &[d]);
        }
    }
    (d_input_gates, d_recurrent_weights)
}

/// The rows that the steps read, [B, T, 4H].
fn gather(shape: ScanShape, input_gates: &[f32], sequences: &SequenceLayout) -> Vec<f32> {
    let width = 4 * shape.hidden;
    let row = |n: usize| &input_gates[sequences.input_row(n) * width..][..width];
    (0..shape.batch * shape.steps)
        .flat_map(|n| row(n).iter().copied())
        .collect()
}

/// The index at which the gates of step `t` of sequence `b` begin in [B, T, 4H].
fn gates_index(shape: ScanShape, b: usize, t: usize) -> usize {
    (b * shape.steps + t) * 4 * shape.hidden
}

/// Equations 5-10 for every step of every sequence.
///
/// On entry, `gates` [B, T, 4H] holds the input part of each gate (i f g o); on return, it holds
/// the gate activations. `recurrent_weights` is [4H, H]. Returns the states [B, T, 2H]: h then c,
/// and 0 after the end of a sequence.
fn scan(
    shape: ScanShape,
    gates: &mut [f32],
    recurrent_weights: &[f32],
    lengths: &[u32],
) -> Vec<f32> {
    let hidden = shape.hidden;
    let packed = transpose(recurrent_weights, 4 * hidden, hidden);
    let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * hidden];
    for (b, &length) in lengths.iter().enumerate().take(shape.batch) {
        for t in 0..(length as usize).min(shape.steps) {
            let at = shape.state(b, t);
            let (earlier, current) = states.split_at_mut(at);
            let previous = (t > 0).then(|| &earlier[at - 2 * hidden..]);
            let row = gates_index(shape, b, t);
            let gates = &mut gates[row..row + 4 * hidden];
            if let Some(previous) = previous {
                add_product(gates, &packed, &previous[..hidden]);
            }
            let previous_cell = previous.map(|p| &p[hidden..2 * hidden]);
            step(gates, previous_cell, &mut current[..2 * hidden]);
        }
    }
    states
}

/// One step: applies the activations in place, then c = i·g + f·c₋ and h = o·tanh c
/// (equations 5-10).
fn step(gates: &mut [f32], previous_cell: Option<&[f32]>, state: &mut [f32]) {
    let hidden = state.len() / 2;
    let (i, rest) = gates.split_at_mut(hidden);
    let (f, rest) = rest.split_at_mut(hidden);
    let (g, o) = rest.split_at_mut(hidden);
    let (h, c) = state.split_at_mut(hidden);
    for u in 0..hidden {
        i[u] = sigmoid(i[u]);
        f[u] = sigmoid(f[u]);
        g[u] = g[u].tanh();
        o[u] = sigmoid(o[u]);
        c[u] = i[u] * g[u] + f[u] * previous_cell.map_or(0.0, |p| p[u]);
        h[u] = o[u] * c[u].tanh();
    }
}

/// The gradient of [`scan`] with respect to the gates before activation, [B, T, 4H].
///
/// `activations` are the gates as `scan` leaves them. The caller computes the gradients of the
/// weights and of the input gates from the result.
fn scan_backward(
    shape: ScanShape,
    activations: &[f32],
    inputs: BackwardInputs<'_>,
    lengths: &[u32],
) -> Vec<f32> {
    let BackwardInputs {
        recurrent_weights,
        states,
        gradient,
        ..
    } = inputs;
    let hidden = shape.hidden;
    let mut d_gates = vec![0.0f32; shape.batch * shape.steps * 4 * hidden];
    let (mut dh, mut dc) = (vec![0.0f32; hidden], vec![0.0f32; hidden]);
    for (b, &length) in lengths.iter().enumerate().take(shape.batch) {
        dh.fill(0.0);
        dc.fill(0.0);
        for t in (0..(length as usize).min(shape.steps)).rev() {
            let (at, row) = (shape.state(b, t), gates_index(shape, b, t));
            let d = &mut d_gates[row..row + 4 * hidden];
            let upstream = &gradient[at..at + 2 * hidden];
            for u in 0..hidden {
                dh[u] += upstream[u];
                dc[u] += upstream[hidden + u];
            }
            let previous_cell = (t > 0).then(|| &states[at - hidden..at]);
            let cell = &states[at + hidden..at + 2 * hidden];
            let gates = &activations[row..row + 4 * hidden];
            step_backward(gates, cell, previous_cell, &dh, &mut dc, d);
            // dh of the previous step: this step's gate gradients through the recurrent weights.
            dh.fill(0.0);
            if t > 0 {
                add_product(&mut dh, recurrent_weights, d);
            }
        }
    }
    d_gates
}

/// The backward pass of [`step`]: fills `d` (i f g o) and turns `dc` into the gradient of the
/// previous cell.
fn step_backward(
    gates: &[f32],
    cell: &[f32],
    previous_cell: Option<&[f32]>,
    dh: &[f32],
    dc: &mut [f32],
    d: &mut [f32],
) {
    let hidden = cell.len();
    for u in 0..hidden {
        let (i, f, g, o) = (
            gates[u],
            gates[hidden + u],
            gates[2 * hidden + u],
            gates[3 * hidden + u],
        );
        let tanh_c = cell[u].tanh();
        let dcell = dc[u] + dh[u] * o * (1.0 - tanh_c * tanh_c);
        d[u] = dcell * g * i * (1.0 - i);
        d[hidden + u] = dcell * previous_cell.map_or(0.0, |p| p[u]) * f * (1.0 - f);
        d[2 * hidden + u] = dcell * i * (1.0 - g * g);
        d[3 * hidden + u] = dh[u] * tanh_c * o * (1.0 - o);
        dc[u] = dcell * f;
    }
}

/// `out += Σ_k vector[k] · rows[k]`, with `rows` [K, out.len()] row-major.
fn add_product(out: &mut [f32], rows: &[f32], vector: &[f32]) {
    for (row, &v) in rows.chunks_exact(out.len()).zip(vector) {
        for (o, &w) in out.iter_mut().zip(row) {
            *o += v * w;
        }
    }
}

fn transpose(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0.0f32; matrix.len()];
    for r in 0..rows {
        for c in 0..columns {
            out[c * rows + r] = matrix[r * columns + c];
        }
    }
    out
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_of_one_unit_match_equations_5_to_10_computed_by_hand() {
        let shape = ScanShape {
            batch: 1,
            steps: 2,
            hidden: 1,
        };
        let mut gates = vec![0.0, 0.0, 1.0, 0.0, 0.5, -0.5, 0.25, 1.0];
        let recurrent_weights = [1.0, 2.0, -1.0, 0.5];
        let states = scan(shape, &mut gates, &recurrent_weights, &[2]);
        let s = |x: f32| 1.0 / (1.0 + (-x).exp());
        let c0 = 0.5 * 1.0f32.tanh();
        let h0 = 0.5 * c0.tanh();
        let c1 = s(0.5 + h0) * (0.25 - h0).tanh() + s(-0.5 + 2.0 * h0) * c0;
        let h1 = s(1.0 + 0.5 * h0) * c1.tanh();
        for (found, expected) in states.iter().zip([h0, c0, h1, c1]) {
            assert!(
                (found - expected).abs() < 1e-6,
                "found {found}, expected {expected}"
            );
        }
    }

    #[test]
    fn states_are_zero_after_the_end_of_a_sequence() {
        let shape = ScanShape {
            batch: 2,
            steps: 3,
            hidden: 1,
        };
        let mut gates = vec![1.0; 2 * 3 * 4];
        let states = scan(shape, &mut gates, &[0.1, 0.2, 0.3, 0.4], &[1, 3]);
        assert!(states[..2].iter().all(|v| *v != 0.0));
        assert!(states[2..6].iter().all(|v| *v == 0.0));
        assert_eq!(states[..2], states[6..8], "sequences are independent");
    }
}

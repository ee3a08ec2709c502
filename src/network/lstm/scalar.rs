//! The LSTM scan in plain code: the twin that [`super::simd`] is tested against.
//!
//! Written to be held beside equations 5-10, not to be fast.

use super::steps::{Scanned, Shape, Steps};

/// As [`super::simd::forward`].
pub(crate) fn forward(shape: Shape, rows: &[f32], recurrent: &[f32], steps: &Steps) -> Vec<f32> {
    let mut gates = gather(shape, rows, steps);
    scan(shape, &mut gates, recurrent, steps.lengths())
}

/// As [`super::simd::backward`], with the gates of every step held at once.
pub(crate) fn backward(shape: Shape, scanned: Scanned<'_>, steps: &Steps) -> (Vec<f32>, Vec<f32>) {
    let (hidden, width) = (shape.hidden, 4 * shape.hidden);
    let mut gates = gather(shape, scanned.rows, steps);
    scan(shape, &mut gates, scanned.recurrent, steps.lengths());
    let d = scan_back(shape, &gates, scanned, steps.lengths());
    let mut d_rows = vec![0.0f32; scanned.rows.len()];
    let mut d_recurrent = vec![0.0f32; width * hidden];
    for (n, d) in d.chunks_exact(width).enumerate() {
        let row = &mut d_rows[steps.row(n) * width..][..width];
        row.iter_mut().zip(d).for_each(|(sum, d)| *sum += d);
        if n % shape.steps == 0 {
            continue;
        }
        let before = &scanned.states[(n - 1) * 2 * hidden..][..hidden];
        for (sums, &d) in d_recurrent.chunks_exact_mut(hidden).zip(d) {
            add_product(sums, before, &[d]);
        }
    }
    (d_rows, d_recurrent)
}

/// The rows that the steps read, [B, T, 4H].
fn gather(shape: Shape, rows: &[f32], steps: &Steps) -> Vec<f32> {
    let width = 4 * shape.hidden;
    (0..shape.batch * shape.steps)
        .flat_map(|n| rows[steps.row(n) * width..][..width].iter().copied())
        .collect()
}

/// Where the gates of one step begin, [B, T, 4H].
fn gates_at(shape: Shape, b: usize, t: usize) -> usize {
    (b * shape.steps + t) * 4 * shape.hidden
}

/// Equations 5-10 over every step of every sequence.
///
/// `gates` [B, T, 4H] holds the input's part of each gate (i f g o) and leaves with the gates'
/// activations; `recurrent` is [4H, H]; the result [B, T, 2H] is h then c, 0 past a sequence's end.
fn scan(shape: Shape, gates: &mut [f32], recurrent: &[f32], lengths: &[u32]) -> Vec<f32> {
    let hidden = shape.hidden;
    let packed = transpose(recurrent, 4 * hidden, hidden);
    let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * hidden];
    for (b, &length) in lengths.iter().enumerate().take(shape.batch) {
        for t in 0..(length as usize).min(shape.steps) {
            let at = shape.state(b, t);
            let (before, now) = states.split_at_mut(at);
            let previous = if t == 0 {
                None
            } else {
                Some(&before[at - 2 * hidden..])
            };
            let row = gates_at(shape, b, t);
            let gates = &mut gates[row..row + 4 * hidden];
            if let Some(previous) = previous {
                add_product(gates, &packed, &previous[..hidden]);
            }
            step(
                gates,
                previous.map(|p| &p[hidden..2 * hidden]),
                &mut now[..2 * hidden],
            );
        }
    }
    states
}

/// One step: activations in place, then c = i·g + f·c₋ and h = o·tanh c (equations 5-10).
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

/// Gradient of [`scan`] with respect to the gates before activation, [B, T, 4H].
///
/// `activations` are what `scan` left in its gates. Weight and input gradients are products of
/// this one, made outside.
fn scan_back(shape: Shape, activations: &[f32], scanned: Scanned<'_>, lengths: &[u32]) -> Vec<f32> {
    let Scanned {
        recurrent,
        states,
        gradient,
        ..
    } = scanned;
    let hidden = shape.hidden;
    let mut result = vec![0.0f32; shape.batch * shape.steps * 4 * hidden];
    let (mut dh, mut dc) = (vec![0.0f32; hidden], vec![0.0f32; hidden]);
    for (b, &length) in lengths.iter().enumerate().take(shape.batch) {
        dh.fill(0.0);
        dc.fill(0.0);
        for t in (0..(length as usize).min(shape.steps)).rev() {
            let (at, row) = (shape.state(b, t), gates_at(shape, b, t));
            let d = &mut result[row..row + 4 * hidden];
            let upstream = &gradient[at..at + 2 * hidden];
            for u in 0..hidden {
                dh[u] += upstream[u];
                dc[u] += upstream[hidden + u];
            }
            let previous = if t == 0 {
                None
            } else {
                Some(&states[at - hidden..at])
            };
            let cell = &states[at + hidden..at + 2 * hidden];
            step_backward(
                &activations[row..row + 4 * hidden],
                cell,
                previous,
                &dh,
                &mut dc,
                d,
            );
            // dh of the step before: this step's gate gradients through the recurrent weights.
            dh.fill(0.0);
            if t > 0 {
                add_product(&mut dh, recurrent, d);
            }
        }
    }
    result
}

/// Backward of [`step`]: fills `d` (i f g o) and turns `dc` into the previous cell's gradient.
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

    /// One unit, two steps, every number worked out by hand from equations 5-10.
    #[test]
    fn two_steps_of_one_unit_by_hand() {
        let shape = Shape {
            batch: 1,
            steps: 2,
            hidden: 1,
        };
        let mut gates = vec![0.0, 0.0, 1.0, 0.0, 0.5, -0.5, 0.25, 1.0];
        let recurrent = [1.0, 2.0, -1.0, 0.5];
        let states = scan(shape, &mut gates, &recurrent, &[2]);
        let s = |x: f32| 1.0 / (1.0 + (-x).exp());
        let c0 = 0.5 * 1.0f32.tanh();
        let h0 = 0.5 * c0.tanh();
        let c1 = s(0.5 + h0) * (0.25 - h0).tanh() + s(-0.5 + 2.0 * h0) * c0;
        let h1 = s(1.0 + 0.5 * h0) * c1.tanh();
        for (got, want) in states.iter().zip([h0, c0, h1, c1]) {
            assert!((got - want).abs() < 1e-6, "{got} is not {want}");
        }
    }

    #[test]
    fn nothing_is_computed_past_a_sequences_end() {
        let shape = Shape {
            batch: 2,
            steps: 3,
            hidden: 1,
        };
        let mut gates = vec![1.0; 2 * 3 * 4];
        let states = scan(shape, &mut gates, &[0.1, 0.2, 0.3, 0.4], &[1, 3]);
        assert!(states[..2].iter().all(|v| *v != 0.0));
        assert!(states[2..6].iter().all(|v| *v == 0.0));
        assert_eq!(states[..2], states[6..8], "sequences do not see each other");
    }
}

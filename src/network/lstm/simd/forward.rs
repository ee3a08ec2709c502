//! The scan forward in time.

use pulp::{Arch, Simd, WithSimd};

use super::activation::{sigmoid, tanh};
use super::kernel::{ROWS, Units, interleave, longest_first, pack, products, running};
use crate::network::lstm::scan::Shape;

/// Equations 5-10 over every step of every sequence.
///
/// `gates` [B, T, 4H] holds the input's part of each gate (i f g o) and leaves with the gates'
/// activations; `recurrent` is [4H, H]; the result [B, T, 2H] is h then c, 0 past a sequence's end.
pub(crate) fn forward(
    shape: Shape,
    gates: &mut [f32],
    recurrent: &[f32],
    lengths: &[u32],
) -> Vec<f32> {
    let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * shape.hidden];
    Arch::new().dispatch(Forward {
        shape,
        gates,
        recurrent,
        lengths,
        states: &mut states,
    });
    states
}

struct Forward<'a> {
    shape: Shape,
    gates: &'a mut [f32],
    recurrent: &'a [f32],
    lengths: &'a [u32],
    states: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            shape,
            gates,
            recurrent,
            lengths,
            states,
        } = self;
        let (hidden, lanes) = (shape.hidden, S::F32_LANES);
        let packed = pack(
            hidden.div_ceil(lanes),
            lanes,
            hidden,
            |block, k, gate, lane| {
                let unit = block * lanes + lane;
                (unit < hidden).then(|| recurrent[(gate * hidden + unit) * hidden + k])
            },
        );
        let (packed, _) = S::as_simd_f32s(&packed);
        let rows = longest_first(lengths);
        let mut tiles = vec![0.0f32; shape.batch * hidden];
        for t in 0..shape.steps {
            let active = &rows[..running(&rows, lengths, t)];
            for (n, rows) in active.chunks(ROWS).enumerate() {
                let tile = &mut tiles[n * ROWS * hidden..][..rows.len() * hidden];
                for (r, &row) in rows.iter().enumerate() {
                    // Before the first step the state is 0, as the tiles are.
                    if t > 0 {
                        interleave(
                            tile,
                            rows.len(),
                            r,
                            &states[shape.state(row, t - 1)..][..hidden],
                        );
                    }
                }
            }
            let (together, alone) = active.split_at(active.len() / ROWS * ROWS);
            for (block, weights) in packed.chunks_exact(4 * hidden).enumerate() {
                let units = Units::new(block, lanes, hidden);
                for (n, rows) in together.chunks_exact(ROWS).enumerate() {
                    let previous = &tiles[n * ROWS * hidden..][..ROWS * hidden];
                    let [sums] = products::<S, 1, ROWS>(simd, [weights], previous);
                    Step { shape, t, rows }.finish(simd, units, &sums, gates, states);
                }
            }
            if !alone.is_empty() {
                let previous = &tiles[together.len() * hidden..][..hidden];
                let step = Step {
                    shape,
                    t,
                    rows: alone,
                };
                for (pair, weights) in packed.chunks(8 * hidden).enumerate() {
                    let (first, second) = weights.split_at(4 * hidden);
                    let one = Units::new(2 * pair, lanes, hidden);
                    if second.is_empty() {
                        let [sums] = products::<S, 1, 1>(simd, [first], previous);
                        step.finish(simd, one, &sums, gates, states);
                        continue;
                    }
                    let two = Units::new(2 * pair + 1, lanes, hidden);
                    let [sums, more] = products::<S, 2, 1>(simd, [first, second], previous);
                    step.finish(simd, one, &sums, gates, states);
                    step.finish(simd, two, &more, gates, states);
                }
            }
        }
    }
}

/// One step of some sequences.
#[derive(Clone, Copy)]
struct Step<'a> {
    shape: Shape,
    t: usize,
    rows: &'a [usize],
}

impl Step<'_> {
    /// Gates, cell and state of R sequences for one vector of units, from the previous states'
    /// part of the gates.
    #[inline(always)]
    fn finish<S: Simd, const R: usize>(
        self,
        simd: S,
        units: Units,
        sums: &[[S::f32s; 4]; R],
        gates: &mut [f32],
        states: &mut [f32],
    ) {
        let Self { shape, t, rows } = self;
        let hidden = shape.hidden;
        for (sums, &row) in sums.iter().zip(rows) {
            let gates = &mut gates[shape.gates(row, t)..][..4 * hidden];
            let mut z = *sums;
            for (n, z) in z.iter_mut().enumerate() {
                *z = simd.add_f32s(units.load(simd, &gates[n * hidden..][..hidden]), *z);
            }
            let i = sigmoid(simd, z[0]);
            let f = sigmoid(simd, z[1]);
            let g = tanh(simd, z[2]);
            let o = sigmoid(simd, z[3]);
            let mut c = simd.mul_f32s(i, g);
            if t > 0 {
                let before = &states[shape.state(row, t - 1) + hidden..][..hidden];
                c = simd.mul_add_e_f32s(f, units.load(simd, before), c);
            }
            let h = simd.mul_f32s(o, tanh(simd, c));
            for (n, activation) in [i, f, g, o].into_iter().enumerate() {
                units.store(simd, &mut gates[n * hidden..][..hidden], activation);
            }
            let (state, cell) = states[shape.state(row, t)..][..2 * hidden].split_at_mut(hidden);
            units.store(simd, state, h);
            units.store(simd, cell, c);
        }
    }
}

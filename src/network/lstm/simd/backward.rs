//! The scan backward in time.

use pulp::{Arch, Simd, WithSimd};

use super::activation::{slope_of_sigmoid, tanh};
use super::kernel::{ROWS, Units, interleave, longest_first, pack, products, running};
use crate::network::lstm::scan::Shape;

/// Gradient of [`super::forward`] with respect to the gates before activation, [B, T, 4H].
///
/// `activations` are what `forward` left in its gates, `states` its result, `gradient` the
/// gradient of that result. Weight and input gradients are products of this one, made outside.
pub(crate) fn backward(
    shape: Shape,
    activations: &[f32],
    states: &[f32],
    recurrent: &[f32],
    gradient: &[f32],
    lengths: &[u32],
) -> Vec<f32> {
    let mut result = vec![0.0f32; shape.batch * shape.steps * 4 * shape.hidden];
    let given = Given {
        activations,
        states,
        recurrent,
        gradient,
    };
    Arch::new().dispatch(Backward {
        shape,
        given,
        lengths,
        result: &mut result,
    });
    result
}

#[derive(Clone, Copy)]
struct Given<'a> {
    activations: &'a [f32],
    states: &'a [f32],
    recurrent: &'a [f32],
    gradient: &'a [f32],
}

struct Backward<'a> {
    shape: Shape,
    given: Given<'a>,
    lengths: &'a [u32],
    result: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            shape,
            given,
            lengths,
            result,
        } = self;
        let (hidden, lanes) = (shape.hidden, S::F32_LANES);
        let gates = 4 * hidden;
        // Four vectors of units side by side where the forward pass has four gates of one.
        let packed = pack(
            hidden.div_ceil(4 * lanes),
            lanes,
            gates,
            |block, j, vector, lane| {
                let unit = (block * 4 + vector) * lanes + lane;
                (unit < hidden).then(|| given.recurrent[j * hidden + unit])
            },
        );
        let (packed, _) = S::as_simd_f32s(&packed);
        let width = packed.len() / gates * lanes;
        let rows = longest_first(lengths);
        let mut dh = vec![0.0f32; shape.batch * width];
        let mut dc = vec![0.0f32; shape.batch * width];
        let mut tiles = vec![0.0f32; shape.batch * gates];
        for t in (0..shape.steps).rev() {
            let active = &rows[..running(&rows, lengths, t)];
            for (place, &row) in active.iter().enumerate() {
                let (dh, dc) = (
                    &mut dh[place * width..][..width],
                    &mut dc[place * width..][..width],
                );
                for block in 0..hidden.div_ceil(lanes) {
                    let units = Units::new(block, lanes, hidden);
                    let step = Step {
                        shape,
                        t,
                        units,
                        row,
                    };
                    step.gate_gradients::<S>(simd, &given, dh, dc, result);
                }
            }
            if t == 0 {
                break;
            }
            // dh of the step before: this step's gate gradients through the recurrent weights.
            for (n, rows) in active.chunks(ROWS).enumerate() {
                let tile = &mut tiles[n * ROWS * gates..][..rows.len() * gates];
                for (r, &row) in rows.iter().enumerate() {
                    interleave(tile, rows.len(), r, &result[shape.gates(row, t)..][..gates]);
                }
            }
            let (together, alone) = active.split_at(active.len() / ROWS * ROWS);
            for (block, weights) in packed.chunks_exact(4 * gates).enumerate() {
                for n in 0..together.len() / ROWS {
                    let values = &tiles[n * ROWS * gates..][..ROWS * gates];
                    let [sums] = products::<S, 1, ROWS>(simd, [weights], values);
                    for (r, sums) in sums.iter().enumerate() {
                        let at = (n * ROWS + r) * width + block * 4 * lanes;
                        write::<S>(&mut dh[at..], sums);
                    }
                }
            }
            if !alone.is_empty() {
                let values = &tiles[together.len() * gates..][..gates];
                let out = &mut dh[together.len() * width..][..width];
                for (pair, weights) in packed.chunks(8 * gates).enumerate() {
                    let (first, second) = weights.split_at(4 * gates);
                    let out = &mut out[pair * 8 * lanes..];
                    if second.is_empty() {
                        let [[sums]] = products::<S, 1, 1>(simd, [first], values);
                        write::<S>(out, &sums);
                        continue;
                    }
                    let [[sums], [more]] = products::<S, 2, 1>(simd, [first, second], values);
                    write::<S>(out, &sums);
                    write::<S>(&mut out[4 * lanes..], &more);
                }
            }
        }
    }
}

/// One step of one sequence, for one vector of units.
#[derive(Clone, Copy)]
struct Step {
    shape: Shape,
    t: usize,
    units: Units,
    row: usize,
}

impl Step {
    /// Gate gradients of one sequence; `dc` becomes the gradient of the cell before.
    #[inline(always)]
    fn gate_gradients<S: Simd>(
        self,
        simd: S,
        given: &Given<'_>,
        dh: &[f32],
        dc: &mut [f32],
        result: &mut [f32],
    ) {
        let Self {
            shape,
            t,
            units,
            row,
        } = self;
        let hidden = shape.hidden;
        let one = simd.splat_f32s(1.0);
        let (at, gates) = (shape.state(row, t), shape.gates(row, t));
        let activations = &given.activations[gates..gates + 4 * hidden];
        let i = units.load(simd, activations);
        let f = units.load(simd, &activations[hidden..]);
        let g = units.load(simd, &activations[2 * hidden..]);
        let o = units.load(simd, &activations[3 * hidden..]);
        let upstream = &given.gradient[at..at + 2 * hidden];
        let dh = simd.add_f32s(units.load(simd, dh), units.load(simd, &upstream[..hidden]));
        let dc_here = simd.add_f32s(units.load(simd, dc), units.load(simd, &upstream[hidden..]));
        let tanh_c = tanh(
            simd,
            units.load(simd, &given.states[at + hidden..][..hidden]),
        );
        let slope = simd.sub_f32s(one, simd.mul_f32s(tanh_c, tanh_c));
        let dcell = simd.mul_add_e_f32s(simd.mul_f32s(dh, o), slope, dc_here);
        let before = match t {
            0 => simd.splat_f32s(0.0),
            _ => units.load(simd, &given.states[at - hidden..at]),
        };
        let d = [
            simd.mul_f32s(simd.mul_f32s(dcell, g), slope_of_sigmoid(simd, i)),
            simd.mul_f32s(simd.mul_f32s(dcell, before), slope_of_sigmoid(simd, f)),
            simd.mul_f32s(
                simd.mul_f32s(dcell, i),
                simd.sub_f32s(one, simd.mul_f32s(g, g)),
            ),
            simd.mul_f32s(simd.mul_f32s(dh, tanh_c), slope_of_sigmoid(simd, o)),
        ];
        for (n, d) in d.into_iter().enumerate() {
            units.store(simd, &mut result[gates + n * hidden..][..hidden], d);
        }
        units.store(simd, dc, simd.mul_f32s(dcell, f));
    }
}

/// Four vectors to the front of `out`.
#[inline(always)]
fn write<S: Simd>(out: &mut [f32], vectors: &[S::f32s; 4]) {
    let (places, _) = S::as_mut_simd_f32s(&mut out[..4 * S::F32_LANES]);
    places.copy_from_slice(vectors);
}

//! The scan forward in time.

use pulp::{Arch, Simd, WithSimd};

use super::order::{longest_first, running};
use crate::network::lstm::scan::Shape;
use crate::network::lstm::steps::Steps;
use crate::network::simd::activation::Curve;
use crate::network::simd::lanes::{split, split_mut, update};
use crate::network::simd::product::{Panels, Rows, add_products};

/// Equations 5-10 over every step of every sequence.
///
/// `rows` [R, 4H] is the input's part of the gates (i f g o), of which each step reads one;
/// `recurrent` is [4H, H]; the result [B, T, 2H] is h then c, 0 past a sequence's end.
pub(crate) fn forward(shape: Shape, rows: &[f32], recurrent: &[f32], steps: &Steps) -> Vec<f32> {
    let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * shape.hidden];
    Arch::new().dispatch(Forward {
        shape,
        rows,
        recurrent,
        steps,
        states: &mut states,
    });
    states
}

struct Forward<'a> {
    shape: Shape,
    rows: &'a [f32],
    recurrent: &'a [f32],
    steps: &'a Steps,
    states: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shape, states, .. } = self;
        let (hidden, width) = (shape.hidden, 4 * shape.hidden);
        let mut weights = into_gates(simd, hidden, self.recurrent);
        let curve = Curve::new(simd);
        let lengths = self.steps.lengths();
        let order = longest_first(lengths);
        let stride = weights.stride();
        let mut gates = vec![0.0f32; shape.batch * stride];
        let to: Vec<usize> = (0..shape.batch).map(|place| place * stride).collect();
        let mut from = vec![0; shape.batch];
        let nothing = vec![0.0f32; hidden];
        for t in 0..shape.steps {
            let active = running(&order, lengths, t);
            for (&row, gates) in active.iter().zip(gates.chunks_exact_mut(stride)) {
                let input = self.steps.row(row * shape.steps + t) * width;
                gates[..width].copy_from_slice(&self.rows[input..input + width]);
            }
            if t > 0 {
                for (&row, from) in active.iter().zip(&mut from) {
                    *from = shape.state(row, t - 1);
                }
                let previous = Rows {
                    values: states,
                    from: &from[..active.len()],
                };
                add_products(&mut weights, previous, &mut gates, &to[..active.len()]);
            }
            for (&row, gates) in active.iter().zip(gates.chunks_exact(stride)) {
                let (before, now) = states.split_at_mut(shape.state(row, t));
                let cell = match t {
                    0 => nothing.as_slice(),
                    _ => &before[before.len() - hidden..],
                };
                let state = &mut now[..2 * hidden];
                step(simd, &curve, &gates[..width], cell, state);
            }
        }
    }
}

/// Recurrent weights as the previous state enters all gates: k runs over its units.
#[inline(always)]
pub(super) fn into_gates<S: Simd>(simd: S, hidden: usize, recurrent: &[f32]) -> Panels<S> {
    Panels::new(simd, hidden, 4 * hidden, |k, gate| {
        recurrent[gate * hidden + k]
    })
}

/// One step of one sequence from what enters its gates and the cell before:
/// c = i·g + f·c₋ and h = o·tanh c.
#[inline(always)]
fn step<S: Simd>(simd: S, curve: &Curve<S>, gates: &[f32], before: &[f32], state: &mut [f32]) {
    let [i, f, g, o] = split(gates);
    update(
        simd,
        [i, f, g, o, before],
        split_mut(state),
        #[inline(always)]
        |[i, f, g, o, before], [_, _]| {
            let [i, f, g, o] = curve.gates(simd, [i, f, g, o]);
            let cell = simd.mul_add_e_f32s(f, before, simd.mul_f32s(i, g));
            let [bent] = curve.tanh(simd, [cell]);
            [simd.mul_f32s(o, bent), cell]
        },
    );
}

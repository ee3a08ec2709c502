//! The scan forward in time.

use pulp::{Arch, Simd, WithSimd};

use crate::network::lstm::steps::{Shape, Steps, longest_first, running};
use crate::network::simd::activation::Curve;
use crate::network::simd::lanes::{split, split_mut, update};
use crate::network::simd::product::{Panels, Rows, add_products};

/// Equations 5-10 over every step of every sequence.
///
/// `rows` [R, 4H] is the input's part of the gates (i f g o), of which each step reads one;
/// `recurrent` is [4H, H]; the result [B, T, 2H] is h then c, 0 past a sequence's end.
pub(crate) fn forward(shape: Shape, rows: &[f32], recurrent: &[f32], steps: &Steps) -> Vec<f32> {
    forward_keeping(shape, rows, recurrent, steps, 0).0
}

/// As [`forward`]; after the states the activations of all gates, a row of i f g o and what fills
/// the last vectors for each of B · T places, or nothing where they would take over `most` bytes.
pub(crate) fn forward_keeping(
    shape: Shape,
    rows: &[f32],
    recurrent: &[f32],
    steps: &Steps,
    most: usize,
) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(Forward {
        shape,
        rows,
        recurrent,
        steps,
        most,
    })
}

struct Forward<'a> {
    shape: Shape,
    rows: &'a [f32],
    recurrent: &'a [f32],
    steps: &'a Steps,
    /// Bytes that the gates of all steps may take to be kept.
    most: usize,
}

impl WithSimd for Forward<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let Shape {
            batch,
            steps,
            hidden,
        } = self.shape;
        let weights = into_gates(simd, hidden, self.recurrent);
        let all = batch * steps * weights.stride();
        if all * size_of::<f32>() <= self.most {
            self.scan::<S, true>(simd, weights, vec![0.0; all])
        } else {
            let gates = vec![0.0; batch * weights.stride()];
            (self.scan::<S, false>(simd, weights, gates).0, Vec::new())
        }
    }
}

impl Forward<'_> {
    /// The states and the gates: of every place where they are to be kept, else of the last step.
    #[inline(always)]
    fn scan<S: Simd, const KEEP: bool>(
        self,
        simd: S,
        mut weights: Panels<S>,
        mut gates: Vec<f32>,
    ) -> (Vec<f32>, Vec<f32>) {
        let Self { shape, .. } = self;
        let (hidden, width) = (shape.hidden, 4 * shape.hidden);
        let mut states = vec![0.0f32; shape.batch * shape.steps * 2 * hidden];
        let curve = Curve::new(simd);
        let lengths = self.steps.lengths();
        let order = longest_first(lengths);
        let stride = weights.stride();
        let mut to: Vec<usize> = (0..shape.batch).map(|place| place * stride).collect();
        let mut from = vec![0; shape.batch];
        let nothing = vec![0.0f32; hidden];
        for t in 0..shape.steps {
            let active = running(&order, lengths, t);
            for (&row, to) in active.iter().zip(&mut to) {
                let place = row * shape.steps + t;
                if KEEP {
                    *to = place * stride;
                }
                let input = self.steps.row(place) * width;
                gates[*to..*to + width].copy_from_slice(&self.rows[input..input + width]);
            }
            if t > 0 {
                for (&row, from) in active.iter().zip(&mut from) {
                    *from = shape.state(row, t - 1);
                }
                let previous = Rows {
                    values: &states,
                    from: &from[..active.len()],
                };
                add_products(&mut weights, previous, &mut gates, &to[..active.len()]);
            }
            for (&row, &to) in active.iter().zip(&to) {
                let (before, now) = states.split_at_mut(shape.state(row, t));
                let cell = match t {
                    0 => nothing.as_slice(),
                    _ => &before[before.len() - hidden..],
                };
                let state = &mut now[..2 * hidden];
                let gates = &mut gates[to..to + width];
                if KEEP {
                    step_keeping(simd, &curve, gates, cell, state);
                } else {
                    step(simd, &curve, gates, cell, state);
                }
            }
        }
        (states, gates)
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
            let gates = curve.gates(simd, [i, f, g, o]);
            state_of(simd, curve, gates, before)
        },
    );
}

/// As [`step`]; what enters the gates becomes their activations.
#[inline(always)]
fn step_keeping<S: Simd>(
    simd: S,
    curve: &Curve<S>,
    gates: &mut [f32],
    before: &[f32],
    state: &mut [f32],
) {
    let [i, f, g, o] = split_mut(gates);
    let [h, c] = split_mut(state);
    update(
        simd,
        [before],
        [i, f, g, o, h, c],
        #[inline(always)]
        |[before], [i, f, g, o, _, _]| {
            let [i, f, g, o] = curve.gates(simd, [i, f, g, o]);
            let [h, c] = state_of(simd, curve, [i, f, g, o], before);
            [i, f, g, o, h, c]
        },
    );
}

/// h and c from the gates' activations and the cell before.
#[inline(always)]
fn state_of<S: Simd>(
    simd: S,
    curve: &Curve<S>,
    [i, f, g, o]: [S::f32s; 4],
    before: S::f32s,
) -> [S::f32s; 2] {
    let cell = simd.mul_add_e_f32s(f, before, simd.mul_f32s(i, g));
    let [bent] = curve.tanh(simd, [cell]);
    [simd.mul_f32s(o, bent), cell]
}

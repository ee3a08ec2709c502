//! Attention on the CPU in vector instructions, backward.

use pulp::{Arch, Simd, WithSimd};

use super::simd::{Bend, Given, Sizes, pieces};
use crate::network::simd::activation::slope_of_tanh;
use crate::network::simd::lanes::{add_scaled, dot, turn, update};
use crate::network::simd::product::{Panels, Rows, add_products};

/// Gradients of what attention reads, in the same layouts.
pub(super) struct Gradients {
    pub(super) states: Vec<f32>,
    pub(super) w1: Vec<f32>,
    pub(super) w2: Vec<f32>,
    pub(super) v: Vec<f32>,
}

/// What attention gave and kept, and the gradient of the former.
#[derive(Clone, Copy)]
pub(super) struct Attended<'a> {
    /// [B, heads, T + H].
    pub(super) result: &'a [f32],
    /// What [`super::simd::attend_keeping`] kept; empty: it is worked out anew.
    pub(super) kept: &'a [f32],
    /// [B, heads, T + H].
    pub(super) gradient: &'a [f32],
}

/// Gradients of what attention read.
pub(super) fn attend_back(given: Given<'_>, attended: Attended<'_>) -> Gradients {
    Arch::new().dispatch(Back { given, attended })
}

struct Back<'a> {
    given: Given<'a>,
    attended: Attended<'a>,
}

impl WithSimd for Back<'_> {
    type Output = Gradients;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Gradients {
        let Sizes { hidden, inner, .. } = self.given.sizes;
        let mut d_states = vec![0.0f32; self.given.states.len()];
        let scores = self.through_softmax(simd, &mut d_states);
        let places = self.given.places();
        let mut work = Work::new(simd, self.given);
        let mut kept = self.attended.kept;
        for places in pieces(&places) {
            work.bend.gather(places);
            match kept.split_at_checked(places.len() * work.bend.stride()) {
                Some((rows, rest)) => {
                    work.bend.recall(rows);
                    kept = rest;
                }
                None => work.bend.work_out(places.len()),
            }
            work.through_tanh(places, &scores);
            work.add_state_gradients(places, &mut d_states);
            work.add_weight_gradients(places.len());
        }
        let (mut w1, mut w2) = (Vec::new(), Vec::new());
        for row in work.d_weights.chunks_exact(work.packed.stride()) {
            w1.extend_from_slice(&row[..2 * hidden]);
            w2.extend_from_slice(&row[2 * hidden..3 * hidden]);
        }
        debug_assert_eq!(w2.len(), inner * hidden);
        Gradients {
            states: d_states,
            w1,
            w2,
            v: work.d_v,
        }
    }
}

impl Back<'_> {
    /// Gradients of the scores, [B, heads, T], through equations 13 and 14; what the features
    /// pass to h is added to `d_states`.
    #[inline(always)]
    fn through_softmax<S: Simd>(&self, simd: S, d_states: &mut [f32]) -> Vec<f32> {
        let Sizes {
            steps,
            hidden,
            heads,
            ..
        } = self.given.sizes;
        let row = self.given.sizes.row();
        let Attended {
            result, gradient, ..
        } = self.attended;
        let mut scores = Vec::with_capacity(result.len() / row * steps);
        let rows = result.chunks_exact(row).zip(gradient.chunks_exact(row));
        for (n, (attended, gradient)) in rows.enumerate() {
            let (weights, _) = attended.split_at(steps);
            let (direct, features) = gradient.split_at(steps);
            let first = n / heads * steps;
            let from = scores.len();
            for (t, (&weight, &direct)) in weights.iter().zip(direct).enumerate() {
                if weight == 0.0 {
                    scores.push(0.0);
                    continue;
                }
                let place = first + t;
                scores.push(direct + dot(simd, features, self.given.state(place)));
                add_scaled(
                    &mut d_states[place * 2 * hidden..][..hidden],
                    weight,
                    features,
                );
            }
            let scores = &mut scores[from..];
            let mean: f32 = weights.iter().zip(&*scores).map(|(w, d)| w * d).sum();
            for (score, weight) in scores.iter_mut().zip(weights) {
                *score = weight * (*score - mean);
            }
        }
        scores
    }
}

/// What is held of a piece on the way back.
struct Work<'a, S: Simd> {
    simd: S,
    given: Given<'a>,
    bend: Bend<'a, S>,
    /// W1 and W2 side by side from attention units to states, [A, 3H].
    weights: Panels<S>,
    /// Gradients before tanh, a row for each place.
    inner: Vec<f32>,
    /// The same, a row for each attention unit.
    turned: Vec<f32>,
    /// What the states entered, packed.
    packed: Panels<S>,
    /// Gradients of the states before and h.
    inputs: Vec<f32>,
    /// Where rows of three states begin.
    rows_at: Vec<usize>,
    /// Gradients of W1 and W2 side by side, [A, 3H] and what fills the rows.
    d_weights: Vec<f32>,
    d_v: Vec<f32>,
}

impl<'a, S: Simd> Work<'a, S> {
    #[inline(always)]
    fn new(simd: S, given: Given<'a>) -> Self {
        let Sizes { hidden, inner, .. } = given.sizes;
        let bend = Bend::new(simd, given);
        let most = bend.bent_at.len();
        let weights = Panels::new(simd, inner, 3 * hidden, |unit, k| match k {
            k if k < 2 * hidden => given.w1[unit * 2 * hidden + k],
            k => given.w2[unit * hidden + k - 2 * hidden],
        });
        let stride = weights.stride();
        Self {
            simd,
            given,
            inner: vec![0.0; most * inner],
            turned: vec![0.0; most * inner],
            packed: Panels::room(simd, most, 3 * hidden),
            inputs: vec![0.0; most * stride],
            rows_at: (0..most.max(inner)).map(|n| n * stride).collect(),
            d_weights: vec![0.0; inner * stride],
            d_v: vec![0.0; given.v.len()],
            bend,
            weights,
        }
    }

    /// Gradients before tanh of every place, and v's.
    #[inline(always)]
    fn through_tanh(&mut self, places: &[usize], scores: &[f32]) {
        let (simd, given) = (self.simd, self.given);
        let Sizes {
            steps,
            inner,
            heads,
            ..
        } = given.sizes;
        for (n, (&place, d)) in places
            .iter()
            .zip(self.inner.chunks_exact_mut(inner))
            .enumerate()
        {
            d.fill(0.0);
            let bent = self.bend.row(n);
            let (b, t) = (place / steps, place % steps);
            let rows = given
                .v
                .chunks_exact(inner)
                .zip(self.d_v.chunks_exact_mut(inner));
            for (head, (v, d_v)) in rows.enumerate() {
                let score = scores[(b * heads + head) * steps + t];
                add_scaled(d, score, v);
                add_scaled(d_v, score, bent);
            }
            update(
                simd,
                [bent],
                [d],
                #[inline(always)]
                |[bent], [d]| [simd.mul_f32s(d, slope_of_tanh(simd, bent))],
            );
        }
    }

    /// Through W1 and W2 to the states before and h.
    #[inline(always)]
    fn add_state_gradients(&mut self, places: &[usize], d_states: &mut [f32]) {
        let Sizes {
            steps,
            hidden,
            inner,
            ..
        } = self.given.sizes;
        let from: Vec<usize> = (0..places.len()).map(|n| n * inner).collect();
        let gradients = Rows {
            values: &self.inner,
            from: &from,
        };
        let to = &self.rows_at[..places.len()];
        self.inputs.fill(0.0);
        add_products(&mut self.weights, gradients, &mut self.inputs, to);
        for (&place, &at) in places.iter().zip(to) {
            let d = &self.inputs[at..at + 3 * hidden];
            // Before the first step there is nothing to pass a gradient to.
            let (d, at) = match place % steps {
                0 => (&d[2 * hidden..], place * 2 * hidden),
                _ => (d, (place - 1) * 2 * hidden),
            };
            add_scaled(&mut d_states[at..at + d.len()], 1.0, d);
        }
    }

    /// Adds the gradients of W1 and W2.
    #[inline(always)]
    fn add_weight_gradients(&mut self, count: usize) {
        let inner = self.given.sizes.inner;
        let turned = &mut self.turned[..count * inner];
        turn(&self.inner, inner, turned, count);
        self.packed
            .fill(&self.bend.inputs, &self.bend.inputs_at[..count]);
        let from: Vec<usize> = (0..inner).map(|unit| unit * count).collect();
        let turned = Rows {
            values: turned,
            from: &from,
        };
        let to = &self.rows_at[..inner];
        add_products(&mut self.packed, turned, &mut self.d_weights, to);
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::attend_keeping;
    use super::*;

    /// Numbers that repeat late, between -1 and 1.
    fn wave(size: usize, seed: usize) -> Vec<f32> {
        (0..size)
            .map(|n| (((n + seed) * 7919 % 10_007) as f32 / 10_007.0 - 0.5) * 2.0)
            .collect()
    }

    /// More places than a piece holds, some of them masked; units that fill no vector.
    #[test]
    fn what_was_kept_and_what_is_worked_out_anew_give_the_same_gradients() {
        let (batch, steps, hidden, inner, heads) = (3, 150, 5, 7, 2);
        let sizes = Sizes {
            batch,
            steps,
            hidden,
            inner,
            heads,
        };
        let states = wave(batch * steps * 2 * hidden, 1);
        let (w1, w2) = (wave(inner * 2 * hidden, 2), wave(inner * hidden, 3));
        let v = wave(heads * inner, 4);
        let masked: Vec<u8> = (0..batch * steps)
            .map(|place| u8::from(place % steps < place / steps * 10))
            .collect();
        let given = Given {
            sizes,
            states: &states,
            w1: &w1,
            w2: &w2,
            v: &v,
            masked: &masked,
        };
        let (result, kept) = attend_keeping(given, usize::MAX);
        assert!(kept.len() >= (batch * steps - 30) * inner);
        let gradient = wave(result.len(), 5);
        let gradients = |kept| {
            let attended = Attended {
                result: &result,
                kept,
                gradient: &gradient,
            };
            let all = attend_back(given, attended);
            [all.states, all.w1, all.w2, all.v]
        };
        assert_eq!(gradients(&kept), gradients(&[]));
    }
}

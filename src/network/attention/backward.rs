//! The backward pass of attention on the CPU, in vector instructions.

use pulp::{Arch, Simd, WithSimd};

use super::simd::{AttentionInputs, AttentionSizes, TanhLayer, pieces};
use crate::network::simd::activation::tanh_derivative;
use crate::network::simd::lanes::{add_scaled, dot, map_lanes, transpose};
use crate::network::simd::product::{LeftRows, Panels, add_products};

/// The gradients of attention's inputs, in the same layouts.
pub(super) struct AttentionGradients {
    pub(super) states: Vec<f32>,
    pub(super) w1: Vec<f32>,
    pub(super) w2: Vec<f32>,
    pub(super) v: Vec<f32>,
}

/// The results of the forward pass, and their gradient.
#[derive(Clone, Copy)]
pub(super) struct SavedForward<'a> {
    /// [B, heads, T + H].
    pub(super) result: &'a [f32],
    /// What [`super::simd::attend_saving`] saved; if it is empty, it is computed again.
    pub(super) kept: &'a [f32],
    /// [B, heads, T + H].
    pub(super) gradient: &'a [f32],
}

/// The gradients of attention's inputs.
pub(super) fn backward(inputs: AttentionInputs<'_>, saved: SavedForward<'_>) -> AttentionGradients {
    Arch::new().dispatch(BackwardPass { inputs, saved })
}

struct BackwardPass<'a> {
    inputs: AttentionInputs<'a>,
    saved: SavedForward<'a>,
}

impl WithSimd for BackwardPass<'_> {
    type Output = AttentionGradients;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> AttentionGradients {
        let AttentionSizes {
            hidden,
            attention_units,
            ..
        } = self.inputs.sizes;
        let mut d_states = vec![0.0f32; self.inputs.states.len()];
        let scores = self.through_softmax(simd, &mut d_states);
        let places = self.inputs.places();
        let mut work = BackwardBuffers::new(simd, self.inputs);
        let mut kept = self.saved.kept;
        for places in pieces(&places) {
            work.tanh_layer.gather(places);
            match kept.split_at_checked(places.len() * work.tanh_layer.stride()) {
                Some((rows, rest)) => {
                    work.tanh_layer.restore(rows);
                    kept = rest;
                }
                None => work.tanh_layer.compute(places.len()),
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
        debug_assert_eq!(w2.len(), attention_units * hidden);
        AttentionGradients {
            states: d_states,
            w1,
            w2,
            v: work.d_v,
        }
    }
}

impl BackwardPass<'_> {
    /// The gradients of the scores, [B, heads, T], through equations 13 and 14. The gradients that
    /// the features pass to h are added to `d_states`.
    #[inline(always)]
    fn through_softmax<S: Simd>(&self, simd: S, d_states: &mut [f32]) -> Vec<f32> {
        let AttentionSizes {
            steps,
            hidden,
            heads,
            ..
        } = self.inputs.sizes;
        let row = self.inputs.sizes.row();
        let SavedForward {
            result, gradient, ..
        } = self.saved;
        let mut scores = Vec::with_capacity(result.len() / row * steps);
        let rows = result.chunks_exact(row).zip(gradient.chunks_exact(row));
        for (n, (saved, gradient)) in rows.enumerate() {
            let (weights, _) = saved.split_at(steps);
            let (direct, features) = gradient.split_at(steps);
            let first = n / heads * steps;
            let from = scores.len();
            for (t, (&weight, &direct)) in weights.iter().zip(direct).enumerate() {
                if weight == 0.0 {
                    scores.push(0.0);
                    continue;
                }
                let place = first + t;
                scores.push(direct + dot(simd, features, self.inputs.state(place)));
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

/// Buffers for one piece in the backward pass.
struct BackwardBuffers<'a, S: Simd> {
    simd: S,
    inputs: AttentionInputs<'a>,
    tanh_layer: TanhLayer<'a, S>,
    /// W1 and W2 next to each other, from attention units to states, [A, 3H].
    weights: Panels<S>,
    /// Gradients before tanh, one row for each step.
    attention_units: Vec<f32>,
    /// The same, one row for each attention unit.
    transposed: Vec<f32>,
    /// The packed inputs.
    packed: Panels<S>,
    /// Gradients of the previous states and of h.
    gathered: Vec<f32>,
    /// The starts of the rows of three states.
    rows_at: Vec<usize>,
    /// Gradients of W1 and W2 next to each other, [A, 3H], with padded rows.
    d_weights: Vec<f32>,
    d_v: Vec<f32>,
}

impl<'a, S: Simd> BackwardBuffers<'a, S> {
    #[inline(always)]
    fn new(simd: S, inputs: AttentionInputs<'a>) -> Self {
        let AttentionSizes {
            hidden,
            attention_units,
            ..
        } = inputs.sizes;
        let tanh_layer = TanhLayer::new(simd, inputs);
        let most = tanh_layer.bent_at.len();
        let weights = Panels::new(simd, attention_units, 3 * hidden, |unit, k| match k {
            k if k < 2 * hidden => inputs.w1[unit * 2 * hidden + k],
            k => inputs.w2[unit * hidden + k - 2 * hidden],
        });
        let stride = weights.stride();
        Self {
            simd,
            inputs,
            attention_units: vec![0.0; most * attention_units],
            transposed: vec![0.0; most * attention_units],
            packed: Panels::room(simd, most, 3 * hidden),
            gathered: vec![0.0; most * stride],
            rows_at: (0..most.max(attention_units)).map(|n| n * stride).collect(),
            d_weights: vec![0.0; attention_units * stride],
            d_v: vec![0.0; inputs.v.len()],
            tanh_layer,
            weights,
        }
    }

    /// Computes the gradients before tanh of every step, and those of v.
    #[inline(always)]
    fn through_tanh(&mut self, places: &[usize], scores: &[f32]) {
        let (simd, inputs) = (self.simd, self.inputs);
        let AttentionSizes {
            steps,
            attention_units,
            heads,
            ..
        } = inputs.sizes;
        for (n, (&place, d)) in places
            .iter()
            .zip(self.attention_units.chunks_exact_mut(attention_units))
            .enumerate()
        {
            d.fill(0.0);
            let activations = self.tanh_layer.row(n);
            let (b, t) = (place / steps, place % steps);
            let rows = inputs
                .v
                .chunks_exact(attention_units)
                .zip(self.d_v.chunks_exact_mut(attention_units));
            for (head, (v, d_v)) in rows.enumerate() {
                let score = scores[(b * heads + head) * steps + t];
                add_scaled(d, score, v);
                add_scaled(d_v, score, activations);
            }
            map_lanes(
                simd,
                [activations],
                [d],
                #[inline(always)]
                |[activations], [d]| [simd.mul_f32s(d, tanh_derivative(simd, activations))],
            );
        }
    }

    /// Passes the gradients through W1 and W2 to the previous states and h.
    #[inline(always)]
    fn add_state_gradients(&mut self, places: &[usize], d_states: &mut [f32]) {
        let AttentionSizes {
            steps,
            hidden,
            attention_units,
            ..
        } = self.inputs.sizes;
        let from: Vec<usize> = (0..places.len()).map(|n| n * attention_units).collect();
        let gradients = LeftRows {
            values: &self.attention_units,
            from: &from,
        };
        let to = &self.rows_at[..places.len()];
        self.gathered.fill(0.0);
        add_products(&mut self.weights, gradients, &mut self.gathered, to);
        for (&place, &at) in places.iter().zip(to) {
            let d = &self.gathered[at..at + 3 * hidden];
            // The first step has no previous state.
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
        let attention_units = self.inputs.sizes.attention_units;
        let transposed = &mut self.transposed[..count * attention_units];
        transpose(&self.attention_units, attention_units, transposed, count);
        self.packed.fill(
            &self.tanh_layer.gathered,
            &self.tanh_layer.inputs_at[..count],
        );
        let from: Vec<usize> = (0..attention_units).map(|unit| unit * count).collect();
        let transposed = LeftRows {
            values: transposed,
            from: &from,
        };
        let to = &self.rows_at[..attention_units];
        add_products(&mut self.packed, transposed, &mut self.d_weights, to);
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::attend_saving;
    use super::*;

    /// Numbers between -1 and 1 with a long period.
    fn wave(size: usize, seed: usize) -> Vec<f32> {
        (0..size)
            .map(|n| (((n + seed) * 7919 % 10_007) as f32 / 10_007.0 - 0.5) * 2.0)
            .collect()
    }

    /// More steps than a piece has, some of them masked, and units that do not fill a vector.
    #[test]
    fn saved_and_recomputed_values_give_the_same_gradients() {
        let (batch, steps, hidden, attention_units, heads) = (3, 150, 5, 7, 2);
        let sizes = AttentionSizes {
            batch,
            steps,
            hidden,
            attention_units,
            heads,
        };
        let states = wave(batch * steps * 2 * hidden, 1);
        let (w1, w2) = (
            wave(attention_units * 2 * hidden, 2),
            wave(attention_units * hidden, 3),
        );
        let v = wave(heads * attention_units, 4);
        let masked: Vec<u8> = (0..batch * steps)
            .map(|place| u8::from(place % steps < place / steps * 10))
            .collect();
        let inputs = AttentionInputs {
            sizes,
            states: &states,
            w1: &w1,
            w2: &w2,
            v: &v,
            masked: &masked,
        };
        let (result, kept) = attend_saving(inputs, usize::MAX);
        assert!(kept.len() >= (batch * steps - 30) * attention_units);
        let gradient = wave(result.len(), 5);
        let gradients = |kept| {
            let saved = SavedForward {
                result: &result,
                kept,
                gradient: &gradient,
            };
            let all = backward(inputs, saved);
            [all.states, all.w1, all.w2, all.v]
        };
        assert_eq!(gradients(&kept), gradients(&[]));
    }
}

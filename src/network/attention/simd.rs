//! Attention on the CPU in vector instructions, forward.

use pulp::{Arch, Simd, WithSimd};

use crate::network::simd::activation::TanhApproximation;
use crate::network::simd::lanes::{add_scaled, dot, map_lanes};
use crate::network::simd::product::{LeftRows, Panels, add_products};

/// Steps of all sequences together in one piece: what is held of them between two products. No
/// power of two, whose columns would all fall into the same lines of the cache.
const PIECE: usize = 240;

/// AttentionSizes of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttentionSizes {
    /// Sequences B.
    pub(super) batch: usize,
    /// Steps T.
    pub(super) steps: usize,
    /// Hidden units H.
    pub(super) hidden: usize,
    /// Attention units A.
    pub(super) attention_units: usize,
    /// Rows of v.
    pub(super) heads: usize,
}

impl AttentionSizes {
    /// Length of a row of the result: weights, then features.
    pub(super) fn row(&self) -> usize {
        self.steps + self.hidden
    }
}

/// What attention reads; layouts as in [`super::Attention`].
#[derive(Clone, Copy)]
pub(super) struct AttentionInputs<'a> {
    pub(super) sizes: AttentionSizes,
    /// h then c of every step, [B, T, 2H].
    pub(super) states: &'a [f32],
    pub(super) w1: &'a [f32],
    pub(super) w2: &'a [f32],
    pub(super) v: &'a [f32],
    /// Not 0 where a step must not be attended to, [B, T].
    pub(super) masked: &'a [u8],
}

impl AttentionInputs<'_> {
    /// The steps that are attended to, as places in [B · T].
    pub(super) fn places(&self) -> Vec<usize> {
        let places = self.masked.iter().enumerate();
        places.filter(|(_, m)| **m == 0).map(|(n, _)| n).collect()
    }

    /// h of a step.
    #[inline(always)]
    pub(super) fn state(&self, place: usize) -> &[f32] {
        let hidden = self.sizes.hidden;
        &self.states[place * 2 * hidden..][..hidden]
    }
}

/// Equations 12-14: weights and features of every sequence and head, [B, heads, T + H].
pub(super) fn attend(inputs: AttentionInputs<'_>) -> Vec<f32> {
    attend_saving(inputs, 0).0
}

/// As [`attend`]; after the result what [`TanhLayer`] made of every place, one row after the other, or
/// nothing where that would take over `most` bytes.
pub(super) fn attend_saving(inputs: AttentionInputs<'_>, most: usize) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(ForwardPass { inputs, most })
}

struct ForwardPass<'a> {
    inputs: AttentionInputs<'a>,
    /// Bytes that what is kept may take.
    most: usize,
}

impl WithSimd for ForwardPass<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let inputs = self.inputs;
        let AttentionSizes { steps, heads, .. } = inputs.sizes;
        let row = inputs.sizes.row();
        let places = inputs.places();
        let mut result = vec![0.0f32; inputs.sizes.batch * heads * row];
        let mut tanh_layer = TanhLayer::new(simd, inputs);
        let all = places.len() * tanh_layer.stride();
        let keep = all * size_of::<f32>() <= self.most;
        let mut kept = Vec::with_capacity(if keep { all } else { 0 });
        for places in pieces(&places) {
            tanh_layer.gather(places);
            tanh_layer.compute(places.len());
            if keep {
                kept.extend_from_slice(tanh_layer.rows(places.len()));
            }
            for (n, &place) in places.iter().enumerate() {
                let (b, t) = (place / steps, place % steps);
                for (head, v) in inputs
                    .v
                    .chunks_exact(inputs.sizes.attention_units)
                    .enumerate()
                {
                    result[(b * heads + head) * row + t] = dot(simd, tanh_layer.row(n), v);
                }
            }
        }
        for (n, result) in result.chunks_exact_mut(row).enumerate() {
            let (weights, features) = result.split_at_mut(steps);
            let first = n / heads * steps;
            softmax(weights, &inputs.masked[first..first + steps]);
            for (t, &weight) in weights.iter().enumerate() {
                if weight != 0.0 {
                    add_scaled(features, weight, inputs.state(first + t));
                }
            }
        }
        (result, kept)
    }
}

/// `tanh(W1 · [h₋; c₋] + W2 · h)` of some steps (equation 12).
pub(super) struct TanhLayer<'a, S: Simd> {
    simd: S,
    inputs: AttentionInputs<'a>,
    curve: TanhApproximation<S>,
    /// W1 and W2 side by side, [3H, A].
    weights: Panels<S>,
    /// The states before and h, which lie side by side in memory too, [places, 3H].
    pub(super) gathered: Vec<f32>,
    pub(super) inputs_at: Vec<usize>,
    activations: Vec<f32>,
    pub(super) bent_at: Vec<usize>,
}

impl<'a, S: Simd> TanhLayer<'a, S> {
    #[inline(always)]
    pub(super) fn new(simd: S, inputs: AttentionInputs<'a>) -> Self {
        let AttentionSizes {
            batch,
            steps,
            hidden,
            attention_units,
            ..
        } = inputs.sizes;
        let most = PIECE.min(batch * steps);
        let weights = Panels::new(simd, 3 * hidden, attention_units, |k, unit| match k {
            k if k < 2 * hidden => inputs.w1[unit * 2 * hidden + k],
            k => inputs.w2[unit * hidden + k - 2 * hidden],
        });
        let stride = weights.stride();
        Self {
            simd,
            inputs,
            curve: TanhApproximation::new(simd),
            weights,
            gathered: vec![0.0; most * 3 * hidden],
            inputs_at: (0..most).map(|n| n * 3 * hidden).collect(),
            activations: vec![0.0; most * stride],
            bent_at: (0..most).map(|n| n * stride).collect(),
        }
    }

    /// Takes on the inputs of the given places, at most [`PIECE`].
    #[inline(always)]
    pub(super) fn gather(&mut self, places: &[usize]) {
        let AttentionSizes { steps, hidden, .. } = self.inputs.sizes;
        for (&place, input) in places
            .iter()
            .zip(self.gathered.chunks_exact_mut(3 * hidden))
        {
            let (before, now) = input.split_at_mut(2 * hidden);
            if place % steps == 0 {
                before.fill(0.0);
            } else {
                before
                    .copy_from_slice(&self.inputs.states[(place - 1) * 2 * hidden..][..2 * hidden]);
            }
            now.copy_from_slice(self.inputs.state(place));
        }
    }

    /// Takes on what was made of so many places before.
    #[inline(always)]
    pub(super) fn restore(&mut self, rows: &[f32]) {
        self.activations[..rows.len()].copy_from_slice(rows);
    }

    /// Works out the places that were gathered.
    #[inline(always)]
    pub(super) fn compute(&mut self, count: usize) {
        self.activations.fill(0.0);
        let gathered = LeftRows {
            values: &self.gathered,
            from: &self.inputs_at[..count],
        };
        let to = &self.bent_at[..count];
        add_products(&mut self.weights, gathered, &mut self.activations, to);
        for n in 0..count {
            let activations =
                &mut self.activations[self.bent_at[n]..][..self.inputs.sizes.attention_units];
            map_lanes(
                self.simd,
                [],
                [activations],
                #[inline(always)]
                |[], x: [S::f32s; 1]| self.curve.tanh(self.simd, x),
            );
        }
    }

    /// Floats from one place's row to the next.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.weights.stride()
    }

    /// The rows of so many places.
    #[inline(always)]
    fn rows(&self, count: usize) -> &[f32] {
        &self.activations[..count * self.stride()]
    }

    /// What was worked out for the n-th of the places, `[A]`.
    #[inline(always)]
    pub(super) fn row(&self, n: usize) -> &[f32] {
        &self.activations[self.bent_at[n]..][..self.inputs.sizes.attention_units]
    }
}

/// The places of each piece in turn.
pub(super) fn pieces(places: &[usize]) -> impl Iterator<Item = &[usize]> {
    places.chunks(PIECE)
}

/// Scores become weights that sum to 1 (equation 13), 0 where masked.
#[inline(always)]
fn softmax(scores: &mut [f32], masked: &[u8]) {
    let attended = || masked.iter().map(|masked| *masked == 0);
    let highest = scores
        .iter()
        .zip(attended())
        .filter(|(_, attended)| *attended)
        .fold(f32::NEG_INFINITY, |highest, (score, _)| highest.max(*score));
    let mut sum = 0.0;
    for (score, attended) in scores.iter_mut().zip(attended()) {
        *score = if attended {
            (*score - highest).exp()
        } else {
            0.0
        };
        sum += *score;
    }
    if sum > 0.0 {
        scores.iter_mut().for_each(|score| *score /= sum);
    }
}

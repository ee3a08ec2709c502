//! The forward pass of attention on the CPU, in vector instructions.

use std::mem::take;
use std::ops::Range;
use std::slice::Chunks;

use pulp::{Arch, Simd, WithSimd};

use crate::network::simd::activation::TanhApproximation;
use crate::network::simd::lanes::{add_scaled, dot, map_lanes};
use crate::network::simd::product::{LeftRows, Panels, add_products};
use crate::parallel::{for_each, parts, shares, threads_for, zeros};

/// Steps of all sequences in one piece, between two products. It is not a power of two, because all
/// columns would then use the same cache lines.
pub(super) const PIECE: usize = 240;

/// The sizes of one call.
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
    /// Number of heads: rows of v.
    pub(super) heads: usize,
}

impl AttentionSizes {
    /// Length of a row of the result: weights, then features.
    pub(super) fn row(&self) -> usize {
        self.steps + self.hidden
    }
}

/// The inputs of attention; see [`super::Attention`] for their layouts.
#[derive(Clone, Copy)]
pub(super) struct AttentionInputs<'a> {
    pub(super) sizes: AttentionSizes,
    /// h, then c, of every step, [B, T, 2H].
    pub(super) states: &'a [f32],
    pub(super) w1: &'a [f32],
    pub(super) w2: &'a [f32],
    pub(super) v: &'a [f32],
    /// Not 0 if a step is masked, [B, T].
    pub(super) masked: &'a [u8],
}

impl AttentionInputs<'_> {
    /// The steps that are not masked, as indices into [B · T].
    pub(super) fn places(&self) -> Vec<usize> {
        let places = self.masked.iter().enumerate();
        places.filter(|(_, m)| **m == 0).map(|(n, _)| n).collect()
    }

    /// The multiply-adds of equation 12 for so many steps.
    pub(super) fn multiply_adds(&self, steps: usize) -> usize {
        steps * 3 * self.sizes.hidden * self.sizes.attention_units
    }

    /// The h of a step.
    #[inline(always)]
    pub(super) fn state(&self, place: usize) -> &[f32] {
        let hidden = self.sizes.hidden;
        &self.states[place * 2 * hidden..][..hidden]
    }
}

/// Equations 12 to 14: weights and features of every sequence and head, [B, heads, T + H].
pub(super) fn attend(inputs: AttentionInputs<'_>) -> Vec<f32> {
    attend_saving(inputs, 0).0
}

/// As [`attend`]; the second array has the rows of [`TanhLayer`] for every step, one after the
/// other, or is empty if they would need more than `most` bytes.
pub(super) fn attend_saving(inputs: AttentionInputs<'_>, most: usize) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(ForwardPass { inputs, most })
}

struct ForwardPass<'a> {
    inputs: AttentionInputs<'a>,
    /// Limit on the bytes that are saved.
    most: usize,
}

impl WithSimd for ForwardPass<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let inputs = self.inputs;
        let AttentionSizes {
            batch,
            steps,
            heads,
            ..
        } = inputs.sizes;
        let weights = TanhWeights::new(simd, inputs);
        let places = inputs.places();
        let all = places.len() * weights.stride();
        let is_kept = all * size_of::<f32>() <= self.most;
        let stride = if is_kept { weights.stride() } else { 0 };
        let mut result = vec![0.0f32; batch * heads * inputs.sizes.row()];
        let mut kept = zeros(places.len() * stride);

        let attended = inputs.masked.chunks_exact(steps.max(1));
        let attended = attended.map(|masked| masked.iter().filter(|m| **m == 0).count());
        let shares = shares(attended, threads_for(inputs.multiply_adds(places.len())));
        let end = |share: &Range<usize>| places.partition_point(|place| *place < share.end * steps);
        let ends: Vec<usize> = shares.iter().map(end).collect();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let of_places: Vec<Range<usize>> = starts.zip(&ends).map(|(from, to)| from..*to).collect();
        let of_result = parts(&mut result, &shares, heads * inputs.sizes.row());
        let of_kept = parts(&mut kept, &of_places, stride);
        let arrays = of_result.into_iter().zip(of_kept);
        let tasks = shares.iter().zip(&of_places).zip(arrays);
        let tasks = tasks.map(|((sequences, share), (result, kept))| ForwardShare {
            inputs,
            weights: &weights,
            first: sequences.start,
            places: &places[share.clone()],
            result,
            kept,
        });
        for_each(tasks.collect(), |task| simd.vectorize(task));
        (result, kept)
    }
}

/// The forward pass of some consecutive sequences, which one thread computes.
struct ForwardShare<'a, S: Simd> {
    inputs: AttentionInputs<'a>,
    weights: &'a TanhWeights<S>,
    /// The first of the sequences.
    first: usize,
    /// Their steps that are not masked.
    places: &'a [usize],
    /// Their weights and features.
    result: &'a mut [f32],
    /// The rows of [`TanhLayer`] for their steps, if they are saved; otherwise empty.
    kept: &'a mut [f32],
}

impl<S: Simd> WithSimd for ForwardShare<'_, S> {
    type Output = ();

    /// The instruction set is that of the weights, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        self.score();
        self.pool();
    }
}

impl<S: Simd> ForwardShare<'_, S> {
    /// Computes the scores (equation 12) in place of the weights.
    #[inline(always)]
    fn score(&mut self) {
        let AttentionSizes {
            steps,
            attention_units,
            heads,
            ..
        } = self.inputs.sizes;
        let row = self.inputs.sizes.row();
        let mut tanh_layer = TanhLayer::new(self.inputs, self.weights);
        let mut kept = take(&mut self.kept);
        for places in pieces(self.places) {
            tanh_layer.gather(places);
            tanh_layer.compute(places.len());
            let rows = tanh_layer.rows(places.len());
            // Nothing is left of an array that is empty from the start.
            if let Some((part, rest)) = take(&mut kept).split_at_mut_checked(rows.len()) {
                part.copy_from_slice(rows);
                kept = rest;
            }
            for (n, &place) in places.iter().enumerate() {
                let (b, t) = (place / steps - self.first, place % steps);
                let v = self.inputs.v.chunks_exact(attention_units);
                for (head, v) in v.enumerate() {
                    let score = dot(self.weights.simd, tanh_layer.row(n), v);
                    self.result[(b * heads + head) * row + t] = score;
                }
            }
        }
    }

    /// Turns the scores into weights, and computes the features (equations 13 and 14).
    #[inline(always)]
    fn pool(&mut self) {
        let AttentionSizes { steps, heads, .. } = self.inputs.sizes;
        let rows = self.result.chunks_exact_mut(self.inputs.sizes.row());
        for (n, result) in rows.enumerate() {
            let (weights, features) = result.split_at_mut(steps);
            let first = (self.first + n / heads) * steps;
            softmax(weights, &self.inputs.masked[first..first + steps]);
            for (t, &weight) in weights.iter().enumerate() {
                if weight != 0.0 {
                    add_scaled(features, weight, self.inputs.state(first + t));
                }
            }
        }
    }
}

/// W1 and W2 as [`TanhLayer`] reads them, the same for all threads.
pub(super) struct TanhWeights<S: Simd> {
    pub(super) simd: S,
    curve: TanhApproximation<S>,
    /// W1 and W2 next to each other, [3H, A].
    weights: Panels<S>,
}

impl<S: Simd> TanhWeights<S> {
    #[inline(always)]
    pub(super) fn new(simd: S, inputs: AttentionInputs<'_>) -> Self {
        let (hidden, attention_units) = (inputs.sizes.hidden, inputs.sizes.attention_units);
        let weight = |k: usize, unit: usize| match k {
            k if k < 2 * hidden => inputs.w1[unit * 2 * hidden + k],
            k => inputs.w2[unit * hidden + k - 2 * hidden],
        };
        Self {
            simd,
            curve: TanhApproximation::new(simd),
            weights: Panels::new(simd, 3 * hidden, attention_units, weight),
        }
    }

    /// Distance from one row of [`TanhLayer`] to the next, in floats.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.weights.stride()
    }
}

/// `tanh(W1 · [h₋; c₋] + W2 · h)` of some steps (equation 12).
pub(super) struct TanhLayer<'a, S: Simd> {
    inputs: AttentionInputs<'a>,
    weights: &'a TanhWeights<S>,
    /// The previous states and h, which are contiguous in memory, too, [steps, 3H].
    pub(super) gathered: Vec<f32>,
    pub(super) inputs_at: Vec<usize>,
    activations: Vec<f32>,
    pub(super) bent_at: Vec<usize>,
}

impl<'a, S: Simd> TanhLayer<'a, S> {
    #[inline(always)]
    pub(super) fn new(inputs: AttentionInputs<'a>, weights: &'a TanhWeights<S>) -> Self {
        let AttentionSizes {
            batch,
            steps,
            hidden,
            ..
        } = inputs.sizes;
        let most = PIECE.min(batch * steps);
        let stride = weights.stride();
        Self {
            inputs,
            weights,
            gathered: vec![0.0; most * 3 * hidden],
            inputs_at: (0..most).map(|n| n * 3 * hidden).collect(),
            activations: vec![0.0; most * stride],
            bent_at: (0..most).map(|n| n * stride).collect(),
        }
    }

    /// Gathers the inputs of the given steps, at most [`PIECE`].
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

    /// Restores the rows of as many steps that were computed before.
    #[inline(always)]
    pub(super) fn restore(&mut self, rows: &[f32]) {
        self.activations[..rows.len()].copy_from_slice(rows);
    }

    /// Computes the rows of the steps that were gathered.
    #[inline(always)]
    pub(super) fn compute(&mut self, count: usize) {
        self.activations.fill(0.0);
        let gathered = LeftRows {
            values: &self.gathered,
            from: &self.inputs_at[..count],
        };
        let to = &self.bent_at[..count];
        let TanhWeights {
            simd,
            curve,
            weights,
        } = self.weights;
        add_products(weights, gathered, &mut self.activations, to);
        for n in 0..count {
            let activations =
                &mut self.activations[self.bent_at[n]..][..self.inputs.sizes.attention_units];
            map_lanes(
                *simd,
                [],
                [activations],
                #[inline(always)]
                |[], x: [S::f32s; 1]| curve.tanh(*simd, x),
            );
        }
    }

    /// The rows of the first `count` steps.
    #[inline(always)]
    fn rows(&self, count: usize) -> &[f32] {
        &self.activations[..count * self.weights.stride()]
    }

    /// The row of the n-th step, `[A]`.
    #[inline(always)]
    pub(super) fn row(&self, n: usize) -> &[f32] {
        &self.activations[self.bent_at[n]..][..self.inputs.sizes.attention_units]
    }
}

/// The steps of each piece.
pub(super) fn pieces(places: &[usize]) -> Chunks<'_, usize> {
    places.chunks(PIECE)
}

/// Turns scores into weights that sum to 1 (equation 13); 0 for masked steps.
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

//! Attention on the CPU in vector instructions, forward.

use pulp::{Arch, Simd, WithSimd};

use crate::network::simd::activation::Curve;
use crate::network::simd::lanes::{add_scaled, dot, update};
use crate::network::simd::product::{Panels, Rows, add_products};

/// Steps of all sequences together in one piece: what is held of them between two products. No
/// power of two, whose columns would all fall into the same lines of the cache.
const PIECE: usize = 240;

/// Sizes of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Sequences B.
    pub(super) batch: usize,
    /// Steps T.
    pub(super) steps: usize,
    /// Hidden units H.
    pub(super) hidden: usize,
    /// Attention units A.
    pub(super) inner: usize,
    /// Rows of v.
    pub(super) heads: usize,
}

impl Sizes {
    /// Length of a row of the result: weights, then features.
    pub(super) fn row(&self) -> usize {
        self.steps + self.hidden
    }
}

/// What attention reads; layouts as in [`super::Attention`].
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) sizes: Sizes,
    /// h then c of every step, [B, T, 2H].
    pub(super) states: &'a [f32],
    pub(super) w1: &'a [f32],
    pub(super) w2: &'a [f32],
    pub(super) v: &'a [f32],
    /// Not 0 where a step must not be attended to, [B, T].
    pub(super) masked: &'a [u8],
}

impl Given<'_> {
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
pub(super) fn attend(given: Given<'_>) -> Vec<f32> {
    attend_keeping(given, 0).0
}

/// As [`attend`]; after the result what [`Bend`] made of every place, one row after the other, or
/// nothing where that would take over `most` bytes.
pub(super) fn attend_keeping(given: Given<'_>, most: usize) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(Attend { given, most })
}

struct Attend<'a> {
    given: Given<'a>,
    /// Bytes that what is kept may take.
    most: usize,
}

impl WithSimd for Attend<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let given = self.given;
        let Sizes { steps, heads, .. } = given.sizes;
        let row = given.sizes.row();
        let places = given.places();
        let mut result = vec![0.0f32; given.sizes.batch * heads * row];
        let mut bend = Bend::new(simd, given);
        let all = places.len() * bend.stride();
        let keep = all * size_of::<f32>() <= self.most;
        let mut kept = Vec::with_capacity(if keep { all } else { 0 });
        for places in pieces(&places) {
            bend.gather(places);
            bend.work_out(places.len());
            if keep {
                kept.extend_from_slice(bend.rows(places.len()));
            }
            for (n, &place) in places.iter().enumerate() {
                let (b, t) = (place / steps, place % steps);
                for (head, v) in given.v.chunks_exact(given.sizes.inner).enumerate() {
                    result[(b * heads + head) * row + t] = dot(simd, bend.row(n), v);
                }
            }
        }
        for (n, result) in result.chunks_exact_mut(row).enumerate() {
            let (weights, features) = result.split_at_mut(steps);
            let first = n / heads * steps;
            softmax(weights, &given.masked[first..first + steps]);
            for (t, &weight) in weights.iter().enumerate() {
                if weight != 0.0 {
                    add_scaled(features, weight, given.state(first + t));
                }
            }
        }
        (result, kept)
    }
}

/// `tanh(W1 · [h₋; c₋] + W2 · h)` of some steps (equation 12).
pub(super) struct Bend<'a, S: Simd> {
    simd: S,
    given: Given<'a>,
    curve: Curve<S>,
    /// W1 and W2 side by side, [3H, A].
    weights: Panels<S>,
    /// The states before and h, which lie side by side in memory too, [places, 3H].
    pub(super) inputs: Vec<f32>,
    pub(super) inputs_at: Vec<usize>,
    bent: Vec<f32>,
    pub(super) bent_at: Vec<usize>,
}

impl<'a, S: Simd> Bend<'a, S> {
    #[inline(always)]
    pub(super) fn new(simd: S, given: Given<'a>) -> Self {
        let Sizes {
            batch,
            steps,
            hidden,
            inner,
            ..
        } = given.sizes;
        let most = PIECE.min(batch * steps);
        let weights = Panels::new(simd, 3 * hidden, inner, |k, unit| match k {
            k if k < 2 * hidden => given.w1[unit * 2 * hidden + k],
            k => given.w2[unit * hidden + k - 2 * hidden],
        });
        let stride = weights.stride();
        Self {
            simd,
            given,
            curve: Curve::new(simd),
            weights,
            inputs: vec![0.0; most * 3 * hidden],
            inputs_at: (0..most).map(|n| n * 3 * hidden).collect(),
            bent: vec![0.0; most * stride],
            bent_at: (0..most).map(|n| n * stride).collect(),
        }
    }

    /// Takes on the inputs of the given places, at most [`PIECE`].
    #[inline(always)]
    pub(super) fn gather(&mut self, places: &[usize]) {
        let Sizes { steps, hidden, .. } = self.given.sizes;
        for (&place, input) in places.iter().zip(self.inputs.chunks_exact_mut(3 * hidden)) {
            let (before, now) = input.split_at_mut(2 * hidden);
            if place % steps == 0 {
                before.fill(0.0);
            } else {
                before
                    .copy_from_slice(&self.given.states[(place - 1) * 2 * hidden..][..2 * hidden]);
            }
            now.copy_from_slice(self.given.state(place));
        }
    }

    /// Takes on what was made of so many places before.
    #[inline(always)]
    pub(super) fn recall(&mut self, rows: &[f32]) {
        self.bent[..rows.len()].copy_from_slice(rows);
    }

    /// Works out the places that were gathered.
    #[inline(always)]
    pub(super) fn work_out(&mut self, count: usize) {
        self.bent.fill(0.0);
        let inputs = Rows {
            values: &self.inputs,
            from: &self.inputs_at[..count],
        };
        let to = &self.bent_at[..count];
        add_products(&mut self.weights, inputs, &mut self.bent, to);
        for n in 0..count {
            let bent = &mut self.bent[self.bent_at[n]..][..self.given.sizes.inner];
            update(
                self.simd,
                [],
                [bent],
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
        &self.bent[..count * self.stride()]
    }

    /// What was worked out for the n-th of the places, `[A]`.
    #[inline(always)]
    pub(super) fn row(&self, n: usize) -> &[f32] {
        &self.bent[self.bent_at[n]..][..self.given.sizes.inner]
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

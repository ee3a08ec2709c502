//! The backward pass of attention on the CPU, in vector instructions.

use std::iter::repeat_n;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::piece::{PieceGradients, PieceWeights, PieceWork, UnitShare, piece_floats};
use super::simd::{AttentionInputs, AttentionSizes, pieces};
use crate::network::simd::lanes::{add_scaled, dot};
use crate::parallel::{for_each, parts, shares, threads_for, zeros};

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

/// The buffers of a thread, in floats, if there are several threads: 2 MiB. In shorter rounds, they
/// would wait for each other too often.
const THREAD_FLOATS: usize = 512 * 1024;

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
        let hidden = self.inputs.sizes.hidden;
        let mut d_states = zeros(self.inputs.states.len());
        let places = self.inputs.places();
        // A product goes to the states, and one to the weights.
        let threads = threads_for(2 * self.inputs.multiply_adds(places.len()));
        let scores = self.through_softmax(simd, &mut d_states, threads);
        let weights = PieceWeights::new(simd, self.inputs);
        let mut d_weights = vec![0.0f32; self.inputs.sizes.attention_units * weights.stride()];
        let mut d_v = vec![0.0f32; self.inputs.v.len()];
        let mut sums = UnitShare::all(self.inputs, threads, &mut d_weights, &mut d_v);
        let pieces: Vec<&[usize]> = pieces(&places).collect();
        let buffers = 0..round_pieces(self.inputs.sizes, threads).min(pieces.len().max(1));
        let buffers = buffers.map(|_| PieceGradients::new(self.inputs, &weights));
        let mut buffers: Vec<PieceGradients<'_, S>> = buffers.collect();
        let mut kept = self.saved.kept;
        for round in pieces.chunks(buffers.len()) {
            let tasks = work(&mut buffers, round, &scores, &mut kept, &mut d_states);
            for_each(tasks, |task| simd.vectorize(task));
            let done = &buffers[..round.len()];
            for piece in done {
                piece.add_state_before(&mut d_states);
            }
            for_each(sums.iter_mut().collect(), |sums| {
                simd.vectorize(sums.pieces(&scores, done));
            });
        }
        drop(sums);
        let rows = d_weights.chunks_exact(weights.stride());
        let of_w1 = rows.clone().flat_map(|row| &row[..2 * hidden]);
        let of_w2 = rows.flat_map(|row| &row[2 * hidden..3 * hidden]);
        AttentionGradients {
            w1: of_w1.copied().collect(),
            w2: of_w2.copied().collect(),
            states: d_states,
            v: d_v,
        }
    }
}

/// The number of pieces in a round: one for a single thread, which waits for nobody; otherwise at
/// least one for each thread.
fn round_pieces(sizes: AttentionSizes, threads: usize) -> usize {
    match threads {
        1 => 1,
        _ => threads * (THREAD_FLOATS / piece_floats(sizes).max(1)).max(1),
    }
}

/// The work of a round. What was saved for its pieces is taken from the start of `kept`.
fn work<'s, 'a, 'k: 's, S: Simd>(
    buffers: &'s mut [PieceGradients<'a, S>],
    round: &[&[usize]],
    scores: &'s [f32],
    kept: &mut &'k [f32],
    d_states: &'s mut [f32],
) -> Vec<PieceWork<'s, 'a, S>> {
    let own = rows_of(d_states, round, buffers[0].state_width());
    let tasks = buffers.iter_mut().zip(round).zip(own);
    let tasks = tasks.map(|((buffers, places), d_states)| {
        let rows = kept.split_at_checked(places.len() * buffers.kept_width());
        let (rows, rest) = rows.unwrap_or_default();
        *kept = rest;
        buffers.work(places, scores, rows, d_states)
    });
    tasks.collect()
}

/// The rows of an array, `width` numbers for each step, from the first step of each piece to that of
/// the next one.
fn rows_of<'a>(array: &'a mut [f32], round: &[&[usize]], width: usize) -> Vec<&'a mut [f32]> {
    let first = |places: &&[usize]| places[0];
    let starts: Vec<usize> = round.iter().map(first).collect();
    let end = array.len() / width;
    let ends = starts[1..].iter().copied().chain([end]);
    let rows: Vec<Range<usize>> = starts
        .iter()
        .zip(ends)
        .map(|(from, to)| *from..to)
        .collect();
    parts(&mut array[starts[0] * width..], &rows, width)
}

impl BackwardPass<'_> {
    /// The gradients of the scores, [B, heads, T], through equations 13 and 14. The gradients that
    /// the features pass to h are added to `d_states`.
    #[inline(always)]
    fn through_softmax<S: Simd>(&self, simd: S, d_states: &mut [f32], threads: usize) -> Vec<f32> {
        let AttentionSizes {
            batch,
            steps,
            hidden,
            heads,
            ..
        } = self.inputs.sizes;
        let mut scores = vec![0.0f32; batch * heads * steps];
        let shares = shares(repeat_n(1, batch), threads);
        let own = parts(&mut scores, &shares, heads * steps);
        let own = own
            .into_iter()
            .zip(parts(d_states, &shares, steps * 2 * hidden));
        let tasks = shares
            .iter()
            .zip(own)
            .map(|(share, (scores, d_states))| SoftmaxShare {
                simd,
                pass: self,
                first: share.start,
                scores,
                d_states,
            });
        for_each(tasks.collect(), |task| simd.vectorize(task));
        scores
    }
}

/// The part of [`BackwardPass::through_softmax`] that one thread computes, for some consecutive
/// sequences.
struct SoftmaxShare<'a, S: Simd> {
    simd: S,
    pass: &'a BackwardPass<'a>,
    /// The first of the sequences.
    first: usize,
    scores: &'a mut [f32],
    d_states: &'a mut [f32],
}

impl<S: Simd> WithSimd for SoftmaxShare<'_, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<Same: Simd>(self, _: Same) {
        let inputs = self.pass.inputs;
        let AttentionSizes {
            steps,
            hidden,
            heads,
            ..
        } = inputs.sizes;
        let row = inputs.sizes.row();
        let first = self.first * heads * row;
        let saved = self.pass.saved.result[first..].chunks_exact(row);
        let gradient = self.pass.saved.gradient[first..].chunks_exact(row);
        let rows = self.scores.chunks_exact_mut(steps).zip(saved.zip(gradient));
        for (n, (scores, (saved, gradient))) in rows.enumerate() {
            let (weights, _) = saved.split_at(steps);
            let (direct, features) = gradient.split_at(steps);
            for (t, (&weight, &direct)) in weights.iter().zip(direct).enumerate() {
                if weight == 0.0 {
                    continue;
                }
                let place = n / heads * steps + t;
                let state = inputs.state(self.first * steps + place);
                scores[t] = direct + dot(self.simd, features, state);
                let d_state = &mut self.d_states[place * 2 * hidden..][..hidden];
                add_scaled(d_state, weight, features);
            }
            let mean: f32 = weights.iter().zip(&*scores).map(|(w, d)| w * d).sum();
            for (score, weight) in scores.iter_mut().zip(weights) {
                *score = weight * (*score - mean);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::attend_saving;
    use super::*;
    use crate::parallel::in_threads;

    /// Numbers between -1 and 1 with a long period.
    fn wave(size: usize, seed: usize) -> Vec<f32> {
        (0..size)
            .map(|n| (((n + seed) * 7919 % 10_007) as f32 / 10_007.0 - 0.5) * 2.0)
            .collect()
    }

    /// Inputs of three sequences with more steps than a piece has, some of them masked, and units
    /// that do not fill a vector.
    fn with_inputs<R>(steps: usize, check: impl FnOnce(AttentionInputs<'_>) -> R) -> R {
        let (batch, hidden, attention_units, heads) = (3, 37, 39, 2);
        let masked = (0..batch * steps).map(|place| place % steps < place / steps * 10);
        check(AttentionInputs {
            sizes: AttentionSizes {
                batch,
                steps,
                hidden,
                attention_units,
                heads,
            },
            states: &wave(batch * steps * 2 * hidden, 1),
            w1: &wave(attention_units * 2 * hidden, 2),
            w2: &wave(attention_units * hidden, 3),
            v: &wave(heads * attention_units, 4),
            masked: &masked.map(u8::from).collect::<Vec<u8>>(),
        })
    }

    /// The result, the gradients from what was saved, and those from recomputed values.
    fn all_results(inputs: AttentionInputs<'_>) -> [Vec<Vec<f32>>; 2] {
        let (result, kept) = attend_saving(inputs, usize::MAX);
        let gradient = wave(result.len(), 5);
        [&kept[..], &[]].map(|kept| {
            let saved = SavedForward {
                result: &result,
                kept,
                gradient: &gradient,
            };
            let all = backward(inputs, saved);
            vec![result.clone(), all.states, all.w1, all.w2, all.v]
        })
    }

    #[test]
    fn saved_and_recomputed_values_give_the_same_gradients() {
        with_inputs(150, |inputs| {
            let (_, kept) = attend_saving(inputs, usize::MAX);
            assert!(kept.len() >= (450 - 30) * inputs.sizes.attention_units);
            let [saved, recomputed] = all_results(inputs);
            assert_eq!(saved, recomputed);
        });
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        // Enough steps to be divided.
        with_inputs(1500, |inputs| {
            let alone = all_results(inputs);
            for threads in [2, 3, 5] {
                let together = in_threads(threads, || all_results(inputs));
                assert!(together == alone, "{threads} threads");
            }
        });
    }
}

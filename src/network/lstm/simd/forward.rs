//! The forward scan in vector instructions.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use crate::network::lstm::sequence_layout::{
    Direction, ScanShape, SequenceLayout, StateIndex, longest_first, running,
};
use crate::network::simd::activation::TanhApproximation;
use crate::network::simd::lanes::{map_lanes, split, split_mut};
use crate::network::simd::product::{LeftRows, Panels, add_products};
use crate::parallel::{for_each, parts, threads_for, zeros};

/// The scans of one direction, or of [`Direction::Ahead`] and [`Direction::Back`].
pub(crate) struct ForwardScan<'a> {
    pub(crate) shape: ScanShape,
    pub(crate) directions: &'a [ScanInputs<'a>],
    pub(crate) sequences: &'a SequenceLayout,
}

/// What the scan of one direction reads.
#[derive(Clone, Copy)]
pub(crate) struct ScanInputs<'a> {
    pub(crate) direction: Direction,
    /// The input part of the gates (i f g o), [R, 4H]; each step reads one of its rows.
    pub(crate) input_gates: &'a [f32],
    /// Recurrent weights, [4H, H].
    pub(crate) recurrent_weights: &'a [f32],
}

/// The states of a scan, and its gates if they were saved.
#[derive(Debug, PartialEq)]
pub(crate) struct ScanOutputs {
    /// [B, T, 2S]: h of every direction, then c, and 0 after the end of a sequence.
    pub(crate) states: Vec<f32>,
    /// The activations of all gates, direction by direction: for each of B · T steps of the scan a
    /// row of i f g o, padded to whole vectors. Empty if they would take too many bytes.
    pub(crate) saved_gates: Vec<f32>,
}

impl ForwardScan<'_> {
    /// Equations 5-10 for every step of every sequence. The gates are saved if those of one direction
    /// take at most `max_bytes`.
    pub(crate) fn run(&self, max_bytes: usize) -> ScanOutputs {
        Arch::new().dispatch(SavingScan {
            scan: self,
            max_bytes,
        })
    }
}

struct SavingScan<'a> {
    scan: &'a ForwardScan<'a>,
    max_bytes: usize,
}

impl WithSimd for SavingScan<'_> {
    type Output = ScanOutputs;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> ScanOutputs {
        let ForwardScan {
            shape, directions, ..
        } = *self.scan;
        let ScanShape { batch, steps, .. } = shape;
        let pack =
            |inputs: &ScanInputs<'_>| pack_to_gates(simd, shape.hidden, inputs.recurrent_weights);
        let weights: Vec<Panels<S>> = directions.iter().map(pack).collect();
        let width = 2 * directions.len() * shape.hidden;
        let gates = steps * weights.first().map_or(0, Panels::stride);
        let is_saved = batch * gates * size_of::<f32>() <= self.max_bytes;
        let gates = if is_saved { gates } else { 0 };
        let mut states = zeros(batch * steps * width);
        let mut saved_gates = zeros(directions.len() * batch * gates);

        let tasks = ShareScan::all(simd, self.scan, &weights, &mut states, &mut saved_gates);
        for_each(tasks, |task| simd.vectorize(task));
        ScanOutputs {
            states,
            saved_gates,
        }
    }
}

/// The scans of some consecutive sequences of the batch, which one thread computes.
struct ShareScan<'a, S: Simd> {
    simd: S,
    scan: &'a ForwardScan<'a>,
    /// The recurrent weights of each direction.
    weights: &'a [Panels<S>],
    share: Range<usize>,
    /// The states of these sequences.
    states: &'a mut [f32],
    /// The gates of each direction, if those of all steps are saved; otherwise empty.
    saved_gates: Vec<&'a mut [f32]>,
    /// The cell before the first step: all zeros.
    zero_cell: Vec<f32>,
}

impl<S: Simd> WithSimd for ShareScan<'_, S> {
    type Output = ();

    /// The instruction set is that of the weights, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        let saved = std::mem::take(&mut self.saved_gates);
        let directions = self.scan.directions.iter().zip(self.weights);
        if saved.is_empty() {
            for (inputs, weights) in directions {
                let mut gates = vec![0.0; self.share.len() * weights.stride()];
                self.direction::<false>(inputs, weights, &mut gates);
            }
        } else {
            for ((inputs, weights), gates) in directions.zip(saved) {
                self.direction::<true>(inputs, weights, gates);
            }
        }
    }
}

impl<'a, S: Simd> ShareScan<'a, S> {
    /// The shares of all threads. `saved_gates` is empty if the gates are not saved.
    #[inline(always)]
    fn all(
        simd: S,
        scan: &'a ForwardScan<'a>,
        weights: &'a [Panels<S>],
        states: &'a mut [f32],
        saved_gates: &'a mut [f32],
    ) -> Vec<Self> {
        let batch = scan.shape.batch.max(1);
        let multiply_adds = weights.len() * scan.sequences.multiply_adds(scan.shape.hidden);
        let shares = scan.sequences.shares(threads_for(multiply_adds));
        let of_states = parts(states, &shares, states.len() / batch);
        let share = |(share, states): (&Range<usize>, &'a mut [f32])| Self {
            simd,
            scan,
            weights,
            share: share.clone(),
            states,
            saved_gates: Vec::new(),
            zero_cell: vec![0.0; scan.shape.hidden],
        };
        let mut all: Vec<Self> = shares.iter().zip(of_states).map(share).collect();
        let of_direction = saved_gates.len() / weights.len().max(1);
        for saved in saved_gates.chunks_exact_mut(of_direction.max(1)) {
            let of_shares = parts(saved, &shares, of_direction / batch);
            for (share, saved) in all.iter_mut().zip(of_shares) {
                share.saved_gates.push(saved);
            }
        }
        all
    }

    /// The scan of one direction. `gates` has a row for every step if they are saved, and otherwise
    /// one for every sequence.
    #[inline(always)]
    fn direction<const SAVE_GATES: bool>(
        &mut self,
        inputs: &ScanInputs<'_>,
        weights: &Panels<S>,
        gates: &mut [f32],
    ) {
        let (shape, sequences) = (self.scan.shape, self.scan.sequences);
        let (width, stride) = (4 * shape.hidden, weights.stride());
        let first = self.share.start * shape.steps;
        let lengths = &sequences.lengths()[self.share.clone()];
        let index = StateIndex::new(shape, inputs.direction, lengths);
        let order = longest_first(lengths);
        let mut to: Vec<usize> = (0..lengths.len()).map(|n| n * stride).collect();
        let mut from = vec![0; lengths.len()];
        let activation = TanhApproximation::new(self.simd);
        for t in 0..shape.steps {
            let active = running(&order, lengths, t);
            for (&sequence, to) in active.iter().zip(&mut to) {
                if SAVE_GATES {
                    *to = (sequence * shape.steps + t) * stride;
                }
                let input = sequences.input_row(first + index.place(sequence, t)) * width;
                gates[*to..][..width].copy_from_slice(&inputs.input_gates[input..][..width]);
            }
            if t > 0 {
                for (&sequence, from) in active.iter().zip(&mut from) {
                    *from = index.h(sequence, t - 1);
                }
                let previous = LeftRows {
                    values: self.states,
                    from: &from[..active.len()],
                };
                add_products(weights, previous, gates, &to[..active.len()]);
            }
            for (&sequence, &to) in active.iter().zip(&to) {
                let gates = &mut gates[to..to + width];
                self.step::<SAVE_GATES>(&activation, gates, index, sequence, t);
            }
        }
    }

    /// One step of one sequence, from its gates before activation. They are replaced by their
    /// activations if they are saved.
    #[inline(always)]
    fn step<const SAVE_GATES: bool>(
        &mut self,
        activation: &TanhApproximation<S>,
        gates: &mut [f32],
        index: StateIndex<'_>,
        sequence: usize,
        t: usize,
    ) {
        let (simd, hidden, h) = (self.simd, self.scan.shape.hidden, index.h(sequence, t));
        let previous = (t > 0).then(|| index.c(sequence, t - 1));
        // The row of the step before lies on one side of this one or on the other.
        let (previous_cell, row) = match previous {
            None => (&self.zero_cell[..], &mut self.states[h..]),
            Some(at) if at < h => {
                let (earlier, row) = self.states.split_at_mut(h);
                (&earlier[at..at + hidden], row)
            }
            Some(at) => {
                let (row, later) = self.states.split_at_mut(at);
                (&later[..hidden], &mut row[h..])
            }
        };
        let (h, c) = row.split_at_mut(index.units());
        let state = [&mut h[..hidden], &mut c[..hidden]];
        if SAVE_GATES {
            step_saving_gates(simd, activation, gates, previous_cell, state);
        } else {
            step(simd, activation, gates, previous_cell, state);
        }
    }
}

/// Packs the recurrent weights for the product from the previous state's units k to all gates.
#[inline(always)]
pub(super) fn pack_to_gates<S: Simd>(
    simd: S,
    hidden: usize,
    recurrent_weights: &[f32],
) -> Panels<S> {
    Panels::new(simd, hidden, 4 * hidden, |k, gate| {
        recurrent_weights[gate * hidden + k]
    })
}

/// One step of one sequence, from the gates before activation and the previous cell:
/// c = i·g + f·c₋ and h = o·tanh c.
#[inline(always)]
fn step<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    gates: &[f32],
    previous_cell: &[f32],
    state: [&mut [f32]; 2],
) {
    let [i, f, g, o] = split(gates);
    map_lanes(
        simd,
        [i, f, g, o, previous_cell],
        state,
        #[inline(always)]
        |[i, f, g, o, previous_cell], [_, _]| {
            let gates = activation.gates(simd, [i, f, g, o]);
            next_state(simd, activation, gates, previous_cell)
        },
    );
}

/// Like [`step`], but also replaces the gates by their activations.
#[inline(always)]
fn step_saving_gates<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    gates: &mut [f32],
    previous_cell: &[f32],
    [h, c]: [&mut [f32]; 2],
) {
    let [i, f, g, o] = split_mut(gates);
    map_lanes(
        simd,
        [previous_cell],
        [i, f, g, o, h, c],
        #[inline(always)]
        |[previous_cell], [i, f, g, o, _, _]| {
            let [i, f, g, o] = activation.gates(simd, [i, f, g, o]);
            let [h, c] = next_state(simd, activation, [i, f, g, o], previous_cell);
            [i, f, g, o, h, c]
        },
    );
}

/// h and c from the gate activations and the previous cell.
#[inline(always)]
fn next_state<S: Simd>(
    simd: S,
    activation: &TanhApproximation<S>,
    [i, f, g, o]: [S::f32s; 4],
    previous_cell: S::f32s,
) -> [S::f32s; 2] {
    let cell = simd.mul_add_e_f32s(f, previous_cell, simd.mul_f32s(i, g));
    let [tanh_cell] = activation.tanh(simd, [cell]);
    [simd.mul_f32s(o, tanh_cell), cell]
}

//! The gradients of one piece of attention, and the sums over all pieces, whose order does not depend
//! on who computes them.

use std::iter::repeat_n;
use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::simd::{AttentionInputs, AttentionSizes, PIECE, TanhLayer, TanhWeights};
use crate::network::simd::activation::tanh_derivative;
use crate::network::simd::lanes::{add_scaled, map_lanes, transpose};
use crate::network::simd::product::{LeftRows, Panels, add_products};
use crate::parallel::{parts, shares};

/// W1 and W2 as the backward pass reads them, the same for all threads.
pub(super) struct PieceWeights<S: Simd> {
    pub(super) tanh: TanhWeights<S>,
    /// W1 and W2 next to each other, from attention units to states, [A, 3H].
    to_states: Panels<S>,
}

impl<S: Simd> PieceWeights<S> {
    #[inline(always)]
    pub(super) fn new(simd: S, inputs: AttentionInputs<'_>) -> Self {
        let (hidden, attention_units) = (inputs.sizes.hidden, inputs.sizes.attention_units);
        let weight = |unit: usize, k: usize| match k {
            k if k < 2 * hidden => inputs.w1[unit * 2 * hidden + k],
            k => inputs.w2[unit * hidden + k - 2 * hidden],
        };
        Self {
            tanh: TanhWeights::new(simd, inputs),
            to_states: Panels::new(simd, attention_units, 3 * hidden, weight),
        }
    }

    /// Distance from one row of three states to the next, in floats.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.to_states.stride()
    }
}

/// The size of the buffers of one piece in floats, without padding.
pub(super) fn piece_floats(sizes: AttentionSizes) -> usize {
    PIECE * (9 * sizes.hidden + 3 * sizes.attention_units)
}

/// What is computed for one piece, and buffers for it.
pub(super) struct PieceGradients<'a, S: Simd> {
    inputs: AttentionInputs<'a>,
    weights: &'a PieceWeights<S>,
    places: Vec<usize>,
    tanh_layer: TanhLayer<'a, S>,
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
}

impl<'a, S: Simd> PieceGradients<'a, S> {
    /// Empty buffers.
    #[inline(always)]
    pub(super) fn new(inputs: AttentionInputs<'a>, weights: &'a PieceWeights<S>) -> Self {
        let (hidden, attention_units) = (inputs.sizes.hidden, inputs.sizes.attention_units);
        let tanh_layer = TanhLayer::new(inputs, &weights.tanh);
        let most = tanh_layer.bent_at.len();
        let stride = weights.stride();
        Self {
            inputs,
            weights,
            places: Vec::with_capacity(most),
            attention_units: vec![0.0; most * attention_units],
            transposed: vec![0.0; most * attention_units],
            packed: Panels::room(weights.tanh.simd, most, 3 * hidden),
            gathered: vec![0.0; most * stride],
            rows_at: (0..most).map(|n| n * stride).collect(),
            tanh_layer,
        }
    }

    /// The numbers of one step in the states.
    pub(super) fn state_width(&self) -> usize {
        2 * self.inputs.sizes.hidden
    }

    /// The numbers of one step in what is saved for the backward pass.
    #[inline(always)]
    pub(super) fn kept_width(&self) -> usize {
        self.weights.tanh.stride()
    }

    /// The work on a piece. `scores` are the gradients of all scores, [B, heads, T]; `kept` has the
    /// rows of [`TanhLayer`], or is empty. The gradients of the states are added to `d_states`,
    /// whose first row is that of the first step of the piece.
    #[inline(always)]
    pub(super) fn work<'s>(
        &'s mut self,
        places: &[usize],
        scores: &'s [f32],
        kept: &'s [f32],
        d_states: &'s mut [f32],
    ) -> PieceWork<'s, 'a, S> {
        self.places.clear();
        self.places.extend_from_slice(places);
        PieceWork {
            piece: self,
            scores,
            kept,
            d_states,
        }
    }

    /// Adds the gradient of the state before the first step of the piece, which is that of another
    /// piece.
    #[inline(always)]
    pub(super) fn add_state_before(&self, d_states: &mut [f32]) {
        let AttentionSizes { steps, hidden, .. } = self.inputs.sizes;
        if let Some(place) = self.places.first().filter(|place| *place % steps != 0) {
            let before = &mut d_states[(place - 1) * 2 * hidden..][..2 * hidden];
            add_scaled(before, 1.0, &self.gathered[..2 * hidden]);
        }
    }
}

/// The work on one piece, which one thread does.
pub(super) struct PieceWork<'s, 'a, S: Simd> {
    piece: &'s mut PieceGradients<'a, S>,
    scores: &'s [f32],
    kept: &'s [f32],
    d_states: &'s mut [f32],
}

impl<S: Simd> WithSimd for PieceWork<'_, '_, S> {
    type Output = ();

    /// The instruction set is that of the weights, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        let piece = &mut *self.piece;
        piece.tanh_layer.gather(&piece.places);
        if self.kept.is_empty() {
            piece.tanh_layer.compute(piece.places.len());
        } else {
            piece.tanh_layer.restore(self.kept);
        }
        self.through_tanh();
        self.add_state_gradients();
        self.pack();
    }
}

impl<S: Simd> PieceWork<'_, '_, S> {
    /// Computes the gradients before tanh of every step.
    #[inline(always)]
    fn through_tanh(&mut self) {
        let PieceGradients {
            inputs,
            weights,
            places,
            tanh_layer,
            attention_units: gradients,
            ..
        } = &mut *self.piece;
        let simd = weights.tanh.simd;
        let AttentionSizes {
            steps,
            attention_units,
            heads,
            ..
        } = inputs.sizes;
        let rows = gradients.chunks_exact_mut(attention_units);
        for (n, (&place, d)) in places.iter().zip(rows).enumerate() {
            d.fill(0.0);
            let (b, t) = (place / steps, place % steps);
            for (head, v) in inputs.v.chunks_exact(attention_units).enumerate() {
                add_scaled(d, self.scores[(b * heads + head) * steps + t], v);
            }
            map_lanes(
                simd,
                [tanh_layer.row(n)],
                [d],
                #[inline(always)]
                |[activations], [d]| [simd.mul_f32s(d, tanh_derivative(simd, activations))],
            );
        }
    }

    /// Passes the gradients through W1 and W2 to the previous states and h.
    #[inline(always)]
    fn add_state_gradients(&mut self) {
        let PieceGradients {
            inputs,
            weights,
            places,
            attention_units: gradients,
            gathered,
            rows_at,
            ..
        } = &mut *self.piece;
        let AttentionSizes {
            steps,
            hidden,
            attention_units,
            ..
        } = inputs.sizes;
        let from: Vec<usize> = (0..places.len()).map(|n| n * attention_units).collect();
        let gradients = LeftRows {
            values: gradients,
            from: &from,
        };
        let to = &rows_at[..places.len()];
        gathered.fill(0.0);
        add_products(&weights.to_states, gradients, gathered, to);
        for (n, (&place, &at)) in places.iter().zip(to).enumerate() {
            let d = &gathered[at..at + 3 * hidden];
            let row = place - places[0];
            // The first step has no previous state, and that of the first one here belongs to
            // another piece.
            let (d, at) = if n == 0 || place % steps == 0 {
                (&d[2 * hidden..], row * 2 * hidden)
            } else {
                (d, (row - 1) * 2 * hidden)
            };
            add_scaled(&mut self.d_states[at..at + d.len()], 1.0, d);
        }
    }

    /// Prepares the product for the gradients of W1 and W2.
    #[inline(always)]
    fn pack(&mut self) {
        let piece = &mut *self.piece;
        let (count, units) = (piece.places.len(), piece.inputs.sizes.attention_units);
        let transposed = &mut piece.transposed[..count * units];
        transpose(&piece.attention_units, units, transposed, count);
        let layer = &piece.tanh_layer;
        piece
            .packed
            .fill(&layer.gathered, &layer.inputs_at[..count]);
    }
}

/// The sums that belong to some consecutive attention units, which one thread computes: the
/// gradients of their weights.
pub(super) struct UnitShare<'a> {
    inputs: AttentionInputs<'a>,
    units: Range<usize>,
    /// Gradients of W1 and W2 next to each other, a padded row for each unit.
    d_weights: &'a mut [f32],
    /// The gradient of v, a row of these units for each head.
    d_v: Vec<&'a mut [f32]>,
}

impl<'a> UnitShare<'a> {
    /// A share for each of so many threads. `d_weights` has a row for each attention unit, and `d_v` is
    /// [heads, A].
    pub(super) fn all(
        inputs: AttentionInputs<'a>,
        threads: usize,
        d_weights: &'a mut [f32],
        d_v: &'a mut [f32],
    ) -> Vec<Self> {
        let attention_units = inputs.sizes.attention_units;
        let stride = d_weights.len() / attention_units;
        let units = shares(repeat_n(1, attention_units), threads);
        let weights = parts(d_weights, &units, stride);
        let share = |(units, d_weights): (&Range<usize>, &'a mut [f32])| Self {
            inputs,
            units: units.clone(),
            d_weights,
            d_v: Vec::with_capacity(inputs.sizes.heads),
        };
        let mut all: Vec<Self> = units.iter().zip(weights).map(share).collect();
        for head in d_v.chunks_exact_mut(attention_units) {
            for (share, columns) in all.iter_mut().zip(parts(head, &units, 1)) {
                share.d_v.push(columns);
            }
        }
        all
    }

    /// The work of adding some pieces to the sums, in their order.
    #[inline(always)]
    pub(super) fn pieces<'s, S: Simd>(
        &'s mut self,
        scores: &'s [f32],
        pieces: &'s [PieceGradients<'a, S>],
    ) -> AddPieces<'s, 'a, S> {
        AddPieces {
            sums: self,
            scores,
            pieces,
        }
    }
}

/// Some pieces to be added to the sums.
pub(super) struct AddPieces<'s, 'a, S: Simd> {
    sums: &'s mut UnitShare<'a>,
    scores: &'s [f32],
    pieces: &'s [PieceGradients<'a, S>],
}

impl<S: Simd> WithSimd for AddPieces<'_, '_, S> {
    type Output = ();

    /// The instruction set is that of the packed inputs, which determines their layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        for piece in self.pieces {
            self.add_to_v(piece);
            self.add_to_weights(piece);
        }
    }
}

impl<S: Simd> AddPieces<'_, '_, S> {
    /// Adds the gradient of v.
    #[inline(always)]
    fn add_to_v(&mut self, piece: &PieceGradients<'_, S>) {
        let AttentionSizes { steps, heads, .. } = self.sums.inputs.sizes;
        for (n, &place) in piece.places.iter().enumerate() {
            let activations = &piece.tanh_layer.row(n)[self.sums.units.clone()];
            let (b, t) = (place / steps, place % steps);
            for (head, d_v) in self.sums.d_v.iter_mut().enumerate() {
                let score = self.scores[(b * heads + head) * steps + t];
                add_scaled(d_v, score, activations);
            }
        }
    }

    /// Adds the gradients of W1 and W2.
    #[inline(always)]
    fn add_to_weights(&mut self, piece: &PieceGradients<'_, S>) {
        let count = piece.places.len();
        let from: Vec<usize> = self.sums.units.clone().map(|unit| unit * count).collect();
        let stride = piece.packed.stride();
        let to: Vec<usize> = (0..from.len()).map(|row| row * stride).collect();
        let transposed = LeftRows {
            values: &piece.transposed,
            from: &from,
        };
        add_products(&piece.packed, transposed, self.sums.d_weights, &to);
    }
}

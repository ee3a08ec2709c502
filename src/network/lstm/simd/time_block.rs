//! A piece of the steps on the way back: the gates' activations, then their gradients.

use std::ops::Range;

use pulp::Simd;

use super::forward::into_gates;
use crate::network::lstm::steps::{Scanned, Shape, Steps, running};
use crate::network::simd::activation::{Curve, slope_of_logistic, slope_of_tanh};
use crate::network::simd::lanes::{split, split_mut, update};
use crate::network::simd::product::{Panels, Rows, add_products};

/// Steps of all sequences together in one piece: enough rows for the weights' gradient to be one
/// good product, few enough for the second-level cache. One step of every sequence at least. No
/// power of two, whose columns would all fall into the same lines of the cache.
const PIECE: usize = 240;

/// Some steps t of all sequences that have them, and what is carried from later to earlier pieces.
pub(super) struct Piece<'a, S: Simd> {
    simd: S,
    shape: Shape,
    scanned: Scanned<'a>,
    steps: &'a Steps,
    curve: Curve<S>,
    /// Recurrent weights on the way from states to gates, and from gates back to states.
    forth: Panels<S>,
    back: Panels<S>,
    /// First step of the piece.
    first: usize,
    /// Places of each step from the first on; a place is one step of one sequence.
    of_step: Vec<Range<usize>>,
    /// Sequence and step of every place.
    places: Vec<(usize, usize)>,
    /// Activations of every place, which become gradients before activation.
    gates: Vec<f32>,
    /// Where each place's gates begin.
    gates_at: Vec<usize>,
    /// Gradients of h and c that later steps left, longest sequence first.
    dh: Vec<f32>,
    dc: Vec<f32>,
    /// Where each sequence's `dh` begins.
    dh_at: Vec<usize>,
    /// Where the state before each place begins, of places that have one.
    before: Vec<usize>,
    /// Room for the weights' gradient: previous states turned, [H, places], gate gradients packed.
    turned: Vec<f32>,
    packed: Panels<S>,
    /// A cell of 0, before the first step.
    nothing: Vec<f32>,
}

impl<'a, S: Simd> Piece<'a, S> {
    /// Packs the weights and takes all the memory there is need of.
    #[inline(always)]
    pub(super) fn new(simd: S, shape: Shape, scanned: Scanned<'a>, steps: &'a Steps) -> Self {
        let (batch, hidden, width) = (shape.batch, shape.hidden, 4 * shape.hidden);
        let most = PIECE.max(batch).min(batch * shape.steps);
        let forth = into_gates(simd, hidden, scanned.recurrent);
        let back = Panels::new(simd, width, hidden, |gate, unit| {
            scanned.recurrent[gate * hidden + unit]
        });
        let (gates, dh) = (forth.stride(), back.stride());
        Self {
            simd,
            shape,
            scanned,
            steps,
            curve: Curve::new(simd),
            forth,
            back,
            first: 0,
            of_step: Vec::new(),
            places: Vec::with_capacity(most),
            gates: vec![0.0; most * gates],
            gates_at: (0..most).map(|place| place * gates).collect(),
            dh: vec![0.0; batch * dh],
            dc: vec![0.0; batch * hidden],
            dh_at: (0..batch).map(|row| row * dh).collect(),
            before: Vec::with_capacity(most),
            turned: vec![0.0; most * hidden],
            packed: Panels::room(simd, most, width),
            nothing: vec![0.0; hidden],
        }
    }

    /// Columns of a row of [`Self::add_weight_gradients`].
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.packed.stride()
    }

    /// Takes on the steps before step `end`, as many as there is room for; `order` is all
    /// sequences, longest first. Gives the first step taken on.
    #[inline(always)]
    pub(super) fn move_before(&mut self, end: usize, order: &[usize]) -> usize {
        let lengths = self.steps.lengths();
        let most = (PIECE / self.shape.batch.max(1)).max(1);
        self.first = end - most.min(end);
        self.of_step.clear();
        self.places.clear();
        self.before.clear();
        for t in self.first..end {
            let from = self.places.len();
            let active = running(order, lengths, t);
            self.places.extend(active.iter().map(|&row| (row, t)));
            if t > 0 {
                let before = active.iter().map(|&row| self.shape.state(row, t - 1));
                self.before.extend(before);
            }
            self.of_step.push(from..self.places.len());
        }
        self.first
    }

    /// Places that have a step before them.
    #[inline(always)]
    fn after_first(&self) -> Range<usize> {
        self.places.len() - self.before.len()..self.places.len()
    }

    /// Gate activations of every place: those that were kept, else worked out anew.
    #[inline(always)]
    pub(super) fn activate(&mut self) {
        if self.scanned.gates.is_empty() {
            return self.recompute();
        }
        let stride = self.forth.stride();
        let places = self.gates.chunks_exact_mut(stride);
        for (&(row, t), gates) in self.places.iter().zip(places) {
            let kept = (row * self.shape.steps + t) * stride;
            gates.copy_from_slice(&self.scanned.gates[kept..kept + stride]);
        }
    }

    /// The states before are known, so that no place waits for another: one product for all.
    #[inline(always)]
    fn recompute(&mut self) {
        let (simd, width) = (self.simd, 4 * self.shape.hidden);
        let places = self.gates.chunks_exact_mut(self.forth.stride());
        for (&(row, t), gates) in self.places.iter().zip(places) {
            let input = self.steps.row(row * self.shape.steps + t) * width;
            gates[..width].copy_from_slice(&self.scanned.rows[input..input + width]);
        }
        let previous = Rows {
            values: self.scanned.states,
            from: &self.before,
        };
        let to = &self.gates_at[self.after_first()];
        add_products(&mut self.forth, previous, &mut self.gates, to);
        let places = self.gates.chunks_exact_mut(self.forth.stride());
        for gates in places.take(self.places.len()) {
            let gates = split_mut(&mut gates[..width]);
            update(
                simd,
                [],
                gates,
                #[inline(always)]
                |[], z: [S::f32s; 4]| self.curve.gates(simd, z),
            );
        }
    }

    /// Gate gradients of every place, last step first.
    #[inline(always)]
    pub(super) fn scan_back(&mut self) {
        let hidden = self.shape.hidden;
        for (n, places) in self.of_step.iter().enumerate().rev() {
            let t = self.first + n;
            for (n, place) in places.clone().enumerate() {
                let (row, _) = self.places[place];
                let at = self.shape.state(row, t);
                let here = Here {
                    states: &self.scanned.states[at..at + 2 * hidden],
                    gradient: &self.scanned.gradient[at..at + 2 * hidden],
                    cell_before: match t {
                        0 => &self.nothing,
                        _ => &self.scanned.states[at - hidden..at],
                    },
                };
                let gates = &mut self.gates[self.gates_at[place]..][..4 * hidden];
                let dh = &self.dh[self.dh_at[n]..][..hidden];
                let dc = &mut self.dc[n * hidden..][..hidden];
                here.gate_gradients(self.simd, &self.curve, gates, dh, dc);
            }
            if t > 0 {
                // The states before: these gate gradients through the recurrent weights.
                self.dh[..places.len() * self.back.stride()].fill(0.0);
                let gradients = Rows {
                    values: &self.gates,
                    from: &self.gates_at[places.clone()],
                };
                let to = &self.dh_at[..places.len()];
                add_products(&mut self.back, gradients, &mut self.dh, to);
            }
        }
    }

    /// Adds every place's gate gradients to the row that it read.
    #[inline(always)]
    pub(super) fn add_row_gradients(&self, d_rows: &mut [f32]) {
        let width = 4 * self.shape.hidden;
        for (&(row, t), &at) in self.places.iter().zip(&self.gates_at) {
            let gradients = &self.gates[at..at + width];
            let read = self.steps.row(row * self.shape.steps + t) * width;
            let sums = &mut d_rows[read..read + width];
            sums.iter_mut()
                .zip(gradients)
                .for_each(|(sum, d)| *sum += d);
        }
    }

    /// Adds `Σ h₋ · dᵀ` of all places to the gradient of the recurrent weights, transposed.
    #[inline(always)]
    pub(super) fn add_weight_gradients(&mut self, d_recurrent: &mut [f32]) {
        let (hidden, count) = (self.shape.hidden, self.before.len());
        self.packed
            .fill(&self.gates, &self.gates_at[self.after_first()]);
        for (place, &before) in self.before.iter().enumerate() {
            let h = &self.scanned.states[before..before + hidden];
            for (unit, h) in h.iter().enumerate() {
                self.turned[unit * count + place] = *h;
            }
        }
        let from: Vec<usize> = (0..hidden).map(|unit| unit * count).collect();
        let to: Vec<usize> = (0..hidden)
            .map(|unit| unit * self.packed.stride())
            .collect();
        let turned = Rows {
            values: &self.turned,
            from: &from,
        };
        add_products(&mut self.packed, turned, d_recurrent, &to);
    }
}

/// One step of one sequence: its states and their gradient, h then c, and the cell before.
struct Here<'a> {
    states: &'a [f32],
    gradient: &'a [f32],
    cell_before: &'a [f32],
}

impl Here<'_> {
    /// Turns activations into gradients before activation, and `dc` into the gradient of the
    /// cell before. `dh` and `dc` are what later steps left.
    #[inline(always)]
    fn gate_gradients<S: Simd>(
        &self,
        simd: S,
        curve: &Curve<S>,
        gates: &mut [f32],
        dh: &[f32],
        dc: &mut [f32],
    ) {
        let [gradient_h, gradient_c] = split(self.gradient);
        let [_, cell] = split(self.states);
        let [i, f, g, o] = split_mut(gates);
        update(
            simd,
            [dh, gradient_h, gradient_c, cell, self.cell_before],
            [i, f, g, o, dc],
            #[inline(always)]
            |[dh, gradient_h, gradient_c, cell, before], [i, f, g, o, dc]| {
                let dh = simd.add_f32s(dh, gradient_h);
                let [bent] = curve.tanh(simd, [cell]);
                let through_h = simd.mul_f32s(simd.mul_f32s(dh, o), slope_of_tanh(simd, bent));
                let dcell = simd.add_f32s(simd.add_f32s(dc, gradient_c), through_h);
                [
                    simd.mul_f32s(simd.mul_f32s(dcell, g), slope_of_logistic(simd, i)),
                    simd.mul_f32s(simd.mul_f32s(dcell, before), slope_of_logistic(simd, f)),
                    simd.mul_f32s(simd.mul_f32s(dcell, i), slope_of_tanh(simd, g)),
                    simd.mul_f32s(simd.mul_f32s(dh, bent), slope_of_logistic(simd, o)),
                    simd.mul_f32s(dcell, f),
                ]
            },
        );
    }
}

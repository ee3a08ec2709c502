//! The LSTM scan on a GPU, in kernels that keep to what WebGPU grants everywhere.
//!
//! `forward` loops over time inside a workgroup, some hundred steps a launch, and goes on from
//! the states that the launch before wrote. `backward` goes from the last chunk of steps to the
//! first: it works the chunk's gates out anew, turns them into their gradients, and `gradients`
//! sums these up, so that no more than two chunks of gates are ever held.

mod backward;
mod forward;
mod gradients;
mod layout;
mod limits;
mod math;
mod product;
mod scan;
mod sums;
mod tokens;

use std::ops::Range;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::{FloatDType, Shape};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{LstmBackend, Steps};
use crate::network::backend::cube::{FLAT, argument, flat};
use layout::{Pass, Tile};
pub use layout::{Plan, prefer};
pub use limits::{TooLarge, Workload, fits};
pub(in crate::network) use math::{Gates, tanh};
pub(in crate::network) use product::add_states;
use scan::Scan;
use sums::Sums;

/// Steps of one launch: short enough that the GPU answers others, and a page can stop, in between.
const CHUNK: usize = 256;
/// Bytes that the gates of a chunk may take.
const CHUNK_BYTES: usize = 32 * 1024 * 1024;

impl LstmBackend for Cube {
    fn lstm_scan(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self> {
        Scan::new(rows, recurrent, steps).forward()
    }

    /// Keeps nothing: the backward works every chunk's gates out anew.
    fn lstm_scan_keeping(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        // An array of no length is none that WebGPU knows.
        let nothing = Cube::float_empty(Shape::new([1, 1]), &rows.device(), FloatDType::F32);
        (Self::lstm_scan(rows, recurrent, steps), nothing)
    }

    fn lstm_scan_backward(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        states: FloatTensor<Self>,
        _: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let scan = Scan::new(rows, recurrent, steps);
        if scan.is_empty() {
            return (
                scan.zeros(scan.rows.shape()),
                scan.zeros(scan.recurrent.shape()),
            );
        }
        scan.backward(&into_contiguous(states), &into_contiguous(gradient))
    }
}

impl Scan {
    /// The recurrent weights in the order of the forward kernel and of the backward kernel.
    fn packed(&self) -> (CubeTensor, CubeTensor) {
        let hidden = self.hidden;
        let packed = || self.empty([hidden, hidden, 4]);
        let (ahead, back) = (packed(), packed());
        forward::pack::launch(
            self.client(),
            flat(hidden * hidden),
            CubeDim::new_1d(FLAT),
            argument(&self.recurrent),
            argument(&ahead),
            argument(&back),
            hidden,
        );
        (ahead, back)
    }

    /// The states [B, T, 2H].
    fn forward(&self) -> CubeTensor {
        let (batch, steps) = (self.steps.batch(), self.steps.steps());
        let shape = [batch, steps, 2 * self.hidden];
        if self.is_empty() {
            return self.zeros(shape.into());
        }
        let states = self.empty(shape);
        let (weights, _) = self.packed();
        let tile = Tile::new(self.hidden, batch, self.by_token(), Pass::Forward);
        for span in spans(0..steps, if tile.split { 1 } else { CHUNK }) {
            forward::scan::launch(
                self.client(),
                workgroups(&tile, batch),
                CubeDim::new_1d(tile.width as u32),
                argument(&weights),
                argument(&self.rows),
                argument(&self.tokens),
                argument(&self.lengths),
                argument(&states),
                batch as u32,
                steps as u32,
                span.start as u32,
                span.end as u32,
                tile,
            );
        }
        states
    }

    /// Gradients of rows [R, 4H] and recurrent weights [4H, H].
    fn backward(&self, states: &CubeTensor, gradient: &CubeTensor) -> (CubeTensor, CubeTensor) {
        let (batch, steps, hidden) = (self.steps.batch(), self.steps.steps(), self.hidden);
        let chunk = (CHUNK_BYTES / (batch * hidden * 16)).clamp(1, CHUNK.min(steps));
        let (ahead, back) = self.packed();
        let mut sums = Sums::new(self, chunk);
        let mut gates = self.empty([batch, chunk, hidden, 4]);
        // Only the later chunk's first step is read; a single chunk has none after it.
        let mut later = match steps > chunk {
            true => self.empty([batch, chunk, hidden, 4]),
            false => self.empty([4]),
        };
        let cells = self.empty([batch, hidden]);
        let mut chunks: Vec<_> = spans(0..steps, chunk).collect();
        while let Some(span) = chunks.pop() {
            self.recompute(&ahead, states, &gates, &span, chunk);
            self.turn(
                &back, states, gradient, &later, &gates, &cells, &span, chunk,
            );
            sums.add(states, &gates, &span);
            std::mem::swap(&mut gates, &mut later);
        }
        sums.finish()
    }

    /// Fills `gates` with the activations of the steps `span`.
    fn recompute(
        &self,
        weights: &CubeTensor,
        states: &CubeTensor,
        gates: &CubeTensor,
        span: &Range<usize>,
        chunk: usize,
    ) {
        let tile = Tile::of_steps(self.hidden, self.by_token());
        let groups = span.len().div_ceil(tile.sequences);
        backward::recompute::launch(
            self.client(),
            CubeCount::Static(tile.blocks(), groups as u32, self.steps.batch() as u32),
            CubeDim::new_1d(tile.width as u32),
            argument(weights),
            argument(&self.rows),
            argument(&self.tokens),
            argument(states),
            argument(gates),
            self.steps.steps() as u32,
            span.start as u32,
            span.end as u32,
            chunk as u32,
            tile,
        );
    }

    /// Turns the activations of the steps `span` into the gradients of the gates.
    #[allow(clippy::too_many_arguments, reason = "what a kernel reads has names")]
    fn turn(
        &self,
        weights: &CubeTensor,
        states: &CubeTensor,
        gradient: &CubeTensor,
        later: &CubeTensor,
        gates: &CubeTensor,
        cells: &CubeTensor,
        span: &Range<usize>,
        chunk: usize,
    ) {
        let batch = self.steps.batch();
        let tile = Tile::new(self.hidden, batch, self.by_token(), Pass::Backward);
        let mut launches: Vec<_> =
            spans(span.clone(), if tile.split { 1 } else { CHUNK }).collect();
        while let Some(part) = launches.pop() {
            backward::scan::launch(
                self.client(),
                workgroups(&tile, batch),
                CubeDim::new_1d(tile.width as u32),
                argument(weights),
                argument(states),
                argument(gradient),
                argument(&self.lengths),
                argument(later),
                argument(gates),
                argument(cells),
                batch as u32,
                self.steps.steps() as u32,
                span.start as u32,
                part.start as u32,
                part.end as u32,
                chunk as u32,
                tile,
            );
        }
    }
}

/// Pieces of `size` steps of a span, first to last.
fn spans(span: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    span.clone()
        .step_by(size)
        .map(move |start| start..span.end.min(start + size))
}

/// Workgroups of a scan: blocks of units by groups of sequences.
fn workgroups(tile: &Tile, batch: usize) -> CubeCount {
    CubeCount::Static(tile.blocks(), batch.div_ceil(tile.sequences) as u32, 1)
}

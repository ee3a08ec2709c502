//! The LSTM scan on a GPU, in kernels that stay within what WebGPU guarantees everywhere.
//!
//! `forward` loops over time inside a workgroup, up to 256 steps per launch, and continues from
//! the states that the previous launch wrote. `backward` goes from the last chunk of steps to the
//! first: it recomputes the gates of the chunk and turns them into their gradients, which
//! `gradients` then sums. At most two chunks of gates are in memory at any time.

mod backward;
mod forward;
mod gpu_scan;
mod gradient_sums;
mod gradients;
mod limits;
mod math;
mod product;
mod tile;
mod token_buckets;

use std::ops::Range;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::{FloatDType, Shape};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{LstmBackend, SequenceLayout};
use crate::network::backend::cube::{FLAT, argument, flat};
use gpu_scan::GpuScan;
use gradient_sums::GradientSums;
pub use limits::{TooLarge, Workload, fits};
pub(in crate::network) use math::{Gates, tanh};
pub(in crate::network) use product::add_states;
use tile::{Pass, Tile};

/// Steps of one launch: few enough that the GPU can do other work, and a page can stop, in between.
const CHUNK_STEPS: usize = 256;
/// The gates of a chunk take at most this many bytes.
const CHUNK_BYTES: usize = 32 * 1024 * 1024;

impl LstmBackend for Cube {
    fn lstm_scan(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self> {
        GpuScan::new(input_gates, recurrent_weights, sequences).forward()
    }

    /// Saves nothing: the backward pass recomputes the gates of every chunk.
    fn lstm_scan_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        // WebGPU does not allow an array of length 0.
        let device = input_gates.device();
        let placeholder = Cube::float_empty(Shape::new([1, 1]), &device, FloatDType::F32);
        let states = Self::lstm_scan(input_gates, recurrent_weights, sequences);
        (states, placeholder)
    }

    fn lstm_scan_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        _: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let scan = GpuScan::new(input_gates, recurrent_weights, sequences);
        if scan.is_empty() {
            return (
                scan.zeros(scan.input_gates.shape()),
                scan.zeros(scan.recurrent_weights.shape()),
            );
        }
        scan.backward(&into_contiguous(states), &into_contiguous(gradient))
    }
}

impl GpuScan {
    /// The recurrent weights in the order that the forward kernel reads (from the states to the
    /// gates), and in the order that the backward kernel reads (from the gates to the states).
    fn packed_weights(&self) -> (CubeTensor, CubeTensor) {
        let hidden = self.hidden;
        let buffer = || self.empty([hidden, hidden, 4]);
        let (to_gates, to_states) = (buffer(), buffer());
        forward::pack::launch(
            self.client(),
            flat(hidden * hidden),
            CubeDim::new_1d(FLAT),
            argument(&self.recurrent_weights),
            argument(&to_gates),
            argument(&to_states),
            hidden,
        );
        (to_gates, to_states)
    }

    /// Computes the states [B, T, 2H].
    fn forward(&self) -> CubeTensor {
        let (batch, steps) = (self.sequences.batch(), self.sequences.steps());
        let shape = [batch, steps, 2 * self.hidden];
        if self.is_empty() {
            return self.zeros(shape.into());
        }
        let states = self.empty(shape);
        let (to_gates, _) = self.packed_weights();
        let tile = self.tile(Pass::Forward);
        for span in spans(0..steps, launch_steps(&tile)) {
            forward::scan::launch(
                self.client(),
                workgroups(&tile, batch),
                CubeDim::new_1d(tile.width as u32),
                argument(&to_gates),
                argument(&self.input_gates),
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

    /// Computes the gradients of the input gates [R, 4H] and of the recurrent weights [4H, H].
    fn backward(&self, states: &CubeTensor, gradient: &CubeTensor) -> (CubeTensor, CubeTensor) {
        let (batch, steps) = (self.sequences.batch(), self.sequences.steps());
        let hidden = self.hidden;
        let chunk = (CHUNK_BYTES / (batch * hidden * 16)).clamp(1, CHUNK_STEPS.min(steps));
        let (to_gates, to_states) = self.packed_weights();
        let mut sums = GradientSums::new(self, chunk);
        let mut gates = self.empty([batch, chunk, hidden, 4]);
        // Of the later chunk, only the first step is read. A single chunk has no later one.
        let mut later_gates = if steps > chunk {
            self.empty([batch, chunk, hidden, 4])
        } else {
            self.empty([4])
        };
        let d_cells = self.empty([batch, hidden]);
        let mut chunks: Vec<_> = spans(0..steps, chunk).collect();
        while let Some(span) = chunks.pop() {
            self.recompute_gates(&to_gates, states, &gates, &span, chunk);
            self.differentiate_gates(
                &to_states,
                states,
                gradient,
                &later_gates,
                &gates,
                &d_cells,
                &span,
                chunk,
            );
            sums.add(states, &gates, &span);
            std::mem::swap(&mut gates, &mut later_gates);
        }
        sums.finish()
    }

    /// Fills `gates` with the gate activations of the steps `span`.
    fn recompute_gates(
        &self,
        weights: &CubeTensor,
        states: &CubeTensor,
        gates: &CubeTensor,
        span: &Range<usize>,
        chunk: usize,
    ) {
        let tile = Tile::for_all_steps(self.hidden, self.has_tokens());
        let groups = span.len().div_ceil(tile.sequences);
        backward::recompute::launch(
            self.client(),
            CubeCount::Static(tile.blocks(), groups as u32, self.sequences.batch() as u32),
            CubeDim::new_1d(tile.width as u32),
            argument(weights),
            argument(&self.input_gates),
            argument(&self.tokens),
            argument(states),
            argument(gates),
            self.sequences.steps() as u32,
            span.start as u32,
            span.end as u32,
            chunk as u32,
            tile,
        );
    }

    /// Turns the gate activations of the steps `span` into the gradients before activation.
    #[allow(
        clippy::too_many_arguments,
        reason = "each array that the kernel reads has a name of its own"
    )]
    fn differentiate_gates(
        &self,
        weights: &CubeTensor,
        states: &CubeTensor,
        gradient: &CubeTensor,
        later_gates: &CubeTensor,
        gates: &CubeTensor,
        d_cells: &CubeTensor,
        span: &Range<usize>,
        chunk: usize,
    ) {
        let batch = self.sequences.batch();
        let tile = self.tile(Pass::Backward);
        let mut launches: Vec<_> = spans(span.clone(), launch_steps(&tile)).collect();
        while let Some(part) = launches.pop() {
            backward::scan::launch(
                self.client(),
                workgroups(&tile, batch),
                CubeDim::new_1d(tile.width as u32),
                argument(weights),
                argument(states),
                argument(gradient),
                argument(&self.lengths),
                argument(later_gates),
                argument(gates),
                argument(d_cells),
                batch as u32,
                self.sequences.steps() as u32,
                span.start as u32,
                part.start as u32,
                part.end as u32,
                chunk as u32,
                tile,
            );
        }
    }
}

/// Steps of one launch of a scan.
fn launch_steps(tile: &Tile) -> usize {
    if tile.is_unit_block { 1 } else { CHUNK_STEPS }
}

/// Divides a span into parts of at most `size` steps, first to last.
fn spans(span: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    span.clone()
        .step_by(size)
        .map(move |start| start..span.end.min(start + size))
}

/// The workgroups of a scan: blocks of units by groups of sequences.
fn workgroups(tile: &Tile, batch: usize) -> CubeCount {
    CubeCount::Static(tile.blocks(), batch.div_ceil(tile.sequences) as u32, 1)
}

//! The gradients of the recurrent weights and of the input gates, summed chunk by chunk.

use std::ops::Range;

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::gpu_scan::GpuScan;
use super::gradients;
use super::tile::workgroup_width;
use super::token_buckets::TokenBuckets;
use crate::network::backend::cube::{FLAT, argument, flat, upload};

/// The partial sums of the recurrent weights' gradient take at most this many bytes.
const PARTIAL_SUM_BYTES: usize = 32 * 1024 * 1024;
/// The largest number of slices into which these sums are divided.
const MAX_SLICES: usize = 32;

/// The sums of the gradients over the chunks so far.
pub(super) struct GradientSums<'a> {
    scan: &'a GpuScan,
    chunk: usize,
    /// InterpolatedNetwork sums of the recurrent weights' gradient, [slices, H, H, 4].
    partial_sums: CubeTensor,
    slices: usize,
    d_input_gates: CubeTensor,
    /// Whether nothing has been added yet, so that the arrays are uninitialized.
    is_first: bool,
}

impl<'a> GradientSums<'a> {
    pub(super) fn new(scan: &'a GpuScan, chunk: usize) -> Self {
        let hidden = scan.hidden;
        let max_slices = (PARTIAL_SUM_BYTES / (hidden * hidden * 16)).clamp(1, MAX_SLICES);
        let slices = scan.sequences.batch().min(max_slices);
        Self {
            scan,
            chunk,
            partial_sums: scan.empty([slices, hidden, hidden, 4]),
            slices,
            d_input_gates: scan.empty(scan.input_gates.shape()),
            is_first: true,
        }
    }

    /// Adds the steps `span`, whose gate gradients are `d_gates` [B, chunk, H, 4].
    pub(super) fn add(&mut self, states: &CubeTensor, d_gates: &CubeTensor, span: &Range<usize>) {
        let (scan, hidden) = (self.scan, self.scan.hidden);
        let (batch, steps) = (scan.sequences.batch() as u32, scan.sequences.steps() as u32);
        let (first, last) = (span.start as u32, span.end as u32);
        let tasks = hidden * hidden.div_ceil(gradients::BLOCK);
        gradients::add_weight_gradients::launch(
            scan.client(),
            CubeCount::Static(tasks.div_ceil(FLAT as usize) as u32, self.slices as u32, 1),
            CubeDim::new_1d(FLAT),
            argument(d_gates),
            argument(states),
            argument(&scan.lengths),
            argument(&self.partial_sums),
            batch,
            steps,
            first,
            last,
            self.chunk as u32,
            u32::from(self.is_first),
            hidden,
        );
        match scan.sequences.tokens() {
            Some(tokens) => self.add_by_token(d_gates, tokens, span),
            None => gradients::scatter_rows::launch(
                scan.client(),
                flat(span.len() * scan.sequences.batch() * hidden),
                CubeDim::new_1d(FLAT),
                argument(d_gates),
                argument(&self.d_input_gates),
                batch,
                steps,
                first,
                last,
                self.chunk as u32,
                hidden,
            ),
        }
        self.is_first = false;
    }

    /// Adds the gate gradients of the steps `span` to the table rows that they read by token.
    fn add_by_token(&self, d_gates: &CubeTensor, tokens: &[u32], span: &Range<usize>) {
        let (scan, hidden) = (self.scan, self.scan.hidden);
        let rows = scan.input_gates.shape()[0];
        let lengths = scan.sequences.lengths();
        let buckets = TokenBuckets::new(tokens, lengths, span.clone(), self.chunk, rows);
        let device = scan.input_gates.device();
        let width = workgroup_width(hidden);
        let blocks = hidden.div_ceil(width) as u32;
        let bucket_sums = scan.empty([buckets.len().max(1), hidden, 4]);
        if buckets.len() > 0 {
            gradients::sum_buckets::launch(
                scan.client(),
                CubeCount::Static(buckets.len() as u32, blocks, 1),
                CubeDim::new_1d(width as u32),
                argument(d_gates),
                argument(&upload(&buckets.bucket_offsets, &device)),
                argument(&upload(&buckets.order, &device)),
                argument(&bucket_sums),
                hidden,
            );
        }
        gradients::sum_rows::launch(
            scan.client(),
            CubeCount::Static(rows as u32, blocks, 1),
            CubeDim::new_1d(width as u32),
            argument(&bucket_sums),
            argument(&upload(&buckets.row_offsets, &device)),
            argument(&self.d_input_gates),
            u32::from(self.is_first),
            hidden,
        );
    }

    /// The gradients of the input gates [R, 4H] and of the recurrent weights [4H, H].
    pub(super) fn finish(self) -> (CubeTensor, CubeTensor) {
        let hidden = self.scan.hidden;
        let d_recurrent_weights = self.scan.empty([4 * hidden, hidden]);
        gradients::sum_slices::launch(
            self.scan.client(),
            flat(hidden * hidden),
            CubeDim::new_1d(FLAT),
            argument(&self.partial_sums),
            argument(&d_recurrent_weights),
            self.slices as u32,
            hidden,
        );
        (self.d_input_gates, d_recurrent_weights)
    }
}

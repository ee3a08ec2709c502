//! The gradients of weights and rows, summed chunk by chunk.

use std::ops::Range;

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::gradients;
use super::layout::width;
use super::scan::Scan;
use super::tokens::Parts;
use crate::network::backend::cube::{FLAT, argument, flat, upload};

/// Bytes that partial sums of the recurrent weights' gradient may take, and how many there are
/// at most.
const PARTIAL_BYTES: usize = 32 * 1024 * 1024;
const MOST_SLICES: usize = 32;
/// The gradients of weights and rows, growing chunk by chunk.
pub(super) struct Sums<'a> {
    scan: &'a Scan,
    chunk: usize,
    /// Sums of the recurrent weights' gradient, [slices, H, H, 4].
    partial: CubeTensor,
    slices: usize,
    d_rows: CubeTensor,
    /// Whether nothing has been added yet.
    fresh: bool,
}

impl<'a> Sums<'a> {
    pub(super) fn new(scan: &'a Scan, chunk: usize) -> Self {
        let hidden = scan.hidden;
        let most = (PARTIAL_BYTES / (hidden * hidden * 16)).clamp(1, MOST_SLICES);
        let slices = scan.steps.batch().min(most);
        Self {
            scan,
            chunk,
            partial: scan.empty([slices, hidden, hidden, 4]),
            slices,
            d_rows: scan.empty(scan.rows.shape()),
            fresh: true,
        }
    }

    /// Adds the steps `span`, whose gates' gradients are `d` [B, chunk, H].
    pub(super) fn add(&mut self, states: &CubeTensor, d: &CubeTensor, span: &Range<usize>) {
        let (scan, hidden) = (self.scan, self.scan.hidden);
        let (batch, steps) = (scan.steps.batch() as u32, scan.steps.steps() as u32);
        let (first, last) = (span.start as u32, span.end as u32);
        let tasks = hidden * hidden.div_ceil(gradients::BLOCK);
        gradients::recurrent::launch(
            scan.client(),
            CubeCount::Static(tasks.div_ceil(FLAT as usize) as u32, self.slices as u32, 1),
            CubeDim::new_1d(FLAT),
            argument(d),
            argument(states),
            argument(&scan.lengths),
            argument(&self.partial),
            batch,
            steps,
            first,
            last,
            self.chunk as u32,
            u32::from(self.fresh),
            hidden,
        );
        match scan.steps.tokens() {
            Some(tokens) => self.add_tokens(d, tokens, span),
            None => gradients::spread_rows::launch(
                scan.client(),
                flat(span.len() * scan.steps.batch() * hidden),
                CubeDim::new_1d(FLAT),
                argument(d),
                argument(&self.d_rows),
                batch,
                steps,
                first,
                last,
                self.chunk as u32,
                hidden,
            ),
        }
        self.fresh = false;
    }

    /// Adds to the rows that the steps `span` read by token.
    fn add_tokens(&self, d: &CubeTensor, tokens: &[u32], span: &Range<usize>) {
        let (scan, hidden) = (self.scan, self.scan.hidden);
        let rows = scan.rows.shape()[0];
        let lengths = scan.steps.lengths();
        let parts = Parts::new(tokens, lengths, span.clone(), self.chunk, rows);
        let device = scan.rows.device();
        let width = width(hidden);
        let blocks = hidden.div_ceil(width) as u32;
        let partial = scan.empty([parts.len().max(1), hidden, 4]);
        if parts.len() > 0 {
            gradients::sum_parts::launch(
                scan.client(),
                CubeCount::Static(parts.len() as u32, blocks, 1),
                CubeDim::new_1d(width as u32),
                argument(d),
                argument(&upload(&parts.bounds, &device)),
                argument(&upload(&parts.order, &device)),
                argument(&partial),
                hidden,
            );
        }
        gradients::gather_rows::launch(
            scan.client(),
            CubeCount::Static(rows as u32, blocks, 1),
            CubeDim::new_1d(width as u32),
            argument(&partial),
            argument(&upload(&parts.spans, &device)),
            argument(&self.d_rows),
            u32::from(self.fresh),
            hidden,
        );
    }

    pub(super) fn finish(self) -> (CubeTensor, CubeTensor) {
        let hidden = self.scan.hidden;
        let d_recurrent = self.scan.empty([4 * hidden, hidden]);
        gradients::gather_recurrent::launch(
            self.scan.client(),
            flat(hidden * hidden),
            CubeDim::new_1d(FLAT),
            argument(&self.partial),
            argument(&d_recurrent),
            self.slices as u32,
            hidden,
        );
        (self.d_rows, d_recurrent)
    }
}

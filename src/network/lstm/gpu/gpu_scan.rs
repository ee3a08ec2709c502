//! The arrays and sizes of one scan on a GPU.

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::IntTensor;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::{FloatDType, Shape};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

use super::tile::{Pass, Tile};
use crate::network::backend::cube::{empty, upload};
use crate::network::lstm::SequenceLayout;

/// The arrays and sizes of one scan.
pub(super) struct GpuScan {
    pub(super) input_gates: CubeTensor,
    pub(super) recurrent_weights: CubeTensor,
    pub(super) tokens: IntTensor<Cube>,
    pub(super) lengths: IntTensor<Cube>,
    pub(super) sequences: SequenceLayout,
    pub(super) hidden: usize,
}

impl GpuScan {
    pub(super) fn new(
        input_gates: CubeTensor,
        recurrent_weights: CubeTensor,
        sequences: SequenceLayout,
    ) -> Self {
        let device = input_gates.device();
        // A kernel needs every argument. A scan without tokens does not read this one.
        let tokens = sequences.tokens().unwrap_or(&[0]);
        Self {
            tokens: upload(tokens, &device),
            lengths: upload(sequences.lengths(), &device),
            hidden: recurrent_weights.shape()[1],
            input_gates: into_contiguous(input_gates),
            recurrent_weights: into_contiguous(recurrent_weights),
            sequences,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sequences.batch() * self.sequences.steps() * self.hidden == 0
    }

    /// The tile of a workgroup in one pass over time.
    pub(super) fn tile(&self, pass: Pass) -> Tile {
        Tile::new(
            self.hidden,
            self.sequences.batch(),
            self.has_tokens(),
            self.sequences.gpu_layout(),
            pass,
        )
    }

    pub(super) fn has_tokens(&self) -> bool {
        self.sequences.tokens().is_some()
    }

    pub(super) fn client(&self) -> &burn_cubecl::cubecl::client::Client {
        &self.input_gates.client
    }

    pub(super) fn zeros(&self, shape: Shape) -> CubeTensor {
        Cube::float_zeros(shape, &self.input_gates.device(), FloatDType::F32)
    }

    /// An uninitialized array.
    pub(super) fn empty(&self, shape: impl Into<Shape>) -> CubeTensor {
        empty(&self.input_gates, shape)
    }
}

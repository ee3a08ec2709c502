//! One scan's arrays and sizes on the GPU.

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::IntTensor;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::{FloatDType, Shape};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

use crate::network::backend::cube::{empty, upload};
use crate::network::lstm::steps::Steps;

/// One scan's arrays and sizes.
pub(super) struct Scan {
    pub(super) rows: CubeTensor,
    pub(super) recurrent: CubeTensor,
    pub(super) tokens: IntTensor<Cube>,
    pub(super) lengths: IntTensor<Cube>,
    pub(super) steps: Steps,
    pub(super) hidden: usize,
}

impl Scan {
    pub(super) fn new(rows: CubeTensor, recurrent: CubeTensor, steps: Steps) -> Self {
        let device = rows.device();
        // A kernel's argument cannot be left out; a scan without tokens does not read this one.
        let tokens = steps.tokens().unwrap_or(&[0]);
        Self {
            tokens: upload(tokens, &device),
            lengths: upload(steps.lengths(), &device),
            hidden: recurrent.shape()[1],
            rows: into_contiguous(rows),
            recurrent: into_contiguous(recurrent),
            steps,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.batch() * self.steps.steps() * self.hidden == 0
    }

    pub(super) fn by_token(&self) -> bool {
        self.steps.tokens().is_some()
    }

    pub(super) fn client(&self) -> &burn_cubecl::cubecl::client::Client {
        &self.rows.client
    }

    pub(super) fn zeros(&self, shape: Shape) -> CubeTensor {
        Cube::float_zeros(shape, &self.rows.device(), FloatDType::F32)
    }

    /// Room for an array, whatever is in it.
    pub(super) fn empty(&self, shape: impl Into<Shape>) -> CubeTensor {
        empty(&self.rows, shape)
    }
}

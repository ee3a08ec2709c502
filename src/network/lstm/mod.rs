//! The LSTM (section 2.2.2, equations 5-10) as one op with a hand-written backward.
//!
//! burn's own `nn::Lstm` records some 45 operations per step. Here the gates' input part comes
//! from one product before the scan: for the first layer, whose input is one of 4^k + 2 k-mer
//! vectors, the product of the whole vocabulary, a table that every step reads a row of. One op
//! scans over time. For its backward the CPU keeps the gates' activations of short sequences; of
//! long ones, and on a GPU, they are worked out anew from the states, piece by piece, so that no
//! more than the states is held.
//!
//! A training step of B sequences of T steps through L layers of H units holds on the CPU, in
//! floats of 4 bytes:
//!
//! ```text
//! L · B·T·2H    states of every layer
//! L · B·T·4H    gates of every layer, where those of one take no more than 64 MiB
//!     B·T·A     what attention makes of the states, under the same condition
//!     B·T·2H    their gradient, one layer at a time
//! P · (4H + 3·max(H, A))   gates and copies of a piece of P = max(240, B) steps
//! ```
//!
//! Every layer above the first adds its rows and their gradient, 2 · B·T·4H. Human mRNA in the
//! paper's settings (T 1837, H 200, B 32) comes to 192 MiB; `cargo bench --bench engine` prints
//! that beside what the process took.
//!
//! Layouts are PyTorch's: gates in the order i f g o, `weight_hh` [4H, H].

#[cfg(feature = "webgpu")]
pub mod gpu;
#[doc(hidden)]
pub mod probe;
mod scalar;
mod simd;
mod steps;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Tensor};

use super::backend::flex::from_vec;
use steps::Scanned;
pub use steps::Steps;

/// Bytes that one scan's gates may take to be kept for the way back.
const KEPT: usize = 64 * 1024 * 1024;

/// What a backend must be able to do to run the LSTM.
#[backend_extension(Flex, Cube: cfg(feature = "webgpu"), Autodiff)]
pub trait LstmBackend: Backend {
    /// The scan over time. `rows` [R, 4H] is the input's part of the gates, of which every step
    /// reads one row; `recurrent` is [4H, H]. Gives the states [B, T, 2H], h then c, 0 past a
    /// sequence's end.
    fn lstm_scan(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self>;

    /// The same before a backward pass: the states, then what [`Self::lstm_scan_backward`] wants
    /// kept of the gates, in a layout of the backend's own.
    fn lstm_scan_keeping(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Gradients of `rows` [R, 4H] and of `recurrent` [4H, H] from the scan's `states`, what was
    /// `kept`, and the `gradient` of the states, which is [B, T, 2H] as they are.
    fn lstm_scan_backward(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        states: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

/// Runs the scan on whichever device the tensors live on.
///
/// `rows` [R, 4H] is `x · weight_ihᵀ + bias` for every input x there is, of which each step reads
/// one as `steps` says; `recurrent` is [4H, H]. Returns [B, T, 2H], h then c, 0 past a sequence's
/// end.
pub fn lstm(rows: Tensor<2>, recurrent: Tensor<2>, steps: &Steps) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as LstmBackend>::lstm_scan(
        rows.into_dispatch(),
        recurrent.into_dispatch(),
        steps.clone(),
    ))
}

impl LstmBackend for Flex {
    fn lstm_scan(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self> {
        let shape = scan_shape(&recurrent.shape(), &steps);
        let (rows, recurrent) = (rows.to_contiguous(), recurrent.to_contiguous());
        let states = simd::forward(shape, rows.storage(), recurrent.storage(), &steps);
        from_vec(states, &[shape.batch, shape.steps, 2 * shape.hidden])
    }

    fn lstm_scan_keeping(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let shape = scan_shape(&recurrent.shape(), &steps);
        let (rows, recurrent) = (rows.to_contiguous(), recurrent.to_contiguous());
        let (states, gates) =
            simd::forward_keeping(shape, rows.storage(), recurrent.storage(), &steps, KEPT);
        let size = gates.len();
        (
            from_vec(states, &[shape.batch, shape.steps, 2 * shape.hidden]),
            from_vec(gates, &[1, size]),
        )
    }

    fn lstm_scan_backward(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        states: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let shape = scan_shape(&recurrent.shape(), &steps);
        let width = 4 * shape.hidden;
        let (rows, recurrent) = (rows.to_contiguous(), recurrent.to_contiguous());
        let (states, gradient) = (states.to_contiguous(), gradient.to_contiguous());
        let scanned = Scanned {
            rows: rows.storage(),
            recurrent: recurrent.storage(),
            states: states.storage(),
            gates: kept.storage(),
            gradient: gradient.storage(),
        };
        let (d_rows, d_recurrent) = simd::backward(shape, scanned, &steps);
        (
            from_vec(d_rows, &[rows.shape()[0], width]),
            from_vec(d_recurrent, &[width, shape.hidden]),
        )
    }
}

/// Sizes from the recurrent weights' shape [4H, H] and the steps.
fn scan_shape(recurrent: &Shape, steps: &Steps) -> steps::Shape {
    steps::Shape {
        batch: steps.batch(),
        steps: steps.steps(),
        hidden: recurrent[1],
    }
}

/// What the backward pass needs, all without gradients of its own.
#[derive(Clone, Debug)]
struct Scan<T> {
    rows: T,
    recurrent: T,
    states: T,
    kept: T,
    steps: Steps,
}

#[derive(Debug)]
struct LstmScan;

impl<B: LstmBackend> Backward<B, 2> for LstmScan {
    type State = Scan<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let [rows, recurrent] = ops.parents;
        let scan = ops.state;
        let (d_rows, d_recurrent) = B::lstm_scan_backward(
            scan.rows,
            scan.recurrent,
            scan.states,
            scan.kept,
            gradient,
            scan.steps,
        );
        if let Some(node) = recurrent {
            grads.register::<B>(node.id, d_recurrent);
        }
        if let Some(node) = rows {
            grads.register::<B>(node.id, d_rows);
        }
    }
}

impl<B: LstmBackend, C: CheckpointStrategy> LstmBackend for Autodiff<B, C> {
    fn lstm_scan(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self> {
        let (rows, rows_node) = rows.into_parts();
        let (recurrent, recurrent_node) = recurrent.into_parts();
        let prepared = LstmScan
            .prepare::<C>([rows_node, recurrent_node])
            .compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(prepared) => {
                let (states, kept) =
                    B::lstm_scan_keeping(rows.clone(), recurrent.clone(), steps.clone());
                let state = Scan {
                    rows,
                    recurrent,
                    states: states.clone(),
                    kept,
                    steps,
                };
                prepared.finish(state, states)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::lstm_scan(rows, recurrent, steps)),
        }
    }

    /// Nothing is tracked: the results are constants.
    fn lstm_scan_keeping(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (states, kept) =
            B::lstm_scan_keeping(rows.into_primitive(), recurrent.into_primitive(), steps);
        (
            Self::FloatTensorPrimitive::new(states),
            Self::FloatTensorPrimitive::new(kept),
        )
    }

    /// Gradients of gradients are not followed: the results are constants.
    fn lstm_scan_backward(
        rows: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        states: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (d_rows, d_recurrent) = B::lstm_scan_backward(
            rows.into_primitive(),
            recurrent.into_primitive(),
            states.into_primitive(),
            kept.into_primitive(),
            gradient.into_primitive(),
            steps,
        );
        (
            Self::FloatTensorPrimitive::new(d_rows),
            Self::FloatTensorPrimitive::new(d_recurrent),
        )
    }
}

//! The LSTM (section 2.2.2, equations 5-10) as one operation with a hand-written backward pass.
//!
//! burn's own `nn::Lstm` records about 45 operations per time step. Here, one matrix product
//! computes the input part of the gates before the scan. The input of the first layer is always
//! one of the 4^k + 2 k-mer vectors, so its product is a table of the whole vocabulary, and every
//! step reads one row of that table. One operation then scans over time. For the backward pass,
//! the CPU saves the gate activations of short sequences. For long sequences, and on a GPU, they
//! are recomputed from the states, block by block, so that only the states are stored.
//!
//! A training step with B sequences of T steps, L layers of H units and the attention dimension A
//! needs the following memory on the CPU, in floats of 4 bytes:
//!
//! ```text
//! L · B·T·2H    states of every layer
//! L · B·T·4H    gates of every layer, if those of one layer take at most 64 MiB
//!     B·T·A     activations of the attention, under the same condition
//!     B·T·2H    gradient of the states, one layer at a time
//! P · (4H + 3·max(H, A))   gates and copies of a block of P = max(240, B) steps
//! ```
//!
//! With several threads, the gates of the last line take up to 2 MiB if that is more, and every thread
//! has copies of its own. With two directions, H is the number of units of both.
//!
//! Every layer above the first adds its input gates and their gradient, 2 · B·T·4H. Human mRNA
//! with the paper's settings (T 1837, H 200, B 32) needs 192 MiB. `cargo bench --bench engine`
//! prints this figure next to the memory that the process used.
//!
//! The arrays are laid out as in PyTorch: gates in the order i f g o, `weight_hh` [4H, H].

mod both_directions;
mod cpu;
#[cfg(feature = "webgpu")]
pub mod gpu;
#[doc(hidden)]
pub mod probe;
mod scalar;
mod sequence_layout;
mod simd;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

pub(super) use both_directions::{ScanTensors, lstm_in_both_directions};
use cpu::{AfterScan, DirectionInputs};
use sequence_layout::Direction;
pub use sequence_layout::SequenceLayout;

/// A backend that can run the LSTM.
#[backend_extension(Flex, Cube: cfg(feature = "webgpu"), Autodiff)]
pub trait LstmBackend: Backend {
    /// Runs the scan over time. `input_gates` [R, 4H] is the input part of the gates, and every
    /// step reads one of its rows; `recurrent_weights` is [4H, H]. Returns the states
    /// [B, T, 2H]: h then c, and 0 after the end of a sequence.
    fn lstm_scan(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self>;

    /// Runs the scan before a backward pass. Returns the states and the saved gates, whose layout
    /// only the backend's own [`Self::lstm_scan_backward`] knows.
    fn lstm_scan_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Computes the gradients of `input_gates` [R, 4H] and of `recurrent_weights` [4H, H] from the
    /// scan's `states`, its `saved_gates`, and the `gradient` of the states. States and gradient
    /// are [B, T, 2H].
    fn lstm_scan_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

/// Runs the scan on the device that holds the tensors.
///
/// `input_gates` [R, 4H] is `x · weight_ihᵀ + bias` for every distinct input x; `sequences` tells
/// which row each step reads. `recurrent_weights` is [4H, H]. Returns the states [B, T, 2H]:
/// h then c, and 0 after the end of a sequence.
pub fn lstm(
    input_gates: Tensor<2>,
    recurrent_weights: Tensor<2>,
    sequences: &SequenceLayout,
) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as LstmBackend>::lstm_scan(
        input_gates.into_dispatch(),
        recurrent_weights.into_dispatch(),
        sequences.clone(),
    ))
}

impl LstmBackend for Flex {
    fn lstm_scan(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self> {
        let inputs = DirectionInputs::new(Direction::Only, &input_gates, &recurrent_weights);
        cpu::scan(&[inputs], &sequences)
    }

    fn lstm_scan_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let inputs = DirectionInputs::new(Direction::Only, &input_gates, &recurrent_weights);
        cpu::scan_saving_gates(&[inputs], &sequences)
    }

    fn lstm_scan_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let inputs = DirectionInputs::new(Direction::Only, &input_gates, &recurrent_weights);
        let after = AfterScan::new(&states, &saved_gates, &gradient);
        inputs.backward(&after, &sequences)
    }
}

/// The tensors that the backward pass needs. No gradient flows through them.
#[derive(Clone, Debug)]
struct SavedTensors<T> {
    input_gates: T,
    recurrent_weights: T,
    states: T,
    saved_gates: T,
    sequences: SequenceLayout,
}

/// The scan as an operation that burn differentiates.
#[derive(Debug)]
struct LstmScan;

impl<B: LstmBackend> Backward<B, 2> for LstmScan {
    type State = SavedTensors<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let [input_gates_node, recurrent_weights_node] = ops.parents;
        let saved = ops.state;
        let (d_input_gates, d_recurrent_weights) = B::lstm_scan_backward(
            saved.input_gates,
            saved.recurrent_weights,
            saved.states,
            saved.saved_gates,
            gradient,
            saved.sequences,
        );
        if let Some(node) = recurrent_weights_node {
            grads.register::<B>(node.id, d_recurrent_weights);
        }
        if let Some(node) = input_gates_node {
            grads.register::<B>(node.id, d_input_gates);
        }
    }
}

impl<B: LstmBackend, C: CheckpointStrategy> LstmBackend for Autodiff<B, C> {
    fn lstm_scan(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self> {
        let (input_gates, input_gates_node) = input_gates.into_parts();
        let (recurrent_weights, recurrent_weights_node) = recurrent_weights.into_parts();
        let prepared = LstmScan
            .prepare::<C>([input_gates_node, recurrent_weights_node])
            .compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(prepared) => {
                let (states, saved_gates) = B::lstm_scan_saving_gates(
                    input_gates.clone(),
                    recurrent_weights.clone(),
                    sequences.clone(),
                );
                let saved = SavedTensors {
                    input_gates,
                    recurrent_weights,
                    states: states.clone(),
                    saved_gates,
                    sequences,
                };
                prepared.finish(saved, states)
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::lstm_scan(input_gates, recurrent_weights, sequences))
            }
        }
    }

    /// Nothing is tracked here: the results are constants.
    fn lstm_scan_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (states, saved_gates) = B::lstm_scan_saving_gates(
            input_gates.into_primitive(),
            recurrent_weights.into_primitive(),
            sequences,
        );
        (
            Self::FloatTensorPrimitive::new(states),
            Self::FloatTensorPrimitive::new(saved_gates),
        )
    }

    /// Second derivatives are not supported: the results are constants.
    fn lstm_scan_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (d_input_gates, d_recurrent_weights) = B::lstm_scan_backward(
            input_gates.into_primitive(),
            recurrent_weights.into_primitive(),
            states.into_primitive(),
            saved_gates.into_primitive(),
            gradient.into_primitive(),
            sequences,
        );
        (
            Self::FloatTensorPrimitive::new(d_input_gates),
            Self::FloatTensorPrimitive::new(d_recurrent_weights),
        )
    }
}

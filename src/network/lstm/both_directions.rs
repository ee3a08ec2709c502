//! The scans of both directions as one operation on the CPU. Each writes its part of the states, so
//! no array of states is reversed or joined.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::cpu::{AfterScan, DirectionInputs, scan, scan_saving_gates};
use super::sequence_layout::{Direction, SequenceLayout};

/// The tensors that the scan of one direction reads.
pub(in crate::network) struct ScanTensors {
    /// The input part of the gates, [R, 4H].
    pub(in crate::network) input_gates: Tensor<2>,
    /// [4H, H].
    pub(in crate::network) recurrent_weights: Tensor<2>,
}

/// Runs the scans of both directions on the CPU: `ahead` from start to end, and `back` from the end
/// of each sequence to its start. Returns the states [B, T, 4H]: h of both, then c of both, and 0
/// after the end of a sequence.
pub(in crate::network) fn lstm_in_both_directions(
    ahead: ScanTensors,
    back: ScanTensors,
    sequences: &SequenceLayout,
) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as BothDirections>::scan_both(
        ahead.input_gates.into_dispatch(),
        ahead.recurrent_weights.into_dispatch(),
        back.input_gates.into_dispatch(),
        back.recurrent_weights.into_dispatch(),
        sequences.clone(),
    ))
}

/// A backend that can run both scans at once. The arguments are those of
/// [`super::LstmBackend`], for the direction from start to end and then for the other one.
#[backend_extension(Flex, Autodiff)]
pub(super) trait BothDirections: Backend {
    /// The states [B, T, 4H].
    fn scan_both(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self>;

    /// The same before a backward pass: the states, then the saved gates of both directions.
    fn scan_both_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The gradients of the first four arguments, from the results of
    /// [`Self::scan_both_saving_gates`] and the gradient of the first.
    #[allow(clippy::type_complexity, reason = "one gradient for each input")]
    #[allow(clippy::too_many_arguments, reason = "every input and result")]
    fn scan_both_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );
}

impl BothDirections for Flex {
    fn scan_both(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self> {
        let directions = [
            DirectionInputs::new(Direction::Ahead, &input_gates, &recurrent_weights),
            DirectionInputs::new(Direction::Back, &back_gates, &back_weights),
        ];
        scan(&directions, &sequences)
    }

    fn scan_both_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let directions = [
            DirectionInputs::new(Direction::Ahead, &input_gates, &recurrent_weights),
            DirectionInputs::new(Direction::Back, &back_gates, &back_weights),
        ];
        scan_saving_gates(&directions, &sequences)
    }

    fn scan_both_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let after = AfterScan::new(&states, &saved_gates, &gradient);
        let ahead = DirectionInputs::new(Direction::Ahead, &input_gates, &recurrent_weights);
        let (d_input_gates, d_recurrent_weights) = ahead.backward(&after, &sequences);
        let back = DirectionInputs::new(Direction::Back, &back_gates, &back_weights);
        let (d_back_gates, d_back_weights) = back.backward(&after, &sequences);
        (
            d_input_gates,
            d_recurrent_weights,
            d_back_gates,
            d_back_weights,
        )
    }
}

/// The tensors that the backward pass needs. No gradient flows through them.
#[derive(Clone, Debug)]
struct SavedDirections<T> {
    input_gates: T,
    recurrent_weights: T,
    back_gates: T,
    back_weights: T,
    states: T,
    saved_gates: T,
    sequences: SequenceLayout,
}

/// The scans as an operation that burn differentiates.
#[derive(Debug)]
struct ScanBoth;

impl<B: BothDirections> Backward<B, 4> for ScanBoth {
    type State = SavedDirections<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let saved = ops.state;
        let (input_gates, recurrent_weights, back_gates, back_weights) = B::scan_both_backward(
            saved.input_gates,
            saved.recurrent_weights,
            saved.back_gates,
            saved.back_weights,
            saved.states,
            saved.saved_gates,
            gradient,
            saved.sequences,
        );
        let gradients = [input_gates, recurrent_weights, back_gates, back_weights];
        for (node, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: BothDirections, C: CheckpointStrategy> BothDirections for Autodiff<B, C> {
    fn scan_both(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> FloatTensor<Self> {
        let (input_gates, gates_node) = input_gates.into_parts();
        let (recurrent_weights, weights_node) = recurrent_weights.into_parts();
        let (back_gates, back_gates_node) = back_gates.into_parts();
        let (back_weights, back_weights_node) = back_weights.into_parts();
        let nodes = [gates_node, weights_node, back_gates_node, back_weights_node];
        match ScanBoth.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let (states, saved_gates) = B::scan_both_saving_gates(
                    input_gates.clone(),
                    recurrent_weights.clone(),
                    back_gates.clone(),
                    back_weights.clone(),
                    sequences.clone(),
                );
                let saved = SavedDirections {
                    input_gates,
                    recurrent_weights,
                    back_gates,
                    back_weights,
                    states: states.clone(),
                    saved_gates,
                    sequences,
                };
                prepared.finish(saved, states)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::scan_both(
                input_gates,
                recurrent_weights,
                back_gates,
                back_weights,
                sequences,
            )),
        }
    }

    /// Nothing is tracked here: the results are constants.
    fn scan_both_saving_gates(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (states, saved_gates) = B::scan_both_saving_gates(
            input_gates.into_primitive(),
            recurrent_weights.into_primitive(),
            back_gates.into_primitive(),
            back_weights.into_primitive(),
            sequences,
        );
        (
            Self::FloatTensorPrimitive::new(states),
            Self::FloatTensorPrimitive::new(saved_gates),
        )
    }

    /// Second derivatives are not supported: the results are constants.
    fn scan_both_backward(
        input_gates: FloatTensor<Self>,
        recurrent_weights: FloatTensor<Self>,
        back_gates: FloatTensor<Self>,
        back_weights: FloatTensor<Self>,
        states: FloatTensor<Self>,
        saved_gates: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        sequences: SequenceLayout,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let (input_gates, recurrent_weights, back_gates, back_weights) = B::scan_both_backward(
            input_gates.into_primitive(),
            recurrent_weights.into_primitive(),
            back_gates.into_primitive(),
            back_weights.into_primitive(),
            states.into_primitive(),
            saved_gates.into_primitive(),
            gradient.into_primitive(),
            sequences,
        );
        (
            Self::FloatTensorPrimitive::new(input_gates),
            Self::FloatTensorPrimitive::new(recurrent_weights),
            Self::FloatTensorPrimitive::new(back_gates),
            Self::FloatTensorPrimitive::new(back_weights),
        )
    }
}

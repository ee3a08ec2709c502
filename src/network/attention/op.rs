//! Attention as one operation with its own backward pass, for the CPU.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::{BoolTensor, FloatTensor};
use burn::backend::{Autodiff, Backend, Flex, TensorMetadata, backend_extension};

use super::backward::{SavedForward, backward};
use super::simd::{AttentionInputs, AttentionSizes, attend, attend_saving};
use crate::network::backend::flex::from_vec;

/// Limit on the bytes of `tanh(W1 · [h₋; c₋] + W2 · h)` that are saved for the backward pass.
const KEPT: usize = 64 * 1024 * 1024;

/// What a backend needs for attention as one operation.
#[backend_extension(Flex, Autodiff)]
pub(super) trait AttentionBackend: Backend {
    /// Weights β and features of every sequence and head (equations 12-14), [B, heads, T + H], from
    /// `states` [B, T, 2H], `w1` [A, 2H], `w2` [A, H], `v` [heads, A] and `masked` [B, T].
    fn attend(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The same before a backward pass: the result, then what is saved for that pass.
    fn attend_saving(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The gradients of `states`, `w1`, `w2` and `v` from the results `attended` and `kept` of
    /// `attend_saving`, and from the gradient of the first.
    #[allow(clippy::type_complexity, reason = "one gradient for each input")]
    #[allow(clippy::too_many_arguments, reason = "every input and result")]
    fn attend_backward(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
        attended: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );
}

impl AttentionBackend for Flex {
    fn attend(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> FloatTensor<Self> {
        let inputs = HostInputs::new(&states, &w1, &w2, &v, &masked);
        let sizes = inputs.sizes;
        let result = attend(inputs.inputs());
        from_vec(result, &[sizes.batch, sizes.heads, sizes.row()])
    }

    fn attend_saving(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let inputs = HostInputs::new(&states, &w1, &w2, &v, &masked);
        let sizes = inputs.sizes;
        let (result, kept) = attend_saving(inputs.inputs(), KEPT);
        let size = kept.len();
        (
            from_vec(result, &[sizes.batch, sizes.heads, sizes.row()]),
            from_vec(kept, &[1, size]),
        )
    }

    fn attend_backward(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
        attended: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let inputs = HostInputs::new(&states, &w1, &w2, &v, &masked);
        let (attended, gradient) = (attended.to_contiguous(), gradient.to_contiguous());
        let attended = SavedForward {
            result: attended.storage(),
            kept: kept.storage(),
            gradient: gradient.storage(),
        };
        let gradients = backward(inputs.inputs(), attended);
        let AttentionSizes {
            batch,
            steps,
            hidden,
            attention_units,
            heads,
        } = inputs.sizes;
        (
            from_vec(gradients.states, &[batch, steps, 2 * hidden]),
            from_vec(gradients.w1, &[attention_units, 2 * hidden]),
            from_vec(gradients.w2, &[attention_units, hidden]),
            from_vec(gradients.v, &[heads, attention_units]),
        )
    }
}

/// The inputs as plain arrays.
struct HostInputs {
    sizes: AttentionSizes,
    states: FlexTensor,
    w1: FlexTensor,
    w2: FlexTensor,
    v: FlexTensor,
    masked: FlexTensor,
}

impl HostInputs {
    fn new(
        states: &FlexTensor,
        w1: &FlexTensor,
        w2: &FlexTensor,
        v: &FlexTensor,
        masked: &FlexTensor,
    ) -> Self {
        let (of_states, of_v) = (states.shape(), v.shape());
        Self {
            sizes: AttentionSizes {
                batch: of_states[0],
                steps: of_states[1],
                hidden: of_states[2] / 2,
                attention_units: of_v[1],
                heads: of_v[0],
            },
            states: states.to_contiguous(),
            w1: w1.to_contiguous(),
            w2: w2.to_contiguous(),
            v: v.to_contiguous(),
            masked: masked.to_contiguous(),
        }
    }

    fn inputs(&self) -> AttentionInputs<'_> {
        AttentionInputs {
            sizes: self.sizes,
            states: self.states.storage(),
            w1: self.w1.storage(),
            w2: self.w2.storage(),
            v: self.v.storage(),
            masked: self.masked.bytes(),
        }
    }
}

/// What the backward pass needs, without gradients of its own.
#[derive(Clone, Debug)]
struct SavedForBackward<T, M> {
    states: T,
    w1: T,
    w2: T,
    v: T,
    masked: M,
    attended: T,
    kept: T,
}

#[derive(Debug)]
struct AttentionGradient;

impl<B: AttentionBackend> Backward<B, 4> for AttentionGradient {
    type State = SavedForBackward<FloatTensor<B>, BoolTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let held = ops.state;
        let (states, w1, w2, v) = B::attend_backward(
            held.states,
            held.w1,
            held.w2,
            held.v,
            held.masked,
            held.attended,
            held.kept,
            gradient,
        );
        for (node, gradient) in ops.parents.into_iter().zip([states, w1, w2, v]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: AttentionBackend, C: CheckpointStrategy> AttentionBackend for Autodiff<B, C> {
    fn attend(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> FloatTensor<Self> {
        let (states, states_node) = states.into_parts();
        let (w1, w1_node) = w1.into_parts();
        let (w2, w2_node) = w2.into_parts();
        let (v, v_node) = v.into_parts();
        let prepared = AttentionGradient
            .prepare::<C>([states_node, w1_node, w2_node, v_node])
            .compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(prepared) => {
                let (attended, kept) = B::attend_saving(
                    states.clone(),
                    w1.clone(),
                    w2.clone(),
                    v.clone(),
                    masked.clone(),
                );
                let held = SavedForBackward {
                    states,
                    w1,
                    w2,
                    v,
                    masked,
                    attended: attended.clone(),
                    kept,
                };
                prepared.finish(held, attended)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::attend(states, w1, w2, v, masked)),
        }
    }

    /// Untracked: the results are constants.
    fn attend_saving(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (attended, kept) = B::attend_saving(
            states.into_primitive(),
            w1.into_primitive(),
            w2.into_primitive(),
            v.into_primitive(),
            masked,
        );
        (
            Self::FloatTensorPrimitive::new(attended),
            Self::FloatTensorPrimitive::new(kept),
        )
    }

    /// Untracked: second derivatives are not supported.
    fn attend_backward(
        states: FloatTensor<Self>,
        w1: FloatTensor<Self>,
        w2: FloatTensor<Self>,
        v: FloatTensor<Self>,
        masked: BoolTensor<Self>,
        attended: FloatTensor<Self>,
        kept: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        let (states, w1, w2, v) = B::attend_backward(
            states.into_primitive(),
            w1.into_primitive(),
            w2.into_primitive(),
            v.into_primitive(),
            masked,
            attended.into_primitive(),
            kept.into_primitive(),
            gradient.into_primitive(),
        );
        (
            Self::FloatTensorPrimitive::new(states),
            Self::FloatTensorPrimitive::new(w1),
            Self::FloatTensorPrimitive::new(w2),
            Self::FloatTensorPrimitive::new(v),
        )
    }
}

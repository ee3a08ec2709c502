//! The LSTM (section 2.2.2, equations 5-10) as one op with a hand-written backward.
//!
//! burn's own `nn::Lstm` records some 45 operations per step. Here the gates' input part comes
//! from one product for the whole sequence, one op scans over time, and its backward gives the
//! gates' gradients, from which the weights' follow as large products.
//!
//! Layouts are PyTorch's: gates in the order i f g o, `weight_hh` [4H, H].

#[cfg(test)]
mod scalar;
mod scan;
mod simd;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Bytes, DType, Shape, Tensor};

/// What a backend must be able to do to run the LSTM.
#[backend_extension(Flex, Autodiff)]
pub trait LstmBackend: Backend {
    /// The scan over time. `gates` [B, T, 4H] is the input's part of the gates, `recurrent`
    /// [4H, H], `lengths` the B sequences' steps. Gives the states [B, T, 2H], h then c, 0 past
    /// the end, and the gates' activations [B, T, 4H], which only the backward needs.
    fn lstm_scan(
        gates: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Gradient of the scan's states with respect to its `gates` before activation, [B, T, 4H].
    fn lstm_scan_backward(
        activations: FloatTensor<Self>,
        states: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> FloatTensor<Self>;
}

/// Runs the scan on whichever device the tensors live on.
///
/// `gates` [B, T, 4H] is `x · weight_ihᵀ + bias`, `recurrent` [4H, H], `lengths` the steps of each
/// of the B sequences. Returns [B, T, 2H], h then c, 0 past a sequence's end.
pub fn lstm(gates: Tensor<3>, recurrent: Tensor<2>, lengths: &[u32]) -> Tensor<3> {
    let (states, _) = <Dispatch as LstmBackend>::lstm_scan(
        gates.into_dispatch(),
        recurrent.into_dispatch(),
        lengths.to_vec(),
    );
    Tensor::from_dispatch(states)
}

impl LstmBackend for Flex {
    fn lstm_scan(
        gates: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let shape = scan_shape(&gates.shape());
        let recurrent = recurrent.to_contiguous();
        let mut gates = into_contiguous(gates);
        let states = simd::forward(
            shape,
            gates.storage_mut::<f32>(),
            recurrent.storage(),
            &lengths,
        );
        let states = from_vec(states, [shape.batch, shape.steps, 2 * shape.hidden]);
        (states, gates)
    }

    fn lstm_scan_backward(
        activations: FloatTensor<Self>,
        states: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> FloatTensor<Self> {
        let shape = scan_shape(&activations.shape());
        let gates = simd::backward(
            shape,
            activations.to_contiguous().storage(),
            states.to_contiguous().storage(),
            recurrent.to_contiguous().storage(),
            gradient.to_contiguous().storage(),
            &lengths,
        );
        from_vec(gates, [shape.batch, shape.steps, 4 * shape.hidden])
    }
}

/// Sizes from the gates' shape [B, T, 4H].
fn scan_shape(gates: &Shape) -> scan::Shape {
    let [batch, steps, gates] = gates.dims();
    scan::Shape {
        batch,
        steps,
        hidden: gates / 4,
    }
}

/// Contiguous and, where nobody else holds it, still the only owner of its memory.
fn into_contiguous(tensor: FlexTensor) -> FlexTensor {
    let contiguous = tensor.to_contiguous();
    drop(tensor);
    contiguous
}

fn from_vec(values: Vec<f32>, dims: [usize; 3]) -> FlexTensor {
    FlexTensor::new(
        Bytes::from_elems(values),
        Layout::contiguous(Shape::from(dims)),
        DType::F32,
    )
}

/// What the backward pass needs, all without gradients of its own.
#[derive(Clone, Debug)]
struct Scan<T> {
    activations: T,
    states: T,
    recurrent: T,
    lengths: Vec<u32>,
}

#[derive(Debug)]
struct LstmScan;

impl<B: LstmBackend> Backward<B, 2> for LstmScan {
    type State = Scan<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let [gates, recurrent] = ops.parents;
        let scan = ops.state;
        let d = B::lstm_scan_backward(
            scan.activations,
            scan.states.clone(),
            scan.recurrent,
            gradient,
            scan.lengths,
        );
        if let Some(node) = recurrent {
            grads.register::<B>(node.id, recurrent_gradient::<B>(d.clone(), scan.states));
        }
        if let Some(node) = gates {
            grads.register::<B>(node.id, d);
        }
    }
}

/// `Σ_t d_tᵀ · h_{t-1}`, [4H, H], as one product over all steps but the first.
fn recurrent_gradient<B: Backend>(d: FloatTensor<B>, states: FloatTensor<B>) -> FloatTensor<B> {
    let [batch, steps, gates] = d.shape().dims();
    let hidden = gates / 4;
    if steps < 2 {
        let shape = Shape::from([gates, hidden]);
        return B::float_zeros(shape, &d.device(), burn::tensor::FloatDType::F32);
    }
    let rows = batch * (steps - 1);
    let slice = |from: usize, to: usize, width: usize| {
        [(0, batch), (from, to), (0, width)].map(|(a, b)| burn::tensor::Slice::from(a..b))
    };
    let now = B::float_slice(d, &slice(1, steps, gates));
    let before = B::float_slice(states, &slice(0, steps - 1, hidden));
    let now = B::float_reshape(now, Shape::from([rows, gates]));
    let before = B::float_reshape(before, Shape::from([rows, hidden]));
    B::float_matmul(B::float_transpose(now), before)
}

impl<B: LstmBackend, C: CheckpointStrategy> LstmBackend for Autodiff<B, C> {
    fn lstm_scan(
        gates: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (gates, gates_node) = gates.into_parts();
        let (recurrent, recurrent_node) = recurrent.into_parts();
        let (states, activations) = B::lstm_scan(gates, recurrent.clone(), lengths.clone());
        let prepared = LstmScan
            .prepare::<C>([gates_node, recurrent_node])
            .compute_bound();
        let output = match prepared.stateful() {
            OpsKind::Tracked(prepared) => {
                let state = Scan {
                    activations: activations.clone(),
                    states: states.clone(),
                    recurrent,
                    lengths,
                };
                prepared.finish(state, states)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(states),
        };
        (output, Self::FloatTensorPrimitive::new(activations))
    }

    /// Gradients of gradients are not followed: the result is a constant.
    fn lstm_scan_backward(
        activations: FloatTensor<Self>,
        states: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        lengths: Vec<u32>,
    ) -> FloatTensor<Self> {
        Self::FloatTensorPrimitive::new(B::lstm_scan_backward(
            activations.into_primitive(),
            states.into_primitive(),
            recurrent.into_primitive(),
            gradient.into_primitive(),
            lengths,
        ))
    }
}

//! The backward scan in vector instructions, block by block from the last step to the first.

use pulp::{Arch, Simd, WithSimd};

use super::time_block::TimeBlock;
use crate::network::lstm::sequence_layout::{
    BackwardInputs, ScanShape, SequenceLayout, longest_first,
};
use crate::network::simd::lanes::transpose;

/// Computes the gradients of the input gates [R, 4H] and of the recurrent weights [4H, H].
pub(crate) fn backward(
    shape: ScanShape,
    inputs: BackwardInputs<'_>,
    sequences: &SequenceLayout,
) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(BackwardScan {
        shape,
        inputs,
        sequences,
    })
}

struct BackwardScan<'a> {
    shape: ScanShape,
    inputs: BackwardInputs<'a>,
    sequences: &'a SequenceLayout,
}

impl WithSimd for BackwardScan<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let hidden = self.shape.hidden;
        let order = longest_first(self.sequences.lengths());
        let mut block = TimeBlock::new(simd, self.shape, self.inputs, self.sequences);
        let stride = block.stride();
        let mut d_input_gates = vec![0.0f32; self.inputs.input_gates.len()];
        let mut transposed = vec![0.0f32; hidden * stride];
        let mut end = self.shape.steps;
        while end > 0 {
            end = block.move_before(end, &order);
            block.activate();
            block.scan_backward();
            block.add_input_gate_gradients(&mut d_input_gates);
            block.add_weight_gradients(&mut transposed);
        }
        let mut d_recurrent_weights = vec![0.0f32; 4 * hidden * hidden];
        transpose(&transposed, stride, &mut d_recurrent_weights, hidden);
        (d_input_gates, d_recurrent_weights)
    }
}

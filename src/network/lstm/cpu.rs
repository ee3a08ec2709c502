//! The scan on the CPU: from tensors to arrays, and back.

use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;

use super::sequence_layout::{BackwardInputs, Direction, ScanShape, SequenceLayout};
use super::simd::{BackwardScan, ForwardScan, ScanInputs};
use crate::network::backend::flex::from_vec;

/// The gates of one direction are saved for the backward pass if they take at most this many bytes.
const MAX_SAVED_GATE_BYTES: usize = 64 * 1024 * 1024;

/// The inputs of the scan of one direction as plain arrays.
pub(super) struct DirectionInputs {
    direction: Direction,
    /// [R, 4H].
    input_gates: FlexTensor,
    /// [4H, H].
    recurrent_weights: FlexTensor,
}

impl DirectionInputs {
    pub(super) fn new(
        direction: Direction,
        input_gates: &FlexTensor,
        recurrent_weights: &FlexTensor,
    ) -> Self {
        Self {
            direction,
            input_gates: input_gates.to_contiguous(),
            recurrent_weights: recurrent_weights.to_contiguous(),
        }
    }

    fn inputs(&self) -> ScanInputs<'_> {
        ScanInputs {
            direction: self.direction,
            input_gates: self.input_gates.storage(),
            recurrent_weights: self.recurrent_weights.storage(),
        }
    }

    fn shape(&self, sequences: &SequenceLayout) -> ScanShape {
        ScanShape {
            batch: sequences.batch(),
            steps: sequences.steps(),
            hidden: self.recurrent_weights.shape()[1],
        }
    }

    /// The gradients of the input gates and of the recurrent weights.
    pub(super) fn backward(
        &self,
        after: &AfterScan,
        sequences: &SequenceLayout,
    ) -> (FlexTensor, FlexTensor) {
        let shape = self.shape(sequences);
        let scan = BackwardScan {
            shape,
            direction: self.direction,
            inputs: BackwardInputs {
                input_gates: self.input_gates.storage(),
                recurrent_weights: self.recurrent_weights.storage(),
                states: after.states.storage(),
                saved_gates: after.gates_of(self.direction),
                gradient: after.gradient.storage(),
            },
            sequences,
        };
        let (input_gates, recurrent_weights) = scan.run();
        let width = 4 * shape.hidden;
        (
            from_vec(input_gates, &[self.input_gates.shape()[0], width]),
            from_vec(recurrent_weights, &[width, shape.hidden]),
        )
    }
}

/// What is known after a scan as plain arrays: the states of all directions, their gradient, and the
/// gates that were saved.
pub(super) struct AfterScan {
    states: FlexTensor,
    saved_gates: FlexTensor,
    gradient: FlexTensor,
}

impl AfterScan {
    pub(super) fn new(
        states: &FlexTensor,
        saved_gates: &FlexTensor,
        gradient: &FlexTensor,
    ) -> Self {
        Self {
            states: states.to_contiguous(),
            saved_gates: saved_gates.to_contiguous(),
            gradient: gradient.to_contiguous(),
        }
    }

    /// The saved gates of one direction.
    fn gates_of(&self, direction: Direction) -> &[f32] {
        let all: &[f32] = self.saved_gates.storage();
        match direction {
            Direction::Only => all,
            Direction::Ahead => &all[..all.len() / 2],
            Direction::Back => &all[all.len() / 2..],
        }
    }
}

/// The states of one direction, or of both: [B, T, 2S].
pub(super) fn scan(directions: &[DirectionInputs], sequences: &SequenceLayout) -> FlexTensor {
    scan_saving_within(0, directions, sequences).0
}

/// The same before a backward pass, and the saved gates.
pub(super) fn scan_saving_gates(
    directions: &[DirectionInputs],
    sequences: &SequenceLayout,
) -> (FlexTensor, FlexTensor) {
    scan_saving_within(MAX_SAVED_GATE_BYTES, directions, sequences)
}

fn scan_saving_within(
    max_bytes: usize,
    directions: &[DirectionInputs],
    sequences: &SequenceLayout,
) -> (FlexTensor, FlexTensor) {
    let shape = directions[0].shape(sequences);
    let inputs: Vec<ScanInputs<'_>> = directions.iter().map(DirectionInputs::inputs).collect();
    let scan = ForwardScan {
        shape,
        directions: &inputs,
        sequences,
    };
    let outputs = scan.run(max_bytes);
    let width = 2 * directions.len() * shape.hidden;
    let gates = outputs.saved_gates.len();
    (
        from_vec(outputs.states, &[shape.batch, shape.steps, width]),
        from_vec(outputs.saved_gates, &[1, gates]),
    )
}

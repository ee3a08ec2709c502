//! Kernels that sum the gate gradients into those of the recurrent weights and the input gates.

use cubecl::prelude::*;

use super::math::Gates;

/// Units k of the previous step that one invocation of [`add_weight_gradients`] handles.
pub(super) const BLOCK: usize = 4;

/// Adds `d_t · h_{t-1}` of the steps `first` to `last` (exclusive) to `partial_sums`
/// [slices, H, H], from unit k (last axis) to unit j. `d_gates` is [B, chunk, H]. Slice s handles
/// the sequences s, s + slices, …
#[cube(launch)]
pub(super) fn add_weight_gradients(
    d_gates: &[Gates],
    states: &[f32],
    lengths: &[u32],
    partial_sums: &mut [Gates],
    batch: u32,
    steps: u32,
    first: u32,
    last: u32,
    chunk: u32,
    is_first: u32,
    #[comptime] hidden: usize,
) {
    let chunk = chunk as usize;
    let blocks = comptime!(hidden.div_ceil(BLOCK));
    let slice = CUBE_POS_Y as usize;
    let slices = CUBE_COUNT_Y as usize;
    let at = CUBE_POS_X as usize * CUBE_DIM_X as usize + UNIT_POS as usize;
    if at < hidden * blocks {
        let to = at / blocks;
        let from = (at % blocks) * BLOCK;
        let mut sums = Array::<Gates>::new(BLOCK);
        #[unroll]
        for n in 0..BLOCK {
            sums[n] = Gates::new(0.0);
        }
        let mut b = slice;
        while b < batch as usize {
            let end = min(lengths[b], last);
            // The first step has no previous step.
            for t in max(first, 1)..end {
                let gates = d_gates[(b * chunk + (t - first) as usize) * hidden + to];
                let previous = (b * steps as usize + t as usize - 1) * 2 * hidden + from;
                #[unroll]
                for n in 0..BLOCK {
                    sums[n] += gates * Gates::new(states[previous + n]);
                }
            }
            b += slices;
        }
        #[unroll]
        for n in 0..BLOCK {
            if from + n < hidden {
                let index = (slice * hidden + to) * hidden + from + n;
                if is_first == 1 {
                    partial_sums[index] = sums[n];
                } else {
                    partial_sums[index] += sums[n];
                }
            }
        }
    }
}

/// Sums the slices of `partial_sums` [slices, H, H] into the recurrent weights' gradient [4H, H].
#[cube(launch)]
pub(super) fn sum_slices(
    partial_sums: &[Gates],
    d_recurrent_weights: &mut [f32],
    slices: u32,
    #[comptime] hidden: usize,
) {
    let at = ABSOLUTE_POS;
    let size = comptime!(hidden * hidden);
    if at < size {
        let mut sum = partial_sums[at];
        for slice in 1..slices {
            sum += partial_sums[slice as usize * size + at];
        }
        #[unroll]
        for gate in 0..4usize {
            d_recurrent_weights[gate * size + at] = sum.extract(gate);
        }
    }
}

/// Copies the gate gradients of steps that each read a row of their own: `d_gates` [B, chunk, H] of
/// the steps `first` to `last` (exclusive) into `d_input_gates` [B · T, 4H].
#[cube(launch)]
pub(super) fn scatter_rows(
    d_gates: &[Gates],
    d_input_gates: &mut [f32],
    batch: u32,
    steps: u32,
    first: u32,
    last: u32,
    chunk: u32,
    #[comptime] hidden: usize,
) {
    let chunk = chunk as usize;
    let count = (last - first) as usize;
    let unit = ABSOLUTE_POS % hidden;
    let step = ABSOLUTE_POS / hidden;
    let b = step / count;
    let t = step % count;
    if b < batch as usize {
        let gates = d_gates[(b * chunk + t) * hidden + unit];
        let row = (b * steps as usize + first as usize + t) * 4 * hidden + unit;
        #[unroll]
        for gate in 0..4usize {
            d_input_gates[row + gate * hidden] = gates.extract(gate);
        }
    }
}

/// Sums the steps of each bucket: bucket p (`CUBE_POS_X`) has the steps of `order` from
/// `bucket_offsets[p]` to `bucket_offsets[p + 1]` (exclusive). Writes `bucket_sums` [buckets, H].
#[cube(launch)]
pub(super) fn sum_buckets(
    d_gates: &[Gates],
    bucket_offsets: &[u32],
    order: &[u32],
    bucket_sums: &mut [Gates],
    #[comptime] hidden: usize,
) {
    let bucket = CUBE_POS_X as usize;
    let unit = CUBE_POS_Y as usize * CUBE_DIM_X as usize + UNIT_POS as usize;
    if unit < hidden {
        let mut sum = Gates::new(0.0);
        for n in bucket_offsets[bucket]..bucket_offsets[bucket + 1] {
            sum += d_gates[order[n as usize] as usize * hidden + unit];
        }
        bucket_sums[bucket * hidden + unit] = sum;
    }
}

/// Sums the buckets of each table row: row v (`CUBE_POS_X`) of `d_input_gates` [V, 4H] has the
/// buckets from `row_offsets[v]` to `row_offsets[v + 1]` (exclusive). Overwrites the row if
/// `is_first`, else adds to it.
#[cube(launch)]
pub(super) fn sum_rows(
    bucket_sums: &[Gates],
    row_offsets: &[u32],
    d_input_gates: &mut [f32],
    is_first: u32,
    #[comptime] hidden: usize,
) {
    let row = CUBE_POS_X as usize;
    let unit = CUBE_POS_Y as usize * CUBE_DIM_X as usize + UNIT_POS as usize;
    if unit < hidden {
        let mut sum = Gates::new(0.0);
        for bucket in row_offsets[row]..row_offsets[row + 1] {
            sum += bucket_sums[bucket as usize * hidden + unit];
        }
        #[unroll]
        for gate in 0..4usize {
            let at = (row * 4 + gate) * hidden + unit;
            if is_first == 1 {
                d_input_gates[at] = sum.extract(gate);
            } else {
                d_input_gates[at] += sum.extract(gate);
            }
        }
    }
}

//! From the gates' gradients to those of the weights and of the rows.

use cubecl::prelude::*;

use super::math::Gates;

/// Units k of the step before that one invocation of [`recurrent`] takes.
pub(super) const BLOCK: usize = 4;

/// Adds `d_t · h_{t-1}` of steps `first` to `last` (exclusive) to `partial` [slices, H, H], from
/// unit k (last) to unit j. `d` is [B, chunk, H]. Slice s does the sequences s, s + slices, …
#[cube(launch)]
pub(super) fn recurrent(
    d: &[Gates],
    states: &[f32],
    lengths: &[u32],
    partial: &mut [Gates],
    batch: u32,
    steps: u32,
    first: u32,
    last: u32,
    chunk: u32,
    fresh: u32,
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
            // The first step has none before it.
            for t in max(first, 1)..end {
                let gates = d[(b * chunk + (t - first) as usize) * hidden + to];
                let before = (b * steps as usize + t as usize - 1) * 2 * hidden + from;
                #[unroll]
                for n in 0..BLOCK {
                    sums[n] += gates * Gates::new(states[before + n]);
                }
            }
            b += slices;
        }
        #[unroll]
        for n in 0..BLOCK {
            if from + n < hidden {
                let place = (slice * hidden + to) * hidden + from + n;
                if fresh == 1 {
                    partial[place] = sums[n];
                } else {
                    partial[place] += sums[n];
                }
            }
        }
    }
}

/// Sums `partial` [slices, H, H] into the recurrent weights' gradient [4H, H].
#[cube(launch)]
pub(super) fn gather_recurrent(
    partial: &[Gates],
    d_recurrent: &mut [f32],
    slices: u32,
    #[comptime] hidden: usize,
) {
    let at = ABSOLUTE_POS;
    let size = comptime!(hidden * hidden);
    if at < size {
        let mut sum = partial[at];
        for slice in 1..slices {
            sum += partial[slice as usize * size + at];
        }
        #[unroll]
        for gate in 0..4usize {
            d_recurrent[gate * size + at] = sum.extract(gate);
        }
    }
}

/// Rows of steps that each read their own: `d` [B, chunk, H] of steps `first` to `last`
/// (exclusive) into `d_rows` [B · T, 4H].
#[cube(launch)]
pub(super) fn spread_rows(
    d: &[Gates],
    d_rows: &mut [f32],
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
        let gates = d[(b * chunk + t) * hidden + unit];
        let row = (b * steps as usize + first as usize + t) * 4 * hidden + unit;
        #[unroll]
        for gate in 0..4usize {
            d_rows[row + gate * hidden] = gates.extract(gate);
        }
    }
}

/// Sums steps of one token each: part p (`CUBE_POS_X`) sums the steps that `order` names from
/// `bounds[p]` to `bounds[p + 1]` (exclusive) into `partial` [parts, H].
#[cube(launch)]
pub(super) fn sum_parts(
    d: &[Gates],
    bounds: &[u32],
    order: &[u32],
    partial: &mut [Gates],
    #[comptime] hidden: usize,
) {
    let part = CUBE_POS_X as usize;
    let unit = CUBE_POS_Y as usize * CUBE_DIM_X as usize + UNIT_POS as usize;
    if unit < hidden {
        let mut sum = Gates::new(0.0);
        for n in bounds[part]..bounds[part + 1] {
            sum += d[order[n as usize] as usize * hidden + unit];
        }
        partial[part * hidden + unit] = sum;
    }
}

/// Sums each token's parts: row v (`CUBE_POS_X`) of `d_rows` [V, 4H] is the sum of the parts
/// from `spans[v]` to `spans[v + 1]` (exclusive), added to what is there unless `fresh`.
#[cube(launch)]
pub(super) fn gather_rows(
    partial: &[Gates],
    spans: &[u32],
    d_rows: &mut [f32],
    fresh: u32,
    #[comptime] hidden: usize,
) {
    let row = CUBE_POS_X as usize;
    let unit = CUBE_POS_Y as usize * CUBE_DIM_X as usize + UNIT_POS as usize;
    if unit < hidden {
        let mut sum = Gates::new(0.0);
        for part in spans[row]..spans[row + 1] {
            sum += partial[part as usize * hidden + unit];
        }
        #[unroll]
        for gate in 0..4usize {
            let at = (row * 4 + gate) * hidden + unit;
            if fresh == 1 {
                d_rows[at] = sum.extract(gate);
            } else {
                d_rows[at] += sum.extract(gate);
            }
        }
    }
}

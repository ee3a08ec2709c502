//! Kernels of the backward scan: the gradient of the loss by every gate before its activation.

use cubecl::prelude::*;

use super::math::{Gates, activate, read_gates, tanh, total, workgroup_uniform};
use super::product::{add_gates, add_states};
use super::tile::Tile;

/// Recomputes the gate activations of the steps `first` to `last` (exclusive) from the states:
/// `gates` is [B, chunk, H]. All steps are computed at once, `tile.sequences` steps per invocation.
#[cube(launch)]
pub(super) fn recompute(
    weights: &[Gates],
    input_gates: &[f32],
    tokens: &[u32],
    states: &[f32],
    gates: &mut [Gates],
    steps: u32,
    first: u32,
    last: u32,
    chunk: u32,
    #[comptime] tile: Tile,
) {
    let hidden = comptime!(tile.hidden);
    let count = comptime!(tile.sequences);
    let unit = CUBE_POS_X as usize * comptime!(tile.width) + UNIT_POS as usize;
    let start = first as usize + CUBE_POS_Y as usize * count;
    let sequence = CUBE_POS_Z as usize * steps as usize;
    let chunk = chunk as usize;
    if unit < hidden {
        let mut sums = Array::<Gates>::new(count);
        let mut offsets = Array::<u32>::new(count);
        #[unroll]
        for s in 0..count {
            // Tile rows after the last step repeat that step and write nothing.
            let step = sequence + min(start + s, last as usize - 1);
            sums[s] = Gates::new(0.0);
            offsets[s] = ((max(step, 1) - 1) * 2 * hidden) as u32;
        }
        add_states(
            &mut sums, weights, unit, states, &offsets, hidden, hidden, count,
        );
        #[unroll]
        for s in 0..count {
            let t = start + s;
            if t < last as usize {
                let row = if comptime!(tile.has_tokens) {
                    tokens[sequence + t] as usize
                } else {
                    sequence + t
                };
                let input = read_gates(input_gates, row * 4 * hidden, unit, hidden);
                // The first step has no previous state.
                let sum = input + select(t > 0, sums[s], Gates::new(0.0));
                let at = (CUBE_POS_Z as usize * chunk + t - first as usize) * hidden + unit;
                gates[at] = activate(sum);
            }
        }
    }
}

/// Computes the gradients of the gates before activation, from step `last - 1` down to `first`.
/// They replace the activations in `gates` [B, chunk, H], whose first step is `origin`.
///
/// `later_gates` are the gradients of the next chunk in time. `d_cells` [B, H] passes the gradient
/// of c from one launch to the next. `weights` [H, H] has, for every unit j and every unit u of the
/// previous step, the four weights from u to j.
#[cube(launch)]
pub(super) fn scan(
    weights: &[Gates],
    states: &[f32],
    gradient: &[f32],
    lengths: &[u32],
    later_gates: &[Gates],
    gates: &mut [Gates],
    d_cells: &mut [f32],
    batch: u32,
    steps: u32,
    origin: u32,
    first: u32,
    last: u32,
    chunk: u32,
    #[comptime] tile: Tile,
) {
    let hidden = comptime!(tile.hidden);
    let count = comptime!(tile.sequences);
    let units = comptime!(tile.units());
    let width = comptime!(tile.width);
    let is_unit_block = comptime!(tile.is_unit_block);
    let steps = steps as usize;
    let batch = batch as usize;
    let chunk = chunk as usize;
    let start = CUBE_POS_Y as usize * count;
    let first_unit = CUBE_POS_X as usize * width + UNIT_POS as usize;
    // Step `last` is in this chunk, or it is the first step of the next chunk.
    let is_in_chunk = ((last - origin) as usize) < chunk;
    let has_next = (last as usize) < steps;

    // Tile rows after the end of the batch read its last sequence and write nothing.
    let mut sequences = Array::<u32>::new(count);
    let mut ends = Array::<u32>::new(count);
    let mut end = first;
    #[unroll]
    for s in 0..count {
        sequences[s] = min(start + s, batch - 1) as u32;
        ends[s] = select(start + s < batch, lengths[sequences[s] as usize], 0);
        end = max(end, min(ends[s], last));
    }
    let mut next_gates = Shared::<[Gates]>::new_slice(comptime!(tile.shared_gates()));
    let mut unit_d_cells = Array::<f32>::new(comptime!(units * count));
    #[unroll]
    for p in 0..units {
        let unit = first_unit + p * width;
        #[unroll]
        for s in 0..count {
            let mut d_cell = 0.0f32;
            let mut d = Gates::new(0.0);
            if has_next && unit < hidden && start + s < batch {
                d_cell = d_cells[(start + s) * hidden + unit];
                if comptime!(!is_unit_block) {
                    if is_in_chunk {
                        d = gates[((start + s) * chunk + (last - origin) as usize) * hidden + unit];
                    } else {
                        d = later_gates[(start + s) * chunk * hidden + unit];
                    }
                }
            }
            unit_d_cells[p * count + s] = d_cell;
            if comptime!(!is_unit_block) && unit < hidden {
                next_gates[s * hidden + unit] = d;
            }
        }
    }
    if comptime!(!is_unit_block) {
        end = workgroup_uniform(end);
    }
    // Steps after the end of all sequences of this workgroup.
    for t in end..last {
        #[unroll]
        for p in 0..units {
            let unit = first_unit + p * width;
            #[unroll]
            for s in 0..count {
                if unit < hidden && start + s < batch {
                    let at = ((start + s) * chunk + (t - origin) as usize) * hidden + unit;
                    gates[at] = Gates::new(0.0);
                }
            }
        }
    }
    for n in 0..end - first {
        let t = end - 1 - n;
        let size = comptime!(if tile.has_two_buffers() {
            count * hidden
        } else {
            0
        });
        let buffer = (n % 2) as usize * size;
        let other_buffer = size - buffer;
        // The gradients of this step, kept until all invocations have read those of the next step.
        let mut written = Array::<Gates>::new(comptime!(units * count));
        #[unroll]
        for p in 0..units {
            let unit = first_unit + p * width;
            if unit < hidden {
                let mut sums = Array::<Gates>::new(count);
                #[unroll]
                for s in 0..count {
                    sums[s] = Gates::new(0.0);
                }
                let mut offsets = Array::<u32>::new(count);
                if comptime!(is_unit_block) {
                    // The next step is in this chunk, or it is the first step of the next chunk.
                    let from = select(is_in_chunk, (last - origin) as usize, 0usize);
                    #[unroll]
                    for s in 0..count {
                        offsets[s] = ((sequences[s] as usize * chunk + from) * hidden) as u32;
                    }
                    if has_next && is_in_chunk {
                        add_gates(&mut sums, weights, unit, &*gates, &offsets, hidden, count);
                    } else if has_next {
                        add_gates(
                            &mut sums,
                            weights,
                            unit,
                            later_gates,
                            &offsets,
                            hidden,
                            count,
                        );
                    }
                } else {
                    #[unroll]
                    for s in 0..count {
                        offsets[s] = (buffer + s * hidden) as u32;
                    }
                    add_gates(
                        &mut sums,
                        weights,
                        unit,
                        &next_gates,
                        &offsets,
                        hidden,
                        count,
                    );
                }
                #[unroll]
                for s in 0..count {
                    let is_active = t < ends[s];
                    let sequence = sequences[s] as usize;
                    let at = (sequence * steps + t as usize) * 2 * hidden + unit;
                    let gate_index = (sequence * chunk + (t - origin) as usize) * hidden + unit;
                    let a = gates[gate_index];
                    let i = a.extract(0usize);
                    let f = a.extract(1usize);
                    let g = a.extract(2usize);
                    let o = a.extract(3usize);
                    let tanh_c = tanh(states[at + hidden]);
                    let mut previous_cell = 0.0f32;
                    if t > 0 {
                        previous_cell = states[at - hidden];
                    }
                    let dh = gradient[at] + total(sums[s]);
                    let dc = gradient[at + hidden]
                        + unit_d_cells[p * count + s]
                        + dh * o * (1.0 - tanh_c * tanh_c);
                    let mut d = Gates::new(dc * g * i * (1.0 - i));
                    d.insert(1usize, dc * previous_cell * f * (1.0 - f));
                    d.insert(2usize, dc * i * (1.0 - g * g));
                    d.insert(3usize, dh * tanh_c * o * (1.0 - o));
                    d = select(is_active, d, Gates::new(0.0));
                    unit_d_cells[p * count + s] = select(is_active, dc * f, 0.0);
                    written[p * count + s] = d;
                    if start + s < batch {
                        gates[gate_index] = d;
                    }
                    if comptime!(tile.has_two_buffers()) {
                        next_gates[other_buffer + s * hidden + unit] = d;
                    }
                }
            }
        }
        if comptime!(!is_unit_block) {
            sync_cube();
            if comptime!(!tile.has_two_buffers()) {
                #[unroll]
                for p in 0..units {
                    let unit = first_unit + p * width;
                    #[unroll]
                    for s in 0..count {
                        if unit < hidden {
                            next_gates[s * hidden + unit] = written[p * count + s];
                        }
                    }
                }
                sync_cube();
            }
        }
    }
    #[unroll]
    for p in 0..units {
        let unit = first_unit + p * width;
        #[unroll]
        for s in 0..count {
            if unit < hidden && start + s < batch {
                d_cells[(start + s) * hidden + unit] = unit_d_cells[p * count + s];
            }
        }
    }
}

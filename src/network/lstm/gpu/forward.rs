//! Kernels of the forward scan (equations 5-10).

use cubecl::prelude::*;

use super::math::{Gates, activate, read_gates, tanh, workgroup_uniform};
use super::product::add_states;
use super::tile::Tile;

/// Computes the states of the steps `first` to `last` (exclusive), continuing from the state of
/// step `first - 1`.
///
/// `weights` [H, H] has, for every unit k of the previous step and every unit u, the four weights
/// from k to u. A workgroup computes `tile.sequences` sequences: either all their units, in a loop
/// over time, or a block of units in a single step.
#[cube(launch)]
pub(super) fn scan(
    weights: &[Gates],
    input_gates: &[f32],
    tokens: &[u32],
    lengths: &[u32],
    states: &mut [f32],
    batch: u32,
    steps: u32,
    first: u32,
    last: u32,
    #[comptime] tile: Tile,
) {
    let hidden = comptime!(tile.hidden);
    let count = comptime!(tile.sequences);
    let units = comptime!(tile.units());
    let width = comptime!(tile.width);
    let is_unit_block = comptime!(tile.is_unit_block);
    let steps = steps as usize;
    let start = CUBE_POS_Y as usize * count;
    let first_unit = CUBE_POS_X as usize * width + UNIT_POS as usize;

    // Tile rows after the end of the batch read its last sequence and write nothing.
    let mut sequences = Array::<u32>::new(count);
    let mut ends = Array::<u32>::new(count);
    let mut end = first;
    #[unroll]
    for s in 0..count {
        sequences[s] = min(start + s, batch as usize - 1) as u32;
        let length = lengths[sequences[s] as usize];
        ends[s] = select(start + s < batch as usize, length, 0);
        end = max(end, min(ends[s], last));
    }
    // h of the previous step for all units, in two buffers that take turns: one barrier per step.
    let mut previous_h = Shared::<[f32]>::new_slice(comptime!(tile.shared_states()));
    let mut cells = Array::<f32>::new(comptime!(units * count));
    #[unroll]
    for p in 0..units {
        let unit = first_unit + p * width;
        #[unroll]
        for s in 0..count {
            let mut h = 0.0f32;
            let mut c = 0.0f32;
            if first > 0 && unit < hidden {
                let previous = sequences[s] as usize * steps + first as usize - 1;
                h = states[previous * 2 * hidden + unit];
                c = states[previous * 2 * hidden + hidden + unit];
            }
            cells[p * count + s] = c;
            if comptime!(!is_unit_block) && unit < hidden {
                previous_h[s * hidden + unit] = h;
            }
        }
    }
    if comptime!(!is_unit_block) {
        end = workgroup_uniform(end);
    }
    for t in first..end {
        let buffer = ((t - first) % 2) as usize * comptime!(count * hidden);
        let other_buffer = comptime!(count * hidden) - buffer;
        #[unroll]
        for p in 0..units {
            let unit = first_unit + p * width;
            if unit < hidden {
                let mut gates = Array::<Gates>::new(count);
                let mut offsets = Array::<u32>::new(count);
                #[unroll]
                for s in 0..count {
                    let step = sequences[s] as usize * steps + t as usize;
                    let row = if comptime!(tile.has_tokens) {
                        tokens[step] as usize
                    } else {
                        step
                    };
                    gates[s] = read_gates(input_gates, row * 4 * hidden, unit, hidden);
                    offsets[s] = if comptime!(is_unit_block) {
                        ((max(step, 1) - 1) * 2 * hidden) as u32
                    } else {
                        (buffer + s * hidden) as u32
                    };
                }
                if comptime!(is_unit_block) {
                    if t > 0 {
                        add_states(
                            &mut gates, weights, unit, &*states, &offsets, hidden, hidden, count,
                        );
                    }
                } else {
                    add_states(
                        &mut gates,
                        weights,
                        unit,
                        &previous_h,
                        &offsets,
                        hidden,
                        hidden,
                        count,
                    );
                }
                #[unroll]
                for s in 0..count {
                    let a = activate(gates[s]);
                    let c = a.extract(0usize) * a.extract(2usize)
                        + a.extract(1usize) * cells[p * count + s];
                    let h = a.extract(3usize) * tanh(c);
                    cells[p * count + s] = c;
                    if comptime!(!is_unit_block) {
                        previous_h[other_buffer + s * hidden + unit] = h;
                    }
                    if start + s < batch as usize {
                        let is_active = t < ends[s];
                        let at = ((start + s) * steps + t as usize) * 2 * hidden + unit;
                        states[at] = select(is_active, h, 0.0);
                        states[at + hidden] = select(is_active, c, 0.0);
                    }
                }
            }
        }
        if comptime!(!is_unit_block) {
            sync_cube();
        }
    }
    // Steps after the end of all sequences of this workgroup.
    for t in end..last {
        #[unroll]
        for p in 0..units {
            let unit = first_unit + p * width;
            #[unroll]
            for s in 0..count {
                if unit < hidden && start + s < batch as usize {
                    let at = ((start + s) * steps + t as usize) * 2 * hidden + unit;
                    states[at] = 0.0;
                    states[at + hidden] = 0.0;
                }
            }
        }
    }
}

/// Packs the recurrent weights [4H, H] as the kernels read them, four gates per entry. `to_gates`
/// [k, u] has the weights from unit k to unit u; `to_states` [j, u] has those from unit u to unit
/// j.
#[cube(launch)]
pub(super) fn pack(
    recurrent_weights: &[f32],
    to_gates: &mut [Gates],
    to_states: &mut [Gates],
    #[comptime] hidden: usize,
) {
    let at = ABSOLUTE_POS;
    if at < hidden * hidden {
        let (to, from) = (at / hidden, at % hidden);
        let mut weights = Gates::new(recurrent_weights[to * hidden + from]);
        #[unroll]
        for gate in 1..4usize {
            let row = gate * hidden + to;
            weights.insert(gate, recurrent_weights[row * hidden + from]);
        }
        to_gates[from * hidden + to] = weights;
        to_states[to * hidden + from] = weights;
    }
}

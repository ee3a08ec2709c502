//! The scan over time (equations 5-10) as a kernel.

use cubecl::prelude::*;

use super::layout::Tile;
use super::math::{Gates, activate, read_row, same_for_all, tanh};
use super::product::add_states;

/// States of steps `first` to `last` (exclusive), which go on from those before `first`.
///
/// `weights` [H, H] has for every earlier unit k and every unit u the four weights from k to u.
/// A workgroup does `tile.sequences` sequences: all their units, looping over time, or in a split
/// plan a block of units in one step.
#[cube(launch)]
pub(super) fn scan(
    weights: &[Gates],
    rows: &[f32],
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
    let split = comptime!(tile.split);
    let steps = steps as usize;
    let start = CUBE_POS_Y as usize * count;
    let first_unit = CUBE_POS_X as usize * width + UNIT_POS as usize;

    // Places past the batch read its last sequence and write nothing.
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
    // h of the step before, for all units, in turns in one half and the other: one barrier a step.
    let mut before = Shared::<[f32]>::new_slice(comptime!(tile.shared_states()));
    let mut cells = Array::<f32>::new(comptime!(units * count));
    #[unroll]
    for p in 0..units {
        let unit = first_unit + p * width;
        #[unroll]
        for s in 0..count {
            let mut h = 0.0f32;
            let mut c = 0.0f32;
            if first > 0 && unit < hidden {
                let earlier = sequences[s] as usize * steps + first as usize - 1;
                h = states[earlier * 2 * hidden + unit];
                c = states[earlier * 2 * hidden + hidden + unit];
            }
            cells[p * count + s] = c;
            if comptime!(!split) && unit < hidden {
                before[s * hidden + unit] = h;
            }
        }
    }
    if comptime!(!split) {
        end = same_for_all(end);
    }
    for t in first..end {
        let half = ((t - first) % 2) as usize * comptime!(count * hidden);
        let other = comptime!(count * hidden) - half;
        #[unroll]
        for p in 0..units {
            let unit = first_unit + p * width;
            if unit < hidden {
                let mut gates = Array::<Gates>::new(count);
                let mut places = Array::<u32>::new(count);
                #[unroll]
                for s in 0..count {
                    let step = sequences[s] as usize * steps + t as usize;
                    let row = if comptime!(tile.by_token) {
                        tokens[step] as usize
                    } else {
                        step
                    };
                    gates[s] = read_row(rows, row * 4 * hidden, unit, hidden);
                    places[s] = if comptime!(split) {
                        ((max(step, 1) - 1) * 2 * hidden) as u32
                    } else {
                        (half + s * hidden) as u32
                    };
                }
                if comptime!(split) {
                    if t > 0 {
                        add_states(
                            &mut gates, weights, unit, &*states, &places, hidden, hidden, count,
                        );
                    }
                } else {
                    add_states(
                        &mut gates, weights, unit, &before, &places, hidden, hidden, count,
                    );
                }
                #[unroll]
                for s in 0..count {
                    let a = activate(gates[s]);
                    let c = a.extract(0usize) * a.extract(2usize)
                        + a.extract(1usize) * cells[p * count + s];
                    let h = a.extract(3usize) * tanh(c);
                    cells[p * count + s] = c;
                    if comptime!(!split) {
                        before[other + s * hidden + unit] = h;
                    }
                    if start + s < batch as usize {
                        let on = t < ends[s];
                        let at = ((start + s) * steps + t as usize) * 2 * hidden + unit;
                        states[at] = select(on, h, 0.0);
                        states[at + hidden] = select(on, c, 0.0);
                    }
                }
            }
        }
        if comptime!(!split) {
            sync_cube();
        }
    }
    // Past the end of all these sequences.
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

/// Recurrent weights [4H, H] as the kernels read them, both [H, H] of four gates: `forward` [k, u]
/// has what unit k gives to unit u, `backward` [j, u] what unit u gave to unit j.
#[cube(launch)]
pub(super) fn pack(
    recurrent: &[f32],
    forward: &mut [Gates],
    backward: &mut [Gates],
    #[comptime] hidden: usize,
) {
    let at = ABSOLUTE_POS;
    if at < hidden * hidden {
        let (to, from) = (at / hidden, at % hidden);
        let mut weights = Gates::new(recurrent[to * hidden + from]);
        #[unroll]
        for gate in 1..4usize {
            weights.insert(gate, recurrent[(gate * hidden + to) * hidden + from]);
        }
        forward[from * hidden + to] = weights;
        backward[to * hidden + from] = weights;
    }
}

//! The scan backwards: what the loss asks of every gate before its activation.

use cubecl::prelude::*;

use super::layout::Tile;
use super::math::{Gates, activate, read_row, same_for_all, tanh, total};
use super::product::{add_gates, add_states};

/// Activations of the gates of steps `first` to `last` (exclusive), worked out anew from the
/// states: `gates` [B, chunk, H]. All steps at once; one invocation does `tile.sequences` steps.
#[cube(launch)]
pub(super) fn recompute(
    weights: &[Gates],
    rows: &[f32],
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
        let mut places = Array::<u32>::new(count);
        #[unroll]
        for s in 0..count {
            // Places past the last step do that one again and write nothing.
            let step = sequence + min(start + s, last as usize - 1);
            sums[s] = Gates::new(0.0);
            places[s] = ((max(step, 1) - 1) * 2 * hidden) as u32;
        }
        add_states(
            &mut sums, weights, unit, states, &places, hidden, hidden, count,
        );
        #[unroll]
        for s in 0..count {
            let t = start + s;
            if t < last as usize {
                let row = if comptime!(tile.by_token) {
                    tokens[sequence + t] as usize
                } else {
                    sequence + t
                };
                let input = read_row(rows, row * 4 * hidden, unit, hidden);
                // The first step has no state before it.
                let sum = input + select(t > 0, sums[s], Gates::new(0.0));
                let at = (CUBE_POS_Z as usize * chunk + t - first as usize) * hidden + unit;
                gates[at] = activate(sum);
            }
        }
    }
}

/// Gradients of the gates before activation, from step `last - 1` down to step `first`, written
/// over the activations in `gates` [B, chunk, H], whose first step is `origin`.
///
/// `later` is the same of the chunk after this one. `cells` [B, H] carries the gradient of c from
/// one launch to the next. `weights` [H, H] has for every unit j and every earlier unit u the four
/// weights from u to j.
#[cube(launch)]
pub(super) fn scan(
    weights: &[Gates],
    states: &[f32],
    gradient: &[f32],
    lengths: &[u32],
    later: &[Gates],
    gates: &mut [Gates],
    cells: &mut [f32],
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
    let split = comptime!(tile.split);
    let steps = steps as usize;
    let batch = batch as usize;
    let chunk = chunk as usize;
    let start = CUBE_POS_Y as usize * count;
    let first_unit = CUBE_POS_X as usize * width + UNIT_POS as usize;
    // Step `last` is in this chunk or, as the first one, in the chunk after it.
    let inside = ((last - origin) as usize) < chunk;
    let any = (last as usize) < steps;

    // Places past the batch read its last sequence and write nothing.
    let mut sequences = Array::<u32>::new(count);
    let mut ends = Array::<u32>::new(count);
    let mut end = first;
    #[unroll]
    for s in 0..count {
        sequences[s] = min(start + s, batch - 1) as u32;
        ends[s] = select(start + s < batch, lengths[sequences[s] as usize], 0);
        end = max(end, min(ends[s], last));
    }
    let mut after = Shared::<[Gates]>::new_slice(comptime!(tile.shared_gates()));
    let mut d_cells = Array::<f32>::new(comptime!(units * count));
    #[unroll]
    for p in 0..units {
        let unit = first_unit + p * width;
        #[unroll]
        for s in 0..count {
            let mut d_cell = 0.0f32;
            let mut d = Gates::new(0.0);
            if any && unit < hidden && start + s < batch {
                d_cell = cells[(start + s) * hidden + unit];
                if comptime!(!split) {
                    if inside {
                        d = gates[((start + s) * chunk + (last - origin) as usize) * hidden + unit];
                    } else {
                        d = later[(start + s) * chunk * hidden + unit];
                    }
                }
            }
            d_cells[p * count + s] = d_cell;
            if comptime!(!split) && unit < hidden {
                after[s * hidden + unit] = d;
            }
        }
    }
    if comptime!(!split) {
        end = same_for_all(end);
    }
    // Past the end of all these sequences.
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
    for back in 0..end - first {
        let t = end - 1 - back;
        let size = comptime!(if tile.two_halves() { count * hidden } else { 0 });
        let half = (back % 2) as usize * size;
        let other = size - half;
        // What this step writes for the one before it, kept until all have read.
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
                let mut places = Array::<u32>::new(count);
                if comptime!(split) {
                    // Of the step after this one: in this chunk or the first of the next.
                    let from = select(inside, (last - origin) as usize, 0usize);
                    #[unroll]
                    for s in 0..count {
                        places[s] = ((sequences[s] as usize * chunk + from) * hidden) as u32;
                    }
                    if any && inside {
                        add_gates(&mut sums, weights, unit, &*gates, &places, hidden, count);
                    } else if any {
                        add_gates(&mut sums, weights, unit, later, &places, hidden, count);
                    }
                } else {
                    #[unroll]
                    for s in 0..count {
                        places[s] = (half + s * hidden) as u32;
                    }
                    add_gates(&mut sums, weights, unit, &after, &places, hidden, count);
                }
                #[unroll]
                for s in 0..count {
                    let on = t < ends[s];
                    let sequence = sequences[s] as usize;
                    let at = (sequence * steps + t as usize) * 2 * hidden + unit;
                    let here = (sequence * chunk + (t - origin) as usize) * hidden + unit;
                    let a = gates[here];
                    let i = a.extract(0usize);
                    let f = a.extract(1usize);
                    let g = a.extract(2usize);
                    let o = a.extract(3usize);
                    let tanh_c = tanh(states[at + hidden]);
                    let mut earlier = 0.0f32;
                    if t > 0 {
                        earlier = states[at - hidden];
                    }
                    let dh = gradient[at] + total(sums[s]);
                    let dc = gradient[at + hidden]
                        + d_cells[p * count + s]
                        + dh * o * (1.0 - tanh_c * tanh_c);
                    let mut d = Gates::new(dc * g * i * (1.0 - i));
                    d.insert(1usize, dc * earlier * f * (1.0 - f));
                    d.insert(2usize, dc * i * (1.0 - g * g));
                    d.insert(3usize, dh * tanh_c * o * (1.0 - o));
                    d = select(on, d, Gates::new(0.0));
                    d_cells[p * count + s] = select(on, dc * f, 0.0);
                    written[p * count + s] = d;
                    if start + s < batch {
                        gates[here] = d;
                    }
                    if comptime!(tile.two_halves()) {
                        after[other + s * hidden + unit] = d;
                    }
                }
            }
        }
        if comptime!(!split) {
            sync_cube();
            if comptime!(!tile.two_halves()) {
                #[unroll]
                for p in 0..units {
                    let unit = first_unit + p * width;
                    #[unroll]
                    for s in 0..count {
                        if unit < hidden {
                            after[s * hidden + unit] = written[p * count + s];
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
                cells[(start + s) * hidden + unit] = d_cells[p * count + s];
            }
        }
    }
}

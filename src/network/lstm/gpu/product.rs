//! The products with the recurrent weights, one unit per invocation. They take nearly all the time
//! of a scan.

use cubecl::prelude::*;

use super::math::Gates;

/// Terms per turn of the loop, unrolled by hand: drivers do not unroll a loop that they guard
/// against endless repetition.
const TERMS: usize = 4;

/// Adds `Σ_k weights[k, unit] · source[offsets[s] + k]`, for k below `terms`, to every `sums[s]`.
/// `weights` is [terms, units].
#[cube]
pub(in crate::network) fn add_states(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[f32],
    offsets: &Array<u32>,
    #[comptime] terms: usize,
    #[comptime] units: usize,
    #[comptime] count: usize,
) {
    let whole = comptime!(terms / TERMS);
    for turn in 0..whole {
        #[unroll]
        for n in 0..TERMS {
            add_state(
                sums,
                weights,
                unit,
                source,
                offsets,
                turn * TERMS + n,
                units,
                count,
            );
        }
    }
    #[unroll]
    for n in 0..comptime!(terms % TERMS) {
        add_state(
            sums,
            weights,
            unit,
            source,
            offsets,
            comptime!(whole * TERMS) + n,
            units,
            count,
        );
    }
}

#[cube]
fn add_state(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[f32],
    offsets: &Array<u32>,
    k: usize,
    #[comptime] units: usize,
    #[comptime] count: usize,
) {
    let weight = weights[k * units + unit];
    #[unroll]
    for s in 0..count {
        sums[s] += weight * Gates::new(source[offsets[s] as usize + k]);
    }
}

/// Adds `Σ_j weights[j, unit] · source[offsets[s] + j]`, gate by gate, over all units j, to every
/// `sums[s]`. `weights` is [H, H].
#[cube]
pub(super) fn add_gates(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[Gates],
    offsets: &Array<u32>,
    #[comptime] hidden: usize,
    #[comptime] count: usize,
) {
    let whole = comptime!(hidden / TERMS);
    for turn in 0..whole {
        #[unroll]
        for n in 0..TERMS {
            add_gate(
                sums,
                weights,
                unit,
                source,
                offsets,
                turn * TERMS + n,
                hidden,
                count,
            );
        }
    }
    #[unroll]
    for n in 0..comptime!(hidden % TERMS) {
        add_gate(
            sums,
            weights,
            unit,
            source,
            offsets,
            comptime!(whole * TERMS) + n,
            hidden,
            count,
        );
    }
}

#[cube]
fn add_gate(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[Gates],
    offsets: &Array<u32>,
    j: usize,
    #[comptime] hidden: usize,
    #[comptime] count: usize,
) {
    let weight = weights[j * hidden + unit];
    #[unroll]
    for s in 0..count {
        sums[s] += weight * source[offsets[s] as usize + j];
    }
}

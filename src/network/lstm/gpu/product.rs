//! A unit's share of the products with the recurrent weights: what nearly all time goes to.

use cubecl::prelude::*;

use super::math::Gates;

/// Terms of one turn of the loop: drivers do not unroll a loop whose length they guard.
const TERMS: usize = 4;

/// Adds `Σ_k weights[k, unit] · source[places[s] + k]` over `terms` k to every `sums[s]`; `weights`
/// is [terms, units].
#[cube]
pub(in crate::network) fn add_states(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[f32],
    places: &Array<u32>,
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
                places,
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
            places,
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
    places: &Array<u32>,
    k: usize,
    #[comptime] units: usize,
    #[comptime] count: usize,
) {
    let weight = weights[k * units + unit];
    #[unroll]
    for s in 0..count {
        sums[s] += weight * Gates::new(source[places[s] as usize + k]);
    }
}

/// Adds `Σ_j weights[j, unit] · source[places[s] + j]`, gate by gate, over all `hidden` j to every
/// `sums[s]`; `weights` is [H, H].
#[cube]
pub(super) fn add_gates(
    sums: &mut Array<Gates>,
    weights: &[Gates],
    unit: usize,
    source: &[Gates],
    places: &Array<u32>,
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
                places,
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
            places,
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
    places: &Array<u32>,
    j: usize,
    #[comptime] hidden: usize,
    #[comptime] count: usize,
) {
    let weight = weights[j * hidden + unit];
    #[unroll]
    for s in 0..count {
        sums[s] += weight * source[places[s] as usize + j];
    }
}

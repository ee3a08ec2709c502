//! Arrays of any length as vectors: whole ones in place, the last by as many lanes as are left.

use pulp::Simd;

/// The vector at place `n` of an array; lanes past its end are 0.
#[inline(always)]
pub(crate) fn load<S: Simd>(simd: S, values: &[f32], n: usize) -> S::f32s {
    let (whole, rest) = S::as_simd_f32s(values);
    match whole.get(n) {
        Some(vector) => *vector,
        None => simd.partial_load_f32s(rest),
    }
}

/// Stores the vector at place `n` of an array; lanes past its end are dropped.
#[inline(always)]
pub(crate) fn store<S: Simd>(simd: S, values: &mut [f32], n: usize, vector: S::f32s) {
    let (whole, rest) = S::as_mut_simd_f32s(values);
    match whole.get_mut(n) {
        Some(place) => *place = vector,
        None => simd.partial_store_f32s(rest, vector),
    }
}

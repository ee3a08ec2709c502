//! Arrays of any length, worked on vector by vector.

use std::array::from_fn;

use pulp::Simd;

/// Sets every place of the arrays `out` to what `f` makes of the `given` arrays and of `out`
/// itself there; all arrays are of the same length.
///
/// The whole vectors and the lanes that are left are read by different calls: where both may come
/// out of one, the compiler takes every vector apart.
#[inline(always)]
pub(crate) fn update<S: Simd, const N: usize, const M: usize>(
    simd: S,
    given: [&[f32]; N],
    out: [&mut [f32]; M],
    f: impl Fn([S::f32s; N], [S::f32s; M]) -> [S::f32s; M],
) {
    let given = given.map(S::as_simd_f32s);
    let out = out.map(S::as_mut_simd_f32s);
    for n in 0..out[0].0.len() {
        let results = f(
            from_fn(
                #[inline(always)]
                |i| given[i].0[n],
            ),
            from_fn(
                #[inline(always)]
                |o| out[o].0[n],
            ),
        );
        for (o, result) in results.into_iter().enumerate() {
            out[o].0[n] = result;
        }
    }
    if !out[0].1.is_empty() {
        let results = f(
            from_fn(
                #[inline(always)]
                |i| simd.partial_load_f32s(given[i].1),
            ),
            from_fn(
                #[inline(always)]
                |o| simd.partial_load_f32s(out[o].1),
            ),
        );
        for (o, result) in results.into_iter().enumerate() {
            simd.partial_store_f32s(out[o].1, result);
        }
    }
}

/// A row of N arrays of the same length, one after the other.
#[inline(always)]
pub(crate) fn split<const N: usize>(row: &[f32]) -> [&[f32]; N] {
    let size = row.len() / N;
    from_fn(
        #[inline(always)]
        |n| &row[n * size..][..size],
    )
}

/// As [`split`], to be written.
#[inline(always)]
pub(crate) fn split_mut<const N: usize>(row: &mut [f32]) -> [&mut [f32]; N] {
    let size = row.len() / N;
    let mut rest = row;
    from_fn(
        #[inline(always)]
        |_| {
            let (first, after) = std::mem::take(&mut rest).split_at_mut(size);
            rest = after;
            first
        },
    )
}

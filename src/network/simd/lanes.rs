//! Operations on arrays of any length, vector by vector.

use std::array::from_fn;

use pulp::Simd;

/// Sets every element of the arrays `out` to the result of `f` for the elements of the `given`
/// arrays and of `out`. All arrays have the same length.
///
/// Whole vectors and remaining lanes are read by different calls. If one call could give both, the
/// compiler would take every vector apart. `f` must be marked `#[inline(always)]`, because
/// otherwise it is compiled without the instruction set.
#[inline(always)]
pub(crate) fn map_lanes<S: Simd, const N: usize, const M: usize>(
    simd: S,
    given: [&[f32]; N],
    out: [&mut [f32]; M],
    f: impl Fn([S::f32s; N], [S::f32s; M]) -> [S::f32s; M],
) {
    let given = given.map(S::as_simd_f32s);
    let mut out = out.map(S::as_mut_simd_f32s);
    let zero = simd.splat_f32s(0.0);
    let (mut x, mut y) = ([zero; N], [zero; M]);
    for n in 0..out[0].0.len() {
        for (x, (whole, _)) in x.iter_mut().zip(&given) {
            *x = whole[n];
        }
        for (y, (whole, _)) in y.iter_mut().zip(&out) {
            *y = whole[n];
        }
        y = f(x, y);
        for (y, (whole, _)) in y.iter().zip(&mut out) {
            whole[n] = *y;
        }
    }
    if out[0].1.is_empty() {
        return;
    }
    for (x, (_, rest)) in x.iter_mut().zip(&given) {
        *x = simd.partial_load_f32s(rest);
    }
    for (y, (_, rest)) in y.iter_mut().zip(&out) {
        *y = simd.partial_load_f32s(rest);
    }
    y = f(x, y);
    for (y, (_, rest)) in y.into_iter().zip(out) {
        simd.partial_store_f32s(rest, y);
    }
}

/// A row that consists of N arrays of the same length.
#[inline(always)]
pub(crate) fn split<const N: usize>(row: &[f32]) -> [&[f32]; N] {
    let size = row.len() / N;
    from_fn(
        #[inline(always)]
        |n| &row[n * size..][..size],
    )
}

/// As [`split`], but mutable.
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

/// Transposes rows that are `from_stride` apart: `to[c][r] = from[r][c]`, where rows of `to` are as
/// long as the number of rows of `from`. It works in squares of one cache line, so each line is
/// read once.
pub(crate) fn transpose(from: &[f32], from_stride: usize, to: &mut [f32], rows: usize) {
    const SIDE: usize = 16;
    for (block, to) in to.chunks_mut(SIDE * rows).enumerate() {
        for first in (0..rows).step_by(SIDE) {
            for (c, to) in to.chunks_exact_mut(rows).enumerate() {
                let column = block * SIDE + c;
                let from = from[first * from_stride + column..]
                    .iter()
                    .step_by(from_stride);
                let to = &mut to[first..rows.min(first + SIDE)];
                to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            }
        }
    }
}

/// The dot product of two arrays of the same length.
#[inline(always)]
pub(crate) fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (S::as_simd_f32s(a), S::as_simd_f32s(b));
    // Two sums, so that they do not wait for each other.
    let mut sums = [simd.splat_f32s(0.0); 2];
    let ((a, a_last), (b, b_last)) = (a.as_chunks::<2>(), b.as_chunks::<2>());
    for (a, b) in a.iter().zip(b) {
        for n in 0..2 {
            sums[n] = simd.mul_add_e_f32s(a[n], b[n], sums[n]);
        }
    }
    for (a, b) in a_last.iter().zip(b_last) {
        sums[0] = simd.mul_add_e_f32s(*a, *b, sums[0]);
    }
    let mut sum = simd.reduce_sum_f32s(simd.add_f32s(sums[0], sums[1]));
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    sum
}

/// `out += factor · values`, arrays of the same length.
#[inline(always)]
pub(crate) fn add_scaled(out: &mut [f32], factor: f32, values: &[f32]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out += factor * value;
    }
}

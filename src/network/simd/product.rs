//! Products of rows with packed weights, their sums kept in registers.

use std::array::from_fn;
use std::ops::Range;

use pulp::{Simd, WithSimd, bytemuck};

/// Vectors of columns side by side in a panel.
const WIDE: usize = 2;

/// Rows of a tile: each vector of weights loaded serves all of them. Six with two vectors of
/// columns each are twelve sums, which leaves registers for the weights and one value on every
/// instruction set.
const ROWS: usize = 6;

/// Weights [K, N] as panels of two vectors of columns, \[panel\]\[k\]\[2\]; 0 past the last column.
pub(crate) struct Panels<S: Simd> {
    vectors: Vec<[S::f32s; WIDE]>,
    inner: usize,
    columns: usize,
}

impl<S: Simd> Panels<S> {
    /// Packs K = `inner` times N = `columns` weights, as `weight(k, column)` gives them.
    #[inline(always)]
    pub(crate) fn new(
        simd: S,
        inner: usize,
        columns: usize,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let mut panels = Self::room(simd, inner, columns);
        let width = WIDE * S::F32_LANES;
        let values: &mut [f32] = bytemuck::cast_slice_mut(panels.vectors.as_flattened_mut());
        for (n, values) in values.chunks_exact_mut(width).enumerate() {
            let (panel, k) = (n / inner, n % inner);
            for (value, column) in values.iter_mut().zip(panel * width..columns) {
                *value = weight(k, column);
            }
        }
        panels
    }

    /// Room for up to `inner` rows of weights, to be filled again and again.
    #[inline(always)]
    pub(crate) fn room(simd: S, inner: usize, columns: usize) -> Self {
        let panels = columns.div_ceil(WIDE * S::F32_LANES);
        Self {
            vectors: vec![[simd.splat_f32s(0.0); WIDE]; panels * inner],
            inner,
            columns,
        }
    }

    /// Packs the rows of `values` that begin at `from`, no more than there is room for.
    #[inline(always)]
    pub(crate) fn fill(&mut self, values: &[f32], from: &[usize]) {
        self.inner = from.len();
        let width = WIDE * S::F32_LANES;
        let packed: &mut [f32] = bytemuck::cast_slice_mut(self.vectors.as_flattened_mut());
        for (k, &from) in from.iter().enumerate() {
            let row = &values[from..][..self.columns];
            for (panel, row) in row.chunks(width).enumerate() {
                packed[(panel * self.inner + k) * width..][..row.len()].copy_from_slice(row);
            }
        }
    }
}

/// `out[to] += Σ_k values[from][k] · weights[k]` for every pair of rows.
///
/// Each sum runs in the order of k from what `out` holds, however rows are tiled: a row's result
/// does not depend on the rows beside it.
#[inline(always)]
pub(crate) fn add_products<S: Simd>(
    simd: S,
    weights: &Panels<S>,
    values: Rows<'_>,
    out: &mut [f32],
    to: &[usize],
) {
    simd.vectorize(AddProducts {
        simd,
        weights,
        values,
        out,
        to,
    });
}

/// Rows of an array, by where they begin.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// The array.
    pub(crate) values: &'a [f32],
    /// Where each row begins.
    pub(crate) from: &'a [usize],
}

struct AddProducts<'a, S: Simd> {
    simd: S,
    weights: &'a Panels<S>,
    values: Rows<'a>,
    out: &'a mut [f32],
    to: &'a [usize],
}

impl<S: Simd> WithSimd for AddProducts<'_, S> {
    type Output = ();

    /// The instruction set is that of `self.simd`, which also holds the weights' layout.
    #[inline(always)]
    fn with_simd<Same: Simd>(mut self, _: Same) {
        if self.weights.inner == 0 {
            return;
        }
        let rows = self.to.len();
        let tiled = rows - rows % ROWS;
        self.sweep::<1, ROWS>(0..tiled);
        match rows - tiled {
            // Few rows take more panels at once instead: fewer sums would wait for each other.
            1 => self.sweep::<4, 1>(tiled..rows),
            2 => self.sweep::<2, 2>(tiled..rows),
            3 => self.sweep::<1, 3>(tiled..rows),
            4 => self.sweep::<1, 4>(tiled..rows),
            5 => self.sweep::<1, 5>(tiled..rows),
            _ => {}
        }
    }
}

impl<S: Simd> AddProducts<'_, S> {
    /// Rows in tiles of R, panels in groups of P and those left over one by one.
    #[inline(always)]
    fn sweep<const P: usize, const R: usize>(&mut self, rows: Range<usize>) {
        let (weights, inner) = (self.weights, self.weights.inner);
        let panels = weights.columns.div_ceil(WIDE * S::F32_LANES);
        for first in (0..panels).step_by(P) {
            let group = &weights.vectors[first * inner..(first + P).min(panels) * inner];
            for row in rows.clone().step_by(R) {
                if group.len() == P * inner {
                    self.tile::<P, R>(group, first, row);
                    continue;
                }
                for (n, panel) in group.chunks_exact(inner).enumerate() {
                    self.tile::<1, R>(panel, first + n, row);
                }
            }
        }
    }

    /// The sums of R rows in P panels.
    #[inline(always)]
    fn tile<const P: usize, const R: usize>(
        &mut self,
        panels: &[[S::f32s; WIDE]],
        first: usize,
        row: usize,
    ) {
        let (simd, inner) = (self.simd, self.weights.inner);
        let to: [usize; R] = from_fn(|r| self.to[row + r]);
        let place = |r: usize, p: usize| self.weights.columns_of(first + p, to[r]);
        let mut sums: [[[S::f32s; WIDE]; P]; R] =
            from_fn(|r| from_fn(|p| load(simd, &self.out[place(r, p)])));
        let panels: [&[[S::f32s; WIDE]]; P] = from_fn(|p| &panels[p * inner..][..inner]);
        let values: [&[f32]; R] =
            from_fn(|r| &self.values.values[self.values.from[row + r]..][..inner]);
        // Not unrolled by hand: the compiler would mix the passes and run out of registers.
        for k in 0..inner {
            for p in 0..P {
                for r in 0..R {
                    let value = simd.splat_f32s(values[r][k]);
                    for n in 0..WIDE {
                        let sum = &mut sums[r][p][n];
                        *sum = simd.mul_add_e_f32s(value, panels[p][k][n], *sum);
                    }
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            for (p, sums) in sums.iter().enumerate() {
                store(simd, &mut self.out[place(r, p)], sums);
            }
        }
    }
}

impl<S: Simd> Panels<S> {
    /// Where a panel's columns stand in a row that begins at `row`.
    #[inline(always)]
    fn columns_of(&self, panel: usize, row: usize) -> Range<usize> {
        let width = WIDE * S::F32_LANES;
        row + panel * width..row + self.columns.min((panel + 1) * width)
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, values: &[f32]) -> [S::f32s; WIDE] {
    match S::as_simd_f32s(values) {
        ([first, second], _) => [*first, *second],
        ([first], rest) => [*first, simd.partial_load_f32s(rest)],
        (_, rest) => [simd.partial_load_f32s(rest), simd.splat_f32s(0.0)],
    }
}

#[inline(always)]
fn store<S: Simd>(simd: S, values: &mut [f32], sums: &[S::f32s; WIDE]) {
    match S::as_mut_simd_f32s(values) {
        ([first, second], _) => [*first, *second] = *sums,
        ([first], rest) => {
            *first = sums[0];
            simd.partial_store_f32s(rest, sums[1]);
        }
        (_, rest) => simd.partial_store_f32s(rest, sums[0]),
    }
}

//! Products of rows with packed weights, their sums kept in registers.

use std::ops::Range;

use pulp::{Simd, WithSimd, bytemuck};

/// Vectors of columns side by side in a panel.
const WIDE: usize = 2;

/// Rows of a tile: each vector of weights loaded serves all of them. Six with two vectors of
/// columns each are twelve sums, which leaves registers for the weights and one value on every
/// instruction set.
const ROWS: usize = 4;

/// Tiles that share a panel while it is in the first-level cache.
const TILES: usize = 8;

/// Weights [K, N] as panels of two vectors of columns, \[panel\]\[k\]\[2\]; 0 past the last column.
pub(crate) struct Panels<S: Simd> {
    vectors: Vec<[S::f32s; WIDE]>,
    inner: usize,
    columns: usize,
    /// Tiles of rows at hand, \[tile\]\[k\]\[row\].
    tiles: Vec<f32>,
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
            tiles: vec![0.0; TILES * ROWS * inner],
        }
    }

    /// Columns that a row of sums must have room for: N, and what fills the last panel.
    #[inline(always)]
    pub(crate) fn stride(&self) -> usize {
        self.columns.next_multiple_of(WIDE * S::F32_LANES)
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
/// A row of sums is [`Panels::stride`] long. Each sum runs in the order of k from what `out` holds,
/// however rows are tiled: a row's result does not depend on the rows beside it.
#[inline(always)]
pub(crate) fn add_products<S: Simd>(
    simd: S,
    weights: &mut Panels<S>,
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
    weights: &'a mut Panels<S>,
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
        for first in (0..rows).step_by(TILES * ROWS) {
            let last = rows.min(first + TILES * ROWS);
            let tiled = last - (last - first) % ROWS;
            self.sweep::<1, ROWS>(first..tiled);
            match last - tiled {
                // Few rows take more panels at once: too few sums would wait for each other.
                1 => self.sweep::<4, 1>(tiled..last),
                2 => self.sweep::<2, 2>(tiled..last),
                3 => self.sweep::<1, 3>(tiled..last),
                4 => self.sweep::<1, 4>(tiled..last),
                5 => self.sweep::<1, 5>(tiled..last),
                _ => {}
            }
        }
    }
}

impl<S: Simd> AddProducts<'_, S> {
    /// Rows in tiles of R, panels in groups of P and those left over one by one.
    #[inline(always)]
    fn sweep<const P: usize, const R: usize>(&mut self, rows: Range<usize>) {
        let inner = self.weights.inner;
        let mut tiles = std::mem::take(&mut self.weights.tiles);
        for (n, row) in rows.clone().enumerate() {
            let values = &self.values.values[self.values.from[row]..][..inner];
            let (tile, _) = tiles[n / R * R * inner..].as_chunks_mut::<R>();
            for (place, value) in tile.iter_mut().zip(values) {
                place[n % R] = *value;
            }
        }
        let panels = self.weights.columns.div_ceil(WIDE * S::F32_LANES);
        let mut first = 0;
        while first < panels {
            let count = if first + P <= panels { P } else { 1 };
            for (row, tile) in rows.clone().step_by(R).zip(tiles.chunks_exact(R * inner)) {
                let (tile, _) = tile.as_chunks();
                if count == P {
                    self.tile::<P, R>(first, row, tile);
                } else {
                    self.tile::<1, R>(first, row, tile);
                }
            }
            first += count;
        }
        self.weights.tiles = tiles;
    }

    /// Adds the sums of R rows in P panels.
    #[inline(always)]
    fn tile<const P: usize, const R: usize>(
        &mut self,
        first: usize,
        row: usize,
        values: &[[f32; R]],
    ) {
        let (simd, inner) = (self.simd, self.weights.inner);
        let mut panels = [self.weights.vectors.as_slice(); P];
        for (p, panel) in panels.iter_mut().enumerate() {
            *panel = &panel[(first + p) * inner..][..inner];
        }
        let mut to = [0; R];
        to.copy_from_slice(&self.to[row..row + R]);
        let width = WIDE * S::F32_LANES;
        let mut sums = [[[simd.splat_f32s(0.0); WIDE]; P]; R];
        for (sums, &to) in sums.iter_mut().zip(&to) {
            let out = &self.out[to + first * width..][..P * width];
            let (vectors, _) = S::as_simd_f32s(out);
            let (vectors, _) = vectors.as_chunks::<WIDE>();
            for (sums, vectors) in sums.iter_mut().zip(vectors) {
                *sums = *vectors;
            }
        }
        // Not unrolled by hand: the compiler would mix the passes and run out of registers.
        let values = &values[..inner];
        for k in 0..inner {
            for p in 0..P {
                for r in 0..R {
                    let value = simd.splat_f32s(values[k][r]);
                    for n in 0..WIDE {
                        let sum = &mut sums[r][p][n];
                        *sum = simd.mul_add_e_f32s(value, panels[p][k][n], *sum);
                    }
                }
            }
        }
        for (sums, &to) in sums.iter().zip(&to) {
            let out = &mut self.out[to + first * width..][..P * width];
            let (vectors, _) = S::as_mut_simd_f32s(out);
            vectors.copy_from_slice(sums.as_flattened());
        }
    }
}

//! Products of rows with packed weights, whose sums are kept in registers.

use std::ops::Range;

use pulp::{Simd, WithSimd};

/// Vectors of columns next to each other in a panel.
const WIDE: usize = 2;

/// Rows of a tile, which share each vector of weights that is loaded. Six rows of two vectors are
/// twelve sums, which leaves registers for the weights and a value. In a browser four rows are
/// faster, because its compiler holds the values of all rows at once.
const ROWS: usize = if cfg!(target_arch = "wasm32") { 4 } else { 6 };

/// Tiles that use a panel while it is in the first-level cache.
const TILES: usize = 8;

/// Bytes of a cache line. Vectors that cross a line take twice as long to load.
const LINE: usize = 64;

/// Weights [K, N] as panels of two vectors of columns, \[panel\]\[k\]\[2\]; the last panel is
/// padded.
pub(crate) struct Panels<S: Simd> {
    simd: S,
    values: Vec<f32>,
    /// The start of the first panel in `values`, at a cache line.
    start: usize,
    inner: usize,
    columns: usize,
}

impl<S: Simd> Panels<S> {
    /// Floats of a panel for one k.
    const WIDTH: usize = WIDE * S::F32_LANES;

    /// Space for up to `inner` rows of weights, which can be filled again.
    pub(crate) fn room(simd: S, inner: usize, columns: usize) -> Self {
        let size = columns.next_multiple_of(Self::WIDTH) * inner;
        let values = vec![0.0f32; size + LINE / size_of::<f32>()];
        Self {
            simd,
            start: values.as_ptr().align_offset(LINE),
            values,
            inner,
            columns,
        }
    }

    /// Packs K = `inner` times N = `columns` weights, given by `weight(k, column)`.
    pub(crate) fn new(
        simd: S,
        inner: usize,
        columns: usize,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let mut panels = Self::room(simd, inner, columns);
        let values = panels.values[panels.start..].chunks_exact_mut(Self::WIDTH);
        let first = (0..columns).step_by(Self::WIDTH);
        let places = first.flat_map(|first| (0..inner).map(move |k| (first, k)));
        for ((first, k), values) in places.zip(values) {
            for (value, column) in values.iter_mut().zip(first..columns) {
                *value = weight(k, column);
            }
        }
        panels
    }

    /// Packs the rows of `values` that start at `from`, at most as many as there is space for.
    #[inline(always)]
    pub(crate) fn fill(&mut self, values: &[f32], from: &[usize]) {
        self.inner = from.len();
        let packed = &mut self.values[self.start..];
        for (k, &from) in from.iter().enumerate() {
            let row = &values[from..][..self.columns];
            for (panel, row) in row.chunks(Self::WIDTH).enumerate() {
                let place = &mut packed[(panel * self.inner + k) * Self::WIDTH..][..Self::WIDTH];
                // Vector by vector, because a call that copies so few bytes takes longer than the
                // copy.
                let (vectors, rest) = S::as_simd_f32s(row);
                let (places, _) = S::as_mut_simd_f32s(place);
                for (place, vector) in places.iter_mut().zip(vectors) {
                    *place = *vector;
                }
                let done = row.len() - rest.len();
                for (place, value) in place[done..].iter_mut().zip(rest) {
                    *place = *value;
                }
            }
        }
    }

    /// Columns of a row of sums: N, and the padding of the last panel.
    pub(crate) fn stride(&self) -> usize {
        self.columns.next_multiple_of(Self::WIDTH)
    }

    /// The panels one after the other, with [`Self::inner`] pairs of vectors each.
    #[inline(always)]
    fn vectors(&self) -> &[[S::f32s; WIDE]] {
        let (vectors, _) = S::as_simd_f32s(&self.values[self.start..]);
        vectors.as_chunks().0
    }
}

/// `out[to] += Σ_k values[from][k] · weights[k]` for every pair of rows.
///
/// A row of sums has [`Panels::stride`] floats. Each sum is added in the order of k to what `out`
/// holds, for every tiling, so the result of a row does not depend on other rows.
#[inline(always)]
pub(crate) fn add_products<S: Simd>(
    weights: &Panels<S>,
    values: LeftRows<'_>,
    out: &mut [f32],
    to: &[usize],
) {
    weights.simd.vectorize(AddProducts {
        weights,
        values,
        out,
        to,
    });
}

/// As [`add_products`], but only with tiles of the given rows and vectors, for measurements. Shapes
/// that are not measured do nothing.
pub(crate) fn add_in_tiles<S: Simd>(
    weights: &Panels<S>,
    values: LeftRows<'_>,
    out: &mut [f32],
    to: &[usize],
    tile: (usize, usize),
) {
    weights.simd.vectorize(TiledProduct(
        AddProducts {
            weights,
            values,
            out,
            to,
        },
        tile,
    ));
}

struct TiledProduct<'a, S: Simd>(AddProducts<'a, S>, (usize, usize));

impl<S: Simd> WithSimd for TiledProduct<'_, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<Same: Simd>(self, _: Same) {
        let Self(mut products, tile) = self;
        let rows = products.to.len();
        for first in (0..rows).step_by(TILES * tile.0) {
            let rows = first..rows.min(first + TILES * tile.0);
            match tile {
                (1, 2) => products.sweep::<1, 1>(rows),
                (1, 4) => products.sweep::<2, 1>(rows),
                (1, 8) => products.sweep::<4, 1>(rows),
                (2, 4) => products.sweep::<2, 2>(rows),
                (3, 2) => products.sweep::<1, 3>(rows),
                (3, 4) => products.sweep::<2, 3>(rows),
                (4, 2) => products.sweep::<1, 4>(rows),
                (6, 2) => products.sweep::<1, 6>(rows),
                (8, 2) => products.sweep::<1, 8>(rows),
                _ => {}
            }
        }
    }
}

/// Rows of an array, given by their starts.
#[derive(Clone, Copy)]
pub(crate) struct LeftRows<'a> {
    /// The array.
    pub(crate) values: &'a [f32],
    /// The start of each row.
    pub(crate) from: &'a [usize],
}

struct AddProducts<'a, S: Simd> {
    weights: &'a Panels<S>,
    values: LeftRows<'a>,
    out: &'a mut [f32],
    to: &'a [usize],
}

impl<S: Simd> WithSimd for AddProducts<'_, S> {
    type Output = ();

    /// The instruction set is that of the weights, which determines their layout.
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
                // With few rows, more panels are used at once, because too few sums would wait for
                // each other.
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
    /// Divides the rows into tiles of R, and the panels into groups of P and single ones.
    #[inline(always)]
    fn sweep<const P: usize, const R: usize>(&mut self, rows: Range<usize>) {
        let panels = self.weights.columns.div_ceil(Panels::<S>::WIDTH);
        let mut first = 0;
        while first < panels {
            let count = if first + P <= panels { P } else { 1 };
            for row in rows.clone().step_by(R) {
                if count == P {
                    self.tile::<P, R>(first, row);
                } else {
                    self.tile::<1, R>(first, row);
                }
            }
            first += count;
        }
    }

    /// Adds the sums of R rows in P panels.
    #[inline(always)]
    fn tile<const P: usize, const R: usize>(&mut self, first: usize, row: usize) {
        let (simd, inner) = (self.weights.simd, self.weights.inner);
        let mut panels = [self.weights.vectors(); P];
        for (p, panel) in panels.iter_mut().enumerate() {
            *panel = &panel[(first + p) * inner..][..inner];
        }
        let mut to = [0; R];
        to.copy_from_slice(&self.to[row..row + R]);
        let width = Panels::<S>::WIDTH;
        let mut sums = [[[simd.splat_f32s(0.0); WIDE]; P]; R];
        for (sums, &to) in sums.iter_mut().zip(&to) {
            let out = &self.out[to + first * width..][..P * width];
            let (vectors, _) = S::as_simd_f32s(out);
            let (vectors, _) = vectors.as_chunks::<WIDE>();
            for (sums, vectors) in sums.iter_mut().zip(vectors) {
                *sums = *vectors;
            }
        }
        let mut values = [&self.values.values[..inner]; R];
        for (r, values) in values.iter_mut().enumerate() {
            *values = &self.values.values[self.values.from[row + r]..][..inner];
        }
        // Not unrolled by hand, because the compiler would mix the passes and run out of registers.
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
        for (sums, &to) in sums.iter().zip(&to) {
            let out = &mut self.out[to + first * width..][..P * width];
            let (vectors, _) = S::as_mut_simd_f32s(out);
            vectors.copy_from_slice(sums.as_flattened());
        }
    }
}

//! What both passes share: packed weights, tiles of sequences, sums of products in registers.

use pulp::Simd;

/// Sequences that share a weight load. Two, with four gates each, leave registers for the weights
/// on every instruction set; three and four were measured slower with AVX2. A sequence alone takes
/// two blocks of units at a time instead: eight sums either way, enough to hide the latency of
/// multiply-add.
pub(super) const ROWS: usize = 2;

/// A vector's worth of hidden units, fewer at the end.
#[derive(Clone, Copy)]
pub(super) struct Units {
    from: usize,
    to: usize,
}

impl Units {
    #[inline(always)]
    pub(super) fn new(block: usize, lanes: usize, hidden: usize) -> Self {
        Self {
            from: block * lanes,
            to: (block * lanes + lanes).min(hidden),
        }
    }

    #[inline(always)]
    pub(super) fn load<S: Simd>(self, simd: S, values: &[f32]) -> S::f32s {
        simd.partial_load_f32s(&values[self.from..self.to])
    }

    #[inline(always)]
    pub(super) fn store<S: Simd>(self, simd: S, values: &mut [f32], vector: S::f32s) {
        simd.partial_store_f32s(&mut values[self.from..self.to], vector);
    }
}

/// `Σ_k values[k][r] · weights[n][k]` for R sequences and N blocks of four vectors, kept in
/// registers. Every sum runs in the order of k, whatever R and N: an RNA's answer does not depend
/// on what stands beside it in the batch.
#[inline(always)]
pub(super) fn products<S: Simd, const N: usize, const R: usize>(
    simd: S,
    weights: [&[S::f32s]; N],
    values: &[f32],
) -> [[[S::f32s; 4]; R]; N] {
    let mut sums = [[[simd.splat_f32s(0.0); 4]; R]; N];
    for (k, v) in values.chunks_exact(R).enumerate() {
        for n in 0..N {
            let w = &weights[n][4 * k..4 * k + 4];
            for r in 0..R {
                let v = simd.splat_f32s(v[r]);
                for vector in 0..4 {
                    sums[n][r][vector] = simd.mul_add_e_f32s(v, w[vector], sums[n][r][vector]);
                }
            }
        }
    }
    sums
}

/// Weights as \[block\]\[k\]\[4\]\[lane\], as many `k` as `inner`; `weight(block, k, vector, lane)`
/// gives none past the last unit, which counts as 0.
#[inline(always)]
pub(super) fn pack(
    blocks: usize,
    lanes: usize,
    inner: usize,
    weight: impl Fn(usize, usize, usize, usize) -> Option<f32>,
) -> Vec<f32> {
    let mut packed = Vec::with_capacity(blocks * inner * 4 * lanes);
    for block in 0..blocks {
        for k in 0..inner {
            for vector in 0..4 {
                packed.extend((0..lanes).map(|lane| weight(block, k, vector, lane).unwrap_or(0.0)));
            }
        }
    }
    packed
}

/// Row numbers, longest sequence first: those still running at any step stand in front.
pub(super) fn longest_first(lengths: &[u32]) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..lengths.len()).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(lengths[row]));
    rows
}

/// How many of the rows have a step `t`.
pub(super) fn running(rows: &[usize], lengths: &[u32], t: usize) -> usize {
    rows.partition_point(|&row| lengths[row] as usize > t)
}

/// One row's values into its column of a tile, \[value\]\[row\]: one pass reads all rows in order.
#[inline(always)]
pub(super) fn interleave(tile: &mut [f32], rows: usize, r: usize, values: &[f32]) {
    for (place, value) in tile.chunks_exact_mut(rows).zip(values) {
        place[r] = *value;
    }
}

//! What `cargo bench --bench engine` times: the scan in vectors and in plain code, tiles, and
//! what the processor does at most.

use std::hint::black_box;

use pulp::{Arch, Simd, WithSimd};

use super::steps::{Scanned, Shape, Steps};
use super::{scalar, simd};
use crate::network::simd::product::{Panels, Rows, add_in_tiles};

/// Which code runs the scan.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// Vector instructions.
    Vectors,
    /// The twin that tests hold them against.
    Plain,
}

/// A scan of made-up numbers, all sequences of the same length.
pub struct Scan {
    shape: Shape,
    rows: Vec<f32>,
    recurrent: Vec<f32>,
    gradient: Vec<f32>,
    states: Vec<f32>,
    steps: Steps,
}

impl Scan {
    /// B sequences of T steps through H units, reading a table of 66 rows.
    pub fn new(batch: usize, steps: usize, hidden: usize) -> Self {
        let tokens = (0..batch * steps).map(|n| (n * 31 % 66) as u32).collect();
        let mut scan = Self {
            shape: Shape {
                batch,
                steps,
                hidden,
            },
            rows: wave(66 * 4 * hidden, 2.0),
            recurrent: wave(4 * hidden * hidden, 2.0 / (hidden as f32).sqrt()),
            gradient: wave(batch * steps * 2 * hidden, 1.0),
            states: Vec::new(),
            steps: Steps::of_tokens(tokens, vec![steps as u32; batch].into()),
        };
        scan.states = scan.forward(Code::Vectors);
        scan
    }

    /// Multiply-adds of the recurrent product, forward.
    pub fn multiply_adds(&self) -> f64 {
        let Shape {
            batch,
            steps,
            hidden,
        } = self.shape;
        (batch * steps * 4 * hidden * hidden) as f64
    }

    /// The states, [B, T, 2H].
    pub fn forward(&self, code: Code) -> Vec<f32> {
        let scan = match code {
            Code::Vectors => simd::forward,
            Code::Plain => scalar::forward,
        };
        scan(self.shape, &self.rows, &self.recurrent, &self.steps)
    }

    /// Gradients of the table and of the recurrent weights, gates worked out anew.
    pub fn backward(&self, code: Code) -> (Vec<f32>, Vec<f32>) {
        let scan = match code {
            Code::Vectors => simd::backward,
            Code::Plain => scalar::backward,
        };
        let scanned = Scanned {
            rows: &self.rows,
            recurrent: &self.recurrent,
            states: &self.states,
            gates: &[],
            gradient: &self.gradient,
        };
        scan(self.shape, scanned, &self.steps)
    }
}

/// Numbers that repeat late, within half the bound.
fn wave(size: usize, bound: f32) -> Vec<f32> {
    (0..size)
        .map(|n| ((n * 7919 % 10_007) as f32 / 10_007.0 - 0.5) * bound)
        .collect()
}

/// Vector multiply-adds in registers alone: twelve sums, `rounds` times. Gives how many
/// multiply-adds of single numbers that was.
pub fn registers(rounds: usize) -> f64 {
    Arch::new().dispatch(Registers(rounds))
}

struct Registers(usize);

impl WithSimd for Registers {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let factor = simd.splat_f32s(black_box(0.999));
        let more = simd.splat_f32s(black_box(0.001));
        let mut sums = [simd.splat_f32s(1.0); 12];
        for _ in 0..self.0 {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, factor, more);
            }
        }
        let mut all = simd.splat_f32s(0.0);
        for sum in sums {
            all = simd.add_f32s(all, sum);
        }
        black_box(simd.reduce_sum_f32s(all));
        (self.0 * 12 * S::F32_LANES) as f64
    }
}

/// Shapes of a tile that [`Tiles`] knows: rows, and vectors of columns.
pub const TILES: [(usize, usize); 9] = [
    (1, 2),
    (1, 4),
    (1, 8),
    (2, 4),
    (3, 2),
    (3, 4),
    (4, 2),
    (6, 2),
    (8, 2),
];

/// One product of `rows` rows, [rows, H] with [H, 4H], again and again in tiles of one shape.
#[derive(Clone, Copy, Debug)]
pub struct Tiles {
    /// One of [`TILES`].
    pub tile: (usize, usize),
    /// Rows, a multiple of the tile's.
    pub rows: usize,
    /// H.
    pub hidden: usize,
    /// How often.
    pub rounds: usize,
}

impl Tiles {
    /// Runs it; gives the seconds the products took.
    pub fn run(self) -> f64 {
        Arch::new().dispatch(self)
    }
}

impl WithSimd for Tiles {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (hidden, width) = (self.hidden, 4 * self.hidden);
        let weights = wave(width * hidden, 1.0 / hidden as f32);
        let mut panels = Panels::new(simd, hidden, width, |k, gate| weights[gate * hidden + k]);
        let values = wave(self.rows * hidden, 2.0);
        let from: Vec<usize> = (0..self.rows).map(|row| row * hidden).collect();
        let stride = panels.stride();
        let to: Vec<usize> = (0..self.rows).map(|row| row * stride).collect();
        let mut out = vec![0.0; self.rows * stride];
        let start = web_time::Instant::now();
        for _ in 0..self.rounds {
            let values = Rows {
                values: &values,
                from: &from,
            };
            add_in_tiles(&mut panels, values, &mut out, &to, self.tile);
        }
        black_box(out);
        start.elapsed().as_secs_f64()
    }
}

//! What `cargo bench --bench engine` measures: the scan in vector instructions and in plain code,
//! products in tiles of different shapes, and the peak rate of the processor.

use std::hint::black_box;

use pulp::{Arch, Simd, WithSimd};

use super::scalar;
use super::sequence_layout::{BackwardInputs, Direction, ScanShape, SequenceLayout};
use super::simd::{BackwardScan, ForwardScan, ScanInputs};
use crate::network::simd::product::{LeftRows, Panels, add_in_tiles};

/// The code that runs the scan.
#[derive(Clone, Copy, Debug)]
pub enum Implementation {
    /// Vector instructions.
    Vectors,
    /// The plain code that tests compare the vector code with.
    Plain,
}

/// The gradients of a scan.
pub struct ScanGradients {
    /// Those of the table of input gates.
    pub input_gates: Vec<f32>,
    /// Those of the recurrent weights.
    pub recurrent_weights: Vec<f32>,
}

/// A scan of invented numbers whose sequences all have the same length.
pub struct ScanBenchmark {
    shape: ScanShape,
    input_gates: Vec<f32>,
    recurrent_weights: Vec<f32>,
    gradient: Vec<f32>,
    states: Vec<f32>,
    sequences: SequenceLayout,
}

impl ScanBenchmark {
    /// B sequences of T steps and H units, which read a table of 66 rows.
    pub fn new(batch: usize, steps: usize, hidden: usize) -> Self {
        let tokens = (0..batch * steps).map(|n| (n * 31 % 66) as u32).collect();
        let mut scan = Self {
            shape: ScanShape {
                batch,
                steps,
                hidden,
            },
            input_gates: wave(66 * 4 * hidden, 2.0),
            recurrent_weights: wave(4 * hidden * hidden, 2.0 / (hidden as f32).sqrt()),
            gradient: wave(batch * steps * 2 * hidden, 1.0),
            states: Vec::new(),
            sequences: SequenceLayout::from_tokens(tokens, vec![steps as u32; batch].into()),
        };
        scan.states = scan.forward(Implementation::Vectors);
        scan
    }

    /// Multiply-adds of the recurrent product in the forward scan.
    pub fn multiply_adds(&self) -> f64 {
        let ScanShape {
            batch,
            steps,
            hidden,
        } = self.shape;
        (batch * steps * 4 * hidden * hidden) as f64
    }

    /// Computes the states, [B, T, 2H].
    pub fn forward(&self, implementation: Implementation) -> Vec<f32> {
        let (gates, weights) = (&self.input_gates[..], &self.recurrent_weights[..]);
        match implementation {
            Implementation::Plain => scalar::forward(self.shape, gates, weights, &self.sequences),
            Implementation::Vectors => {
                let scan = ForwardScan {
                    shape: self.shape,
                    directions: &[ScanInputs {
                        direction: Direction::Only,
                        input_gates: gates,
                        recurrent_weights: weights,
                    }],
                    sequences: &self.sequences,
                };
                scan.run(0).states
            }
        }
    }

    /// Computes the gradients of the table and of the recurrent weights; recomputes the gates.
    pub fn backward(&self, implementation: Implementation) -> ScanGradients {
        let inputs = BackwardInputs {
            input_gates: &self.input_gates,
            recurrent_weights: &self.recurrent_weights,
            states: &self.states,
            saved_gates: &[],
            gradient: &self.gradient,
        };
        let (input_gates, recurrent_weights) = match implementation {
            Implementation::Plain => scalar::backward(self.shape, inputs, &self.sequences),
            Implementation::Vectors => {
                let scan = BackwardScan {
                    shape: self.shape,
                    direction: Direction::Only,
                    inputs,
                    sequences: &self.sequences,
                };
                scan.run()
            }
        };
        ScanGradients {
            input_gates,
            recurrent_weights,
        }
    }
}

/// A series of numbers with a long period, between `-bound / 2` and `bound / 2`.
fn wave(size: usize, bound: f32) -> Vec<f32> {
    (0..size)
        .map(|n| ((n * 7919 % 10_007) as f32 / 10_007.0 - 0.5) * bound)
        .collect()
}

/// Runs vector multiply-adds in registers alone: twelve sums, `rounds` times. Returns the number
/// of multiply-adds, each lane counted.
pub fn multiply_in_registers(rounds: usize) -> f64 {
    Arch::new().dispatch(RegisterBenchmark(rounds))
}

struct RegisterBenchmark(usize);

impl WithSimd for RegisterBenchmark {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let factor = simd.splat_f32s(black_box(0.999));
        let summand = simd.splat_f32s(black_box(0.001));
        let mut sums = [simd.splat_f32s(1.0); 12];
        for _ in 0..self.0 {
            for sum in &mut sums {
                *sum = simd.mul_add_e_f32s(*sum, factor, summand);
            }
        }
        let mut total = simd.splat_f32s(0.0);
        for sum in sums {
            total = simd.add_f32s(total, sum);
        }
        black_box(simd.reduce_sum_f32s(total));
        (self.0 * 12 * S::F32_LANES) as f64
    }
}

/// The shape of a tile.
#[derive(Clone, Copy, Debug)]
pub struct TileShape {
    /// Its rows.
    pub rows: usize,
    /// Its vectors of columns.
    pub columns: usize,
}

impl TileShape {
    const fn new(rows: usize, columns: usize) -> Self {
        Self { rows, columns }
    }
}

/// The shapes of a tile that [`TileBenchmark`] supports.
pub const TILES: [TileShape; 9] = [
    TileShape::new(1, 2),
    TileShape::new(1, 4),
    TileShape::new(1, 8),
    TileShape::new(2, 4),
    TileShape::new(3, 2),
    TileShape::new(3, 4),
    TileShape::new(4, 2),
    TileShape::new(6, 2),
    TileShape::new(8, 2),
];

/// A product of [rows, H] with [H, 4H], repeated in tiles of one shape.
#[derive(Clone, Copy, Debug)]
pub struct TileBenchmark {
    /// One of [`TILES`].
    pub tile: TileShape,
    /// Number of rows, a multiple of the tile's.
    pub rows: usize,
    /// Hidden units H.
    pub hidden: usize,
    /// Number of repetitions.
    pub rounds: usize,
}

impl TileBenchmark {
    /// Runs the products and returns the seconds that they took.
    pub fn run(self) -> f64 {
        Arch::new().dispatch(self)
    }
}

impl WithSimd for TileBenchmark {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (hidden, width) = (self.hidden, 4 * self.hidden);
        let weights = wave(width * hidden, 1.0 / hidden as f32);
        let panels = Panels::new(simd, hidden, width, |k, gate| weights[gate * hidden + k]);
        let values = wave(self.rows * hidden, 2.0);
        let from: Vec<usize> = (0..self.rows).map(|row| row * hidden).collect();
        let stride = panels.stride();
        let to: Vec<usize> = (0..self.rows).map(|row| row * stride).collect();
        let mut out = vec![0.0; self.rows * stride];
        let start = web_time::Instant::now();
        let tile = (self.tile.rows, self.tile.columns);
        for _ in 0..self.rounds {
            let values = LeftRows {
                values: &values,
                from: &from,
            };
            add_in_tiles(&panels, values, &mut out, &to, tile);
        }
        black_box(out);
        start.elapsed().as_secs_f64()
    }
}

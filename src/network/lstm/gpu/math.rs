//! The cell of equations 5-10 in the kernels' language.

use cubecl::prelude::*;

/// Four numbers side by side: one unit's gates in the order i f g o.
pub(in crate::network) type Gates = Vector<f32, Const<4>>;

/// σ. The exponential is taken of what is below 0 only, so that it never overflows.
#[cube]
fn sigmoid(x: Gates) -> Gates {
    let zero = Gates::new(0.0);
    let one = Gates::new(1.0);
    let e = (zero - x.abs()).exp();
    select_many(x.less_than(&zero), e, one) / (one + e)
}

/// tanh, by the same exponential: some drivers' own overflows.
#[cube]
pub(in crate::network) fn tanh(x: f32) -> f32 {
    let e: f32 = f32::exp(f32::abs(x) * -2.0f32);
    let size: f32 = (1.0f32 - e) / (1.0f32 + e);
    select(x < 0.0f32, -size, size)
}

/// Activations of one unit's gates: σ for i, f and o; tanh for g, which is `2 σ(2x) - 1`.
#[cube]
pub(super) fn activate(before: Gates) -> Gates {
    let mut x = before;
    x.insert(2usize, before.extract(2usize) * 2.0);
    let mut result = sigmoid(x);
    let g = result.extract(2usize) * 2.0 - 1.0;
    result.insert(2usize, g);
    result
}

/// i, f, g and o of one unit in a row of gates [4H] that begins at `start`.
#[cube]
pub(super) fn read_row(
    rows: &[f32],
    start: usize,
    unit: usize,
    #[comptime] hidden: usize,
) -> Gates {
    let mut gates = Gates::new(rows[start + unit]);
    gates.insert(1usize, rows[start + hidden + unit]);
    gates.insert(2usize, rows[start + 2 * hidden + unit]);
    gates.insert(3usize, rows[start + 3 * hidden + unit]);
    gates
}

/// The sum of the four numbers.
#[cube]
pub(super) fn total(x: Gates) -> f32 {
    (x.extract(0usize) + x.extract(1usize)) + (x.extract(2usize) + x.extract(3usize))
}

/// The number of the workgroup's first invocation, after all have written what they share. WGSL
/// lets a loop hold a barrier only if its length is provably the same for all.
#[cube]
pub(super) fn same_for_all(number: u32) -> u32 {
    let mut shared = Shared::<[u32]>::new_slice(1usize);
    if UNIT_POS == 0 {
        shared[0] = number;
    }
    workgroup_uniform_load(&shared[0])
}

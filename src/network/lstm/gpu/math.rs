//! The LSTM cell of equations 5-10 as kernel code.

use cubecl::prelude::*;

/// The four gates of one unit in the order i f g o.
pub(in crate::network) type Gates = Vector<f32, Const<4>>;

/// The logistic function σ. It takes the exponential of -|x|, which cannot overflow.
#[cube]
fn sigmoid(x: Gates) -> Gates {
    let zero = Gates::new(0.0);
    let one = Gates::new(1.0);
    let e = (zero - x.abs()).exp();
    select_many(x.less_than(&zero), e, one) / (one + e)
}

/// tanh from the exponential of -2|x|, which cannot overflow. The tanh of some drivers does.
#[cube]
pub(in crate::network) fn tanh(x: f32) -> f32 {
    let e: f32 = f32::exp(f32::abs(x) * -2.0f32);
    let size: f32 = (1.0f32 - e) / (1.0f32 + e);
    select(x < 0.0f32, -size, size)
}

/// The activations of one unit's gates: σ for i, f and o, and tanh for g as `2 σ(2x) - 1`.
#[cube]
pub(super) fn activate(gates: Gates) -> Gates {
    let mut x = gates;
    x.insert(2usize, gates.extract(2usize) * 2.0);
    let mut result = sigmoid(x);
    let g = result.extract(2usize) * 2.0 - 1.0;
    result.insert(2usize, g);
    result
}

/// Reads i, f, g and o of one unit from a row of gates [4H] that begins at index `start`.
#[cube]
pub(super) fn read_gates(
    input_gates: &[f32],
    start: usize,
    unit: usize,
    #[comptime] hidden: usize,
) -> Gates {
    let mut gates = Gates::new(input_gates[start + unit]);
    gates.insert(1usize, input_gates[start + hidden + unit]);
    gates.insert(2usize, input_gates[start + 2 * hidden + unit]);
    gates.insert(3usize, input_gates[start + 3 * hidden + unit]);
    gates
}

/// The sum over the four gates.
#[cube]
pub(super) fn total(x: Gates) -> f32 {
    (x.extract(0usize) + x.extract(1usize)) + (x.extract(2usize) + x.extract(3usize))
}

/// The number that the first invocation of the workgroup passes, for all its invocations. Also a
/// barrier for shared memory. WGSL allows a barrier in a loop only if the compiler can prove that
/// the loop has the same length for all invocations.
#[cube]
pub(super) fn workgroup_uniform(number: u32) -> u32 {
    let mut shared = Shared::<[u32]>::new_slice(1usize);
    if UNIT_POS == 0 {
        shared[0] = number;
    }
    workgroup_uniform_load(&shared[0])
}

//! tanh and the logistic function for vectors.

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32::{f32x4_pmax, f32x4_pmin};
use std::hint::black_box;

use pulp::Simd;

/// Above this, tanh is 1 to the last bit of a 32-bit float.
const SATURATED: f32 = 7.9;

/// tanh as x·P(x²)/Q(x²) on ±7.9: our own minimax approximation, with a relative error of 6e-9
/// before rounding and 3e-7 after it. It needs multiplications and one division only, so it works
/// with every instruction set.
///
/// The coefficients are vectors in memory. As constants of the program, a browser would build each
/// of them again at every use, in three instructions; as single numbers, in two.
#[derive(Clone, Copy)]
pub(crate) struct TanhApproximation<S: Simd> {
    p: [S::f32s; 5],
    q: [S::f32s; 5],
    highest: S::f32s,
    lowest: S::f32s,
    half: S::f32s,
}

impl<S: Simd> TanhApproximation<S> {
    /// The coefficients, hidden from the compiler's optimizer.
    #[inline(always)]
    pub(crate) fn new(simd: S) -> Self {
        const P: [f32; 5] = [
            1.0,
            0.134_506_52,
            0.003_579_029_3,
            2.202_385e-5,
            1.542_880_1e-8,
        ];
        const Q: [f32; 5] = [
            1.0,
            0.467_839_8,
            0.026_192_38,
            0.000_342_371_12,
            8.599_121e-7,
        ];
        let mut curve = Self {
            p: [simd.splat_f32s(0.0); 5],
            q: [simd.splat_f32s(0.0); 5],
            highest: simd.splat_f32s(SATURATED),
            lowest: simd.splat_f32s(-SATURATED),
            half: simd.splat_f32s(0.5),
        };
        for (vector, value) in curve.p.iter_mut().zip(P) {
            *vector = simd.splat_f32s(value);
        }
        for (vector, value) in curve.q.iter_mut().zip(Q) {
            *vector = simd.splat_f32s(value);
        }
        black_box(curve)
    }

    /// tanh of N vectors, which share each load of a coefficient.
    #[inline(always)]
    pub(crate) fn tanh<const N: usize>(&self, simd: S, mut x: [S::f32s; N]) -> [S::f32s; N] {
        let mut squares = x;
        for (x, square) in x.iter_mut().zip(&mut squares) {
            *x = greater(simd, lesser(simd, *x, self.highest), self.lowest);
            *square = simd.mul_f32s(*x, *x);
        }
        let mut above = horner(simd, squares, &self.p);
        let below = horner(simd, squares, &self.q);
        for n in 0..N {
            above[n] = simd.div_f32s(simd.mul_f32s(x[n], above[n]), below[n]);
        }
        above
    }

    /// The gates i f g o from their inputs: tanh for g, and for the others the logistic function,
    /// computed from tanh as (1 + tanh(x/2)) / 2.
    #[inline(always)]
    pub(crate) fn gates(&self, simd: S, mut gates: [S::f32s; 4]) -> [S::f32s; 4] {
        const LOGISTIC: [usize; 3] = [0, 1, 3];
        let half = self.half;
        for n in LOGISTIC {
            gates[n] = simd.mul_f32s(gates[n], half);
        }
        gates = self.tanh(simd, gates);
        for n in LOGISTIC {
            gates[n] = simd.mul_add_e_f32s(gates[n], half, half);
        }
        gates
    }
}

/// Horner's scheme; the constant term is the first in the list.
#[inline(always)]
fn horner<S: Simd, const N: usize, const D: usize>(
    simd: S,
    x: [S::f32s; N],
    coefficients: &[S::f32s; D],
) -> [S::f32s; N] {
    let mut sums = [coefficients[D - 1]; N];
    for &coefficient in coefficients.iter().rev().skip(1) {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = simd.mul_add_e_f32s(*sum, x, coefficient);
        }
    }
    sums
}

/// The smaller of a and b. In WebAssembly it is a comparison, one instruction, because the minimum
/// that respects NaN and signed zeros needs eight.
#[inline(always)]
fn lesser<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
    #[cfg(target_arch = "wasm32")]
    if S::F32_LANES == 4 {
        return browser::into_lanes::<S>(f32x4_pmin(browser::from::<S>(a), browser::from::<S>(b)));
    }
    simd.min_f32s(a, b)
}

/// The larger of a and b, as [`lesser`].
#[inline(always)]
fn greater<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
    #[cfg(target_arch = "wasm32")]
    if S::F32_LANES == 4 {
        return browser::into_lanes::<S>(f32x4_pmax(browser::from::<S>(a), browser::from::<S>(b)));
    }
    simd.max_f32s(a, b)
}

/// Conversion to and from WebAssembly's own vector type.
#[cfg(target_arch = "wasm32")]
mod browser {
    use core::arch::wasm32::{f32x4, f32x4_extract_lane, v128};
    use pulp::Simd;

    #[inline(always)]
    pub(super) fn from<S: Simd>(x: S::f32s) -> v128 {
        let [a, b, c, d]: [f32; 4] = pulp::bytemuck::cast(x);
        f32x4(a, b, c, d)
    }

    #[inline(always)]
    pub(super) fn into_lanes<S: Simd>(x: v128) -> S::f32s {
        pulp::bytemuck::cast([
            f32x4_extract_lane::<0>(x),
            f32x4_extract_lane::<1>(x),
            f32x4_extract_lane::<2>(x),
            f32x4_extract_lane::<3>(x),
        ])
    }
}

/// The derivative of the logistic function from its value: s·(1 - s).
#[inline(always)]
pub(crate) fn logistic_derivative<S: Simd>(simd: S, s: S::f32s) -> S::f32s {
    simd.mul_f32s(s, simd.sub_f32s(simd.splat_f32s(1.0), s))
}

/// The derivative of tanh from its value: 1 - y².
#[inline(always)]
pub(crate) fn tanh_derivative<S: Simd>(simd: S, y: S::f32s) -> S::f32s {
    simd.sub_f32s(simd.splat_f32s(1.0), simd.mul_f32s(y, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::{Arch, WithSimd};

    struct TanhAndLogistic<'a>(&'a [f32]);

    impl WithSimd for TanhAndLogistic<'_> {
        type Output = Vec<(f32, f32)>;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let curve = TanhApproximation::new(simd);
            let first = |vector: S::f32s| {
                let mut out = [0.0f32];
                simd.partial_store_f32s(&mut out, vector);
                out[0]
            };
            let pair = |x: &f32| {
                let [logistic, _, tanh, _] = curve.gates(simd, [simd.splat_f32s(*x); 4]);
                (first(tanh), first(logistic))
            };
            self.0.iter().map(pair).collect()
        }
    }

    #[test]
    fn tanh_and_the_logistic_function_are_accurate_everywhere() {
        let x: Vec<f32> = (-40_000..=40_000).map(|n| n as f32 * 1e-3).collect();
        for (x, (tanh, logistic)) in x.iter().zip(Arch::new().dispatch(TanhAndLogistic(&x))) {
            let exact = f64::from(*x);
            assert!(
                (f64::from(tanh) - exact.tanh()).abs() < 6e-7,
                "tanh {x} is not {tanh}"
            );
            let exact = 1.0 / (1.0 + (-exact).exp());
            assert!(
                (f64::from(logistic) - exact).abs() < 4e-7,
                "the logistic function of {x} is not {logistic}"
            );
        }
    }
}

//! tanh and the logistic function on vectors.

use std::hint::black_box;

use pulp::Simd;

/// Beyond this tanh is 1 to the last bit of a 32-bit float.
const SATURATED: f32 = 7.9;

/// tanh as x·P(x²)/Q(x²) on ±7.9: a minimax fit of our own, relative error 1.6e-9 before rounding,
/// 4e-7 after. Multiplications and one division only, so every instruction set can do it.
///
/// The coefficients are read from memory: as constants of the program, a browser would put each
/// vector of them together anew, in three instructions, wherever it is used.
#[derive(Clone, Copy)]
pub(crate) struct Curve {
    p: [f32; 7],
    q: [f32; 4],
    saturated: f32,
    half: f32,
}

impl Curve {
    /// The coefficients, of which the compiler is told nothing.
    pub(crate) fn new() -> Self {
        black_box(Self {
            p: [
                1.0,
                0.131_281_37,
                0.003_153_653_4,
                1.168_957_9e-5,
                -2.252_568_5e-8,
                6.482_911e-11,
                -1.192_459_7e-13,
            ],
            q: [1.0, 0.464_614_7, 0.024_691_91, 0.000_261_933_98],
            saturated: SATURATED,
            half: 0.5,
        })
    }

    /// tanh of N vectors side by side: they share each load of a coefficient.
    #[inline(always)]
    pub(crate) fn tanh<S: Simd, const N: usize>(
        &self,
        simd: S,
        mut x: [S::f32s; N],
    ) -> [S::f32s; N] {
        let mut squares = x;
        for (x, square) in x.iter_mut().zip(&mut squares) {
            *x = self.clamp(simd, *x);
            *square = simd.mul_f32s(*x, *x);
        }
        let mut above = horner(simd, squares, &self.p);
        let below = horner(simd, squares, &self.q);
        for n in 0..N {
            above[n] = simd.div_f32s(simd.mul_f32s(x[n], above[n]), below[n]);
        }
        above
    }

    /// x within ±7.9. Sizes of floats compare as their bits do: in WebAssembly the minimum of
    /// integers is one instruction, that of floats eight, for the sake of NaN and signed 0.
    #[inline(always)]
    fn clamp<S: Simd>(&self, simd: S, x: S::f32s) -> S::f32s {
        let bits = simd.transmute_u32s_f32s(x);
        let sign = simd.splat_u32s(1 << 31);
        let size = simd.and_u32s(bits, simd.not_u32s(sign));
        let size = simd.min_u32s(size, simd.splat_u32s(self.saturated.to_bits()));
        simd.transmute_f32s_u32s(simd.or_u32s(size, simd.and_u32s(bits, sign)))
    }

    /// Gates i f g o from what enters them: tanh for g, for the others the logistic function by
    /// way of tanh, (1 + tanh(x/2)) / 2.
    #[inline(always)]
    pub(crate) fn gates<S: Simd>(&self, simd: S, mut gates: [S::f32s; 4]) -> [S::f32s; 4] {
        const LOGISTIC: [usize; 3] = [0, 1, 3];
        let half = simd.splat_f32s(self.half);
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

/// Horner's scheme, constant term first in the list.
#[inline(always)]
fn horner<S: Simd, const N: usize, const D: usize>(
    simd: S,
    x: [S::f32s; N],
    coefficients: &[f32; D],
) -> [S::f32s; N] {
    let mut sums = [simd.splat_f32s(coefficients[D - 1]); N];
    for &coefficient in coefficients.iter().rev().skip(1) {
        let coefficient = simd.splat_f32s(coefficient);
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = simd.mul_add_e_f32s(*sum, x, coefficient);
        }
    }
    sums
}

/// Slope of the logistic function from its value: s·(1 - s).
#[inline(always)]
pub(crate) fn slope_of_logistic<S: Simd>(simd: S, s: S::f32s) -> S::f32s {
    simd.mul_f32s(s, simd.sub_f32s(simd.splat_f32s(1.0), s))
}

/// Slope of tanh from its value: 1 - y².
#[inline(always)]
pub(crate) fn slope_of_tanh<S: Simd>(simd: S, y: S::f32s) -> S::f32s {
    simd.sub_f32s(simd.splat_f32s(1.0), simd.mul_f32s(y, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::{Arch, WithSimd};

    struct Both<'a>(&'a [f32]);

    impl WithSimd for Both<'_> {
        type Output = Vec<(f32, f32)>;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let curve = Curve::new();
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
    fn tanh_and_the_logistic_function_are_right_everywhere() {
        let x: Vec<f32> = (-40_000..=40_000).map(|n| n as f32 * 1e-3).collect();
        for (x, (tanh, logistic)) in x.iter().zip(Arch::new().dispatch(Both(&x))) {
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

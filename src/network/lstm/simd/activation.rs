//! tanh and the logistic function on vectors.

use pulp::Simd;

/// Beyond this tanh is 1 to the last bit of a 32-bit float.
const SATURATED: f32 = 7.9;

/// tanh as x·P(x²)/Q(x²) on ±7.9: a minimax fit of our own, relative error 1.6e-9 before rounding,
/// 4e-7 after. Multiplications and one division only, so every instruction set can do it.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const P: [f32; 7] = [
        1.0,
        0.131_281_37,
        0.003_153_653_4,
        1.168_957_9e-5,
        -2.252_568_5e-8,
        6.482_911e-11,
        -1.192_459_7e-13,
    ];
    const Q: [f32; 4] = [1.0, 0.464_614_7, 0.024_691_91, 0.000_261_933_98];
    let x = simd.max_f32s(
        simd.min_f32s(x, simd.splat_f32s(SATURATED)),
        simd.splat_f32s(-SATURATED),
    );
    let square = simd.mul_f32s(x, x);
    simd.div_f32s(
        simd.mul_f32s(x, polynomial(simd, square, P)),
        polynomial(simd, square, Q),
    )
}

/// Horner's scheme, constant term first in the list.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[N - 1]);
    for n in (0..N - 1).rev() {
        sum = simd.mul_add_e_f32s(sum, x, simd.splat_f32s(coefficients[n]));
    }
    sum
}

/// Slope of the logistic function from its value: s·(1 - s).
#[inline(always)]
pub(super) fn slope_of_sigmoid<S: Simd>(simd: S, s: S::f32s) -> S::f32s {
    simd.mul_f32s(s, simd.sub_f32s(simd.splat_f32s(1.0), s))
}

/// The logistic function by way of tanh: (1 + tanh(x/2)) / 2.
#[inline(always)]
pub(super) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    simd.mul_add_e_f32s(tanh(simd, simd.mul_f32s(x, half)), half, half)
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
            let first = |vector: S::f32s| {
                let mut out = [0.0f32];
                simd.partial_store_f32s(&mut out, vector);
                out[0]
            };
            let pair = |x: &f32| {
                let x = simd.splat_f32s(*x);
                (first(tanh(simd, x)), first(sigmoid(simd, x)))
            };
            self.0.iter().map(pair).collect()
        }
    }

    #[test]
    fn tanh_and_the_logistic_function_are_right_everywhere() {
        let x: Vec<f32> = (-40_000..=40_000).map(|n| n as f32 * 1e-3).collect();
        for (x, (tanh, sigmoid)) in x.iter().zip(Arch::new().dispatch(Both(&x))) {
            let exact = f64::from(*x);
            assert!(
                (f64::from(tanh) - exact.tanh()).abs() < 6e-7,
                "tanh {x} is not {tanh}"
            );
            let logistic = 1.0 / (1.0 + (-exact).exp());
            assert!(
                (f64::from(sigmoid) - logistic).abs() < 4e-7,
                "sigmoid {x} is not {sigmoid}"
            );
        }
    }
}

//! The scan backward in time, piece by piece.

use pulp::{Arch, Simd, WithSimd};

use super::time_block::Piece;
use crate::network::lstm::steps::{Scanned, Shape, Steps, longest_first};
use crate::network::simd::lanes::turn;

/// Gradients of `rows` [R, 4H] and of `recurrent` [4H, H].
pub(crate) fn backward(shape: Shape, scanned: Scanned<'_>, steps: &Steps) -> (Vec<f32>, Vec<f32>) {
    Arch::new().dispatch(Backward {
        shape,
        scanned,
        steps,
    })
}

struct Backward<'a> {
    shape: Shape,
    scanned: Scanned<'a>,
    steps: &'a Steps,
}

impl WithSimd for Backward<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let hidden = self.shape.hidden;
        let order = longest_first(self.steps.lengths());
        let mut piece = Piece::new(simd, self.shape, self.scanned, self.steps);
        let stride = piece.stride();
        let mut d_rows = vec![0.0f32; self.scanned.rows.len()];
        let mut turned = vec![0.0f32; hidden * stride];
        let mut end = self.shape.steps;
        while end > 0 {
            end = piece.move_before(end, &order);
            piece.activate();
            piece.scan_back();
            piece.add_row_gradients(&mut d_rows);
            piece.add_weight_gradients(&mut turned);
        }
        let mut d_recurrent = vec![0.0f32; 4 * hidden * hidden];
        turn(&turned, stride, &mut d_recurrent, hidden);
        (d_rows, d_recurrent)
    }
}

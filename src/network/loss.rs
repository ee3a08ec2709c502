//! Probabilities and loss from scores (equation 22).

use burn::tensor::{Tensor, activation};

use super::config::Loss;

/// The probabilities of every compartment, [B, C], from the scores of the dense layer.
pub fn probabilities(logits: Tensor<2>, loss: Loss) -> Tensor<2> {
    match loss {
        Loss::Softmax => activation::softmax(logits, 1),
        Loss::Sigmoid => activation::sigmoid(logits),
    }
}

/// The mean loss of a batch, one number. `targets` [B, C] are 0 or 1.
///
/// Softmax: cross-entropy against the labels divided by their number. Sigmoid: binary
/// cross-entropy, also averaged over compartments.
pub fn loss(logits: Tensor<2>, targets: Tensor<2>, loss: Loss) -> Tensor<1> {
    match loss {
        Loss::Softmax => {
            let labels = targets.clone().sum_dim(1).clamp_min(1.0);
            let [batch, _] = logits.dims();
            let log = activation::log_softmax(logits, 1);
            (log * targets / labels).sum().neg() / batch as f32
        }
        Loss::Sigmoid => {
            // max(x, 0) - x·y + log(1 + exp(-|x|)) is exact, and safe for scores of any size.
            let tail = activation::log_sigmoid(logits.clone().abs());
            (activation::relu(logits.clone()) - logits * targets - tail).mean()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn value(kind: Loss, logits: [[f32; 3]; 1], targets: [[f32; 3]; 1]) -> f32 {
        let device = Device::flex();
        loss(
            Tensor::from_data(logits, &device),
            Tensor::from_data(targets, &device),
            kind,
        )
        .into_scalar()
    }

    #[test]
    fn softmax_divides_the_target_among_labels() {
        let even = value(Loss::Softmax, [[0.0; 3]], [[1.0, 0.0, 1.0]]);
        assert!((even - 3.0f32.ln()).abs() < 1e-6);
        let none = value(Loss::Softmax, [[0.0; 3]], [[0.0; 3]]);
        assert_eq!(none, 0.0, "an RNA without a label has no loss");
    }

    #[test]
    fn sigmoid_is_binary_cross_entropy_even_for_huge_scores() {
        let even = value(Loss::Sigmoid, [[0.0; 3]], [[1.0, 0.0, 1.0]]);
        assert!((even - 2.0f32.ln()).abs() < 1e-6);
        let wrong = value(Loss::Sigmoid, [[300.0, -300.0, 0.0]], [[0.0, 1.0, 0.0]]);
        assert!((wrong - (600.0 + 2.0f32.ln()) / 3.0).abs() < 1e-3);
    }
}

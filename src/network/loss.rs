//! Probabilities and loss from scores (equation 22).

use burn::tensor::{Device, Tensor, TensorData, activation};

use super::config::Loss;

/// The probabilities of every compartment, [B, C], from the scores of the dense layer.
pub fn probabilities(logits: Tensor<2>, loss: Loss) -> Tensor<2> {
    match loss {
        Loss::Softmax => activation::softmax(logits, 1),
        Loss::Sigmoid => activation::sigmoid(logits),
    }
}

/// What the scores of a batch are compared with.
#[derive(Clone, Debug)]
pub struct BatchTargets {
    /// The probabilities, [B, C]: 0 or 1 for labels, and 0 where nothing is known.
    probabilities: Tensor<2>,
    /// Which of them are known; `None` if all are.
    known: Option<KnownTargets>,
}

/// The compartments of a batch whose targets are known.
#[derive(Clone, Debug)]
struct KnownTargets {
    /// 1 where the target is known, otherwise 0, [B, C].
    mask: Tensor<2>,
    count: usize,
}

impl BatchTargets {
    /// The targets of `rows` RNAs, one after the other: the probability of every compartment, or
    /// `None` if it is unknown.
    pub fn new(targets: &[Option<f32>], rows: usize, device: &Device) -> Self {
        let shape = [rows, targets.len() / rows.max(1)];
        let tensor = |value: fn(&Option<f32>) -> f32| {
            let values: Vec<f32> = targets.iter().map(value).collect();
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        let count = targets.iter().flatten().count();
        Self {
            probabilities: tensor(|target| target.unwrap_or(0.0)),
            known: (count < targets.len()).then(|| KnownTargets {
                mask: tensor(|target| f32::from(u8::from(target.is_some()))),
                count,
            }),
        }
    }
}

/// Probabilities [B, C] that are all known.
impl From<Tensor<2>> for BatchTargets {
    fn from(probabilities: Tensor<2>) -> Self {
        Self {
            probabilities,
            known: None,
        }
    }
}

/// A score of a compartment that has no part in a softmax.
const NO_PART: f32 = -1e9;

/// The mean loss of a batch, one number. A compartment whose target is unknown has no part in it.
///
/// Softmax: cross-entropy against the targets divided by their sum, if that is more than 1. Sigmoid:
/// binary cross-entropy, averaged over RNAs and compartments.
pub fn loss(logits: Tensor<2>, targets: impl Into<BatchTargets>, loss: Loss) -> Tensor<1> {
    let BatchTargets {
        probabilities: targets,
        known,
    } = targets.into();
    match loss {
        Loss::Softmax => {
            let labels = targets.clone().sum_dim(1).clamp_min(1.0);
            let [batch, _] = logits.dims();
            let logits = match known {
                Some(known) => logits.mask_fill(known.mask.equal_elem(0.0), NO_PART),
                None => logits,
            };
            let log = activation::log_softmax(logits, 1);
            (log * targets / labels).sum().neg() / batch as f32
        }
        Loss::Sigmoid => {
            // max(x, 0) - x·y + log(1 + exp(-|x|)) is exact, and safe for scores of any size.
            let tail = activation::log_sigmoid(logits.clone().abs());
            let each = activation::relu(logits.clone()) - logits * targets - tail;
            match known {
                Some(known) => (each * known.mask).sum() / known.count.max(1) as f32,
                None => each.mean(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loss of one RNA, and its gradient with respect to the scores.
    fn gradient(kind: Loss, logits: [[f32; 3]; 1], targets: [Option<f32>; 3]) -> (f32, Vec<f32>) {
        let device = Device::flex().autodiff();
        let logits = Tensor::<2>::from_data(logits, &device).require_grad();
        let loss = loss(
            logits.clone(),
            BatchTargets::new(&targets, 1, &device),
            kind,
        );
        let gradients = loss.backward();
        let gradient = logits.grad(&gradients).map(Tensor::into_data);
        let gradient = gradient.iter().flat_map(|data| data.iter::<f32>());
        (loss.into_scalar(), gradient.collect())
    }

    #[test]
    fn an_unknown_compartment_has_no_part_in_loss_and_gradient() {
        for kind in [Loss::Sigmoid, Loss::Softmax] {
            let of_unknown =
                |score: f32| gradient(kind, [[-0.5, -1.0, score]], [Some(1.0), Some(0.25), None]);
            let (loss, gradient) = of_unknown(3.0);
            assert_eq!(of_unknown(-40.0), (loss, gradient.clone()), "{kind:?}");
            assert_eq!(gradient[2], 0.0, "{kind:?}");
            assert!(gradient[0] < 0.0 && gradient[1] != 0.0, "{kind:?}");
        }
        let (known, _) = gradient(Loss::Sigmoid, [[0.0; 3]], [Some(1.0), None, Some(0.0)]);
        assert!(
            (known - 2.0f32.ln()).abs() < 1e-6,
            "the mean of the known ones"
        );
        let (nothing, gradient) = gradient(Loss::Sigmoid, [[1.0; 3]], [None; 3]);
        assert_eq!((nothing, gradient), (0.0, vec![0.0; 3]));
    }

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

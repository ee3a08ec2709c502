//! The features that join what the network reads before its dense layer. Not in the paper.
//!
//! Features of the whole RNA (its composition, or the regions of a messenger RNA) are standardised.
//! They enter the dense layer directly, or through one hidden layer of their own.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::config::Config;
use super::dropout::{self, Rng};
use super::parameters::param;
use super::tensors::{Array, Weights, names};
use crate::rna::{FeatureSet, Standardizer};

/// Limit on standardised features of the regions of a message, in standard deviations: a share in a
/// region of a few nucleotides can be far from every share in the training part.
const LIMIT: f32 = 5.0;

/// What precedes the dense layer for the joined features.
#[derive(Module, Debug)]
pub struct JoinedLayer {
    /// The hidden layer, if there is one.
    pub hidden: Option<HiddenLayer>,
    #[module(skip)]
    standardizer: Standardizer,
    #[module(skip)]
    limit: f32,
    /// Dropout of the features.
    #[module(skip)]
    feature_dropout: f64,
    /// Dropout of the hidden units.
    #[module(skip)]
    hidden_dropout: f64,
}

/// A hidden layer with the rectifier as its activation function.
#[derive(Module, Debug)]
pub struct HiddenLayer {
    /// The weights, [U, F].
    pub weight: Param<Tensor<2>>,
    /// The bias, `[U]`.
    pub bias: Param<Tensor<1>>,
}

impl JoinedLayer {
    /// Builds the layer from the tensors of a network; `None` if the settings join no features.
    pub(super) fn from_weights(
        config: &Config,
        weights: &Weights,
        device: &Device,
    ) -> Option<Self> {
        let hidden = (config.joined_units > 0).then(|| HiddenLayer {
            weight: param(weights, names::JOINED_WEIGHT, device),
            bias: param(weights, names::JOINED_BIAS, device),
        });
        config.joined_features.then(|| Self {
            hidden,
            standardizer: standardizer(weights),
            limit: limit(config),
            feature_dropout: config.joined_dropout,
            hidden_dropout: config.dropout,
        })
    }

    /// The inputs of the dense layer [B, U or F] for the features of B RNAs, which follow one
    /// another in `features`.
    pub(super) fn forward(
        &self,
        features: &[f32],
        rows: usize,
        mut rng: Option<&mut Rng>,
        device: &Device,
    ) -> Tensor<2> {
        let size = self.standardizer.mean.len();
        let rnas = features.chunks_exact(size.max(1));
        let values = rnas.flat_map(|rna| standardized(&self.standardizer, self.limit, rna));
        let data = TensorData::new(values.collect::<Vec<f32>>(), [rows, size]);
        let inputs = Tensor::from_data(data, device);
        let inputs = dropout::apply(inputs, rng.as_deref_mut(), self.feature_dropout);
        match &self.hidden {
            None => inputs,
            Some(hidden) => {
                let sums = inputs.matmul(hidden.weight.val().transpose());
                let units = relu(sums + hidden.bias.val().unsqueeze::<2>());
                dropout::apply(units, rng, self.hidden_dropout)
            }
        }
    }

    /// The means and deviations of the features, by the names of their tensors.
    pub(super) fn statistics(&self) -> [(String, Array); 2] {
        let array = |values: &[f32]| Array {
            shape: vec![values.len()],
            values: values.to_vec(),
        };
        [
            (names::MEAN.to_owned(), array(&self.standardizer.mean)),
            (
                names::DEVIATION.to_owned(),
                array(&self.standardizer.deviation),
            ),
        ]
    }
}

fn standardizer(weights: &Weights) -> Standardizer {
    Standardizer {
        mean: weights[names::MEAN].values.clone(),
        deviation: weights[names::DEVIATION].values.clone(),
    }
}

fn limit(config: &Config) -> f32 {
    match config.feature_set() {
        FeatureSet::Composition => f32::INFINITY,
        FeatureSet::Regions => LIMIT,
    }
}

/// The features of one RNA as the network receives them.
fn standardized<'a>(
    standardizer: &'a Standardizer,
    limit: f32,
    features: &'a [f32],
) -> impl Iterator<Item = f32> + 'a {
    let values = standardizer.apply(features);
    values.map(move |value| value.clamp(-limit, limit))
}

/// The score of a compartment, before softmax or sigmoid, if nothing is read of an RNA and its joined
/// features are all at the mean of the training part.
pub fn start_score(config: &Config, weights: &Weights, compartment: usize) -> f32 {
    let bias = weights[names::DENSE_BIAS].values[compartment];
    if config.joined_units == 0 {
        return bias;
    }
    let units = weights[names::JOINED_BIAS].values.iter();
    let outgoing = outgoing(config, weights, compartment).iter();
    bias + units
        .zip(outgoing)
        .map(|(unit, weight)| unit.max(0.0) * weight)
        .sum::<f32>()
}

/// The weights of the dense layer that lead from the joined features to a compartment.
fn outgoing<'a>(config: &Config, weights: &'a Weights, compartment: usize) -> &'a [f32] {
    let dense = &weights[names::DENSE_WEIGHT];
    let (width, own) = (dense.shape[1], config.joined_width());
    &dense.values[compartment * width..][width - own..width]
}

/// What each joined feature contributes to the score of a compartment, before softmax or sigmoid,
/// compared with an RNA whose features are all at the mean of the training part.
///
/// These are integrated gradients along the straight path from the means to the features
/// (Sundararajan, Taly and Yan 2017). A hidden unit is linear on the part of the path on which it is
/// active, so the integral is computed exactly, and the sum of the contributions is the change of
/// the score. Empty if the settings join no features.
pub fn feature_contributions(
    config: &Config,
    weights: &Weights,
    features: &[f32],
    compartment: usize,
) -> Vec<f32> {
    if !config.joined_features {
        return Vec::new();
    }
    let standardizer = standardizer(weights);
    let values: Vec<f32> = standardized(&standardizer, limit(config), features).collect();
    let outgoing = outgoing(config, weights, compartment);
    if config.joined_units == 0 {
        return values
            .iter()
            .zip(outgoing)
            .map(|(value, weight)| value * weight)
            .collect();
    }
    let (incoming, bias) = (&weights[names::JOINED_WEIGHT], &weights[names::JOINED_BIAS]);
    let mut contributions = vec![0.0; values.len()];
    let rows = incoming.values.chunks_exact(values.len().max(1));
    for ((row, bias), weight) in rows.zip(&bias.values).zip(outgoing) {
        let change: f32 = row.iter().zip(&values).map(|(w, value)| w * value).sum();
        let factor = weight * active_share(*bias, change);
        for ((contribution, w), value) in contributions.iter_mut().zip(row).zip(&values) {
            *contribution += factor * w * value;
        }
    }
    contributions
}

/// The share of the path on which a hidden unit is active, if its input goes from `bias` to `bias +
/// change`.
fn active_share(bias: f32, change: f32) -> f32 {
    let (start, end) = (bias, bias + change);
    match (start > 0.0, end > 0.0) {
        (true, true) => 1.0,
        (false, false) => 0.0,
        (true, false) => start / -change,
        (false, true) => end / change,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{preset, tensors};

    #[test]
    fn a_unit_is_active_on_the_part_of_the_path_above_zero() {
        assert_eq!(active_share(1.0, 1.0), 1.0);
        assert_eq!(active_share(-1.0, 0.5), 0.0);
        assert_eq!(active_share(1.0, -4.0), 0.25);
        assert_eq!(active_share(-1.0, 4.0), 0.75);
        assert_eq!(active_share(0.0, 0.0), 0.0);
    }

    #[test]
    fn contributions_add_up_to_the_change_of_the_score() {
        let config = Config {
            joined_regions: true,
            joined_units: 7,
            ..preset("human-mirna").unwrap().config
        };
        let size = config.feature_set().size();
        let weights = tensors::random(&config, 3, 4);
        let features: Vec<f32> = (0..size).map(|i| 10.0 * (i as f32 * 0.7).sin()).collect();
        let device = crate::device::cpu();
        let layer = JoinedLayer::from_weights(&config, &weights, &device).unwrap();
        let dense = &weights[names::DENSE_WEIGHT];
        let score = |features: &[f32], compartment: usize| -> f32 {
            let units = layer.forward(features, 1, None, &device).into_data();
            let outgoing = dense.values[..(compartment + 1) * dense.shape[1]]
                .iter()
                .rev();
            let units: Vec<f32> = units.iter::<f32>().collect();
            units
                .iter()
                .rev()
                .zip(outgoing)
                .map(|(unit, weight)| unit * weight)
                .sum()
        };
        for compartment in 0..3 {
            let start = score(&weights[names::MEAN].values, compartment)
                + weights[names::DENSE_BIAS].values[compartment];
            assert!((start_score(&config, &weights, compartment) - start).abs() < 1e-4);
            let change =
                score(&features, compartment) - score(&weights[names::MEAN].values, compartment);
            let contributions = feature_contributions(&config, &weights, &features, compartment);
            let sum: f32 = contributions.iter().sum();
            assert!(
                (sum - change).abs() < 1e-3 * change.abs().max(1.0),
                "{sum} {change}"
            );
            assert!(change.abs() > 0.1);
        }
    }
}

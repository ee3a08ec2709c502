//! All settings of EL-RMLocNet. [`settings`](super::settings) has their meaning and their ranges,
//! [`presets`](mod@super::presets) Table 2.

use serde::{Deserialize, Serialize};
use strum::{EnumMessage, IntoStaticStr, VariantArray};

use crate::genetic_seq2vec::GraphWeighting;
use crate::rna::{
    Encoder, FeatureSet, FixedLength, KmerError, Kmers, LengthSetting, PolyA, Reading,
};

/// Whether compartments share one attention (section 2.2.3).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum AttentionHeads {
    /// One set of weights for all compartments, as in the paper.
    Shared,
    /// One set of weights, and therefore one attention map, per compartment.
    PerCompartment,
}

/// How scores become probabilities and a loss (equation 22).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Loss {
    /// Softmax over compartments, and cross-entropy against the labels divided by their number, as
    /// in the paper. The probabilities of one RNA sum to 1.
    Softmax,
    /// One sigmoid per compartment, and binary cross-entropy. The probabilities are independent.
    Sigmoid,
}

/// Which epoch's weights are kept.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum KeepEpoch {
    /// The epoch with the lowest loss on the validation part.
    ValidationLoss,
    /// The epoch with the lowest loss on the training part, as in the paper (section 3).
    TrainingLoss,
    /// The last epoch: nothing is chosen.
    Last,
}

/// What reads the k-mer vectors in their order (section 2.2.2).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Recurrence {
    /// The LSTM, as in the paper.
    #[default]
    Lstm,
    /// Nothing: attention acts on the k-mer vectors themselves. This is for ablations.
    None,
}

/// How the steps of an RNA become one vector (section 2.2.3).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Pooling {
    /// The attention layer, as in the paper.
    #[default]
    Attention,
    /// The mean of all steps. This is for ablations.
    Mean,
    /// The last step, and the first step of a backward scan. This is for ablations.
    Last,
}

/// How the learning rate decreases from epoch to epoch.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Schedule {
    /// rate / (1 + decay · e): the learning-rate decay of Table 2.
    #[default]
    Inverse,
    /// Half a cosine, from the full rate to almost 0 in the last epoch; the decay is not used.
    Cosine,
}

/// All settings of a network and its training. The names of the fields are those in files; fields
/// that a file lacks have the paper's values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Name of the model: the stem of its file, and its name in the page.
    pub name: String,
    /// k of the k-mers, 1..=5.
    pub k: usize,
    /// Nucleotides from the start of one k-mer to the next, 1..=3.
    pub stride: usize,
    /// Proximity powers of GeneticSeq2Vec, 1..=7. Table 2 does not name a number; 4 is our choice.
    pub hops: usize,
    /// How the adjacency matrix of the k-mer graph is filled.
    pub embedding_mode: GraphWeighting,
    /// Embedding dimension d.
    pub embedding_dim: usize,
    /// Whether the vector of a k-mer is the sum of its own vector and those of its first 1, 2 … k -
    /// 1 letters, with a table for each k. Not in the paper.
    #[serde(default)]
    pub summed_k: bool,
    /// How sequences are padded or cut to one length (Table 3).
    pub length_setting: LengthSetting,
    /// Limit on the nucleotides read of an RNA, for every length setting; 0 means no limit.
    #[serde(default)]
    pub length_limit: usize,
    /// What is done with a poly-A tail. Not in the paper.
    #[serde(default, skip_serializing_if = "is_default")]
    pub poly_a: PolyA,
    /// Which part of an RNA is read, if it is longer than the fixed length. Not in the paper.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reading: Reading,
    /// Probability that the vector of a k-mer is set to 0 in one step (Table 2's ed).
    pub kmer_dropout: f64,
    /// Probability that one dimension of a k-mer's vector is set to 0 in one step (Table 2's ed).
    pub dimension_dropout: f64,
    /// Number of LSTM layers (ll), 1..=4.
    pub lstm_layers: usize,
    /// Hidden units per layer and direction.
    pub hidden_units: usize,
    /// Whether a second LSTM reads from the end to the start.
    #[serde(default)]
    pub bidirectional: bool,
    /// What reads the k-mer vectors.
    #[serde(default)]
    pub recurrence: Recurrence,
    /// Probability that an LSTM weight, recurrent or not, is set to 0 in one step.
    pub weight_dropout: f64,
    /// Attention dimension (ad).
    pub attention_dim: usize,
    /// Whether compartments share one attention.
    pub attention_heads: AttentionHeads,
    /// How the steps of an RNA become one vector.
    #[serde(default)]
    pub pooling: Pooling,
    /// Dropout of the normalised features (Table 2's dp).
    pub dropout: f64,
    /// Whether standardised features of the whole sequence join the pooled features before the
    /// dense layer: its [`crate::rna::composition()`], unless `joined_regions` is set.
    #[serde(default)]
    pub joined_features: bool,
    /// Whether the joined features are those of the regions of a messenger RNA,
    /// [`crate::rna::message::region_features`].
    #[serde(default, skip_serializing_if = "is_default")]
    pub joined_regions: bool,
    /// Hidden units of a layer between the joined features and the dense layer; 0 for no such
    /// layer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub joined_units: usize,
    /// Dropout of the joined features.
    #[serde(default)]
    pub joined_dropout: f64,
    /// The loss, which also determines the meaning of the probabilities.
    pub loss: Loss,
    /// Whether the bias of the dense layer starts at the frequencies of the compartments.
    #[serde(default)]
    pub label_prior_bias: bool,
    /// Learning rate of the first epoch.
    pub learning_rate: f64,
    /// Learning-rate decay: the rate of epoch e, counted from 0, is rate / (1 + decay · e).
    pub learning_rate_decay: f64,
    /// How the learning rate decreases.
    #[serde(default)]
    pub schedule: Schedule,
    /// Weight decay of AdamW (λ of equation 21). The paper does not give it; PyTorch's 0.01 is
    /// used.
    pub weight_decay: f64,
    /// RNAs per step.
    pub batch_size: usize,
    /// Passes over the training part. The paper does not give them; 30 is our choice.
    pub epochs: usize,
    /// Limit on the norm of all gradients; 0 means no limit, as in the paper.
    pub gradient_clip: f64,
    /// Share of the running average of the weights that is kept in a step. The average is validated
    /// and kept. 0 means no average.
    #[serde(default)]
    pub weight_averaging: f64,
    /// Which epoch's weights are kept; `checkpoint` in files.
    #[serde(rename = "checkpoint")]
    pub keep_epoch: KeepEpoch,
}

impl Config {
    /// The features that can join what the network reads.
    pub fn feature_set(&self) -> FeatureSet {
        if self.joined_regions {
            FeatureSet::Regions
        } else {
            FeatureSet::Composition
        }
    }

    /// The encoder of RNAs for a network with these settings.
    ///
    /// # Errors
    /// k or the stride is out of range.
    pub fn encoder(&self, length: FixedLength) -> Result<Encoder, KmerError> {
        Ok(Encoder {
            kmers: Kmers::new(self.k, self.stride)?,
            length,
            poly_a: self.poly_a,
            reading: self.reading,
            features: self.feature_set(),
        })
    }

    /// The values of k below this one whose vectors are added.
    pub fn smaller_k(&self) -> std::ops::Range<usize> {
        if self.summed_k { 1..self.k } else { 1..1 }
    }

    /// The learning rate of an epoch, counted from 0.
    pub fn learning_rate_at(&self, epoch: usize) -> f64 {
        let falls = match self.schedule {
            Schedule::Inverse => 1.0 / (1.0 + self.learning_rate_decay * epoch as f64),
            Schedule::Cosine => {
                let done = epoch as f64 / self.epochs as f64;
                (1.0 + (std::f64::consts::PI * done).cos()) / 2.0
            }
        };
        self.learning_rate * falls
    }

    /// Length of the vector of one step: h of both directions, or a k-mer vector.
    pub fn state_width(&self) -> usize {
        match self.recurrence {
            Recurrence::Lstm if self.bidirectional => 2 * self.hidden_units,
            Recurrence::Lstm => self.hidden_units,
            Recurrence::None => self.embedding_dim,
        }
    }

    /// The number of attention maps per RNA.
    pub fn heads(&self, compartments: usize) -> usize {
        match self.attention_heads {
            AttentionHeads::Shared => 1,
            AttentionHeads::PerCompartment => compartments,
        }
    }
}

/// Whether a setting has its default value, so that files need not name it.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::preset;

    #[test]
    fn the_learning_rate_decays_by_epoch() {
        let config = preset("human-mirna-paper").unwrap().config;
        assert_eq!(config.learning_rate_at(0), 0.06);
        assert!((config.learning_rate_at(10) - 0.03).abs() < 1e-12);
        let cosine = Config {
            schedule: Schedule::Cosine,
            epochs: 20,
            ..config
        };
        assert_eq!(cosine.learning_rate_at(0), 0.06);
        assert!((cosine.learning_rate_at(10) - 0.03).abs() < 1e-12);
        assert!(cosine.learning_rate_at(19) > 0.0 && cosine.learning_rate_at(19) < 0.001);
    }

    #[test]
    fn missing_settings_have_the_papers_values() {
        let paper = preset("human-mirna-paper").unwrap().config;
        let mut fields = serde_json::to_value(&paper).unwrap();
        for newer in [
            "summed_k",
            "length_limit",
            "bidirectional",
            "recurrence",
            "pooling",
            "joined_features",
            "joined_dropout",
            "label_prior_bias",
            "schedule",
            "weight_averaging",
        ] {
            fields.as_object_mut().unwrap().remove(newer).unwrap();
        }
        assert_eq!(serde_json::from_value::<Config>(fields).unwrap(), paper);
    }
}

//! Every setting of EL-RMLocNet and its range. Table 2 is in [`presets`](mod@super::presets).

use serde::{Deserialize, Serialize};

use crate::genetic_seq2vec::GraphWeighting;
use crate::rna::LengthSetting;

/// How compartments share attention (section 2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionHeads {
    /// One set of weights for all compartments: the paper's.
    Shared,
    /// One set of weights, and so one map, per compartment.
    PerCompartment,
}

/// How scores become probabilities and a loss (equation 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax over compartments, cross-entropy against the labels divided by their number: the
    /// paper's. Probabilities of one RNA sum to 1.
    Softmax,
    /// One sigmoid per compartment, binary cross-entropy: each probability stands alone.
    Sigmoid,
}

/// Which epoch's weights are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepEpoch {
    /// The epoch with the lowest loss on the validation part.
    ValidationLoss,
    /// The epoch with the lowest loss on the training part: the paper's (section 3).
    TrainingLoss,
    /// The last epoch: nothing is chosen.
    Last,
}

/// What reads the k-mer vectors in their order (section 2.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recurrence {
    /// The LSTM: the paper's.
    #[default]
    Lstm,
    /// Nothing: the k-mer vectors themselves are attended to. An ablation.
    None,
}

/// How the steps of an RNA become one vector (section 2.2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The attention layer: the paper's.
    #[default]
    Attention,
    /// All steps alike. An ablation.
    Mean,
    /// Where the LSTM ends: the last step, and the first one of a scan backwards. An ablation.
    Last,
}

/// How the learning rate falls from epoch to epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// rate / (1 + decay · e): the learning-rate decay of Table 2.
    #[default]
    Inverse,
    /// Half a cosine from the full rate to almost 0 at the last epoch; the decay plays no part.
    Cosine,
}

/// All settings of one network and of its training. Field names are the file format's; a field
/// that a file does not have is as the paper has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the model: its file's stem and what the page calls it.
    pub name: String,
    /// k of the k-mers, 1..=5.
    pub k: usize,
    /// Nucleotides from one k-mer to the next, 1..=3.
    pub stride: usize,
    /// Proximity powers of GeneticSeq2Vec, 1..=7. Table 2 names none; 4 is ours.
    pub hops: usize,
    /// How the k-mer graph's adjacency is filled.
    pub embedding_mode: GraphWeighting,
    /// Embedding dimension d.
    pub embedding_dim: usize,
    /// Whether a k-mer's vector is the sum of its own and those of its first 1, 2 … k - 1 letters,
    /// each k with a table of its own; not in the paper.
    #[serde(default)]
    pub summed_k: bool,
    /// How sequences are brought to one length (Table 3).
    pub length_setting: LengthSetting,
    /// Nucleotides read of an RNA at most, whatever the length setting asks for; 0: no limit.
    #[serde(default)]
    pub length_limit: usize,
    /// Probability that a whole k-mer's vector is 0 in one step (Table 2's ed).
    pub kmer_dropout: f64,
    /// Probability that one dimension of one k-mer's vector is 0 in one step (Table 2's ed).
    pub dimension_dropout: f64,
    /// Stacked LSTM layers (ll), 1..=4.
    pub lstm_layers: usize,
    /// Hidden units per layer and direction.
    pub hidden_units: usize,
    /// Whether a second LSTM reads from the end to the start beside the first.
    #[serde(default)]
    pub bidirectional: bool,
    /// What reads the k-mer vectors.
    #[serde(default)]
    pub recurrence: Recurrence,
    /// Probability that one LSTM weight, recurrent or not, is 0 in one step.
    pub weight_dropout: f64,
    /// Attention dimension (ad).
    pub attention_dim: usize,
    /// Shared attention or one head per compartment.
    pub attention_heads: AttentionHeads,
    /// How steps become one vector.
    #[serde(default)]
    pub pooling: Pooling,
    /// Dropout of the normalised features (Table 2's dp).
    pub dropout: f64,
    /// Whether the whole sequence's standardised composition ([`crate::rna::composition()`]) joins
    /// the attended features before the dense layer.
    #[serde(default)]
    pub joined_features: bool,
    /// Dropout of the composition.
    #[serde(default)]
    pub joined_dropout: f64,
    /// Loss and with it the meaning of the probabilities.
    pub loss: Loss,
    /// Whether the dense layer's bias starts at the compartments' shares in the training part.
    #[serde(default)]
    pub label_prior_bias: bool,
    /// Learning rate of the first epoch.
    pub learning_rate: f64,
    /// Learning-rate decay: epoch e, counted from 0, learns at rate / (1 + decay · e).
    pub learning_rate_decay: f64,
    /// How the learning rate falls.
    #[serde(default)]
    pub schedule: Schedule,
    /// AdamW's weight decay (λ of equation 21). The paper gives none; PyTorch's 0.01 is used.
    pub weight_decay: f64,
    /// RNAs per step.
    pub batch_size: usize,
    /// Passes over the training part. The paper gives none; 30 is ours.
    pub epochs: usize,
    /// Largest norm of all gradients together; 0 leaves them alone, as the paper does.
    pub gradient_clip: f64,
    /// Share of the running average of all weights that a step keeps; the average is what is
    /// validated and kept. 0: no average, the newest weights.
    #[serde(default)]
    pub weight_averaging: f64,
    /// Which epoch's weights are kept; `checkpoint` in files.
    #[serde(rename = "checkpoint")]
    pub keep_epoch: KeepEpoch,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ConfigError {
    /// A setting is out of its range.
    #[error("setting `{field}` {problem}")]
    Range {
        /// Name of the field of [`Config`].
        field: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A setting is unknown or of the wrong kind.
    #[error("setting `{setting}` cannot be used: {problem}")]
    Unreadable {
        /// The name given.
        setting: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// No preset has this name.
    #[error("there is no preset `{name}`; the presets are {known}")]
    Preset {
        /// The name asked for.
        name: String,
        /// Names there are.
        known: String,
    },
}

impl Config {
    /// Says which setting, if any, is outside its range.
    pub fn check(&self) -> Result<(), ConfigError> {
        whole("k", self.k, 1, 5)?;
        whole("stride", self.stride, 1, 3)?;
        whole("hops", self.hops, 1, 7)?;
        whole("embedding_dim", self.embedding_dim, 1, 4096)?;
        whole("lstm_layers", self.lstm_layers, 1, 4)?;
        whole("hidden_units", self.hidden_units, 1, 2048)?;
        whole("attention_dim", self.attention_dim, 1, 2048)?;
        whole("batch_size", self.batch_size, 2, 4096)?;
        whole("epochs", self.epochs, 1, 100_000)?;
        probability("kmer_dropout", self.kmer_dropout)?;
        probability("dimension_dropout", self.dimension_dropout)?;
        probability("weight_dropout", self.weight_dropout)?;
        probability("dropout", self.dropout)?;
        probability("joined_dropout", self.joined_dropout)?;
        probability("weight_averaging", self.weight_averaging)?;
        if self.length_limit > 0 {
            whole("length_limit", self.length_limit, self.k, 1_000_000)?;
        }
        positive("learning_rate", self.learning_rate, false)?;
        positive("learning_rate_decay", self.learning_rate_decay, true)?;
        positive("weight_decay", self.weight_decay, true)?;
        positive("gradient_clip", self.gradient_clip, true)
    }

    /// The smaller k whose vectors are summed in.
    pub fn smaller_k(&self) -> std::ops::Range<usize> {
        match self.summed_k {
            true => 1..self.k,
            false => 1..1,
        }
    }

    /// Learning rate of an epoch, counted from 0.
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

    /// Numbers of one step that attention weighs: h of both directions, or a k-mer vector.
    pub fn state_width(&self) -> usize {
        match self.recurrence {
            Recurrence::Lstm if self.bidirectional => 2 * self.hidden_units,
            Recurrence::Lstm => self.hidden_units,
            Recurrence::None => self.embedding_dim,
        }
    }

    /// Attention maps per RNA.
    pub fn heads(&self, compartments: usize) -> usize {
        match self.attention_heads {
            AttentionHeads::Shared => 1,
            AttentionHeads::PerCompartment => compartments,
        }
    }
}

fn whole(field: &'static str, value: usize, least: usize, most: usize) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = format!("is {value}; it must be {least} to {most}");
    Err(ConfigError::Range { field, problem })
}

fn probability(field: &'static str, value: f64) -> Result<(), ConfigError> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    let problem = format!("is {value}; it must be at least 0 and below 1");
    Err(ConfigError::Range { field, problem })
}

fn positive(field: &'static str, value: f64, zero: bool) -> Result<(), ConfigError> {
    if value.is_finite() && (value > 0.0 || zero && value == 0.0) {
        return Ok(());
    }
    let least = if zero { "0 or more" } else { "more than 0" };
    let problem = format!("is {value}; it must be {least}");
    Err(ConfigError::Range { field, problem })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::network::preset;

    #[test]
    fn a_bad_setting_is_named() {
        let mut config = preset("human-mirna-paper").unwrap().config;
        config.dropout = 1.0;
        let error = config.check().unwrap_err().to_string();
        assert_eq!(
            error,
            "setting `dropout` is 1; it must be at least 0 and below 1"
        );
    }

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
    fn a_file_that_lacks_newer_settings_is_as_the_paper_has_them() {
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

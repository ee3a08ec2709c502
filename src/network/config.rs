//! Every setting of EL-RMLocNet, and Table 2 of the paper as data.

use serde::{Deserialize, Serialize};

use crate::genetic_seq2vec::Mode;
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
pub enum Checkpoint {
    /// The epoch with the lowest loss on the validation part.
    ValidationLoss,
    /// The epoch with the lowest loss on the training part: the paper's (section 3).
    TrainingLoss,
}

/// All settings of one network and of its training. Field names are the file format's.
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
    pub embedding_mode: Mode,
    /// Embedding dimension d.
    pub embedding_dim: usize,
    /// How sequences are brought to one length (Table 3).
    pub length_setting: LengthSetting,
    /// Probability that a whole k-mer's vector is 0 in one step (Table 2's ed).
    pub kmer_dropout: f64,
    /// Probability that one dimension of one k-mer's vector is 0 in one step (Table 2's ed).
    pub dimension_dropout: f64,
    /// Stacked LSTM layers (ll), 1..=4.
    pub lstm_layers: usize,
    /// Hidden units per layer.
    pub hidden_units: usize,
    /// Probability that one LSTM weight, recurrent or not, is 0 in one step.
    pub weight_dropout: f64,
    /// Attention dimension (ad).
    pub attention_dim: usize,
    /// Shared attention or one head per compartment.
    pub attention_heads: AttentionHeads,
    /// Dropout of the normalised features (Table 2's dp).
    pub dropout: f64,
    /// Loss and with it the meaning of the probabilities.
    pub loss: Loss,
    /// Learning rate of the first epoch.
    pub learning_rate: f64,
    /// Learning-rate decay: epoch e, counted from 0, learns at rate / (1 + decay · e).
    pub learning_rate_decay: f64,
    /// AdamW's weight decay (λ of equation 21). The paper gives none; PyTorch's 0.01 is used.
    pub weight_decay: f64,
    /// RNAs per step.
    pub batch_size: usize,
    /// Passes over the training part. The paper gives none; 30 is ours.
    pub epochs: usize,
    /// Largest norm of all gradients together; 0 leaves them alone, as the paper does.
    pub gradient_clip: f64,
    /// Which epoch's weights are kept.
    pub checkpoint: Checkpoint,
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
    /// A preset's settings with some replaced: by name, then by number of epochs.
    ///
    /// # Errors
    /// An unknown preset or setting, a value of the wrong kind or out of range.
    pub fn from_preset(
        name: &str,
        overrides: serde_json::Map<String, serde_json::Value>,
        epochs: Option<usize>,
    ) -> Result<Self, ConfigError> {
        let Some(preset) = preset(name) else {
            let known: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
            return Err(ConfigError::Preset {
                name: name.to_owned(),
                known: known.join(", "),
            });
        };
        let mut config = preset.config;
        // One at a time, so that an error names the setting.
        for (setting, value) in overrides {
            config = config.with(&setting, value)?;
        }
        config.epochs = epochs.unwrap_or(config.epochs);
        config.check()?;
        Ok(config)
    }

    /// These settings with one replaced.
    fn with(&self, setting: &str, value: serde_json::Value) -> Result<Self, ConfigError> {
        let unreadable = |error: serde_json::Error| ConfigError::Unreadable {
            setting: setting.to_owned(),
            problem: error.to_string(),
        };
        let mut fields = serde_json::to_value(self).map_err(unreadable)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.insert(setting.to_owned(), value);
        }
        serde_json::from_value(fields).map_err(unreadable)
    }

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
        positive("learning_rate", self.learning_rate, false)?;
        positive("learning_rate_decay", self.learning_rate_decay, true)?;
        positive("weight_decay", self.weight_decay, true)?;
        positive("gradient_clip", self.gradient_clip, true)
    }

    /// Learning rate of an epoch, counted from 0.
    pub fn learning_rate_at(&self, epoch: usize) -> f64 {
        self.learning_rate / (1.0 + self.learning_rate_decay * epoch as f64)
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

/// One row of Table 2 with the best length setting of Table 3.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Preset {
    /// `human-` or `all-species-` and the RNA class in lower case.
    pub name: &'static str,
    /// RNA class as the paper writes it.
    pub rna_class: &'static str,
    /// Where the RNAs come from. The paper's "Mus musculus" sets are pools of all species.
    pub species: &'static str,
    /// The settings.
    pub config: Config,
}

/// Table 2's columns from k-mer to batch size, then Table 3's best setting.
#[rustfmt::skip]
#[allow(clippy::type_complexity, reason = "the rows are easier to hold against the paper as tuples")]
const TABLE_2: [(&str, &str, &str, usize, usize, usize, f64, usize, usize, usize, f64, f64, f64, usize, LengthSetting); 8] = [
    ("human-mrna",          "mRNA",   "human",       3, 2, 200, 0.005,  1, 200, 50, 0.01,  0.05, 0.001,  32,  LengthSetting::StartAverage),
    ("human-mirna",         "miRNA",  "human",       1, 1, 32,  0.0025, 1, 32,  60, 0.005, 0.06, 0.1,    32,  LengthSetting::EndMax),
    ("human-snorna",        "snoRNA", "human",       2, 2, 64,  0.0025, 1, 64,  50, 0.005, 0.06, 0.01,   32,  LengthSetting::EndMax),
    ("human-lncrna",        "lncRNA", "human",       2, 2, 200, 0.005,  1, 200, 50, 0.1,   0.05, 0.1,    64,  LengthSetting::EndMin),
    ("all-species-mrna",    "mRNA",   "all species", 2, 1, 200, 0.0025, 4, 64,  90, 0.05,  0.06, 0.1,    32,  LengthSetting::StartAverage),
    ("all-species-mirna",   "miRNA",  "all species", 1, 1, 32,  0.0025, 1, 32,  60, 0.005, 0.06, 0.1,    32,  LengthSetting::EndMax),
    ("all-species-snorna",  "snoRNA", "all species", 2, 2, 16,  0.0025, 1, 16,  50, 0.005, 0.06, 0.0001, 32,  LengthSetting::StartMax),
    ("all-species-lncrna",  "lncRNA", "all species", 3, 2, 200, 0.0025, 4, 60,  50, 0.05,  0.05, 0.01,   128, LengthSetting::StartAverage),
];

/// The eight presets, human first, in the order of Table 2.
pub fn presets() -> Vec<Preset> {
    TABLE_2
        .iter()
        .map(
            |&(
                name,
                rna_class,
                species,
                k,
                stride,
                d,
                ed,
                ll,
                units,
                ad,
                dp,
                lr,
                decay,
                batch,
                length,
            )| Preset {
                name,
                rna_class,
                species,
                config: Config {
                    name: name.to_owned(),
                    k,
                    stride,
                    hops: 4,
                    embedding_mode: Mode::Weighted,
                    embedding_dim: d,
                    length_setting: length,
                    kmer_dropout: ed,
                    dimension_dropout: ed,
                    lstm_layers: ll,
                    hidden_units: units,
                    weight_dropout: dp,
                    attention_dim: ad,
                    attention_heads: AttentionHeads::Shared,
                    dropout: dp,
                    loss: Loss::Softmax,
                    learning_rate: lr,
                    learning_rate_decay: decay,
                    weight_decay: 0.01,
                    batch_size: batch,
                    epochs: 30,
                    gradient_clip: 1.0,
                    checkpoint: Checkpoint::ValidationLoss,
                },
            },
        )
        .collect()
}

/// The preset of that name.
pub fn preset(name: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.name == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn table_2_has_eight_usable_rows() {
        let all = presets();
        assert_eq!(all.len(), 8);
        assert!(all.iter().all(|preset| preset.config.check().is_ok()));
        let lncrna = preset("all-species-lncrna").unwrap().config;
        assert_eq!(
            (lncrna.lstm_layers, lncrna.hidden_units, lncrna.batch_size),
            (4, 60, 128)
        );
    }

    #[test]
    fn a_bad_setting_is_named() {
        let mut config = preset("human-mirna").unwrap().config;
        config.dropout = 1.0;
        let error = config.check().unwrap_err().to_string();
        assert_eq!(
            error,
            "setting `dropout` is 1; it must be at least 0 and below 1"
        );
    }

    #[test]
    fn the_learning_rate_decays_by_epoch() {
        let config = preset("human-mirna").unwrap().config;
        assert_eq!(config.learning_rate_at(0), 0.06);
        assert!((config.learning_rate_at(10) - 0.03).abs() < 1e-12);
    }
}

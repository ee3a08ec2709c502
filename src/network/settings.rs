//! What a person should know about every setting: its group, meaning and range. The checks of
//! [`Config`], the help of the command line and the page use this list.

use serde::Serialize;
use strum::{EnumMessage, IntoStaticStr, VariantArray};

use super::config::{AttentionHeads, Config, KeepEpoch, Loss, Pooling, Recurrence, Schedule};
use crate::genetic_seq2vec::GraphWeighting;
use crate::rna::{LengthSetting, PolyA, Reading};

/// The part of the method that a setting belongs to, in the paper's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumMessage, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SettingGroup {
    /// K-mers and their vectors (section 2.1)
    Kmers,
    /// What is read of an RNA (Table 3)
    Length,
    /// LSTM (sections 2.2.1 and 2.2.2)
    Lstm,
    /// Attention (section 2.2.3)
    Attention,
    /// Features of the whole RNA, and probabilities (section 2.2.4)
    Classifier,
    /// Training (sections 2.2.4 and 3)
    Training,
}

impl SettingGroup {
    /// The title of the group, with its place in the paper.
    pub fn title(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }
}

/// The values that a setting can have.
#[derive(Clone, Copy)]
pub enum SettingRange {
    /// A whole number.
    Whole {
        /// The value in some settings.
        value: fn(&Config) -> usize,
        /// The smallest number.
        least: usize,
        /// The largest number.
        most: usize,
    },
    /// A number of at least 0 and below 1.
    Share(fn(&Config) -> f64),
    /// A number above 0.
    Positive(fn(&Config) -> f64),
    /// A number that is not negative.
    NotNegative(fn(&Config) -> f64),
    /// True or false.
    Switch,
    /// One of several named values.
    Choice(fn() -> Vec<SettingChoice>),
}

/// A named value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingChoice {
    /// The name in files.
    pub name: &'static str,
    /// What it does, as a sentence.
    pub meaning: &'static str,
}

/// A setting of a network or of its training.
#[derive(Clone, Copy)]
pub struct Setting {
    /// The name in files.
    pub name: &'static str,
    /// The name for a person, such as *LSTM units*.
    pub label: &'static str,
    /// The part of the method that it belongs to.
    pub group: SettingGroup,
    /// The place in the paper that has its values; `None` if the paper does not have this setting.
    pub paper: Option<&'static str>,
    /// What it does, as a sentence.
    pub meaning: &'static str,
    /// Its values.
    pub range: SettingRange,
}

impl Setting {
    /// The setting with this name.
    pub fn find(name: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// The values that are allowed, in words.
    pub fn allowed(&self) -> String {
        match self.range {
            SettingRange::Whole { least, most, .. } => format!("{least} to {most}"),
            SettingRange::Share(_) => "at least 0 and below 1".to_owned(),
            SettingRange::Positive(_) => "more than 0".to_owned(),
            SettingRange::NotNegative(_) => "0 or more".to_owned(),
            SettingRange::Switch => "true or false".to_owned(),
            SettingRange::Choice(choices) => {
                let names: Vec<&str> = choices().iter().map(|choice| choice.name).collect();
                names.join(", ")
            }
        }
    }

    /// What was found in `config`, if it is not allowed.
    pub(super) fn wrong_value(&self, config: &Config) -> Option<String> {
        let (is_allowed, found) = match self.range {
            SettingRange::Whole { value, least, most } => {
                let found = value(config);
                ((least..=most).contains(&found), found.to_string())
            }
            SettingRange::Share(value) => {
                let found = value(config);
                ((0.0..1.0).contains(&found), found.to_string())
            }
            SettingRange::Positive(value) => {
                let found = value(config);
                (found.is_finite() && found > 0.0, found.to_string())
            }
            SettingRange::NotNegative(value) => {
                let found = value(config);
                (found.is_finite() && found >= 0.0, found.to_string())
            }
            // Values of other kinds cannot be read in the first place.
            SettingRange::Switch | SettingRange::Choice(_) => return None,
        };
        (!is_allowed).then_some(found)
    }
}

/// The values of an enum, with their names in files and their documentation.
fn choices<T>() -> Vec<SettingChoice>
where
    T: VariantArray + EnumMessage + Copy + Into<&'static str> + 'static,
{
    let choice = |value: &T| SettingChoice {
        name: (*value).into(),
        meaning: value.get_documentation().unwrap_or_default(),
    };
    T::VARIANTS.iter().map(choice).collect()
}

const fn whole(value: fn(&Config) -> usize, least: usize, most: usize) -> SettingRange {
    SettingRange::Whole { value, least, most }
}

/// A setting that the paper has.
const fn papers(
    name: &'static str,
    label: &'static str,
    group: SettingGroup,
    paper: &'static str,
    range: SettingRange,
    meaning: &'static str,
) -> Setting {
    Setting {
        name,
        label,
        group,
        paper: Some(paper),
        meaning,
        range,
    }
}

/// A setting that the paper does not have.
const fn ours(
    name: &'static str,
    label: &'static str,
    group: SettingGroup,
    range: SettingRange,
    meaning: &'static str,
) -> Setting {
    Setting {
        name,
        label,
        group,
        paper: None,
        meaning,
        range,
    }
}

/// All settings, group by group. The name of the model is not one of them.
#[rustfmt::skip]
pub const SETTINGS: [Setting; 36] = {
    use SettingGroup::{Attention, Classifier, Kmers, Length, Lstm, Training};
    use SettingRange::{Choice, NotNegative, Positive, Share, Switch};
    [
        papers("k", "k-mer length k", Kmers, "Table 2, K-mer", whole(|c| c.k, 1, 5),
            "Nucleotides of one k-mer, the word that the network reads."),
        papers("stride", "Stride", Kmers, "Table 2, s", whole(|c| c.stride, 1, 3),
            "Nucleotides from the start of one k-mer to the start of the next."),
        papers("hops", "Hops", Kmers, "section 2.1, without a number", whole(|c| c.hops, 1, 7),
            "How many steps apart two k-mers may be in the graph to count as neighbours."),
        papers("embedding_mode", "k-mer graph", Kmers, "section 2.1", Choice(choices::<GraphWeighting>),
            "What the edges of the k-mer graph count."),
        papers("embedding_dim", "Embedding dimension d", Kmers, "Table 2, d", whole(|c| c.embedding_dim, 1, 4096),
            "Numbers in the vector of one k-mer."),
        ours("summed_k", "Shorter k-mers added", Kmers, Switch,
            "Adds the vectors of the first 1, 2, … k − 1 letters of a k-mer to its own."),
        papers("length_setting", "Length setting", Length, "Table 3", Choice(choices::<LengthSetting>),
            "How RNAs are padded or cut to one length."),
        ours("length_limit", "Length limit", Length, whole(|c| c.length_limit, 0, 1_000_000),
            "The largest number of nucleotides that are read of an RNA; 0 for no limit."),
        ours("poly_a", "Poly-A tail", Length, Choice(choices::<PolyA>),
            "What is done with a run of A at the end of an RNA."),
        ours("reading", "Part that is read", Length, Choice(choices::<Reading>),
            "Which part of a long RNA is read."),
        papers("kmer_dropout", "K-mer dropout", Lstm, "Table 2, ed", Share(|c| c.kmer_dropout),
            "Share of the k-mers that are hidden in one step of the training."),
        papers("dimension_dropout", "Dimension dropout", Lstm, "Table 2, ed", Share(|c| c.dimension_dropout),
            "Share of the dimensions of all k-mer vectors that are hidden in one step."),
        ours("recurrence", "Recurrence", Lstm, Choice(choices::<Recurrence>),
            "What reads the k-mer vectors in their order."),
        papers("lstm_layers", "LSTM layers", Lstm, "Table 2, ll", whole(|c| c.lstm_layers, 1, 4),
            "LSTMs on top of one another."),
        papers("hidden_units", "LSTM units", Lstm, "Table 2, ld", whole(|c| c.hidden_units, 1, 2048),
            "Numbers that one LSTM remembers while it reads."),
        ours("bidirectional", "Both directions", Lstm, Switch,
            "Adds a second LSTM that reads from the end to the start."),
        papers("weight_dropout", "LSTM weight dropout", Lstm, "Table 2, dp", Share(|c| c.weight_dropout),
            "Share of the weights of the LSTM that are hidden in one step."),
        papers("attention_dim", "Attention dimension", Attention, "Table 2, ad", whole(|c| c.attention_dim, 1, 2048),
            "Numbers between a step of the LSTM and its attention score."),
        ours("attention_heads", "Attention heads", Attention, Choice(choices::<AttentionHeads>),
            "Whether every compartment has its own attention."),
        ours("pooling", "Pooling", Attention, Choice(choices::<Pooling>),
            "How the steps of an RNA become one vector."),
        papers("dropout", "Dropout", Classifier, "Table 2, dp", Share(|c| c.dropout),
            "Share of the pooled features that are hidden in one step."),
        ours("joined_features", "Features of the whole RNA", Classifier, Switch,
            "Adds k-mer frequencies and the length of the whole RNA to what the attention pooled."),
        ours("joined_regions", "Features of message regions", Classifier, Switch,
            "Adds features of the 5' UTR, the coding sequence and the 3' UTR instead; for mRNAs."),
        ours("joined_units", "Units for these features", Classifier, whole(|c| c.joined_units, 0, 2048),
            "Units of a layer between these features and the probabilities; 0 for no such layer."),
        ours("joined_dropout", "Dropout of these features", Classifier, Share(|c| c.joined_dropout),
            "Share of these features that are hidden in one step."),
        papers("loss", "Loss", Classifier, "equation 22", Choice(choices::<Loss>),
            "How scores become probabilities, and what the training makes small."),
        ours("label_prior_bias", "Start at label frequencies", Classifier, Switch,
            "Starts the training with the frequencies of the compartments as probabilities."),
        papers("learning_rate", "Learning rate", Training, "Table 2, lr", Positive(|c| c.learning_rate),
            "How far a step of the first epoch moves the weights."),
        papers("learning_rate_decay", "Learning-rate decay", Training, "Table 2, decay", NotNegative(|c| c.learning_rate_decay),
            "How fast the learning rate falls: in epoch e, counted from 0, it is rate / (1 + decay · e)."),
        ours("schedule", "Schedule", Training, Choice(choices::<Schedule>),
            "How the learning rate falls from epoch to epoch."),
        papers("weight_decay", "Weight decay", Training, "equation 21, without a number", NotNegative(|c| c.weight_decay),
            "How strongly every step pulls the weights towards 0."),
        papers("batch_size", "Batch size", Training, "Table 2, bs", whole(|c| c.batch_size, 2, 4096),
            "RNAs of one step."),
        papers("epochs", "Epochs", Training, "section 3, without a number", whole(|c| c.epochs, 1, 100_000),
            "Passes over the training part."),
        ours("gradient_clip", "Gradient limit", Training, NotNegative(|c| c.gradient_clip),
            "Largest norm of all gradients of a step; 0 for no limit."),
        ours("weight_averaging", "Weight averaging", Training, Share(|c| c.weight_averaging),
            "Share of the running average of the weights that is kept in a step; 0 for no average."),
        papers("checkpoint", "Epoch that is kept", Training, "section 3", Choice(choices::<KeepEpoch>),
            "Which epoch's weights become the model."),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::preset;

    #[test]
    fn every_setting_is_described_once_and_each_of_its_values_is_read() {
        let config = preset("human-mrna-tuned").unwrap().config;
        let fields = serde_json::to_value(&config).unwrap();
        let mut names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        names.push("name");
        names.sort_unstable();
        let mut expected: Vec<&str> = fields
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        expected.sort_unstable();
        assert_eq!(names, expected);
        for setting in &SETTINGS {
            let SettingRange::Choice(choices) = setting.range else {
                continue;
            };
            for choice in choices() {
                let mut changed = fields.clone();
                changed[setting.name] = choice.name.into();
                let read: Config = serde_json::from_value(changed).unwrap();
                let written = serde_json::to_value(&read).unwrap();
                // A default value is not written.
                let value = written.get(setting.name);
                assert!(
                    value.is_none_or(|value| value == choice.name),
                    "{}",
                    choice.name
                );
                assert!(!choice.meaning.is_empty(), "{}", choice.name);
            }
        }
    }

    #[test]
    fn settings_of_one_group_stand_together() {
        let groups: Vec<SettingGroup> = SETTINGS.iter().map(|setting| setting.group).collect();
        let mut order = groups.clone();
        order.dedup();
        assert_eq!(order, SettingGroup::VARIANTS);
    }
}

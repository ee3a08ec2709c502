//! Baselines: simple models that are reported next to the network in every table.
//!
//! [`Prior`] and [`LengthOnly`] never read the sequence, and [`GroupFrequencies`] knows only one
//! [`Property`] of an RNA, such as its source. [`KmerLogistic`] and [`ExtraTrees`] read k-mers.
//! [`Baseline`] is any of them by name, with one interface for fitting and scoring.
//! [`check_properties`] finds the properties that alone predict the labels of a set.

mod extra_trees;
mod group_frequencies;
mod kmer_profile;
mod leaks;
mod logistic;
mod simple;

use enum_map::EnumMap;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

pub use extra_trees::ExtraTrees;
pub use group_frequencies::GroupFrequencies;
pub use leaks::{GroupLabels, PropertyCheck, check_properties, leak_notes};
pub use logistic::KmerLogistic;
pub use simple::{LengthOnly, NEIGHBOURS, Prior};

use crate::dataset::{Labels, Property};
use crate::metrics::MetricsError;
use crate::rna::Sequence;

/// What a baseline may use of an RNA.
#[derive(Clone, Copy, Debug)]
pub struct BaselineInput<'a> {
    /// The sequence.
    pub sequence: &'a Sequence,
    /// The number of the RNA's group under every property; see
    /// [`PropertyGroups`](crate::dataset::PropertyGroups).
    pub groups: EnumMap<Property, usize>,
}

/// RNAs and their labels.
#[derive(Clone, Debug, Default)]
pub struct BaselineData<'a> {
    /// The RNAs.
    pub rnas: Vec<BaselineInput<'a>>,
    /// Their labels, one row per RNA.
    pub truth: Labels,
}

impl<'a> BaselineData<'a> {
    fn sequences(&self) -> Vec<&'a Sequence> {
        self.rnas.iter().map(|rna| rna.sequence).collect()
    }
}

/// A simple model that is reported next to the network.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// [`Prior`]: the frequencies of the compartments, the same for every RNA.
    #[strum(serialize = "prior only")]
    Prior,
    /// [`LengthOnly`]: the frequencies among the 31 RNAs nearest in length.
    #[strum(serialize = "length only")]
    Length,
    /// [`GroupFrequencies`] among the RNAs of the same species, if there are several.
    #[strum(serialize = "organism only")]
    Organism,
    /// [`GroupFrequencies`] among the RNAs of the same source, if there are several.
    #[strum(serialize = "source only")]
    Source,
    /// [`GroupFrequencies`] among the RNAs that are also written with T, or with U.
    #[strum(serialize = "spelling only")]
    Spelling,
    /// [`GroupFrequencies`] among the RNAs that also have a tail of A, or have none.
    #[strum(serialize = "tail only")]
    Tail,
    /// [`KmerLogistic`]: logistic regression on 1- to 3-mers and length.
    #[strum(serialize = "k-mer logistic")]
    KmerLogistic,
    /// [`ExtraTrees`]: a forest on 1- to 4-mers and length.
    #[strum(serialize = "extra trees")]
    ExtraTrees,
}

/// A fitted baseline: a function from an RNA to its scores, one per compartment.
pub type FittedBaseline = Box<dyn Fn(BaselineInput<'_>) -> Vec<f32>>;

impl Baseline {
    /// The name in words, for tables.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The property that the baseline knows, if it knows nothing else and needs several groups.
    pub fn property(self) -> Option<Property> {
        match self {
            Baseline::Organism => Some(Property::Organism),
            Baseline::Source => Some(Property::Source),
            Baseline::Spelling => Some(Property::Spelling),
            Baseline::Tail => Some(Property::Tail),
            _ => None,
        }
    }

    /// Fits the baseline to the training part. The validation part chooses its penalty, if it has
    /// one.
    ///
    /// # Errors
    /// There are no labels.
    pub fn fit(
        self,
        train: &BaselineData<'_>,
        validation: &BaselineData<'_>,
        seed: u64,
    ) -> Result<FittedBaseline, MetricsError> {
        let truth = &train.truth;
        Ok(match self {
            Baseline::Prior => {
                let scores = Prior::fit(truth)?.scores();
                Box::new(move |_| scores.clone())
            }
            Baseline::Length => {
                let lengths: Vec<usize> = train.rnas.iter().map(|r| r.sequence.len()).collect();
                let model = LengthOnly::fit(&lengths, truth)?;
                Box::new(move |rna| model.scores(rna.sequence.len()))
            }
            Baseline::Organism => fit_groups(Property::Organism, train)?,
            Baseline::Source => fit_groups(Property::Source, train)?,
            Baseline::Spelling => fit_groups(Property::Spelling, train)?,
            Baseline::Tail => fit_groups(Property::Tail, train)?,
            Baseline::KmerLogistic => {
                let (learn, choose) = (train.sequences(), validation.sequences());
                let model = KmerLogistic::fit(&learn, truth, &choose, &validation.truth)?;
                Box::new(move |rna| model.scores(rna.sequence))
            }
            Baseline::ExtraTrees => {
                let model = ExtraTrees::fit(&train.sequences(), truth, seed)?;
                Box::new(move |rna| model.scores(rna.sequence))
            }
        })
    }
}

/// [`GroupFrequencies`] of the groups under one property.
fn fit_groups(
    property: Property,
    train: &BaselineData<'_>,
) -> Result<FittedBaseline, MetricsError> {
    let groups: Vec<usize> = train.rnas.iter().map(|r| r.groups[property]).collect();
    let model = GroupFrequencies::fit(&groups, &train.truth)?;
    Ok(Box::new(move |rna| model.scores(rna.groups[property])))
}

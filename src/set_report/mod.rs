//! The report on a labelled set before anything is trained: its counts, its lengths, and what is odd
//! about it.

mod findings;
mod length_histogram;

use serde::Serialize;

use crate::dataset::{Dataset, GroupSummary, near_identical_groups};

pub use findings::{Finding, FindingKind};
pub use length_histogram::{LengthBin, length_histogram};

/// What a person should know about a labelled set.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SetReport {
    /// Number of RNAs.
    pub records: usize,
    /// The compartments, the most frequent first (Figs. 7 and 8).
    pub compartments: Vec<CompartmentSize>,
    /// Number of RNAs with no, one, two, … compartments (Fig. 10).
    pub cardinality: Vec<usize>,
    /// The histogram of the lengths.
    pub lengths: Vec<LengthBin>,
    /// The groups of near-identical RNAs.
    pub groups: GroupSummary,
    /// What is odd about the set; empty if nothing is.
    pub findings: Vec<Finding>,
}

/// A compartment and the number of its RNAs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompartmentSize {
    /// The name.
    pub name: String,
    /// The number of RNAs.
    pub rnas: usize,
}

impl SetReport {
    /// Describes a set. `seed` is that of the random split whose test part is looked at.
    pub fn new(dataset: &Dataset, seed: u64) -> Self {
        let groups = near_identical_groups(&dataset.sequences());
        let sizes = dataset.compartments().iter().zip(dataset.counts());
        Self {
            records: dataset.records().len(),
            compartments: sizes
                .map(|(name, rnas)| CompartmentSize {
                    name: name.clone(),
                    rnas,
                })
                .collect(),
            cardinality: dataset.cardinality(),
            lengths: length_histogram(dataset),
            groups: GroupSummary::new(&groups),
            findings: findings::find(dataset, &groups, seed),
        }
    }
}

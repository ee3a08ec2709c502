//! A labelled set: records, compartments and labels.

use std::str::FromStr;

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::compartment_table::Labels;
use crate::rna::{PolyA, Record, Sequence, TextError};
use crate::sha256::hexadecimal;

/// The part of the split that a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Trains the network.
    Train,
    /// Chooses settings and thresholds.
    Validation,
    /// Tests the result.
    Test,
}

impl Part {
    /// The name of the part.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "val",
            Self::Test => "test",
        }
    }
}

impl FromStr for Part {
    type Err = UnknownPart;

    /// Reads `train`, `val` or `test`, or the longer words for them.
    fn from_str(value: &str) -> Result<Self, UnknownPart> {
        match value.to_ascii_lowercase().as_str() {
            "train" | "training" => Ok(Self::Train),
            "val" | "valid" | "validation" => Ok(Self::Validation),
            "test" => Ok(Self::Test),
            _ => Err(UnknownPart(value.to_owned())),
        }
    }
}

/// The name is not that of a [`Part`].
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("`{0}` is not a part of a split; use train, val or test")]
pub struct UnknownPart(String);

/// A labelled set: `records()[i]` has the label `compartments()[c]` if `labels()[i][c]`.
///
/// There is one row of labels and one part per record, and one column of labels per compartment.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    compartments: Vec<String>,
    records: Vec<Record>,
    labels: Labels,
    parts: Vec<Option<Part>>,
    notes: Vec<String>,
    /// The hash of the set as it was read, if its sequences have been changed since.
    sha256_as_read: Option<String>,
}

/// The shortest, the mean and the longest length of some RNAs, in nucleotides. In files, it is a list
/// of three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(usize, f64, usize)", into = "(usize, f64, usize)")]
pub struct LengthSummary {
    /// The shortest length.
    pub shortest: usize,
    /// The mean length.
    pub mean: f64,
    /// The longest length.
    pub longest: usize,
}

impl From<(usize, f64, usize)> for LengthSummary {
    fn from((shortest, mean, longest): (usize, f64, usize)) -> Self {
        Self {
            shortest,
            mean,
            longest,
        }
    }
}

impl From<LengthSummary> for (usize, f64, usize) {
    fn from(lengths: LengthSummary) -> Self {
        (lengths.shortest, lengths.mean, lengths.longest)
    }
}

/// A record with the names of its compartments.
pub(crate) struct Labelled {
    pub(crate) record: Record,
    pub(crate) locations: Vec<String>,
    pub(crate) part: Option<Part>,
}

impl Dataset {
    /// A set of rows whose labels are given as a table.
    pub(super) fn from_parts(
        compartments: Vec<String>,
        rows: Vec<Labelled>,
        labels: Labels,
        notes: Vec<String>,
    ) -> Self {
        let parts = rows.iter().map(|row| row.part).collect();
        Self {
            compartments,
            records: rows.into_iter().map(|row| row.record).collect(),
            labels,
            parts,
            notes,
            sha256_as_read: None,
        }
    }

    /// The compartments, at least two, most frequent first; equally frequent ones by name.
    pub fn compartments(&self) -> &[String] {
        &self.compartments
    }

    /// The RNAs in the order of the file; at least one.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The RNAs, to change their sequences.
    pub(crate) fn records_mut(&mut self) -> &mut [Record] {
        &mut self.records
    }

    /// The labels of every record.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The part of every record, if the data name a split.
    pub fn parts(&self) -> &[Option<Part>] {
        &self.parts
    }

    /// What was changed or noticed while reading, counted over the records.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Adds what was noticed about its files as a whole.
    pub(super) fn add_notices(&mut self, notices: impl IntoIterator<Item = TextError>) {
        let notices = notices.into_iter().map(|notice| notice.to_string());
        self.notes.extend(notices);
    }

    /// The set of some of the records, in the order of `records`, which must be indices of records.
    /// The marks of a split and the notes are left out.
    #[must_use]
    pub fn select(&self, records: &[usize]) -> Self {
        Self {
            compartments: self.compartments.clone(),
            records: records.iter().map(|&i| self.records[i].clone()).collect(),
            labels: self.labels.select(records),
            parts: vec![None; records.len()],
            notes: Vec::new(),
            sha256_as_read: None,
        }
    }

    /// A sentence about the poly-A tails that are cut; `None` if there are none.
    pub fn tail_note(&self, poly_a: PolyA) -> Option<String> {
        let tails = self
            .sequences()
            .into_iter()
            .map(|rna| poly_a.cut_length(rna));
        let tails: Vec<usize> = tails.filter(|tail| *tail > 0).collect();
        let (count, records) = (tails.len(), self.records.len());
        let mean = tails.iter().sum::<usize>() as f64 / count.max(1) as f64;
        (count > 0).then(|| {
            format!("poly-A tails were cut from {count} of {records} RNAs, {mean:.0} nt on average")
        })
    }

    /// The set as a network reads it that treats poly-A tails like this. Its hash and its IDs stay
    /// those of the set as it was read.
    #[must_use]
    pub fn with_poly_a(mut self, poly_a: PolyA) -> Self {
        let cut = |record: &Record| poly_a.cut_length(&record.sequence);
        if self.records.iter().all(|record| cut(record) == 0) {
            return self;
        }
        self.sha256_as_read = Some(self.sha256());
        for record in &mut self.records {
            let body = record.sequence.len() - cut(record);
            record.sequence = record.sequence.prefix(body);
        }
        self
    }

    /// The set with its rows of labels shuffled: only the frequencies can still be learned.
    pub(crate) fn with_shuffled_labels(&self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        Self {
            labels: self.labels.select(&order),
            ..self.clone()
        }
    }

    /// The sequence of every record, in order.
    pub fn sequences(&self) -> Vec<&Sequence> {
        self.records.iter().map(|record| &record.sequence).collect()
    }

    /// The number of RNAs in each compartment.
    pub fn counts(&self) -> Vec<usize> {
        self.labels.counts()
    }

    /// Shortest, mean and longest length in nucleotides.
    pub fn lengths(&self) -> LengthSummary {
        let lengths = self.records.iter().map(|record| record.sequence.len());
        let total: usize = lengths.clone().sum();
        LengthSummary {
            shortest: lengths.clone().min().unwrap_or(0),
            mean: total as f64 / self.records.len().max(1) as f64,
            longest: lengths.max().unwrap_or(0),
        }
    }

    /// The number of RNAs with no, one, two, … compartments: entry n counts those with n.
    pub fn cardinality(&self) -> Vec<usize> {
        let mut counts = vec![0];
        for row in &self.labels {
            let n = row.iter().filter(|&&label| label).count();
            if n >= counts.len() {
                counts.resize(n + 1, 0);
            }
            counts[n] += 1;
        }
        counts
    }

    /// SHA-256, in hexadecimal, of compartments, IDs, sequences and labels as they were read. It is
    /// the same for the same data in any form or spelling.
    pub fn sha256(&self) -> String {
        if let Some(sha256) = &self.sha256_as_read {
            return sha256.clone();
        }
        let mut hash = Sha256::new();
        // The length of each text comes first, so that two different data sets never give the same
        // bytes.
        let mut add = |text: &[u8]| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        for name in &self.compartments {
            add(name.as_bytes());
        }
        for (record, row) in self.records.iter().zip(&self.labels) {
            add(record.id.as_bytes());
            add(record.sequence.as_bytes());
            add(&row.iter().map(|&label| u8::from(label)).collect::<Vec<_>>());
        }
        hexadecimal(hash)
    }
}

/// The names of the labels that are set.
pub(crate) fn chosen(names: &[String], row: &[bool]) -> Vec<String> {
    let set = names.iter().zip(row).filter(|(_, label)| **label);
    set.map(|(name, _)| name.clone()).collect()
}

/// Names for compartments that have only a number.
pub(crate) fn numbered(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("label {number}"))
        .collect()
}

/// The names in a list separated by `;`, without empty ones.
pub(crate) fn names(list: &str) -> Vec<String> {
    let names = list.split(';').map(str::trim);
    names.filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

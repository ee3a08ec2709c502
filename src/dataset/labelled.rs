//! A labelled set: records, compartments and labels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::DatasetError;
use crate::rna::Record;
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
    /// Reads `train`, `val` or `test`, or the longer words for them.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        match value.to_ascii_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "val" | "valid" | "validation" => Some(Self::Validation),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

/// A labelled set: `records[i]` has the label `compartments[c]` if `labels[i][c]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The compartments, at least two, most frequent first; equally frequent ones by name.
    pub compartments: Vec<String>,
    /// The RNAs in the order of the file; at least one.
    pub records: Vec<Record>,
    /// One row per record, one entry per compartment.
    pub labels: Vec<Vec<bool>>,
    /// One entry per record: its part, if the data name a split.
    pub parts: Vec<Option<Part>>,
    /// What was changed or noticed while reading, counted over the records.
    pub notes: Vec<String>,
}

/// A record with the names of its compartments.
pub(crate) struct Labelled {
    pub(crate) record: Record,
    pub(crate) locations: Vec<String>,
    pub(crate) part: Option<Part>,
}

impl Dataset {
    /// The nucleotides of every record, in order.
    pub fn sequences(&self) -> Vec<&[u8]> {
        let records = self.records.iter();
        records.map(|record| record.sequence.as_slice()).collect()
    }

    /// The number of RNAs in each compartment.
    pub fn counts(&self) -> Vec<usize> {
        (0..self.compartments.len())
            .map(|c| self.labels.iter().filter(|row| row[c]).count())
            .collect()
    }

    /// Shortest, mean and longest length in nucleotides; zeros for an empty set.
    pub fn lengths(&self) -> (usize, f64, usize) {
        let lengths = self.records.iter().map(|record| record.sequence.len());
        let total: usize = lengths.clone().sum();
        (
            lengths.clone().min().unwrap_or(0),
            total as f64 / self.records.len().max(1) as f64,
            lengths.max().unwrap_or(0),
        )
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

    /// SHA-256, in hexadecimal, of compartments, IDs, sequences and labels. It is the same for the
    /// same data in any form or spelling.
    pub fn sha256(&self) -> String {
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
            add(&record.sequence);
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

/// Builds the set from its rows. `known` names compartments that may have no RNA.
pub(crate) fn assemble(known: Vec<String>, rows: Vec<Labelled>) -> Result<Dataset, DatasetError> {
    if rows.is_empty() {
        return Err(DatasetError::NoRecords);
    }
    let mut counts: BTreeMap<String, usize> = known.into_iter().map(|name| (name, 0)).collect();
    for row in &rows {
        let mut locations: Vec<&String> = row.locations.iter().collect();
        locations.sort();
        locations.dedup();
        for name in locations {
            *counts.entry(name.clone()).or_default() += 1;
        }
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    // They are sorted by name, and this sort is stable.
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if let [(name, _)] = sorted.as_slice() {
        return Err(DatasetError::OneCompartment { name: name.clone() });
    }
    let mut notes = record_notes(&rows);
    notes.extend(compartment_notes(&sorted));
    let compartments: Vec<String> = sorted.into_iter().map(|(name, _)| name).collect();
    let mut set = Dataset {
        compartments,
        records: Vec::with_capacity(rows.len()),
        labels: Vec::with_capacity(rows.len()),
        parts: Vec::with_capacity(rows.len()),
        notes,
    };
    for row in rows {
        let inside = set.compartments.iter().map(|c| row.locations.contains(c));
        set.labels.push(inside.collect());
        set.records.push(row.record);
        set.parts.push(row.part);
    }
    Ok(set)
}

/// The notes of all records, counted by kind.
fn record_notes(rows: &[Labelled]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        for note in &row.record.notes {
            *counts.entry(note.summary()).or_default() += 1;
        }
    }
    counts
        .iter()
        .map(|(what, count)| format!("{what} in {count} of {} records", rows.len()))
        .collect()
}

/// Notes about compartments without an RNA, and about names that differ only in case, space or `_`.
fn compartment_notes(sorted: &[(String, usize)]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, count) in sorted {
        if *count == 0 {
            notes.push(format!("no RNA is in '{name}'"));
        }
        let plain = name.to_lowercase().replace(['_', ' ', '-'], "");
        if let Some(other) = seen.insert(plain, name) {
            notes.push(format!(
                "'{other}' and '{name}' are spelled apart and count as two compartments"
            ));
        }
    }
    notes
}

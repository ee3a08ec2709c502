//! Labelled RNAs, and the forms labels come in.
//!
//! - FASTA with `[location=A;B]` in the definition line (NCBI's modifiers), and
//!   `[split=train]`, `val` or `test` where there is a given split;
//! - FASTA with DM3Loc's headers, `>010000,ID`: one digit per compartment;
//! - a table of `id`, `labels` (split by `;`) and `sequence`, separated by tabs;
//! - a FASTA and a CSV of 0 and 1, one row per record in the same order.
//!
//! Any of them may be gzip. Training data should be right: here a bad record
//! is an error, never passed over.

use crate::dataset::{headers, table};
use crate::rna::Record;
use crate::rna::fasta::{FastaError, FastaReader};
use crate::rna::text::{Text, TextError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use thiserror::Error;

/// What is wrong with labelled data, where, and what to do.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
pub enum DatasetError {
    /// A sequence or the sequence file is bad.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The file cannot be read as text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file of labels cannot be read as text.
    #[error("file of labels: {0}")]
    LabelText(TextError),
    /// Neither FASTA nor a table.
    #[error(
        "this is neither FASTA nor a table, it starts with '{start}': give records that start \
         with '>', or rows of id, labels and sequence separated by tabs"
    )]
    UnknownFormat { start: String },
    /// Nothing to learn from.
    #[error("there are no records: give at least one labelled RNA")]
    NoRecords,
    /// Nothing to tell apart.
    #[error("there is only one compartment, '{name}': give RNAs of at least two")]
    OneCompartment { name: String },
    /// A record without labels.
    #[error(
        "line {line}, record '{record}': no location; write [location=A;B] in its definition line, \
         a second column in a table, or give a CSV of labels"
    )]
    NoLocation { line: u64, record: String },
    /// A `[split=…]` that is none of the three.
    #[error("line {line}, record '{record}': split '{value}' is none of train, val and test")]
    Split {
        line: u64,
        record: String,
        value: String,
    },
    /// DM3Loc digits of another number than the first record's.
    #[error(
        "line {line}, record '{record}': {found} label digits, the first record has {expected}; \
         give every record one digit per compartment"
    )]
    Digits {
        line: u64,
        record: String,
        found: usize,
        expected: usize,
    },
    /// A table row of the wrong width.
    #[error(
        "line {line}: {found} fields, a row has 3: id, labels (split by ;) and sequence, separated by tabs"
    )]
    Fields { line: u64, found: usize },
    /// A table row without an id.
    #[error("line {line}: the id is empty; name the RNA in the first column")]
    NoId { line: u64 },
    /// A CSV with more or fewer rows than the FASTA has records.
    #[error(
        "{rows} rows of labels for {records} records: give one row per record, in the same order"
    )]
    Rows { rows: usize, records: usize },
    /// A CSV row of the wrong width.
    #[error("file of labels, line {line}: {found} cells, the first row has {expected}")]
    Cells {
        line: u64,
        found: usize,
        expected: usize,
    },
    /// A CSV cell that is neither 0 nor 1.
    #[error("file of labels, line {line}, column {column} ({name}): '{value}' is neither 0 nor 1")]
    Cell {
        line: u64,
        column: usize,
        name: String,
        value: String,
    },
    /// A CSV column with an empty name, or the name of another.
    #[error(
        "file of labels, line {line}, column {column}: give it a name of its own, not '{name}'"
    )]
    ColumnName {
        line: u64,
        column: usize,
        name: String,
    },
}

/// The part of a given split a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// To learn from.
    Train,
    /// To choose settings and thresholds on.
    Validation,
    /// To measure on.
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

/// Labelled RNAs: `records[i]` is in `compartments[c]` where `labels[i][c]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// At least two, the most frequent first; equally frequent ones by name.
    pub compartments: Vec<String>,
    /// The RNAs in the order read; at least one.
    pub records: Vec<Record>,
    /// One row per record, one entry per compartment.
    pub labels: Vec<Vec<bool>>,
    /// One entry per record: its part, where the data gives a split.
    pub parts: Vec<Option<Part>>,
    /// What was changed or noticed while reading, summed over the records.
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

    /// Reads labelled FASTA (NCBI modifiers or DM3Loc headers) or a table; tells them apart itself.
    ///
    /// # Errors
    /// The first bad record or row, or no labels at all.
    pub fn read(source: impl Read) -> Result<Self, DatasetError> {
        let mut text = Text::new(source)?;
        let mut start = Vec::new();
        while start.trim_ascii_start().is_empty() && text.fill(&mut start)? {}
        match start.trim_ascii_start().first() {
            None => Err(DatasetError::NoRecords),
            Some(b'>') => headers::read(FastaReader::from_text(text, start)),
            Some(_) => {
                while text.fill(&mut start)? {}
                assemble(Vec::new(), table::rows(&start)?)
            }
        }
    }

    /// Reads FASTA and a CSV of 0 and 1 with one row per record in the same order.
    ///
    /// A first row that is not all 0 and 1 names the compartments; without one
    /// they are "label 1", "label 2" …. A row of zeros is an RNA without compartment.
    ///
    /// # Errors
    /// The first bad record, row or cell, or unequal numbers of rows and records.
    pub fn read_with_labels(fasta: impl Read, csv: impl Read) -> Result<Self, DatasetError> {
        let records = FastaReader::new(fasta)?.collect::<Result<Vec<_>, _>>()?;
        let labels = table::labels(&whole_text(csv).map_err(DatasetError::LabelText)?)?;
        if labels.rows.len() != records.len() {
            return Err(DatasetError::Rows {
                rows: labels.rows.len(),
                records: records.len(),
            });
        }
        let mut labelled = Vec::with_capacity(records.len());
        for (record, row) in records.into_iter().zip(&labels.rows) {
            labelled.push(Labelled {
                locations: chosen(&labels.names, row),
                part: headers::part(&record)?,
                record,
            });
        }
        assemble(labels.names, labelled)
    }

    /// RNAs in each compartment.
    pub fn counts(&self) -> Vec<usize> {
        (0..self.compartments.len())
            .map(|c| self.labels.iter().filter(|row| row[c]).count())
            .collect()
    }

    /// Shortest, mean and longest sequence in nucleotides; zeros for an empty set.
    pub fn lengths(&self) -> (usize, f64, usize) {
        let lengths = self.records.iter().map(|record| record.sequence.len());
        let total: usize = lengths.clone().sum();
        (
            lengths.clone().min().unwrap_or(0),
            total as f64 / self.records.len().max(1) as f64,
            lengths.max().unwrap_or(0),
        )
    }

    /// RNAs with none, one, two, … compartments: entry n counts those with n.
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

    /// SHA-256, in hexadecimal, of compartments, ids, sequences and labels: the same for the same
    /// data in whatever form or spelling it was read.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        // Each text with its length first, so that no two data sets run together alike.
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
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// All the text of a source.
fn whole_text(source: impl Read) -> Result<Vec<u8>, TextError> {
    let mut text = Text::new(source)?;
    let mut bytes = Vec::new();
    while text.fill(&mut bytes)? {}
    Ok(bytes)
}

/// The names of the labels that are set.
pub(crate) fn chosen(names: &[String], row: &[bool]) -> Vec<String> {
    let set = names.iter().zip(row).filter(|(_, label)| **label);
    set.map(|(name, _)| name.clone()).collect()
}

/// The names of compartments known only by number.
pub(crate) fn numbered(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("label {number}"))
        .collect()
}

/// The names in a list split by `;`, without empty ones.
pub(crate) fn names(list: &str) -> Vec<String> {
    let names = list.split(';').map(str::trim);
    names.filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

/// Puts the rows together; `known` names compartments that may have no RNA.
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
    // By name already, and the sort is stable.
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

/// The records' notes, counted by kind.
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

/// Compartments without an RNA, and names that differ only in case, space or `_`.
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

#[cfg(test)]
#[path = "labelled_tests.rs"]
mod tests;

//! Reads a labelled set in any of its forms.
//!
//! - FASTA with `[location=A;B]` in the definition line (NCBI's modifiers), and `[split=train]`,
//!   `val` or `test` if the set names a split;
//! - FASTA with DM3Loc's headers, `>010000,ID`: one digit per compartment;
//! - a table of `id`, `labels` (separated by `;`) and `sequence`, separated by tabs. A first row may
//!   name the columns, which then may have another order;
//! - a FASTA file and a CSV file of 0 and 1, with one row per record in the same order, or with the
//!   IDs of the records in its first column.
//!
//! Each may be gzipped. A bad record is an error and is not skipped, because training data should
//! be correct.

use std::io::Read;

use super::assemble::assemble;
use super::error::DatasetError;
use super::labelled::{Dataset, Labelled, chosen};
use super::text_table::TextTable;
use super::{headers, table};
use crate::rna::record_starts::is_fasta;
use crate::rna::text::TextSource;
use crate::rna::{FastaReader, Sequence};

/// Reads the sequences of a labelled set, or of FASTA without labels.
///
/// # Errors
/// The first bad record or row, or that there are none.
pub fn read_sequences(source: impl Read) -> Result<Vec<Sequence>, DatasetError> {
    let mut text = TextSource::new(source)?;
    let start = read_start(&mut text)?;
    if is_fasta(&start) {
        let records = FastaReader::from_text(text, start);
        let sequences = records.map(|record| Ok(record?.sequence));
        return sequences.collect();
    }
    let rows = table::rows(&read_table(&mut text, start)?)?;
    Ok(rows.into_iter().map(|row| row.record.sequence).collect())
}

/// The start of a text, at least one character that is not blank.
fn read_start<R: Read>(text: &mut TextSource<R>) -> Result<Vec<u8>, DatasetError> {
    let mut start = Vec::new();
    while start.trim_ascii_start().is_empty() && text.fill(&mut start)? {}
    if start.trim_ascii_start().is_empty() {
        return Err(DatasetError::NoRecords);
    }
    Ok(start)
}

/// The rest of a text as a table.
fn read_table<R: Read>(
    text: &mut TextSource<R>,
    mut start: Vec<u8>,
) -> Result<TextTable, DatasetError> {
    while text.fill(&mut start)? {}
    Ok(TextTable::parse(&start)?)
}

impl Dataset {
    /// Reads labelled FASTA (NCBI modifiers or DM3Loc headers) or a table, and detects which it is.
    ///
    /// # Errors
    /// The first bad record or row, or that there are no labels.
    pub fn read(source: impl Read) -> Result<Self, DatasetError> {
        let mut text = TextSource::new(source)?;
        let start = read_start(&mut text)?;
        if is_fasta(&start) {
            return headers::read(FastaReader::from_text(text, start));
        }
        let table = read_table(&mut text, start)?;
        let mut set = assemble(Vec::new(), table::rows(&table)?)?;
        set.add_notices(text.notice());
        Ok(set)
    }

    /// Reads FASTA, and a CSV file of 0 and 1 with one row per record in the same order, or with the
    /// IDs of the records in its first column.
    ///
    /// A first row with other values than 0 and 1 names the compartments; without such a row their
    /// names are "label 1", "label 2" …. A row of zeros is an RNA without a compartment.
    ///
    /// # Errors
    /// The first bad record, row or cell, or unequal numbers of rows and records.
    pub fn read_with_labels(fasta: impl Read, csv: impl Read) -> Result<Self, DatasetError> {
        let mut reader = FastaReader::new(fasta)?;
        let records = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
        let table = TextTable::read(csv).map_err(DatasetError::LabelText)?;
        let file = table::labels(&table)?;
        let labels = file.labels_of(&records)?;
        let mut labelled = Vec::with_capacity(records.len());
        for (record, row) in records.into_iter().zip(&labels) {
            labelled.push(Labelled {
                locations: chosen(&file.names, row),
                part: headers::part(&record)?,
                record,
            });
        }
        let mut set = assemble(file.names, labelled)?;
        set.add_notices(reader.notice().into_iter().chain(table.notice));
        Ok(set)
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

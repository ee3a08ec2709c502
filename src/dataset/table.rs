//! Tables: labelled RNAs separated by tabs, and files of labels with 0 and 1.

use crate::dataset::compartment_table::Labels;
use crate::dataset::error::DatasetError;
use crate::dataset::labelled::{Labelled, names, numbered};
use crate::rna::fasta::Definition;
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{FastaError, Record};

/// The lines that are not blank, each with its number from 1.
fn lines(text: &[u8]) -> impl Iterator<Item = (u64, String)> {
    (1..)
        .zip(text.split(|&byte| byte == b'\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| (number, String::from_utf8_lossy(line).into_owned()))
}

/// The rows of a table of `id, labels, sequence`. A first row with the names of columns is skipped.
pub(crate) fn rows(text: &[u8]) -> Result<Vec<Labelled>, DatasetError> {
    let mut rows = Vec::new();
    let mut ids = UniqueIds::default();
    for (nth, (line, row)) in lines(text).enumerate() {
        let fields: Vec<&str> = row.trim_end().split('\t').map(str::trim).collect();
        if nth == 0 && fields.len() == 1 {
            let start = row.trim().chars().take(20).collect();
            return Err(DatasetError::UnknownFormat { start });
        }
        let &[id, labels, sequence] = fields.as_slice() else {
            let found = fields.len();
            return Err(DatasetError::Fields { line, found });
        };
        if nth == 0 && is_column_name(sequence) {
            continue;
        }
        if id.is_empty() {
            return Err(DatasetError::NoId { line });
        }
        let locations = names(labels);
        if locations.is_empty() {
            let record = id.to_owned();
            return Err(DatasetError::NoLocation { line, record });
        }
        rows.push(Labelled {
            record: record(id, sequence, line, &mut ids)?,
            locations,
            part: None,
        });
    }
    Ok(rows)
}

/// Whether the third field of the first row is the name of the column. None of these names can be
/// read as nucleotides.
fn is_column_name(field: &str) -> bool {
    let field = field.to_ascii_lowercase();
    field == "seq" || field.ends_with("sequence") || field == "sequences"
}

fn record(id: &str, sequence: &str, line: u64, ids: &mut UniqueIds) -> Result<Record, FastaError> {
    let mut notes = Vec::new();
    let definition = Definition {
        id: ids.make_unique(id.to_owned(), &mut notes),
        description: String::new(),
        line,
        notes,
    };
    definition.with_sequence(sequence.as_bytes(), line)
}

/// A file of labels: the compartments, and one row per record.
#[derive(Debug)]
pub(crate) struct LabelFile {
    pub(crate) names: Vec<String>,
    pub(crate) labels: Labels,
}

/// Reads a file of labels. Cells are separated by commas, or by tabs or `;` if it has no comma.
pub(crate) fn labels(text: &[u8]) -> Result<LabelFile, DatasetError> {
    let mut lines = lines(text).peekable();
    let Some((line, first)) = lines.peek().cloned() else {
        return Err(DatasetError::NoRecords);
    };
    let separator = [',', '\t', ';']
        .into_iter()
        .find(|&mark| first.contains(mark))
        .unwrap_or(',');
    let header = cells(&first, separator);
    let names = if header.iter().all(|cell| label(cell).is_some()) {
        numbered(header.len())
    } else {
        lines.next();
        column_names(line, &header)?
    };
    let mut labels = Labels::default();
    for (line, row) in lines {
        labels.push(&label_row(line, &cells(&row, separator), &names)?)?;
    }
    Ok(LabelFile { names, labels })
}

fn cells(row: &str, separator: char) -> Vec<&str> {
    row.split(separator)
        .map(|cell| cell.trim().trim_matches('"').trim())
        .collect()
}

fn label(cell: &str) -> Option<bool> {
    match cell {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn column_names(line: u64, header: &[&str]) -> Result<Vec<String>, DatasetError> {
    for (i, name) in header.iter().enumerate() {
        if name.is_empty() || header[..i].contains(name) {
            return Err(DatasetError::ColumnName {
                line,
                column: i + 1,
                name: (*name).to_owned(),
            });
        }
    }
    Ok(header.iter().map(|name| (*name).to_owned()).collect())
}

fn label_row(line: u64, cells: &[&str], names: &[String]) -> Result<Vec<bool>, DatasetError> {
    if cells.len() != names.len() {
        return Err(DatasetError::Cells {
            line,
            found: cells.len(),
            expected: names.len(),
        });
    }
    let mut row = Vec::with_capacity(cells.len());
    for (i, cell) in cells.iter().enumerate() {
        row.push(label(cell).ok_or_else(|| DatasetError::Cell {
            line,
            column: i + 1,
            name: names[i].clone(),
            value: (*cell).to_owned(),
        })?);
    }
    Ok(row)
}

//! Labelled RNAs in a table, and files of labels with 0 and 1.

use crate::dataset::compartment_table::Labels;
use crate::dataset::error::DatasetError;
use crate::dataset::labelled::{Labelled, names, numbered};
use crate::dataset::text_table::{TextRow, TextTable};
use crate::rna::fasta::Definition;
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{FastaError, Record};

/// The rows of a table of `id, labels, sequence`. A first row with the names of columns is skipped.
pub(crate) fn rows(table: &TextTable) -> Result<Vec<Labelled>, DatasetError> {
    let mut rows = Vec::new();
    let mut ids = UniqueIds::default();
    for (nth, row) in table.rows.iter().enumerate() {
        let line = row.line;
        let used = row.fields.iter().rposition(|field| !field.is_empty());
        let fields = &row.fields[..used.map_or(0, |last| last + 1)];
        if nth == 0 && fields.len() == 1 {
            let start = fields[0].chars().take(20).collect();
            return Err(DatasetError::UnknownFormat { start });
        }
        let [id, labels, sequence] = fields else {
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
            let record = id.clone();
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

/// Reads a file of labels: a column per compartment, and a row per record.
pub(crate) fn labels(table: &TextTable) -> Result<LabelFile, DatasetError> {
    let Some(first) = table.rows.first() else {
        return Err(DatasetError::NoRecords);
    };
    let has_names = !first.fields.iter().all(|cell| label(cell).is_some());
    let names = if has_names {
        column_names(first)?
    } else {
        numbered(first.fields.len())
    };
    let mut labels = Labels::default();
    for row in table.rows.iter().skip(usize::from(has_names)) {
        labels.push(&label_row(row, &names)?)?;
    }
    Ok(LabelFile { names, labels })
}

fn label(cell: &str) -> Option<bool> {
    match cell {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn column_names(header: &TextRow) -> Result<Vec<String>, DatasetError> {
    for (i, name) in header.fields.iter().enumerate() {
        if name.is_empty() || header.fields[..i].contains(name) {
            return Err(DatasetError::ColumnName {
                line: header.line,
                column: i + 1,
                name: name.clone(),
            });
        }
    }
    Ok(header.fields.clone())
}

fn label_row(row: &TextRow, names: &[String]) -> Result<Vec<bool>, DatasetError> {
    let (line, cells) = (row.line, &row.fields);
    if cells.len() != names.len() {
        return Err(DatasetError::Cells {
            line,
            found: cells.len(),
            expected: names.len(),
        });
    }
    let cell = |(i, cell): (usize, &String)| {
        label(cell).ok_or_else(|| DatasetError::Cell {
            line,
            column: i + 1,
            name: names[i].clone(),
            value: cell.clone(),
        })
    };
    cells.iter().enumerate().map(cell).collect()
}

//! Labelled RNAs in a table, and files of labels with 0 and 1.

use std::collections::HashMap;

use crate::dataset::compartment_table::Labels;
use crate::dataset::error::DatasetError;
use crate::dataset::labelled::{Labelled, names, numbered};
use crate::dataset::text_table::{TextRow, TextTable};
use crate::rna::fasta::Definition;
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{FastaError, Record};

/// The rows of a table of `id`, `labels` and `sequence`. A first row with the names of columns
/// decides their order, and is skipped.
pub(crate) fn rows(table: &TextTable) -> Result<Vec<Labelled>, DatasetError> {
    let mut ids = UniqueIds::default();
    let named = match table.rows.first() {
        Some(first) => Columns::from_names(three_fields(first, true)?),
        None => None,
    };
    let has_names = named.is_some();
    let columns = named.unwrap_or_default();
    let mut rows = Vec::new();
    for row in table.rows.iter().skip(usize::from(has_names)) {
        let fields = three_fields(row, !has_names && rows.is_empty())?;
        if !has_names && rows.is_empty() {
            check_order(fields, row.line)?;
        }
        rows.push(labelled(row.line, columns.of(fields), &mut ids)?);
    }
    Ok(rows)
}

/// The three fields of a row, without empty ones after them.
fn three_fields(row: &TextRow, is_first: bool) -> Result<&[String; 3], DatasetError> {
    let used = row.fields.iter().rposition(|field| !field.is_empty());
    let fields = &row.fields[..used.map_or(0, |last| last + 1)];
    if is_first && fields.len() == 1 {
        let start = fields[0].chars().take(20).collect();
        return Err(DatasetError::UnknownFormat { start });
    }
    fields.try_into().map_err(|_| DatasetError::Fields {
        line: row.line,
        found: fields.len(),
    })
}

/// The places of the three columns.
struct Columns {
    id: usize,
    labels: usize,
    sequence: usize,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            id: 0,
            labels: 1,
            sequence: 2,
        }
    }
}

/// The fields of a row by their meaning.
struct Fields<'a> {
    id: &'a str,
    labels: &'a str,
    sequence: &'a str,
}

impl Columns {
    /// The columns by the names in the first row; `None` if it does not name the sequence. None of
    /// the names of that column can be read as nucleotides.
    fn from_names(names: &[String; 3]) -> Option<Self> {
        let names = names.each_ref().map(|name| name.to_ascii_lowercase());
        let place = |is_name: &dyn Fn(&str) -> bool| names.iter().position(|name| is_name(name));
        let sequence =
            place(&|name| name == "seq" || name.ends_with("sequence") || name == "sequences")?;
        let labels = place(&|name| LABELS.iter().any(|word| name.starts_with(word)));
        let mut others = (0..3).filter(|place| *place != sequence && Some(*place) != labels);
        let id = others.next()?;
        let labels = labels.or_else(|| others.next())?;
        Some(Self {
            id,
            labels,
            sequence,
        })
    }

    fn of<'a>(&self, fields: &'a [String; 3]) -> Fields<'a> {
        Fields {
            id: &fields[self.id],
            labels: &fields[self.labels],
            sequence: &fields[self.sequence],
        }
    }
}

/// How the name of the column with the labels starts.
const LABELS: [&str; 5] = ["label", "location", "compartment", "locali", "class"];

/// An error if another column than the third looks like the sequence.
fn check_order(fields: &[String; 3], line: u64) -> Result<(), DatasetError> {
    match (0..3).find(|column| looks_like_sequence(&fields[*column])) {
        Some(column) if !looks_like_sequence(&fields[2]) => {
            let column = column + 1;
            Err(DatasetError::ColumnOrder { line, column })
        }
        _ => Ok(()),
    }
}

/// Whether a field consists of so many nucleotides that it is hardly a name.
fn looks_like_sequence(field: &str) -> bool {
    const MIN_LENGTH: usize = 15;
    field.len() >= MIN_LENGTH
        && field
            .bytes()
            .all(|letter| b"ACGTUNacgtun".contains(&letter))
}

fn labelled(line: u64, fields: Fields<'_>, ids: &mut UniqueIds) -> Result<Labelled, DatasetError> {
    if fields.id.is_empty() {
        return Err(DatasetError::NoId { line });
    }
    let locations = names(fields.labels);
    if locations.is_empty() {
        let record = fields.id.to_owned();
        return Err(DatasetError::NoLocation { line, record });
    }
    Ok(Labelled {
        record: record(fields.id, fields.sequence, line, ids)?,
        locations,
        part: None,
    })
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
    /// The ID and the line of each row, if the first column has IDs.
    ids: Option<Vec<RowId>>,
}

/// The ID in a row of labels.
#[derive(Debug)]
struct RowId {
    id: String,
    line: u64,
}

impl LabelFile {
    /// The labels of each record, in the order of the records. Without IDs, the rows are in this
    /// order already.
    ///
    /// # Errors
    /// There are more or fewer rows than records, or the IDs are not those of the records.
    pub(crate) fn labels_of(&self, records: &[Record]) -> Result<Labels, DatasetError> {
        if self.labels.len() != records.len() {
            return Err(DatasetError::Rows {
                rows: self.labels.len(),
                records: records.len(),
            });
        }
        let Some(ids) = &self.ids else {
            return Ok(self.labels.clone());
        };
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (place, RowId { id, line }) in ids.iter().enumerate() {
            if places.insert(id, place).is_some() {
                let (id, line) = (id.clone(), *line);
                return Err(DatasetError::LabelIdTwice { line, id });
            }
        }
        let order = records
            .iter()
            .filter_map(|record| places.remove(record.id.as_str()));
        let order: Vec<usize> = order.collect();
        match places.into_values().min() {
            None => Ok(self.labels.select(&order)),
            Some(place) => {
                let RowId { id, line } = &ids[place];
                let (id, line) = (id.clone(), *line);
                Err(DatasetError::LabelId { line, id })
            }
        }
    }
}

/// Reads a file of labels: a column per compartment, and a row per record. A first column with other
/// values than 0 and 1 has the IDs of the records.
pub(crate) fn labels(table: &TextTable) -> Result<LabelFile, DatasetError> {
    let Some(first) = table.rows.first() else {
        return Err(DatasetError::NoRecords);
    };
    // The first column may have IDs, unless it is the only one.
    let possible = &first.fields[usize::from(first.fields.len() > 1)..];
    let has_names = !possible.iter().all(|cell| label(cell).is_some());
    let rows = &table.rows[usize::from(has_names)..];
    let is_id = |row: &TextRow| row.fields.first().is_some_and(|cell| label(cell).is_none());
    let has_ids = first.fields.len() > 1 && !rows.is_empty() && rows.iter().all(is_id);
    let skipped = usize::from(has_ids);
    let names = if has_names {
        column_names(first, skipped)?
    } else {
        numbered(first.fields.len() - skipped)
    };
    let mut labels = Labels::default();
    for row in rows {
        labels.push(&label_row(row, skipped, &names)?)?;
    }
    let row_id = |row: &TextRow| RowId {
        id: row.fields[0].clone(),
        line: row.line,
    };
    let ids = has_ids.then(|| rows.iter().map(row_id).collect());
    Ok(LabelFile { names, labels, ids })
}

fn label(cell: &str) -> Option<bool> {
    match cell {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// The names of the compartments, which come after `skipped` columns.
fn column_names(header: &TextRow, skipped: usize) -> Result<Vec<String>, DatasetError> {
    for (i, name) in header.fields.iter().enumerate().skip(skipped) {
        if name.is_empty() || header.fields[skipped..i].contains(name) {
            return Err(DatasetError::ColumnName {
                line: header.line,
                column: i + 1,
                name: name.clone(),
            });
        }
    }
    Ok(header.fields[skipped..].to_vec())
}

/// The labels in a row, which come after `skipped` columns.
fn label_row(row: &TextRow, skipped: usize, names: &[String]) -> Result<Vec<bool>, DatasetError> {
    let (line, found) = (row.line, row.fields.len());
    let expected = names.len() + skipped;
    if found != expected {
        return Err(DatasetError::Cells {
            line,
            found,
            expected,
        });
    }
    let cells = &row.fields[skipped..];
    let cell = |(i, cell): (usize, &String)| {
        label(cell).ok_or_else(|| DatasetError::Cell {
            line,
            column: skipped + i + 1,
            name: names[i].clone(),
            value: cell.clone(),
        })
    };
    cells.iter().enumerate().map(cell).collect()
}

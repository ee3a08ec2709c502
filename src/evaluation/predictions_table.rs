//! Reads a table of predictions, written by this program or by any other.

use std::collections::HashMap;

use super::error::ScoreError;
use crate::dataset::text_table::{TextRow, TextTable};

/// The score from which a compartment is called if a table has no column of calls.
const CALLED_FROM: f32 = 0.5;

/// The scores and calls of one RNA.
pub(super) struct PredictionRow {
    pub(super) scores: Vec<f32>,
    pub(super) called: Vec<bool>,
}

/// Reads the scores and calls of each row, by ID.
pub(super) fn read_predictions(
    table: &TextTable,
    compartments: &[String],
) -> Result<HashMap<String, PredictionRow>, ScoreError> {
    let header: &[String] = table.rows.first().map_or(&[], |row| &row.fields);
    if !header
        .first()
        .is_some_and(|name| name.eq_ignore_ascii_case("id"))
    {
        let found = header.join(" ").chars().take(80).collect();
        return Err(ScoreError::Header { found });
    }
    let columns = TableColumns::from_names(header, compartments)?;
    let mut rows = HashMap::new();
    for row in table.rows.iter().skip(1) {
        if row.fields.len() != header.len() {
            return Err(ScoreError::Fields {
                line: row.line,
                found: row.fields.len(),
                expected: header.len(),
            });
        }
        let id = row.fields[0].clone();
        if rows.contains_key(&id) {
            return Err(ScoreError::Twice { line: row.line, id });
        }
        rows.insert(id, columns.read(row, compartments)?);
    }
    Ok(rows)
}

/// The index of each of the `wanted` names among the `known` ones.
pub(super) fn places(wanted: &[String], known: &[String]) -> Result<Vec<usize>, ScoreError> {
    let place = |name: &String| {
        let found = known.iter().position(|k| k == name);
        found.ok_or_else(|| ScoreError::Compartment {
            name: name.clone(),
            known: known.join(", "),
        })
    };
    wanted.iter().map(place).collect()
}

/// The columns of a table by their meaning.
struct TableColumns {
    /// The column with each compartment's scores; empty if there are only calls.
    scores: Vec<usize>,
    called: Option<usize>,
    /// The names of all columns but the first.
    names: Vec<String>,
}

impl TableColumns {
    fn from_names(names: &[String], compartments: &[String]) -> Result<Self, ScoreError> {
        let called = names.iter().position(|name| name == "compartments");
        let known = &names[1..];
        let scores = match places(compartments, known) {
            Ok(places) => places.into_iter().map(|place| place + 1).collect(),
            Err(_) if called.is_some() && !compartments.iter().any(|c| known.contains(c)) => {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(TableColumns {
            scores,
            called,
            names: known.to_vec(),
        })
    }

    /// The names in a field of calls. If the table has scores, each must be a column of it.
    fn called_names<'a>(&self, field: &'a str, line: u64) -> Result<Vec<&'a str>, ScoreError> {
        let names = field.split(';').map(str::trim);
        let names: Vec<&str> = names
            .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("none"))
            .collect();
        let is_column = |name: &&&str| self.names.iter().any(|known| known == *name);
        match names.iter().find(|name| !is_column(name)) {
            Some(name) if !self.scores.is_empty() => Err(ScoreError::Call {
                line,
                name: (*name).to_owned(),
            }),
            _ => Ok(names),
        }
    }

    fn read(&self, row: &TextRow, compartments: &[String]) -> Result<PredictionRow, ScoreError> {
        let fields = &row.fields;
        let score = |(&column, name): (&usize, &String)| {
            let value: Option<f32> = fields[column].parse().ok();
            // This also leaves out what is not a number, which no range contains.
            let value = value.filter(|value| (0.0..=1.0).contains(value));
            value.ok_or_else(|| ScoreError::Number {
                line: row.line,
                column: name.clone(),
                value: fields[column].clone(),
            })
        };
        let scores: Vec<f32> = self
            .scores
            .iter()
            .zip(compartments)
            .map(score)
            .collect::<Result<_, _>>()?;
        let called: Vec<bool> = match self.called {
            Some(column) => {
                let names = self.called_names(&fields[column], row.line)?;
                let is_called = |name: &String| names.contains(&name.as_str());
                compartments.iter().map(is_called).collect()
            }
            None => scores.iter().map(|score| *score >= CALLED_FROM).collect(),
        };
        let given = |call: &bool| f32::from(u8::from(*call));
        let scores = if scores.is_empty() {
            called.iter().map(given).collect()
        } else {
            scores
        };
        Ok(PredictionRow { scores, called })
    }
}

//! Reads a table of predictions, written by this program or by any other.

use std::collections::HashMap;

use super::error::ScoreError;

/// The score from which a compartment is called if a table has no column of calls.
const CALLED_FROM: f32 = 0.5;

/// The scores and calls of one RNA.
pub(super) type Row = (Vec<f32>, Vec<bool>);

/// Reads the scores and calls of each row, by ID.
pub(super) fn read_predictions<'t>(
    text: &'t str,
    compartments: &[String],
) -> Result<HashMap<&'t str, Row>, ScoreError> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line));
    let mut lines = lines.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let (_, header) = lines.next().unwrap_or((0, ""));
    let names: Vec<&str> = header.split('\t').map(str::trim).collect();
    if !names
        .first()
        .is_some_and(|name| name.eq_ignore_ascii_case("id"))
    {
        return Err(ScoreError::Header {
            found: header.to_owned(),
        });
    }
    let columns = TableColumns::from_names(&names, compartments)?;
    let mut rows = HashMap::new();
    for (line, row) in lines {
        let fields: Vec<&str> = row.split('\t').map(str::trim).collect();
        if fields.len() != names.len() {
            return Err(ScoreError::Fields {
                line,
                found: fields.len(),
                expected: names.len(),
            });
        }
        let id = fields[0];
        if rows
            .insert(id, columns.read(line, &fields, compartments)?)
            .is_some()
        {
            let id = id.to_owned();
            return Err(ScoreError::Twice { line, id });
        }
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
}

impl TableColumns {
    fn from_names(names: &[&str], compartments: &[String]) -> Result<Self, ScoreError> {
        let called = names.iter().position(|name| *name == "compartments");
        let known: Vec<String> = names[1..].iter().map(|&name| name.to_owned()).collect();
        let scores = match places(compartments, &known) {
            Ok(places) => places.into_iter().map(|place| place + 1).collect(),
            Err(_) if called.is_some() && !compartments.iter().any(|c| known.contains(c)) => {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(TableColumns { scores, called })
    }

    fn read(
        &self,
        line: usize,
        fields: &[&str],
        compartments: &[String],
    ) -> Result<Row, ScoreError> {
        let number = |(&column, name): (&usize, &String)| {
            fields[column]
                .parse::<f32>()
                .map_err(|_| ScoreError::Number {
                    line,
                    column: name.clone(),
                    value: fields[column].to_owned(),
                })
        };
        let scores: Vec<f32> = self
            .scores
            .iter()
            .zip(compartments)
            .map(number)
            .collect::<Result<_, _>>()?;
        let called: Vec<bool> = match self.called {
            Some(column) => {
                let names: Vec<&str> = fields[column].split(';').map(str::trim).collect();
                compartments
                    .iter()
                    .map(|c| names.contains(&c.as_str()))
                    .collect()
            }
            None => scores.iter().map(|score| *score >= CALLED_FROM).collect(),
        };
        let given = |call: &bool| f32::from(u8::from(*call));
        if scores.is_empty() {
            Ok((called.iter().map(given).collect(), called))
        } else {
            Ok((scores, called))
        }
    }
}

//! Builds a labelled set from the rows of its file.

use std::collections::{BTreeMap, HashMap};

use super::compartment_table::Labels;
use super::error::DatasetError;
use super::label_checks::{CompartmentCount, check_names, compartment_notes};
use super::labelled::{Dataset, Labelled};
use crate::rna::{NoteCount, Sequence, count_notes};

/// Builds the set from its rows. `known` names compartments that may have no RNA. Rows with the same
/// ID and the same sequence are one RNA with the compartments of all of them.
pub(super) fn assemble(known: Vec<String>, rows: Vec<Labelled>) -> Result<Dataset, DatasetError> {
    if rows.is_empty() {
        return Err(DatasetError::NoRecords);
    }
    let total = rows.len();
    let rows = merge_repeated(rows)?;
    let compartments = count_compartments(known, &rows);
    if let [one] = compartments.as_slice() {
        return Err(DatasetError::OneCompartment {
            name: one.name.clone(),
        });
    }
    check_names(&compartments, &rows)?;
    let mut notes = record_notes(&rows);
    if rows.len() < total {
        notes.push(format!(
            "{total} rows are {} RNAs: rows with the same ID and sequence are one RNA with the \
             compartments of all its rows",
            rows.len()
        ));
    }
    notes.extend(unknown_note(&rows));
    notes.extend(compartment_notes(&compartments));
    let names = compartments.into_iter().map(|compartment| compartment.name);
    let names: Vec<String> = names.collect();
    let mut labels = Labels::default();
    for row in &rows {
        let inside = names.iter().map(|name| row.locations.contains(name));
        labels.push(&inside.collect::<Vec<bool>>())?;
    }
    Ok(Dataset::from_parts(names, rows, labels, notes))
}

/// Joins rows with the same ID, as written, and the same sequence. Each RNA keeps the place of its
/// first row.
fn merge_repeated(rows: Vec<Labelled>) -> Result<Vec<Labelled>, DatasetError> {
    let mut merged: Vec<Labelled> = Vec::with_capacity(rows.len());
    let mut places: HashMap<(String, Sequence), usize> = HashMap::new();
    for row in rows {
        let key = (
            row.record.written_id().to_owned(),
            row.record.sequence.clone(),
        );
        if let Some(&place) = places.get(&key) {
            let first = &mut merged[place];
            if first.part != row.part {
                return Err(DatasetError::TwoParts {
                    line: row.record.line,
                    record: key.0,
                });
            }
            first.locations.extend(row.locations);
        } else {
            places.insert(key, merged.len());
            merged.push(row);
        }
    }
    Ok(merged)
}

/// The compartments, the most frequent first; equally frequent ones by name.
fn count_compartments(known: Vec<String>, rows: &[Labelled]) -> Vec<CompartmentCount> {
    let mut counts: BTreeMap<String, usize> = known.into_iter().map(|name| (name, 0)).collect();
    for row in rows {
        let mut locations: Vec<&String> = row.locations.iter().collect();
        locations.sort();
        locations.dedup();
        for name in locations {
            *counts.entry(name.clone()).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    let mut sorted: Vec<CompartmentCount> = counts
        .map(|(name, rnas)| CompartmentCount { name, rnas })
        .collect();
    // They are sorted by name, and this sort is stable.
    sorted.sort_by_key(|compartment| std::cmp::Reverse(compartment.rnas));
    sorted
}

/// A note if RNAs have no known nucleotide.
fn unknown_note(rows: &[Labelled]) -> Option<String> {
    let is_unknown = |row: &&Labelled| {
        row.record
            .sequence
            .as_bytes()
            .iter()
            .all(|letter| *letter == b'N')
    };
    let first = &rows.iter().find(is_unknown)?.record.id;
    let count = rows.iter().filter(is_unknown).count();
    Some(format!(
        "{count} of {} RNAs have no known nucleotide, only N, and nothing can be learned from them; \
         the first one is '{first}'",
        rows.len()
    ))
}

/// The notes of all records, counted by kind.
fn record_notes(rows: &[Labelled]) -> Vec<String> {
    count_notes(rows.iter().flat_map(|row| &row.record.notes))
        .iter()
        .map(|NoteCount { summary, count }| {
            format!("{summary} in {count} of {} records", rows.len())
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_rna_are_joined() {
        let long = "a\tNucleus\tACGU\nb\tCytosol\tGGCC\na\tCytosol\tACGT\na\tNucleus\tGGGG\n";
        let set = Dataset::read(long.as_bytes()).unwrap();
        let ids: Vec<&str> = set
            .records()
            .iter()
            .map(|record| record.id.as_str())
            .collect();
        assert_eq!(ids, ["a", "b", "a_3"]);
        assert_eq!(set.compartments(), ["Cytosol", "Nucleus"]);
        assert_eq!(set.labels()[0], [true, true]);
        assert_eq!(set.labels()[2], [false, true]);
        let notes = set.notes().join("\n");
        assert!(notes.contains("4 rows are 3 RNAs"), "{notes}");
        let wide = "a\tNucleus;Cytosol\tACGU\nb\tCytosol\tGGCC\n";
        let wide = Dataset::read(wide.as_bytes()).unwrap();
        let long = "a\tNucleus\tACGU\na\tCytosol\tACGU\nb\tCytosol\tGGCC\n";
        assert_eq!(
            Dataset::read(long.as_bytes()).unwrap().sha256(),
            wide.sha256()
        );
    }

    #[test]
    fn rnas_without_a_known_nucleotide_are_noted() {
        let table = "a\tNucleus\tACGU\nb\tCytosol\tNNNN\nc\tCytosol\tACNN\n";
        let set = Dataset::read(table.as_bytes()).unwrap();
        let notes = set.notes().join("\n");
        assert!(notes.contains("1 of 3 RNAs have no known"), "{notes}");
        assert!(notes.contains("the first one is 'b'"), "{notes}");
    }

    #[test]
    fn an_rna_in_two_parts_of_the_split_is_rejected() {
        let text =
            ">a [location=Nucleus] [split=train]\nACGU\n>a [location=Cytosol] [split=test]\nACGU\n";
        let error = Dataset::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("line 3, record 'a'"), "{error}");
    }
}

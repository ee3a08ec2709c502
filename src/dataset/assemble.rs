//! Builds a labelled set from the rows of its file, and questions labels that are not what they
//! seem.

use std::collections::{BTreeMap, HashMap};

use super::compartment_table::Labels;
use super::error::DatasetError;
use super::labelled::{Dataset, Labelled};
use crate::rna::{Note, NoteCount, Sequence, count_notes};

/// Characters that separate the names of several compartments in other programs' files.
const SEPARATORS: [char; 6] = [',', '|', '/', '+', '&', '#'];

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
    check_joined_names(&compartments, &rows)?;
    let mut notes = record_notes(&rows);
    if rows.len() < total {
        notes.push(format!(
            "{total} rows are {} RNAs: rows with the same ID and sequence are one RNA with the \
             compartments of all its rows",
            rows.len()
        ));
    }
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
        let key = (written_id(&row).to_owned(), row.record.sequence.clone());
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

/// The ID of a row before it was made unique.
fn written_id(row: &Labelled) -> &str {
    let renamed = row.record.notes.iter().find_map(|note| match note {
        Note::Renamed { from, .. } => Some(from.as_str()),
        _ => None,
    });
    renamed.unwrap_or(&row.record.id)
}

/// A compartment and the number of its RNAs.
struct CompartmentCount {
    name: String,
    rnas: usize,
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

/// An error if a name consists of the names of other compartments: it was meant as several labels.
fn check_joined_names(
    compartments: &[CompartmentCount],
    rows: &[Labelled],
) -> Result<(), DatasetError> {
    for compartment in compartments {
        let pieces = joined_pieces(&compartment.name);
        let is_known = |piece: &str| compartments.iter().any(|other| other.name == piece);
        if pieces.len() < 2 || !pieces.iter().all(|piece| is_known(piece)) {
            continue;
        }
        let is_in = |row: &&Labelled| row.locations.contains(&compartment.name);
        let record = rows.iter().find(is_in).map(|row| &row.record);
        return Err(DatasetError::JoinedNames {
            line: record.map_or(0, |record| record.line),
            record: record.map_or_else(String::new, |record| record.id.clone()),
            name: compartment.name.clone(),
            pieces: pieces.join("' and '"),
        });
    }
    Ok(())
}

/// The pieces of a name between separators, without empty ones.
fn joined_pieces(name: &str) -> Vec<&str> {
    let pieces = name.split(SEPARATORS).map(str::trim);
    pieces.filter(|piece| !piece.is_empty()).collect()
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

/// Notes about names that may not be meant as they are written, and about compartments with too few
/// RNAs.
fn compartment_notes(compartments: &[CompartmentCount]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for CompartmentCount { name, rnas } in compartments {
        match rnas {
            0 => notes.push(format!("no RNA is in '{name}'")),
            1 => notes.push(format!(
                "only one RNA is in '{name}': too few to learn it or to measure how well it is \
                 predicted"
            )),
            _ => {}
        }
        let plain = name.to_lowercase().replace(['_', ' ', '-'], "");
        if let Some(other) = seen.insert(plain, name) {
            notes.push(format!(
                "'{other}' and '{name}' are spelled apart and count as two compartments"
            ));
        }
        notes.extend(name_note(name, compartments));
    }
    notes
}

/// A note if a name looks like something else than a compartment.
fn name_note(name: &str, compartments: &[CompartmentCount]) -> Option<String> {
    let pieces = joined_pieces(name);
    let known = pieces
        .iter()
        .find(|piece| compartments.iter().any(|other| other.name == **piece));
    if let Some(known) = known
        && pieces.len() > 1
    {
        return Some(format!(
            "'{name}' counts as one compartment, although '{known}' is another one: several \
             compartments of an RNA are separated by ';'"
        ));
    }
    if name.parse::<f64>().is_ok() {
        return Some(format!(
            "the compartment '{name}' is a number: are the columns in the order ID, labels, \
             sequence?"
        ));
    }
    looks_like_coordinates(name).then(|| {
        format!("the compartment '{name}' looks like coordinates in a genome, not like a place in the cell")
    })
}

/// Whether a text has the form of genome coordinates, such as `chr1:100-200`.
fn looks_like_coordinates(name: &str) -> bool {
    let Some((_, range)) = name.split_once(':') else {
        return false;
    };
    let ends = range.split_once('-').or_else(|| range.split_once(".."));
    let is_position = |text: &str| {
        let digits = text.trim_end_matches(['(', ')', '+', '-']).replace(',', "");
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    ends.is_some_and(|(first, last)| is_position(first) && is_position(last))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    /// A table of RNAs with these labels, each with a sequence of its own.
    fn table(labels: &[&str]) -> String {
        let row = |(i, labels): (usize, &&str)| format!("r{i}\t{labels}\tACGU{}\n", "A".repeat(i));
        labels.iter().enumerate().map(row).collect()
    }

    fn notes(labels: &[&str]) -> String {
        Dataset::read(table(labels).as_bytes())
            .unwrap()
            .notes()
            .join("\n")
    }

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
    fn an_rna_in_two_parts_of_the_split_is_rejected() {
        let text =
            ">a [location=Nucleus] [split=train]\nACGU\n>a [location=Cytosol] [split=test]\nACGU\n";
        let error = Dataset::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("line 3, record 'a'"), "{error}");
    }

    #[test]
    fn labels_joined_by_another_separator_are_rejected() {
        for separator in [",", ", ", "|", "/", " + ", "&"] {
            let joined = format!("Nucleus{separator}Cytosol");
            let text = table(&["Nucleus", "Cytosol", &joined]);
            let error = Dataset::read(text.as_bytes()).unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "line 3, record 'r2': the label '{joined}' consists of the compartments 'Nucleus' \
                     and 'Cytosol'; separate several labels by ';'"
                )
            );
        }
    }

    #[test]
    fn labels_that_are_not_what_they_seem_are_questioned() {
        let questioned = notes(&["Nucleus", "Nucleus", "Nucleus, other", "Nucleus, other"]);
        assert!(
            questioned.contains("'Nucleus, other' counts as one"),
            "{questioned}"
        );
        let number = notes(&["3", "3", "chr1:1,000-2000", "chr1:1,000-2000", "Nucleus"]);
        assert!(number.contains("'3' is a number"), "{number}");
        assert!(
            number.contains("'chr1:1,000-2000' looks like coordinates"),
            "{number}"
        );
        assert!(number.contains("only one RNA is in 'Nucleus'"), "{number}");
        assert_eq!(notes(&["Nucleus", "Nucleus", "P-body", "P-body"]), "");
    }
}

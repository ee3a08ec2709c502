//! Questions labels that are not what they seem, and rejects those that cannot be meant.

use std::collections::BTreeMap;

use super::error::DatasetError;
use super::labelled::Labelled;

/// Characters that separate the names of several compartments in other programs' files.
const SEPARATORS: [char; 6] = [',', '|', '/', '+', '&', '#'];
/// Characters that may separate several names, and may also be part of one name.
const BLANKS: [char; 3] = [' ', '_', '-'];
/// Words that other programs write for a missing value.
const MISSING: [&str; 9] = ["na", "n/a", "nan", "null", "none", "unknown", "-", ".", "?"];
/// If there are more compartments than this, not each of them can be meant to have one RNA only.
const MAX_SINGLE: usize = 5;
/// Names that are listed in a note; the others are counted.
const LISTED: usize = 3;

/// A compartment and the number of its RNAs.
pub(super) struct CompartmentCount {
    pub(super) name: String,
    pub(super) rnas: usize,
}

/// An error if the names cannot be meant as compartments.
///
/// # Errors
/// A name consists of the names of other compartments; all names are coordinates; or there are many
/// compartments with one RNA each.
pub(super) fn check_names(
    compartments: &[CompartmentCount],
    rows: &[Labelled],
) -> Result<(), DatasetError> {
    if compartments.iter().all(|c| looks_like_coordinates(&c.name)) {
        let name = compartments[0].name.clone();
        return Err(DatasetError::Coordinates { name });
    }
    if compartments.len() > MAX_SINGLE && compartments.iter().all(|c| c.rnas == 1) {
        return Err(DatasetError::SingleRnas {
            count: compartments.len(),
            name: compartments[0].name.clone(),
        });
    }
    let mut names = compartments.iter().map(|compartment| &compartment.name);
    let joined = names.find_map(|name| Some((name, joined_names(name, compartments)?)));
    let Some((name, pieces)) = joined else {
        return Ok(());
    };
    let mut with_name = rows.iter().filter(|row| row.locations.contains(name));
    let record = with_name.next().map(|row| &row.record);
    Err(DatasetError::JoinedNames {
        line: record.map_or(0, |record| record.line),
        record: record.map_or_else(String::new, |record| record.id.clone()),
        name: name.clone(),
        pieces: pieces.join("' and '"),
    })
}

/// The names of other compartments, if a name consists of at least two of them with a separator or
/// "and" between them.
fn joined_names<'a>(name: &str, compartments: &'a [CompartmentCount]) -> Option<Vec<&'a str>> {
    let separated = format!(" {name} ")
        .replace(" and ", "&")
        .replace(" And ", "&");
    let pieces = pieces(&separated, &SEPARATORS);
    let known: Option<Vec<&str>> = pieces
        .iter()
        .map(|piece| known(piece, compartments))
        .collect();
    known.filter(|known| known.len() > 1)
}

/// The compartment with this name, in capital or small letters.
fn known<'a>(name: &str, compartments: &'a [CompartmentCount]) -> Option<&'a str> {
    let mut names = compartments
        .iter()
        .map(|compartment| compartment.name.as_str());
    names.find(|known| known.to_lowercase() == name.to_lowercase())
}

/// The pieces of a name between separators, without empty ones.
fn pieces<'a>(name: &'a str, separators: &[char]) -> Vec<&'a str> {
    let pieces = name.split(separators).map(str::trim);
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// Notes about names that may not be meant as they are written, and about compartments with too few
/// RNAs.
pub(super) fn compartment_notes(compartments: &[CompartmentCount]) -> Vec<String> {
    let mut notes = size_notes(compartments);
    notes.extend(form_notes(compartments));
    notes.extend(spelling_notes(compartments));
    let names = compartments.iter().map(|compartment| &compartment.name);
    notes.extend(names.filter_map(|name| part_note(name, compartments)));
    notes
}

/// Notes about compartments with too few RNAs.
fn size_notes(compartments: &[CompartmentCount]) -> Vec<String> {
    let empty = note(
        compartments,
        |compartment| compartment.rnas == 0,
        |name| format!("no RNA is in {name}"),
        |names| format!("no RNA is in the compartments {names}"),
    );
    let single = note(
        compartments,
        |compartment| compartment.rnas == 1,
        |name| {
            format!(
                "only one RNA is in {name}: too few to learn it or to measure how well it is \
                 predicted"
            )
        },
        |names| {
            format!(
                "only one RNA is in each of the compartments {names}: too few to learn them or to \
                 measure how well they are predicted"
            )
        },
    );
    empty.into_iter().chain(single).collect()
}

/// Notes about names that have the form of something else.
fn form_notes(compartments: &[CompartmentCount]) -> Vec<String> {
    const ORDER: &str = "are the columns in the order ID, labels, sequence?";
    const KNOWN: &str = "leave these RNAs out if their compartments are not known";
    let numbers = note(
        compartments,
        |compartment| compartment.name.parse::<f64>().is_ok(),
        |name| format!("the compartment {name} is a number: {ORDER}"),
        |names| format!("the compartments {names} are numbers: {ORDER}"),
    );
    let coordinates = note(
        compartments,
        |compartment| looks_like_coordinates(&compartment.name),
        |name| {
            format!(
                "the compartment {name} looks like coordinates in a genome, not like a place in the \
                 cell"
            )
        },
        |names| {
            format!(
                "the compartments {names} look like coordinates in a genome, not like places in the \
                 cell"
            )
        },
    );
    let missing = note(
        compartments,
        |compartment| MISSING.contains(&compartment.name.to_lowercase().as_str()),
        |name| format!("{name} is what other programs write for a missing value: {KNOWN}"),
        |names| format!("{names} are what other programs write for a missing value: {KNOWN}"),
    );
    [numbers, coordinates, missing]
        .into_iter()
        .flatten()
        .collect()
}

/// A note about the compartments that are `meant`, in the words for one or for several names.
fn note(
    compartments: &[CompartmentCount],
    is_meant: impl Fn(&CompartmentCount) -> bool,
    one: impl Fn(&str) -> String,
    several: impl Fn(&str) -> String,
) -> Option<String> {
    let meant = compartments
        .iter()
        .filter(|compartment| is_meant(compartment));
    let names: Vec<&str> = meant.map(|compartment| compartment.name.as_str()).collect();
    match names.len() {
        0 => None,
        1 => Some(one(&list(&names))),
        _ => Some(several(&list(&names))),
    }
}

/// Some names in quotation marks, and the number of the others.
fn list(names: &[&str]) -> String {
    let listed = names.iter().take(LISTED).map(|name| format!("'{name}'"));
    let listed = listed.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => listed,
        others => format!("{listed} and {others} others"),
    }
}

/// Notes about names that differ only in capital letters, blanks and hyphens.
fn spelling_notes(compartments: &[CompartmentCount]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for CompartmentCount { name, .. } in compartments {
        let plain = name.to_lowercase().replace(BLANKS, "");
        if let Some(other) = seen.insert(plain, name) {
            notes.push(format!(
                "'{other}' and '{name}' are spelled apart and count as two compartments"
            ));
        }
    }
    notes
}

/// A note if a name contains that of another compartment, and may be meant as several labels.
fn part_note(name: &str, compartments: &[CompartmentCount]) -> Option<String> {
    let separated = pieces(name, &SEPARATORS);
    let blanks = [&SEPARATORS[..], &BLANKS[..]].concat();
    let words = pieces(name, &blanks);
    let is_known = |piece: &&&str| known(piece, compartments).is_some();
    let known = if separated.len() > 1 {
        separated.iter().find(is_known)
    } else {
        // A blank separates labels only if all words are labels.
        words
            .iter()
            .find(is_known)
            .filter(|_| words.len() > 1 && words.iter().all(|w| is_known(&w)))
    };
    known.map(|known| {
        format!(
            "'{name}' counts as one compartment, although '{known}' is another one: several \
             compartments of an RNA are separated by ';'"
        )
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
    use crate::dataset::Dataset;

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
    fn labels_joined_by_another_separator_are_rejected() {
        for separator in [",", ", ", "|", "/", " + ", "&", " and "] {
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
        for joined in ["Nucleus_Cytosol", "Nucleus Cytosol", "nucleus-cytosol"] {
            let notes = notes(&["Nucleus", "Cytosol", "Nucleus", "Cytosol", joined, joined]);
            let expected = format!("'{joined}' counts as one compartment, although");
            assert!(notes.contains(&expected), "{notes}");
        }
        let missing = notes(&["Nucleus", "Nucleus", "NA", "NA"]);
        assert!(missing.contains("a missing value"), "{missing}");
        assert_eq!(notes(&["Nucleus", "Nucleus", "P-body", "P-body"]), "");
    }
}

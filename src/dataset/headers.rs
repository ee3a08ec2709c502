//! Labels in FASTA definition lines: NCBI's modifiers and DM3Loc's digits.

use crate::dataset::assemble::assemble;
use crate::dataset::error::DatasetError;
use crate::dataset::labelled::{Dataset, Labelled, Part, chosen, names, numbered};
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{FastaReader, Note, Record};
use std::io::Read;

/// The values of one of NCBI's `[key=value]` modifiers.
fn modifier<'a>(description: &'a str, key: &str) -> Vec<&'a str> {
    description
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split_once(']')?.0.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case(key))
        .map(|(_, value)| value.trim())
        .collect()
}

/// The compartments that a definition line names, from `[location=…]`.
pub(crate) fn locations(definition: &str) -> Vec<String> {
    let values = modifier(definition, "location").into_iter();
    values.flat_map(names).collect()
}

/// The part of the split that the record names, from `[split=…]`.
pub(crate) fn part(record: &Record) -> Result<Option<Part>, DatasetError> {
    let values = modifier(&record.description, "split");
    let Some(value) = values.first() else {
        return Ok(None);
    };
    let part = value.parse::<Part>().map_err(|_| DatasetError::Split {
        line: record.line,
        record: record.id.clone(),
        value: (*value).to_owned(),
    })?;
    Ok(Some(part))
}

/// The species of an RNA, from `[organism=…]`.
pub(crate) fn organism(record: &Record) -> Option<&str> {
    modifier(&record.description, "organism").first().copied()
}

/// The digits and the ID of a DM3Loc header; `None` if the header has another form.
fn dm3loc(record: &Record) -> Option<(Vec<bool>, String)> {
    let line = format!("{} {}", record.written_id(), record.description);
    let (digits, rest) = line.split_once(',')?;
    if digits.len() < 2 || !digits.bytes().all(|b| matches!(b, b'0' | b'1')) {
        return None;
    }
    let id = rest.split_whitespace().next().unwrap_or(digits);
    Some((digits.bytes().map(|b| b == b'1').collect(), id.to_owned()))
}

/// An error if a record has not as many DM3Loc digits as expected.
fn check_digits(found: usize, expected: usize, line: u64, id: &str) -> Result<(), DatasetError> {
    if found == expected {
        return Ok(());
    }
    Err(DatasetError::Digits {
        line,
        record: id.to_owned(),
        found,
        expected,
    })
}

/// Reads FASTA with locations or DM3Loc digits in its definition lines.
pub(crate) fn read<R: Read>(mut reader: FastaReader<R>) -> Result<Dataset, DatasetError> {
    let mut rows = Vec::new();
    let mut ids = UniqueIds::default();
    let mut width = None;
    for record in reader.by_ref() {
        let mut record = record?;
        let mut locations = locations(&record.description);
        // The first record shows which form the file has.
        if (width.is_some() || rows.is_empty())
            && locations.is_empty()
            && let Some((digits, id)) = dm3loc(&record)
        {
            let expected = *width.get_or_insert(digits.len());
            check_digits(digits.len(), expected, record.line, &id)?;
            locations = chosen(&numbered(expected), &digits);
            record.id = id;
            // It was about the digits together with the ID.
            record
                .notes
                .retain(|note| !matches!(note, Note::Renamed { .. }));
        } else if locations.is_empty() {
            return Err(DatasetError::NoLocation {
                line: record.line,
                record: record.id,
            });
        }
        record.id = ids.make_unique(record.id, &mut record.notes);
        let part = part(&record)?;
        rows.push(Labelled {
            record,
            locations,
            part,
        });
    }
    let mut set = assemble(numbered(width.unwrap_or(0)), rows)?;
    set.add_notices(reader.notice());
    Ok(set)
}

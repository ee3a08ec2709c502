//! The reader of every table: of labelled RNAs, of labels as 0 and 1, and of predictions.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, Trim};

use crate::rna::TextError;
use crate::rna::text::{check_is_text, read_to_end};

/// A table as text. Comments, whose first field starts with `#`, and empty rows are left out.
///
/// The fields are separated by tabs; by commas if the first row has no tab, or by semicolons if it
/// has neither. They may be quoted, are without surrounding spaces, and rows may have different
/// numbers of them. The text may be gzipped and in UTF-8 or UTF-16, with any line ends.
#[derive(Debug)]
pub(crate) struct TextTable {
    pub(crate) rows: Vec<TextRow>,
    /// Something about the whole source that cost nothing.
    pub(crate) notice: Option<TextError>,
}

/// A row of a table.
#[derive(Debug)]
pub(crate) struct TextRow {
    /// Its line in the text, from 1.
    pub(crate) line: u64,
    pub(crate) fields: Vec<String>,
}

/// The number of bytes that are examined for binary data.
const EXAMINED: usize = 4096;

impl TextTable {
    /// Reads a table.
    ///
    /// # Errors
    /// The source cannot be read as text, or a quotation mark is not closed.
    pub(crate) fn read(source: impl Read) -> Result<Self, TextError> {
        let (text, notice) = read_to_end(source)?;
        let mut table = Self::parse(&text)?;
        table.notice = notice;
        Ok(table)
    }

    /// Parses a table whose text has been read.
    ///
    /// # Errors
    /// The text is binary data, or a quotation mark is not closed.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, TextError> {
        check_is_text(&text[..text.len().min(EXAMINED)])?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .delimiter(delimiter(text))
            .from_reader(text);
        let mut rows = Vec::new();
        let mut record = ByteRecord::new();
        let mut lines = LineCounter::new(text);
        // The text is in memory, so reading cannot fail.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let line = lines.line_at(record.position().map_or(0, csv::Position::byte) as usize);
            let fields = record
                .iter()
                .map(|field| String::from_utf8_lossy(field).into_owned());
            let row = TextRow {
                line,
                fields: fields.collect(),
            };
            if row.fields.iter().any(|field| field.contains('\n')) {
                return Err(TextError::OpenQuote { line });
            }
            if !row.is_comment() && !row.fields.iter().all(String::is_empty) {
                rows.push(row);
            }
        }
        Ok(Self { rows, notice: None })
    }
}

/// Counts the lines up to the start of each row. The parser counts from the end of the row before.
struct LineCounter<'a> {
    text: &'a [u8],
    position: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            position: 0,
            line: 1,
        }
    }

    /// The line of the first byte at `position` or later that is not a line end. Positions ascend.
    fn line_at(&mut self, position: usize) -> u64 {
        let is_end = |byte: &&u8| **byte == b'\n';
        let rest = self.text.get(position..).unwrap_or_default();
        let start = position + rest.iter().take_while(is_end).count();
        let passed = self.text.get(self.position..start).unwrap_or_default();
        self.line += passed.iter().filter(is_end).count() as u64;
        self.position = start;
        self.line
    }
}

impl TextRow {
    fn is_comment(&self) -> bool {
        self.fields
            .first()
            .is_some_and(|field| field.starts_with('#'))
    }
}

/// The separator of the fields, from the first line that is not a comment.
fn delimiter(text: &[u8]) -> u8 {
    let is_comment = |line: &[u8]| line.starts_with(b"#") || line.starts_with(b"\"#");
    let mut lines = text.split(|&byte| byte == b'\n');
    let first = lines.find(|line| !line.trim_ascii().is_empty() && !is_comment(line));
    let first = first.unwrap_or_default();
    let separators = [b'\t', b',', b';'];
    let found = separators
        .into_iter()
        .find(|separator| first.contains(separator));
    found.unwrap_or(b',')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::rna::text::tests::gzip;

    fn fields(bytes: &[u8]) -> Vec<Vec<String>> {
        let table = TextTable::read(bytes).unwrap();
        table.rows.into_iter().map(|row| row.fields).collect()
    }

    #[test]
    fn every_form_of_a_table_gives_the_same_rows() {
        let plain = "# made by\ta program\nid\tlabels\n\na\tNucleus; Cytosol\n\t\nb\tNucleus\n";
        let expected = [
            ["id", "labels"],
            ["a", "Nucleus; Cytosol"],
            ["b", "Nucleus"],
        ];
        let utf16: Vec<u8> = plain
            .replace('\n', "\r\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for form in [
            plain.into(),
            plain.replace('\n', "\r\n").into_bytes(),
            plain.replace('\n', "\r").into_bytes(),
            format!("\u{FEFF}{plain}").into_bytes(),
            plain.replace('\t', ",").into_bytes(),
            plain.replace('\t', " , ").into_bytes(),
            gzip(plain.as_bytes()),
            utf16,
            b"\"# made by\"\t\"a program\"\n\"id\"\t\"labels\"\n\"a\"\t\"Nucleus; Cytosol\"\n\"b\"\t\"Nucleus\"\n".to_vec(),
        ] {
            assert_eq!(fields(&form), expected, "{:?}", String::from_utf8_lossy(&form));
        }
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let table = TextTable::parse(b"# comment\n\na,b\n\nc,d\n").unwrap();
        let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 5]);
    }

    #[test]
    fn an_open_quotation_mark_is_an_error_with_its_line() {
        let error = TextTable::parse(b"a,b\nc,\"d\ne,f\n").unwrap_err();
        assert_eq!(error, TextError::OpenQuote { line: 2 });
        assert_eq!(fields(b"a,5\" end\n"), [["a", "5\" end"]]);
        assert!(matches!(
            TextTable::parse(b"\0\x01\x02"),
            Err(TextError::Binary { .. })
        ));
    }
}

//! Streams records from FASTA and FASTA.gz.
//!
//! needletail parses the records. Its reader requires a source that is `Send`, which a file in a
//! browser may not be, and it stops reading at the first invalid record. So this module divides
//! the text into blocks of complete records, and needletail parses one block at a time.
//!
//! A record starts with `>` at the start of a line. Only characters that nobody sees may come
//! before it in the line: spaces, tabs, no-break spaces and byte order marks.

use crate::rna::alphabet::{first_character, is_invisible};
use crate::rna::error::{FastaError, FastaErrorKind};
use crate::rna::sequence_lines::{is_comment, read_sequence_lines, start_of_line};
use crate::rna::text::{TextError, TextSource, check_is_text};
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{Note, Record};
use needletail::parser::{FastaReader as BlockReader, FastxReader, SequenceRecord};
use std::io::{Cursor, Read};

/// The largest number of bytes of invisible characters between the start of a line and a `>`.
const MAX_INVISIBLE: usize = 256;

/// A block of complete records.
struct Block {
    reader: BlockReader<Cursor<Vec<u8>>>,
    /// The number of lines of the text before the block.
    lines_before: u64,
}

/// A reader of the records in FASTA text, plain or gzipped.
///
/// It needs memory for a few copies of the longest record, 64 KiB of text, and 8 bytes per ID.
/// After an error in one record, the reader continues with the next one. After a fatal error (see
/// [`FastaError::is_fatal`]), it returns nothing more.
pub struct FastaReader<R: Read> {
    text: TextSource<R>,
    /// Text that is not yet parsed; it starts with a record.
    pending: Vec<u8>,
    /// The number of lines before `pending`.
    lines: u64,
    has_started: bool,
    has_ended: bool,
    failure: Option<TextError>,
    block: Option<Block>,
    count: u64,
    ids: UniqueIds,
}

impl<R: Read> FastaReader<R> {
    /// Reads the first bytes of `source` to distinguish gzip from text.
    ///
    /// # Errors
    /// The source fails at once, or has another format.
    pub fn new(source: R) -> Result<Self, FastaError> {
        Ok(Self::from_text(TextSource::new(source)?, Vec::new()))
    }

    /// Reads records from a text whose first part, `pending`, has been read already.
    pub(crate) fn from_text(text: TextSource<R>, pending: Vec<u8>) -> Self {
        Self {
            text,
            pending,
            lines: 0,
            has_started: false,
            has_ended: false,
            failure: None,
            block: None,
            count: 0,
            ids: UniqueIds::default(),
        }
    }

    /// Makes IDs unique among these, too. They are those of sources that were read before.
    pub(crate) fn with_ids(self, ids: UniqueIds) -> Self {
        Self { ids, ..self }
    }

    /// Takes the IDs that were read, for the reader of the next source.
    pub(crate) fn take_ids(&mut self) -> UniqueIds {
        std::mem::take(&mut self.ids)
    }

    /// The number of bytes read from the source so far, for progress: compressed bytes for gzip.
    pub fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    /// Something about the whole input that cost nothing; known when all records have been read.
    pub fn notice(&self) -> Option<TextError> {
        self.text.notice()
    }

    /// Reads the next piece of text into `pending`.
    fn fill(&mut self) {
        let known = self.pending.len();
        match self.text.fill(&mut self.pending) {
            Ok(more) => self.has_ended = !more,
            Err(error) => {
                self.has_ended = true;
                self.failure = Some(error);
            }
        }
        strip_before_headers(&mut self.pending, known);
    }

    /// Skips blank lines and comments up to the first record. Other text before it is an error, after
    /// which the first record can be read.
    fn skip_to_first_record(&mut self) -> Result<(), FastaError> {
        // The first line that is neither blank nor a comment, and its number.
        let mut before: Option<(u64, String)> = None;
        strip_before_headers(&mut self.pending, 0);
        loop {
            let Some(end) = self.next_line_end() else {
                return Err(self.no_record_error(before));
            };
            let line = &self.pending[..end];
            if line.first() == Some(&b'>') {
                break;
            }
            let is_text = !line.trim_ascii().is_empty() && !is_comment(line);
            if is_text && before.is_none() {
                check_is_text(line)?;
                before = Some((self.lines + 1, start_of_line(line)));
            }
            self.lines += 1;
            self.pending.drain(..(end + 1).min(self.pending.len()));
        }
        let error = before.map(|(line, start)| FastaError {
            line: Some(line),
            ..FastaErrorKind::BeforeFirstRecord { start }.into()
        });
        error.map_or(Ok(()), Err)
    }

    /// The end of the first line of `pending`, of which at least its start is read; `None` at the
    /// end of the text.
    fn next_line_end(&mut self) -> Option<usize> {
        let mut searched = 0;
        loop {
            if self.pending.first() == Some(&b'>') {
                return Some(self.pending.len());
            }
            let new = self.pending.iter().skip(searched);
            if let Some(end) = new.copied().position(|byte| byte == b'\n') {
                return Some(searched + end);
            }
            if self.has_ended {
                return (!self.pending.is_empty()).then_some(self.pending.len());
            }
            searched = self.pending.len();
            self.fill();
        }
    }

    /// The error of a text without a record, whose first line of text is `before`.
    fn no_record_error(&mut self, before: Option<(u64, String)>) -> FastaError {
        match (self.failure.take(), before) {
            (Some(failure), _) => failure.into(),
            (None, None) => FastaErrorKind::Empty.into(),
            (None, Some((line, start))) => FastaError {
                line: Some(line),
                ..FastaErrorKind::NoHeader { start }.into()
            },
        }
    }

    /// Takes the next block of complete records from the text; `None` at the end of the text.
    fn next_block(&mut self) -> Result<Option<Block>, FastaError> {
        let mut end = last_record_start(&self.pending, 0);
        while end == 0 && !self.has_ended {
            let searched = self.pending.len();
            self.fill();
            // A `>` may have moved to the place of invisible characters before it.
            end = last_record_start(&self.pending, searched.saturating_sub(MAX_INVISIBLE));
        }
        if end == 0 {
            // The rest of the text is one record. If reading failed, this record is incomplete.
            if let Some(failure) = self.failure.take() {
                self.pending.clear();
                return Err(failure.into());
            }
            end = self.pending.len();
        }
        if end == 0 {
            return Ok(None);
        }
        let rest = self.pending.split_off(end);
        let mut block = std::mem::replace(&mut self.pending, rest);
        let lines_before = self.lines;
        self.lines += count_lines(&block);
        // Without these line ends, needletail rejects a last record that has only a header.
        block.extend_from_slice(b"\n\n");
        let capacity = block.len() + 1;
        Ok(Some(Block {
            reader: BlockReader::with_capacity(Cursor::new(block), capacity),
            lines_before,
        }))
    }

    fn next_record(&mut self) -> Result<Option<Record>, FastaError> {
        if !self.has_started {
            self.has_started = true;
            self.skip_to_first_record()?;
        }
        loop {
            if let Some(block) = &mut self.block
                && let Some(parsed) = block.reader.next()
            {
                // A block is in memory and has complete records only, so this cannot fail.
                let parsed = parsed.map_err(|e| TextError::Io(e.to_string()))?;
                self.count += 1;
                return parse_record(&parsed, block.lines_before, self.count, &mut self.ids)
                    .map(Some);
            }
            self.block = self.next_block()?;
            if self.block.is_none() {
                return Ok(None);
            }
        }
    }
}

impl<R: Read> Iterator for FastaReader<R> {
    type Item = Result<Record, FastaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_record().transpose();
        if let Some(Err(error)) = &next
            && error.is_fatal()
        {
            self.has_ended = true;
            self.pending.clear();
            self.block = None;
        }
        next
    }
}

fn count_lines(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// The start of the last record that begins at `from` or later, but not at 0; 0 if there is none.
fn last_record_start(text: &[u8], from: usize) -> usize {
    (from.max(1)..text.len())
        .rev()
        .find(|&i| text[i] == b'>' && text[i - 1] == b'\n')
        .unwrap_or(0)
}

/// Whether a text is FASTA: its first line that is neither blank nor a comment starts with `>`.
pub(crate) fn is_fasta(start: &[u8]) -> bool {
    let mut lines = start
        .split(|&byte| byte == b'\n')
        .map(|line| &line[invisible_length(line)..]);
    let first = lines.find(|line| !line.is_empty() && !is_comment(line));
    first.is_some_and(|line| line.starts_with(b">"))
}

/// Removes the invisible characters between the start of a line and a `>` from the text that begins
/// at `from`. They may begin before it.
fn strip_before_headers(text: &mut Vec<u8>, from: usize) {
    // `None` in a line whose start is too far away.
    let mut line_start = line_start_before(text, from);
    let mut kept = from;
    for i in from..text.len() {
        let byte = text[i];
        text[kept] = byte;
        kept += 1;
        if byte == b'\n' {
            line_start = Some(kept);
        } else if byte == b'>'
            && let Some(start) = line_start
            && start + invisible_length(&text[start..kept]) == kept - 1
        {
            text[start] = b'>';
            kept = start + 1;
        }
    }
    text.truncate(kept);
}

/// The start of the line that has the byte at `position`, if it is not too far away.
fn line_start_before(text: &[u8], position: usize) -> Option<usize> {
    let searched = position.saturating_sub(MAX_INVISIBLE);
    let end = text[searched..position]
        .iter()
        .rposition(|&byte| byte == b'\n');
    match end {
        Some(end) => Some(searched + end + 1),
        None => (searched == 0).then_some(0),
    }
}

/// The number of bytes of the invisible characters with which a text begins.
fn invisible_length(text: &[u8]) -> usize {
    let mut length = 0;
    while length < text.len() {
        let character = first_character(&text[length..]);
        if !is_invisible(character) {
            break;
        }
        length += character.len_utf8();
    }
    length
}

/// Converts record `number` (from 1) of the text, in a block after `lines_before` lines.
fn parse_record(
    parsed: &SequenceRecord<'_>,
    lines_before: u64,
    number: u64,
    ids: &mut UniqueIds,
) -> Result<Record, FastaError> {
    let line = lines_before + parsed.start_line_number();
    let mut notes = Vec::new();
    let (id, description) = parse_definition(parsed.id(), number, &mut notes);
    let id = ids.make_unique(id, &mut notes);
    let definition = Definition {
        id,
        description,
        line,
        notes,
    };
    definition.with_sequence(parsed.raw_seq(), line + 1)
}

/// The parts of a record that come before its sequence.
pub(crate) struct Definition {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) line: u64,
    pub(crate) notes: Vec<Note>,
}

impl Definition {
    /// Adds a sequence as written, which starts in line `first_line`.
    pub(crate) fn with_sequence(
        mut self,
        text: &[u8],
        first_line: u64,
    ) -> Result<Record, FastaError> {
        let read = read_sequence_lines(text).map_err(|error| {
            FastaError::new(first_line + error.lines_before, &self.id, error.kind)
        })?;
        if read.normalized.sequence.is_empty() {
            return Err(FastaError::new(
                self.line,
                &self.id,
                FastaErrorKind::EmptyRecord,
            ));
        }
        self.notes.extend(read.notes());
        Ok(Record {
            id: self.id,
            description: self.description,
            sequence: read.normalized.sequence,
            line: self.line,
            notes: self.notes,
        })
    }
}

/// The ID and the description of a definition line without its `>`. A record without an ID is named
/// by its `number`.
fn parse_definition(line: &[u8], number: u64, notes: &mut Vec<Note>) -> (String, String) {
    let text = String::from_utf8_lossy(line);
    if text.contains(char::REPLACEMENT_CHARACTER) && std::str::from_utf8(line).is_err() {
        notes.push(Note::NotUtf8);
    }
    let is_control = |letter: char| letter.is_control() && letter != '\t';
    if text.contains(is_control) {
        notes.push(Note::ControlCharacters);
    }
    let text = text.replace(is_control, " ");
    let text = text.trim_matches(is_invisible);
    let (id, description) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if id.is_empty() {
        let to = format!("record_{number}");
        notes.push(Note::MissingId { to: to.clone() });
        return (to, String::new());
    }
    (id.to_owned(), description.trim().to_owned())
}

#[cfg(test)]
#[path = "fasta_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "fasta_fault_tests.rs"]
mod fault_tests;

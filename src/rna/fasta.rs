//! Streams records from FASTA and FASTA.gz.
//!
//! needletail parses the records. Its reader requires a source that is `Send`, which a file in a
//! browser may not be, and it stops reading at the first invalid record. So this module divides
//! the text into blocks of complete records, and needletail parses one block at a time.
//!
//! If the reader accepts it, a text may also start with a bare sequence, which has no line that starts
//! with `>`.

use crate::rna::alphabet::is_invisible;
use crate::rna::error::{FastaError, FastaErrorKind};
use crate::rna::record_starts::{
    MAX_INVISIBLE, count_lines, first_record_start, last_record_start, strip_before_headers,
};
use crate::rna::sequence_lines::{
    is_bare_sequence, is_comment, read_sequence_lines, start_of_line,
};
use crate::rna::text::{TextError, TextSource, check_is_text};
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{Note, Record};
use needletail::parser::{FastaReader as BlockReader, FastxReader, SequenceRecord};
use std::io::{Cursor, Read};

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
    accepts_bare: bool,
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
            accepts_bare: false,
            has_started: false,
            has_ended: false,
            failure: None,
            block: None,
            count: 0,
            ids: UniqueIds::default(),
        }
    }

    /// Reads a text that starts with a sequence as FASTA whose first line `>name` is missing: all lines
    /// up to the next record are one sequence, which gets a name and a note. Otherwise such a text is
    /// an error, as it should be where a record without its definition line has lost something.
    pub fn accept_bare_sequence(self) -> Self {
        Self {
            accepts_bare: true,
            ..self
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

    /// Skips blank lines and comments up to the first record, and returns it if it is a bare sequence.
    /// Other text before the first record is an error, after which that record can be read.
    fn skip_to_first_record(&mut self) -> Result<Option<Record>, FastaError> {
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
                if self.accepts_bare && is_bare_sequence(line) {
                    return self.read_bare_sequence().map(Some);
                }
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
        error.map_or(Ok(None), Err)
    }

    /// Reads the sequence with which `pending` starts, up to the next record.
    fn read_bare_sequence(&mut self) -> Result<Record, FastaError> {
        let mut end = first_record_start(&self.pending, 0);
        while end.is_none() && !self.has_ended {
            let searched = self.pending.len().saturating_sub(MAX_INVISIBLE);
            self.fill();
            end = first_record_start(&self.pending, searched);
        }
        if end.is_none()
            && let Some(failure) = self.failure.take()
        {
            // The sequence is incomplete.
            self.pending.clear();
            return Err(failure.into());
        }
        let rest = self.pending.split_off(end.unwrap_or(self.pending.len()));
        let text = std::mem::replace(&mut self.pending, rest);
        let line = self.lines + 1;
        self.lines += count_lines(&text);
        self.count += 1;
        let to = self.ids.first_free("sequence");
        let mut notes = vec![Note::MissingDefinition { to: to.clone() }];
        let definition = Definition {
            id: self.ids.make_unique(to, &mut notes),
            description: String::new(),
            line,
            notes,
        };
        definition.with_sequence(&text, line)
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
            if let Some(record) = self.skip_to_first_record()? {
                return Ok(Some(record));
            }
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

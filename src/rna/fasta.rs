//! Streams records from FASTA and FASTA.gz.
//!
//! needletail parses the records. Its reader requires a source that is `Send`, which a file in a
//! browser may not be, and it stops reading at the first invalid record. So this module divides
//! the text into blocks of complete records, and needletail parses one block at a time.

use crate::rna::alphabet::normalize;
use crate::rna::error::{FastaError, FastaErrorKind};
use crate::rna::note::collect_notes;
use crate::rna::text::{TextError, TextSource};
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

    /// The number of bytes read from the source so far, for progress: compressed bytes for gzip.
    pub fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    /// Reads the next piece of text into `pending`.
    fn fill(&mut self) {
        match self.text.fill(&mut self.pending) {
            Ok(more) => self.has_ended = !more,
            Err(error) => {
                self.has_ended = true;
                self.failure = Some(error);
            }
        }
    }

    /// Skips blank lines up to the first record.
    fn skip_to_first_record(&mut self) -> Result<(), FastaError> {
        loop {
            let blank = self.pending.len() - self.pending.trim_ascii_start().len();
            self.lines += count_lines(&self.pending[..blank]);
            self.pending.drain(..blank);
            match self.pending.first() {
                Some(b'>') => return Ok(()),
                None if !self.has_ended => self.fill(),
                found => {
                    return Err(match (self.failure.take(), found) {
                        (Some(failure), _) => failure.into(),
                        (None, None) => FastaErrorKind::Empty.into(),
                        (None, Some(_)) => FastaError {
                            line: Some(self.lines + 1),
                            ..no_header_error(&self.pending).into()
                        },
                    });
                }
            }
        }
    }

    /// Takes the next block of complete records from the text; `None` at the end of the text.
    fn next_block(&mut self) -> Result<Option<Block>, FastaError> {
        let mut end = last_record_start(&self.pending, 0);
        while end == 0 && !self.has_ended {
            let searched = self.pending.len();
            self.fill();
            end = last_record_start(&self.pending, searched);
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

fn no_header_error(text: &[u8]) -> FastaErrorKind {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text);
    let start = String::from_utf8_lossy(&line[..line.len().min(64)]);
    FastaErrorKind::NoHeader {
        start: start.chars().take(20).collect(),
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
        let read = normalize(text)
            .map_err(|e| FastaError::new(first_line + e.lines_before, &self.id, e.into()))?;
        if read.sequence.is_empty() {
            return Err(FastaError::new(
                self.line,
                &self.id,
                FastaErrorKind::EmptyRecord,
            ));
        }
        self.notes.extend(collect_notes(&read));
        Ok(Record {
            id: self.id,
            description: self.description,
            sequence: read.sequence,
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
    let text = text.trim();
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

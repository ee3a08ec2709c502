//! FASTA and FASTA.gz, streamed.
//!
//! needletail parses the records. Its reader asks for a source that is `Send`,
//! which a browser's file is not always, and stops the whole file at a bad
//! record; so the text is cut at record borders here and needletail reads one
//! such block at a time.

use crate::rna::alphabet::normalize;
use crate::rna::error::{FastaError, FastaErrorKind};
use crate::rna::note::notes_from;
use crate::rna::text::{TextError, TextSource};
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{Note, Record};
use needletail::parser::{FastaReader as BlockReader, FastxReader, SequenceRecord};
use std::io::{Cursor, Read};

/// Whole records, read one after the other.
struct Block {
    reader: BlockReader<Cursor<Vec<u8>>>,
    /// Lines of the text before the block.
    lines_before: u64,
}

/// Records out of FASTA text, plain or gzip, one at a time.
///
/// Memory: the longest record a few times over, 64 KiB, and 8 bytes per id.
/// After an error in one record it goes on with the next; after a fatal one
/// (see [`FastaError::is_fatal`]) it is at its end.
pub struct FastaReader<R: Read> {
    text: TextSource<R>,
    /// Text not yet parsed; starts at a record.
    pending: Vec<u8>,
    lines: u64,
    started: bool,
    ended: bool,
    failure: Option<TextError>,
    block: Option<Block>,
    count: u64,
    names: UniqueIds,
}

impl<R: Read> FastaReader<R> {
    /// Looks at the first bytes of `source` to tell gzip from text.
    ///
    /// # Errors
    /// A source that fails at once or holds another format.
    pub fn new(source: R) -> Result<Self, FastaError> {
        Ok(Self::from_text(TextSource::new(source)?, Vec::new()))
    }

    /// Goes on with a text of which `pending` has been read already.
    pub(crate) fn from_text(text: TextSource<R>, pending: Vec<u8>) -> Self {
        Self {
            text,
            pending,
            lines: 0,
            started: false,
            ended: false,
            failure: None,
            block: None,
            count: 0,
            names: UniqueIds::default(),
        }
    }

    /// Bytes taken from the source so far, for progress: compressed bytes where it is gzip.
    pub fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }

    /// Reads the next piece of text into `pending`.
    fn fill(&mut self) {
        match self.text.fill(&mut self.pending) {
            Ok(more) => self.ended = !more,
            Err(error) => {
                self.ended = true;
                self.failure = Some(error);
            }
        }
    }

    /// Skips blank lines up to the first record.
    fn start(&mut self) -> Result<(), FastaError> {
        loop {
            let blank = self.pending.len() - self.pending.trim_ascii_start().len();
            self.lines += count_lines(&self.pending[..blank]);
            self.pending.drain(..blank);
            match self.pending.first() {
                Some(b'>') => return Ok(()),
                None if !self.ended => self.fill(),
                found => {
                    return Err(match (self.failure.take(), found) {
                        (Some(failure), _) => failure.into(),
                        (None, None) => FastaErrorKind::Empty.into(),
                        (None, Some(_)) => FastaError {
                            line: Some(self.lines + 1),
                            ..no_header(&self.pending).into()
                        },
                    });
                }
            }
        }
    }

    /// Cuts the next block of whole records off the text; `None` at its end.
    fn next_block(&mut self) -> Result<Option<Block>, FastaError> {
        let mut end = last_record(&self.pending, 0);
        while end == 0 && !self.ended {
            let searched = self.pending.len();
            self.fill();
            end = last_record(&self.pending, searched);
        }
        if end == 0 {
            // The last record; one that the failure cut off is not given out.
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
        // needletail calls a last record without a line below its header broken.
        block.extend_from_slice(b"\n\n");
        let capacity = block.len() + 1;
        Ok(Some(Block {
            reader: BlockReader::with_capacity(Cursor::new(block), capacity),
            lines_before,
        }))
    }

    fn next_record(&mut self) -> Result<Option<Record>, FastaError> {
        if !self.started {
            self.started = true;
            self.start()?;
        }
        loop {
            if let Some(block) = &mut self.block
                && let Some(parsed) = block.reader.next()
            {
                // A block is whole records in memory: nothing in it can fail.
                let parsed = parsed.map_err(|e| TextError::Io(e.to_string()))?;
                self.count += 1;
                return record(&parsed, block.lines_before, self.count, &mut self.names).map(Some);
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
            self.ended = true;
            self.pending.clear();
            self.block = None;
        }
        next
    }
}

fn count_lines(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Start of the last record that begins at `from` or later but not at 0; else 0.
fn last_record(text: &[u8], from: usize) -> usize {
    (from.max(1)..text.len())
        .rev()
        .find(|&i| text[i] == b'>' && text[i - 1] == b'\n')
        .unwrap_or(0)
}

fn no_header(text: &[u8]) -> FastaErrorKind {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text);
    let start = String::from_utf8_lossy(&line[..line.len().min(64)]);
    FastaErrorKind::NoHeader {
        start: start.chars().take(20).collect(),
    }
}

fn record(
    parsed: &SequenceRecord<'_>,
    lines_before: u64,
    number: u64,
    names: &mut UniqueIds,
) -> Result<Record, FastaError> {
    let line = lines_before + parsed.start_line_number();
    let mut notes = Vec::new();
    let (id, description) = definition(parsed.id(), number, &mut notes);
    let id = names.make_unique(id, &mut notes);
    let definition = Definition {
        id,
        description,
        line,
        notes,
    };
    definition.with_sequence(parsed.raw_seq(), line + 1)
}

/// A record without its sequence.
pub(crate) struct Definition {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) line: u64,
    pub(crate) notes: Vec<Note>,
}

impl Definition {
    /// The record with a sequence as written, which starts in line `first`.
    pub(crate) fn with_sequence(mut self, text: &[u8], first: u64) -> Result<Record, FastaError> {
        let read = normalize(text)
            .map_err(|bad| FastaError::at(first + bad.lines_before, &self.id, bad.into()))?;
        if read.sequence.is_empty() {
            return Err(FastaError::at(
                self.line,
                &self.id,
                FastaErrorKind::EmptyRecord,
            ));
        }
        self.notes.extend(notes_from(&read));
        Ok(Record {
            id: self.id,
            description: self.description,
            sequence: read.sequence,
            line: self.line,
            notes: self.notes,
        })
    }
}

/// Id and description out of a definition line without its `>`.
fn definition(line: &[u8], number: u64, notes: &mut Vec<Note>) -> (String, String) {
    let text = String::from_utf8_lossy(line);
    if text.contains(char::REPLACEMENT_CHARACTER) && std::str::from_utf8(line).is_err() {
        notes.push(Note::NotUtf8);
    }
    let text = text.trim();
    let (id, description) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if id.is_empty() {
        let given = format!("record_{number}");
        notes.push(Note::MissingId {
            given: given.clone(),
        });
        return (given, String::new());
    }
    (id.to_owned(), description.trim().to_owned())
}

#[cfg(test)]
#[path = "fasta_tests.rs"]
mod tests;

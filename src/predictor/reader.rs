//! Reader: reads FASTA in chunks and arranges the records in batches.

use std::io::Read;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::error::RecordProblem;
use crate::rna::{
    FastaError, FastaReader, Note, NoteCount, Nucleotide, Record, Sequence, count_notes,
};

/// Largest number of RNAs in a batch.
pub const BATCH_SIZE: usize = 32;

/// Largest number of nucleotides in a batch, if every RNA were as long as the longest one. It
/// bounds memory for long RNAs: 32 RNAs of 4096 nt are one batch.
const BATCH_NUCLEOTIDES: usize = 1 << 17;

/// Largest number of records in a chunk, unless a caller needs another one.
pub const MAX_CHUNK_RECORDS: usize = 512;

/// Nucleotides after which a chunk ends. This bounds the memory for a long input.
pub const MAX_CHUNK_NUCLEOTIDES: usize = 1 << 21;

/// One record of the input, as it is passed to the thread or worker that predicts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Position in the input, counted from 0. Records that could not be read are counted, too.
    pub index: usize,
    /// ID of the record.
    pub id: String,
    /// The sequence.
    pub sequence: Sequence,
    /// Line of the input on which the record starts, counted from 1.
    pub line: u64,
    /// What was changed or noticed while the record was read, as sentences.
    pub notes: Vec<String>,
    /// Why the ID differs from the one in the input; `None` if it does not. The notes contain this
    /// sentence, too.
    #[serde(rename = "renamed")]
    pub id_note: Option<String>,
}

impl InputRecord {
    fn new((index, record): (usize, Record)) -> Self {
        let is_about_id =
            |note: &&Note| matches!(note, Note::Renamed { .. } | Note::MissingId { .. });
        let id_note = record.notes.iter().find(is_about_id);
        Self {
            index,
            id: record.id,
            id_note: id_note.map(ToString::to_string),
            sequence: record.sequence,
            line: record.line,
            notes: record.notes.iter().map(ToString::to_string).collect(),
        }
    }

    /// A made-up RNA, for timing.
    pub(super) fn synthetic(index: usize, nucleotides: usize) -> Self {
        let nucleotide = |i: usize| Nucleotide::ALL[(i / 3 + i * (index + 1) / 5) % 4];
        Self {
            index,
            id: index.to_string(),
            sequence: (0..nucleotides).map(nucleotide).collect(),
            line: 0,
            notes: Vec::new(),
            id_note: None,
        }
    }
}

/// Records of similar lengths that are predicted together, the longest first; at most [`BATCH_SIZE`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordBatch(Vec<InputRecord>);

impl Deref for RecordBatch {
    type Target = [InputRecord];

    fn deref(&self) -> &[InputRecord] {
        &self.0
    }
}

/// Records of an input that are read and predicted together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Chunk {
    /// The records in batches of similar lengths, the longest first.
    pub batches: Vec<RecordBatch>,
    /// Records that could not be read.
    pub problems: Vec<RecordProblem>,
    /// What was changed or noticed while the records were read, counted by kind.
    #[serde(rename = "notes")]
    pub note_counts: Vec<NoteCount>,
    /// Bytes of the input that have been read so far.
    pub bytes_read: u64,
    /// Whether the input ends with this chunk.
    #[serde(rename = "done")]
    pub is_last: bool,
}

impl Chunk {
    /// The records in the order of the input.
    pub fn into_records(self) -> Vec<InputRecord> {
        let batches = self.batches.into_iter();
        let mut records: Vec<InputRecord> = batches.flat_map(|batch| batch.0).collect();
        records.sort_by_key(|record| record.index);
        records
    }
}

/// Reads FASTA or FASTA.gz chunk by chunk. Dropping it ends the reading.
///
/// It holds one chunk, the longest record and 8 bytes per ID in memory, for an input of any length.
pub struct Reader<R: Read> {
    input: InputState<R>,
    next_index: usize,
    max_nucleotides: usize,
}

enum InputState<R: Read> {
    Unopened(Option<R>),
    Open(Box<FastaReader<R>>),
    /// The input has ended after so many bytes.
    Ended(u64),
}

impl<R: Read> Reader<R> {
    /// Prepares to read from `source`. The first [`Reader::chunk`] opens it.
    pub fn new(source: R) -> Self {
        Self {
            input: InputState::Unopened(Some(source)),
            next_index: 0,
            max_nucleotides: usize::MAX,
        }
    }

    /// Sets the number of nucleotides that the model reads of an RNA. Batches treat all longer RNAs
    /// as equally long.
    pub fn max_nucleotides(self, max_nucleotides: usize) -> Self {
        Self {
            max_nucleotides,
            ..self
        }
    }

    /// Reads records until there are `max_records`, including those that could not be read, or
    /// until they have at least `max_nucleotides`.
    ///
    /// A record that cannot be read becomes a problem, and reading continues after it. If the input
    /// itself cannot be read, it ends with a problem that is fatal.
    pub fn chunk(&mut self, max_records: usize, max_nucleotides: usize) -> Chunk {
        let mut problems = Vec::new();
        let mut records: Vec<(usize, Record)> = Vec::new();
        let mut nucleotides = 0;
        for _ in 0..max_records {
            if nucleotides >= max_nucleotides {
                break;
            }
            match self.read() {
                Some(Ok(record)) => {
                    nucleotides += record.sequence.len();
                    records.push((self.next_index, record));
                }
                Some(Err(error)) => problems.push(self.problem(&error)),
                None => {
                    problems.extend(self.close());
                    break;
                }
            }
            self.next_index += 1;
        }
        let note_counts = count_notes(records.iter().flat_map(|(_, record)| &record.notes));
        let records = records.into_iter().map(InputRecord::new).collect();
        Chunk {
            batches: batches(records, self.max_nucleotides),
            problems,
            note_counts,
            bytes_read: self.bytes_read(),
            is_last: matches!(self.input, InputState::Ended(_)),
        }
    }

    /// Number of records read so far, including those that could not be read. It is the index of
    /// the next record.
    pub fn records_read(&self) -> usize {
        self.next_index
    }

    fn read(&mut self) -> Option<Result<Record, FastaError>> {
        if let InputState::Unopened(source) = &mut self.input {
            match source.take().map(FastaReader::new) {
                Some(Ok(reader)) => self.input = InputState::Open(Box::new(reader)),
                Some(Err(error)) => return Some(Err(error)),
                None => self.input = InputState::Ended(0),
            }
        }
        match &mut self.input {
            InputState::Open(reader) => reader.next(),
            _ => None,
        }
    }

    fn problem(&mut self, error: &FastaError) -> RecordProblem {
        if error.is_fatal() {
            self.close();
        }
        RecordProblem {
            index: self.next_index,
            line: error.line(),
            record: error.record().map(str::to_owned),
            message: error.to_string(),
            is_fatal: error.is_fatal(),
        }
    }

    /// Ends the input. Returns what was noticed about it as a whole.
    fn close(&mut self) -> Option<RecordProblem> {
        let notice = match &self.input {
            InputState::Open(reader) => reader.notice(),
            _ => None,
        };
        self.input = InputState::Ended(self.bytes_read());
        notice.map(|notice| self.problem(&notice.into()))
    }

    fn bytes_read(&self) -> u64 {
        match &self.input {
            InputState::Unopened(_) => 0,
            InputState::Open(reader) => reader.bytes_read(),
            InputState::Ended(bytes) => *bytes,
        }
    }
}

/// Groups RNAs of similar lengths, the longest first, so that batches contain little padding and
/// the last batch is not the slowest one. RNAs of equal length stay in the order of the input.
fn batches(mut records: Vec<InputRecord>, max_nucleotides: usize) -> Vec<RecordBatch> {
    let length = |record: &InputRecord| record.sequence.len().min(max_nucleotides);
    let has_room = |batch: &[InputRecord]| {
        batch.len() < BATCH_SIZE && (batch.len() + 1) * length(&batch[0]) <= BATCH_NUCLEOTIDES
    };
    records.sort_by_key(|record| std::cmp::Reverse(length(record)));
    let mut batches: Vec<RecordBatch> = Vec::new();
    for record in records {
        match batches.last_mut() {
            Some(batch) if has_room(batch) => batch.0.push(record),
            _ => batches.push(RecordBatch(vec![record])),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Write};

    /// FASTA with one record of each length.
    fn fasta(lengths: &[usize]) -> String {
        let record = |(i, n): (usize, &usize)| {
            format!(">r{i}\n{}\n", "ACGU".repeat(n / 4 + 1)[..*n].to_owned())
        };
        lengths.iter().enumerate().map(record).collect()
    }

    /// Lengths of the records in each batch.
    fn lengths(chunk: &Chunk) -> Vec<Vec<usize>> {
        let batch_lengths =
            |batch: &RecordBatch| batch.iter().map(|record| record.sequence.len()).collect();
        chunk.batches.iter().map(batch_lengths).collect()
    }

    #[test]
    fn batches_contain_similar_lengths_and_every_record_once() {
        let mixed: Vec<usize> = (0..100).map(|i| 20 + (i * 37) % 90).collect();
        let text = fasta(&mixed);
        let chunk = Reader::new(text.as_bytes()).chunk(1000, usize::MAX);
        assert!(chunk.is_last && chunk.problems.is_empty());
        assert_eq!(chunk.bytes_read, text.len() as u64);
        let sizes: Vec<usize> = chunk.batches.iter().map(|batch| batch.len()).collect();
        assert_eq!(sizes, [32, 32, 32, 4]);
        let sorted = lengths(&chunk).concat();
        assert!(sorted.is_sorted_by(|a, b| a >= b), "the longest first");
        for (i, record) in chunk.into_records().iter().enumerate() {
            assert_eq!((record.index, &record.id), (i, &format!("r{i}")));
            assert_eq!(record.sequence.len(), mixed[i]);
            assert_eq!(record.line, 2 * i as u64 + 1);
        }
    }

    #[test]
    fn long_rnas_are_in_small_batches_unless_the_model_cuts_them() {
        let text = fasta(&[60_000, 5_000, 70_000, 4_000, 140_000, 60_000]);
        let chunk = Reader::new(text.as_bytes()).chunk(10, usize::MAX);
        assert_eq!(
            lengths(&chunk),
            [
                vec![140_000],
                vec![70_000],
                vec![60_000, 60_000],
                vec![5_000, 4_000]
            ]
        );
        let chunk = Reader::new(text.as_bytes())
            .max_nucleotides(4_500)
            .chunk(10, usize::MAX);
        // RNAs that are cut to the same length stay in the order of the input.
        assert_eq!(
            lengths(&chunk),
            [vec![60_000, 5_000, 70_000, 140_000, 60_000, 4_000]]
        );
    }

    #[test]
    fn chunk_ends_at_either_limit_and_the_next_one_continues() {
        let text = fasta(&[10; 25]);
        let mut reader = Reader::new(text.as_bytes());
        let (mut counts, mut next) = (Vec::new(), 0);
        loop {
            let chunk = reader.chunk(10, 60);
            let is_last = chunk.is_last;
            let records = chunk.into_records();
            for record in &records {
                assert_eq!(record.index, next);
                next += 1;
            }
            counts.push(records.len());
            assert_eq!(reader.records_read(), next);
            if is_last {
                break;
            }
        }
        assert_eq!(counts, [6, 6, 6, 6, 1]);
        let chunk = Reader::new(text.as_bytes()).chunk(10, 1_000);
        assert_eq!(chunk.into_records().len(), 10);
        // At least one record is read, however long it is.
        let chunk = Reader::new(fasta(&[500, 10]).as_bytes()).chunk(10, 100);
        assert_eq!(lengths(&chunk), [[500]]);
    }

    #[test]
    fn unreadable_record_is_counted_and_unreadable_input_ends() {
        let text = ">a\nACGU\n>bad\nAC!U\n>a\nGGCC\n";
        let chunk = Reader::new(text.as_bytes()).chunk(10, usize::MAX);
        let problem = &chunk.problems[0];
        assert_eq!(
            (problem.index, problem.line, problem.is_fatal),
            (1, Some(4), false)
        );
        let records = chunk.into_records();
        assert_eq!((records[0].index, records[1].index), (0, 2));
        assert_eq!(records[1].id, "a_2");
        let id_note = records[1].id_note.as_ref().unwrap();
        assert!(records[1].notes.contains(id_note));

        let mut reader = Reader::new("no header".as_bytes());
        let chunk = reader.chunk(10, usize::MAX);
        assert!(chunk.is_last && chunk.batches.is_empty() && chunk.problems[0].is_fatal);
        assert_eq!(reader.chunk(10, usize::MAX).problems, []);
    }

    #[test]
    fn notes_are_counted_by_kind() {
        let text = ">a\nACGT\n>b\nTTTTRR\n>bad\nAC!U\n>c\nACGU\n>c\nACGU\n";
        let mut reader = Reader::new(text.as_bytes());
        let counted = |chunk: Chunk| -> Vec<(&str, usize)> {
            let pair = |note: &NoteCount| (note.summary, note.count);
            chunk.note_counts.iter().map(pair).collect()
        };
        assert_eq!(
            counted(reader.chunk(4, usize::MAX)),
            [("T read as U", 2), ("ambiguous letters read as N", 1)]
        );
        // Each chunk counts its own.
        assert_eq!(
            counted(reader.chunk(4, usize::MAX)),
            [("repeated id renamed", 1)]
        );
    }

    /// An input that repeats one record forever.
    struct EndlessFasta {
        record: Vec<u8>,
        position: usize,
    }

    impl io::Read for EndlessFasta {
        fn read(&mut self, mut buffer: &mut [u8]) -> io::Result<usize> {
            let start = self.position % self.record.len();
            let written = buffer.write(&self.record[start..])?;
            self.position += written;
            Ok(written)
        }
    }

    #[test]
    fn chunk_is_read_without_the_rest_of_the_input() {
        let record = format!(">r\n{}\n", "ACGU".repeat(25)).into_bytes();
        let mut reader = Reader::new(EndlessFasta {
            record,
            position: 0,
        });
        for n in 1..=50 {
            let chunk = reader.chunk(100, usize::MAX);
            let bytes_read = chunk.bytes_read;
            assert_eq!(chunk.into_records().len(), 100);
            // Reading may be ahead of the records by the blocks in which the text is read.
            let needed = n * 100 * 104;
            assert!(bytes_read <= needed + (1 << 18), "{bytes_read}");
        }
    }
}

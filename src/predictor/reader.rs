//! Reader: reads FASTA in chunks and arranges the records in batches.

use std::cmp::Reverse;
use std::io::Read;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::error::RecordProblem;
use crate::dataset::locations;
use crate::rna::unique_ids::UniqueIds;
use crate::rna::{
    FastaError, FastaReader, Note, NoteCount, Nucleotide, Record, RnaClass, Sequence, count_notes,
};
use crate::shard::{InputSummary, Shard, ShardRecords};

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
    /// The class that the RNA is likely to be of, if the reader divides RNAs by class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rna_class: Option<RnaClass>,
    /// The definition line as it was written, without `>`, if it names compartments in
    /// `[location=…]`; `None` otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

impl InputRecord {
    fn new((index, record): (usize, Record), is_divided: bool) -> Self {
        let is_about_id = |note: &&Note| {
            use Note::{MissingDefinition, MissingId, Renamed, UnsafeId};
            matches!(
                note,
                Renamed { .. } | MissingDefinition { .. } | MissingId { .. } | UnsafeId { .. }
            )
        };
        let id_notes: Vec<String> = record
            .notes
            .iter()
            .filter(is_about_id)
            .map(ToString::to_string)
            .collect();
        let definition = (!locations(&record.description).is_empty())
            .then(|| format!("{} {}", record.written_id(), record.description));
        Self {
            index,
            rna_class: is_divided.then(|| RnaClass::likely(&record.sequence)),
            definition,
            id: record.id,
            id_note: (!id_notes.is_empty()).then(|| id_notes.join("; ")),
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
            rna_class: None,
            definition: None,
        }
    }
}

/// Records of similar lengths, and of one class if the reader divides RNAs by class, that are predicted
/// together, the longest first; at most [`BATCH_SIZE`].
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
    /// Bytes of the present source that have been read so far.
    pub bytes_read: u64,
    /// Whether the source ends with this chunk.
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

/// Reads FASTA or FASTA.gz chunk by chunk, from one source or from several, one after another.
/// Dropping it ends the reading.
///
/// It holds one chunk, the longest record and 8 bytes per ID in memory, for an input of any length.
pub struct Reader<R: Read> {
    input: InputState<R>,
    /// The IDs of the sources that have ended.
    ids: UniqueIds,
    next_index: usize,
    max_nucleotides: usize,
    divides_by_class: bool,
    /// `None` if all records are read for the caller.
    shard: Option<ShardRecords>,
}

enum InputState<R: Read> {
    Unopened(Option<R>),
    Open(Box<FastaReader<R>>),
    /// The source has ended after so many bytes.
    Ended(u64),
}

impl<R: Read> Reader<R> {
    /// Prepares to read from `source`. The first [`Reader::chunk`] opens it.
    pub fn new(source: R) -> Self {
        Self {
            input: InputState::Unopened(Some(source)),
            ids: UniqueIds::default(),
            next_index: 0,
            max_nucleotides: usize::MAX,
            divides_by_class: false,
            shard: None,
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

    /// Finds the likely class of every RNA, and makes batches of one class, because each class has its
    /// own model.
    pub fn divide_by_class(self) -> Self {
        Self {
            divides_by_class: true,
            ..self
        }
    }

    /// Sets the shard whose records are read for the caller. All others are read, so that IDs and
    /// indices are those of the whole input, and passed over.
    pub fn shard(self, shard: Shard) -> Self {
        Self {
            shard: Some(ShardRecords::new(shard)),
            ..self
        }
    }

    /// Continues with another source. IDs stay unique over all sources, so that the results can be
    /// in one file. Records are counted over all sources, bytes and lines from the start of each.
    pub fn next_source(&mut self, source: R) {
        self.close();
        self.input = InputState::Unopened(Some(source));
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
        while records.len() + problems.len() < max_records && nucleotides < max_nucleotides {
            // What is noticed at the end of a source has a place of its own, after the last record.
            let (read, is_end) = match self.read() {
                None => (self.close().map(Err), true),
                read => (read, false),
            };
            match read {
                Some(Ok(record)) => {
                    if self.pick(Ok(&record)) {
                        nucleotides += record.sequence.len();
                        records.push((self.next_index, record));
                    }
                }
                Some(Err(error)) => problems.extend(self.problem(&error)),
                None => break,
            }
            self.next_index += 1;
            if is_end {
                break;
            }
        }
        let note_counts = count_notes(records.iter().flat_map(|(_, record)| &record.notes));
        let record = |record| InputRecord::new(record, self.divides_by_class);
        let records = records.into_iter().map(record).collect();
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

    /// A summary of all records that were read, including those of other shards; `None` without a
    /// shard.
    pub fn summary(&self) -> Option<InputSummary> {
        let shard = self.shard.as_ref();
        shard.map(|shard| shard.summary(self.next_index))
    }

    /// Whether the next record, or the error in its place, belongs to the shard.
    fn pick(&mut self, record: Result<&Record, &FastaError>) -> bool {
        let index = self.next_index;
        self.shard
            .as_mut()
            .is_none_or(|shard| shard.pick(index, record))
    }

    fn read(&mut self) -> Option<Result<Record, FastaError>> {
        if let InputState::Unopened(source) = &mut self.input {
            match source.take().map(FastaReader::new) {
                Some(Ok(reader)) => {
                    let reader = reader.with_ids(std::mem::take(&mut self.ids));
                    let reader = reader.accept_bare_sequence();
                    self.input = InputState::Open(Box::new(reader));
                }
                Some(Err(error)) => return Some(Err(error)),
                None => self.input = InputState::Ended(0),
            }
        }
        match &mut self.input {
            InputState::Open(reader) => reader.next(),
            _ => None,
        }
    }

    /// The problem of the next record; `None` if it belongs to another shard.
    fn problem(&mut self, error: &FastaError) -> Option<RecordProblem> {
        if error.is_fatal() {
            self.close();
        }
        self.pick(Err(error)).then(|| RecordProblem {
            index: self.next_index,
            line: error.line(),
            record: error.record().map(str::to_owned),
            message: error.to_string(),
            is_fatal: error.is_fatal(),
        })
    }

    /// Ends the input. Returns what was noticed about it as a whole.
    fn close(&mut self) -> Option<FastaError> {
        let mut notice = None;
        if let InputState::Open(reader) = &mut self.input {
            notice = reader.notice();
            self.ids = reader.take_ids();
        }
        self.input = InputState::Ended(self.bytes_read());
        notice.map(FastaError::from)
    }

    fn bytes_read(&self) -> u64 {
        match &self.input {
            InputState::Unopened(_) => 0,
            InputState::Open(reader) => reader.bytes_read(),
            InputState::Ended(bytes) => *bytes,
        }
    }
}

/// Groups RNAs of one class and of similar lengths, the longest first, so that batches contain little
/// padding and the last batch is not the slowest one. RNAs of equal length stay in the order of the
/// input.
fn batches(mut records: Vec<InputRecord>, max_nucleotides: usize) -> Vec<RecordBatch> {
    let length = |record: &InputRecord| record.sequence.len().min(max_nucleotides);
    let has_room = |batch: &[InputRecord]| {
        batch.len() < BATCH_SIZE && (batch.len() + 1) * length(&batch[0]) <= BATCH_NUCLEOTIDES
    };
    records.sort_by_key(|record| Reverse((record.rna_class, length(record))));
    let mut batches: Vec<RecordBatch> = Vec::new();
    for record in records {
        match batches.last_mut() {
            Some(batch) if batch[0].rna_class == record.rna_class && has_room(batch) => {
                batch.0.push(record);
            }
            _ => batches.push(RecordBatch(vec![record])),
        }
    }
    batches
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;

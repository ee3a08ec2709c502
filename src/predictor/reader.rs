//! An input read window by window, its records laid out in batches.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::error::Problem;
use crate::rna::{FastaError, FastaReader, Note, Record};

/// RNAs that run together, at most.
pub const BATCH: usize = 32;

/// Nucleotides of a batch, each RNA counted as long as the longest: bounds memory where RNAs are
/// long. 32 RNAs of 4096 nt are one batch.
const BATCH_NUCLEOTIDES: usize = 1 << 17;

/// One record of the input, ready to be predicted on another thread or in another worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Which record of the input, counted from 0, bad ones included.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// Its nucleotides as read: A, C, G, U, N.
    pub sequence: String,
    /// Line of the input it starts at, counted from 1.
    pub line: u64,
    /// What was changed while it was read, in words.
    pub notes: Vec<String>,
    /// Where the id is not as written: why, in words. Also among the notes.
    pub renamed: Option<String>,
}

impl Item {
    fn new(index: usize, record: Record) -> Self {
        let renamed = |note: &&Note| matches!(note, Note::Renamed { .. } | Note::MissingId { .. });
        Self {
            index,
            id: record.id,
            // Only A, C, G, U and N: each byte is one character.
            sequence: record.sequence.into_iter().map(char::from).collect(),
            line: record.line,
            renamed: record.notes.iter().find(renamed).map(ToString::to_string),
            notes: record.notes.iter().map(ToString::to_string).collect(),
        }
    }

    /// An RNA without meaning, for timing.
    pub(super) fn made_up(index: usize, nucleotides: usize) -> Self {
        let letter = |i: usize| char::from(b"ACGU"[(i / 3 + i * (index + 1) / 5) % 4]);
        Self {
            index,
            id: index.to_string(),
            sequence: (0..nucleotides).map(letter).collect(),
            line: 0,
            notes: Vec::new(),
            renamed: None,
        }
    }
}

/// The next part of an input.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Window {
    /// Its records in batches of like lengths, the longest first; at most 32 to a batch.
    pub batches: Vec<Vec<Item>>,
    /// Records that could not be read.
    pub problems: Vec<Problem>,
    /// Bytes of the input read so far.
    pub bytes_read: u64,
    /// Whether the input is at its end.
    pub done: bool,
}

/// FASTA or FASTA.gz, read window by window; dropping it ends the reading.
///
/// Memory: the longest record, one window and 8 bytes per id, however long the input.
pub struct Reader<R: Read> {
    input: Input<R>,
    index: usize,
    cut: usize,
}

enum Input<R: Read> {
    Unopened(Option<R>),
    Open(Box<FastaReader<R>>),
    Done(u64),
}

impl<R: Read> Reader<R> {
    /// Nothing is read before the first [`Reader::window`].
    pub fn new(source: R) -> Self {
        Self {
            input: Input::Unopened(Some(source)),
            index: 0,
            cut: usize::MAX,
        }
    }

    /// For a model that reads at most so many nucleotides of an RNA: all longer ones are alike.
    pub fn cut_at(self, nucleotides: usize) -> Self {
        Self {
            cut: nucleotides,
            ..self
        }
    }

    /// Reads until there are `most_records` records, bad ones included, or `most_nucleotides`. A
    /// bad record becomes a problem and the next window goes on behind it; a bad input becomes a
    /// fatal problem and ends the input.
    pub fn window(&mut self, most_records: usize, most_nucleotides: usize) -> Window {
        let mut problems = Vec::new();
        let mut items = Vec::new();
        let mut nucleotides = 0;
        for _ in 0..most_records {
            if nucleotides >= most_nucleotides {
                break;
            }
            match self.read() {
                Some(Ok(record)) => {
                    nucleotides += record.sequence.len();
                    items.push(Item::new(self.index, record));
                }
                Some(Err(error)) => problems.push(self.problem(&error)),
                None => break,
            }
            self.index += 1;
        }
        Window {
            batches: batches(items, self.cut),
            problems,
            bytes_read: self.bytes_read(),
            done: matches!(self.input, Input::Done(_)),
        }
    }

    /// Records read so far, bad ones included: the index of the next.
    pub fn records(&self) -> usize {
        self.index
    }

    fn read(&mut self) -> Option<Result<Record, FastaError>> {
        if let Input::Unopened(source) = &mut self.input {
            match source.take().map(FastaReader::new) {
                Some(Ok(reader)) => self.input = Input::Open(Box::new(reader)),
                Some(Err(error)) => return Some(Err(error)),
                None => self.input = Input::Done(0),
            }
        }
        let record = match &mut self.input {
            Input::Open(reader) => reader.next(),
            _ => None,
        };
        if record.is_none() {
            self.close();
        }
        record
    }

    fn problem(&mut self, error: &FastaError) -> Problem {
        if error.is_fatal() {
            self.close();
        }
        Problem {
            index: self.index,
            line: error.line(),
            record: error.record().map(str::to_owned),
            message: error.to_string(),
            fatal: error.is_fatal(),
        }
    }

    fn close(&mut self) {
        self.input = Input::Done(self.bytes_read());
    }

    fn bytes_read(&self) -> u64 {
        match &self.input {
            Input::Unopened(_) => 0,
            Input::Open(reader) => reader.bytes_read(),
            Input::Done(bytes) => *bytes,
        }
    }
}

/// RNAs of like lengths together, the longest first, so that little of a batch is padding and no
/// long batch is left for the end. RNAs of one length stay in the order of the input.
fn batches(mut items: Vec<Item>, cut: usize) -> Vec<Vec<Item>> {
    let length = |item: &Item| item.sequence.len().min(cut);
    items.sort_by_key(|item| std::cmp::Reverse(length(item)));
    let mut batches: Vec<Vec<Item>> = Vec::new();
    for item in items {
        match batches.last_mut() {
            Some(batch)
                if batch.len() < BATCH
                    && (batch.len() + 1) * length(&batch[0]) <= BATCH_NUCLEOTIDES =>
            {
                batch.push(item);
            }
            _ => batches.push(vec![item]),
        }
    }
    batches
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use std::io::{self, Write};

    fn fasta(lengths: &[usize]) -> String {
        let record = |(i, n): (usize, &usize)| {
            format!(">r{i}\n{}\n", "ACGU".repeat(n / 4 + 1)[..*n].to_owned())
        };
        lengths.iter().enumerate().map(record).collect()
    }

    fn lengths(window: &Window) -> Vec<Vec<usize>> {
        let of = |batch: &Vec<Item>| batch.iter().map(|item| item.sequence.len()).collect();
        window.batches.iter().map(of).collect()
    }

    #[test]
    fn batches_hold_like_lengths_and_every_record_once() {
        let mixed: Vec<usize> = (0..100).map(|i| 20 + (i * 37) % 90).collect();
        let text = fasta(&mixed);
        let window = Reader::new(text.as_bytes()).window(1000, usize::MAX);
        assert!(window.done && window.problems.is_empty());
        assert_eq!(window.bytes_read, text.len() as u64);
        let sizes: Vec<usize> = window.batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [32, 32, 32, 4]);
        let sorted = lengths(&window).concat();
        assert!(sorted.is_sorted_by(|a, b| a >= b), "the longest first");
        let mut items: Vec<Item> = window.batches.concat();
        items.sort_by_key(|item| item.index);
        for (i, item) in items.iter().enumerate() {
            assert_eq!((item.index, &item.id), (i, &format!("r{i}")));
            assert_eq!(item.sequence.len(), mixed[i]);
            assert_eq!(item.line, 2 * i as u64 + 1);
        }
    }

    #[test]
    fn long_rnas_come_in_small_batches_unless_the_model_cuts_them() {
        let text = fasta(&[60_000, 5_000, 70_000, 4_000, 140_000, 60_000]);
        let window = Reader::new(text.as_bytes()).window(10, usize::MAX);
        assert_eq!(
            lengths(&window),
            [
                vec![140_000],
                vec![70_000],
                vec![60_000, 60_000],
                vec![5_000, 4_000]
            ]
        );
        let window = Reader::new(text.as_bytes())
            .cut_at(4_500)
            .window(10, usize::MAX);
        // What is cut to one length stays in the order of the input.
        assert_eq!(
            lengths(&window),
            [vec![60_000, 5_000, 70_000, 140_000, 60_000, 4_000]]
        );
    }

    #[test]
    fn windows_end_at_either_bound_and_go_on_where_they_ended() {
        let text = fasta(&[10; 25]);
        let mut reader = Reader::new(text.as_bytes());
        let (mut counts, mut next) = (Vec::new(), 0);
        loop {
            let window = reader.window(10, 60);
            for item in window.batches.concat() {
                assert_eq!(item.index, next);
                next += 1;
            }
            counts.push(window.batches.concat().len());
            assert_eq!(reader.records(), next);
            if window.done {
                break;
            }
        }
        assert_eq!(counts, [6, 6, 6, 6, 1]);
        let window = Reader::new(text.as_bytes()).window(10, 1_000);
        assert_eq!(window.batches.concat().len(), 10);
        // One record is always read, however long.
        let window = Reader::new(fasta(&[500, 10]).as_bytes()).window(10, 100);
        assert_eq!(lengths(&window), [[500]]);
    }

    #[test]
    fn bad_records_are_counted_and_a_bad_input_is_the_end() {
        let text = ">a\nACGU\n>bad\nAC!U\n>a\nGGCC\n";
        let window = Reader::new(text.as_bytes()).window(10, usize::MAX);
        let items = window.batches.concat();
        assert_eq!((items[0].index, items[1].index), (0, 2));
        assert_eq!(items[1].id, "a_2");
        assert!(
            items[1].renamed.is_some()
                && items[1].notes.contains(items[1].renamed.as_ref().unwrap())
        );
        let problem = &window.problems[0];
        assert_eq!(
            (problem.index, problem.line, problem.fatal),
            (1, Some(4), false)
        );

        let mut reader = Reader::new("no header".as_bytes());
        let window = reader.window(10, usize::MAX);
        assert!(window.done && window.batches.is_empty() && window.problems[0].fatal);
        assert_eq!(reader.window(10, usize::MAX).problems, []);
    }

    /// Gives the same record over and over, and counts what was asked for.
    struct Endless {
        record: Vec<u8>,
        at: usize,
    }

    impl io::Read for Endless {
        fn read(&mut self, mut buffer: &mut [u8]) -> io::Result<usize> {
            let from = self.at % self.record.len();
            let written = buffer.write(&self.record[from..])?;
            self.at += written;
            Ok(written)
        }
    }

    #[test]
    fn a_window_is_read_without_the_rest_of_the_input() {
        let record = format!(">r\n{}\n", "ACGU".repeat(25)).into_bytes();
        let mut reader = Reader::new(Endless { record, at: 0 });
        for n in 1..=50 {
            let window = reader.window(100, usize::MAX);
            assert_eq!(window.batches.concat().len(), 100);
            // Ahead of its records by no more than the pieces the text is read in.
            let needed = n * 100 * 104;
            assert!(
                window.bytes_read <= needed + (1 << 18),
                "{}",
                window.bytes_read
            );
        }
    }
}

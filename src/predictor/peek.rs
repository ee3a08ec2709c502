//! A look at the beginning of an input, before it is predicted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reader::Chunk;
use crate::rna::{
    ClassCount, NoteCount, RnaClass, count_classes, describe_frames, describe_mixture,
};

/// What the beginning of an input is like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peek {
    /// Number of records that can be read; an estimate unless `is_whole`.
    pub records: usize,
    /// Whether all records were looked at.
    #[serde(rename = "whole")]
    pub is_whole: bool,
    /// Length of the shortest RNA in nucleotides; 0 without RNAs.
    pub shortest: usize,
    /// Median of the lengths.
    pub median: usize,
    /// Length of the longest RNA.
    pub longest: usize,
    /// Number of nucleotides; an estimate unless `is_whole`.
    pub nucleotides: usize,
    /// Number of problems.
    pub problems: usize,
    /// The first problem, with the name of its source; empty if there is none.
    pub problem: String,
    /// Number of RNAs that were looked at.
    pub looked: usize,
    /// What was changed while they were read, in alphabetical order.
    pub notes: Vec<NoteCount>,
    /// The classes that they are likely to be of.
    pub classes: Vec<ClassCount>,
    /// The class that most of them are likely to be of.
    pub commonest: Option<RnaClass>,
    /// What tells mRNAs from lncRNAs among them, as a sentence without its full stop; `None` if no RNA
    /// is long.
    pub frames: Option<String>,
    /// The likely classes, as a sentence without its full stop; `None` unless their lengths suggest
    /// several classes.
    pub mixture: Option<String>,
}

/// Sums over the sources of an input, of which only the beginning is read.
#[derive(Default)]
pub struct PeekSums {
    lengths: Vec<usize>,
    classes: Vec<RnaClass>,
    notes: BTreeMap<&'static str, usize>,
    records: f64,
    nucleotides: f64,
    is_cut: bool,
    problems: usize,
    problem: String,
}

impl PeekSums {
    /// Adds the first chunk of a source of so many bytes. What was not read of the source is taken to
    /// be like what was.
    pub fn add(&mut self, name: &str, bytes: u64, chunk: &Chunk) {
        let times = if chunk.is_last || chunk.bytes_read == 0 {
            1.0
        } else {
            bytes as f64 / chunk.bytes_read as f64
        };
        self.is_cut |= !chunk.is_last;
        for record in chunk.batches.iter().flat_map(|batch| batch.iter()) {
            let length = record.sequence.len();
            self.lengths.push(length);
            self.classes.push(RnaClass::likely(&record.sequence));
            self.records += times;
            self.nucleotides += length as f64 * times;
        }
        for note in &chunk.note_counts {
            *self.notes.entry(note.summary).or_default() += note.count;
        }
        for problem in &chunk.problems {
            self.add_problem(name, &problem.message);
        }
    }

    /// Adds a problem with a source.
    pub fn add_problem(&mut self, name: &str, message: &str) {
        self.problems += 1;
        if self.problem.is_empty() {
            let mark = if name.is_empty() { "" } else { ": " };
            self.problem = format!("{name}{mark}{message}");
        }
    }

    /// What all sources together are like.
    pub fn finish(mut self) -> Peek {
        self.lengths.sort_unstable();
        let length = |index: usize| self.lengths.get(index).copied().unwrap_or(0);
        let looked = self.lengths.len();
        let classes = count_classes(self.classes.iter().copied());
        Peek {
            records: self.records.round() as usize,
            is_whole: !self.is_cut,
            shortest: length(0),
            median: length(looked / 2),
            longest: length(looked.saturating_sub(1)),
            nucleotides: self.nucleotides.round() as usize,
            problems: self.problems,
            problem: self.problem,
            looked,
            notes: self
                .notes
                .into_iter()
                .map(|(summary, count)| NoteCount { summary, count })
                .collect(),
            frames: describe_frames(&classes),
            mixture: describe_mixture(&classes),
            classes,
            commonest: RnaClass::commonest(self.classes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictor::Reader;

    /// Looks at sources, at no more than so many records of each.
    fn peek_at(sources: &[(&str, &str)], max_records: usize) -> Peek {
        let mut sums = PeekSums::default();
        for (name, text) in sources {
            let chunk = Reader::new(text.as_bytes()).chunk(max_records, usize::MAX);
            sums.add(name, text.len() as u64, &chunk);
        }
        sums.finish()
    }

    #[test]
    fn an_input_that_was_read_to_its_end_is_counted() {
        let first = ">a\nACGU\n>b\nAC!U\n>c\nACGUACGUAC\n";
        let second = ">d\nACTT\n>e\nACTTAC\n>\nAC!\n";
        let peek = peek_at(&[("one.fa", first), ("two.fa", second)], 100);
        assert_eq!((peek.records, peek.looked, peek.is_whole), (4, 4, true));
        assert_eq!((peek.shortest, peek.median, peek.longest), (4, 6, 10));
        assert_eq!((peek.nucleotides, peek.problems), (24, 2));
        assert!(
            peek.problem.starts_with("one.fa: line 4, record 'b': '!'"),
            "{}",
            peek.problem
        );
        let notes = [NoteCount {
            summary: "T read as U",
            count: 2,
        }];
        assert_eq!(peek.notes, notes);
        assert_eq!(peek.commonest, Some(RnaClass::Mirna));
        assert_eq!((peek.classes[0].count, peek.frames), (4, None));
    }

    #[test]
    fn what_was_not_looked_at_is_taken_to_be_like_what_was() {
        // More than is read of a file at once.
        let text: String = (0..100_000).map(|i| format!(">{i:05}\nACGU\n")).collect();
        let peek = peek_at(&[("", &text), ("", ">a\nACGUACGU\n")], 1000);
        assert_eq!((peek.looked, peek.is_whole, peek.longest), (1001, false, 8));
        // Both are rounded.
        let expected = 4 * (peek.records - 1) + 8;
        assert!(expected.abs_diff(peek.nucleotides) <= 4);
        assert!(peek.records > 10_000, "{}", peek.records);
    }

    #[test]
    fn an_input_without_a_readable_record_has_no_lengths() {
        let mut sums = PeekSums::default();
        sums.add_problem("", "it cannot be opened");
        let peek = sums.finish();
        assert_eq!((peek.records, peek.median, peek.problems), (0, 0, 1));
        assert_eq!(peek.problem, "it cannot be opened");
        assert_eq!((peek.commonest, peek.is_whole), (None, true));
    }

    #[test]
    fn long_rnas_are_told_apart_by_their_reading_frames() {
        let long = "ACGUCC".repeat(60);
        let message = format!("AUG{}UAA", "GCC".repeat(120));
        let text = format!(">a\n{long}\n>b\n{message}\n>c\n{message}\n>d\nACGU\n");
        let peek = peek_at(&[("", &text)], 10);
        assert_eq!(peek.commonest, Some(RnaClass::Mrna));
        let counts: Vec<usize> = peek.classes.iter().map(|count| count.count).collect();
        assert_eq!(counts, [1, 1, 2]);
        assert!(peek.mixture.is_some());
        assert!(
            peek.frames
                .is_some_and(|words| words.starts_with("2 of 3 RNAs longer"))
        );
    }
}

//! Tests of the reader of chunks.

use super::*;
use std::io::{self, Write};

/// FASTA with one record of each length.
fn fasta(lengths: &[usize]) -> String {
    let record =
        |(i, n): (usize, &usize)| format!(">r{i}\n{}\n", "ACGU".repeat(n / 4 + 1)[..*n].to_owned());
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
fn batches_have_one_class_if_rnas_are_divided() {
    use RnaClass::{Lncrna, Mirna, Snorna};
    let text = fasta(&[20, 100, 400, 22, 90, 24, 500]);
    let chunk = Reader::new(text.as_bytes())
        .divide_by_class()
        .chunk(10, usize::MAX);
    assert_eq!(
        lengths(&chunk),
        [vec![500, 400], vec![100, 90], vec![24, 22, 20]]
    );
    let classes: Vec<_> = chunk
        .batches
        .iter()
        .map(|batch| batch[0].rna_class)
        .collect();
    assert_eq!(classes, [Some(Lncrna), Some(Snorna), Some(Mirna)]);
    let chunk = Reader::new(text.as_bytes()).chunk(10, usize::MAX);
    assert_eq!(chunk.batches.len(), 1);
    assert!(
        chunk.batches[0]
            .iter()
            .all(|record| record.rna_class.is_none())
    );
}

#[test]
fn a_bare_sequence_is_a_record_in_every_source() {
    let mut reader = Reader::new("ACGUACGUACGU\n".as_bytes());
    let first = reader.chunk(10, usize::MAX).into_records();
    reader.next_source("GGCCGGCCGGCC".as_bytes());
    let second = reader.chunk(10, usize::MAX).into_records();
    let note = "no line '>name' above the sequence, named 'sequence_1'";
    assert_eq!(
        (first[0].id.as_str(), first[0].id_note.as_deref()),
        ("sequence_1", Some(note))
    );
    assert_eq!((second[0].id.as_str(), second[0].index), ("sequence_2", 1));
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

#[test]
fn several_sources_have_unique_ids_and_are_counted_on() {
    let mut reader = Reader::new(">a\nACGU\n>b\nACGU\n".as_bytes());
    let first = reader.chunk(10, usize::MAX);
    assert!(first.is_last);
    reader.next_source(">a\nACGU\n>!\n%%%\n>c\nGG\n".as_bytes());
    let second = reader.chunk(10, usize::MAX);
    assert!(second.is_last);
    assert_eq!((first.bytes_read, second.bytes_read), (16, 8 + 7 + 6));
    assert_eq!(
        (second.problems[0].index, second.problems[0].line),
        (3, Some(4))
    );
    let records = second.into_records();
    let ids: Vec<(usize, &str, u64)> = records
        .iter()
        .map(|r| (r.index, r.id.as_str(), r.line))
        .collect();
    assert_eq!(ids, [(2, "a_2", 1), (4, "c", 5)]);
    assert_eq!(
        records[0].id_note.as_deref(),
        Some("id 'a' occurs again, renamed to 'a_2'")
    );
}

/// Everything that a reader gives of two sources, in chunks of so many records.
fn read_two(mut reader: Reader<&[u8]>, second: &'static [u8], size: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut waiting = Some(second);
    loop {
        let chunk = reader.chunk(size, usize::MAX);
        let is_last = chunk.is_last;
        let problems = chunk.problems.iter();
        found.extend(problems.map(|problem| (problem.index, problem.message.clone())));
        let records = chunk.into_records();
        assert!(records.len() <= size);
        found.extend(records.into_iter().map(|record| (record.index, record.id)));
        if is_last {
            match waiting.take() {
                Some(source) => reader.next_source(source),
                None => break,
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_record_and_problem_is_in_one_shard_with_its_index_and_id() {
    let first = b">a\nACGU\n>a\nGG\n>bad\nAC!U\n>c\nACG\n>d\nAC\n";
    let second = b">a\nACGU\n>bad\n!\n>f\nGGG\n";
    let whole = read_two(Reader::new(&first[..]), second, 3);
    assert_eq!(whole.len(), 8);
    for count in [1, 2, 3, 9] {
        let mut all = Vec::new();
        for index in 0..count {
            let shard = Shard::new(index, count).unwrap();
            let own = read_two(Reader::new(&first[..]).shard(shard), second, 3);
            assert!(own.iter().all(|(index, _)| shard.has(*index)));
            all.extend(own);
        }
        all.sort();
        assert_eq!(all, whole);
    }
}

#[test]
fn all_shards_of_the_same_records_have_the_same_summary() {
    let text = ">a\nACGU\n>bad\nAC!U\n>c\nGG\n";
    let summary = |text: &str, shard: &str| {
        let mut reader = Reader::new(text.as_bytes()).shard(shard.parse().unwrap());
        while !reader.chunk(1, usize::MAX).is_last {}
        reader.summary().unwrap()
    };
    let first = summary(text, "1/2");
    assert_eq!(first.records, 3);
    assert_eq!(summary(text, "2/2"), first);
    assert_eq!(summary(text, "7/9"), first);
    for other in [
        text.replace(">c", ">d"),
        text.replace("GG", "GC"),
        text.replace('!', "?"),
        text.replace("GG", "GG\n>e\nG"),
        text.replace("\nGG", "G\nG"),
    ] {
        assert_ne!(summary(&other, "1/2"), first, "{other}");
    }
}

//! Tests of the FASTA reader.

use super::*;
use crate::rna::text::tests::gzip;
use std::rc::Rc;

pub(super) fn read(text: &[u8]) -> Vec<Result<Record, FastaError>> {
    FastaReader::new(text).unwrap().collect()
}

pub(super) fn read_valid(text: &[u8]) -> Vec<Record> {
    read(text).into_iter().map(Result::unwrap).collect()
}

/// The error of a text that gives one error and no record.
fn only_error(text: &[u8]) -> FastaError {
    let mut results = read(text);
    assert_eq!(results.len(), 1, "{results:?}");
    results.remove(0).unwrap_err()
}

pub(super) fn sequences(records: &[Record]) -> Vec<(&str, &str)> {
    records
        .iter()
        .map(|r| (r.id.as_str(), r.sequence.as_str()))
        .collect()
}

#[test]
fn definition_line_is_split_into_id_and_description() {
    let records =
        read_valid(b">hsa-let-7a-5p MIMAT0000062  Homo sapiens \nUGAGGUAGUAGGUUGUAUAGUU\n");
    let expected = Record {
        id: "hsa-let-7a-5p".into(),
        description: "MIMAT0000062  Homo sapiens".into(),
        sequence: "UGAGGUAGUAGGUUGUAUAGUU".parse().unwrap(),
        line: 1,
        notes: Vec::new(),
    };
    assert_eq!(records, [expected]);
}

#[test]
fn records_do_not_depend_on_the_layout() {
    let plain = b">a one\nACGU\nACGU\n>b\nGGCC\n";
    let expected = [("a", "ACGUACGU"), ("b", "GGCC")];
    let layouts: [&[u8]; 8] = [
        plain,
        b">a one\r\nACGU\r\nACGU\r\n>b\r\nGGCC\r\n",
        b">a one\rACGU\rACGU\r>b\rGGCC\r",
        b">a one\nACGU\nACGU\n>b\nGGCC",
        b"\xEF\xBB\xBF\n \n\r\n>a one\nACGU\nACGU\n>b\nGGCC",
        b"  >a one\n  ACGU\n\n  ACGU\n\n  >b\n\n  GGCC\n\n",
        b"> a one\nacgu acgu\n>b\n1 ggcc",
        b">a one\nACGTACGT\n>b\nGGCC*\n",
    ];
    for layout in layouts {
        let records = read_valid(layout);
        assert_eq!(sequences(&records), expected, "{layout:?}");
        assert_eq!(records[0].description, "one");
        assert_eq!(sequences(&read_valid(&gzip(layout))), expected);
    }
}

#[test]
fn line_numbers_are_those_of_an_editor() {
    for text in [
        "\n\n>a\nAC\n\nGU\n>b\nAC\n",
        "\r\n\r\n>a\r\nAC\r\n\r\nGU\r\n>b\r\nAC\r\n",
    ] {
        let lines: Vec<u64> = read_valid(text.as_bytes()).iter().map(|r| r.line).collect();
        assert_eq!(lines, [3, 7]);
    }
}

#[test]
fn notes_report_what_was_changed() {
    let records = read_valid(b">a\nACGT uuRYn\n10 A-C.\n>\nACGU\n>b\xFF\nACGU");
    let messages: Vec<String> = records[0].notes.iter().map(Note::to_string).collect();
    assert_eq!(
        messages,
        [
            "T read as U (1 letter)",
            "ambiguous letters read as N (2 letters: RY)",
            "spaces and digits ignored (4 characters)",
            "gap or end marks left out (2 characters: - . *)",
        ]
    );
    assert_eq!(records[0].sequence, "ACGUUUNNNAC");
    let to = "record_2".to_owned();
    assert_eq!(records[1].notes, [Note::MissingId { to }]);
    assert_eq!(records[1].id, "record_2");
    assert_eq!(records[2].id, "b\u{FFFD}");
    assert_eq!(records[2].notes, [Note::NotUtf8]);
}

#[test]
fn mixed_t_and_u_are_read_as_u() {
    let records = read_valid(b">a\nTGAGGUAG\n>b\nUGAGGTAG\n>c\nUGAGGUAG\n");
    assert_eq!(records[0].sequence, records[2].sequence);
    assert_eq!(records[1].sequence, records[2].sequence);
    assert_eq!(records[0].notes, [Note::Thymine { count: 1 }]);
}

#[test]
fn a_peptide_in_nucleotide_letters_is_noted() {
    let records = read_valid(b">a\nMKHDSVRWGA\n");
    let note = records[0].notes[0].to_string();
    assert!(note.ends_with("is this a protein?"), "{note}");
}

#[test]
fn repeated_ids_are_made_unique_with_a_note() {
    let records = read_valid(b">x\nA\n>x\nC\n>x_2\nG\n>record_5\nU\n>\nA\n");
    let ids: Vec<&str> = records.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["x", "x_2", "x_2_2", "record_5", "record_5_2"]);
    let (from, to) = ("x".to_owned(), "x_2".to_owned());
    assert_eq!(records[1].notes, [Note::Renamed { from, to }]);
}

#[test]
fn invalid_records_are_reported_and_skipped() {
    let results =
        read(b">a\nACGU\n>empty\n\n>gaps\n--\n>p\nACGU\nMKTAYIAKQRQISF\n>h\nAC#\n>end\nGG\n>last");
    let messages: Vec<String> = results
        .iter()
        .map(|r| match r {
            Ok(record) => record.id.clone(),
            Err(error) => {
                assert!(!error.is_fatal());
                error.to_string()
            }
        })
        .collect();
    let empty = "the record has no nucleotides: add its sequence or remove the record";
    assert_eq!(
        messages,
        [
            "a",
            &format!("line 3, record 'empty': {empty}"),
            &format!("line 5, record 'gaps': {empty}"),
            "line 9, record 'p': this looks like a protein: 'I' is not a nucleotide code; \
             give the RNA or its cDNA",
            "line 11, record 'h': '#' is not a nucleotide code: use A C G U (or T) and IUPAC letters",
            "end",
            &format!("line 14, record 'last': {empty}"),
        ]
    );
    let protein = results[3].as_ref().unwrap_err();
    assert_eq!((protein.line(), protein.record()), (Some(9), Some("p")));
    assert_eq!(protein.kind(), &FastaErrorKind::Protein { letter: 'I' });
}

#[test]
fn consecutive_headers_are_empty_records() {
    let results = read(b">a\n>b\nAC\n");
    assert_eq!(
        *results[0].as_ref().unwrap_err().kind(),
        FastaErrorKind::EmptyRecord
    );
    assert_eq!(results[1].as_ref().unwrap().sequence, "AC");
    let results = read(b">a\n>\n>");
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(Result::is_err));
}

#[test]
fn text_that_is_not_fasta_is_rejected_with_message() {
    for empty in [&b""[..], b" \n\r\n\t\n", b"\xEF\xBB\xBF", &gzip(b"")] {
        let error = only_error(empty);
        assert_eq!(error.kind(), &FastaErrorKind::Empty);
        assert!(error.is_fatal());
    }
    let no_header = only_error(b"\n\nACGUACGU\nAC");
    assert_eq!(no_header.line(), Some(3));
    assert!(no_header.is_fatal());
    assert_eq!(
        no_header.to_string(),
        "line 3: this is not FASTA, because it starts with 'ACGUACGU' and has no line that starts \
         with '>': put a line '>name' before each sequence"
    );
    assert!(
        only_error(b"@read\nACGT\n+\nIIII\n")
            .to_string()
            .contains("FASTQ")
    );
}

/// What a reader gives that accepts a bare sequence.
fn read_bare(text: &[u8]) -> Vec<Result<Record, FastaError>> {
    let reader = FastaReader::new(text).unwrap();
    reader.accept_bare_sequence().collect()
}

#[test]
fn a_bare_sequence_is_read_and_named() {
    let named = Note::MissingDefinition {
        to: "sequence_1".to_owned(),
    };
    let texts: [&[u8]; 5] = [
        b"ACGUACGUACGG",
        b"\n; a comment\nACGUACGUACGG\n",
        b"ACGUACGUAC\nGG\n\n",
        b"\r\nACGUACGUAC\r\nGG",
        b"\t ACGUACGUACGG\n((((....))))\n",
    ];
    for text in texts {
        for text in [text.to_vec(), gzip(text)] {
            let records: Vec<Record> = read_bare(&text).into_iter().map(Result::unwrap).collect();
            assert_eq!(sequences(&records), [("sequence_1", "ACGUACGUACGG")]);
            assert_eq!(records[0].notes[0], named);
        }
    }
    let listing = b"        1 acgtacgtac acgtacgtac\n       21 ggcc\n>sequence_1\nAC\n  >b\nGG\n";
    let records: Vec<Record> = read_bare(listing).into_iter().map(Result::unwrap).collect();
    let expected = [
        ("sequence_1", "ACGUACGUACACGUACGUACGGCC"),
        ("sequence_1_2", "AC"),
        ("b", "GG"),
    ];
    assert_eq!(sequences(&records), expected);
    let lines: Vec<u64> = records.iter().map(|record| record.line).collect();
    assert_eq!(lines, [1, 3, 5]);
}

#[test]
fn only_a_sequence_is_read_without_a_definition_line() {
    let texts: [&[u8]; 7] = [
        b"my RNAs and data\nACGUACGUACGU\n",
        b"id\tlabels\tsequence\na\tNucleus\tACGUACGUACGU\n",
        b"ACGUACGUACGU\tNucleus\n",
        b"MVHLTPEEKSAVTALWGKVN\n",
        b"ACGU\n",
        b"{\"a\": 1}",
        b"@read\nACGTACGTACGT\n+\nIIIIIIIIIIII\n",
    ];
    for text in texts {
        let expected = only_error(text).to_string();
        assert!(expected.contains("has no line that starts with '>'"));
        let results = read_bare(text);
        assert_eq!(results.len(), 1);
        assert_eq!(results[0].as_ref().unwrap_err().to_string(), expected);
    }
    // What follows a sequence must be sequence.
    let results = read_bare(b"ACGUACGUACGU\nhsa-let-7b\nACGUACGUACGU\n>b\nGG\n");
    assert_eq!(
        results[0].as_ref().unwrap_err().to_string(),
        "line 2, record 'sequence_1': 'hsa-let-7b' is not a sequence: if it is the name of a record, \
         put '>' before it; otherwise leave it out"
    );
    assert_eq!(results[1].as_ref().unwrap().id, "b");
    let whole = gzip(&b"ACGUACGUACGU\n".repeat(20_000));
    let results = read_bare(&whole[..whole.len() / 2]);
    assert_eq!(results.len(), 1);
    assert!(
        results[0]
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("cut short")
    );
}

#[test]
fn complete_records_before_damage_are_read() {
    let records: String = (0..50_000)
        .map(|i| format!(">r{i}\nACGUGGAC{i}\n"))
        .collect();
    let complete = gzip(records.as_bytes());
    let results = read(&complete[..complete.len() / 2]);
    let (last, before) = results.split_last().unwrap();
    let truncated = FastaErrorKind::Text(TextError::GzipTruncated);
    assert_eq!(last.as_ref().unwrap_err().kind(), &truncated);
    assert!(before.len() > 10_000 && before.len() < 50_000);
    for (i, record) in before.iter().enumerate() {
        assert_eq!(record.as_ref().unwrap().id, format!("r{i}"));
    }

    assert!(
        only_error(b"\0\x01\x02\x03\0")
            .to_string()
            .contains("binary")
    );
    assert!(FastaReader::new(&b"PK\x03\x04"[..]).is_err_and(|e| e.is_fatal()));
}

#[test]
fn a_source_need_not_be_send() {
    struct RcReader {
        bytes: Rc<Vec<u8>>,
        position: usize,
    }
    impl Read for RcReader {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = (&self.bytes[self.position..]).read(buffer)?;
            self.position += n;
            Ok(n)
        }
    }
    let text = Rc::new(b">a\nACGU\n".to_vec());
    let source = RcReader {
        bytes: text.clone(),
        position: 0,
    };
    let mut reader = FastaReader::new(source).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().sequence, "ACGU");
    assert!(reader.next().is_none());
    assert_eq!(reader.bytes_read(), text.len() as u64);
}

/// A source that generates FASTA while it is read: `records` records, each with `lines` lines of 80
/// letters.
struct SyntheticFasta {
    records: usize,
    lines: usize,
    record: usize,
    line: usize,
    rest: Vec<u8>,
}

impl SyntheticFasta {
    fn new(records: usize, lines: usize) -> Self {
        Self {
            records,
            lines,
            record: 0,
            line: 0,
            rest: Vec::new(),
        }
    }
}

impl Read for SyntheticFasta {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.record < self.records {
            if self.line == 0 {
                self.rest = format!(">r{}\n", self.record).into_bytes();
            }
            self.rest
                .extend((0..80).map(|i| b"ACGT"[(i * 7 + self.line) % 4]));
            self.rest.push(b'\n');
            self.line += 1;
            if self.line == self.lines {
                (self.line, self.record) = (0, self.record + 1);
            }
        }
        let n = self.rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

/// Reads all records. Returns the largest number of bytes held at once, and the number of
/// nucleotides.
fn read_through(source: SyntheticFasta) -> (usize, usize) {
    let mut reader = FastaReader::new(source).unwrap();
    let (mut held, mut nucleotides, mut count) = (0, 0, 0);
    while let Some(record) = reader.next() {
        let record = record.unwrap();
        assert_eq!(record.id, format!("r{count}"));
        count += 1;
        nucleotides += record.sequence.len();
        held = held.max(reader.pending.capacity());
    }
    assert!(reader.bytes_read() > nucleotides as u64);
    (held, nucleotides)
}

#[test]
fn a_hundred_megabytes_need_constant_memory() {
    let (held, nucleotides) = read_through(SyntheticFasta::new(20_000, 64));
    assert_eq!(nucleotides, 20_000 * 64 * 80);
    assert!(held <= 512 * 1024, "{held} bytes held");
}

#[test]
fn a_bare_sequence_longer_than_any_buffer_is_read_in_linear_time() {
    let text = b"ACGUGGACAUGCAUGGCAUG\n".repeat(400_000);
    let records = read_bare(&text);
    assert_eq!(records[0].as_ref().unwrap().sequence.len(), 8_000_000);
}

#[test]
fn a_record_longer_than_any_buffer_is_read() {
    let (held, nucleotides) = read_through(SyntheticFasta::new(1, 100_000));
    assert_eq!(nucleotides, 8_000_000);
    assert!(held <= 4 * 8_000_000, "{held} bytes held");
}

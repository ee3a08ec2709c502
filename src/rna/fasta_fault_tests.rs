//! Tests of the FASTA reader: what is not FASTA costs only what it touches.

use super::tests::{read, read_valid, sequences};
use super::*;
use crate::rna::text::tests::gzip;

/// The IDs of the records, and the messages of the errors, in their order.
fn ids_and_messages(text: &[u8]) -> Vec<String> {
    let message = |error: FastaError| {
        assert!(!error.is_fatal(), "{error}");
        error.to_string()
    };
    let results = read(text).into_iter();
    results
        .map(|result| result.map_or_else(message, |record| record.id))
        .collect()
}

#[test]
fn no_byte_of_a_definition_line_ends_the_file() {
    for byte in (0..=255).filter(|byte| !b"\n\r".contains(byte)) {
        let text = [
            b">a x",
            &[byte][..],
            b"y\nACGU\n>b",
            &[byte],
            b"z\nGGCC\n>c\nAC\n",
        ]
        .concat();
        let records = read_valid(&text);
        let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
        assert_eq!((ids[0], ids[2]), ("a", "c"), "{byte}");
        assert_eq!(records[1].sequence, "GGCC");
        let has_control = records.iter().any(|record| {
            record.id.contains(char::is_control)
                || record
                    .description
                    .contains(|c: char| c.is_control() && c != '\t')
        });
        assert!(!has_control, "{byte}");
    }
    let records = read_valid(b">gi|1 first\x01gi|2 second\nACGU\n");
    assert_eq!(records[0].description, "first gi|2 second");
    assert_eq!(records[0].notes, [Note::ControlCharacters]);
}

#[test]
fn a_bad_byte_in_a_sequence_costs_one_record() {
    for byte in (0..32)
        .chain([127])
        .filter(|byte| !b"\t\n\x0B\x0C\r".contains(byte))
    {
        let text = [b">a\nACGU\n>b\nAC", &[byte][..], b"GU\n>c\nGGCC\n"].concat();
        let message = format!(
            "line 4, record 'b': the control character 0x{byte:02X} is not a nucleotide code: \
             use A C G U (or T) and IUPAC letters"
        );
        assert_eq!(ids_and_messages(&text), ["a", &message, "c"]);
    }
}

#[test]
fn characters_that_nobody_sees_may_come_before_a_definition_line() {
    let marks = [
        "\t",
        " \t ",
        "\u{FEFF}",
        "\u{A0} \u{A0} ",
        "\u{200B}",
        "\t\u{FEFF}\u{3000}",
    ];
    for mark in marks {
        let text = format!("{mark}>a one\n{mark}ACGU\n{mark}>b\n{mark}GGCC\n").repeat(2);
        let records = read_valid(text.as_bytes());
        let expected = [
            ("a", "ACGU"),
            ("b", "GGCC"),
            ("a_2", "ACGU"),
            ("b_2", "GGCC"),
        ];
        assert_eq!(sequences(&records), expected, "{mark:?}");
        assert_eq!(records[3].line, 7);
        // The mark may be divided between two pieces of the text.
        let piece = 64 * 1024;
        for before in piece - mark.len() - 2..=piece + 1 {
            let line = "A".repeat(before - 4);
            let text = format!(">x\n{line}\n{mark}>y\nGG\n");
            let records = read_valid(text.as_bytes());
            assert_eq!(sequences(&records)[1..], [("y", "GG")], "{before}");
        }
    }
}

#[test]
fn comments_and_structures_are_left_out() {
    let text = b"; a title\n# more\n>a\nACGUACGU\n((....)) ( -1.20)\n>b\n; of b\nGGCC\n........ (  0.00)\n";
    let records = read_valid(text);
    assert_eq!(sequences(&records), [("a", "ACGUACGU"), ("b", "GGCC")]);
    assert_eq!(records[0].notes, [Note::Structures { count: 1 }]);
    let expected = [Note::Structures { count: 1 }, Note::Comments { count: 1 }];
    assert_eq!(records[1].notes, expected);
    assert_eq!(records[1].line, 6);
}

#[test]
fn lines_that_are_not_sequence_cost_only_what_they_touch() {
    let text = b"My RNAs\nof 2026\n>a\nACGU\n>b\nAC>c two\nGGCC\n>d\nGG\nname_e\nCC\n>f\nAC((..))\n>g\nGG\n";
    assert_eq!(
        ids_and_messages(text),
        [
            "line 1: 'My RNAs' comes before the first '>' and was not read: if it is a sequence or its \
             name, start a record with a line '>name'; otherwise leave it out",
            "a",
            "line 6, record 'b': '>' stands within a line: a line end is missing before it, and record \
             'c' was not read either; put '>c' on a line of its own",
            "line 10, record 'd': 'name_e' is not a sequence: if it is the name of a record, put '>' \
             before it; otherwise leave it out",
            "line 13, record 'f': this looks like a structure in dot-bracket notation ('AC((..))'): \
             leave it out",
            "g",
        ]
    );
}

#[test]
fn bytes_after_the_gzip_data_are_noticed_after_all_records() {
    let mut bytes = gzip(b">a\nACGU\n>b\nGG");
    bytes.extend(b"more");
    let mut reader = FastaReader::new(&bytes[..]).unwrap();
    let records: Vec<Record> = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!(sequences(&records), [("a", "ACGU"), ("b", "GG")]);
    assert_eq!(reader.notice(), Some(TextError::GzipTrailingBytes));
}

#[test]
fn a_line_of_many_marks_is_read_in_linear_time() {
    let text = [
        b">a\n".to_vec(),
        vec![b'>'; 1 << 20],
        b"\n>b\nAC\n".to_vec(),
    ]
    .concat();
    assert_eq!(read(&text).len(), 3);
}

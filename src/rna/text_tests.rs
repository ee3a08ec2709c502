//! Tests of the reader of text.

use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// Compresses `text` as one gzip member.
pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// A source that returns one byte at a time, with an interruption before each.
struct InterruptedReader<'a> {
    bytes: &'a [u8],
    was_interrupted: bool,
}

impl Read for InterruptedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.was_interrupted = !self.was_interrupted;
        if self.was_interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        self.bytes.read(&mut buffer[..1])
    }
}

/// The complete text, and the error that ended it.
fn read_all(source: impl Read) -> (String, Option<TextError>) {
    let mut bytes = Vec::new();
    let error = TextSource::new(source).and_then(|mut text| {
        while text.fill(&mut bytes)? {}
        Ok(())
    });
    (String::from_utf8(bytes).unwrap(), error.err())
}

#[test]
fn line_ends_are_converted_and_leading_spaces_removed() {
    let (text, error) = read_all(&b"\xEF\xBB\xBF>a b\r\nAC GU\r  GU\n\n\r\n>b"[..]);
    assert_eq!(text, ">a b\nAC GU\nGU\n\n\n>b");
    assert_eq!(error, None);
    assert_eq!(read_all(&b""[..]), (String::new(), None));
}

#[test]
fn a_line_end_may_be_split_between_chunks() {
    let mut source = vec![b'A'; CHUNK - 1];
    source.extend_from_slice(b"\r\nC");
    let (text, _) = read_all(&source[..]);
    assert_eq!(&text[CHUNK - 2..], "A\nC");
}

#[test]
fn gzip_with_one_and_with_several_members_is_read() {
    let mut members = gzip(b">a\nAC");
    members.extend(gzip(b"GU\n"));
    members.extend(gzip(b""));
    assert_eq!(read_all(&members[..]), (">a\nACGU\n".into(), None));
    let interrupted = InterruptedReader {
        bytes: &members,
        was_interrupted: false,
    };
    assert_eq!(read_all(interrupted), (">a\nACGU\n".into(), None));
    let mut text = TextSource::new(&members[..]).unwrap();
    while text.fill(&mut Vec::new()).unwrap() {}
    assert_eq!(text.bytes_read(), members.len() as u64);
}

#[test]
fn damaged_gzip_is_distinguished_from_truncated() {
    let long: Vec<u8> = (0..300_000u32)
        .map(|i| b"ACGU"[(i.wrapping_mul(i) >> 7) as usize % 4])
        .collect();
    let complete = gzip(&long);
    let (text, error) = read_all(&complete[..complete.len() - 6]);
    assert_eq!(error, Some(TextError::GzipTruncated));
    assert_eq!(text.as_bytes(), &long[..text.len()]);
    let mut damaged = complete.clone();
    let checksum = complete.len() - 7;
    damaged[checksum] ^= 0x55;
    assert!(matches!(
        read_all(&damaged[..]).1,
        Some(TextError::GzipDamaged(_))
    ));
}

#[test]
fn bytes_after_the_gzip_data_are_noticed() {
    let mut bytes = gzip(b">a\nACGU\n");
    assert_eq!(read_to_end(&bytes[..]).unwrap().1, None);
    bytes.extend_from_slice(b"more that is not gzip");
    let (text, notice) = read_to_end(&bytes[..]).unwrap();
    assert_eq!(text, b">a\nACGU\n");
    assert_eq!(notice, Some(TextError::GzipTrailingBytes));
}

#[test]
fn utf16_is_decoded() {
    let text = ">a \u{e9}\u{1F9EC}\r\nACGU\r\n".repeat(10_000);
    for (with_mark, to_bytes) in [
        (true, u16::to_le_bytes as fn(u16) -> [u8; 2]),
        (true, u16::to_be_bytes),
        (false, u16::to_le_bytes),
        (false, u16::to_be_bytes),
    ] {
        let mark = if with_mark { "\u{FEFF}" } else { "" };
        let units = mark.encode_utf16().chain(text.encode_utf16());
        let bytes: Vec<u8> = units.flat_map(to_bytes).collect();
        let expected = text.replace("\r\n", "\n");
        assert_eq!(read_all(&bytes[..]), (expected.clone(), None));
        assert_eq!(read_all(&gzip(&bytes)[..]), (expected, None));
    }
}

#[test]
fn a_failing_source_is_not_reported_as_damaged() {
    struct FailingReader;
    impl Read for FailingReader {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                "the disk went away",
            ))
        }
    }
    let start = gzip(&[b'A'; 1000]);
    let source = (&start[..20]).chain(FailingReader);
    let expected = TextError::Io("the disk went away".into());
    assert_eq!(read_all(source).1, Some(expected.clone()));
    assert_eq!(read_all(FailingReader).1, Some(expected.clone()));
    let (text, error) = read_all((&b">a\nACGUACGUACGU"[..]).chain(FailingReader));
    assert_eq!(text, ">a\nACGUACGUACGU");
    assert_eq!(error, Some(expected));
}

#[test]
fn other_formats_are_rejected() {
    let zip = read_all(&b"PK\x03\x04\x14\x00"[..]).1.unwrap();
    assert!(zip.to_string().contains("zip archive"), "{zip}");
    assert!(
        read_all(&b"%PDF-1.7"[..])
            .1
            .unwrap()
            .to_string()
            .contains("PDF")
    );
    let unpacked = read_all(&gzip(b"%PDF-1.7")[..]).1.unwrap();
    assert!(unpacked.to_string().contains("a PDF"), "{unpacked}");
    let twice = read_all(&gzip(&gzip(b">a\nAC"))[..]).1.unwrap();
    assert!(twice.to_string().contains("compressed twice"), "{twice}");
}

#[test]
fn binary_data_is_distinguished_from_text_with_a_stray_byte() {
    assert_eq!(
        check_is_text(b"\x89A\n\0\x01\x02"),
        Err(TextError::Binary { byte: 0, line: 2 })
    );
    assert_eq!(check_is_text(b"a title with \x01 a stray byte"), Ok(()));
    assert_eq!(check_is_text(b""), Ok(()));
}

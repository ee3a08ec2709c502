//! Reads bytes as text: unpacks gzip, converts line ends to `\n`, and rejects binary data.

use flate2::read::MultiGzDecoder;
use std::io::{self, Chain, Cursor, ErrorKind, Read};
use thiserror::Error;

/// The number of bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// Why text cannot be read. After such an error, nothing more can be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextError {
    /// The source failed.
    #[error("reading failed: {0}")]
    Io(String),
    /// The gzip data end too early.
    #[error("the gzip file is cut short: download or copy it again")]
    GzipTruncated,
    /// The gzip data are damaged.
    #[error("the gzip file is damaged ({0}): download or copy it again")]
    GzipDamaged(String),
    /// The first bytes are those of another format.
    #[error("this is {0}, not text: unpack or export it as plain text or .gz first")]
    OtherFormat(&'static str),
    /// The text is UTF-16, as some editors save it.
    #[error("this text is UTF-16: save it as UTF-8 or plain text")]
    Utf16,
    /// A byte does not occur in text.
    #[error("this is binary data, not text: line {line} has the byte 0x{byte:02X}")]
    Binary {
        /// The byte found.
        byte: u8,
        /// Its line, from 1.
        line: u64,
    },
}

/// A reader that counts the bytes read and records whether the source failed.
struct CountingReader<R> {
    source: R,
    bytes: u64,
    has_failed: bool,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer);
        match &read {
            Ok(n) => self.bytes += *n as u64,
            Err(e) => self.has_failed |= e.kind() != ErrorKind::Interrupted,
        }
        read
    }
}

/// A reader of all bytes: those that were read to detect the format, then the rest.
type PeekedReader<R> = Chain<Cursor<Vec<u8>>, CountingReader<R>>;

/// The decoder of the format that was detected.
enum Decoder<R> {
    Plain(PeekedReader<R>),
    Gzip(Box<MultiGzDecoder<PeekedReader<R>>>),
}

/// Text from a source of bytes, plain or gzip (of one or several members), read in pieces.
///
/// A byte order mark, and spaces at the start of a line, are left out. `\r\n` and a single `\r`
/// become `\n`, so line numbers are those of an editor.
pub struct TextSource<R> {
    decoder: Decoder<R>,
    chunk: Vec<u8>,
    has_started: bool,
    is_after_cr: bool,
    is_line_start: bool,
    line: u64,
    failure: Option<TextError>,
}

impl<R: Read> TextSource<R> {
    /// Reads the first bytes of `source` to detect its format: gzip, text or another.
    ///
    /// # Errors
    /// [`TextError::Io`] and [`TextError::OtherFormat`].
    pub fn new(source: R) -> Result<Self, TextError> {
        let mut source = CountingReader {
            source,
            bytes: 0,
            has_failed: false,
        };
        let mut first = vec![0; 8];
        let (n, error) = read_fully(&mut source, &mut first);
        if let Some(error) = error {
            return Err(TextError::Io(error.to_string()));
        }
        first.truncate(n);
        if let Some(name) = other_format(&first) {
            return Err(TextError::OtherFormat(name));
        }
        let gzip = first.starts_with(&[0x1F, 0x8B]);
        let reader = Cursor::new(first).chain(source);
        Ok(Self {
            decoder: if gzip {
                Decoder::Gzip(Box::new(MultiGzDecoder::new(reader)))
            } else {
                Decoder::Plain(reader)
            },
            chunk: vec![0; CHUNK],
            has_started: false,
            is_after_cr: false,
            is_line_start: true,
            line: 1,
            failure: None,
        })
    }

    /// The number of bytes read from the source so far: compressed bytes for gzip.
    pub fn bytes_read(&self) -> u64 {
        self.counting_reader().bytes
    }

    /// Appends the next piece to `text`. Returns false at the end.
    ///
    /// # Errors
    /// Any [`TextError`]. The text before the error has been appended.
    pub fn fill(&mut self, text: &mut Vec<u8>) -> Result<bool, TextError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let (n, error) = match &mut self.decoder {
            Decoder::Plain(plain) => read_fully(plain, &mut self.chunk),
            Decoder::Gzip(gzip) => read_fully(gzip, &mut self.chunk),
        };
        self.failure = error.map(|error| self.classify(&error));
        let from = self.skip_byte_order_mark(n)?;
        self.append_lines(from..n, text)?;
        Ok(n > 0 || self.failure.is_some())
    }

    fn counting_reader(&self) -> &CountingReader<R> {
        match &self.decoder {
            Decoder::Plain(plain) => plain.get_ref().1,
            Decoder::Gzip(gzip) => gzip.get_ref().get_ref().1,
        }
    }

    /// Distinguishes a failing source from damaged gzip data: flate2 reports both in the same way.
    fn classify(&self, error: &io::Error) -> TextError {
        match (&self.decoder, error.kind()) {
            _ if self.counting_reader().has_failed => TextError::Io(error.to_string()),
            (Decoder::Plain(_), _) => TextError::Io(error.to_string()),
            (Decoder::Gzip(_), ErrorKind::UnexpectedEof) => TextError::GzipTruncated,
            (Decoder::Gzip(_), _) => TextError::GzipDamaged(error.to_string()),
        }
    }

    /// The index of the first byte of text in the first chunk, after a byte order mark; 0 in later
    /// chunks.
    fn skip_byte_order_mark(&mut self, n: usize) -> Result<usize, TextError> {
        let has_started = std::mem::replace(&mut self.has_started, true);
        let chunk = &self.chunk[..n];
        if has_started {
            Ok(0)
        } else if chunk.starts_with(&[0xFF, 0xFE]) || chunk.starts_with(&[0xFE, 0xFF]) {
            Err(TextError::Utf16)
        } else if let Some(name) = other_format(chunk) {
            Err(TextError::OtherFormat(name))
        } else if chunk.starts_with(&[0xEF, 0xBB, 0xBF]) {
            Ok(3)
        } else {
            Ok(0)
        }
    }

    /// Appends a range of the chunk to `text`, with `\n` as line ends and without leading spaces.
    fn append_lines(
        &mut self,
        range: std::ops::Range<usize>,
        text: &mut Vec<u8>,
    ) -> Result<(), TextError> {
        for &byte in &self.chunk[range] {
            let is_after_cr = std::mem::replace(&mut self.is_after_cr, byte == b'\r');
            match byte {
                b'\n' if is_after_cr => {}
                b'\n' | b'\r' => {
                    self.line += 1;
                    self.is_line_start = true;
                    text.push(b'\n');
                }
                b' ' if self.is_line_start => {}
                b'\t' | 0x0B | 0x0C | 0x20..=0x7E | 0x80.. => {
                    self.is_line_start = false;
                    text.push(byte);
                }
                _ => {
                    let line = self.line;
                    return Err(TextError::Binary { byte, line });
                }
            }
        }
        Ok(())
    }
}

/// Reads until `buffer` is full or the source ends. Returns the number of bytes, and the error if
/// reading failed.
fn read_fully(source: &mut impl Read, buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut n = 0;
    while n < buffer.len() {
        match source.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return (n, Some(e)),
        }
    }
    (n, None)
}

/// The name of the format, if the first bytes are those of one that is neither text nor gzip.
fn other_format(first: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a zip archive or an Office document"),
        (b"%PDF", "a PDF"),
        (b"BZh", "a bzip2 file"),
        (b"\xFD7zXZ", "an xz file"),
        (b"\x28\xB5\x2F\xFD", "a zstd file"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"\xD0\xCF\x11\xE0", "an Office document"),
        (b"{\\rtf", "a rich text document"),
    ];
    SIGNATURES
        .iter()
        .find(|(signature, _)| first.starts_with(signature))
        .map(|&(_, name)| name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
pub(crate) mod tests {
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
        let mut trailing = complete;
        trailing.extend_from_slice(b"more that is not gzip");
        assert!(matches!(
            read_all(&trailing[..]).1,
            Some(TextError::GzipDamaged(_))
        ));
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
        assert!(matches!(
            read_all(&gzip(b"%PDF-1.7")[..]).1,
            Some(TextError::OtherFormat("a PDF"))
        ));
        assert_eq!(read_all(&b"\xFF\xFE>\0a\0"[..]).1, Some(TextError::Utf16));
        let (text, error) = read_all(&b">a\nAC\n\x00GU"[..]);
        assert_eq!(text, ">a\nAC\n");
        assert_eq!(error, Some(TextError::Binary { byte: 0, line: 3 }));
    }
}

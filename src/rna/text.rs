//! Reads bytes as text: unpacks gzip, decodes UTF-16, converts line ends to `\n`, and rejects files
//! of other formats.

use std::borrow::Cow;
use std::io::{self, Chain, Cursor, ErrorKind, Read};

use thiserror::Error;

use super::file_format::other_format;
use super::gzip::GzipReader;
use super::utf16::{ByteOrder, Utf16Decoder};

/// The number of bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// The number of bytes in which the format is recognized.
const FORMAT_BYTES: usize = 512;

/// The first bytes of every gzip file.
const GZIP: &[u8] = &[0x1F, 0x8B];

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
    #[error("this is {name}, not text: {remedy}")]
    OtherFormat {
        /// The format, with an article.
        name: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The first lines have bytes that do not occur in text.
    #[error(
        "this is binary data, not text: line {line} has the byte 0x{byte:02X}; give plain text or .gz"
    )]
    Binary {
        /// The first such byte.
        byte: u8,
        /// Its line, from 1.
        line: u64,
    },
    /// A field of a table starts with a quotation mark that its line does not close.
    #[error(
        "line {line}: a field starts with a quotation mark that is not closed in this line; close \
         it or leave it out"
    )]
    OpenQuote {
        /// The line, from 1.
        line: u64,
    },
    /// Other bytes follow the gzip data. All text has been read.
    #[error(
        "bytes that are not gzip follow the gzip data: everything before them was read; if records \
         are missing, copy the file again"
    )]
    GzipTrailingBytes,
}

/// A reader that counts the bytes read and records whether the source failed.
struct CountingReader<R> {
    source: R,
    bytes: u64,
    has_failed: bool,
    /// An error that came after bytes that are not yet used. The next read returns it.
    later_error: Option<io::Error>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.later_error.take() {
            return Err(error);
        }
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
enum Decoder<R: Read> {
    Plain(PeekedReader<R>),
    Gzip(Box<GzipReader<PeekedReader<R>>>),
}

/// Text from a source of bytes, plain or gzip (of one or several members), read in pieces.
///
/// UTF-16 is decoded. A byte order mark, and spaces at the start of a line, are left out. `\r\n` and
/// a single `\r` become `\n`, so line numbers are those of an editor. Bytes that do not occur in text
/// are passed on, so that one of them costs only what it is in.
pub struct TextSource<R: Read> {
    decoder: Decoder<R>,
    chunk: Vec<u8>,
    has_started: bool,
    utf16: Option<Utf16Decoder>,
    is_after_cr: bool,
    is_line_start: bool,
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
            later_error: None,
        };
        let mut first = vec![0; FORMAT_BYTES];
        let (n, error) = read_fully(&mut source, &mut first);
        match error {
            Some(error) if n == 0 => return Err(TextError::Io(error.to_string())),
            error => source.later_error = error,
        }
        first.truncate(n);
        check_format(&first)?;
        let is_gzip = first.starts_with(GZIP);
        let reader = Cursor::new(first).chain(source);
        Ok(Self {
            decoder: if is_gzip {
                Decoder::Gzip(Box::new(GzipReader::new(reader)))
            } else {
                Decoder::Plain(reader)
            },
            chunk: vec![0; CHUNK],
            has_started: false,
            utf16: None,
            is_after_cr: false,
            is_line_start: true,
            failure: None,
        })
    }

    /// The number of bytes read from the source so far: compressed bytes for gzip.
    pub fn bytes_read(&self) -> u64 {
        self.counting_reader().map_or(0, |reader| reader.bytes)
    }

    /// Something about the whole source that cost nothing; known when all text has been read.
    pub fn notice(&self) -> Option<TextError> {
        match &self.decoder {
            Decoder::Gzip(gzip) if gzip.has_trailing_bytes() => Some(TextError::GzipTrailingBytes),
            _ => None,
        }
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
        let chunk = std::mem::take(&mut self.chunk);
        let appended = self.append_chunk(&chunk[..n], text);
        self.chunk = chunk;
        appended?;
        Ok(n > 0 || self.failure.is_some())
    }

    fn counting_reader(&self) -> Option<&CountingReader<R>> {
        match &self.decoder {
            Decoder::Plain(plain) => Some(plain.get_ref().1),
            Decoder::Gzip(gzip) => Some(gzip.source()?.get_ref().1),
        }
    }

    /// Distinguishes a failing source from damaged gzip data: flate2 reports both in the same way.
    fn classify(&self, error: &io::Error) -> TextError {
        let has_failed = self
            .counting_reader()
            .is_none_or(|reader| reader.has_failed);
        match (&self.decoder, error.kind()) {
            _ if has_failed => TextError::Io(error.to_string()),
            (Decoder::Plain(_), _) => TextError::Io(error.to_string()),
            (Decoder::Gzip(_), ErrorKind::UnexpectedEof) => TextError::GzipTruncated,
            (Decoder::Gzip(_), _) => TextError::GzipDamaged(error.to_string()),
        }
    }

    /// Decodes a chunk and appends it to `text`. The first chunk shows the encoding. An empty chunk
    /// ends the text.
    fn append_chunk(&mut self, chunk: &[u8], text: &mut Vec<u8>) -> Result<(), TextError> {
        let mut chunk = chunk;
        if !std::mem::replace(&mut self.has_started, true) {
            check_unpacked_format(chunk)?;
            self.utf16 = ByteOrder::detect(chunk).map(Utf16Decoder::new);
            chunk = chunk.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(chunk);
        }
        let decoded = match &mut self.utf16 {
            Some(decoder) => Cow::Owned(decoder.decode(chunk).into_bytes()),
            None => Cow::Borrowed(chunk),
        };
        self.append_lines(&decoded, text);
        Ok(())
    }

    /// Appends bytes to `text`, with `\n` as line ends and without leading spaces.
    fn append_lines(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        for &byte in bytes {
            let is_after_cr = std::mem::replace(&mut self.is_after_cr, byte == b'\r');
            match byte {
                b'\n' if is_after_cr => {}
                b'\n' | b'\r' => {
                    self.is_line_start = true;
                    text.push(b'\n');
                }
                b' ' if self.is_line_start => {}
                _ => {
                    self.is_line_start = false;
                    text.push(byte);
                }
            }
        }
    }
}

/// Reads all text of a source. The notice is about the source as a whole and cost nothing.
pub(crate) fn read_to_end(source: impl Read) -> Result<(Vec<u8>, Option<TextError>), TextError> {
    let mut text = TextSource::new(source)?;
    let mut bytes = Vec::new();
    while text.fill(&mut bytes)? {}
    Ok((bytes, text.notice()))
}

/// An error if `start`, the first lines of a text, is binary data: if more than one byte in twenty
/// is a control character other than white space.
pub(crate) fn check_is_text(start: &[u8]) -> Result<(), TextError> {
    let is_binary =
        |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace() && *byte != 0x0B;
    let count = start.iter().filter(|byte| is_binary(byte)).count();
    match start.iter().position(is_binary) {
        Some(first) if 20 * count > start.len() => Err(TextError::Binary {
            byte: start[first],
            line: 1 + start[..first].iter().filter(|&&byte| byte == b'\n').count() as u64,
        }),
        _ => Ok(()),
    }
}

fn check_format(start: &[u8]) -> Result<(), TextError> {
    other_format(start).map_or(Ok(()), |format| {
        Err(TextError::OtherFormat {
            name: format.name,
            remedy: format.remedy,
        })
    })
}

/// Checks the first bytes after gzip was unpacked.
fn check_unpacked_format(start: &[u8]) -> Result<(), TextError> {
    if start.starts_with(GZIP) {
        return Err(TextError::OtherFormat {
            name: "a file that was compressed twice",
            remedy: "unpack it once",
        });
    }
    check_format(start)
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

#[cfg(test)]
#[path = "text_tests.rs"]
pub(crate) mod tests;

//! Gzip of one or several members, with whatever follows the last one.

use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// The first byte of every gzip member.
const MAGIC: u8 = 0x1F;

/// A reader of the content of all gzip members, one after the other.
///
/// Zero bytes between and after the members are padding, which gzip's manual allows. Other bytes
/// after the last member end the data without an error, as in `gzip` itself, because the checksum
/// of each member shows that its content is complete.
pub(super) struct GzipReader<R: Read> {
    state: State<R>,
    /// Whether the present member is the first one.
    is_first: bool,
    /// Whether the present member has had any content.
    has_content: bool,
}

enum State<R: Read> {
    Member(Box<GzDecoder<BufReader<R>>>),
    Between(BufReader<R>),
    /// All data are read. The source is kept because it counts the bytes.
    Ended {
        source: BufReader<R>,
        has_trailing_bytes: bool,
    },
    /// Only while the state changes.
    Changing,
}

impl<R: Read> GzipReader<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            state: State::Between(BufReader::new(source)),
            is_first: true,
            has_content: false,
        }
    }

    /// The source of the compressed bytes.
    pub(super) fn source(&self) -> Option<&R> {
        match &self.state {
            State::Member(decoder) => Some(decoder.get_ref().get_ref()),
            State::Between(source) | State::Ended { source, .. } => Some(source.get_ref()),
            State::Changing => None,
        }
    }

    /// Whether bytes that are not gzip follow the last member.
    pub(super) fn has_trailing_bytes(&self) -> bool {
        matches!(
            self.state,
            State::Ended {
                has_trailing_bytes: true,
                ..
            }
        )
    }

    /// Skips padding and starts the next member, if there is one.
    fn start_member(&mut self) -> io::Result<()> {
        let State::Between(source) = &mut self.state else {
            return Ok(());
        };
        let next = next_byte_after_padding(source, self.is_first)?;
        if let State::Between(source) = std::mem::replace(&mut self.state, State::Changing) {
            self.state = match next {
                Some(MAGIC) => State::Member(Box::new(GzDecoder::new(source))),
                next => State::Ended {
                    source,
                    has_trailing_bytes: next.is_some(),
                },
            };
        }
        self.has_content = false;
        Ok(())
    }

    /// Leaves the present member.
    fn end_member(&mut self, has_trailing_bytes: bool) {
        if let State::Member(decoder) = std::mem::replace(&mut self.state, State::Changing) {
            let source = decoder.into_inner();
            self.state = if has_trailing_bytes {
                State::Ended {
                    source,
                    has_trailing_bytes,
                }
            } else {
                State::Between(source)
            };
        }
        self.is_first = false;
    }
}

impl<R: Read> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            self.start_member()?;
            let State::Member(decoder) = &mut self.state else {
                return Ok(0);
            };
            match decoder.read(buffer) {
                Ok(0) => self.end_member(false),
                Ok(n) => {
                    self.has_content = true;
                    return Ok(n);
                }
                // These bytes begin like gzip, but are not.
                Err(error)
                    if error.kind() == ErrorKind::InvalidInput
                        && !self.is_first
                        && !self.has_content =>
                {
                    self.end_member(true);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// The next byte of the source, which is not consumed; `None` at the end. Zero bytes before it are
/// skipped, unless they are at the start of the file.
fn next_byte_after_padding(
    source: &mut impl BufRead,
    is_file_start: bool,
) -> io::Result<Option<u8>> {
    loop {
        let bytes = source.fill_buf()?;
        let padding = if is_file_start {
            0
        } else {
            bytes.iter().take_while(|&&byte| byte == 0).count()
        };
        let next = bytes.get(padding).copied();
        if next.is_some() || padding == 0 {
            source.consume(padding);
            return Ok(next);
        }
        source.consume(padding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::text::tests::gzip;

    /// The content, and whether bytes that are not gzip follow it.
    fn unpack(bytes: &[u8]) -> io::Result<(String, bool)> {
        let mut reader = GzipReader::new(bytes);
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        Ok((text, reader.has_trailing_bytes()))
    }

    #[test]
    fn padding_between_and_after_members_is_skipped() {
        let mut bytes = gzip(b"AC");
        bytes.extend([0; 300]);
        bytes.extend(gzip(b""));
        bytes.extend(gzip(b"GU"));
        bytes.extend([0; 20_000]);
        assert_eq!(unpack(&bytes).unwrap(), ("ACGU".into(), false));
    }

    #[test]
    fn other_bytes_after_the_last_member_cost_nothing() {
        for trailing in [
            &b"more"[..],
            b"\0\0more",
            b"\x1F",
            b"\x1Fmore, but not gzip",
        ] {
            let mut bytes = gzip(b"ACGU");
            bytes.extend(trailing);
            let read = unpack(&bytes);
            if trailing == b"\x1F" {
                assert_eq!(read.unwrap_err().kind(), ErrorKind::UnexpectedEof);
            } else {
                assert_eq!(read.unwrap(), ("ACGU".into(), true), "{trailing:?}");
            }
        }
    }

    #[test]
    fn damage_in_any_member_is_an_error() {
        let mut bytes = gzip(b"AC");
        let mut second = gzip(&[b'A'; 1000]);
        let checksum = second.len() - 7;
        second[checksum] ^= 0x55;
        bytes.extend(&second);
        assert!(unpack(&bytes).is_err());
        assert!(unpack(&gzip(b"AC")[..12]).is_err());
    }
}

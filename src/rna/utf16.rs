//! UTF-16, as some editors and shells write text.

/// The order of the two bytes of a UTF-16 unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// The number of bytes that are examined if there is no byte order mark.
const EXAMINED: usize = 8;

impl ByteOrder {
    /// The byte order of a text that begins with `start`, if it is UTF-16: it has a byte order mark,
    /// or every second byte is zero.
    pub(super) fn detect(start: &[u8]) -> Option<Self> {
        if start.starts_with(&[0xFF, 0xFE]) {
            return Some(Self::Little);
        }
        if start.starts_with(&[0xFE, 0xFF]) {
            return Some(Self::Big);
        }
        let pairs = start[..start.len().min(EXAMINED)].chunks_exact(2);
        if pairs.len() < 2 {
            None
        } else if pairs.clone().all(|pair| pair[0] != 0 && pair[1] == 0) {
            Some(Self::Little)
        } else if pairs.clone().all(|pair| pair[0] == 0 && pair[1] != 0) {
            Some(Self::Big)
        } else {
            None
        }
    }
}

/// Decodes UTF-16 in pieces of any length. Units that are not a character become `�`.
pub(super) struct Utf16Decoder {
    order: ByteOrder,
    has_started: bool,
    /// Bytes that do not yet form a character: at most three.
    rest: Vec<u8>,
}

impl Utf16Decoder {
    pub(super) fn new(order: ByteOrder) -> Self {
        Self {
            order,
            has_started: false,
            rest: Vec::new(),
        }
    }

    /// Decodes the next bytes. An empty piece ends the text.
    pub(super) fn decode(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let mut units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| match self.order {
                ByteOrder::Little => u16::from_le_bytes([pair[0], pair[1]]),
                ByteOrder::Big => u16::from_be_bytes([pair[0], pair[1]]),
            })
            .collect();
        let is_end = piece.is_empty();
        if !is_end {
            // The second half of this character is in the next piece.
            if units
                .last()
                .is_some_and(|unit| (0xD800..0xDC00).contains(unit))
            {
                units.pop();
            }
            self.rest = bytes.split_off(2 * units.len());
        }
        let characters = char::decode_utf16(units);
        let mut text: String = characters
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        if is_end && bytes.len() % 2 == 1 {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        if !self.has_started && !text.is_empty() {
            self.has_started = true;
            if text.starts_with('\u{FEFF}') {
                text.remove(0);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_give_the_same_text() {
        let text = "\u{FEFF}>a \u{1F9EC}\nACGU";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for length in 1..bytes.len() {
            let mut decoder = Utf16Decoder::new(ByteOrder::Big);
            let mut decoded: String = bytes
                .chunks(length)
                .map(|piece| decoder.decode(piece))
                .collect();
            decoded += &decoder.decode(&[]);
            assert_eq!(decoded, &text[3..], "{length}");
        }
        let mut decoder = Utf16Decoder::new(ByteOrder::Little);
        assert_eq!(decoder.decode(b"A\0C"), "A");
        assert_eq!(decoder.decode(b""), "\u{FFFD}");
    }

    #[test]
    fn utf8_is_not_taken_for_utf16() {
        assert_eq!(ByteOrder::detect(b">a\nACGU"), None);
        assert_eq!(ByteOrder::detect(b">"), None);
        assert_eq!(ByteOrder::detect(b"\0\0\0\0"), None);
        assert_eq!(ByteOrder::detect(b">\0a\0\n\0"), Some(ByteOrder::Little));
    }
}

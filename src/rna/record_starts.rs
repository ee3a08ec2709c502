//! Where the records of FASTA text start.
//!
//! A record starts with `>` at the start of a line. Only characters that nobody sees may come before
//! it in the line: spaces, tabs, no-break spaces and byte order marks.

use super::alphabet::{first_character, is_invisible};
use super::sequence_lines::is_comment;

/// The largest number of bytes of invisible characters between the start of a line and a `>`.
pub(super) const MAX_INVISIBLE: usize = 256;

/// The number of line ends in a text.
pub(super) fn count_lines(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// The start of the first record that begins at `from` or later, but not at 0.
pub(super) fn first_record_start(text: &[u8], from: usize) -> Option<usize> {
    (from.max(1)..text.len()).find(|&i| text[i] == b'>' && text[i - 1] == b'\n')
}

/// The start of the last record that begins at `from` or later, but not at 0; 0 if there is none.
pub(super) fn last_record_start(text: &[u8], from: usize) -> usize {
    (from.max(1)..text.len())
        .rev()
        .find(|&i| text[i] == b'>' && text[i - 1] == b'\n')
        .unwrap_or(0)
}

/// Whether a text is FASTA: its first line that is neither blank nor a comment starts with `>`.
pub(crate) fn is_fasta(start: &[u8]) -> bool {
    let mut lines = start
        .split(|&byte| byte == b'\n')
        .map(|line| &line[invisible_length(line)..]);
    let first = lines.find(|line| !line.is_empty() && !is_comment(line));
    first.is_some_and(|line| line.starts_with(b">"))
}

/// Removes the invisible characters between the start of a line and a `>` from the text that begins
/// at `from`. They may begin before it.
pub(super) fn strip_before_headers(text: &mut Vec<u8>, from: usize) {
    // `None` in a line whose start is too far away.
    let mut line_start = line_start_before(text, from);
    let mut kept = from;
    for i in from..text.len() {
        let byte = text[i];
        text[kept] = byte;
        kept += 1;
        if byte == b'\n' {
            line_start = Some(kept);
        } else if byte == b'>'
            && let Some(start) = line_start
            && start + invisible_length(&text[start..kept]) == kept - 1
        {
            text[start] = b'>';
            kept = start + 1;
        }
    }
    text.truncate(kept);
}

/// The start of the line that has the byte at `position`, if it is not too far away.
fn line_start_before(text: &[u8], position: usize) -> Option<usize> {
    let searched = position.saturating_sub(MAX_INVISIBLE);
    let end = text[searched..position]
        .iter()
        .rposition(|&byte| byte == b'\n');
    match end {
        Some(end) => Some(searched + end + 1),
        None => (searched == 0).then_some(0),
    }
}

/// The number of bytes of the invisible characters with which a text begins.
fn invisible_length(text: &[u8]) -> usize {
    let mut length = 0;
    while length < text.len() {
        let character = first_character(&text[length..]);
        if !is_invisible(character) {
            break;
        }
        length += character.len_utf8();
    }
    length
}

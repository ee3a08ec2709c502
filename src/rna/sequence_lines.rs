//! The lines of a record below its definition line: leaves out what is not sequence, and names what
//! cannot be read.

use std::borrow::Cow;

use super::Note;
use super::alphabet::{InvalidLetter, NormalizedSequence, looks_like_protein, normalize};
use super::error::FastaErrorKind;
use super::note::collect_notes;

/// A sequence, and how many lines among it were left out.
pub(super) struct SequenceLines {
    pub(super) normalized: NormalizedSequence,
    structures: usize,
    comments: usize,
}

/// Why the lines cannot be read as a sequence.
#[derive(Debug)]
pub(super) struct SequenceLinesError {
    /// The number of lines before the one at fault.
    pub(super) lines_before: u64,
    pub(super) kind: FastaErrorKind,
}

impl SequenceLines {
    /// What was changed and left out.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = collect_notes(&self.normalized);
        if self.structures > 0 {
            let count = self.structures;
            notes.push(Note::Structures { count });
        }
        if self.comments > 0 {
            let count = self.comments;
            notes.push(Note::Comments { count });
        }
        notes
    }
}

/// Reads the lines of a record as a sequence. Comments and structures, as RNAfold prints them below
/// each sequence, are left out.
///
/// # Errors
/// The first line that is not a sequence, and what it is as far as this can be recognized.
pub(super) fn read_sequence_lines(text: &[u8]) -> Result<SequenceLines, SequenceLinesError> {
    // Nearly all records need only this.
    if let Ok(normalized) = normalize(text) {
        return Ok(SequenceLines {
            normalized,
            structures: 0,
            comments: 0,
        });
    }
    let (mut structures, mut comments) = (0, 0);
    let lines = text.split(|&byte| byte == b'\n').map(|line| {
        let is_structure = is_structure(line);
        let is_comment = is_comment(line);
        structures += usize::from(is_structure);
        comments += usize::from(is_comment);
        if is_structure || is_comment {
            &[]
        } else {
            line
        }
    });
    let text = lines.collect::<Vec<&[u8]>>().join(&b'\n');
    match normalize(&text) {
        Ok(normalized) => Ok(SequenceLines {
            normalized,
            structures,
            comments,
        }),
        Err(error) => Err(SequenceLinesError {
            lines_before: error.lines_before,
            kind: diagnose(&text, error),
        }),
    }
}

/// The smallest number of nucleotides in the first line of a sequence without a definition line.
const MIN_BARE: usize = 10;

/// Whether a line without a definition line above it is a sequence. The IUPAC letters make words, too,
/// such as "my RNAs", so at most one letter in ten may be one that stands for several nucleotides.
pub(super) fn is_bare_sequence(line: &[u8]) -> bool {
    normalize(line).is_ok_and(|read| {
        let length = read.sequence.len();
        length >= MIN_BARE && 10 * read.ambiguous_count() <= length
    })
}

/// Whether a line is a comment.
pub(super) fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), Some(b';' | b'#'))
}

/// The first characters of a line, for a message.
pub(super) fn start_of_line(line: &[u8]) -> String {
    let start = String::from_utf8_lossy(&line[..line.len().min(64)]);
    let visible = start.trim().chars().map(|c| {
        if c.is_control() && c != '\t' {
            '�'
        } else {
            c
        }
    });
    visible.take(20).collect()
}

/// Whether a line is a structure in dot-bracket notation, with or without an energy, or the line
/// about the ensemble that RNAfold prints after it.
fn is_structure(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    let (structure, energy) = line.split_at(end);
    let has_pairs = structure.iter().any(|byte| b"()[]{}<>|".contains(byte));
    let has_energy = is_energy(energy.trim_ascii());
    let is_notation = !structure.is_empty()
        && structure
            .iter()
            .all(|byte| b"()[]{}<>|.,:_~-".contains(byte));
    line.starts_with(b"frequency of mfe structure")
        || is_notation && (has_pairs && energy.is_empty() || has_energy)
}

/// Whether a text is an energy in brackets, such as `( -3.40)`, `[-3.81]` or `{-2.90 d=1.20}`.
fn is_energy(text: &[u8]) -> bool {
    let is_bracketed = matches!(
        (text.first(), text.last()),
        (Some(b'('), Some(b')')) | (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
    );
    is_bracketed
        && String::from_utf8_lossy(&text[1..text.len() - 1])
            .split_whitespace()
            .next()
            .is_some_and(|number| number.parse::<f64>().is_ok())
}

/// What the text is if it is not a sequence, because of `error`.
fn diagnose(text: &[u8], error: InvalidLetter) -> FastaErrorKind {
    let letter = error.letter;
    let mut lines = text.split(|&byte| byte == b'\n');
    let line = lines.nth(error.lines_before as usize).unwrap_or_default();
    let start = || start_of_line(line);
    if letter == '>' {
        let after = line
            .splitn(2, |&byte| byte == b'>')
            .nth(1)
            .unwrap_or_default();
        let after = String::from_utf8_lossy(after);
        let next = after.split_whitespace().next().unwrap_or_default();
        FastaErrorKind::MissingLineEnd {
            next: next.to_owned(),
        }
    } else if "()[]{}<|".contains(letter) {
        FastaErrorKind::Structure { start: start() }
    } else if looks_like_protein(text) {
        FastaErrorKind::Protein { letter }
    } else if is_other_text(line) {
        FastaErrorKind::NotSequence { start: start() }
    } else {
        error.into()
    }
}

/// Whether a line is text rather than a sequence with a wrong letter: at least two characters of it,
/// and one in five, are not nucleotide codes.
fn is_other_text(line: &[u8]) -> bool {
    let text: Cow<'_, str> = String::from_utf8_lossy(line);
    let visible = text.chars().filter(|letter| !letter.is_whitespace());
    let wrong = visible.clone().filter(|letter| {
        let mut bytes = [0; 4];
        !letter.is_control() && normalize(letter.encode_utf8(&mut bytes).as_bytes()).is_err()
    });
    let wrong = wrong.count();
    wrong >= 2 && 5 * wrong >= visible.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_recognized() {
        for line in [
            "((((((....))))))...((((((....))))))..... (-18.20)",
            "((((....))))",
            "............ (  0.00)",
            "((((,,..}}||)))) [ -3.81]",
            "((((....)))) { -2.90 d=1.20}",
            " frequency of mfe structure in ensemble 0.43; ensemble diversity 3.42  ",
        ] {
            assert!(is_structure(line.as_bytes()), "{line}");
        }
        for line in ["ACGU", "", "....", "--..--", "AC (3)", "(ACGU)", "1 acgu"] {
            assert!(!is_structure(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn bare_sequences_are_distinguished_from_words() {
        for line in [
            "UGAGGUAGUAGGUUGUAUAGUU",
            "acgtacgtac",
            "        1 acgtacgtac acgtacgtac",
            "ACGUNNNNNNNNNNNNACGU",
            "ACGURACGUYACGUACGUACGU",
            "ACGU-ACGU-ACGU*",
        ] {
            assert!(is_bare_sequence(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "ACGUACGUA",
            "my RNAs and data",
            "that bad man had a hat",
            "hsa-let-7a-5p",
            "id\tlabels\tsequence",
            "a,1,0",
            "0 1 0 1 0 1 0 1 0 1",
            "MKTAYIAKQRQISFVK",
            "MVHLTPEEKSAVTALWGKVN",
            "<p>ACGUACGUACGU</p>",
            "@read",
            "((((....))))",
        ] {
            assert!(!is_bare_sequence(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn what_is_not_sequence_is_named() {
        let kind = |text: &str| {
            read_sequence_lines(text.as_bytes())
                .err()
                .map(|error| error.kind)
        };
        let letter = |letter| {
            let lines_before = 0;
            Some(
                InvalidLetter {
                    letter,
                    lines_before,
                }
                .into(),
            )
        };
        let next = "b".to_owned();
        assert_eq!(
            kind("ACGU>b two\nAC"),
            Some(FastaErrorKind::MissingLineEnd { next })
        );
        let start = "((.AA.))".to_owned();
        assert_eq!(
            kind("ACGUACGU\n((.AA.))"),
            Some(FastaErrorKind::Structure { start })
        );
        let start = "hsa-let-7a".to_owned();
        assert_eq!(
            kind("ACGU\nhsa-let-7a\nGG"),
            Some(FastaErrorKind::NotSequence { start })
        );
        assert_eq!(kind("ACGU\u{0}"), letter('\0'));
        assert_eq!(kind("ACGUI"), letter('I'));
        assert_eq!(
            kind("MKTAYIAKQRQISFVK"),
            Some(FastaErrorKind::Protein { letter: 'I' })
        );
        assert_eq!(kind("; comment\nACGU\n# more\n((..))\n"), None);
    }
}

//! Notes: what was changed or noticed while reading a record.

use crate::rna::alphabet::NormalizedSequence;
use std::fmt;

/// Something that was changed or noticed while reading a record; `Display` describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// T was read as U.
    Thymine {
        /// Number of letters.
        count: usize,
    },
    /// IUPAC letters for several nucleotides (or X, a masked base) were read as N.
    Ambiguous {
        /// Number of letters.
        count: usize,
        /// The letters, each once, in alphabetical order.
        letters: String,
        /// Whether they are more than half of the sequence, as in a short peptide.
        most: bool,
    },
    /// Spaces and digits within the sequence were ignored.
    Ignored {
        /// Number of characters.
        count: usize,
    },
    /// Gap marks (`-`, `.`) or a final `*` were left out.
    Gaps {
        /// Number of characters.
        count: usize,
    },
    /// The ID was used by an earlier record.
    Renamed {
        /// The ID as written.
        from: String,
        /// The ID used instead.
        to: String,
    },
    /// The definition line had no ID.
    MissingId {
        /// The ID used instead.
        given: String,
    },
    /// The definition line was not UTF-8; its invalid bytes are shown as `�`.
    NotUtf8,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.summary();
        match self {
            Self::Thymine { count } => write!(f, "{what} ({})", counted(*count, "letter")),
            Self::Ambiguous {
                count,
                letters,
                most,
            } => {
                write!(f, "{what} ({}: {letters})", counted(*count, "letter"))?;
                if *most {
                    write!(f, ", more than half of the sequence: is this a protein?")?;
                }
                Ok(())
            }
            Self::Ignored { count } => write!(f, "{what} ({})", counted(*count, "character")),
            Self::Gaps { count } => {
                write!(f, "{what} ({}: - . *)", counted(*count, "character"))
            }
            Self::Renamed { from, to } => write!(f, "id '{from}' occurs again, renamed to '{to}'"),
            Self::MissingId { given } => write!(f, "no id, named '{given}'"),
            Self::NotUtf8 => write!(f, "definition line is not UTF-8, invalid bytes shown as �"),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

impl Note {
    /// What happened, without its details: the same words for all notes of one kind.
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Thymine { .. } => "T read as U",
            Self::Ambiguous { .. } => "ambiguous letters read as N",
            Self::Ignored { .. } => "spaces and digits ignored",
            Self::Gaps { .. } => "gap or end marks left out",
            Self::Renamed { .. } => "repeated id renamed",
            Self::MissingId { .. } => "missing id made up",
            Self::NotUtf8 => "definition line not UTF-8",
        }
    }
}

/// The notes about reading one sequence.
pub(crate) fn notes_from(read: &NormalizedSequence) -> Vec<Note> {
    let mut notes = Vec::new();
    if read.thymine > 0 {
        let count = read.thymine;
        notes.push(Note::Thymine { count });
    }
    let count = read.ambiguous_count();
    if count > 0 {
        notes.push(Note::Ambiguous {
            count,
            letters: read.ambiguous.keys().collect(),
            most: 2 * count > read.sequence.len(),
        });
    }
    if read.ignored > 0 {
        let count = read.ignored;
        notes.push(Note::Ignored { count });
    }
    if read.gaps > 0 {
        notes.push(Note::Gaps { count: read.gaps });
    }
    notes
}

//! Notes: what was changed or noticed while reading a record.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::rna::alphabet::NormalizedSequence;

/// Something that was changed or noticed while reading a record. `Display` gives one line of text.
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
        is_majority: bool,
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
    /// Lines with a structure in dot-bracket notation, as RNAfold prints them, were left out.
    Structures {
        /// Number of lines.
        count: usize,
    },
    /// Comment lines, which start with `;` or `#`, were left out.
    Comments {
        /// Number of lines.
        count: usize,
    },
    /// The ID was used by an earlier record.
    Renamed {
        /// The ID as written.
        from: String,
        /// The ID used instead.
        to: String,
    },
    /// The ID cannot start a line in the results, because other programs would misread the line.
    UnsafeId {
        /// The ID as written.
        from: String,
        /// The ID used instead.
        to: String,
        /// What the ID starts with.
        start: &'static str,
    },
    /// There was no definition line above the sequence.
    MissingDefinition {
        /// The ID used.
        to: String,
    },
    /// The definition line had no ID.
    MissingId {
        /// The ID used instead.
        to: String,
    },
    /// The definition line was not UTF-8; its invalid bytes are shown as `�`.
    NotUtf8,
    /// The definition line had control characters, which were read as spaces.
    ControlCharacters,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.summary();
        match self {
            Self::Thymine { count } => write!(f, "{summary} ({})", format_count(*count, "letter")),
            Self::Ambiguous {
                count,
                letters,
                is_majority,
            } => {
                write!(
                    f,
                    "{summary} ({}: {letters})",
                    format_count(*count, "letter")
                )?;
                if *is_majority {
                    write!(f, ", more than half of the sequence: is this a protein?")?;
                }
                Ok(())
            }
            Self::Ignored { count } => {
                write!(f, "{summary} ({})", format_count(*count, "character"))
            }
            Self::Gaps { count } => {
                write!(
                    f,
                    "{summary} ({}: - . *)",
                    format_count(*count, "character")
                )
            }
            Self::Structures { count } | Self::Comments { count } => {
                write!(f, "{summary} ({})", format_count(*count, "line"))
            }
            Self::Renamed { from, to } => write!(f, "id '{from}' occurs again, renamed to '{to}'"),
            Self::UnsafeId { from, to, start } => write!(
                f,
                "id '{from}' renamed to '{to}': other programs misread a line that starts with '{start}'"
            ),
            Self::MissingDefinition { to } => {
                write!(f, "no line '>name' above the sequence, named '{to}'")
            }
            Self::MissingId { to } => write!(f, "no id, named '{to}'"),
            Self::NotUtf8 => write!(f, "definition line is not UTF-8, invalid bytes shown as �"),
            Self::ControlCharacters => write!(f, "{summary}"),
        }
    }
}

fn format_count(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

impl Note {
    /// What happened, without details: all notes of one kind have the same summary.
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Thymine { .. } => "T read as U",
            Self::Ambiguous { .. } => "ambiguous letters read as N",
            Self::Ignored { .. } => "spaces and digits ignored",
            Self::Gaps { .. } => "gap or end marks left out",
            Self::Structures { .. } => "structure in dot-bracket notation left out",
            Self::Comments { .. } => "comment lines left out",
            Self::Renamed { .. } => "repeated id renamed",
            Self::UnsafeId { .. } => "id that other programs would misread renamed",
            Self::MissingDefinition { .. } => "no line '>name' above the sequence, so it was named",
            Self::MissingId { .. } => "missing id replaced",
            Self::NotUtf8 => "definition line not UTF-8",
            Self::ControlCharacters => "control characters in the definition line read as spaces",
        }
    }
}

/// How many records have a note of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoteCount {
    /// What happened; see [`Note::summary`].
    #[serde(rename = "note")]
    pub summary: &'static str,
    /// Number of records.
    pub count: usize,
}

/// Counts notes by kind, in alphabetical order of their summaries. A record has at most one note of
/// a kind.
pub(crate) fn count_notes<'a>(notes: impl IntoIterator<Item = &'a Note>) -> Vec<NoteCount> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for note in notes {
        *counts.entry(note.summary()).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(summary, count)| NoteCount { summary, count })
        .collect()
}

/// The notes about what was changed in one sequence.
pub(crate) fn collect_notes(read: &NormalizedSequence) -> Vec<Note> {
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
            is_majority: 2 * count > read.sequence.len(),
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

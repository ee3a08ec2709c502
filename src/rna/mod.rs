//! RNA sequences: how they are read and encoded.
//!
//! [`FastaReader`] streams records from FASTA or FASTA.gz and reads every letter as one of
//! `A C G U N` ([`alphabet`]), so that a [`Sequence`] has no other letter. [`FixedLength`] is one of
//! the paper's six fixed-length settings (Table 3), and [`Kmers`] turns a sequence into tokens.
//! [`encode()`] does both and adds the [`composition()`] of the whole sequence.

pub mod alphabet;
pub mod composition;
pub mod encode;
pub(crate) mod error;
pub mod fasta;
pub mod file_format;
mod gzip;
pub mod kmer;
pub mod length;
mod note;
pub(crate) mod sequence;
mod sequence_lines;
pub mod text;
pub(crate) mod unique_ids;
mod utf16;

pub use composition::{COMPOSITION_SIZE, Standardizer, composition, kmer_frequencies};
pub use encode::{EncodedRna, encode};
pub use error::{FastaError, FastaErrorKind};
pub use fasta::FastaReader;
pub use kmer::{KmerError, Kmers};
pub use length::{FixedLength, LengthSetting, ReadRange};
pub(crate) use note::count_notes;
pub use note::{Note, NoteCount};
pub use sequence::{Nucleotide, Sequence};
pub use text::TextError;

/// An RNA as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The first word of the definition line; unique within one file.
    pub id: String,
    /// The rest of the definition line, without surrounding space.
    pub description: String,
    /// The nucleotides, at least one.
    pub sequence: Sequence,
    /// The line of the `>` (or of the table row) in the text, from 1.
    pub line: u64,
    /// What was changed or noticed while reading.
    pub notes: Vec<Note>,
}

impl Record {
    /// The ID before it was made unique.
    pub(crate) fn written_id(&self) -> &str {
        let renamed = self.notes.iter().find_map(|note| match note {
            Note::Renamed { from, .. } => Some(from.as_str()),
            _ => None,
        });
        renamed.unwrap_or(&self.id)
    }
}

//! RNA sequences: how they are read and encoded.
//!
//! [`FastaReader`] streams records from FASTA or FASTA.gz and reads every letter as one of
//! `A C G U N` ([`alphabet`]), so that a [`Sequence`] has no other letter. [`FixedLength`] is one of
//! the paper's six fixed-length settings (Table 3), and [`Kmers`] turns a sequence into tokens.
//! [`RnaClass`] is the class of RNA that a sequence suggests. An [`Encoder`] does both and adds features of the whole sequence: its [`composition()`], or those
//! of the regions of a [`message`].

pub mod alphabet;
pub mod class;
pub mod composition;
pub mod encode;
pub(crate) mod error;
pub mod fasta;
pub mod file_format;
mod gzip;
pub mod kmer;
pub mod length;
pub mod message;
mod note;
pub mod read_ranges;
pub(crate) mod record_starts;
pub(crate) mod sequence;
mod sequence_lines;
pub mod standardizer;
pub mod text;
pub(crate) mod unique_ids;
mod utf16;

pub use class::{ClassCount, RnaClass, count_classes, describe_frames, describe_mixture};
pub use composition::{COMPOSITION_SIZE, composition, kmer_frequencies};
pub use encode::{EncodedRna, Encoder, FeatureSet, Reading};
pub use error::{FastaError, FastaErrorKind};
pub use fasta::FastaReader;
pub use kmer::{KmerError, Kmers};
pub use length::{FixedLength, LengthSetting, ReadRange};
pub use message::{MessageRegions, PolyA, REGION_FEATURES, Region};
pub(crate) use note::count_notes;
pub use note::{Note, NoteCount};
pub use read_ranges::ReadRanges;
pub use sequence::{Nucleotide, Sequence};
pub use standardizer::Standardizer;
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

//! RNA sequences: how they are read, and how they become tokens.
//!
//! [`FastaReader`] streams records out of FASTA or FASTA.gz, with every letter read as one of
//! `A C G U N` ([`alphabet`]). [`FixedLength`] is one of the paper's six fixed-length settings
//! (Table 3) and [`Kmers`] turns what is left of a sequence into tokens; [`encode()`] does both and
//! adds the whole sequence's [`composition()`].

pub mod alphabet;
pub mod composition;
pub mod encode;
mod error;
pub mod fasta;
pub mod kmer;
pub mod length;
mod note;
pub mod text;
pub(crate) mod unique_ids;

pub use composition::{COMPOSITION_SIZE, Standardizer, composition, kmer_frequencies};
pub use encode::{EncodedRna, encode};
pub use error::{FastaError, FastaErrorKind};
pub use fasta::FastaReader;
pub use kmer::{KmerError, Kmers};
pub use length::{FixedLength, LengthSetting, ReadRange};
pub use note::Note;
pub use text::TextError;

/// One RNA as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// First word of the definition line; distinct within one file.
    pub id: String,
    /// The rest of the definition line, without surrounding space.
    pub description: String,
    /// The nucleotides: only `A C G U N`, upper case, at least one.
    pub sequence: Vec<u8>,
    /// Line of the `>` (or of the table row) in the text read, from 1.
    pub line: u64,
    /// What was changed or noticed while reading, in words.
    pub notes: Vec<Note>,
}

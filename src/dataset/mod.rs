//! Labelled sets: how they are read, and how they are divided.
//!
//! [`Dataset`] is a labelled set, and [`Labels`] are the compartments that are known for its RNAs. [`split`] divides it once into a training, a validation and a
//! test part, [`marked_split`] keeps the split that the set names itself, and [`folds`] divides it
//! for cross-validation. [`near_identical_groups()`] finds the groups of near-identical RNAs that
//! must stay together. [`PropertyGroups`] groups RNAs by what their records show besides the order
//! of their nucleotides. Nothing in this module trains or predicts.

mod assemble;
pub(crate) mod compartment_table;
mod error;
pub mod folds;
pub(crate) mod headers;
mod label_checks;
pub mod labelled;
pub mod marked_split;
mod near_identical;
mod overlap;
mod property;
mod read;
mod source;
pub mod split;
mod stratify;
mod table;
pub(crate) mod text_table;

pub use compartment_table::{CellValue, CompartmentTable, Labels, TableError};
pub use error::DatasetError;
pub use folds::cross_fitting_halves;
pub(crate) use headers::locations;
pub use labelled::{Dataset, LengthSummary, Part, UnknownPart};
pub use marked_split::{FRACTIONS, divided_note, split_of};
pub use near_identical::{GroupSummary, NEAR_IDENTICAL, near_identical_groups};
pub use overlap::{OVERLAP, OVERLAP_WORD, overlapping};
pub use property::{Groups, Property, PropertyGroups};
pub use read::read_sequences;
pub use split::{Fractions, Split, SplitError};

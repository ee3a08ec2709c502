//! Labelled RNAs: how a set is read, and how it is divided.
//!
//! [`Dataset`] is a set as read. [`split`] divides it once into a training, a validation and a
//! test part, [`marked_split`] keeps the division that the set names itself, and [`folds`] divides
//! it for cross-validation. [`similar()`] finds the groups of near-identical RNAs that should not be
//! separated. Nothing here trains or predicts.

mod error;
pub mod folds;
pub(crate) mod headers;
pub mod labelled;
pub mod marked_split;
mod near_identical;
mod read;
pub mod split;
mod stratify;
mod table;

pub use error::DatasetError;
pub use folds::halves_of;
pub use labelled::{Dataset, Part};
pub use marked_split::{FRACTIONS, split_of};
pub use near_identical::{NEAR_IDENTICAL, similar};
pub use split::{Fractions, Split, SplitError};

//! Labelled RNAs: how a set is read, and how it is divided.
//!
//! [`Dataset`] is a set as read. [`split`] divides it once into a training, a validation and a
//! test part, [`folds`] does so for cross-validation, and [`similar()`] finds the groups of
//! near-identical RNAs that should not be separated. Nothing here trains or predicts.

pub mod folds;
pub(crate) mod headers;
pub mod labelled;
mod near_identical;
pub mod split;
mod stratify;
mod table;

pub use labelled::{Dataset, DatasetError, Part};
pub use near_identical::{NEAR_IDENTICAL, similar};
pub use split::{Fractions, Split, SplitError};

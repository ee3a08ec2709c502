//! Training (sections 2.2.4 and 3): one loop for the page, the command line and cross-validation.
//!
//! [`split`] parts the data, [`folds`] does so again and again, [`similar()`] says what must stay together, [`trainer`] is the loop, [`optimizer`] its update, [`savepoint`] a point
//! to go on from. Training is
//! pulled: a call does some steps and returns; to pause, stop calling; to cancel, drop it.

mod average;
pub mod folds;
pub mod optimizer;
mod progress;
pub mod savepoint;
mod similar;
pub mod split;
mod stratify;
pub mod trainer;

pub use progress::{EpochReport, Progress, Trained};
pub use savepoint::{Savepoint, SavepointError};
pub use similar::{NEAR_IDENTICAL, similar};
pub use split::{Fractions, Split, SplitError};
pub use trainer::{Example, Trainer};

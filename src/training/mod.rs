//! Training (sections 2.2.4 and 3): one loop for the page, the command line and cross-validation.
//!
//! [`trainer`] is the loop, [`optimizer`] its update, and [`savepoint`] a point from which a
//! training can continue. Training is pulled: a call does some steps and returns; to pause, stop
//! calling; to cancel, drop it.

mod average;
pub mod optimizer;
mod progress;
pub mod savepoint;
pub mod trainer;

pub use progress::{EpochReport, Progress, Trained};
pub use savepoint::{Savepoint, SavepointError};
pub use trainer::{Example, Trainer};

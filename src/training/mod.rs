//! Training (sections 2.2.4 and 3): one loop for the page, the command line and cross-validation.
//!
//! [`Targets`] are what is learned, [`trainer`] is the loop, [`optimizer`] its update, and [`checkpoint`] a state from which a
//! training can be resumed. Training is pulled: a call does some steps and returns. To pause it,
//! stop calling; to cancel it, drop it.
//!
//! On the CPU, a training computes on all threads of the `rayon` pool that it is called in, and on one
//! thread outside a pool. The numbers are the same, bit for bit.

pub mod checkpoint;
mod example;
pub mod optimizer;
mod progress;
mod target;
pub mod trainer;
mod weight_average;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use example::Example;
pub use progress::{EpochReport, Progress, TrainedWeights};
pub use target::{Target, TargetError, Targets};
pub use trainer::Trainer;

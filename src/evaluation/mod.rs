//! Evaluation: how good a method is. It is what `rmlocnet evaluate` runs: the same experiment on
//! many parts of a set, with baselines that learn from the same parts.
//!
//! - [`Plan`]: which RNAs learn, choose and judge in every fold ([`Protocol`]);
//! - [`Plan::run`]: one fold, every choice made inside its training part;
//! - [`Report`]: all folds together: the six measures, their spread over seeds, bootstrap
//!   intervals, baselines, the control with shuffled labels.
//! - [`Grid`], [`Search`]: settings tried inside the training part;
//! - [`score_model`], [`score_predictions`]: what is there already, nothing trained.
//!
//! The figures of a fold are taken on RNAs that fitted neither the embedding nor the network, nor
//! chose an epoch, a threshold or a penalty. The one exception is `as_published`, which exists to
//! show what such a figure is worth, and whose report says that it is no evaluation.

mod aggregate;
mod error;
mod fold;
mod grid_search;
mod plan;
mod predictions_table;
mod report;
mod score;
mod task;

pub use error::ScoreError;
pub use grid_search::{Grid, GridError, Search};
pub use plan::{FOLDS, Plan, PlanError, Protocol, Settings};
pub use report::{BaselineReport, CompartmentReport, Control, DataReport, Report};
pub use score::{Scored, score_model, score_predictions};
pub use task::{Answers, FoldResult, Task};

//! How good is a method: the same experiment again and again on other parts of a set, beside
//! baselines that learnt from the same parts.
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

mod fold;
mod gather;
mod given;
mod plan;
mod report;
mod search;
mod table;

pub use fold::{Answers, FoldResult, Task};
pub use given::{ScoreError, Scored, score_model, score_predictions};
pub use plan::{FOLDS, Plan, PlanError, Protocol, Settings, halves_of};
pub use report::{BaselineReport, CompartmentReport, Control, DataReport, Report};
pub use search::{Grid, GridError, Search};

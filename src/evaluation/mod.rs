//! Evaluation: how good a method is. It is what `rmlocnet evaluate` runs: the same training run on
//! many parts of a set, with baselines that learn from the same parts.
//!
//! - [`CrossValidation`]: which RNAs learn, choose and judge in every fold ([`Protocol`]);
//! - [`CrossValidation::run`]: one fold, every choice made inside its training part;
//! - [`Report`]: all folds together: the six measures, their spread over seeds, bootstrap
//!   intervals, baselines, the control with shuffled labels.
//! - [`Grid`], [`GridSearch`]: settings tried inside the training part;
//! - [`score_model`], [`score_predictions`]: what is there already, nothing trained.
//!
//! The figures of a fold are taken on RNAs that fitted neither the embedding nor the network, nor
//! chose an epoch, a threshold or a penalty. The one exception is `as_published`, which exists to
//! show what such a figure is worth, and whose report says that it is no evaluation.

mod aggregate;
mod cross_validation;
mod error;
mod fold;
mod grid_search;
mod predictions_table;
mod report;
mod run_fold;
mod score;

pub use cross_validation::{CrossValidation, CrossValidationError, FOLDS, Protocol, Settings};
pub use error::ScoreError;
pub use fold::{Fold, FoldPredictions, FoldResult};
pub use grid_search::{Grid, GridError, GridSearch};
pub use report::{BaselineReport, CompartmentReport, ControlReport, DataReport, Report};
pub use score::{ScoreReport, score_model, score_predictions};

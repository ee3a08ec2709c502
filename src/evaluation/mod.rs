//! Evaluation of a method, a model or predictions: what `rmlocnet evaluate` and `search` run.
//!
//! - [`CrossValidation`]: which RNAs train, validate and test in every fold ([`Protocol`]);
//! - [`CrossValidation::run`]: runs one fold; every choice is made inside its training part;
//! - [`Report`]: the results of all folds: the six measures, their spread over seeds, bootstrap
//!   intervals, baselines, and the control with shuffled labels;
//! - [`Grid`], [`GridSearch`], [`SearchTable`]: combinations of settings, compared inside the
//!   training part, and their table;
//! - [`score_model`], [`score_predictions`]: scores a model or predictions without any training;
//! - [`agreement`]: compares predictions with labels in their definition lines.
//!
//! The measures of a fold are computed on RNAs that were not used to fit the embedding or the
//! network or to choose an epoch, a threshold or a penalty. The only exception is `as_published`,
//! which shows how much two evaluation flaws change a result; its report is marked as not being an
//! evaluation.

mod aggregate;
mod agreement;
mod apart_from;
mod cross_validation;
mod error;
mod fold;
mod grid_search;
mod predictions_table;
mod report;
mod run_fold;
mod score;
mod search_table;

pub use agreement::{Agreement, AgreementScore, RnaAgreement, Verdict, agreement};
pub use apart_from::ApartFrom;
pub use cross_validation::{CrossValidation, CrossValidationError, FOLDS, Protocol, Settings};
pub use error::ScoreError;
pub use fold::{Fold, FoldPredictions, FoldResult};
pub use grid_search::{Grid, GridError, GridSearch};
pub use report::{
    BaselineReport, CompartmentReport, ControlReport, DataReport, Report, ReportError,
};
pub use score::{ScoreReport, score_model, score_predictions};
pub use search_table::{SearchResult, SearchTable};

//! What we write: the forms results leave in. Columns and fields are frozen; a change is a new
//! version in the first line.

mod card;
mod json;
mod tsv;

pub use card::card;
pub use json::Json;
pub use tsv::{Tsv, tsv_header, tsv_row};

use std::io;

use crate::predictor::{Prediction, Predictor, Problem};

/// A form results are written in, row by row as they come.
pub trait Form {
    /// Before the first row.
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()>;
    /// One prediction.
    fn row(
        &mut self,
        predictor: &Predictor,
        prediction: &Prediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()>;
    /// After the last row.
    fn end(&mut self, problems: &[Problem], to: &mut dyn io::Write) -> io::Result<()>;
}

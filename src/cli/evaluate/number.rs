//! Numbers in the tables of an evaluation.

/// A number with three decimals; a dash if there is none.
pub(super) fn optional(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}

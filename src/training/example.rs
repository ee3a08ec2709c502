//! A training example: one RNA with its labels.

use crate::rna::EncodedRna;

/// An encoded RNA and its labels.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its tokens.
    pub encoded: EncodedRna,
    /// Whether it has the label of each compartment.
    pub labels: Vec<bool>,
}

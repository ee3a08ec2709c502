//! A training example: one RNA with its targets.

use super::target::Target;
use crate::rna::EncodedRna;

/// An encoded RNA and its targets.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its tokens.
    pub encoded: EncodedRna,
    /// Its target in each compartment.
    pub targets: Vec<Target>,
}

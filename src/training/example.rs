//! What a training learns from: one RNA with its labels.

use crate::rna::EncodedRna;

/// One RNA ready for the network.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its tokens.
    pub encoded: EncodedRna,
    /// Whether it is found in each compartment.
    pub labels: Vec<bool>,
}

//! What is reported about training parts that were kept apart from another set.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dataset::{OVERLAP, OVERLAP_WORD};

/// RNAs of another set that training parts are kept apart from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApartFrom {
    /// The name of the other set.
    pub name: String,
    /// The number of its RNAs.
    pub rnas: usize,
    /// The number of RNAs that overlap with one of them, and train no network.
    pub left_out: usize,
}

impl fmt::Display for ApartFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            rnas,
            left_out,
        } = self;
        let percent = OVERLAP * 100.0;
        write!(
            f,
            "{left_out} RNAs share more than {percent:.0} % of their {OVERLAP_WORD}-mers with one of \
             the {rnas} RNAs of {name}: they are left out of the training part of every fold"
        )
    }
}

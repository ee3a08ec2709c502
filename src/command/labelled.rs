//! `--data` and `--labels`: the labelled set of a verb.

use std::path::Path;

use super::failure::{self, Failure};
use crate::dataset::Dataset;

/// Where labelled RNAs are.
pub(super) struct LabelledData<'a> {
    data: &'a Path,
    labels: Option<&'a Path>,
}

impl<'a> LabelledData<'a> {
    /// A labelled file, or plain FASTA and its 0/1 table.
    pub(super) fn new(data: &'a Path, labels: Option<&'a Path>) -> Self {
        Self { data, labels }
    }

    /// Reads the set.
    pub(super) fn read(&self) -> Result<Dataset, Failure> {
        let data = failure::open(self.data)?;
        let dataset = match self.labels {
            Some(labels) => Dataset::read_with_labels(data, failure::open(labels)?),
            None => Dataset::read(data),
        };
        dataset.map_err(|error| Failure::Dataset {
            path: self.data.to_owned(),
            error,
        })
    }
}

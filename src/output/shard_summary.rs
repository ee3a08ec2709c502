//! What an output says of its shard, at its end.

use serde::{Deserialize, Serialize};

use crate::predictor::{Predictor, RecordProblem};
use crate::shard::{InputSummary, Shard};

/// The start of the last line of a shard in TSV.
pub(crate) const TSV_END: &str = "# shard ";
/// The start of the last line of a shard in FASTA: `;` begins a comment.
pub(crate) const FASTA_END: &str = "; shard ";

/// Everything that gathering the shards of a run needs to know of one of them. It stands at the end
/// of the shard's output, so an output without it is not complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardSummary {
    /// The shard.
    pub shard: Shard,
    /// The version of the program.
    pub version: String,
    /// The first hexadecimal digits of the SHA-256 of the model file.
    pub model: String,
    /// The threshold of every compartment.
    pub thresholds: Vec<f32>,
    /// The records of all shards.
    pub inputs: InputSummary,
    /// The indices of the records of this shard that could not be predicted, in increasing order.
    pub problems: Vec<usize>,
}

impl ShardSummary {
    /// Summarizes a shard that is complete.
    pub fn new(
        shard: Shard,
        predictor: &Predictor,
        inputs: InputSummary,
        problems: &[RecordProblem],
    ) -> Self {
        Self {
            shard,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: predictor.hash().to_owned(),
            thresholds: predictor.model().thresholds.to_vec(),
            inputs,
            problems: problems.iter().map(|problem| problem.index).collect(),
        }
    }

    /// The number of predictions in the shard; `None` if the numbers in the summary contradict each
    /// other.
    pub(crate) fn predictions(&self) -> Option<usize> {
        let records = self.inputs.records;
        let is_own = |problem: &usize| *problem < records && self.shard.has(*problem);
        let is_sorted = self.problems.is_sorted_by(|a, b| a < b);
        let share = self.shard.share_of(records);
        (is_sorted && self.problems.iter().all(is_own)).then(|| share - self.problems.len())
    }
}

//! Training record: how a model was trained and how good it is, as stored in the model file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::baselines::Baseline;
use crate::dataset::LengthSummary;
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{
    AurocSummary, CallPrecision, CompartmentAuroc, Confusion, Measures, Metrics, PerMeasure, Spread,
};
use crate::training::EpochReport;

/// How a model was trained, and its metrics on RNAs that were not used for training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrainingRecord {
    /// Program and version that trained the model.
    pub software: String,
    /// Seed of the split, the initial weights and dropout.
    pub seed: u64,
    /// SHA-256 over the IDs, sequences and labels of the whole labelled set.
    pub data_sha256: String,
    /// Number of RNAs in the whole set.
    pub records: usize,
    /// Number of RNAs in each compartment, in the whole set.
    pub support: Vec<usize>,
    /// Shortest, mean and longest length in the whole set, in nucleotides.
    pub lengths: LengthSummary,
    /// SHA-256 over the split.
    pub split_sha256: String,
    /// Numbers of RNAs in the parts of the split.
    pub parts: SplitSizes,
    /// Epoch whose weights were kept, counted from 1.
    pub best_epoch: usize,
    /// Losses of every epoch.
    pub history: Vec<EpochReport>,
    /// Whether GeneticSeq2Vec returned only zeros, so that the embedding started from random
    /// numbers.
    pub degenerate_embedding: bool,
    /// Metrics on the held-out part; `None` if nothing was held out.
    pub held_out: Option<HeldOutMetrics>,
    /// Evaluations of networks that were trained with the same settings on parts of the same set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
}

/// Protocols from the strictest test of unseen RNAs to the mildest.
pub(super) const STRICTEST_FIRST: [&str; 3] = ["strict", "holdout", "paper"];

impl TrainingRecord {
    /// How often calls of each compartment were right, in the model's order, in the strictest
    /// evaluation that counted them; `None` if none did.
    pub fn call_precision(&self) -> Option<Vec<CallPrecision>> {
        let mildness = |evaluation: &&Evaluation| {
            let protocol = evaluation.protocol.as_str();
            STRICTEST_FIRST.iter().position(|&name| name == protocol)
        };
        let counted = self.evaluations.iter().filter(|e| !e.confusions.is_empty());
        let known = counted.filter(|evaluation| mildness(evaluation).is_some());
        let evaluation = known.min_by_key(mildness)?;
        let confusions = evaluation.confusions.iter();
        Some(confusions.map(|&c| CallPrecision::from(c)).collect())
    }
}

/// Evaluation of a model's settings on its own labelled set, as its card reports it.
///
/// The networks evaluated are not the model itself: they were trained in the same way on parts of
/// the set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// `paper`, `strict` or `holdout`.
    pub protocol: String,
    /// Folds of each repetition; 1 if a single part was held out.
    pub folds: usize,
    /// Number of repetitions, each with another seed.
    pub seeds: usize,
    /// Mean over the seeds.
    pub measures: Measures,
    /// Spread over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// AUROCs over pairs of RNAs of one fold, of all compartments and of those that can be judged.
    #[serde(default)]
    pub aurocs: AurocSummary,
    /// The AUROC of every compartment, in the model's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compartments: Vec<CompartmentAuroc>,
    /// How often the calls of every compartment were right, in the model's order, with the tested
    /// RNAs of all seeds counted together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confusions: Vec<Confusion>,
    /// What makes results on this set look better than they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The baselines, trained and evaluated on the same folds.
    pub baselines: BTreeMap<Baseline, BaselineEvaluation>,
    /// The control: measures with shuffled labels, from one seed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shuffled_labels: Option<Measures>,
    /// SHA-256 of the labelled set.
    pub data_sha256: String,
    /// SHA-256 over all splits.
    pub splits_sha256: String,
    /// The command that computes this evaluation again.
    pub command: String,
}

/// A baseline in an [`Evaluation`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineEvaluation {
    /// Mean over the seeds.
    pub measures: Measures,
    /// Model minus baseline on the same bootstrap draws of RNAs, with 95 % intervals.
    pub difference: PerMeasure<Difference>,
    /// The same AUROCs as those of the networks.
    #[serde(default)]
    pub aurocs: AurocSummary,
}

/// Numbers of RNAs in the parts of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitSizes {
    /// RNAs that the network was trained on.
    pub train: usize,
    /// RNAs that chose the epoch and the thresholds. If 0, the thresholds were cross-fitted: a
    /// network trained on one half of the training part predicted the other half.
    pub validation: usize,
    /// RNAs that were held out for the metrics.
    pub test: usize,
}

impl fmt::Display for SplitSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SplitSizes {
            train,
            validation,
            test,
        } = self;
        write!(f, "{train} for training, ")?;
        if *validation == 0 {
            f.write_str("with thresholds cross-fitted on two halves of them")?;
        } else {
            write!(f, "{validation} to choose epoch and thresholds")?;
        }
        write!(f, ", {test} held out")
    }
}

/// Metrics of a model on the held-out part, and of two baselines that do not read the sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeldOutMetrics {
    /// The model.
    pub model: Metrics,
    /// Baseline that scores every RNA with the compartments' frequencies in the training part.
    pub prior: Metrics,
    /// Baseline that scores an RNA with the compartments' frequencies among the training RNAs
    /// nearest in length.
    pub length: Metrics,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    fn evaluated(like: &Evaluation, protocol: &str, right: Option<usize>) -> Evaluation {
        let confusion = |right| Confusion {
            true_positives: right,
            false_positives: 1,
            ..Confusion::default()
        };
        Evaluation {
            protocol: protocol.to_owned(),
            confusions: right.map(confusion).into_iter().collect(),
            ..like.clone()
        }
    }

    #[test]
    fn the_strictest_evaluation_that_counted_calls_says_how_often_they_were_right() {
        let bytes = std::fs::read("models/human-mirna.safetensors").unwrap();
        let mut record = Model::from_bytes(&bytes).unwrap().training.unwrap();
        let like = record.evaluations[0].clone();
        let of = |protocol, right| evaluated(&like, protocol, right);
        record.evaluations = vec![of("paper", Some(9)), of("holdout", Some(3))];
        record.evaluations.push(of("strict", None));
        let precision = record.call_precision().unwrap();
        assert_eq!(precision[0].precision, Some(0.75));
        record.evaluations.push(of("strict", Some(1)));
        assert_eq!(record.call_precision().unwrap()[0].calls, 2);
        record.evaluations = vec![of("paper", None)];
        assert_eq!(record.call_precision(), None);
    }
}

//! All folds together: what an evaluation says, as one object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cross_validation::{Protocol, Settings};
use crate::baselines::Baseline;
use crate::dataset::Dataset;
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{Calibration, CardinalityRow, Confusion, Measures, PerMeasure, Spread};
use crate::model::{BaselineEvaluation, Evaluation};
use crate::network::Config;

/// What an evaluation says. The six measures stand at the top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Program and version.
    pub software: String,
    /// What the figures are not, where they are no evaluation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warning: Option<String>,
    /// Mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs, folds pooled.
    pub intervals: PerMeasure<Interval>,
    /// The mean over folds for each seed.
    pub per_seed: Vec<Measures>,
    /// One row per compartment, folds pooled, mean over seeds.
    pub per_compartment: Vec<CompartmentReport>,
    /// How often the whole answer is right, by number of compartments (Figs. 10 and 11); answers
    /// of all seeds counted together.
    pub cardinality: Vec<CardinalityRow>,
    /// Whether probabilities mean what they say; answers of all seeds together.
    pub calibration: Calibration,
    /// What stands beside the model.
    pub baselines: BTreeMap<Baseline, BaselineReport>,
    /// The same on labels dealt out at random.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shuffled_labels: Option<ControlReport>,
    /// The epoch each fold kept, in the order of seeds and folds.
    pub best_epochs: Vec<usize>,
    /// Folds whose loss ran away after the epoch kept.
    pub diverged: usize,
    /// The labelled set.
    pub data: DataReport,
    /// SHA-256 over all splits.
    pub splits_sha256: String,
    /// What was asked for.
    pub settings: Settings,
    /// The command that prints this report, data named by its file name.
    #[serde(default)]
    pub command: String,
}

/// One compartment against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentReport {
    /// Its name.
    pub compartment: String,
    /// RNAs found in it, of those judged.
    pub support: usize,
    /// Average precision; none without RNAs.
    pub average_precision: Option<f64>,
    /// Area under the ROC curve; none unless both classes are there.
    pub auroc: Option<f64>,
    /// Mean squared difference of probability and truth.
    pub brier: f64,
    /// Called and true, called and not, and so on; answers of all seeds counted together.
    pub confusion: Confusion,
    /// The ROC curve of the first seed, downsampled for drawing: false positive rate, true positive
    /// rate.
    pub roc: Vec<(f64, f64)>,
}

/// A baseline beside the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineReport {
    /// Mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// Model less baseline on the same draws of RNAs, with 95 % intervals.
    pub difference: PerMeasure<Difference>,
}

/// What is reached where there is nothing to learn but frequencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlReport {
    /// The model; one seed.
    #[serde(flatten)]
    pub measures: Measures,
    /// The compartments' frequencies on the same labels.
    pub prior: Option<Measures>,
}

/// The labelled set an evaluation is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataReport {
    /// SHA-256 of compartments, ids, sequences and labels.
    pub sha256: String,
    /// RNAs.
    pub records: usize,
    /// Compartments, the most frequent first.
    pub compartments: Vec<String>,
    /// RNAs in each.
    pub support: Vec<usize>,
    /// RNAs with none, one, two, … compartments.
    pub cardinality: Vec<usize>,
    /// Shortest, mean and longest RNA.
    pub lengths: (usize, f64, usize),
    /// Groups of near-identical RNAs and the size of the largest; where the protocol has groups.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub groups: Option<(usize, usize)>,
}

impl Report {
    /// What of it goes into a model file.
    pub fn summary(&self) -> Evaluation {
        let settings = &self.settings;
        let baseline = |(name, report): (&Baseline, &BaselineReport)| {
            let (measures, difference) = (report.measures, report.difference);
            (
                *name,
                BaselineEvaluation {
                    measures,
                    difference,
                },
            )
        };
        Evaluation {
            protocol: settings.protocol.to_string(),
            folds: match settings.protocol {
                Protocol::Holdout => 1,
                Protocol::Paper | Protocol::Strict => settings.folds,
            },
            seeds: settings.seeds.len(),
            measures: self.measures,
            spread: self.spread,
            intervals: self.intervals,
            baselines: self.baselines.iter().map(baseline).collect(),
            shuffled_labels: self.shuffled_labels.as_ref().map(|c| c.measures),
            data_sha256: self.data.sha256.clone(),
            splits_sha256: self.splits_sha256.clone(),
            command: self.command.clone(),
        }
    }

    /// Whether it is about this data and these settings, the network's name aside; if not, why.
    ///
    /// # Errors
    /// In words for a person.
    pub fn is_of(&self, data_sha256: &str, config: &Config) -> Result<(), String> {
        if self.warning.is_some() {
            return Err("is no evaluation, as it says itself".to_owned());
        }
        if self.data.sha256 != data_sha256 {
            return Err("is about other data than --data".to_owned());
        }
        let named = Config {
            name: config.name.clone(),
            ..self.settings.config.clone()
        };
        if named != *config {
            return Err("is about other settings than the model's".to_owned());
        }
        Ok(())
    }
}

impl DataReport {
    /// Of a labelled set.
    pub fn new(dataset: &Dataset, groups: Option<(usize, usize)>) -> Self {
        DataReport {
            sha256: dataset.sha256(),
            records: dataset.records.len(),
            compartments: dataset.compartments.clone(),
            support: dataset.counts(),
            cardinality: dataset.cardinality(),
            lengths: dataset.lengths(),
            groups,
        }
    }
}

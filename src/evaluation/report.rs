//! The report of a cross-validation, as one object.

use std::collections::BTreeMap;

use enum_map::EnumMap;
use serde::{Deserialize, Serialize};

use super::apart_from::ApartFrom;
use super::cross_validation::{Protocol, Settings};
use crate::baselines::{Baseline, PropertyCheck, check_properties};
use crate::dataset::{Dataset, GroupSummary, LengthSummary, Property};
use crate::metrics::bootstrap::{Difference, Interval};
use crate::metrics::{
    AurocSummary, Calibration, CardinalityRow, CompartmentAuroc, Confusion, Measures, PerMeasure,
    RocPoint, Spread, are_enough,
};
use crate::model::{BaselineEvaluation, Evaluation};
use crate::network::Config;

/// Why a report cannot be put into a model file. The messages follow the name of the report's file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The file is not a report.
    #[error("is not a report ({0})")]
    Unreadable(#[source] serde_json::Error),
    /// The report carries a warning.
    #[error("is marked as not being an evaluation")]
    NoEvaluation,
    /// The report is about another labelled set.
    #[error("is about other data than those of --data")]
    OtherData,
    /// The report is about other settings.
    #[error("is about other settings than those of this model")]
    OtherSettings,
}

/// The report of a cross-validation. The six measures are fields at the top level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// Program and version.
    pub software: String,
    /// A warning, if the report is not an evaluation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub warning: Option<String>,
    /// The measures: mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Lowest, highest and standard deviation over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs, with all folds pooled.
    pub intervals: PerMeasure<Interval>,
    /// AUROCs over pairs of RNAs of one fold: of all compartments, of those that can be judged, and
    /// within one group under each property.
    #[serde(default)]
    pub aurocs: AurocSummary,
    /// The mean over folds for each seed.
    pub per_seed: Vec<Measures>,
    /// One row per compartment: all folds pooled, mean over seeds.
    pub per_compartment: Vec<CompartmentReport>,
    /// How often all compartments are predicted correctly, by their number (Figs. 10 and 11), with
    /// the predictions of all seeds counted together.
    pub cardinality: Vec<CardinalityRow>,
    /// The reliability of the probabilities, over all seeds.
    pub calibration: Calibration,
    /// The baselines.
    pub baselines: BTreeMap<Baseline, BaselineReport>,
    /// The same measures on shuffled labels, if requested.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shuffled_labels: Option<ControlReport>,
    /// The epoch that each fold kept, in the order of seeds and folds.
    pub best_epochs: Vec<usize>,
    /// Number of folds whose training diverged after the kept epoch.
    pub diverged: usize,
    /// The RNAs of another set that the training parts were kept apart from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub apart_from: Option<ApartFrom>,
    /// What makes results on these splits look better than they are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub split_notes: Vec<String>,
    /// The labelled set.
    pub data: DataReport,
    /// SHA-256 over all splits.
    pub splits_sha256: String,
    /// The settings of the evaluation.
    pub settings: Settings,
    /// The command that prints this report; data are named by their file name.
    #[serde(default)]
    pub command: String,
}

/// The metrics of one compartment against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompartmentReport {
    /// Its name.
    pub compartment: String,
    /// Number of tested RNAs that have this label.
    pub support: usize,
    /// Number of tested RNAs that do not.
    #[serde(default)]
    pub negatives: usize,
    /// Average precision; `None` if no RNA has the label.
    pub average_precision: Option<f64>,
    /// AUROC over the pairs of RNAs of one fold; `None` if there are none.
    pub auroc: Option<f64>,
    /// The same over the pairs that are in one group under a property.
    #[serde(default)]
    pub within: EnumMap<Property, Option<f64>>,
    /// Mean squared difference between probability and label.
    pub brier: f64,
    /// The confusion matrix, over all seeds.
    pub confusion: Confusion,
    /// The ROC curve of the first seed, downsampled for drawing.
    pub roc: Vec<RocPoint>,
}

/// The results of a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BaselineReport {
    /// The measures: mean over seeds of the mean over folds.
    #[serde(flatten)]
    pub measures: Measures,
    /// Lowest, highest and standard deviation over the seeds.
    pub spread: PerMeasure<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerMeasure<Interval>,
    /// Model minus baseline on the same draws of RNAs, with 95 % intervals.
    pub difference: PerMeasure<Difference>,
    /// The same AUROCs as those of the model.
    #[serde(default)]
    pub aurocs: AurocSummary,
    /// The AUROC of every compartment.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub per_compartment: Vec<CompartmentAuroc>,
}

/// The results on shuffled labels, from which only frequencies can be learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ControlReport {
    /// The measures of the network, for one seed.
    #[serde(flatten)]
    pub measures: Measures,
    /// The measures of the frequencies of the compartments, on the same labels.
    pub prior: Option<Measures>,
}

/// A description of the labelled set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DataReport {
    /// SHA-256 of compartments, IDs, sequences and labels.
    pub sha256: String,
    /// Number of RNAs.
    pub records: usize,
    /// Compartments, the most frequent first.
    pub compartments: Vec<String>,
    /// Number of RNAs in each compartment.
    pub support: Vec<usize>,
    /// Number of RNAs with no, one, two, … compartments.
    pub cardinality: Vec<usize>,
    /// Shortest, mean and longest length.
    pub lengths: LengthSummary,
    /// The groups of near-identical RNAs, if the protocol has groups.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub groups: Option<GroupSummary>,
    /// How well each property of the records alone predicts the compartments.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub properties: Vec<PropertyCheck>,
    /// What makes results on this set look better than they are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
}

impl CompartmentReport {
    /// Whether there are enough RNAs to judge the compartment.
    pub fn is_judged(&self) -> bool {
        are_enough(self.support, self.negatives)
    }

    /// The part of the report that is stored in a model file.
    fn auroc_row(&self) -> CompartmentAuroc {
        CompartmentAuroc {
            support: self.support,
            negatives: self.negatives,
            auroc: self.auroc,
            within: self.within,
        }
    }
}

impl Report {
    /// The part of the report that is stored in a model file.
    pub fn summary(&self) -> Evaluation {
        let settings = &self.settings;
        let baseline = |(name, report): (&Baseline, &BaselineReport)| {
            let (measures, difference) = (report.measures, report.difference);
            (
                *name,
                BaselineEvaluation {
                    measures,
                    difference,
                    aurocs: report.aurocs.clone(),
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
            aurocs: self.aurocs.clone(),
            compartments: self
                .per_compartment
                .iter()
                .map(CompartmentReport::auroc_row)
                .collect(),
            confusions: self
                .per_compartment
                .iter()
                .map(|row| row.confusion)
                .collect(),
            baselines: self.baselines.iter().map(baseline).collect(),
            notes: self.notes(),
            shuffled_labels: self.shuffled_labels.as_ref().map(|c| c.measures),
            data_sha256: self.data.sha256.clone(),
            splits_sha256: self.splits_sha256.clone(),
            command: self.command.clone(),
        }
    }

    /// What a reader of the results should know about the splits.
    pub fn split_notes(&self) -> Vec<String> {
        let apart_from = self.apart_from.iter().map(ToString::to_string);
        apart_from.chain(self.split_notes.iter().cloned()).collect()
    }

    /// What a reader of the results should know about the data and the splits.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.split_notes();
        notes.extend(self.data.notes.iter().cloned());
        notes
    }

    /// Checks that the report is about these data and settings; the name of the network may differ.
    ///
    /// # Errors
    /// The report is about other data or settings, or it is not an evaluation.
    pub fn check(&self, data_sha256: &str, config: &Config) -> Result<(), ReportError> {
        if self.warning.is_some() {
            return Err(ReportError::NoEvaluation);
        }
        if self.data.sha256 != data_sha256 {
            return Err(ReportError::OtherData);
        }
        let named = Config {
            name: config.name.clone(),
            ..self.settings.config.clone()
        };
        if named != *config {
            return Err(ReportError::OtherSettings);
        }
        Ok(())
    }
}

impl DataReport {
    /// Describes a labelled set.
    pub fn new(dataset: &Dataset, groups: Option<GroupSummary>) -> Self {
        let properties = check_properties(dataset);
        let notes = properties
            .iter()
            .filter_map(|check| check.note(dataset.compartments()));
        DataReport {
            notes: notes.collect(),
            sha256: dataset.sha256(),
            records: dataset.records().len(),
            compartments: dataset.compartments().to_vec(),
            support: dataset.counts(),
            cardinality: dataset.cardinality(),
            lengths: dataset.lengths(),
            groups,
            properties,
        }
    }
}

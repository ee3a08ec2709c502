//! The kinds of AUROC that are reported: of all compartments, of those that can be judged, and within
//! one group under a property.

use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};

use super::Spread;
use super::bootstrap::{Difference, Interval};
use crate::dataset::Property;

/// A compartment is judged if at least so many RNAs are in it and so many are not.
///
/// With 20 positives and many negatives, the standard error of an AUROC of 0.75 is 0.06 (Hanley and
/// McNeil 1982); with 5 it is 0.13. A mean over compartments that contains such a one changes by
/// more from seed to seed than the methods differ that are compared.
pub const FEWEST_RNAS: usize = 20;

/// Whether a compartment with so many RNAs inside and outside is judged.
pub fn are_enough(inside: usize, outside: usize) -> bool {
    inside.min(outside) >= FEWEST_RNAS
}

/// Which compartments are judged, as a sentence without its full stop. `too_small` has the names of
/// the others.
pub fn judged_compartments(too_small: &[&str], compartments: usize) -> String {
    let reason = format!("at least {FEWEST_RNAS} tested RNAs inside and {FEWEST_RNAS} outside");
    match too_small.len() {
        0 => format!("all compartments are judged: each has {reason}"),
        n if n == compartments => format!("no compartment is judged: none has {reason}"),
        _ => format!(
            "judged are those with {reason}: all but {}",
            too_small.join(", ")
        ),
    }
}

/// Which compartments and pairs of RNAs an AUROC is about. Only RNAs of one fold are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum AurocKind {
    /// The mean over all compartments.
    All,
    /// The mean over the compartments with at least [`FEWEST_RNAS`] RNAs of either kind.
    Judged,
    /// As [`AurocKind::Judged`], over the pairs of RNAs that are in one group under a property.
    Within(Property),
}

/// The name of an AUROC in a file is none of [`AurocKind`].
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a kind of AUROC; use all, judged, or within_ and a property")]
pub struct UnknownAurocKind(String);

/// One value for each kind of AUROC; `None` if it does not exist.
pub type PerAuroc<T> = EnumMap<AurocKind, Option<T>>;

impl AurocKind {
    /// The title of the kind in texts and tables.
    pub fn title(self) -> String {
        match self {
            AurocKind::All => "all compartments".to_owned(),
            AurocKind::Judged => "judged ones".to_owned(),
            AurocKind::Within(property) => format!("within {}", property.name()),
        }
    }

    /// All kinds, in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        EnumMap::<Self, ()>::default()
            .into_iter()
            .map(|(kind, ())| kind)
    }
}

impl From<AurocKind> for String {
    fn from(kind: AurocKind) -> Self {
        match kind {
            AurocKind::All => "all".to_owned(),
            AurocKind::Judged => "judged".to_owned(),
            AurocKind::Within(property) => format!("within_{}", property.name()),
        }
    }
}

impl TryFrom<String> for AurocKind {
    type Error = UnknownAurocKind;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let found = Self::all().find(|kind| String::from(*kind) == name);
        found.ok_or(UnknownAurocKind(name))
    }
}

/// The AUROC of one compartment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CompartmentAuroc {
    /// Number of tested RNAs that have this label.
    pub support: usize,
    /// Number of tested RNAs that do not.
    pub negatives: usize,
    /// AUROC over the pairs of RNAs of one fold; `None` if there are none.
    pub auroc: Option<f64>,
    /// The same over the pairs that are in one group, for each property with several groups.
    pub within: EnumMap<Property, Option<f64>>,
}

impl CompartmentAuroc {
    /// Whether there are enough RNAs to judge the compartment.
    pub fn is_judged(&self) -> bool {
        are_enough(self.support, self.negatives)
    }
}

/// The AUROCs of one model, with what is known about their error. In files of older versions, there
/// are none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AurocSummary {
    /// The mean over the seeds.
    pub values: PerAuroc<f64>,
    /// Lowest, highest and standard deviation over the seeds.
    pub spread: PerAuroc<Spread>,
    /// 95 % bootstrap intervals over RNAs.
    pub intervals: PerAuroc<Interval>,
    /// For a baseline: the network minus the baseline on the same draws of RNAs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<PerAuroc<Difference>>,
}

impl AurocSummary {
    /// The kinds that have a value, in their order.
    pub fn kinds(&self) -> impl Iterator<Item = AurocKind> {
        self.values
            .into_iter()
            .filter_map(|(kind, value)| value.map(|_| kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compartments_that_are_too_small_are_named() {
        assert!(are_enough(20, 20) && !are_enough(19, 900) && !are_enough(900, 19));
        let words = judged_compartments(&["Exosome"], 6);
        let expected =
            "judged are those with at least 20 tested RNAs inside and 20 outside: all but Exosome";
        assert_eq!(words, expected);
        assert!(judged_compartments(&[], 6).starts_with("all compartments"));
        assert!(judged_compartments(&["A", "B"], 2).starts_with("no compartment"));
    }

    #[test]
    fn kinds_have_names_in_files() {
        let values: PerAuroc<f64> =
            EnumMap::from_fn(|kind| (kind == AurocKind::All).then_some(0.5));
        let text = serde_json::to_string(&values).unwrap();
        assert!(
            text.starts_with(r#"{"all":0.5,"judged":null,"within_source":null"#),
            "{text}"
        );
        assert_eq!(
            serde_json::from_str::<PerAuroc<f64>>(&text).unwrap(),
            values
        );
        assert!(serde_json::from_str::<PerAuroc<f64>>(r#"{"most":1.0}"#).is_err());
    }
}

//! When a model should not be trusted with an RNA.

use serde::{Deserialize, Serialize};

use crate::model::Model;

/// Share of N from which an RNA counts as unreadable: one letter in ten spoils three 3-mers in ten.
const MOST_UNKNOWN: f64 = 0.1;

/// What is wrong between an RNA and a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningKind {
    /// It is shorter or longer than every RNA the model learnt from.
    Length,
    /// Too many of its letters are N.
    Unknown,
    /// Its k-mers are unlike those the model learnt from.
    Composition,
}

impl WarningKind {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Unknown => "unknown",
            Self::Composition => "composition",
        }
    }
}

/// A reason not to trust a prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What is wrong.
    pub kind: WarningKind,
    /// The same in words, with numbers.
    pub message: String,
}

/// All reasons not to trust the model with an RNA of `A C G U N`; none where it is in range, or
/// where the model file does not say what it learnt from.
pub(super) fn warnings(model: &Model, sequence: &[u8]) -> Vec<Warning> {
    let found = [
        length(model, sequence.len()).map(|message| (WarningKind::Length, message)),
        unknown(sequence).map(|message| (WarningKind::Unknown, message)),
        composition(model, sequence).map(|message| (WarningKind::Composition, message)),
    ];
    let warning = |(kind, message)| Warning { kind, message };
    found.into_iter().flatten().map(warning).collect()
}

fn length(model: &Model, nucleotides: usize) -> Option<String> {
    let of_range = model.range.as_ref().map(|r| (r.shortest, r.longest));
    let of_record = || model.training.as_ref().map(|t| (t.lengths.0, t.lengths.2));
    let (shortest, longest) = of_range.or_else(of_record)?;
    if (shortest..=longest).contains(&nucleotides) {
        return None;
    }
    let learnt =
        format!("{nucleotides} nt, but the model learnt from RNAs of {shortest} to {longest} nt");
    // Twice beyond either end is hardly one more RNA of the same kind.
    match nucleotides < shortest / 2 || nucleotides / 2 > longest {
        true => Some(format!(
            "{learnt}: it may be another class of RNA; use the model of its class"
        )),
        false => Some(learnt),
    }
}

fn unknown(sequence: &[u8]) -> Option<String> {
    let unknown = sequence.iter().filter(|letter| **letter == b'N').count();
    let share = unknown as f64 / sequence.len().max(1) as f64;
    (share > MOST_UNKNOWN).then(|| {
        format!(
            "{unknown} of {} nt are N, which says nothing to the model",
            sequence.len()
        )
    })
}

fn composition(model: &Model, sequence: &[u8]) -> Option<String> {
    let range = model.range.as_ref()?;
    let distance = range.distance(sequence);
    (distance > range.limit).then(|| {
        format!(
            "its k-mers are unlike those of the RNAs learnt from: distance {distance:.1}, \
             99 in 100 of those are within {:.1}",
            range.limit
        )
    })
}

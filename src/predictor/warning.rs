//! Warnings: reasons not to trust a model's prediction for an RNA.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::model::{Model, describe_dataset};
use crate::rna::{EncodedRna, Encoder, Kmers, Sequence};

/// Largest share of N that an RNA may have. One N in ten nucleotides makes three in ten 3-mers
/// unreadable.
const MAX_SHARE_OF_N: f64 = 0.1;

/// What makes a prediction doubtful. The names are those of tables and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The RNA is shorter or longer than all RNAs that the model was trained on.
    Length,
    /// Too many of its nucleotides are N.
    Unknown,
    /// No k-mer that the model reads is free of N, so no compartment is called.
    NothingRead,
    /// Its k-mer composition differs from that of the RNAs that the model was trained on.
    Composition,
    /// A compartment is called in which nearly all similar training RNAs come from one study.
    OneStudy,
}

/// A reason not to trust a prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// The kind of reason.
    pub kind: WarningKind,
    /// The reason as a sentence with numbers.
    pub message: String,
}

/// All reasons not to trust the model with an RNA.
///
/// `probabilities` has one number for each compartment. An RNA outside the model's applicability
/// domain has a warning only if the model file contains that domain.
pub(super) fn warnings(
    model: &Model,
    encoder: &Encoder,
    sequence: &Sequence,
    encoded: &EncodedRna,
    probabilities: &[f32],
) -> Vec<Warning> {
    // The model was trained on sequences that were cut in the same way.
    let sequence = &*encoder.without_tail(sequence);
    let messages = [
        (WarningKind::Length, length_message(model, sequence.len())),
        (WarningKind::Unknown, unknown_message(sequence)),
        (
            WarningKind::NothingRead,
            nothing_read_message(&encoder.kmers, encoded),
        ),
        (
            WarningKind::Composition,
            composition_message(model, sequence),
        ),
        (
            WarningKind::OneStudy,
            one_study_message(model, sequence, probabilities),
        ),
    ];
    let warning = |(kind, message): (WarningKind, Option<String>)| {
        message.map(|message| Warning { kind, message })
    };
    messages.into_iter().filter_map(warning).collect()
}

fn length_message(model: &Model, nucleotides: usize) -> Option<String> {
    let domain_lengths = model.domain.as_ref().map(|d| (d.shortest, d.longest));
    let record_lengths = || {
        let lengths = model.training.as_ref()?.lengths;
        Some((lengths.shortest, lengths.longest))
    };
    let (shortest, longest) = domain_lengths.or_else(record_lengths)?;
    if (shortest..=longest).contains(&nucleotides) {
        return None;
    }
    let message = format!(
        "{nucleotides} nt, but the model was trained on RNAs of {shortest} to {longest} nt"
    );
    // A factor of two beyond either end: hardly an RNA of the same class.
    if nucleotides < shortest / 2 || nucleotides / 2 > longest {
        return Some(format!(
            "{message}; if the RNA belongs to another class, use the model of that class"
        ));
    }
    Some(message)
}

fn unknown_message(sequence: &Sequence) -> Option<String> {
    let length = sequence.len();
    let unknown = sequence.as_bytes().iter();
    let unknown = unknown.filter(|letter| **letter == b'N').count();
    let share = unknown as f64 / length.max(1) as f64;
    (share > MAX_SHARE_OF_N)
        .then(|| format!("{unknown} of {length} nt are N, which the model cannot interpret"))
}

fn nothing_read_message(kmers: &Kmers, encoded: &EncodedRna) -> Option<String> {
    let mut read = encoded.tokens[encoded.padding..].iter();
    read.all(|token| *token == kmers.unknown()).then(|| {
        format!(
            "every {}-mer that the model reads contains N, so no compartment is called; give the \
             nucleotides",
            kmers.k()
        )
    })
}

fn composition_message(model: &Model, sequence: &Sequence) -> Option<String> {
    let domain = model.domain.as_ref()?;
    let distance = domain.distance(sequence);
    (distance > domain.limit).then(|| {
        format!(
            "its k-mers differ from those of the training RNAs: its distance is {distance:.1}, \
             but 99 % of the training RNAs are within {:.1}",
            domain.limit
        )
    })
}

fn one_study_message(model: &Model, sequence: &Sequence, probabilities: &[f32]) -> Option<String> {
    let study = describe_dataset(&model.config.name)?.study.as_ref()?;
    let mut compartments = model.compartments.iter();
    let place = compartments.position(|name| name == study.compartment)?;
    let is_called = model.thresholds.call_row(probabilities)[place];
    (is_called && sequence.len() <= study.longest).then(|| study.message.to_owned())
}

//! The values of `--format`, `--what`, `--mode` and `--by`, with the names and texts of the types
//! that they select.

use std::ops::Range;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use strum::{EnumMessage, VariantArray};

use super::error::CliError;
use crate::genetic_seq2vec::GraphWeighting;
use crate::metrics::Measure;
use crate::output::{AttentionFormat, ExplanationTable, PredictionFormat};

impl ValueEnum for PredictionFormat {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(possible_value(self.into(), self))
    }
}

impl ValueEnum for GraphWeighting {
    /// Vectors without a graph are not GeneticSeq2Vec, so `embed` does not offer them.
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Weighted, Self::AsWritten]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(possible_value(self.into(), self))
    }
}

impl ValueEnum for Measure {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(<&'static str>::from(self)))
    }
}

/// The output of `rmlocnet explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExplainOutput {
    /// Attention, in one of its formats.
    Attention(AttentionFormat),
    /// A table.
    Table(ExplanationTable),
}

impl ExplainOutput {
    /// An error if this is none of the tables on which an option has an effect.
    pub(super) fn check_effect(
        self,
        option: &'static str,
        tables: &[ExplanationTable],
    ) -> Result<(), CliError> {
        if tables.iter().any(|table| self == Self::Table(*table)) {
            return Ok(());
        }
        let names: Vec<&'static str> = tables.iter().map(<&'static str>::from).collect();
        let names = match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => names.concat(),
        };
        Err(CliError::NoEffect {
            option,
            of: format!("--what {names}"),
        })
    }
}

impl ValueEnum for ExplainOutput {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Attention(AttentionFormat::Gff3),
            Self::Attention(AttentionFormat::BedGraph),
            Self::Table(ExplanationTable::Mutagenesis),
            Self::Table(ExplanationTable::IntegratedGradients),
            Self::Table(ExplanationTable::ScoreParts),
            Self::Table(ExplanationTable::Deletion),
            Self::Table(ExplanationTable::KmerAttention),
            Self::Table(ExplanationTable::Motifs),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Attention(format) => possible_value(format.into(), format),
            Self::Table(table) => possible_value(table.into(), table),
        })
    }
}

/// A value whose help text is its documentation.
fn possible_value(name: &'static str, value: &impl EnumMessage) -> PossibleValue {
    let documentation = value.get_documentation().unwrap_or_default();
    let text = documentation.trim().trim_end_matches('.');
    PossibleValue::new(name).help(text.replace('\n', " "))
}

/// Parses the value of `--positions`: the positions counted from 0; the end is exclusive.
pub(super) fn parse_positions(text: &str) -> Result<Range<usize>, CliError> {
    let ends = text.split_once('-');
    let ends: Option<(usize, usize)> =
        ends.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    match ends {
        Some((first, last)) if 1 <= first && first <= last => Ok(first - 1..last),
        _ => Err(CliError::Argument {
            option: "--positions",
            value: text.to_owned(),
            expected: "the first and the last position, counted from 1, such as 101-200".to_owned(),
        }),
    }
}

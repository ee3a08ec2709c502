//! Values of `--format` and `--what`: the names of the output formats and tables.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use strum::{EnumMessage, VariantArray};

use crate::output::{AttentionFormat, ExplanationTable, PredictionFormat};

impl ValueEnum for PredictionFormat {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(possible_value(self.into(), self))
    }
}

/// What `rmlocnet explain` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExplainOutput {
    /// Attention, in one of its formats.
    Attention(AttentionFormat),
    /// A table.
    Table(ExplanationTable),
}

impl ValueEnum for ExplainOutput {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Attention(AttentionFormat::Gff3),
            Self::Attention(AttentionFormat::BedGraph),
            Self::Table(ExplanationTable::Mutagenesis),
            Self::Table(ExplanationTable::IntegratedGradients),
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

/// A value with its documentation as its help text.
fn possible_value(name: &'static str, value: &impl EnumMessage) -> PossibleValue {
    let documentation = value.get_documentation().unwrap_or_default();
    PossibleValue::new(name).help(documentation.trim().replace('\n', " "))
}

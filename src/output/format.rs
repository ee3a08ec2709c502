//! The names of the output formats, for the command line and the page.

use std::str::FromStr;

use strum::{EnumMessage, EnumString, IntoStaticStr, VariantArray, VariantNames};

use super::bedgraph::BedGraphWriter;
use super::fasta::FastaWriter;
use super::gff3::Gff3Writer;
use super::json::JsonWriter;
use super::tsv::TsvWriter;
use super::{AttentionWriter, PredictionWriter};

/// A format for predictions. Its documentation is its help text on the command line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    VariantArray,
    VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum PredictionFormat {
    /// Tab-separated values, one line per RNA
    Tsv,
    /// One JSON object with settings, predictions and problems
    Json,
    /// The RNAs as they were read, as FASTA
    Fasta,
}

/// A format for attention. Its documentation is its help text on the command line.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumMessage, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum AttentionFormat {
    /// Regions with much attention, as GFF3
    Gff3,
    /// Attention of every nucleotide, as bedGraph
    BedGraph,
}

/// Any output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A format for predictions.
    Predictions(PredictionFormat),
    /// A format for attention.
    Attention(AttentionFormat),
}

/// The writer of a format.
pub enum FormatWriter {
    /// Writes predictions.
    Predictions(Box<dyn PredictionWriter>),
    /// Writes attention.
    Attention(Box<dyn AttentionWriter>),
}

impl PredictionFormat {
    /// A writer of this format.
    pub fn writer(self) -> Box<dyn PredictionWriter> {
        match self {
            Self::Tsv => Box::new(TsvWriter),
            Self::Json => Box::new(JsonWriter::default()),
            Self::Fasta => Box::new(FastaWriter),
        }
    }
}

impl AttentionFormat {
    /// A writer of this format.
    pub fn writer(self) -> Box<dyn AttentionWriter> {
        match self {
            Self::Gff3 => Box::new(Gff3Writer::default()),
            Self::BedGraph => Box::new(BedGraphWriter::default()),
        }
    }
}

impl Format {
    /// A writer of this format.
    pub fn writer(self) -> FormatWriter {
        match self {
            Self::Predictions(format) => FormatWriter::Predictions(format.writer()),
            Self::Attention(format) => FormatWriter::Attention(format.writer()),
        }
    }
}

/// The name is not that of a [`Format`].
#[derive(Debug, thiserror::Error, PartialEq)]
#[error(
    "unknown format `{0}`: choose one of {predictions}, {attention}",
    predictions = <PredictionFormat as VariantNames>::VARIANTS.join(", "),
    attention = <AttentionFormat as VariantNames>::VARIANTS.join(", ")
)]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let predictions = PredictionFormat::from_str(name).map(Self::Predictions);
        let format = predictions.or_else(|_| AttentionFormat::from_str(name).map(Self::Attention));
        format.map_err(|_| UnknownFormat(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for (name, format) in [
            ("tsv", Format::Predictions(PredictionFormat::Tsv)),
            ("json", Format::Predictions(PredictionFormat::Json)),
            ("fasta", Format::Predictions(PredictionFormat::Fasta)),
            ("gff3", Format::Attention(AttentionFormat::Gff3)),
            ("bedgraph", Format::Attention(AttentionFormat::BedGraph)),
        ] {
            assert_eq!(name.parse(), Ok(format));
        }
    }

    #[test]
    fn unknown_name_is_rejected_with_all_names() {
        let error = "xlsx".parse::<Format>().map_err(|error| error.to_string());
        let expected =
            "unknown format `xlsx`: choose one of tsv, json, fasta, gff3, bedgraph".to_owned();
        assert_eq!(error, Err(expected));
    }
}

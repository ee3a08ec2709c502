//! Explanations at nucleotide level (section 4.2, Fig. 12).
//!
//! - [`attention`]: where the network looked;
//! - [`mutagenesis`]: the effect of every single-nucleotide substitution;
//! - [`gradients`]: the contribution of each nucleotide to a score;
//! - [`score_parts`]: what each region of an RNA adds to a score;
//! - [`deletion`]: whether masking the most attended nucleotides changes the prediction more than
//!   masking at random;
//! - [`kmer_attention`], [`motifs`]: the attention on k-mers, and on motifs from the literature;
//! - [`summary`], [`row_order`]: attention over many RNAs, and the order of their rows in a heat
//!   map;
//! - [`comparison`]: the differences between two RNAs.
//!
//! These modules never run the network. They build its inputs and interpret its outputs.

pub mod attention;
pub mod comparison;
pub mod deletion;
pub mod gradients;
pub mod kmer_attention;
pub mod motifs;
pub mod mutagenesis;
pub mod row_order;
pub mod score_parts;
pub mod summary;

pub use attention::{AttentionHead, Explanation};
pub use deletion::DeletionPoint;
pub use gradients::IntegratedGradients;
pub use kmer_attention::{KmerAttention, KmerStatistic};
pub use motifs::{Motif, MotifError};
pub use mutagenesis::Mutations;
pub use score_parts::{RegionPart, ScoreParts};
pub use summary::AttentionSummary;

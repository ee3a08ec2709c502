//! Why: from the network's weights to the nucleotides a person knows (section 4.2, Fig. 12).
//!
//! [`attention`] says where the network looked; [`mutagenesis`] what every single change would
//! do; [`gradients`] what each nucleotide adds to a score; [`deletion`] whether masking what was
//! attended moves the answer more than masking anything else; [`kmer_attention`] which k-mers draw
//! attention (Fig. 12), [`motifs`] whether those of the literature do; [`summary`] all that over many
//! RNAs, [`row_order`] their rows side by side; [`comparison`] two RNAs nucleotide by nucleotide.
//!
//! Nothing here asks a network: these modules say what to ask and what the answers mean.

pub mod attention;
pub mod comparison;
pub mod deletion;
pub mod gradients;
pub mod kmer_attention;
pub mod motifs;
pub mod mutagenesis;
pub mod row_order;
pub mod summary;

pub use attention::{AttentionHead, Explanation};
pub use deletion::DeletionPoint;
pub use gradients::IntegratedGradients;
pub use kmer_attention::{KmerAttention, KmerStatistic};
pub use motifs::{Motif, MotifError};
pub use mutagenesis::Mutations;
pub use summary::AttentionSummary;

//! Computes an embedding from a file of sequences, without training a network.

use std::io::Read;

use serde_json::{Value, json};

use super::{EmbeddingConfig, EmbeddingError, EmbeddingMatrix};
use crate::rna::{FastaError, FastaReader, Kmers};

/// Why an embedding cannot be computed from a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FromFastaError {
    /// The file or one of its records cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The embedding cannot be computed from the sequences.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
}

impl EmbeddingMatrix {
    /// Computes the embedding of all records in FASTA or FASTA.gz. An invalid record is an error.
    pub fn from_fasta(
        kmers: &Kmers,
        config: EmbeddingConfig,
        source: impl Read,
    ) -> Result<Self, FromFastaError> {
        let records: Vec<_> = FastaReader::new(source)?.collect::<Result<_, _>>()?;
        let sequences = records.iter().map(|record| &record.sequence);
        Ok(Self::fit(kmers, config, sequences)?)
    }

    /// The embedding as JSON: settings, vocabulary, shape, singular values of each hop, whether it
    /// is degenerate, and the vectors.
    pub fn to_json(&self, kmers: &Kmers, config: EmbeddingConfig) -> Value {
        let tokens = 0..kmers.size() as u32;
        json!({
            "k": kmers.k(),
            "stride": kmers.stride(),
            "mode": config.weighting,
            "hops": config.hops,
            "vocabulary": tokens.map(|token| kmers.kmer_string(token)).collect::<Vec<_>>(),
            "shape": [self.rows, self.dim],
            "singular_values": self.singular_values_of_hops().collect::<Vec<_>>(),
            "columns_from_graph": self.columns_from_graph,
            "degenerate": self.is_degenerate,
            "vectors": self.values.chunks(self.dim).collect::<Vec<_>>(),
        })
    }
}

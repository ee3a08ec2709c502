//! GeneticSeq2Vec from a file of sequences, without training a network.

use std::io::Read;

use serde_json::{Value, json};

use super::{EmbeddingConfig, EmbeddingError, EmbeddingMatrix};
use crate::rna::{FastaError, FastaReader, Kmers};

/// Why no embedding can be computed from a file.
#[derive(Debug, thiserror::Error)]
pub enum FromFastaError {
    /// The file or one of its records cannot be read.
    #[error(transparent)]
    Fasta(#[from] FastaError),
    /// The sequences give no embedding.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
}

impl EmbeddingMatrix {
    /// [`EmbeddingMatrix::fit`] for all records of FASTA or FASTA.gz. A bad record is an error.
    pub fn from_fasta(
        kmers: &Kmers,
        config: EmbeddingConfig,
        source: impl Read,
    ) -> Result<Self, FromFastaError> {
        let records: Vec<_> = FastaReader::new(source)?.collect::<Result<_, _>>()?;
        let sequences = records.iter().map(|record| record.sequence.as_slice());
        Ok(Self::fit(kmers, config, sequences)?)
    }

    /// Vocabulary, shape, singular values of each hop, whether it is degenerate, and the vectors.
    pub fn to_json(&self, kmers: &Kmers, config: EmbeddingConfig) -> Value {
        let tokens = 0..kmers.size() as u32;
        json!({
            "k": kmers.k(),
            "stride": kmers.stride(),
            "mode": config.mode,
            "hops": config.hops,
            "vocabulary": tokens.map(|token| kmers.kmer_string(token)).collect::<Vec<_>>(),
            "shape": [self.rows, self.dim],
            "singular_values": self.singular_values,
            "columns_from_graph": self.columns_from_graph,
            "degenerate": self.degenerate,
            "vectors": self.values.chunks(self.dim).collect::<Vec<_>>(),
        })
    }
}

//! GeneticSeq2Vec (section 2.1): computes one vector per k-mer from many RNAs.
//!
//! There are four steps. The first three have a file each: the k-mer graph ([`graph`]), the powers
//! of its proximity matrix ([`proximity`]), and the singular value decomposition of each power
//! ([`factorize`]). The fourth step is concatenation ([`EmbeddingMatrix`]).
//!
//! **How the paper is read.** The paper defines the adjacency matrix with 0 and 1. For k = 1, and
//! for k = 2 with stride 2, the graph is then complete, and equation 1 gives a matrix of zeros.
//! This concerns five of the eight rows of Table 2. Elsewhere, however, the paper mentions weighted
//! relations. So [`GraphWeighting::Weighted`] counts how often two k-mers are neighbours and sets
//! negative proximities to 0. [`GraphWeighting::AsWritten`] follows the definition and reports a
//! degenerate result.

pub mod factorize;
mod from_fasta;
pub mod graph;
pub mod proximity;

use std::slice::ChunksExact;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::rna::{Kmers, Sequence};
use graph::KmerGraph;

pub use from_fasta::FromFastaError;
pub use graph::GraphWeighting;

/// Standard deviation of the seeded noise in columns that the graph does not fill. The filled
/// columns have a root mean square of 1.
const NOISE: f32 = 0.1;

/// The settings of an embedding. The paper searches them in section 3.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct EmbeddingConfig {
    /// How the adjacency matrix is filled.
    pub weighting: GraphWeighting,
    /// The number of proximity powers, 1 to 7 (equation 2).
    pub hops: usize,
    /// The width d of the embedding.
    pub dim: usize,
    /// The seed of the noise in columns beyond the rank of the graph.
    pub seed: u64,
}

impl EmbeddingConfig {
    /// An embedding of this width, of four powers of the proximity matrix of the weighted graph.
    pub fn new(dim: usize) -> Self {
        Self {
            weighting: GraphWeighting::Weighted,
            hops: 4,
            dim,
            seed: 1,
        }
    }
}

/// Why an embedding cannot be computed.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum EmbeddingError {
    /// The number of hops is outside the paper's range.
    #[error("the number of hops is {0}: use 1 to 7")]
    Hops(usize),
    /// The embedding has no columns.
    #[error("the embedding dimension is 0: use at least 1")]
    NoColumns,
    /// The sequences have no two consecutive k-mers.
    #[error(
        "no sequence has two consecutive {k}-mers: the sequences are shorter than {k} + stride \
         nucleotides, or consist of N; use a smaller k or longer sequences"
    )]
    NoEdges {
        /// The k of the k-mers.
        k: usize,
    },
    /// The entries of a power of the proximity matrix are too large.
    #[error("power {hop} of the proximity matrix overflows: use fewer hops")]
    Overflow {
        /// The power, from 1.
        hop: usize,
    },
}

/// The embedding (equation 4): one vector of dimension d per token, in the order of the tokens of
/// [`Kmers`]. These are all k-mers, the unknown k-mer and padding.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EmbeddingMatrix {
    /// The number of rows: 4^k k-mers, the unknown k-mer, and padding.
    pub rows: usize,
    /// The width d.
    pub dim: usize,
    /// The values, `rows` x `dim`, row-major.
    pub values: Vec<f32>,
    /// The singular values of every hop's proximity matrix, [hops · 4^k], those of each hop largest
    /// first; empty if there is no graph.
    pub singular_values: Vec<f64>,
    /// The number of columns that come from the graph; the rest is noise.
    pub columns_from_graph: usize,
    /// Whether all proximity matrices are zero, so that no column comes from the graph.
    pub is_degenerate: bool,
}

impl EmbeddingMatrix {
    /// What to tell a user whose embedding is degenerate; `None` if it is not.
    pub fn degenerate_notice(&self) -> Option<&'static str> {
        self.is_degenerate.then_some(
            "the k-mer graph is degenerate: every proximity matrix is zero, so all k-mer vectors \
             start as noise; choose `weighted` instead",
        )
    }

    /// Computes the embedding by algorithm 1 of the paper, from sequences.
    ///
    /// Every hop contributes min(|V|, ceil(d / hops)) columns of U·sqrt(Σ), up to d columns in
    /// total. The filled columns are scaled together to a root mean square of 1, the usual scale of
    /// initial embeddings. Columns beyond these, and k-mers that never occur, get small seeded
    /// noise.
    ///
    /// # Errors
    /// A setting is out of range, no sequence has two consecutive k-mers, or a power overflows.
    pub fn fit<'a>(
        kmers: &Kmers,
        config: EmbeddingConfig,
        sequences: impl IntoIterator<Item = &'a Sequence>,
    ) -> Result<Self, EmbeddingError> {
        if !(1..=7).contains(&config.hops) {
            return Err(EmbeddingError::Hops(config.hops));
        }
        if config.dim == 0 {
            return Err(EmbeddingError::NoColumns);
        }
        if config.weighting == GraphWeighting::Random {
            return Ok(Self::random(kmers, config));
        }
        let graph = KmerGraph::from_sequences(kmers, sequences);
        if graph.edges() == 0 {
            return Err(EmbeddingError::NoEdges { k: kmers.k() });
        }
        let proximity =
            proximity::proximity_matrix(&graph.adjacency(config.weighting), config.weighting);
        let width = config.dim.div_ceil(config.hops).min(kmers.vocabulary());
        let mut blocks = Vec::with_capacity(config.hops);
        for (hop, power) in proximity::powers(&proximity, config.hops).enumerate() {
            if power.iter().any(|value| !value.is_finite()) {
                return Err(EmbeddingError::Overflow { hop: hop + 1 });
            }
            blocks.push(factorize::factorize(power, width));
        }
        Ok(concatenate(kmers, config, &blocks))
    }

    /// The singular values of each hop.
    pub fn singular_values_of_hops(&self) -> ChunksExact<'_, f64> {
        // Two rows are not k-mers: those of the unknown k-mer and of padding.
        self.singular_values.chunks_exact(self.rows - 2)
    }

    /// An embedding of seeded normal numbers with deviation 1, the scale of the columns that come
    /// from the graph; zeros for padding.
    fn random(kmers: &Kmers, config: EmbeddingConfig) -> Self {
        let mut noise = ChaCha8Rng::seed_from_u64(config.seed);
        let padding = kmers.padding() as usize * config.dim;
        let mut values: Vec<f32> = (0..padding).map(|_| sample_normal(&mut noise)).collect();
        values.resize(kmers.size() * config.dim, 0.0);
        Self {
            rows: kmers.size(),
            dim: config.dim,
            values,
            singular_values: Vec::new(),
            columns_from_graph: 0,
            is_degenerate: false,
        }
    }
}

/// Equation 4: concatenates and scales the vectors of all hops, and fills empty entries with noise.
fn concatenate(
    kmers: &Kmers,
    config: EmbeddingConfig,
    blocks: &[factorize::Factorization],
) -> EmbeddingMatrix {
    let columns: Vec<Vec<f64>> = blocks
        .iter()
        .flat_map(|block| {
            (0..block.columns.ncols()).map(|c| block.columns.column(c).iter().copied().collect())
        })
        .take(config.dim)
        .collect();
    let squares: f64 = columns.iter().flatten().map(|v: &f64| v * v).sum();
    let is_degenerate = squares == 0.0;
    let scale = if is_degenerate {
        0.0
    } else {
        1.0 / (squares / (columns.len() * kmers.vocabulary()) as f64).sqrt()
    };
    EmbeddingMatrix {
        rows: kmers.size(),
        dim: config.dim,
        values: fill(kmers, config, &columns, scale),
        singular_values: blocks
            .iter()
            .flat_map(|b| &b.singular_values)
            .copied()
            .collect(),
        columns_from_graph: if is_degenerate { 0 } else { columns.len() },
        is_degenerate,
    }
}

/// The vectors of all k-mers, from scaled columns and noise where a column is missing or zero.
fn fill(kmers: &Kmers, config: EmbeddingConfig, columns: &[Vec<f64>], scale: f64) -> Vec<f32> {
    let (vocabulary, dim) = (kmers.vocabulary(), config.dim);
    let mut noise = ChaCha8Rng::seed_from_u64(config.seed);
    let mut values = vec![0.0f32; kmers.size() * dim];
    for row in 0..vocabulary {
        for column in 0..dim {
            let value = columns.get(column).map_or(0.0, |c| c[row]);
            values[row * dim + column] = if value == 0.0 {
                NOISE * sample_normal(&mut noise)
            } else {
                (value * scale) as f32
            };
        }
    }
    // A k-mer with N may be any k-mer, so its initial vector is their mean. Padding has zeros.
    for column in 0..dim {
        let sum: f32 = (0..vocabulary).map(|row| values[row * dim + column]).sum();
        values[kmers.unknown() as usize * dim + column] = sum / vocabulary as f32;
    }
    values
}

/// Draws an approximately normal number: the sum of twelve uniform ones. This needs additions only,
/// so every platform gives the same bits.
fn sample_normal(rng: &mut ChaCha8Rng) -> f32 {
    (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    fn fit(
        k: usize,
        stride: usize,
        weighting: GraphWeighting,
        dim: usize,
        hops: usize,
    ) -> EmbeddingMatrix {
        let kmers = Kmers::new(k, stride).unwrap();
        let config = EmbeddingConfig {
            weighting,
            hops,
            dim,
            seed: 1,
        };
        let sequence = rna("ACGUUGCAAGCUCCGGAAUUACACGUGUCUCUGAGAGCGCAUAUAAGGCCUUCAGUUCGAUC");
        EmbeddingMatrix::fit(&kmers, config, [&sequence]).unwrap()
    }

    #[test]
    fn one_mers_as_written_are_degenerate() {
        let matrix = fit(1, 1, GraphWeighting::AsWritten, 8, 4);
        assert!(matrix.is_degenerate);
        assert_eq!(matrix.columns_from_graph, 0);
        assert!(matrix.singular_values.iter().all(|s| *s == 0.0));
        assert!(
            matrix.values[..4 * 8].iter().any(|v| *v != 0.0),
            "filled with noise"
        );
    }

    #[test]
    fn weighted_one_mers_fill_four_columns_per_hop() {
        let matrix = fit(1, 1, GraphWeighting::Weighted, 32, 4);
        assert_eq!((matrix.rows, matrix.dim), (6, 32));
        assert_eq!(matrix.columns_from_graph, 16);
        assert!(!matrix.is_degenerate);
    }

    #[test]
    fn the_same_data_and_seed_give_the_same_bits() {
        let first = fit(2, 1, GraphWeighting::Weighted, 90, 2);
        assert_eq!(first, fit(2, 1, GraphWeighting::Weighted, 90, 2));
        assert_eq!(first.columns_from_graph, 32, "at most |V| columns per hop");
    }

    #[test]
    fn random_vectors_have_the_scale_of_columns_from_the_graph() {
        let matrix = fit(3, 1, GraphWeighting::Random, 32, 4);
        let kmers = &matrix.values[..65 * 32];
        let square = kmers.iter().map(|v| v * v).sum::<f32>() / kmers.len() as f32;
        assert!((square - 1.0).abs() < 0.1, "{square}");
        assert!(matrix.values[65 * 32..].iter().all(|v| *v == 0.0));
        assert_eq!((matrix.rows, matrix.columns_from_graph), (66, 0));
    }

    #[test]
    fn sequences_without_consecutive_kmers_are_rejected() {
        let kmers = Kmers::new(3, 1).unwrap();
        let config = EmbeddingConfig {
            weighting: GraphWeighting::Weighted,
            hops: 4,
            dim: 8,
            seed: 1,
        };
        let error = EmbeddingMatrix::fit(&kmers, config, &["ACG", "NNNNNN"].map(rna));
        assert_eq!(error.unwrap_err(), EmbeddingError::NoEdges { k: 3 });
    }
}

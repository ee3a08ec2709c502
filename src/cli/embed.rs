//! `rmlocnet embed`: GeneticSeq2Vec alone.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::error::CliError;
use super::files;
use crate::genetic_seq2vec::{EmbeddingConfig, EmbeddingMatrix, GraphWeighting};
use crate::rna::Kmers;

/// Compute GeneticSeq2Vec's k-mer vectors for a set of RNAs.
///
/// Reads RNAs in FASTA. Prints the size of the matrix of vectors and the largest singular values of
/// every hop (paper, section 2.1), or everything as JSON.
///
/// Example: rmlocnet embed --data rnas.fa --k 2 --dim 64
#[derive(Debug, Args)]
pub(super) struct EmbedArguments {
    /// RNAs in FASTA, plain or gzipped.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Number of nucleotides of a k-mer, 1 to 5.
    #[arg(long)]
    k: usize,
    /// Number of nucleotides from one k-mer to the next, 1 to 3.
    #[arg(long, value_name = "N", default_value_t = 1)]
    stride: usize,
    /// Number of powers of the proximity matrix, 1 to 7.
    #[arg(long, value_name = "N", default_value_t = 4)]
    hops: usize,
    /// Width of the vectors.
    #[arg(long, value_name = "N")]
    dim: usize,
    /// How the adjacency matrix of the k-mer graph is filled.
    #[arg(long, value_enum, default_value_t = GraphWeighting::Weighted)]
    mode: GraphWeighting,
    /// Seed of the noise in columns that the graph does not fill.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print everything, vectors included, as JSON.
    #[arg(long = "json")]
    is_json: bool,
}

impl EmbedArguments {
    /// Computes the vectors and prints them.
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let kmers = Kmers::new(self.k, self.stride)?;
        let config = EmbeddingConfig {
            weighting: self.mode,
            hops: self.hops,
            dim: self.dim,
            seed: self.seed,
        };
        let source = files::open(&self.data)?;
        let matrix = EmbeddingMatrix::from_fasta(&kmers, config, source).map_err(|error| {
            let path = self.data.clone();
            CliError::Embedding { path, error }
        })?;
        if self.is_json {
            files::print(&format!("{}\n", matrix.to_json(&kmers, config)))?;
        } else {
            files::print(&summary(&matrix))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The size of the matrix and the first singular values of every hop.
fn summary(matrix: &EmbeddingMatrix) -> String {
    let mut text = format!(
        "{} x {} matrix; {} columns come from the graph, the rest is seeded noise\n",
        matrix.rows, matrix.dim, matrix.columns_from_graph
    );
    if let Some(notice) = matrix.degenerate_notice() {
        text.push_str(&format!("{notice}\n"));
    }
    for (hop, values) in matrix.singular_values_of_hops().enumerate() {
        let largest = values.iter().take(8);
        let largest: Vec<String> = largest.map(|value| format!("{value:.4}")).collect();
        let (hop, largest) = (hop + 1, largest.join(" "));
        text.push_str(&format!("hop {hop}: singular values {largest} …\n"));
    }
    text
}

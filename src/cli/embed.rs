//! `rmlocnet embed`: computes GeneticSeq2Vec alone.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::error::CliError;
use super::files;
use crate::genetic_seq2vec::{EmbeddingConfig, EmbeddingMatrix, GraphWeighting};
use crate::rna::Kmers;

/// Arguments of `embed`.
#[derive(Debug, Args)]
pub(super) struct Embed {
    /// FASTA or FASTA.gz
    #[arg(long)]
    data: PathBuf,
    /// Length of the k-mers, 1 to 5
    #[arg(long)]
    k: usize,
    /// Nucleotides from the start of one k-mer to the next, 1 to 3
    #[arg(long, default_value_t = 1)]
    stride: usize,
    /// Number of proximity powers, 1 to 7
    #[arg(long, default_value_t = 4)]
    hops: usize,
    /// Embedding dimension d
    #[arg(long)]
    dim: usize,
    /// How the adjacency matrix of the k-mer graph is filled
    #[arg(long, value_enum, default_value_t = Filling::Weighted)]
    mode: Filling,
    /// Seed of the noise that fills missing columns
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write everything, including the vectors, as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Filling {
    /// Counts of neighbouring k-mers.
    Weighted,
    /// 0 or 1, as the paper's text says.
    AsWritten,
}

impl Embed {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let kmers = Kmers::new(self.k, self.stride)?;
        let mode = match self.mode {
            Filling::Weighted => GraphWeighting::Weighted,
            Filling::AsWritten => GraphWeighting::AsWritten,
        };
        let config = EmbeddingConfig {
            mode,
            hops: self.hops,
            dim: self.dim,
            seed: self.seed,
        };
        let source = files::open(&self.data)?;
        let matrix = EmbeddingMatrix::from_fasta(&kmers, config, source).map_err(|error| {
            let path = self.data.clone();
            CliError::Embedding { path, error }
        })?;
        let text = match self.json {
            true => format!(
                "{}
",
                matrix.to_json(&kmers, config)
            ),
            false => in_words(&matrix),
        };
        // If the reader has closed the pipe, that is not an error.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
        Ok(ExitCode::SUCCESS)
    }
}

fn in_words(matrix: &EmbeddingMatrix) -> String {
    let mut text = format!(
        "{} x {} matrix, {} columns from the graph, the rest seeded noise\n",
        matrix.rows, matrix.dim, matrix.columns_from_graph
    );
    if matrix.degenerate {
        text.push_str("degenerate: every proximity matrix is zero; use --mode weighted\n");
    }
    for (hop, values) in matrix.singular_values.iter().enumerate() {
        let first: Vec<String> = values
            .iter()
            .take(8)
            .map(|value| format!("{value:.4}"))
            .collect();
        text.push_str(&format!(
            "hop {}: singular values {} …\n",
            hop + 1,
            first.join(" ")
        ));
    }
    text
}

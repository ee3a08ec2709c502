//! Computes GeneticSeq2Vec's k-mer vectors for the sequences of a FASTA file (section 2.1).
//!
//! ```sh
//! cargo run --release --example embed [FASTA]
//! ```
#![allow(clippy::print_stdout, reason = "the results of an example")]

use std::error::Error;
use std::fs::File;

use rmlocnet::{EmbeddingConfig, EmbeddingMatrix, Kmers};

fn main() -> Result<(), Box<dyn Error>> {
    let fasta = std::env::args().nth(1);
    for line in embed(fasta.as_deref().unwrap_or("models/panel.fa"), 2)? {
        println!("{line}");
    }
    Ok(())
}

/// One line for each k-mer of `k` nucleotides: its letters, then the numbers of its vector.
pub(crate) fn embed(fasta: &str, k: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let kmers = Kmers::new(k, 1)?;
    let config = EmbeddingConfig::new(8);
    let matrix = EmbeddingMatrix::from_fasta(&kmers, config, File::open(fasta)?)?;
    let lines = matrix
        .values
        .chunks(matrix.dim)
        .zip(0..)
        .map(|(vector, token)| {
            let numbers: Vec<String> = vector.iter().map(|number| format!("{number:.3}")).collect();
            format!("{}\t{}", kmers.kmer_string(token), numbers.join("\t"))
        });
    Ok(lines.collect())
}

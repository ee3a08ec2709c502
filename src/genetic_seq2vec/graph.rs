//! The undirected k-mer graph and its adjacency matrix S (section 2.1, step 1).

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};
use strum::{EnumMessage, IntoStaticStr, VariantArray};

use crate::rna::{Kmers, Sequence};

/// How the adjacency matrix S of the k-mer graph is filled. Its documentation is its help text on
/// the command line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum GraphWeighting {
    /// Counts of how often two k-mers are neighbours; negative proximities become 0
    Weighted,
    /// 1 if two k-mers are ever neighbours, else 0, as in the paper's text
    AsWritten,
    /// No graph: all vectors are random, for ablations
    Random,
}

/// The k-mer graph: how often each ordered pair of k-mers is consecutive in the sequences.
///
/// The vertices are all 4^k k-mers. An edge connects consecutive k-mers of one sequence ("a window
/// of 2 with the stride size of 1"). There are no edges between sequences, and k-mers with N are
/// not vertices.
#[derive(Clone, Debug)]
pub struct KmerGraph {
    vertices: usize,
    pairs: Vec<u64>,
}

impl KmerGraph {
    /// Counts the consecutive k-mers of every sequence.
    pub fn from_sequences<'a>(
        kmers: &Kmers,
        sequences: impl IntoIterator<Item = &'a Sequence>,
    ) -> Self {
        let vertices = kmers.vocabulary();
        let mut pairs = vec![0u64; vertices * vertices];
        for sequence in sequences {
            for pair in kmers.tokens(sequence).windows(2) {
                let (a, b) = (pair[0] as usize, pair[1] as usize);
                if a < vertices && b < vertices {
                    pairs[a * vertices + b] += 1;
                }
            }
        }
        Self { vertices, pairs }
    }

    /// The number of pairs of consecutive k-mers, in all sequences.
    pub fn edges(&self) -> u64 {
        self.pairs.iter().sum()
    }

    /// The symmetric adjacency matrix S, |V| x |V|: counts in both directions, or 0 and 1.
    pub fn adjacency(&self, weighting: GraphWeighting) -> DMatrix<f64> {
        let n = self.vertices;
        DMatrix::from_fn(n, n, |i, j| {
            let count = self.pairs[i * n + j] + self.pairs[j * n + i];
            match weighting {
                GraphWeighting::Weighted => count as f64,
                GraphWeighting::AsWritten | GraphWeighting::Random => {
                    f64::from(u8::from(count > 0))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn adjacency_counts_neighbours_in_both_directions() {
        let kmers = Kmers::new(1, 1).unwrap();
        // The pairs are AC, CC and CA in the first sequence, and GA in the second one, where N
        // follows. There is no pair between the sequences.
        let graph = KmerGraph::from_sequences(&kmers, &["ACCA", "GANG"].map(rna));
        assert_eq!(graph.edges(), 4);
        let weighted = graph.adjacency(GraphWeighting::Weighted);
        #[rustfmt::skip]
        let expected = DMatrix::from_row_slice(4, 4, &[
            0.0, 2.0, 1.0, 0.0,
            2.0, 2.0, 0.0, 0.0,
            1.0, 0.0, 0.0, 0.0,
            0.0, 0.0, 0.0, 0.0,
        ]);
        assert_eq!(weighted, expected);
        assert_eq!(
            graph.adjacency(GraphWeighting::AsWritten),
            expected.map(|s| f64::from(s > 0.0))
        );
    }

    #[test]
    fn two_mers_at_stride_one_follow_the_de_bruijn_graph() {
        let kmers = Kmers::new(2, 1).unwrap();
        let graph = KmerGraph::from_sequences(&kmers, [&rna("ACGU")]);
        let s = graph.adjacency(GraphWeighting::AsWritten);
        let (ac, cg, gu) = (1, 6, 11);
        assert_eq!(s[(ac, cg)], 1.0);
        assert_eq!(s[(cg, ac)], 1.0);
        assert_eq!(s[(cg, gu)], 1.0);
        assert_eq!(s.sum(), 4.0);
    }
}

//! Extremely randomised trees (Geurts, Ernst and Wehenkel 2006) on k-mer frequencies and length. On
//! small sets this is the strongest simple competitor of a network.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::kmer_profile::profile;
use crate::dataset::Labels;
use crate::metrics::{MetricsError, compartments, same_count};
use crate::rna::Sequence;

/// Number of trees.
const TREES: usize = 400;
/// Length of the longest k-mers that are counted.
const LONGEST: usize = 4;

/// A forest of 400 trees on the frequencies of 1- to 4-mers and the logarithm of the length.
///
/// Each tree is grown on the whole training part until its leaves are pure, and serves all
/// compartments. At each node, √features features are cut at random places, and the cut that
/// lowers the Gini impurity most is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtraTrees {
    trees: Vec<Vec<TreeNode>>,
    width: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum TreeNode {
    /// Values below the cut go to the next node, others to the node `above`.
    Cut {
        feature: usize,
        at: f64,
        above: usize,
    },
    /// The share of the leaf's samples in each compartment.
    Leaf(Vec<f32>),
}

impl ExtraTrees {
    /// Grows the forest.
    ///
    /// # Errors
    /// There are no labels, or not one sequence per sample.
    pub fn fit(sequences: &[&Sequence], truth: &Labels, seed: u64) -> Result<Self, MetricsError> {
        let width = compartments(truth)?;
        same_count("sequences", sequences.len(), truth)?;
        let features: Vec<Vec<f64>> = sequences.iter().map(|s| profile(s, LONGEST)).collect();
        let trees = (0..TREES as u64).map(|tree| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(tree);
            let mut grower = TreeBuilder {
                features: &features,
                truth,
                width,
                rng,
                nodes: Vec::new(),
            };
            grower.grow((0..truth.len()).collect());
            grower.nodes
        });
        Ok(ExtraTrees {
            trees: trees.collect(),
            width,
        })
    }

    /// The scores of a sequence: the mean over the trees of the shares in its leaf.
    pub fn scores(&self, sequence: &Sequence) -> Vec<f32> {
        let features = profile(sequence, LONGEST);
        let mut sums = vec![0.0f64; self.width];
        for tree in &self.trees {
            let mut at = 0;
            while let Some(TreeNode::Cut {
                feature,
                at: cut,
                above,
            }) = tree.get(at)
            {
                at = if features[*feature] < *cut {
                    at + 1
                } else {
                    *above
                };
            }
            if let Some(TreeNode::Leaf(shares)) = tree.get(at) {
                for (sum, share) in sums.iter_mut().zip(shares) {
                    *sum += f64::from(*share);
                }
            }
        }
        let count = self.trees.len() as f64;
        sums.iter().map(|sum| (sum / count) as f32).collect()
    }
}

struct TreeBuilder<'a> {
    features: &'a [Vec<f64>],
    truth: &'a Labels,
    width: usize,
    rng: ChaCha8Rng,
    nodes: Vec<TreeNode>,
}

impl TreeBuilder<'_> {
    /// Adds the tree for these samples. Its root is the next node.
    fn grow(&mut self, samples: Vec<usize>) {
        let place = self.nodes.len();
        let Some((feature, at)) = self.best_cut(&samples) else {
            let shares = self.counts(&samples);
            let share = |count: f64| (count / samples.len() as f64) as f32;
            self.nodes
                .push(TreeNode::Leaf(shares.into_iter().map(share).collect()));
            return;
        };
        let (below, above): (Vec<usize>, Vec<usize>) = samples
            .into_iter()
            .partition(|&s| self.features[s][feature] < at);
        self.nodes.push(TreeNode::Cut {
            feature,
            at,
            above: 0,
        });
        self.grow(below);
        let start = self.nodes.len();
        if let TreeNode::Cut { above, .. } = &mut self.nodes[place] {
            *above = start;
        }
        self.grow(above);
    }

    /// The best of √features random cuts; `None` if all samples have the same labels or features.
    fn best_cut(&mut self, samples: &[usize]) -> Option<(usize, f64)> {
        let first = *samples.first()?;
        if samples.iter().all(|&s| self.truth[s] == self.truth[first]) {
            return None;
        }
        let count = self.features[first].len();
        let mut wanted = count.isqrt();
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut self.rng);
        let mut best: Option<(f64, usize, f64)> = None;
        for feature in order {
            let values = samples.iter().map(|&s| self.features[s][feature]);
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                (l.min(v), h.max(v))
            });
            // Rounding must not move the cut to the lowest value, because nothing would be below
            // it.
            let at = low + (high - low) * self.rng.random_range(f64::EPSILON..1.0);
            if !(low < at && at <= high) {
                continue;
            }
            let impurity = self.impurity(samples, feature, at);
            if best.is_none_or(|(least, ..)| impurity < least) {
                best = Some((impurity, feature, at));
            }
            wanted -= 1;
            if wanted == 0 {
                break;
            }
        }
        best.map(|(_, feature, at)| (feature, at))
    }

    /// The Gini impurity after a cut, summed over compartments and weighted by samples.
    fn impurity(&self, samples: &[usize], feature: usize, at: f64) -> f64 {
        let mut sides = [(0.0, vec![0.0; self.width]), (0.0, vec![0.0; self.width])];
        for &s in samples {
            let (count, labels) = &mut sides[usize::from(self.features[s][feature] >= at)];
            *count += 1.0;
            for (sum, label) in labels.iter_mut().zip(&self.truth[s]) {
                *sum += f64::from(u8::from(*label));
            }
        }
        let side = |(count, labels): &(f64, Vec<f64>)| -> f64 {
            labels
                .iter()
                .map(|sum| sum * (count - sum) / count.max(1.0))
                .sum()
        };
        sides.iter().map(side).sum()
    }

    fn counts(&self, samples: &[usize]) -> Vec<f64> {
        let count = |c: usize| samples.iter().filter(|&&s| self.truth[s][c]).count() as f64;
        (0..self.width).map(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn forest_learns_a_pattern_that_is_not_linear() {
        // Short and long RNAs are in the first compartment, those of medium length in the second.
        let repeated = |n: usize| rna(&"ACGU".repeat(n));
        let sequences: Vec<Sequence> = (10..90).map(repeated).collect();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let middle = |n: usize| (30..60).contains(&n);
        let truth = table((10..90).map(|n| [!middle(n), middle(n)]));
        let forest = ExtraTrees::fit(&sequences, &truth, 1).unwrap();
        let scores = |n: usize| forest.scores(&repeated(n));
        assert!(scores(15)[0] > 0.9 && scores(45)[1] > 0.9 && scores(80)[0] > 0.9);
        // The training samples are predicted perfectly.
        assert_eq!(forest.scores(sequences[0]), [1.0, 0.0]);
        assert_eq!(forest, ExtraTrees::fit(&sequences, &truth, 1).unwrap());
        assert_ne!(forest, ExtraTrees::fit(&sequences, &truth, 2).unwrap());
    }

    #[test]
    fn samples_with_equal_features_share_a_leaf() {
        let truth = table([[true], [false]]);
        let forest = ExtraTrees::fit(&[&rna("ACGU"), &rna("ACGU")], &truth, 1).unwrap();
        assert_eq!(forest.scores(&rna("GGGG")), [0.5]);
        assert_eq!(
            ExtraTrees::fit(&[], &Labels::default(), 1),
            Err(MetricsError::Empty)
        );
    }
}

//! A summary of attention over many RNAs: how it is distributed along an RNA, and which k-mers
//! receive it.

use serde::{Deserialize, Serialize};

use super::{Explanation, KmerAttention, KmerStatistic};
use crate::rna::Sequence;

/// The number of bins into which the length of an RNA is divided.
pub const PROFILE_BINS: usize = 50;

/// Number of occurrences from which a k-mer is frequent. For fewer RNAs, it is their number.
const MIN_OCCURRENCES: u32 = 5;

/// The summary of many RNAs, with one part per compartment. An RNA counts for each compartment that
/// is called for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionSummary {
    compartments: Vec<CompartmentSummary>,
}

/// The summary of the RNAs called for one compartment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentSummary {
    /// The number of these RNAs.
    pub rnas: u32,
    /// The sum of the attention profiles of these RNAs, as multiples of uniform attention:
    /// [`PROFILE_BINS`] numbers.
    profile: Vec<f64>,
    #[serde(rename = "patterns")]
    kmers: KmerAttention,
}

impl AttentionSummary {
    /// An empty summary for k-mers of `k` letters.
    pub fn new(compartments: usize, k: usize) -> Self {
        let empty = CompartmentSummary {
            rnas: 0,
            profile: vec![0.0; PROFILE_BINS],
            kmers: KmerAttention::new(k),
        };
        Self {
            compartments: vec![empty; compartments],
        }
    }

    /// Adds one RNA, for the compartments that are called for it.
    pub fn add(&mut self, sequence: &Sequence, explanation: &Explanation, called: &[usize]) {
        for compartment in called {
            let head = explanation.head(*compartment);
            let (Some(head), Some(summary)) = (head, self.compartments.get_mut(*compartment))
            else {
                continue;
            };
            summary.rnas += 1;
            let read = explanation.read.positions();
            let weights: Vec<f32> = read.map(|position| head.weights[position]).collect();
            for (sum, attention) in summary.profile.iter_mut().zip(relative_profile(&weights)) {
                *sum += attention;
            }
            summary
                .kmers
                .add(sequence, &head.weights, &explanation.read);
        }
    }

    /// The summaries of all compartments, in the order of the model.
    pub fn compartments(&self) -> &[CompartmentSummary] {
        &self.compartments
    }
}

impl CompartmentSummary {
    /// The mean attention in each of [`PROFILE_BINS`] bins, as multiples of uniform attention.
    pub fn profile(&self) -> Vec<f64> {
        let rnas = f64::from(self.rnas.max(1));
        self.profile.iter().map(|sum| sum / rnas).collect()
    }

    /// The k-mers that occur often enough for a comparison, ranked by their attention.
    pub fn frequent_kmers(&self) -> Vec<KmerStatistic> {
        self.kmers.rank(MIN_OCCURRENCES.min(self.rnas))
    }

    /// The attention per k-mer.
    pub fn kmers(&self) -> &KmerAttention {
        &self.kmers
    }
}

/// The attention profile of one RNA: its weights, which have sum 1, distributed over
/// [`PROFILE_BINS`] bins as multiples of uniform attention.
fn relative_profile(weights: &[f32]) -> Vec<f64> {
    let length = weights.len().max(1) as f64;
    let mut cumulative = vec![0.0];
    for weight in weights {
        cumulative.push(cumulative.last().copied().unwrap_or(0.0) + f64::from(*weight));
    }
    // The sum of all weights before a position, which may be within a nucleotide.
    let sum_before = |position: f64| {
        let index = (position.floor() as usize).min(weights.len());
        let next = cumulative.get(index + 1).unwrap_or(&cumulative[index]);
        cumulative[index] + (next - cumulative[index]) * (position - index as f64)
    };
    let edge = |bin: usize| sum_before(bin as f64 * length / PROFILE_BINS as f64);
    (0..PROFILE_BINS)
        .map(|bin| (edge(bin + 1) - edge(bin)) * PROFILE_BINS as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation::AttentionHead;
    use crate::rna::ReadRanges;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn profile_keeps_the_sum_at_any_length() {
        for length in [1, 7, 22, 50, 51, 333] {
            let weights: Vec<f32> = (0..length).map(|i| (i % 5) as f32 + 0.1).collect();
            let sum: f32 = weights.iter().sum();
            let normalized: Vec<f32> = weights.iter().map(|w| w / sum).collect();
            let profile = relative_profile(&normalized);
            assert!((profile.iter().sum::<f64>() / PROFILE_BINS as f64 - 1.0).abs() < 1e-5);
        }
        let profile = relative_profile(&[0.0, 1.0]);
        assert!(profile[24].abs() < 1e-9 && (profile[25] - 2.0).abs() < 1e-9);
    }

    #[test]
    fn an_rna_counts_for_the_compartments_called() {
        let explanation = Explanation {
            length: 4,
            probabilities: vec![0.9, 0.1],
            heads: vec![AttentionHead {
                compartment: None,
                weights: vec![0.0, 0.0, 0.5, 0.5],
                is_even: false,
            }],
            read: ReadRanges::one(0..4),
            tail: 0,
            regions: None,
            cut_description: None,
        };
        let mut summary = AttentionSummary::new(2, 1);
        summary.add(&rna("ACGU"), &explanation, &[0]);
        let [called, other] = summary.compartments() else {
            panic!("two compartments");
        };
        assert_eq!((called.rnas, other.rnas), (1, 0));
        assert!((called.profile()[49] - 2.0).abs() < 1e-6);
        assert_eq!(called.kmers().rank(1)[0].attention, 2.0);
        assert!(other.kmers().rank(1).is_empty());
    }
}

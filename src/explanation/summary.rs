//! A summary of attention over many RNAs: where it lies along an RNA, and which k-mers recur under
//! it.

use serde::{Deserialize, Serialize};

use super::{Explanation, KmerAttention};

/// Number of parts into which the relative positions of an RNA are divided.
pub const PARTS: usize = 50;

/// The summary of many RNAs. An RNA counts for the compartments that are called for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionSummary {
    compartments: Vec<CompartmentSummary>,
}

/// The summary of the RNAs called for one compartment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompartmentSummary {
    /// The number of these RNAs.
    pub rnas: u32,
    /// Sum of the attention along the RNA, as multiples of uniform attention, [`PARTS`] numbers.
    profile: Vec<f64>,
    patterns: KmerAttention,
}

impl AttentionSummary {
    /// An empty summary for k-mers of `k` letters.
    pub fn new(compartments: usize, k: usize) -> Self {
        let none = CompartmentSummary {
            rnas: 0,
            profile: vec![0.0; PARTS],
            patterns: KmerAttention::new(k),
        };
        Self {
            compartments: vec![none; compartments],
        }
    }

    /// Adds one RNA, for the compartments that are called for it.
    pub fn add(&mut self, sequence: &[u8], explanation: &Explanation, called: &[usize]) {
        for compartment in called {
            let head = explanation.head_of(*compartment);
            let (Some(head), Some(of)) = (head, self.compartments.get_mut(*compartment)) else {
                continue;
            };
            of.rnas += 1;
            let read = &head.weights[explanation.read.clone()];
            for (sum, share) in of.profile.iter_mut().zip(along(read)) {
                *sum += share;
            }
            of.patterns.add(sequence, &head.weights, &explanation.read);
        }
    }

    /// One summary for each compartment.
    pub fn compartments(&self) -> &[CompartmentSummary] {
        &self.compartments
    }
}

impl CompartmentSummary {
    /// Mean attention in each of [`PARTS`] parts, as multiples of uniform attention.
    pub fn profile(&self) -> Vec<f64> {
        let rnas = f64::from(self.rnas.max(1));
        self.profile.iter().map(|sum| sum / rnas).collect()
    }

    /// The attention per k-mer.
    pub fn patterns(&self) -> &KmerAttention {
        &self.patterns
    }
}

/// Weights with sum 1, spread over [`PARTS`] parts as multiples of uniform attention.
fn along(weights: &[f32]) -> Vec<f64> {
    let length = weights.len().max(1) as f64;
    let mut up_to = vec![0.0];
    for weight in weights {
        up_to.push(up_to.last().copied().unwrap_or(0.0) + f64::from(*weight));
    }
    // The sum of all weights before a position, which may lie within a nucleotide.
    let before = |place: f64| {
        let whole = (place.floor() as usize).min(weights.len());
        let next = up_to.get(whole + 1).unwrap_or(&up_to[whole]);
        up_to[whole] + (next - up_to[whole]) * (place - whole as f64)
    };
    let edge = |part: usize| before(part as f64 * length / PARTS as f64);
    (0..PARTS)
        .map(|part| (edge(part + 1) - edge(part)) * PARTS as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation::AttentionHead;

    #[test]
    fn parts_keep_the_sum_at_any_length() {
        for length in [1, 7, 22, 50, 51, 333] {
            let weights: Vec<f32> = (0..length).map(|i| (i % 5) as f32 + 0.1).collect();
            let sum: f32 = weights.iter().sum();
            let even: Vec<f32> = weights.iter().map(|w| w / sum).collect();
            let parts = along(&even);
            assert!((parts.iter().sum::<f64>() / PARTS as f64 - 1.0).abs() < 1e-5);
        }
        let last = along(&[0.0, 1.0]);
        assert!(last[24].abs() < 1e-9 && (last[25] - 2.0).abs() < 1e-9);
    }

    #[test]
    fn an_rna_counts_for_the_compartments_called() {
        let explanation = Explanation {
            length: 4,
            probabilities: vec![0.9, 0.1],
            heads: vec![AttentionHead {
                compartment: None,
                weights: vec![0.0, 0.0, 0.5, 0.5],
            }],
            read: 0..4,
            window: None,
        };
        let mut survey = AttentionSummary::new(2, 1);
        survey.add(b"ACGU", &explanation, &[0]);
        let [called, other] = survey.compartments() else {
            panic!("two compartments");
        };
        assert_eq!((called.rnas, other.rnas), (1, 0));
        assert!((called.profile()[49] - 2.0).abs() < 1e-6);
        assert_eq!(called.patterns().ranked(1)[0].attention, 2.0);
        assert!(other.patterns().ranked(1).is_empty());
    }
}

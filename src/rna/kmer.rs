//! The k-mer vocabulary and the tokens of a sequence (paper, section 2.1 and Table 2).

use std::ops::Range;

use thiserror::Error;

use super::sequence::{Nucleotide, Sequence};

/// A k-mer size or stride that is out of range.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KmerError {
    /// k is out of range.
    #[error("k is {0}: use a k-mer size from 1 to 5")]
    K(usize),
    /// The stride is out of range.
    #[error("stride is {0}: use a stride from 1 to 3")]
    Stride(usize),
}

/// The k-mer vocabulary: k-mers of `k` nucleotides, read at every `stride`-th position.
///
/// Tokens `0..4^k` are the k-mers in the order A, C, G, U, with the first letter most significant.
/// Then come the unknown token, for a k-mer with N, and the padding token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kmers {
    k: usize,
    stride: usize,
}

impl Kmers {
    /// K-mers of `k` (1 to 5) nucleotides with a `stride` of 1 to 3.
    ///
    /// # Errors
    /// `k` or `stride` is out of range.
    pub fn new(k: usize, stride: usize) -> Result<Self, KmerError> {
        match (k, stride) {
            (1..=5, 1..=3) => Ok(Self { k, stride }),
            (1..=5, _) => Err(KmerError::Stride(stride)),
            _ => Err(KmerError::K(k)),
        }
    }

    /// The number of nucleotides in a k-mer.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The number of nucleotides from the start of one k-mer to the start of the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The number of different k-mers: 4^k.
    pub fn vocabulary(&self) -> usize {
        1 << (2 * self.k)
    }

    /// The token of a k-mer that contains N.
    pub fn unknown(&self) -> u32 {
        self.vocabulary() as u32
    }

    /// The token of padding.
    pub fn padding(&self) -> u32 {
        self.unknown() + 1
    }

    /// The number of different tokens: 4^k + 2.
    pub fn size(&self) -> usize {
        self.vocabulary() + 2
    }

    /// The number of k-mers in `nucleotides` nucleotides: floor((n - k) / stride) + 1, or 0 below
    /// k.
    pub fn count(&self, nucleotides: usize) -> usize {
        match nucleotides.checked_sub(self.k) {
            Some(rest) => rest / self.stride + 1,
            None => 0,
        }
    }

    /// The index of the first nucleotide of k-mer `i`.
    pub fn start(&self, i: usize) -> usize {
        i * self.stride
    }

    /// The tokens of a sequence, [`Kmers::count`] of them.
    pub fn tokens(&self, sequence: &Sequence) -> Vec<u32> {
        self.tokens_in(sequence, 0..sequence.len())
    }

    /// The tokens of the k-mers at these positions of a sequence, from 0.
    pub fn tokens_in(&self, sequence: &Sequence, positions: Range<usize>) -> Vec<u32> {
        kmer_codes(&sequence.as_bytes()[positions], self.k)
            .step_by(self.stride)
            .map(|code| code.unwrap_or(self.unknown()))
            .collect()
    }

    /// The k-mer of a token in letters; "N" for unknown, "-" for padding and anything above.
    pub fn kmer_string(&self, token: u32) -> String {
        if token == self.unknown() {
            return "N".to_owned();
        }
        if token > self.unknown() {
            return "-".to_owned();
        }
        (0..self.k)
            .rev()
            .map(|position| Nucleotide::ALL[(token >> (2 * position)) as usize & 3])
            .map(|nucleotide| char::from(nucleotide.letter()))
            .collect()
    }

    /// Distributes one weight per k-mer evenly over its k nucleotides, and adds the parts to
    /// `nucleotides`, which the first k-mer starts. The sum of `nucleotides` grows by that of the
    /// weights.
    pub fn add_to_nucleotides(&self, weights: &[f32], nucleotides: &mut [f32]) {
        for (i, weight) in weights.iter().enumerate() {
            let share = weight / self.k as f32;
            for nucleotide in nucleotides.iter_mut().skip(self.start(i)).take(self.k) {
                *nucleotide += share;
            }
        }
    }
}

/// The code of the k-mer at every position of some letters of a [`Sequence`]: the number of the k-mer in
/// the order A, C, G, U, from 0, with the first letter most significant. `None` for a k-mer with N.
///
/// `k` is 1 to 16. The codes are computed in one pass: each one from the previous one.
pub(crate) fn kmer_codes(letters: &[u8], k: usize) -> impl Iterator<Item = Option<u32>> + '_ {
    let mask = u32::MAX >> (32 - 2 * k);
    // The code of the last k nucleotides, and how many nucleotides there are since the last N.
    let state = (0u32, 0usize);
    let codes = letters.iter().scan(state, move |(code, known), &letter| {
        match Nucleotide::from_letter(letter) {
            Some(nucleotide) => {
                *code = (*code << 2 | nucleotide.index() as u32) & mask;
                *known += 1;
            }
            None => *known = 0,
        }
        Some((*known >= k).then_some(*code))
    });
    // A k-mer is complete at its last nucleotide.
    codes.skip(k.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    fn kmers(k: usize, stride: usize) -> Kmers {
        Kmers::new(k, stride).unwrap()
    }

    #[test]
    fn k_and_stride_out_of_range_are_rejected() {
        assert_eq!(Kmers::new(0, 1), Err(KmerError::K(0)));
        assert_eq!(Kmers::new(6, 1), Err(KmerError::K(6)));
        assert_eq!(Kmers::new(3, 0), Err(KmerError::Stride(0)));
        assert_eq!(Kmers::new(3, 4), Err(KmerError::Stride(4)));
        for (k, size) in [(1, 4), (2, 16), (3, 64), (4, 256), (5, 1024)] {
            let kmers = kmers(k, 3);
            assert_eq!(kmers.vocabulary(), size);
            assert_eq!(kmers.unknown() as usize, size);
            assert_eq!(kmers.padding() as usize, size + 1);
            assert_eq!(kmers.size(), size + 2);
        }
    }

    #[test]
    fn tokens_match_values_by_hand() {
        assert_eq!(kmers(1, 1).tokens(&rna("ACGU")), [0, 1, 2, 3]);
        // AC CG GU UA: 1, 6, 11, 12
        assert_eq!(kmers(2, 1).tokens(&rna("ACGUA")), [1, 6, 11, 12]);
        assert_eq!(kmers(2, 2).tokens(&rna("ACGUA")), [1, 11]);
        assert_eq!(kmers(2, 3).tokens(&rna("ACGUA")), [1, 12]);
        // UGA = 48 + 8 + 0
        assert_eq!(kmers(3, 1).tokens(&rna("UGA")), [56]);
        assert_eq!(kmers(3, 1).tokens(&rna("UG")), [0; 0]);
        assert_eq!(kmers(2, 1).tokens(&rna("ACNGU")), [1, 16, 16, 11]);
        assert_eq!(kmers(2, 1).tokens_in(&rna("ACNGU"), 3..5), [11]);
    }

    #[test]
    fn kmer_codes_are_none_for_kmers_with_n() {
        let codes = |sequence: &[u8], k| kmer_codes(sequence, k).collect::<Vec<_>>();
        assert_eq!(
            codes(b"ACNGUA", 2),
            [Some(1), None, None, Some(11), Some(12)]
        );
        assert!(codes(b"AC", 3).is_empty());
        let uracils = [b'U'; 17];
        assert_eq!(codes(&uracils, 16), [Some(u32::MAX); 2]);
        assert_eq!(codes(&[b'U'; 16], 15), [Some((1 << 30) - 1); 2]);
    }

    #[test]
    fn counts_follow_the_formula_for_every_length() {
        for k in 1..=5 {
            for stride in 1..=3 {
                let kmers = kmers(k, stride);
                for n in 0..20 {
                    let tokens = kmers.tokens(&rna(&"A".repeat(n)));
                    assert_eq!(tokens.len(), kmers.count(n));
                    let formula = if n < k { 0 } else { (n - k) / stride + 1 };
                    assert_eq!(kmers.count(n), formula);
                    if let Some(last) = tokens.len().checked_sub(1) {
                        assert!(kmers.start(last) + k <= n);
                    }
                }
            }
        }
    }

    #[test]
    fn kmer_string_is_the_inverse_of_tokens() {
        for k in 1..=5 {
            let kmers = kmers(k, 1);
            for token in 0..kmers.unknown() {
                let sequence = rna(&kmers.kmer_string(token));
                assert_eq!(kmers.tokens(&sequence), [token]);
            }
        }
        assert_eq!(kmers(3, 1).kmer_string(6), "ACG");
        assert_eq!(kmers(3, 1).kmer_string(64), "N");
        assert_eq!(kmers(3, 1).kmer_string(65), "-");
        assert_eq!(kmers(3, 1).kmer_string(u32::MAX), "-");
    }

    fn to_nucleotides(kmers: Kmers, weights: &[f32], length: usize) -> Vec<f32> {
        let mut nucleotides = vec![0.0; length];
        kmers.add_to_nucleotides(weights, &mut nucleotides);
        nucleotides
    }

    #[test]
    fn weights_per_nucleotide_have_the_same_sum() {
        let third = 1.0 / 3.0;
        // The k-mers start at 0 and 1 of 5 nucleotides.
        let spread = to_nucleotides(kmers(3, 1), &[1.0, 2.0], 5);
        let expected = [third, 1.0, 1.0, 2.0 * third, 0.0];
        for (value, expected) in spread.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{spread:?}");
        }
        // With a stride above k, some nucleotides are not read.
        assert_eq!(
            to_nucleotides(kmers(1, 3), &[0.25, 0.75], 5),
            [0.25, 0.0, 0.0, 0.75, 0.0]
        );
        for stride in 1..=3 {
            let kmers = kmers(4, stride);
            let weights: Vec<f32> = (0..kmers.count(29)).map(|i| i as f32 / 7.0).collect();
            let total: f32 = weights.iter().sum();
            let sum: f32 = to_nucleotides(kmers, &weights, 29).iter().sum();
            assert!((sum - total).abs() < 1e-4 * total);
        }
    }
}

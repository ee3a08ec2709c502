//! The parts of an RNA that a network reads.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::kmer::Kmers;

/// The parts of an RNA that are read, in nucleotides from 0: in their order, not empty, and without
/// overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReadRanges(Vec<Range<usize>>);

impl ReadRanges {
    /// One part; none if it is empty.
    pub fn one(range: Range<usize>) -> Self {
        Self(if range.is_empty() {
            Vec::new()
        } else {
            vec![range]
        })
    }

    /// Two parts, which become one if they overlap or touch.
    pub fn two(first: Range<usize>, second: Range<usize>) -> Self {
        if first.is_empty() || second.is_empty() {
            return Self::one(if first.is_empty() { second } else { first });
        }
        let (first, second) = if first.start <= second.start {
            (first, second)
        } else {
            (second, first)
        };
        if second.start <= first.end {
            return Self::one(first.start..first.end.max(second.end));
        }
        Self(vec![first, second])
    }

    /// The parts.
    pub fn iter(&self) -> impl Iterator<Item = Range<usize>> + Clone + '_ {
        self.0.iter().cloned()
    }

    /// The positions of all nucleotides that are read.
    pub fn positions(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.iter().flatten()
    }

    /// Whether one part contains all of these nucleotides.
    pub fn contains(&self, nucleotides: &Range<usize>) -> bool {
        let is_around =
            |part: &Range<usize>| part.start <= nucleotides.start && nucleotides.end <= part.end;
        self.0.iter().any(is_around)
    }

    /// The number of nucleotides that are read.
    pub fn nucleotides(&self) -> usize {
        self.iter().map(|range| range.len()).sum()
    }

    /// Distributes one weight per k-mer evenly over its k nucleotides. The result has one number for
    /// each of `length` nucleotides, with the same sum as the weights; 0 for what was not read.
    pub fn to_nucleotides(&self, kmers: &Kmers, weights: &[f32], length: usize) -> Vec<f32> {
        let mut nucleotides = vec![0.0; length];
        let mut rest = weights;
        for range in self.iter() {
            let (own, later) = rest.split_at(kmers.count(range.len()).min(rest.len()));
            kmers.add_to_nucleotides(own, &mut nucleotides[range]);
            rest = later;
        }
        nucleotides
    }

    /// Describes which part of an RNA of this length was read; `None` if it was read completely.
    pub fn describe(&self, length: usize) -> Option<String> {
        let read = self.nucleotides();
        if read == length {
            return None;
        }
        if read == 0 {
            return Some(format!("none of {length} nt were read"));
        }
        let part = match &self.0[..] {
            [range] if range.start == 0 => format!("the first {read}"),
            [range] if range.end == length => format!("the last {read}"),
            ranges => {
                let places: Vec<String> = ranges.iter().map(place).collect();
                format!("nucleotides {}", places.join(" and "))
            }
        };
        Some(format!("only {part} of {length} nt were read"))
    }
}

/// The first and last nucleotide of a part, from 1.
fn place(range: &Range<usize>) -> String {
    format!("{} to {}", range.start + 1, range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_overlap_or_touch_become_one() {
        let two = |first, second| {
            let parts = ReadRanges::two(first, second).0;
            parts
                .into_iter()
                .map(|part| [part.start, part.end])
                .collect::<Vec<_>>()
        };
        assert_eq!(two(0..6, 9..12), [[0, 6], [9, 12]]);
        assert_eq!(two(9..12, 0..6), [[0, 6], [9, 12]]);
        for (first, second) in [(0..6, 6..12), (0..9, 3..12), (0..12, 3..6), (3..12, 0..6)] {
            assert_eq!(two(first, second), [[0, 12]]);
        }
        assert_eq!(two(0..0, 3..5), [[3, 5]]);
        assert_eq!(two(2..5, 9..9), [[2, 5]]);
        assert_eq!(ReadRanges::one(4..4).nucleotides(), 0);
    }

    #[test]
    fn weights_are_on_the_nucleotides_that_were_read() {
        let kmers = Kmers::new(3, 3).unwrap();
        let ranges = ReadRanges::two(1..7, 9..13);
        assert_eq!(
            ranges.to_nucleotides(&kmers, &[3.0, 6.0, 9.0], 14),
            [0., 1., 1., 1., 2., 2., 2., 0., 0., 3., 3., 3., 0., 0.]
        );
        assert_eq!(ranges.positions().count(), ranges.nucleotides());
    }

    #[test]
    fn what_was_not_read_is_described() {
        let describe = |ranges: ReadRanges, length| ranges.describe(length);
        assert_eq!(describe(ReadRanges::one(0..9), 9), None);
        let first = describe(ReadRanges::one(0..353), 1200).unwrap();
        assert_eq!(first, "only the first 353 of 1200 nt were read");
        let last = describe(ReadRanges::one(847..1200), 1200).unwrap();
        assert_eq!(last, "only the last 353 of 1200 nt were read");
        let two = describe(ReadRanges::two(10..20, 30..45), 50).unwrap();
        assert_eq!(
            two,
            "only nucleotides 11 to 20 and 31 to 45 of 50 nt were read"
        );
        let nothing = describe(ReadRanges::default(), 2).unwrap();
        assert_eq!(nothing, "none of 2 nt were read");
    }
}

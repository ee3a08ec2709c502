//! Compares two RNAs: which nucleotides are equal, replaced, inserted or deleted.

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use web_time::Instant;

/// Time limit for finding the shortest list of changes; a longer list is returned afterwards.
const LONGEST_SEARCH: Duration = Duration::from_secs(2);

/// A segment of two aligned RNAs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffSegment {
    /// Whether both RNAs have the same nucleotides in this segment.
    pub same: bool,
    /// Positions in the first RNA, from 0, end excluded; empty for an insertion in the second.
    pub first: Range<usize>,
    /// Positions in the second RNA.
    pub second: Range<usize>,
}

/// The segments of two aligned RNAs, in order and without gaps. RNAs of the same length that differ
/// in few positions are compared position by position.
pub fn align(first: &[u8], second: &[u8]) -> Vec<DiffSegment> {
    let differ = |i: usize| first[i] != second[i];
    let length = first.len();
    if length == second.len() && (0..length).filter(|i| differ(*i)).count() * 4 <= length {
        return place_by_place(first, second);
    }
    let deadline = Some(Instant::now() + LONGEST_SEARCH);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, first, second, deadline);
    let stretch = |change: &DiffOp| DiffSegment {
        same: matches!(change, DiffOp::Equal { .. }),
        first: change.old_range(),
        second: change.new_range(),
    };
    changes.iter().map(stretch).collect()
}

fn place_by_place(first: &[u8], second: &[u8]) -> Vec<DiffSegment> {
    let mut stretches: Vec<DiffSegment> = Vec::new();
    for (i, (a, b)) in first.iter().zip(second).enumerate() {
        match stretches.last_mut() {
            Some(last) if last.same == (a == b) => {
                last.first.end = i + 1;
                last.second.end = i + 1;
            }
            _ => stretches.push(DiffSegment {
                same: a == b,
                first: i..i + 1,
                second: i..i + 1,
            }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(first: &[u8], second: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
        let stretches = align(first, second);
        let (mut a, mut b) = (0, 0);
        for stretch in &stretches {
            assert_eq!((stretch.first.start, stretch.second.start), (a, b));
            (a, b) = (stretch.first.end, stretch.second.end);
            assert_eq!(
                stretch.same,
                first[stretch.first.clone()] == second[stretch.second.clone()]
            );
        }
        assert_eq!((a, b), (first.len(), second.len()));
        let changed = stretches.into_iter().filter(|s| !s.same);
        changed.map(|s| (s.first, s.second)).collect()
    }

    #[test]
    fn a_substitution_a_deletion_and_an_insertion_are_found() {
        assert_eq!(changed(b"GAUUACAG", b"GAUUACAG"), []);
        assert_eq!(changed(b"GAUUACAG", b"GAUCACAG"), [(3..4, 3..4)]);
        assert_eq!(changed(b"GAUUACAGGC", b"GAUUGGC"), [(4..7, 4..4)]);
        assert_eq!(changed(b"ACGU", b"ACCCCGU").len(), 1);
        assert_eq!(changed(b"", b"ACG"), [(0..0, 0..3)]);
    }
}

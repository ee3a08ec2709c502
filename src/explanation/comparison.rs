//! Compares two RNAs: which nucleotides are equal, replaced, inserted or deleted.

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use web_time::Instant;

use crate::rna::Sequence;

/// Time limit of the search for the shortest list of changes; after it, a longer list is returned.
const SEARCH_TIME: Duration = Duration::from_secs(2);

/// A segment of two aligned RNAs: equal in both, or different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffSegment {
    /// Whether both RNAs have the same nucleotides in this segment.
    #[serde(rename = "same")]
    pub is_same: bool,
    /// Positions in the first RNA, from 0, end excluded; empty for an insertion in the second.
    pub first: Range<usize>,
    /// Positions in the second RNA; empty for a deletion.
    pub second: Range<usize>,
}

/// Aligns two RNAs. The segments are in order and together cover both RNAs.
///
/// RNAs of the same length that differ in at most a quarter of their positions are compared
/// position by position. For others, the alignment is a short list of changes.
pub fn align(first: &Sequence, second: &Sequence) -> Vec<DiffSegment> {
    let (first, second) = (first.as_bytes(), second.as_bytes());
    let is_different = |i: usize| first[i] != second[i];
    let length = first.len();
    if length == second.len() && (0..length).filter(|i| is_different(*i)).count() * 4 <= length {
        return align_by_position(first, second);
    }
    let deadline = Some(Instant::now() + SEARCH_TIME);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, first, second, deadline);
    let segment = |change: &DiffOp| DiffSegment {
        is_same: matches!(change, DiffOp::Equal { .. }),
        first: change.old_range(),
        second: change.new_range(),
    };
    changes.iter().map(segment).collect()
}

fn align_by_position(first: &[u8], second: &[u8]) -> Vec<DiffSegment> {
    let mut segments: Vec<DiffSegment> = Vec::new();
    for (i, (a, b)) in first.iter().zip(second).enumerate() {
        match segments.last_mut() {
            Some(last) if last.is_same == (a == b) => {
                last.first.end = i + 1;
                last.second.end = i + 1;
            }
            _ => segments.push(DiffSegment {
                is_same: a == b,
                first: i..i + 1,
                second: i..i + 1,
            }),
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::sequence::tests::rna;

    /// The positions of the segments that differ, after a check that the segments cover both RNAs.
    fn changed(first: &str, second: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let segments = align(&rna(first), &rna(second));
        let (mut a, mut b) = (0, 0);
        for segment in &segments {
            assert_eq!((segment.first.start, segment.second.start), (a, b));
            (a, b) = (segment.first.end, segment.second.end);
            assert_eq!(
                segment.is_same,
                first[segment.first.clone()] == second[segment.second.clone()]
            );
        }
        assert_eq!((a, b), (first.len(), second.len()));
        let changed = segments.into_iter().filter(|s| !s.is_same);
        changed.map(|s| (s.first, s.second)).collect()
    }

    #[test]
    fn a_substitution_a_deletion_and_an_insertion_are_found() {
        assert_eq!(changed("GAUUACAG", "GAUUACAG"), []);
        assert_eq!(changed("GAUUACAG", "GAUCACAG"), [(3..4, 3..4)]);
        assert_eq!(changed("GAUUACAGGC", "GAUUGGC"), [(4..7, 4..4)]);
        assert_eq!(changed("ACGU", "ACCCCGU").len(), 1);
        assert_eq!(changed("", "ACG"), [(0..0, 0..3)]);
    }
}

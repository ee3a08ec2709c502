//! The steps of a chunk sorted by token, for the gradient of the table that they read.

use std::ops::Range;

/// Steps of one bucket, which one workgroup sums. The many steps of a common k-mer are divided
/// among several buckets.
const BUCKET_STEPS: usize = 64;

/// The steps of a chunk, sorted by the table row that they read and divided into buckets. All
/// steps of a bucket read the same row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenBuckets {
    /// Row v has the buckets `row_offsets[v]` to `row_offsets[v + 1]` (exclusive), [V + 1].
    pub(super) row_offsets: Vec<u32>,
    /// Bucket p has the steps `order[bucket_offsets[p]]` to `order[bucket_offsets[p + 1]]`
    /// (exclusive).
    pub(super) bucket_offsets: Vec<u32>,
    /// The steps, each as its position `b · chunk + t` in the chunk.
    pub(super) order: Vec<u32>,
}

impl TokenBuckets {
    /// Sorts the steps `span` of all sequences. `tokens` is [B, T], `lengths` are the numbers of
    /// steps of the sequences, `chunk` is the number of steps of a chunk, and `rows` is V.
    pub(super) fn new(
        tokens: &[u32],
        lengths: &[u32],
        span: Range<usize>,
        chunk: usize,
        rows: usize,
    ) -> Self {
        let steps = tokens.len() / lengths.len().max(1);
        let rows_and_positions = || {
            lengths.iter().enumerate().flat_map(|(b, length)| {
                let end = span.end.min(*length as usize);
                let start = b * chunk;
                let row = &tokens[b * steps..][..steps];
                (span.start..end).map(move |t| (row[t] as usize, (start + t - span.start) as u32))
            })
        };
        let mut next = vec![0usize; rows + 1];
        rows_and_positions().for_each(|(row, _)| next[row + 1] += 1);
        let (mut row_offsets, mut bucket_offsets) = (vec![0], vec![0]);
        for row in 0..rows {
            let (begin, count) = (next[row], next[row + 1]);
            next[row + 1] += begin;
            bucket_offsets.extend(
                (0..count)
                    .step_by(BUCKET_STEPS)
                    .map(|n| (begin + count.min(n + BUCKET_STEPS)) as u32),
            );
            row_offsets.push(bucket_offsets.len() as u32 - 1);
        }
        let mut order = vec![0; next[rows]];
        for (row, position) in rows_and_positions() {
            order[next[row]] = position;
            next[row] += 1;
        }
        Self {
            row_offsets,
            bucket_offsets,
            order,
        }
    }

    /// The number of buckets.
    pub(super) fn len(&self) -> usize {
        self.bucket_offsets.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_in_exactly_one_bucket_of_its_row() {
        let (steps, rows, chunk) = (300, 5, 256);
        let lengths = [300, 0, 1, 290];
        let tokens: Vec<u32> = (0..4 * steps).map(|n| [4, 1, 1, 0][n % 4]).collect();
        let buckets = TokenBuckets::new(&tokens, &lengths, 40..296, chunk, rows);
        let mut seen = Vec::new();
        for row in 0..rows {
            for bucket in buckets.row_offsets[row]..buckets.row_offsets[row + 1] {
                let offsets = &buckets.bucket_offsets[bucket as usize..];
                let range = offsets[0] as usize..offsets[1] as usize;
                assert!((1..=BUCKET_STEPS).contains(&range.len()), "{range:?}");
                for position in &buckets.order[range] {
                    let (b, t) = (*position as usize / chunk, *position as usize % chunk + 40);
                    assert_eq!(tokens[b * steps + t], row as u32);
                    seen.push((b, t));
                }
            }
        }
        seen.sort_unstable();
        let expected = [(0, 40..296), (3, 40..290)];
        let expected: Vec<_> = expected
            .into_iter()
            .flat_map(|(b, span)| span.map(move |t| (b, t)))
            .collect();
        assert_eq!(seen, expected);
        assert_eq!(
            buckets.row_offsets[2], buckets.row_offsets[3],
            "row 2 is never read"
        );
    }

    #[test]
    fn empty_sequences_have_no_buckets() {
        let buckets = TokenBuckets::new(&[0, 0], &[0], 0..2, 2, 3);
        assert_eq!((buckets.len(), buckets.row_offsets), (0, vec![0, 0, 0, 0]));
    }
}

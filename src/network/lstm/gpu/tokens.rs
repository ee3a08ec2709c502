//! Which steps read which row, for the sum of the rows' gradients.

use std::ops::Range;

/// Steps that one workgroup sums: few enough that the many steps of a common k-mer are shared out.
const PART: usize = 64;

/// Steps of a chunk sorted by the row they read, cut into parts of one row each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Row v has the parts `spans[v]` to `spans[v + 1]` (exclusive); V + 1 numbers.
    pub(super) spans: Vec<u32>,
    /// Part p has the steps `order[bounds[p]]` to `order[bounds[p + 1]]` (exclusive).
    pub(super) bounds: Vec<u32>,
    /// Steps as places in the chunk, `b · chunk + t`.
    pub(super) order: Vec<u32>,
}

impl Parts {
    /// Sorts the steps `span` of sequences that have `lengths` steps of the `tokens` [B, T];
    /// `chunk` is the chunk's length and `rows` is V.
    pub(super) fn new(
        tokens: &[u32],
        lengths: &[u32],
        span: Range<usize>,
        chunk: usize,
        rows: usize,
    ) -> Self {
        let steps = tokens.len() / lengths.len().max(1);
        let read = || {
            lengths.iter().enumerate().flat_map(|(b, length)| {
                let end = span.end.min(*length as usize);
                let place = b * chunk;
                let row = &tokens[b * steps..][..steps];
                (span.start..end).map(move |t| (row[t] as usize, (place + t - span.start) as u32))
            })
        };
        let mut next = vec![0usize; rows + 1];
        read().for_each(|(row, _)| next[row + 1] += 1);
        let (mut spans, mut bounds) = (vec![0], vec![0]);
        for row in 0..rows {
            let (begin, count) = (next[row], next[row + 1]);
            next[row + 1] += begin;
            bounds.extend(
                (0..count)
                    .step_by(PART)
                    .map(|n| (begin + count.min(n + PART)) as u32),
            );
            spans.push(bounds.len() as u32 - 1);
        }
        let mut order = vec![0; next[rows]];
        for (row, place) in read() {
            order[next[row]] = place;
            next[row] += 1;
        }
        Self {
            spans,
            bounds,
            order,
        }
    }

    /// Number of parts.
    pub(super) fn len(&self) -> usize {
        self.bounds.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_in_a_part_of_its_row_once() {
        let (steps, rows, chunk) = (300, 5, 256);
        let lengths = [300, 0, 1, 290];
        let tokens: Vec<u32> = (0..4 * steps).map(|n| [4, 1, 1, 0][n % 4]).collect();
        let parts = Parts::new(&tokens, &lengths, 40..296, chunk, rows);
        let mut seen = Vec::new();
        for row in 0..rows {
            for part in parts.spans[row]..parts.spans[row + 1] {
                let part = part as usize;
                let steps_of = parts.bounds[part] as usize..parts.bounds[part + 1] as usize;
                assert!((1..=PART).contains(&steps_of.len()), "{steps_of:?}");
                for place in &parts.order[steps_of] {
                    let (b, t) = (*place as usize / chunk, *place as usize % chunk + 40);
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
        assert_eq!(parts.spans[2], parts.spans[3], "row 2 is never read");
    }

    #[test]
    fn nothing_to_sum_is_no_part() {
        let parts = Parts::new(&[0, 0], &[0], 0..2, 2, 3);
        assert_eq!((parts.len(), parts.spans), (0, vec![0, 0, 0, 0]));
    }
}

//! Sequences of a batch by length, so that those still running stand in front.

/// Row numbers, longest sequence first.
pub(super) fn longest_first(lengths: &[u32]) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..lengths.len()).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(lengths[row]));
    rows
}

/// The rows that have a step `t`.
pub(super) fn running<'a>(rows: &'a [usize], lengths: &[u32], t: usize) -> &'a [usize] {
    &rows[..rows.partition_point(|&row| lengths[row] as usize > t)]
}

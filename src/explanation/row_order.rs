//! Orders the rows of a heat map so that similar rows are next to each other.

use kodama::{Method, linkage};

/// Orders rows by average-linkage clustering of their Euclidean distances, and returns their
/// indices. `values` contains the rows one after another, each with `width` numbers.
///
/// Time and memory grow with the square of the number of rows, so this is practical for some
/// thousands of rows.
pub fn cluster_rows(values: &[f32], width: usize) -> Vec<usize> {
    let rows: Vec<&[f32]> = values.chunks_exact(width.max(1)).collect();
    if rows.len() < 2 {
        return (0..rows.len()).collect();
    }
    let mut distances = Vec::with_capacity(rows.len() * (rows.len() - 1) / 2);
    for (i, row) in rows.iter().enumerate() {
        distances.extend(rows[i + 1..].iter().map(|other| distance(row, other)));
    }
    let dendrogram = linkage(&mut distances, rows.len(), Method::Average);
    // The rows are the first clusters. Each step adds one, which joins two earlier clusters.
    let mut clusters: Vec<Vec<usize>> = (0..rows.len()).map(|row| vec![row]).collect();
    for step in dendrogram.steps() {
        let mut cluster = std::mem::take(&mut clusters[step.cluster1]);
        cluster.append(&mut clusters[step.cluster2]);
        clusters.push(cluster);
    }
    clusters.pop().unwrap_or_default()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_rows_are_neighbours_and_every_row_occurs_once() {
        let rows = [
            [0.9, 0.1],
            [0.1, 0.9],
            [0.88, 0.1],
            [0.12, 0.9],
            [0.9, 0.12],
        ];
        let order = cluster_rows(&rows.concat(), 2);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4]);
        let groups: Vec<bool> = order.iter().map(|row| row % 2 == 1).collect();
        assert_eq!(
            groups.windows(2).filter(|pair| pair[0] != pair[1]).count(),
            1
        );
        assert_eq!(cluster_rows(&[], 2), Vec::<usize>::new());
        assert_eq!(cluster_rows(&[0.1, 0.2], 2), [0]);
    }
}

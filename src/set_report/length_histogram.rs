//! The histogram of the lengths of a labelled set.

use serde::Serialize;

use crate::dataset::Dataset;

/// Most bins of a histogram.
const BINS: usize = 24;

/// The RNAs of some lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LengthBin {
    /// The smallest length, in nucleotides.
    pub from: usize,
    /// The largest length.
    pub to: usize,
    /// The number of RNAs.
    pub rnas: usize,
}

/// The number of RNAs by length, in at most 24 bins without gaps, from the shortest to the longest
/// RNA. A bin is wider than the one before it by the same factor, because the lengths of one set
/// differ by powers of ten.
pub fn length_histogram(dataset: &Dataset) -> Vec<LengthBin> {
    let lengths: Vec<usize> = dataset.sequences().iter().map(|rna| rna.len()).collect();
    let (Some(&shortest), Some(&longest)) = (lengths.iter().min(), lengths.iter().max()) else {
        return Vec::new();
    };
    let ratio = (longest + 1) as f64 / shortest.max(1) as f64;
    let edge = |bin: usize| {
        let share = bin as f64 / BINS as f64;
        (shortest.max(1) as f64 * ratio.powf(share)).round() as usize
    };
    // Of short lengths, several edges are the same nucleotide.
    let mut edges: Vec<usize> = (1..BINS).map(edge).collect();
    edges.insert(0, shortest);
    edges.push(longest + 1);
    edges.dedup();
    let bin = |ends: &[usize]| LengthBin {
        from: ends[0],
        to: ends[1] - 1,
        rnas: lengths
            .iter()
            .filter(|length| (ends[0]..ends[1]).contains(length))
            .count(),
    };
    edges.windows(2).map(bin).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn histogram(lengths: &[usize]) -> Vec<LengthBin> {
        let row = |(i, length): (usize, &usize)| {
            let place = ["Nucleus", "Cytosol"][i % 2];
            format!("r{i}\t{place}\t{}\n", "A".repeat(*length))
        };
        let table: String = lengths.iter().enumerate().map(row).collect();
        length_histogram(&Dataset::read(table.as_bytes()).unwrap())
    }

    #[test]
    fn every_rna_is_in_one_bin_and_there_are_no_gaps() {
        for lengths in [&[5, 5][..], &[1, 2, 3, 40], &[20, 21, 22, 22, 23, 9000]] {
            let bins = histogram(lengths);
            assert_eq!(
                bins.iter().map(|bin| bin.rnas).sum::<usize>(),
                lengths.len()
            );
            assert_eq!(bins[0].from, *lengths.iter().min().unwrap());
            assert_eq!(bins.last().unwrap().to, *lengths.iter().max().unwrap());
            assert!(bins.windows(2).all(|two| two[0].to + 1 == two[1].from));
            assert!(bins.len() <= BINS);
        }
    }
}

//! The hydropathy of a protein along its amino acids (Kyte and Doolittle 1982). Hydrophobic
//! stretches are signal peptides and parts of the protein that lie in a membrane.

use super::genetic_code::AMINO_ACIDS;

/// Number of values of [`hydropathy_features`].
pub(super) const HYDROPATHY_FEATURES: usize = 11;

/// The hydropathy of every amino acid, in the order of the one-letter symbols.
const KYTE_DOOLITTLE: [f64; AMINO_ACIDS] = [
    1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8, 1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7,
    4.2, -0.9, -1.3,
];

/// Mean hydropathy of a window of 19 amino acids from which it may span a membrane.
const MEMBRANE: f64 = 1.6;
/// Amino acids of a helix that spans a membrane.
const HELIX: usize = 19;
/// Amino acids after which a hydrophobic stretch is not a signal peptide.
const AFTER_SIGNAL: usize = 60;
/// The value of a window in an empty protein, lower than that of nearly every real one.
const NO_PROTEIN: f64 = -4.0;

/// Describes the hydropathy of a protein, given as indices of amino acids: the highest means of
/// windows of 8 near the start, of 12 near the start, and of 19; the 90th percentile of the last;
/// the mean; the number of stretches that may span a membrane, its logarithm, and their number after
/// the first 60 amino acids; the share of such windows; the means of the first 10 and of the next 15.
pub(super) fn hydropathy_features(protein: &[usize]) -> [f64; HYDROPATHY_FEATURES] {
    let values: Vec<f64> = protein.iter().map(|acid| KYTE_DOOLITTLE[*acid]).collect();
    let first = |n: usize| &values[..n.min(values.len())];
    let helices = window_means(&values, HELIX);
    let stretches = membrane_stretches(&helices);
    let later = &values[AFTER_SIGNAL.min(values.len())..];
    let hydrophobic = helices.iter().filter(|mean| **mean > MEMBRANE).count();
    [
        highest(&window_means(first(35), 8)),
        highest(&window_means(first(45), 12)),
        highest(&helices),
        percentile_90(&helices),
        mean(&values),
        stretches,
        stretches.ln_1p(),
        membrane_stretches(&window_means(later, HELIX)),
        hydrophobic as f64 / helices.len() as f64,
        mean(first(10)),
        mean(&first(25)[10.min(values.len())..]),
    ]
}

/// The mean of every window of `width` values; of all values if there are fewer; never empty.
pub(super) fn window_means(values: &[f64], width: usize) -> Vec<f64> {
    match values.len() {
        0 => vec![NO_PROTEIN],
        few if few < width => vec![mean(values)],
        _ => values.windows(width).map(mean).collect(),
    }
}

/// The number of runs of windows whose mean is that of a stretch in a membrane.
fn membrane_stretches(helices: &[f64]) -> f64 {
    let inside: Vec<bool> = helices.iter().map(|mean| *mean > MEMBRANE).collect();
    let starts = inside.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    (starts + usize::from(inside.first() == Some(&true))) as f64
}

pub(super) fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// The mean of some values; 0 if there are none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The 90th percentile of at least one value, linear between neighbours.
fn percentile_90(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = 0.9 * (sorted.len() - 1) as f64;
    let low = sorted[place.floor() as usize];
    let high = sorted[place.ceil() as usize];
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::super::genetic_code::index_of;
    use super::*;

    fn features(protein: &str) -> [f64; HYDROPATHY_FEATURES] {
        let acids: Vec<usize> = protein.bytes().map(index_of).collect();
        hydropathy_features(&acids)
    }

    #[test]
    fn a_helix_in_a_membrane_is_counted_once_and_a_second_one_as_later() {
        let one = features(&format!("M{}{}", "L".repeat(25), "D".repeat(60)));
        assert!((one[2] - 3.8).abs() < 1e-9);
        assert_eq!((one[5], one[7]), (1.0, 0.0));
        let two = format!("M{}{}{}", "L".repeat(25), "D".repeat(60), "I".repeat(25));
        let two = features(&two);
        assert!((two[2] - 4.5).abs() < 1e-9);
        assert_eq!((two[5], two[7]), (2.0, 1.0));
        assert_eq!(two[6], 2.0f64.ln_1p());
        assert_eq!(features(&"D".repeat(100))[5], 0.0);
    }

    #[test]
    fn short_and_missing_proteins_have_finite_values() {
        let none = features("");
        assert_eq!(none[..4], [NO_PROTEIN; 4]);
        assert_eq!(none[4..], [0.0; 7]);
        let short = features("MI");
        assert!((short[0] - 3.2).abs() < 1e-12 && (short[9] - 3.2).abs() < 1e-12);
        assert_eq!(short[10], 0.0);
    }

    #[test]
    fn a_percentile_lies_between_its_neighbours() {
        assert_eq!(percentile_90(&[1.0]), 1.0);
        let tenths: Vec<f64> = (0..=10).rev().map(f64::from).collect();
        assert!((percentile_90(&tenths) - 9.0).abs() < 1e-12);
        assert!((percentile_90(&[0.0, 1.0]) - 0.9).abs() < 1e-12);
    }
}

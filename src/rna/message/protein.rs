//! Numbers that describe the protein of a messenger RNA beyond its amino acids and hydropathy: pairs
//! of neighbours, charge, stretches rich in some amino acids, and short motifs.

use super::genetic_code::{AMINO_ACIDS, SYMBOLS};
use super::hydropathy::{highest, mean, window_means};

/// Classes of similar amino acids: aliphatic, aromatic, small turn formers, polar, positive,
/// negative.
const CLASSES: [&[u8]; 6] = [b"AVLIMC", b"FWY", b"GP", b"STNQ", b"HKR", b"DE"];
/// Number of pairs of classes.
const PAIRS: usize = CLASSES.len() * CLASSES.len();
/// Amino acids of which some proteins have long stretches: basic, SR-rich, glutamine-, proline- and
/// glycine-rich, metal-binding, leucine-rich, charged.
const STRETCHES: [&[u8]; 6] = [b"KR", b"SR", b"QPG", b"CH", b"L", b"KRDE"];
/// Lengths of the windows in which stretches are looked for.
const WINDOWS: [usize; 2] = [10, 30];
/// Amino acids after which a cysteine is not part of a signal peptide.
const AFTER_SIGNAL: usize = 20;

/// Number of values of [`protein_features`].
pub(super) const PROTEIN_FEATURES: usize = PAIRS + 2 + STRETCHES.len() * WINDOWS.len() + 4;

/// Describes a protein, given as indices of amino acids: the frequencies of the pairs of classes of
/// neighbouring amino acids; the mean charge, and the mean of its size; for each kind of stretch the
/// highest share in a window of 10 and of 30; then ln(1 + x) of the number of C2H2 zinc fingers, of
/// glycosylation sites (N-X-S/T) per hundred amino acids, of cysteines after the first 20, and of
/// basic signals for the nucleus (K/R K/R X K/R).
pub(super) fn protein_features(protein: &[usize]) -> Vec<f64> {
    let letters: Vec<u8> = protein.iter().map(|acid| SYMBOLS[*acid]).collect();
    let mut values = class_pairs(protein);
    let charges: Vec<f64> = letters.iter().map(|letter| charge(*letter)).collect();
    let sizes: Vec<f64> = charges.iter().map(|charge| charge.abs()).collect();
    values.extend([mean(&charges), mean(&sizes)]);
    for kind in STRETCHES {
        let is_kind = |letter: &u8| f64::from(u8::from(kind.contains(letter)));
        let members: Vec<f64> = letters.iter().map(is_kind).collect();
        values.extend(WINDOWS.map(|width| highest(&window_means(&members, width))));
    }
    values.extend(motif_counts(&letters).map(f64::ln_1p));
    values
}

/// The class of each amino acid, in the order of the one-letter symbols.
fn classes() -> [usize; AMINO_ACIDS] {
    SYMBOLS.map(|symbol| {
        let class = CLASSES.iter().position(|class| class.contains(&symbol));
        class.unwrap_or(0)
    })
}

fn class_pairs(protein: &[usize]) -> Vec<f64> {
    let classes = classes();
    let mut counts = vec![0.0; PAIRS];
    for pair in protein.windows(2) {
        counts[classes[pair[0]] * CLASSES.len() + classes[pair[1]]] += 1.0;
    }
    let total = protein.len().saturating_sub(1).max(1) as f64;
    counts.into_iter().map(|count| count / total).collect()
}

fn charge(letter: u8) -> f64 {
    match letter {
        b'K' | b'R' => 1.0,
        b'D' | b'E' => -1.0,
        _ => 0.0,
    }
}

/// Zinc fingers, glycosylation sites per hundred amino acids, cysteines, and basic signals.
fn motif_counts(letters: &[u8]) -> [f64; 4] {
    let count = |width: usize, is_there: &dyn Fn(&[u8]) -> bool| {
        letters
            .windows(width)
            .filter(|window| is_there(window))
            .count() as f64
    };
    let basic = |letter: u8| charge(letter) > 0.0;
    // C-X2-C-X12-H-X3..5-H; the last histidine may lie behind the end of a shorter window.
    let finger = |window: &[u8]| {
        window[0] == b'C' && window[3] == b'C' && window[16] == b'H' && window[20..].contains(&b'H')
    };
    let sites = count(3, &|w| {
        w[0] == b'N' && w[1] != b'P' && matches!(w[2], b'S' | b'T')
    });
    let later = letters.iter().skip(AFTER_SIGNAL);
    [
        count(23, &finger),
        100.0 * sites / letters.len().max(1) as f64,
        later.filter(|letter| **letter == b'C').count() as f64,
        count(4, &|w| basic(w[0]) && basic(w[1]) && basic(w[3])),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::genetic_code::index_of;
    use super::*;

    fn features(protein: &str) -> Vec<f64> {
        let acids: Vec<usize> = protein.bytes().map(index_of).collect();
        protein_features(&acids)
    }

    #[test]
    fn every_amino_acid_is_in_one_class() {
        let all: Vec<u8> = CLASSES.concat();
        assert_eq!(all.len(), AMINO_ACIDS);
        assert!(SYMBOLS.iter().all(|symbol| all.contains(symbol)));
    }

    #[test]
    fn values_match_those_computed_by_hand() {
        // Pairs: positive-positive twice, positive-negative once.
        let values = features("KRKD");
        assert_eq!(values.len(), PROTEIN_FEATURES);
        assert!((values[4 * 6 + 4] - 2.0 / 3.0).abs() < 1e-12);
        assert!((values[4 * 6 + 5] - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(values[PAIRS..PAIRS + 2], [0.5, 1.0]);
        // Three of four are basic; the protein is shorter than a window.
        assert_eq!(values[PAIRS + 2..PAIRS + 4], [0.75, 0.75]);
    }

    #[test]
    fn motifs_are_counted() {
        let motifs = |protein: &str| {
            let values = features(protein);
            values[PROTEIN_FEATURES - 4..].to_vec()
        };
        let finger = format!("CAAC{}HAAAHAA", "A".repeat(12));
        let found = motifs(&finger);
        assert_eq!(found[0], 2.0f64.ln(), "{finger}");
        assert_eq!(motifs(&"A".repeat(50)), [0.0; 4]);
        // NAS is a site, NPS is not; two sites per hundred.
        let sites = format!("NAS{}NPS{}", "A".repeat(40), "A".repeat(54));
        assert!((motifs(&sites)[1] - 2.0f64.ln()).abs() < 1e-12);
        let cysteines = format!("CCC{}CC", "A".repeat(20));
        assert!((motifs(&cysteines)[2] - 3.0f64.ln()).abs() < 1e-12);
        assert!((motifs("AKKAKA")[3] - 2.0f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn a_missing_protein_has_finite_values() {
        assert!(features("").iter().all(|value| value.is_finite()));
    }
}

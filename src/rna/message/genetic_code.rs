//! The standard genetic code.

/// Number of codons.
pub(super) const CODONS: usize = 64;
/// Number of amino acids.
pub(super) const AMINO_ACIDS: usize = 20;
/// Number of nucleotides in a codon.
pub(super) const CODON: usize = 3;
/// The start codon AUG, as the code of a 3-mer.
pub(super) const START: u32 = 14;

/// The amino acids in the order of their one-letter symbols.
pub(super) const SYMBOLS: [u8; AMINO_ACIDS] = *b"ACDEFGHIKLMNPQRSTVWY";

/// The amino acid of every codon, in the order A, C, G, U of all three letters; `*` is a stop codon.
const BY_CODON: &[u8; CODONS] = b"KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF";

/// The index of the amino acid of a codon, in the order of the one-letter symbols; `None` for a stop
/// codon. `codon` is the code of a 3-mer, below 64.
pub(super) fn amino_acid(codon: u32) -> Option<usize> {
    let symbol = BY_CODON[codon as usize];
    SYMBOLS.iter().position(|known| *known == symbol)
}

/// Whether a codon is UAA, UAG or UGA.
pub(super) fn is_stop(codon: u32) -> bool {
    BY_CODON[codon as usize] == b'*'
}

/// The index of an amino acid by its one-letter symbol, for tests and tables.
#[cfg(test)]
pub(super) fn index_of(symbol: u8) -> usize {
    SYMBOLS.iter().position(|known| *known == symbol).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rna::kmer::kmer_codes;

    fn code(codon: &str) -> u32 {
        kmer_codes(codon.as_bytes(), CODON).next().unwrap().unwrap()
    }

    #[test]
    fn codons_have_their_amino_acids() {
        assert_eq!(code("AUG"), START);
        for (codon, symbol) in [
            ("AUG", b'M'),
            ("UGG", b'W'),
            ("AAA", b'K'),
            ("UUU", b'F'),
            ("GGC", b'G'),
            ("CAU", b'H'),
            ("AGA", b'R'),
            ("AGC", b'S'),
            ("AUA", b'I'),
            ("UGC", b'C'),
        ] {
            assert_eq!(amino_acid(code(codon)), Some(index_of(symbol)), "{codon}");
        }
    }

    #[test]
    fn three_codons_stop_and_each_amino_acid_has_its_number_of_codons() {
        let stops: Vec<u32> = (0..64).filter(|codon| is_stop(*codon)).collect();
        assert_eq!(stops, ["UAA", "UAG", "UGA"].map(code));
        let count = |symbol: u8| {
            let acids = (0..64).filter_map(amino_acid);
            acids.filter(|acid| *acid == index_of(symbol)).count()
        };
        let counts: Vec<usize> = SYMBOLS.iter().map(|symbol| count(*symbol)).collect();
        let expected = [4, 2, 2, 2, 2, 4, 2, 3, 2, 6, 1, 2, 4, 2, 6, 6, 4, 4, 1, 2];
        assert_eq!(counts, expected);
    }
}

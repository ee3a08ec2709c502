//! What was asked about one RNA or many, as tables: mutagenesis, integrated gradients, deletion
//! curve, k-mer patterns, motifs.

use std::fmt::Write;

use super::tsv::comments;
use crate::explanation::comparison::DiffSegment;
use crate::explanation::motifs::MotifHits;
use crate::explanation::mutagenesis::LETTERS;
use crate::explanation::{DeletionPoint, Explanation, KmerStatistic, Mutations};
use crate::predictor::Predictor;

/// The questions whose answers are tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplanationTable {
    /// Every single change of the RNA.
    Mutagenesis,
    /// What each nucleotide adds to a score.
    IntegratedGradients,
    /// Masking what was attended, beside masking at random.
    Deletion,
    /// K-mers by the attention they draw.
    KmerAttention,
    /// Motifs of the literature, or a person's own.
    Motifs,
    /// Two RNAs side by side.
    Comparison,
}

impl ExplanationTable {
    /// The comment lines and the line of column names.
    pub fn header(self, predictor: &Predictor) -> String {
        let names = predictor.model().compartments.join("\t");
        let columns = match self {
            Self::Mutagenesis => format!("id\tposition\tfrom\tto\t{names}"),
            Self::IntegratedGradients => "id\tcompartment\tposition\tnucleotide\tattribution".to_owned(),
            Self::Deletion => {
                "id\tcompartment\tmasked\twhole\tattended\trandom_mean\trandom_least\trandom_most"
                    .to_owned()
            }
            Self::KmerAttention => "compartment\tkmer\tcount\tattention".to_owned(),
            Self::Motifs => {
                "id\tcompartment\tmotif\tletters\tcount\texpected\tattention\tpositions".to_owned()
            }
            Self::Comparison => {
                "change\tfirst_position\tfirst\tsecond_position\tsecond\tcompartment\tfirst_attention\tsecond_attention"
                    .to_owned()
            }
        };
        format!("{}{columns}\n", comments(predictor))
    }
}

/// A line per change: the change of every compartment's probability.
pub fn mutations_tsv(id: &str, sequence: &[u8], mutations: &Mutations) -> String {
    let mut text = String::new();
    for position in mutations.positions.clone() {
        let from = sequence.get(position).copied().unwrap_or(b'N');
        for (place, to) in LETTERS
            .into_iter()
            .enumerate()
            .filter(|(_, to)| *to != from)
        {
            // Writing to a string cannot fail, here and below.
            let (from, to) = (char::from(from), char::from(to));
            let _ = write!(text, "{id}\t{}\t{from}\t{to}", position + 1);
            for c in 0..mutations.reference.len() {
                let change = mutations.change(position, place, c).unwrap_or(0.0);
                let _ = write!(text, "\t{change:.6}");
            }
            text.push('\n');
        }
    }
    text
}

/// A line per nucleotide: what it adds to the compartment's score.
pub fn gradients_tsv(id: &str, compartment: &str, sequence: &[u8], attributions: &[f32]) -> String {
    let mut text = String::new();
    for (i, (letter, value)) in sequence.iter().zip(attributions).enumerate() {
        let (position, letter) = (i + 1, char::from(*letter));
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{position}\t{letter}\t{value:.6}"
        );
    }
    text
}

/// A line per step of the curve.
pub fn deletion_tsv(id: &str, compartment: &str, points: &[DeletionPoint]) -> String {
    let mut text = String::new();
    for point in points {
        let draws = point.random.len().max(1) as f32;
        let mean = point.random.iter().sum::<f32>() / draws;
        let least = point.random.iter().copied().fold(f32::INFINITY, f32::min);
        let most = point
            .random
            .iter()
            .copied()
            .fold(f32::NEG_INFINITY, f32::max);
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{:.4}\t{:.6}\t{:.6}\t{mean:.6}\t{least:.6}\t{most:.6}",
            point.masked, point.whole, point.attended
        );
    }
    text
}

/// A line per k-mer, the most attended first.
pub fn patterns_tsv(compartment: &str, words: &[KmerStatistic]) -> String {
    let mut text = String::new();
    for word in words {
        let KmerStatistic {
            word,
            count,
            attention,
        } = word;
        let _ = writeln!(text, "{compartment}\t{word}\t{count}\t{attention:.4}");
    }
    text
}

/// A line per motif: how often it stands in the RNA, how often chance would have it, the attention
/// on it, and its first positions.
pub fn motifs_tsv(id: &str, compartment: &str, found: &[MotifHits]) -> String {
    let mut text = String::new();
    for MotifHits {
        motif,
        starts,
        expected,
        attention,
    } in found
    {
        let positions: Vec<String> = starts.iter().map(|s| (s + 1).to_string()).collect();
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{}\t{}\t{}\t{expected:.3}\t{}\t{}",
            motif.name,
            motif.letters,
            starts.len(),
            attention.map_or("-".to_owned(), |times| format!("{times:.4}")),
            if positions.is_empty() {
                "-".to_owned()
            } else {
                positions.join(";")
            },
        );
    }
    text
}

/// A line per change and map of attention: what stands where in both RNAs, and the attention on
/// it as a multiple of an even share.
pub fn comparison_tsv(
    predictor: &Predictor,
    sequences: [&[u8]; 2],
    explanations: [&Explanation; 2],
    stretches: &[DiffSegment],
) -> String {
    let mut text = String::new();
    let heads = explanations[0].heads.iter().zip(&explanations[1].heads);
    for (number, stretch) in stretches.iter().filter(|s| !s.same).enumerate() {
        let ranges = [&stretch.first, &stretch.second];
        let letters = |which: usize| {
            let part = sequences[which].get(ranges[which].clone());
            let part = String::from_utf8_lossy(part.unwrap_or_default()).into_owned();
            if part.is_empty() {
                "-".to_owned()
            } else {
                part
            }
        };
        for (first, second) in heads.clone() {
            let times = |weights: &[f32], which: usize| {
                let part = weights.get(ranges[which].clone()).unwrap_or_default();
                if part.is_empty() {
                    return "-".to_owned();
                }
                let mean = part.iter().sum::<f32>() / part.len() as f32;
                format!("{:.4}", mean * explanations[which].read.len() as f32)
            };
            let _ = writeln!(
                text,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                number + 1,
                stretch.first.start + 1,
                letters(0),
                stretch.second.start + 1,
                letters(1),
                super::head_name(predictor, first.compartment),
                times(&first.weights, 0),
                times(&second.weights, 1),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_per_change_and_none_for_the_letter_that_is_there() {
        let answers = vec![vec![0.5], vec![0.25], vec![0.5], vec![0.75]];
        let mutations = Mutations::new(b"AC", 1..2, answers);
        let text = mutations_tsv("r", b"AC", &mutations);
        assert_eq!(
            text,
            "r\t2\tC\tA\t-0.250000\nr\t2\tC\tG\t0.000000\nr\t2\tC\tU\t0.250000\n"
        );
    }

    #[test]
    fn a_line_per_nucleotide() {
        assert_eq!(
            gradients_tsv("r", "Nucleus", b"AC", &[-0.25, 0.5]),
            "r\tNucleus\t1\tA\t-0.250000\nr\tNucleus\t2\tC\t0.500000\n"
        );
    }

    #[test]
    fn a_line_per_motif_found_or_not() {
        let of = |letters: &str, starts: Vec<usize>, attention| MotifHits {
            motif: crate::explanation::Motif {
                name: "box".to_owned(),
                letters: letters.to_owned(),
                about: String::new(),
            },
            starts,
            expected: 0.5,
            attention,
        };
        let found = [of("CUGA", vec![0, 9], Some(1.5)), of("UGAG", vec![], None)];
        assert_eq!(
            motifs_tsv("r", "Nucleus", &found),
            "r\tNucleus\tbox\tCUGA\t2\t0.500\t1.5000\t1;10\n\
             r\tNucleus\tbox\tUGAG\t0\t0.500\t-\t-\n"
        );
    }

    #[test]
    fn a_line_per_step_with_the_spread_of_the_draws() {
        let point = DeletionPoint {
            masked: 0.1,
            whole: 0.8,
            attended: 0.2,
            random: vec![0.5, 0.75],
        };
        assert_eq!(
            deletion_tsv("r", "Nucleus", &[point]),
            "r\tNucleus\t0.1000\t0.800000\t0.200000\t0.625000\t0.500000\t0.750000\n"
        );
    }
}

//! Tables of explanations: mutagenesis, integrated gradients, parts of a score, deletion curves,
//! k-mers, motifs and comparisons.

use std::fmt::Write;
use std::ops::Range;

use strum::{EnumMessage, IntoStaticStr};

use super::head_name;
use super::tsv::comment_lines;
use crate::explanation::comparison::DiffSegment;
use crate::explanation::motifs::MotifHits;
use crate::explanation::{
    AttentionSummary, DeletionPoint, Explanation, KmerStatistic, Mutations, ScoreParts,
};
use crate::predictor::Predictor;
use crate::rna::{Nucleotide, Sequence};

/// Number of the format of these tables.
const FORMAT: u32 = 2;

/// A table of explanations. Names and documentation are those of `rmlocnet explain --what`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum ExplanationTable {
    /// Effect of every single-nucleotide substitution, as TSV
    Mutagenesis,
    /// What each nucleotide adds to a compartment's score (integrated gradients, on the CPU), as
    /// TSV; one sentence of result on standard error
    #[strum(serialize = "gradients")]
    IntegratedGradients,
    /// What the k-mers that are read, and the features of each region of the RNA, add to a
    /// compartment's score, as TSV; one sentence of result on standard error
    #[strum(serialize = "regions")]
    ScoreParts,
    /// Effect of hiding the most attended nucleotides, compared with random ones, as TSV; one
    /// sentence of result on standard error
    Deletion,
    /// Attention on every k-mer, over all records, as TSV
    #[strum(serialize = "patterns")]
    KmerAttention,
    /// Motifs from the literature and your own: number in an RNA, number expected by chance, and
    /// attention on them, as TSV
    Motifs,
    /// Differences between two RNAs, with the attention on both sides, as TSV
    Comparison,
}

impl ExplanationTable {
    /// The comment lines and the line with the column names.
    pub fn header(self, predictor: &Predictor) -> String {
        let comments = comment_lines(predictor, FORMAT);
        let columns = match self {
            Self::Mutagenesis => {
                let compartments = predictor.model().compartments.join("\t");
                return format!("{comments}id\tposition\tfrom\tto\t{compartments}\n");
            }
            Self::IntegratedGradients => "id\tcompartment\tposition\tnucleotide\tattribution",
            Self::ScoreParts => {
                "id\tcompartment\tpart\tfirst_position\tlast_position\tcontribution"
            }
            Self::Deletion => {
                "id\tcompartment\tmasked\twhole\tattended\trandom_mean\trandom_least\trandom_most"
            }
            Self::KmerAttention => "compartment\tkmer\tcount\tattention",
            Self::Motifs => {
                "id\tcompartment\tmotif\tletters\tcount\texpected\tattention\tpositions"
            }
            Self::Comparison => {
                "change\tfirst_position\tfirst\tsecond_position\tsecond\tcompartment\tfirst_attention\tsecond_attention"
            }
        };
        format!("{comments}{columns}\n")
    }
}

/// One line per substitution: the change of every compartment's probability.
pub fn mutations_tsv(id: &str, sequence: &Sequence, mutations: &Mutations) -> String {
    let mut text = String::new();
    for position in mutations.positions.clone() {
        let from = sequence.as_bytes().get(position).copied().unwrap_or(b'N');
        let others = Nucleotide::ALL.into_iter();
        for to in others.filter(|to| to.letter() != from) {
            let from = char::from(from);
            // Writing to a string cannot fail, here and below.
            let _ = write!(text, "{id}\t{}\t{from}\t{to}", position + 1);
            for compartment in 0..mutations.reference.len() {
                let change = mutations.change(position, to, compartment);
                let _ = write!(text, "\t{:.6}", change.unwrap_or(0.0));
            }
            text.push('\n');
        }
    }
    text
}

/// One line per nucleotide: what it adds to the compartment's score.
pub fn gradients_tsv(
    id: &str,
    compartment: &str,
    sequence: &Sequence,
    attributions: &[f32],
) -> String {
    let mut text = String::new();
    for (i, (letter, value)) in sequence.as_bytes().iter().zip(attributions).enumerate() {
        let (position, letter) = (i + 1, char::from(*letter));
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{position}\t{letter}\t{value:.6}"
        );
    }
    text
}

/// One line per part of the compartment's score. They add up to the score. A part that is not a
/// region of the RNA has no positions (`-`).
pub fn score_parts_tsv(id: &str, compartment: &str, parts: &ScoreParts) -> String {
    let mut text = String::new();
    let others = [("average RNA", parts.start), ("k-mers read", parts.reading)];
    for (part, contribution) in others {
        let _ = writeln!(text, "{id}\t{compartment}\t{part}\t-\t-\t{contribution:.6}");
    }
    for part in &parts.regions {
        let (region, contribution) = (part.region, part.contribution);
        let positions = if part.nucleotides.is_empty() {
            "-\t-".to_owned()
        } else {
            format!("{}\t{}", part.nucleotides.start + 1, part.nucleotides.end)
        };
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{region}\t{positions}\t{contribution:.6}"
        );
    }
    text
}

/// One line per point of the curve.
pub fn deletion_tsv(id: &str, compartment: &str, points: &[DeletionPoint]) -> String {
    let mut text = String::new();
    for point in points {
        let random = || point.random.iter().copied();
        let draws = point.random.len().max(1) as f32;
        let mean = random().sum::<f32>() / draws;
        let min = random().fold(f32::INFINITY, f32::min);
        let max = random().fold(f32::NEG_INFINITY, f32::max);
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{:.4}\t{:.6}\t{:.6}\t{mean:.6}\t{min:.6}\t{max:.6}",
            point.share, point.reference, point.attended
        );
    }
    text
}

/// The attention on every k-mer over many RNAs, compartment by compartment.
pub fn summary_tsv(compartments: &[String], summary: &AttentionSummary) -> String {
    let summaries = compartments.iter().zip(summary.compartments());
    summaries
        .map(|(name, summary)| kmer_attention_tsv(name, &summary.kmers().rank(1)))
        .collect()
}

/// One line per k-mer, in the order of `kmers`.
fn kmer_attention_tsv(compartment: &str, kmers: &[KmerStatistic]) -> String {
    let mut text = String::new();
    for kmer in kmers {
        let KmerStatistic {
            kmer: letters,
            count,
            attention,
        } = kmer;
        let _ = writeln!(text, "{compartment}\t{letters}\t{count}\t{attention:.4}");
    }
    text
}

/// One line per motif: how often it occurs in the RNA, how often it would occur by chance, the
/// attention on it, and its first positions. A motif that does not occur has a line, too.
pub fn motifs_tsv(id: &str, compartment: &str, hits: &[MotifHits]) -> String {
    let mut text = String::new();
    for MotifHits {
        motif,
        starts,
        expected,
        attention,
    } in hits
    {
        let positions: Vec<String> = starts.iter().map(|s| (s + 1).to_string()).collect();
        let _ = writeln!(
            text,
            "{id}\t{compartment}\t{}\t{}\t{}\t{expected:.3}\t{}\t{}",
            motif.name,
            motif.letters,
            starts.len(),
            attention.map_or("-".to_owned(), |attention| format!("{attention:.4}")),
            or_dash(positions.join(";")),
        );
    }
    text
}

/// One line per difference and attention head: the nucleotides of both RNAs, and the attention on
/// them as a multiple of uniform attention.
pub fn comparison_tsv(
    predictor: &Predictor,
    sequences: [&Sequence; 2],
    explanations: [&Explanation; 2],
    segments: &[DiffSegment],
) -> String {
    let [first, second] = explanations;
    let mut text = String::new();
    for (i, segment) in segments.iter().filter(|s| !s.is_same).enumerate() {
        for (first_head, second_head) in first.heads.iter().zip(&second.heads) {
            let _ = writeln!(
                text,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                i + 1,
                segment.first.start + 1,
                nucleotides(sequences[0], &segment.first),
                segment.second.start + 1,
                nucleotides(sequences[1], &segment.second),
                head_name(predictor, first_head.compartment),
                mean_attention(
                    &first_head.weights,
                    &segment.first,
                    first.read.nucleotides()
                ),
                mean_attention(
                    &second_head.weights,
                    &segment.second,
                    second.read.nucleotides()
                ),
            );
        }
    }
    text
}

/// The nucleotides at these positions; `-` if there are none.
fn nucleotides(sequence: &Sequence, positions: &Range<usize>) -> String {
    or_dash(sequence.slice(positions.clone()).to_owned())
}

/// Mean attention at these positions, as a multiple of uniform attention over the `read`
/// nucleotides that the model reads; `-` if there are no positions.
fn mean_attention(weights: &[f32], positions: &Range<usize>, read: usize) -> String {
    let weights = weights.get(positions.clone()).unwrap_or_default();
    if weights.is_empty() {
        return "-".to_owned();
    }
    let mean = weights.iter().sum::<f32>() / weights.len() as f32;
    format!("{:.4}", mean * read as f32)
}

fn or_dash(text: String) -> String {
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Inference;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn mutations_have_a_line_for_each_other_letter() {
        let predictions =
            [vec![0.5], vec![0.25], vec![0.5], vec![0.75]].map(|probabilities| Inference {
                probabilities,
                heads: 0,
                attention: Vec::new(),
            });
        let mutations = Mutations::new(&rna("AC"), 1..2, predictions);
        let text = mutations_tsv("r", &rna("AC"), &mutations);
        assert_eq!(
            text,
            "r\t2\tC\tA\t-0.250000\nr\t2\tC\tG\t0.000000\nr\t2\tC\tU\t0.250000\n"
        );
    }

    #[test]
    fn gradients_have_a_line_for_each_nucleotide() {
        assert_eq!(
            gradients_tsv("r", "Nucleus", &rna("AC"), &[-0.25, 0.5]),
            "r\tNucleus\t1\tA\t-0.250000\nr\tNucleus\t2\tC\t0.500000\n"
        );
    }

    #[test]
    fn motifs_have_a_line_even_if_they_do_not_occur() {
        let hits = |letters: &str, starts: Vec<usize>, attention| MotifHits {
            motif: crate::explanation::Motif {
                name: "box".to_owned(),
                letters: letters.to_owned(),
                description: String::new(),
            },
            starts,
            expected: 0.5,
            attention,
        };
        let hits = [
            hits("CUGA", vec![0, 9], Some(1.5)),
            hits("UGAG", vec![], None),
        ];
        assert_eq!(
            motifs_tsv("r", "Nucleus", &hits),
            "r\tNucleus\tbox\tCUGA\t2\t0.500\t1.5000\t1;10\n\
             r\tNucleus\tbox\tUGAG\t0\t0.500\t-\t-\n"
        );
    }

    #[test]
    fn deletion_curve_has_a_line_for_each_point_with_the_spread_of_the_draws() {
        let point = DeletionPoint {
            share: 0.1,
            reference: 0.8,
            attended: 0.2,
            random: vec![0.5, 0.75],
        };
        assert_eq!(
            deletion_tsv("r", "Nucleus", &[point]),
            "r\tNucleus\t0.1000\t0.800000\t0.200000\t0.625000\t0.500000\t0.750000\n"
        );
    }
}

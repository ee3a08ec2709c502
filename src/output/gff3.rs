//! GFF3: the stretches that drew attention, as features on the RNAs.

use std::io;
use std::ops::Range;

use super::{AttentionWriter, head_name};
use crate::predictor::{ExplainedPrediction, Predictor};

/// A stretch is a feature where each nucleotide has at least so many times an even share.
const PEAK: f32 = 2.0;

/// GFF3 with a feature for every stretch of at least twice an even share of attention; its score
/// is the mean over the stretch as a multiple of that share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gff3 {
    features: usize,
}

impl AttentionWriter for Gff3 {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let model = predictor.model();
        let version = env!("CARGO_PKG_VERSION");
        writeln!(to, "##gff-version 3")?;
        writeln!(
            to,
            "#rmlocnet {version} model={} sha256={}; stretches of at least {PEAK} times an even share of attention",
            model.config.name,
            predictor.hash()
        )
    }

    fn rna(
        &mut self,
        predictor: &Predictor,
        rna: &ExplainedPrediction,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        let id = escaped(&rna.prediction.id, seqid_letter);
        let read = &rna.explanation.read;
        writeln!(to, "##sequence-region {id} 1 {}", rna.explanation.length)?;
        for head in &rna.explanation.heads {
            let name = head_name(predictor, head.compartment);
            let attribute = escaped(name, attribute_letter);
            let of_compartment = match head.compartment {
                Some(c) => of_compartment(rna, c),
                None => String::new(),
            };
            for (peak, times) in peaks(&head.weights, read) {
                self.features += 1;
                writeln!(
                    to,
                    "{id}\trmlocnet\tsequence_feature\t{}\t{}\t{times:.3}\t+\t.\tID=attention{};Name={attribute};Note=attention for {attribute}{of_compartment}",
                    peak.start + 1,
                    peak.end,
                    self.features,
                )?;
            }
        }
        Ok(())
    }
}

fn of_compartment(rna: &ExplainedPrediction, compartment: usize) -> String {
    let probability = rna.prediction.probabilities.get(compartment);
    let called = if rna.prediction.called.contains(&compartment) {
        "yes"
    } else {
        "no"
    };
    let probability = probability.copied().unwrap_or(f32::NAN);
    format!(";probability={probability:.6};called={called}")
}

/// Stretches of at least [`PEAK`] times an even share, with their mean as a multiple of it.
fn peaks(weights: &[f32], read: &Range<usize>) -> Vec<(Range<usize>, f32)> {
    let share = read.len() as f32;
    let high = |i: &usize| weights.get(*i).is_some_and(|w| w * share >= PEAK);
    let mut found: Vec<Range<usize>> = Vec::new();
    for i in read.clone().filter(high) {
        match found.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    let mean = |at: &Range<usize>| weights[at.clone()].iter().sum::<f32>() / at.len() as f32;
    found
        .into_iter()
        .map(|at| (at.clone(), mean(&at) * share))
        .collect()
}

/// Letters the GFF3 standard lets stand in the first column.
fn seqid_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ".:^*$@!+_?-|".contains(letter)
}

fn attribute_letter(letter: char) -> bool {
    !letter.is_control() && !";=&,%\t\n".contains(letter)
}

/// Percent-encodes what may not stand as it is.
fn escaped(text: &str, stands: impl Fn(char) -> bool) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        if stands(letter) {
            result.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                result.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_stretches_of_twice_an_even_share() {
        let weights = [0.0, 0.0, 0.3, 0.4, 0.0, 0.0, 0.3, 0.0, 0.0, 0.0];
        let found = peaks(&weights, &(0..10));
        let places: Vec<Range<usize>> = found.iter().map(|(at, _)| at.clone()).collect();
        assert_eq!(places, [2..4, 6..7]);
        assert!((found[0].1 - 3.5).abs() < 1e-5);
        // Of 5 nucleotides read an even share is twice as large.
        assert_eq!(peaks(&weights, &(2..7)).len(), 1);
    }

    #[test]
    fn ids_are_escaped_as_the_standard_says() {
        assert_eq!(escaped("a b>é%", seqid_letter), "a%20b%3E%C3%A9%25");
        assert_eq!(
            escaped("Nucleus; x=1", attribute_letter),
            "Nucleus%3B x%3D1"
        );
    }
}

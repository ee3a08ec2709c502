//! GFF3: the regions with much attention, as features of the RNAs.

use std::io;
use std::ops::Range;

use super::{AttentionWriter, head_name};
use crate::predictor::{ExplainedPrediction, Predictor};
use crate::rna::ReadRanges;

/// Lowest attention of a nucleotide in a feature, as a multiple of uniform attention.
const MIN_FOLD: f32 = 2.0;

/// Writes a feature for every region in which each nucleotide has at least twice the attention that
/// it would have if attention were uniform.
///
/// The score of a feature is the mean over the region, as a multiple of uniform attention.
#[derive(Default)]
pub(super) struct Gff3Writer {
    /// Number of features written so far; they are numbered over all RNAs.
    features: usize,
}

impl AttentionWriter for Gff3Writer {
    fn begin(&mut self, predictor: &Predictor, to: &mut dyn io::Write) -> io::Result<()> {
        let model = predictor.model();
        let version = env!("CARGO_PKG_VERSION");
        writeln!(to, "##gff-version 3")?;
        writeln!(
            to,
            "#rmlocnet {version} model={} sha256={}; regions with at least {MIN_FOLD} times the uniform attention",
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
        // The ID as in all other formats. The standard wants most punctuation escaped here, but
        // genome browsers do not decode the first column and would not find the sequence.
        let id = &rna.prediction.id;
        let read = &rna.explanation.read;
        writeln!(to, "##sequence-region {id} 1 {}", rna.explanation.length)?;
        for head in &rna.explanation.heads {
            let name = head_name(predictor, head.compartment);
            let name = escape(name);
            let result = match head.compartment {
                Some(compartment) => result_attributes(rna, compartment),
                None => String::new(),
            };
            for peak in peaks(&head.weights, read) {
                self.features += 1;
                writeln!(
                    to,
                    "{id}\trmlocnet\tsequence_feature\t{}\t{}\t{:.3}\t+\t.\tID=attention{};Name={name};Note=attention for {name}{result}",
                    peak.region.start + 1,
                    peak.region.end,
                    peak.mean_fold,
                    self.features,
                )?;
            }
        }
        Ok(())
    }

    fn end(&mut self, _predictor: &Predictor, _to: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

/// The attributes for the prediction of a compartment: its probability, and whether it is called.
fn result_attributes(rna: &ExplainedPrediction, compartment: usize) -> String {
    let probability = rna.prediction.probabilities.get(compartment);
    let called = if rna.prediction.called.contains(&compartment) {
        "yes"
    } else {
        "no"
    };
    let probability = probability.copied().unwrap_or(f32::NAN);
    format!(";probability={probability:.6};called={called}")
}

/// A region with much attention.
struct Peak {
    region: Range<usize>,
    /// Mean attention, as a multiple of uniform attention.
    mean_fold: f32,
}

/// Regions in which every nucleotide has at least [`MIN_FOLD`] times the uniform attention over the
/// nucleotides in `read`.
fn peaks(weights: &[f32], read: &ReadRanges) -> Vec<Peak> {
    let nucleotides = read.nucleotides() as f32;
    let is_high = |i: &usize| weights.get(*i).is_some_and(|w| w * nucleotides >= MIN_FOLD);
    let mut regions: Vec<Range<usize>> = Vec::new();
    for i in read.positions().filter(is_high) {
        match regions.last_mut() {
            Some(last) if last.end == i => last.end = i + 1,
            _ => regions.push(i..i + 1),
        }
    }
    let peak = |region: Range<usize>| {
        let mean = weights[region.clone()].iter().sum::<f32>() / region.len() as f32;
        Peak {
            region,
            mean_fold: mean * nucleotides,
        }
    };
    regions.into_iter().map(peak).collect()
}

/// Whether the GFF3 standard allows this character in the value of an attribute.
fn is_attribute_letter(letter: char) -> bool {
    !letter.is_control() && !";=&,%\t\n".contains(letter)
}

/// Percent-encodes the characters that are not allowed in the value of an attribute.
fn escape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_attribute_letter(letter) {
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
    fn peaks_are_regions_with_twice_the_uniform_attention() {
        let weights = [0.0, 0.0, 0.3, 0.4, 0.0, 0.0, 0.3, 0.0, 0.0, 0.0];
        let peaks_of_ten = peaks(&weights, &ReadRanges::one(0..10));
        let regions: Vec<Range<usize>> = peaks_of_ten.iter().map(|p| p.region.clone()).collect();
        assert_eq!(regions, [2..4, 6..7]);
        assert!((peaks_of_ten[0].mean_fold - 3.5).abs() < 1e-5);
        // If only 5 nucleotides are read, uniform attention is twice as large.
        assert_eq!(peaks(&weights, &ReadRanges::one(2..7)).len(), 1);
    }

    #[test]
    fn special_characters_are_percent_encoded() {
        assert_eq!(escape("Nucleus; x=1, é%"), "Nucleus%3B x%3D1%2C é%25");
    }
}

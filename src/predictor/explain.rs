//! Asking a model why: attention of whole batches, and the questions of [`crate::explanation`].
//! Every question is small, so that many make a progress bar and leaving off is quick.

use std::ops::Range;

use super::error::{ExplainError, Problem};
use super::reader::Item;
use super::{Prediction, Predictor, has_kmer};
use crate::device::DeviceError;
use crate::explanation::deletion::{masked, share};
use crate::explanation::mutagenesis::variants;
use crate::explanation::{DeletionPoint, Explanation, Gradients, Mutations, Survey, gradients};
use crate::network::{Answer, Partial};
use crate::rna::{Encoded, FastaReader};

/// One RNA with its prediction and its attention.
#[derive(Clone, Debug, PartialEq)]
pub struct Attended {
    /// What the model says.
    pub prediction: Prediction,
    /// Where it looked.
    pub explanation: Explanation,
}

/// A batch's, in the batch's order.
#[derive(Clone, Debug, Default)]
pub struct AttendedBatch {
    /// One for every RNA with at least one k-mer.
    pub rnas: Vec<Attended>,
    /// The RNAs without.
    pub problems: Vec<Problem>,
}

impl Predictor {
    /// Predictions with attention, of any number of RNAs, though best of some dozens.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn attend(&self, items: &[Item]) -> Result<AttendedBatch, DeviceError> {
        let encode = |item: &Item| self.encode(item.sequence.as_bytes());
        let encoded: Vec<Encoded> = items.iter().map(encode).collect();
        let mut answers = self.ask(&encoded).await?.into_iter();
        let mut batch = AttendedBatch::default();
        for (item, encoded) in items.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                batch.problems.push(self.too_short(item));
            } else if let Some(answer) = answers.next() {
                let length = item.sequence.len();
                batch.rnas.push(Attended {
                    prediction: self.prediction(item, encoded, answer.clone()),
                    explanation: Explanation::new(&self.kmers, encoded, answer, length),
                });
            }
        }
        Ok(batch)
    }

    /// Attention and probabilities of one RNA given as letters (T or U, either case).
    ///
    /// # Errors
    /// Letters that are no nucleotides; no letters; fewer than one k-mer; a device that failed.
    pub async fn explain(&self, sequence: &str) -> Result<Explanation, ExplainError> {
        let letters = letters(sequence)?;
        let (length, k) = (letters.len(), self.kmers.k());
        let encoded = [self.encode(&letters)];
        let answer = self.ask(&encoded).await?.pop();
        let answer = answer.ok_or(ExplainError::TooShort { length, k })?;
        Ok(Explanation::new(&self.kmers, &encoded[0], answer, length))
    }

    /// Adds RNAs to a survey, for the compartments they are called for.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn survey(&self, items: &[Item], mut survey: Survey) -> Result<Survey, DeviceError> {
        for rna in self.attend(items).await?.rnas {
            let prediction = &rna.prediction;
            survey.add(
                prediction.sequence.as_bytes(),
                &rna.explanation,
                &prediction.called,
            );
        }
        Ok(survey)
    }

    /// What every single change at these positions (from 0) does to the probabilities. Positions
    /// past the end are left out.
    ///
    /// # Errors
    /// As [`Predictor::explain`].
    pub async fn mutagenesis(
        &self,
        sequence: &str,
        positions: Range<usize>,
    ) -> Result<Mutations, ExplainError> {
        let sequence = letters(sequence)?;
        let end = positions.end.min(sequence.len());
        let positions = positions.start.min(end)..end;
        let answers = self.probabilities(&variants(&sequence, &positions)).await?;
        Ok(Mutations::new(&sequence, positions, answers))
    }

    /// One step of the deletion curve of a compartment: [`crate::explanation::deletion::SHARES`]
    /// names the steps.
    ///
    /// # Errors
    /// As [`Predictor::explain`].
    pub async fn deletion_point(
        &self,
        sequence: &str,
        compartment: usize,
        step: usize,
    ) -> Result<DeletionPoint, ExplainError> {
        let explanation = self.explain(sequence).await?;
        let sequence = letters(sequence)?;
        let weights = explanation.head_of(compartment);
        let weights = weights.map_or(&[][..], |head| &head.weights);
        let read = &explanation.read;
        let asked = masked(&sequence, weights, read, step);
        let mut of = Vec::with_capacity(asked.len());
        for answer in self.probabilities(&asked).await? {
            of.push(answer.get(compartment).copied().unwrap_or(f32::NAN));
        }
        let random = of.split_off(of.len().min(1));
        Ok(DeletionPoint {
            masked: share(read, step),
            whole: explanation
                .probabilities
                .get(compartment)
                .copied()
                .unwrap_or(f32::NAN),
            attended: of.pop().unwrap_or(f32::NAN),
            random,
        })
    }

    /// What the given points (of [`gradients::POINTS`]; others are left out) add to each
    /// nucleotide's attribution for a compartment. On the CPU, whatever the device.
    ///
    /// # Errors
    /// As [`Predictor::explain`]; no such compartment.
    pub async fn gradients(
        &self,
        sequence: &str,
        compartment: usize,
        points: Range<usize>,
    ) -> Result<Gradients, ExplainError> {
        let sequence = letters(sequence)?;
        let (encoded, length) = (self.encode(&sequence), sequence.len());
        if !has_kmer(&encoded) {
            let k = self.kmers.k();
            return Err(ExplainError::TooShort { length, k });
        }
        let partial = self.partial(compartment)?;
        let end = points.end.min(gradients::POINTS);
        let points = points.start.min(end)..end;
        let shares: Vec<f32> = points.clone().map(gradients::share).collect();
        let slopes = partial.slopes(&encoded, compartment, &shares).await?;
        let first = points.contains(&0);
        let mut found = Gradients::new(&self.kmers, &encoded, length, points, &slopes);
        if first {
            let ends = partial.scores(&encoded, compartment, &[0.0, 1.0]).await?;
            found.ends = <[f32; 2]>::try_from(ends).ok();
        }
        Ok(found)
    }

    /// The network as it reads RNAs in part, if it knows the compartment.
    fn partial(&self, compartment: usize) -> Result<Partial, ExplainError> {
        let (model, padding) = (&self.model, self.kmers.padding());
        let compartments = model.compartments.len();
        let unknown = ExplainError::Compartment {
            compartment,
            compartments,
        };
        if compartment >= compartments {
            return Err(unknown);
        }
        // These weights have made a network before.
        Partial::new(&model.config, compartments, &model.weights, padding).map_err(|_| unknown)
    }

    /// Probabilities of RNAs that are as long as one another.
    async fn probabilities(&self, rnas: &[Vec<u8>]) -> Result<Vec<Vec<f32>>, ExplainError> {
        let encoded: Vec<Encoded> = rnas.iter().map(|rna| self.encode(rna)).collect();
        let answers: Vec<Answer> = self.ask(&encoded).await?;
        if answers.len() < rnas.len() {
            return Err(ExplainError::TooShort {
                length: rnas.iter().map(Vec::len).min().unwrap_or(0),
                k: self.kmers.k(),
            });
        }
        Ok(answers.into_iter().map(|a| a.probabilities).collect())
    }
}

/// The nucleotides of one RNA given as letters (T or U, either case).
fn letters(sequence: &str) -> Result<Vec<u8>, ExplainError> {
    let text = format!(">sequence\n{sequence}\n");
    let record = FastaReader::new(text.as_bytes())?.next().transpose()?;
    Ok(record.ok_or(ExplainError::Empty)?.sequence)
}

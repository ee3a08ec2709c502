//! Asking a model why: attention of whole batches, and the questions of [`crate::explanation`].
//! Every question is small, so that many make a progress bar and leaving off is quick.

use std::ops::Range;

use super::error::{ExplainError, RecordProblem};
use super::reader::InputRecord;
use super::{Prediction, Predictor, has_kmer};
use crate::device::DeviceError;
use crate::explanation::deletion::{masked, share};
use crate::explanation::mutagenesis::variants;
use crate::explanation::{
    AttentionSummary, DeletionPoint, Explanation, IntegratedGradients, Mutations, gradients,
};
use crate::network::{Inference, InterpolatedNetwork};
use crate::rna::{EncodedRna, FastaReader};

/// One RNA with its prediction and its attention.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedPrediction {
    /// What the model says.
    pub prediction: Prediction,
    /// Where it looked.
    pub explanation: Explanation,
}

/// A batch's, in the batch's order.
#[derive(Clone, Debug, Default)]
pub struct ExplainedPredictions {
    /// One for every RNA with at least one k-mer.
    pub rnas: Vec<ExplainedPrediction>,
    /// The RNAs without.
    pub problems: Vec<RecordProblem>,
}

impl Predictor {
    /// Predictions with attention, of any number of RNAs, though best of some dozens.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn predict_with_attention(
        &self,
        items: &[InputRecord],
    ) -> Result<ExplainedPredictions, DeviceError> {
        let encode = |item: &InputRecord| self.encode(item.sequence.as_bytes());
        let encoded: Vec<EncodedRna> = items.iter().map(encode).collect();
        let mut inferences = self.infer_encoded(&encoded).await?.into_iter();
        let mut batch = ExplainedPredictions::default();
        for (item, encoded) in items.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                batch.problems.push(self.too_short(item));
            } else if let Some(inference) = inferences.next() {
                let length = item.sequence.len();
                batch.rnas.push(ExplainedPrediction {
                    prediction: self.prediction(item, encoded, inference.clone()),
                    explanation: Explanation::new(&self.kmers, encoded, inference, length),
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
        let inference = self.infer_encoded(&encoded).await?.pop();
        let inference = inference.ok_or(ExplainError::TooShort { length, k })?;
        Ok(Explanation::new(
            &self.kmers,
            &encoded[0],
            inference,
            length,
        ))
    }

    /// Adds RNAs to a survey, for the compartments they are called for.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn survey(
        &self,
        items: &[InputRecord],
        mut survey: AttentionSummary,
    ) -> Result<AttentionSummary, DeviceError> {
        for rna in self.predict_with_attention(items).await?.rnas {
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
        let inferences = self.probabilities(&variants(&sequence, &positions)).await?;
        Ok(Mutations::new(&sequence, positions, inferences))
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
        for inference in self.probabilities(&asked).await? {
            of.push(inference.get(compartment).copied().unwrap_or(f32::NAN));
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
    ) -> Result<IntegratedGradients, ExplainError> {
        let sequence = letters(sequence)?;
        let (encoded, length) = (self.encode(&sequence), sequence.len());
        if !has_kmer(&encoded) {
            let k = self.kmers.k();
            return Err(ExplainError::TooShort { length, k });
        }
        let interpolated = self.interpolated(compartment)?;
        let end = points.end.min(gradients::POINTS);
        let points = points.start.min(end)..end;
        let alphas: Vec<f32> = points.clone().map(gradients::alpha).collect();
        let input_gradients = interpolated
            .input_gradients(&encoded, compartment, &alphas)
            .await?;
        let first = points.contains(&0);
        let mut found =
            IntegratedGradients::new(&self.kmers, &encoded, length, points, &input_gradients);
        if first {
            let ends = interpolated
                .scores(&encoded, compartment, &[0.0, 1.0])
                .await?;
            found.ends = <[f32; 2]>::try_from(ends).ok();
        }
        Ok(found)
    }

    /// The network as it reads RNAs in part, if it knows the compartment.
    fn interpolated(&self, compartment: usize) -> Result<InterpolatedNetwork, ExplainError> {
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
        InterpolatedNetwork::new(&model.config, compartments, &model.weights, padding)
            .map_err(|_| unknown)
    }

    /// Probabilities of RNAs that are as long as one another.
    async fn probabilities(&self, rnas: &[Vec<u8>]) -> Result<Vec<Vec<f32>>, ExplainError> {
        let encoded: Vec<EncodedRna> = rnas.iter().map(|rna| self.encode(rna)).collect();
        let inferences: Vec<Inference> = self.infer_encoded(&encoded).await?;
        if inferences.len() < rnas.len() {
            return Err(ExplainError::TooShort {
                length: rnas.iter().map(Vec::len).min().unwrap_or(0),
                k: self.kmers.k(),
            });
        }
        Ok(inferences.into_iter().map(|a| a.probabilities).collect())
    }
}

/// The nucleotides of one RNA given as letters (T or U, either case).
fn letters(sequence: &str) -> Result<Vec<u8>, ExplainError> {
    let text = format!(">sequence\n{sequence}\n");
    let record = FastaReader::new(text.as_bytes())?.next().transpose()?;
    Ok(record.ok_or(ExplainError::Empty)?.sequence)
}

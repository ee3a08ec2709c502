//! Explanations of predictions: attention, mutagenesis, integrated gradients and deletion curves.
//!
//! [`crate::explanation`] builds the inputs of the network and interprets its outputs; this module
//! runs the network. Each call does a small piece of the work, so that a caller can show progress
//! and can stop between calls.

use std::ops::Range;

use super::error::{ExplainError, RecordProblem};
use super::reader::InputRecord;
use super::{Prediction, Predictor, has_kmer};
use crate::device::DeviceError;
use crate::explanation::deletion::{mask_windows, masked_share};
use crate::explanation::mutagenesis::generate_variants;
use crate::explanation::{
    AttentionSummary, DeletionPoint, Explanation, IntegratedGradients, Mutations, ScoreParts,
    gradients,
};
use crate::network::joined::{feature_contributions, start_score};
use crate::network::{Inference, InterpolatedNetwork};
use crate::rna::{EncodedRna, Sequence};

/// The prediction for one RNA and its attention.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExplainedPrediction {
    /// The prediction.
    pub prediction: Prediction,
    /// The attention.
    pub explanation: Explanation,
}

/// The predictions and attention of several RNAs, in the order of these RNAs.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExplainedPredictions {
    /// One entry for every RNA that has at least one k-mer.
    pub rnas: Vec<ExplainedPrediction>,
    /// The RNAs that could not be predicted.
    pub problems: Vec<RecordProblem>,
}

impl Predictor {
    /// Predicts any number of RNAs and returns their attention, too. A few dozen RNAs at a time
    /// take the least time and memory.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn predict_with_attention(
        &self,
        records: &[InputRecord],
    ) -> Result<ExplainedPredictions, DeviceError> {
        let encoded = self.encode_records(records);
        let mut inferences = self.infer_encoded(&encoded).await?.into_iter();
        let mut result = ExplainedPredictions::default();
        for (record, encoded) in records.iter().zip(&encoded) {
            if !has_kmer(encoded) {
                result.problems.push(self.too_short(record));
            } else if let Some(inference) = inferences.next() {
                let length = record.sequence.len();
                result.rnas.push(ExplainedPrediction {
                    prediction: self.prediction(record, encoded, inference.clone()),
                    explanation: Explanation::new(&self.encoder.kmers, encoded, inference, length),
                });
            }
        }
        Ok(result)
    }

    /// Computes the probabilities and the attention of one RNA.
    ///
    /// # Errors
    /// A sequence shorter than one k-mer; a failure of the CPU.
    pub async fn explain(&self, sequence: &Sequence) -> Result<Explanation, ExplainError> {
        let (length, k) = (sequence.len(), self.encoder.kmers.k());
        let encoded = [self.encoder.encode(sequence)];
        let inference = self.infer_encoded(&encoded).await?.pop();
        let inference = inference.ok_or(ExplainError::TooShort { length, k })?;
        Ok(Explanation::new(
            &self.encoder.kmers,
            &encoded[0],
            inference,
            length,
        ))
    }

    /// Adds RNAs to a summary, each to the compartments that are called for it.
    ///
    /// # Errors
    /// The CPU failed.
    pub async fn add_to_summary(
        &self,
        records: &[InputRecord],
        mut summary: AttentionSummary,
    ) -> Result<AttentionSummary, DeviceError> {
        for rna in self.predict_with_attention(records).await?.rnas {
            let prediction = &rna.prediction;
            summary.add(&prediction.sequence, &rna.explanation, &prediction.called);
        }
        Ok(summary)
    }

    /// Computes the effect of every single-nucleotide substitution at these positions, counted from
    /// 0, on the probabilities. Positions after the end of the sequence are ignored.
    ///
    /// # Errors
    /// The same as those of [`Predictor::explain`].
    pub async fn mutagenesis(
        &self,
        sequence: &Sequence,
        positions: Range<usize>,
    ) -> Result<Mutations, ExplainError> {
        let end = positions.end.min(sequence.len());
        let positions = positions.start.min(end)..end;
        let variants = generate_variants(sequence, &positions);
        let predictions = self.infer_sequences(&variants).await?;
        Ok(Mutations::new(sequence, positions, predictions))
    }

    /// Computes one point of the deletion curve of a compartment. `step` is an index of
    /// [`crate::explanation::deletion::MASKED_SHARES`].
    ///
    /// # Errors
    /// The same as those of [`Predictor::explain`].
    pub async fn deletion_point(
        &self,
        sequence: &Sequence,
        compartment: usize,
        step: usize,
    ) -> Result<DeletionPoint, ExplainError> {
        let explanation = self.explain(sequence).await?;
        let weights = explanation.head(compartment);
        let weights = weights.map_or(&[][..], |head| &head.weights);
        let read = &explanation.read;
        let probability = |all: &[f32]| all.get(compartment).copied().unwrap_or(f32::NAN);
        // The sequence with its most attended nucleotides masked, then those masked at random.
        let masked = self
            .infer_sequences(&mask_windows(sequence, weights, read, step))
            .await?;
        let mut masked = masked.iter().map(|rna| probability(&rna.probabilities));
        Ok(DeletionPoint {
            share: masked_share(read, step),
            reference: probability(&explanation.probabilities),
            attended: masked.next().unwrap_or(f32::NAN),
            random: masked.collect(),
        })
    }

    /// Computes what some points of the path add to the integrated gradients of a compartment.
    /// `points` are indices below [`gradients::PATH_POINTS`]; others are ignored.
    ///
    /// The CPU computes them, whatever the device of this predictor is.
    ///
    /// # Errors
    /// The same as those of [`Predictor::explain`], and a compartment that does not exist.
    pub async fn gradients(
        &self,
        sequence: &Sequence,
        compartment: usize,
        points: Range<usize>,
    ) -> Result<IntegratedGradients, ExplainError> {
        let (encoded, length) = (self.encoder.encode(sequence), sequence.len());
        if !has_kmer(&encoded) {
            let k = self.encoder.kmers.k();
            return Err(ExplainError::TooShort { length, k });
        }
        let network = self.interpolated_network(compartment)?;
        let end = points.end.min(gradients::PATH_POINTS);
        let points = points.start.min(end)..end;
        let has_first = points.contains(&0);
        let alphas: Vec<f32> = points.clone().map(gradients::alpha).collect();
        let input_gradients = network
            .input_gradients(&encoded, compartment, &alphas)
            .await?;
        let mut result = IntegratedGradients::new(
            &self.encoder.kmers,
            &encoded,
            length,
            points,
            &input_gradients,
        );
        if has_first {
            let ends = network.scores(&encoded, compartment, &[0.0, 1.0]).await?;
            result.end_scores = <[f32; 2]>::try_from(ends).ok();
        }
        Ok(result)
    }

    /// Divides the score of a compartment into what the network reads and what each region of the
    /// RNA adds through the joined features. The CPU computes it.
    ///
    /// # Errors
    /// The same as those of [`Predictor::gradients`].
    pub async fn score_parts(
        &self,
        sequence: &Sequence,
        compartment: usize,
    ) -> Result<ScoreParts, ExplainError> {
        let encoded = self.encoder.encode(sequence);
        if !has_kmer(&encoded) {
            let (length, k) = (sequence.len(), self.encoder.kmers.k());
            return Err(ExplainError::TooShort { length, k });
        }
        let network = self.interpolated_network(compartment)?;
        let scores = network.scores(&encoded, compartment, &[1.0]).await?;
        let (config, weights) = (&self.model.config, &self.model.weights);
        let features = feature_contributions(config, weights, &encoded.features, compartment);
        Ok(ScoreParts::new(
            scores.first().copied().unwrap_or(f32::NAN),
            start_score(config, weights, compartment),
            &encoded,
            &features,
        ))
    }

    /// The network that integrated gradients are computed with.
    fn interpolated_network(
        &self,
        compartment: usize,
    ) -> Result<InterpolatedNetwork, ExplainError> {
        let (model, padding) = (&self.model, self.encoder.kmers.padding());
        let compartments = model.compartments.len();
        let unknown = ExplainError::Compartment {
            compartment,
            compartments,
        };
        if compartment >= compartments {
            return Err(unknown);
        }
        // This cannot fail: a network has been made of the same weights before.
        InterpolatedNetwork::new(&model.config, compartments, &model.weights, padding)
            .map_err(|_| unknown)
    }

    /// Runs the network on sequences that are equally long.
    async fn infer_sequences(
        &self,
        sequences: &[Sequence],
    ) -> Result<Vec<Inference>, ExplainError> {
        let encoded: Vec<EncodedRna> = sequences
            .iter()
            .map(|rna| self.encoder.encode(rna))
            .collect();
        let inferences: Vec<Inference> = self.infer_encoded(&encoded).await?;
        if inferences.len() < sequences.len() {
            return Err(ExplainError::TooShort {
                length: sequences.iter().map(Sequence::len).min().unwrap_or(0),
                k: self.encoder.kmers.k(),
            });
        }
        Ok(inferences)
    }
}

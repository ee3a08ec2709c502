//! A batch: RNAs of different lengths in one rectangle.

use std::ops::Range;

use burn::tensor::{Bool, Device, Tensor, TensorData};

use super::lstm::SequenceLayout;
use crate::rna::EncodedRna;

/// The tokens of B RNAs, padded at the end to the longest one, T.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The token of every step, including leading padding.
    pub steps: SequenceLayout,
    /// True if a step is padding or past the end, [B, T].
    pub padding_mask: Tensor<2, Bool>,
    /// The steps of each of the B RNAs that are neither padding nor past its end.
    pub valid: Vec<Range<usize>>,
    /// The features of each RNA, one after another; `None` if only tokens are known.
    pub features: Option<Vec<f32>>,
}

impl Batch {
    /// Makes a batch of encoded RNAs. `padding` is the padding token. Every RNA must have at least
    /// one k-mer, because attention needs one.
    pub fn new(encoded: &[&EncodedRna], padding: u32, device: &Device) -> Self {
        let steps = encoded.iter().map(|e| e.tokens.len()).max().unwrap_or(0);
        let size = encoded.len() * steps;
        let mut tokens = Vec::with_capacity(size);
        let mut padding_mask = Vec::with_capacity(size);
        for rna in encoded {
            tokens.extend_from_slice(&rna.tokens);
            tokens.resize(tokens.len() + steps - rna.tokens.len(), padding);
            padding_mask.extend((0..steps).map(|t| t < rna.padding || t >= rna.tokens.len()));
        }
        Self {
            steps: SequenceLayout::from_tokens(
                tokens.into(),
                encoded.iter().map(|e| e.tokens.len() as u32).collect(),
            ),
            padding_mask: Tensor::from_data(
                TensorData::new(padding_mask, [encoded.len(), steps]),
                device,
            ),
            valid: encoded.iter().map(|e| e.padding..e.tokens.len()).collect(),
            features: Some(encoded.iter().flat_map(|e| &e.features).copied().collect()),
        }
    }

    /// Makes a batch of RNAs given as tokens: `tokens` [B · T], padded at the end, and the number
    /// of tokens of each RNA, at least one and at most T.
    pub fn from_tokens(tokens: Vec<u32>, lengths: Vec<u32>, device: &Device) -> Self {
        let shape = [lengths.len(), tokens.len() / lengths.len().max(1)];
        let past = |length: u32| (0..shape[1]).map(move |t| t >= length as usize);
        let padding_mask: Vec<bool> = lengths.iter().copied().flat_map(past).collect();
        let valid = lengths.iter().map(|length| 0..*length as usize).collect();
        Self {
            steps: SequenceLayout::from_tokens(tokens.into(), lengths.into()),
            padding_mask: Tensor::from_data(TensorData::new(padding_mask, shape), device),
            valid,
            features: None,
        }
    }

    /// The number of RNAs, B.
    pub fn len(&self) -> usize {
        self.steps.batch()
    }

    /// Whether the batch has no RNA.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

//! RNAs of different lengths side by side.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use crate::rna::Encoded;

/// Tokens of B RNAs, padded at the end to the longest, T.
#[derive(Clone, Debug)]
pub struct Batch {
    /// K-mer ids, row by row, [B · T].
    pub tokens: Tensor<1, Int>,
    /// Steps of each RNA, leading padding included.
    pub lengths: Vec<u32>,
    /// True where a step is padding or past the end, [B, T].
    pub masked: Tensor<2, Bool>,
    /// T.
    pub steps: usize,
}

impl Batch {
    /// Puts encoded RNAs side by side; `padding` is the id of the padding token. RNAs without
    /// any k-mer must not come here: nothing in them can be attended to.
    pub fn new(encoded: &[&Encoded], padding: u32, device: &Device) -> Self {
        let steps = encoded.iter().map(|e| e.tokens.len()).max().unwrap_or(0);
        let size = encoded.len() * steps;
        let mut tokens = Vec::with_capacity(size);
        let mut masked = Vec::with_capacity(size);
        for rna in encoded {
            tokens.extend(rna.tokens.iter().map(|t| *t as i32));
            tokens.resize(tokens.len() + steps - rna.tokens.len(), padding as i32);
            masked.extend((0..steps).map(|t| t < rna.padding || t >= rna.tokens.len()));
        }
        Self {
            tokens: Tensor::from_data(TensorData::new(tokens, [size]), device),
            lengths: encoded.iter().map(|e| e.tokens.len() as u32).collect(),
            masked: Tensor::from_data(TensorData::new(masked, [encoded.len(), steps]), device),
            steps,
        }
    }

    /// B.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no RNA in it.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }
}

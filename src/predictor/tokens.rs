//! Prediction of RNAs that are given as tokens.

use super::fallback::Engine;
use super::{Predictor, TokensError};
use crate::network::{Batch, BatchInference, infer_batch};

impl Predictor {
    /// Probabilities and attention of RNAs given as tokens.
    ///
    /// `tokens` [B · T] contains the tokens of one RNA after the other, each RNA padded at its end
    /// to T tokens. `lengths`, `[B]`, contains the number of tokens of each RNA without padding.
    ///
    /// # Errors
    /// Numbers of tokens and lengths that do not fit together; a token that is not in the
    /// vocabulary; a model that also reads the composition of whole sequences; a failure of the
    /// CPU.
    pub async fn infer_tokens(
        &self,
        tokens: Vec<u32>,
        lengths: Vec<u32>,
    ) -> Result<BatchInference, TokensError> {
        self.check_tokens(&tokens, &lengths)?;
        if self.model.config.joined_features {
            return Err(TokensError::Composition);
        }
        let loss = self.model.config.loss;
        let work = async |engine: &Engine| {
            let batch = Batch::from_tokens(tokens.clone(), lengths.clone(), &engine.device);
            infer_batch(&engine.network, loss, &batch, &engine.device).await
        };
        Ok(self.engine.run(&self.model, work).await?)
    }

    fn check_tokens(&self, tokens: &[u32], lengths: &[u32]) -> Result<(), TokensError> {
        let (count, rnas) = (tokens.len(), lengths.len());
        if rnas == 0 || count == 0 || !count.is_multiple_of(rnas) {
            return Err(TokensError::Count { count, rnas });
        }
        let max = count / rnas;
        if let Some(&length) = lengths.iter().find(|n| **n == 0 || **n as usize > max) {
            return Err(TokensError::Length { length, max });
        }
        let max = self.encoder.kmers.size() as u32 - 1;
        match tokens.iter().find(|token| **token > max) {
            Some(&token) => Err(TokensError::Unknown { token, max }),
            None => Ok(()),
        }
    }
}

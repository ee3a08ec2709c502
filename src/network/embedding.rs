//! The stochastic embedding layer (section 2.2.1): k-mer vectors with two kinds of dropout.

use burn::tensor::Tensor;

use super::dropout::{self, Chance};

/// The embedding matrix [4^k + 2, d] of one training step: some k-mers dropped whole (k-mer
/// dropout), some single dimensions of k-mers dropped (dimension dropout). Both act on the matrix,
/// so that a k-mer dropped is dropped wherever it stands in the batch.
pub fn stochastic(
    matrix: Tensor<2>,
    mut chance: Option<&mut Chance>,
    kmer_dropout: f64,
    dimension_dropout: f64,
) -> Tensor<2> {
    let [rows, _] = matrix.dims();
    let matrix = match dropout::mask(
        chance.as_deref_mut(),
        [rows, 1],
        kmer_dropout,
        &matrix.device(),
    ) {
        Some(mask) => matrix * mask,
        None => matrix,
    };
    dropout::apply(matrix, chance, dimension_dropout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use rand::SeedableRng;

    #[test]
    fn kmer_dropout_takes_whole_rows_and_keeps_the_mean() {
        let device = Device::flex();
        let mut chance = Chance::seed_from_u64(3);
        let dropped = stochastic(
            Tensor::ones([1000, 4], &device),
            Some(&mut chance),
            0.25,
            0.0,
        );
        let values: Vec<f32> = dropped.into_data().iter::<f32>().collect();
        for row in values.chunks(4) {
            assert!(row.iter().all(|v| *v == row[0]), "a k-mer is dropped whole");
        }
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!((mean - 1.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn dimension_dropout_takes_single_elements() {
        let device = Device::flex();
        let mut chance = Chance::seed_from_u64(3);
        let dropped = stochastic(
            Tensor::ones([100, 100], &device),
            Some(&mut chance),
            0.0,
            0.5,
        );
        let values: Vec<f32> = dropped.into_data().iter::<f32>().collect();
        let zeros = values.iter().filter(|v| **v == 0.0).count();
        assert!((4500..5500).contains(&zeros), "{zeros} of 10000");
    }
}

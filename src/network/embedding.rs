//! The stochastic embedding layer (section 2.2.1): k-mer vectors with two kinds of dropout.

use burn::tensor::{Int, Tensor, TensorData};

use super::dropout::{self, Rng};

/// The embedding matrix [4^k + 2, d] of one training step: the vectors of some k-mers are dropped
/// (k-mer dropout), and some dimensions of single k-mers (dimension dropout). Both act on the
/// matrix, so a dropped k-mer is dropped everywhere in the batch.
pub fn stochastic(
    matrix: Tensor<2>,
    mut rng: Option<&mut Rng>,
    kmer_dropout: f64,
    dimension_dropout: f64,
) -> Tensor<2> {
    let [rows, _] = matrix.dims();
    let matrix = match dropout::mask(
        rng.as_deref_mut(),
        [rows, 1],
        kmer_dropout,
        &matrix.device(),
    ) {
        Some(mask) => matrix * mask,
        None => matrix,
    };
    dropout::apply(matrix, rng, dimension_dropout)
}

/// Expands the vectors [4^j + 2, d] of a smaller k to the table of the larger k, [rows, d]: every
/// k-mer gets the vector of its first j nucleotides; unknown k-mers and padding get their own.
pub fn of_prefixes(smaller: Tensor<2>, rows: usize) -> Tensor<2> {
    let prefixes = smaller.dims()[0];
    // 4^k k-mers, then unknown and padding. K-mers with the same prefix are consecutive.
    let share = (rows - 2) / (prefixes - 2);
    let reads: Vec<i32> = (0..rows - 2)
        .map(|kmer| kmer / share)
        .chain([prefixes - 2, prefixes - 1])
        .map(|row| row as i32)
        .collect();
    let device = smaller.device();
    let reads = Tensor::<1, Int>::from_data(TensorData::new(reads, [rows]), &device);
    smaller.select(0, reads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn every_kmer_gets_the_vector_of_its_prefix() {
        let device = Device::flex();
        let smaller = Tensor::<2>::from_data([[0.0f32], [1.], [2.], [3.], [8.], [9.]], &device);
        let read: Vec<f32> = of_prefixes(smaller, 18).into_data().iter::<f32>().collect();
        assert_eq!(read[..8], [0., 0., 0., 0., 1., 1., 1., 1.]);
        assert_eq!(read[15..], [3., 8., 9.]);
    }
    use rand::SeedableRng;

    #[test]
    fn kmer_dropout_drops_whole_rows_and_keeps_the_mean() {
        let device = Device::flex();
        let mut rng = Rng::seed_from_u64(3);
        let dropped = stochastic(Tensor::ones([1000, 4], &device), Some(&mut rng), 0.25, 0.0);
        let values: Vec<f32> = dropped.into_data().iter::<f32>().collect();
        for row in values.chunks(4) {
            assert!(row.iter().all(|v| *v == row[0]), "a k-mer is dropped whole");
        }
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        assert!((mean - 1.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn dimension_dropout_drops_single_elements() {
        let device = Device::flex();
        let mut rng = Rng::seed_from_u64(3);
        let dropped = stochastic(Tensor::ones([100, 100], &device), Some(&mut rng), 0.0, 0.5);
        let values: Vec<f32> = dropped.into_data().iter::<f32>().collect();
        let zeros = values.iter().filter(|v| **v == 0.0).count();
        assert!((4500..5500).contains(&zeros), "{zeros} of 10000");
    }
}

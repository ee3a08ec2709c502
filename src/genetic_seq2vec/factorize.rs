//! Singular value decomposition of one hop's proximity matrix (section 2.1, step 3; equation 3).

use nalgebra::{DMatrix, SVD};

/// The scaled singular vectors and the singular values of one hop.
#[derive(Clone, Debug)]
pub struct Factorization {
    /// U·sqrt(Σ), |V| x min(|V|, width): the column with the largest singular value is first.
    pub columns: DMatrix<f64>,
    /// All singular values, largest first.
    pub singular_values: Vec<f64>,
}

/// Equation 3 for one proximity matrix: the columns of U·sqrt(Σ) with the `width` largest
/// singular values.
///
/// A singular vector is defined up to its sign. The sign is chosen so that the largest entry is
/// positive (of equal entries, the first). So the same matrix gives the same vectors on every
/// machine.
pub fn factorize(matrix: DMatrix<f64>, width: usize) -> Factorization {
    let n = matrix.nrows();
    let svd = SVD::new(matrix, true, false);
    let singular_values: Vec<f64> = svd.singular_values.iter().copied().collect();
    let column_count = width.min(n);
    // Singular values that are zero except for rounding have arbitrary vectors, so these columns
    // are set to zero.
    let smallest = singular_values.first().copied().unwrap_or(0.0) * n as f64 * f64::EPSILON;
    let columns = match svd.u {
        Some(u) => DMatrix::from_fn(n, column_count, |row, column| {
            let sigma = singular_values[column];
            if sigma <= smallest {
                return 0.0;
            }
            let vector = u.column(column);
            vector[row] * sign(vector.iter().copied()) * sigma.sqrt()
        }),
        None => DMatrix::zeros(n, column_count),
    };
    Factorization {
        columns,
        singular_values,
    }
}

/// The sign that makes the largest entry positive. Entries within a millionth of the largest count
/// as equal, so rounding does not choose between them.
fn sign(vector: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = vector.clone().fold(0.0f64, |m, v| m.max(v.abs()));
    match vector
        .into_iter()
        .find(|v| v.abs() >= largest * (1.0 - 1e-6))
    {
        Some(v) if v < 0.0 => -1.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagonal_matrix_matches_values_by_hand() {
        let matrix = DMatrix::from_row_slice(3, 3, &[0.0, 0.0, 0.0, 0.0, -4.0, 0.0, 0.0, 0.0, 9.0]);
        let factorization = factorize(matrix, 3);
        assert_eq!(factorization.singular_values, [9.0, 4.0, 0.0]);
        let expected =
            DMatrix::from_row_slice(3, 3, &[0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 3.0, 0.0, 0.0]);
        assert!((factorization.columns - expected).abs().max() < 1e-12);
    }

    #[test]
    fn u_sqrt_sigma_reconstructs_a_symmetric_matrix() {
        // For a positive definite matrix, U = V, so (U√Σ)(U√Σ)ᵀ is the matrix itself.
        let matrix = DMatrix::from_row_slice(3, 3, &[4.0, 1.0, 0.5, 1.0, 3.0, 0.2, 0.5, 0.2, 2.0]);
        let columns = factorize(matrix.clone(), 3).columns;
        assert!((&columns * columns.transpose() - matrix).abs().max() < 1e-9);
    }

    #[test]
    fn the_largest_entry_of_every_column_is_positive() {
        let matrix = DMatrix::from_row_slice(2, 2, &[-3.0, 1.0, 1.0, -3.0]);
        for column in factorize(matrix, 2).columns.column_iter() {
            assert!(column[0] > 0.0, "the first of equal entries is positive");
        }
    }
}

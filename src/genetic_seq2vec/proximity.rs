//! The proximity matrix A and its powers (section 2.1, step 2; equations 1 and 2).

use nalgebra::DMatrix;

use super::graph::GraphWeighting;

/// The proximity matrix of equation 1: `A = log(S / X) - log(1 / |V|)`, |V| x |V|.
///
/// Every row of X has the row sums of S, so column j is divided by the degree of k-mer j. |V| is
/// the number of k-mers that have a neighbour. If two k-mers are never neighbours, their entry is
/// 0: no association. [`GraphWeighting::Weighted`] also sets negative entries to 0, which belong to
/// pairs that are rarer than by chance.
pub fn proximity_matrix(adjacency: &DMatrix<f64>, weighting: GraphWeighting) -> DMatrix<f64> {
    let n = adjacency.nrows();
    let degrees: Vec<f64> = (0..n).map(|j| adjacency.row(j).iter().sum()).collect();
    let vertices = degrees.iter().filter(|degree| **degree > 0.0).count() as f64;
    DMatrix::from_fn(n, n, |i, j| {
        let s = adjacency[(i, j)];
        if s == 0.0 {
            return 0.0;
        }
        // One quotient instead of two logarithms: S/X = 1/|V| then gives exactly log 1 = 0.
        let a = nalgebra::ComplexField::ln(s * vertices / degrees[j]);
        match weighting {
            GraphWeighting::Weighted => a.max(0.0),
            GraphWeighting::AsWritten | GraphWeighting::Random => a,
        }
    })
}

/// The powers of equation 2: A, A·A, A·A·A, … up to `hops` factors, computed one at a time.
pub fn powers(proximity: &DMatrix<f64>, hops: usize) -> impl Iterator<Item = DMatrix<f64>> + '_ {
    std::iter::successors(Some(proximity.clone()), move |power| {
        Some(power * proximity)
    })
    .take(hops)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proximity_matrix_matches_values_by_hand() {
        // Degrees 3, 4, 1; |V| = 3.
        #[rustfmt::skip]
        let s = DMatrix::from_row_slice(3, 3, &[
            0.0, 2.0, 1.0,
            2.0, 2.0, 0.0,
            1.0, 0.0, 0.0,
        ]);
        let a = proximity_matrix(&s, GraphWeighting::AsWritten);
        assert_eq!(a[(0, 0)], 0.0);
        assert!((a[(0, 1)] - (1.5f64).ln()).abs() < 1e-12, "2/4 over 1/3");
        assert!((a[(1, 0)] - (2.0f64).ln()).abs() < 1e-12, "2/3 over 1/3");
        assert!((a[(0, 2)] - (3.0f64).ln()).abs() < 1e-12, "1/1 over 1/3");
        assert_eq!(a[(2, 0)], 0.0, "1/3 over 1/3");
    }

    #[test]
    fn weighted_removes_negative_entries() {
        // Degrees 5, 5; |V| = 2; 1/5 is rarer than 1/2.
        let s = DMatrix::from_row_slice(2, 2, &[4.0, 1.0, 1.0, 4.0]);
        assert!(proximity_matrix(&s, GraphWeighting::AsWritten)[(0, 1)] < 0.0);
        assert_eq!(proximity_matrix(&s, GraphWeighting::Weighted)[(0, 1)], 0.0);
        assert!(
            (proximity_matrix(&s, GraphWeighting::Weighted)[(0, 0)] - (1.6f64).ln()).abs() < 1e-12
        );
    }

    #[test]
    fn a_complete_graph_as_written_is_exactly_zero() {
        for n in [4, 16] {
            let a = proximity_matrix(&DMatrix::from_element(n, n, 1.0), GraphWeighting::AsWritten);
            assert!(a.iter().all(|v| *v == 0.0));
        }
    }

    #[test]
    fn powers_match_values_by_hand() {
        let a = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 0.0, 3.0]);
        let powers: Vec<_> = powers(&a, 3).collect();
        assert_eq!(powers.len(), 3);
        assert_eq!(powers[0], a);
        assert_eq!(
            powers[1],
            DMatrix::from_row_slice(2, 2, &[1.0, 8.0, 0.0, 9.0])
        );
        assert_eq!(
            powers[2],
            DMatrix::from_row_slice(2, 2, &[1.0, 26.0, 0.0, 27.0])
        );
    }
}

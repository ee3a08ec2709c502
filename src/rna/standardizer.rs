//! Standardization: features as differences from their means, in standard deviations.

/// The mean and standard deviation of each feature, over many RNAs.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardizer {
    /// The means.
    pub mean: Vec<f32>,
    /// The standard deviations; 1 for a feature that is constant, so that it can be a divisor.
    pub deviation: Vec<f32>,
}

impl Standardizer {
    /// Computes the means and deviations of `size` features over the rows of many RNAs; if there are
    /// none, 0 and 1.
    pub fn fit<'a>(size: usize, rows: impl IntoIterator<Item = &'a [f32]>) -> Self {
        let (mut count, mut sums, mut squares) = (0.0f64, vec![0.0f64; size], vec![0.0f64; size]);
        for row in rows {
            count += 1.0;
            for (i, value) in row.iter().enumerate() {
                sums[i] += f64::from(*value);
                squares[i] += f64::from(*value) * f64::from(*value);
            }
        }
        let count = count.max(1.0);
        let mean: Vec<f64> = sums.iter().map(|sum| sum / count).collect();
        let deviation = squares.iter().zip(&mean).map(|(square, mean)| {
            let variance = square / count - mean * mean;
            // A smaller variance is a rounding error.
            if variance > 1e-10 {
                variance.sqrt() as f32
            } else {
                1.0
            }
        });
        Self {
            deviation: deviation.collect(),
            mean: mean.iter().map(|mean| *mean as f32).collect(),
        }
    }

    /// The differences of the features of one RNA from the means, in standard deviations.
    pub fn apply<'a>(&'a self, features: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
        let parameters = self.mean.iter().zip(&self.deviation);
        let values = features.iter().zip(parameters);
        values.map(|(value, (mean, deviation))| (value - mean) / deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_feature_has_deviation_one() {
        let rows = [[1.0, 7.0], [0.0, 7.0]];
        let standardizer = Standardizer::fit(2, rows.iter().map(|row| &row[..]));
        assert_eq!(standardizer.mean, [0.5, 7.0]);
        assert_eq!(standardizer.deviation, [0.5, 1.0]);
        assert_eq!(
            standardizer.apply(&[2.0, 8.0]).collect::<Vec<_>>(),
            [3.0, 1.0]
        );
        let none = Standardizer::fit(1, []);
        assert_eq!((none.mean, none.deviation), (vec![0.0], vec![1.0]));
    }
}

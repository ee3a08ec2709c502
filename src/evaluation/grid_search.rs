//! Grid search: combinations of settings, compared on the training part only.
//!
//! A search must not see the RNAs on which the chosen settings are later tested. It takes the split
//! of the `holdout` protocol, drops the test part, and cross-validates every point of the grid on
//! the rest. The test part can then be used once, for the best point.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};

use super::cross_validation::{CrossValidation, CrossValidationError, Settings};
use crate::dataset::{Dataset, split_of};
use crate::metrics::{Measures, MetricsError, evaluate};
use crate::network::Config;
use crate::training_run::TrainingRunError;

/// A grid: lists of values for settings. A point has one value of each list.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    axes: Vec<(String, Vec<Value>)>,
}

/// Why a grid cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the fields are named in the messages")]
#[non_exhaustive]
pub enum GridError {
    /// The grid has no settings.
    #[error("the grid is empty; give settings with lists of values, such as `k = [1, 2, 3]`")]
    Empty,
    /// A setting has no list, or an empty one.
    #[error("`{setting}` must be a list of values, such as `[1, 2, 3]`")]
    NoList { setting: String },
}

impl Grid {
    /// Reads settings with lists of values.
    ///
    /// # Errors
    /// There are no settings, or one of them has no list.
    pub fn new(settings: Map<String, Value>) -> Result<Self, GridError> {
        let mut axes = Vec::with_capacity(settings.len());
        for (setting, values) in settings {
            match values {
                Value::Array(values) if !values.is_empty() => axes.push((setting, values)),
                _ => return Err(GridError::NoList { setting }),
            }
        }
        if axes.is_empty() {
            Err(GridError::Empty)
        } else {
            Ok(Grid { axes })
        }
    }

    /// The settings that are varied, in the order of a point's values.
    pub fn settings(&self) -> Vec<&str> {
        self.axes
            .iter()
            .map(|(setting, _)| setting.as_str())
            .collect()
    }

    /// The values of a point as text, in the order of [`Grid::settings`].
    pub fn values(&self, point: &Map<String, Value>) -> Vec<String> {
        let text = |setting: &str| match point.get(setting) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        self.settings().into_iter().map(text).collect()
    }

    /// All points; the last setting varies fastest. With `most`, only that many points, drawn by
    /// the seed, in the same order.
    pub fn points(&self, most: Option<usize>, seed: u64) -> Vec<Map<String, Value>> {
        let count: usize = self.axes.iter().map(|(_, values)| values.len()).product();
        let mut chosen: Vec<usize> = (0..count).collect();
        if let Some(most) = most.filter(|most| *most < count) {
            chosen.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
            chosen.truncate(most);
            chosen.sort_unstable();
        }
        chosen.into_iter().map(|n| self.point(n)).collect()
    }

    fn point(&self, mut number: usize) -> Map<String, Value> {
        let mut point = Map::new();
        for (setting, values) in self.axes.iter().rev() {
            if let Some(value) = values.get(number % values.len()) {
                point.insert(setting.clone(), value.clone());
            }
            number /= values.len();
        }
        point
    }
}

/// A grid search: the training part, and how it is divided into folds.
#[derive(Clone, Debug)]
pub struct GridSearch {
    training: Dataset,
    folds: usize,
    seeds: Vec<u64>,
}

impl GridSearch {
    /// Drops the RNAs that the `holdout` protocol tests with the first seed.
    ///
    /// # Errors
    /// The set cannot be split.
    pub fn new(
        dataset: Dataset,
        folds: usize,
        seeds: Vec<u64>,
    ) -> Result<Self, CrossValidationError> {
        let seed = *seeds.first().ok_or(CrossValidationError::NoSeed)?;
        let split = split_of(&dataset, seed).map_err(TrainingRunError::from)?;
        let mut kept: Vec<usize> = [split.train, split.validation].concat();
        kept.sort_unstable();
        Ok(GridSearch {
            training: dataset.select(&kept),
            folds,
            seeds,
        })
    }

    /// Number of RNAs in the training part.
    pub fn records(&self) -> usize {
        self.training.records().len()
    }

    /// SHA-256 of the training part.
    pub fn data_sha256(&self) -> String {
        self.training.sha256()
    }

    /// Number of networks that are trained for one point.
    pub fn networks(&self) -> usize {
        self.folds * self.seeds.len()
    }

    /// The six measures of one point, the means over its folds and seeds; `None` if a training
    /// diverged in its first epoch.
    ///
    /// # Errors
    /// The training part cannot be divided into folds or trained on.
    pub async fn score(
        &self,
        config: Config,
        mut on_epoch: impl FnMut(),
    ) -> Result<Option<Measures>, CrossValidationError> {
        let settings = Settings {
            folds: self.folds,
            seeds: self.seeds.clone(),
            baselines: Vec::new(),
            ..Settings::new(config, self.records())
        };
        let validation = CrossValidation::new(self.training.clone(), settings)?;
        let mut folds = Vec::with_capacity(validation.folds.len());
        for fold in &validation.folds {
            let result = match validation.run(fold, &mut on_epoch).await {
                Err(TrainingRunError::Diverged(_)) => return Ok(None),
                result => result?,
            };
            let truth = self.training.labels().select(&fold.split.test);
            let measured = |error: MetricsError| TrainingRunError::from(error);
            let answers = &result.model;
            let metrics = evaluate(&answers.scores, &answers.called, &truth).map_err(measured)?;
            folds.push(metrics.measures);
        }
        Ok(Measures::mean(&folds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(json: &str) -> Result<Grid, GridError> {
        Grid::new(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn points_are_all_combinations() {
        let grid = grid(r#"{"k": [1, 2], "loss": ["softmax", "sigmoid"], "stride": [1]}"#).unwrap();
        let all = grid.points(None, 1);
        let short = |p: &Map<String, Value>| format!("{}{}", p["k"], p["loss"]);
        let texts: Vec<String> = all.iter().map(short).collect();
        let expected = [
            "1\"softmax\"",
            "1\"sigmoid\"",
            "2\"softmax\"",
            "2\"sigmoid\"",
        ];
        assert_eq!(texts, expected);
        assert_eq!(grid.settings(), ["k", "loss", "stride"]);
        let some = grid.points(Some(2), 1);
        assert_eq!(some.len(), 2);
        assert!(some.iter().all(|point| all.contains(point)));
        assert_eq!(some, grid.points(Some(2), 1));
        assert_eq!(grid.points(Some(9), 1), all);
    }

    #[test]
    fn a_grid_without_lists_is_rejected() {
        assert_eq!(grid("{}"), Err(GridError::Empty));
        for bad in [r#"{"k": 1}"#, r#"{"k": []}"#] {
            let setting = "k".to_owned();
            assert_eq!(grid(bad), Err(GridError::NoList { setting }));
        }
    }

    #[test]
    fn a_search_never_uses_the_test_part() {
        let fasta: String = (0..60)
            .map(|i| {
                let place = if i % 2 == 0 { "Nucleus" } else { "Cytosol" };
                format!(">r{i} [location={place}]\nACGU{}\n", "ACG".repeat(i + 1))
            })
            .collect();
        let dataset = Dataset::read(fasta.as_bytes()).unwrap();
        let split = split_of(&dataset, 3).unwrap();
        let search = GridSearch::new(dataset.clone(), 5, vec![3]).unwrap();
        assert_eq!(search.records() + split.test.len(), 60);
        for &i in &split.test {
            assert!(!search.training.records().contains(&dataset.records()[i]));
        }
        assert_eq!(search.networks(), 5);
    }
}

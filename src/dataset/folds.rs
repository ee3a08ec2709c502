//! Folds for cross-validation: every record is tested once, by a network that was not trained on
//! it.

use std::hash::Hash;

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::compartment_table::Labels;
use super::labelled::Dataset;
use super::split::{MIN_TRAINING_RECORDS, Split, SplitError, check_counts};
use super::stratify::{stratified_folds, stratified_partition};
use crate::rna::Sequence;

/// Random folds, as in the paper's protocol: `folds` test parts of equal size, drawn without regard
/// to labels or sequences, so near-identical RNAs may be in different folds. Of the remaining
/// records, `validation_fraction` chooses epoch and thresholds; there identical sequences stay
/// together.
///
/// # Errors
/// There are no records, fewer than two folds, or fewer records than folds, or the fraction is not
/// in [0, 1).
pub fn random_folds(
    sequences: &[&Sequence],
    labels: &Labels,
    folds: usize,
    validation_fraction: f64,
    seed: u64,
) -> Result<Vec<Split>, SplitError> {
    check(sequences.len(), labels, folds, validation_fraction)?;
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let of = |fold| order.iter().copied().skip(fold).step_by(folds).collect();
    let tests: Vec<Vec<usize>> = (0..folds).map(of).collect();
    Ok(with_validation(
        tests,
        sequences,
        labels,
        validation_fraction,
        seed,
    ))
}

/// Folds that keep groups together. `groups` has the number of every record's group (see
/// [`super::near_identical_groups()`]). Compartments are distributed over the folds in proportion.
///
/// # Errors
/// As [`random_folds`]; also if there are fewer groups than folds.
pub fn grouped_folds(
    groups: &[usize],
    labels: &Labels,
    folds: usize,
    validation_fraction: f64,
    seed: u64,
) -> Result<Vec<Split>, SplitError> {
    check(groups.len(), labels, folds, validation_fraction)?;
    let everything: Vec<usize> = (0..labels.len()).collect();
    let tests = stratified_folds(&everything, groups, labels, folds, seed);
    if tests.iter().any(Vec::is_empty) {
        let found = groups.iter().max().map_or(0, |last| last + 1);
        return Err(SplitError::Folds { folds, found });
    }
    Ok(with_validation(
        tests,
        groups,
        labels,
        validation_fraction,
        seed,
    ))
}

/// A split without a test part: some records choose epoch and thresholds, all others train. Records
/// with the same sequence stay together.
///
/// # Errors
/// There are no records, the inputs have different lengths, or the fraction is not in [0, 1).
pub fn split_off_validation(
    sequences: &[&Sequence],
    labels: &Labels,
    validation_fraction: f64,
    seed: u64,
) -> Result<Split, SplitError> {
    check(sequences.len(), labels, 2, validation_fraction)?;
    let everything: Vec<usize> = (0..labels.len()).collect();
    let [train, validation] = stratified_partition(
        &everything,
        sequences,
        labels,
        [1.0 - validation_fraction, validation_fraction],
        seed,
    );
    Ok(Split {
        train,
        validation,
        test: Vec::new(),
    })
}

/// Divides a part into two halves. Each half is the test part of a split whose training part is the
/// other half. Records with the same key stay together. Empty if there is only one key.
pub fn two_fold<K: Hash + Eq>(
    part: &[usize],
    keys: &[K],
    labels: &Labels,
    seed: u64,
) -> Vec<Split> {
    let two_fold = stratified_folds(part, keys, labels, 2, seed);
    if two_fold.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let split = |half: &Vec<usize>| Split {
        train: part.iter().copied().filter(|i| !half.contains(i)).collect(),
        validation: Vec::new(),
        test: half.clone(),
    };
    two_fold.iter().map(split).collect()
}

/// The two halves of a training part for cross-fitting thresholds. Empty if the split has a
/// validation part, or if a half would be too small to train on. Near-identical RNAs stay together
/// if their groups are given, otherwise identical ones.
pub fn cross_fitting_halves(
    split: &Split,
    dataset: &Dataset,
    groups: Option<&[usize]>,
    seed: u64,
) -> Vec<Split> {
    let (train, labels) = (&split.train, dataset.labels());
    let two_fold = match (split.validation.is_empty(), groups) {
        (false, _) => Vec::new(),
        (true, Some(groups)) => two_fold(train, groups, labels, seed),
        (true, None) => two_fold(train, &dataset.sequences(), labels, seed),
    };
    let is_large_enough = |half: &Split| half.train.len() >= MIN_TRAINING_RECORDS;
    if two_fold.iter().all(is_large_enough) {
        two_fold
    } else {
        Vec::new()
    }
}

fn check(
    records: usize,
    labels: &Labels,
    folds: usize,
    validation_fraction: f64,
) -> Result<(), SplitError> {
    check_counts(records, labels)?;
    let found = labels.len();
    if folds < 2 || folds > found {
        return Err(SplitError::Folds { folds, found });
    }
    // Written so that NaN fails.
    if (0.0..1.0).contains(&validation_fraction) {
        Ok(())
    } else {
        Err(SplitError::ValidationFraction(validation_fraction))
    }
}

fn with_validation<K: Hash + Eq>(
    tests: Vec<Vec<usize>>,
    keys: &[K],
    labels: &Labels,
    validation_fraction: f64,
    seed: u64,
) -> Vec<Split> {
    let split = |(fold, mut test): (usize, Vec<usize>)| {
        test.sort_unstable();
        let left = (0..labels.len()).filter(|i| test.binary_search(i).is_err());
        let left: Vec<usize> = left.collect();
        // Another partition for every fold; the multiplier separates neighbouring seeds.
        let seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ fold as u64;
        let [train, validation] = stratified_partition(
            &left,
            keys,
            labels,
            [1.0 - validation_fraction, validation_fraction],
            seed,
        );
        Split {
            train,
            validation,
            test,
        }
    };
    tests.into_iter().enumerate().map(split).collect()
}

#[cfg(test)]
mod tests {
    use super::super::split::tests::numbered;
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    /// 60 records of three compartments in 40 groups.
    fn records() -> (Vec<usize>, Labels) {
        let labels = |i: usize| [2, 3, 5].map(|n| i.is_multiple_of(n));
        (
            (0..60).map(|i| i % 40).collect(),
            table((0..60).map(labels)),
        )
    }

    fn partition(splits: &[Split], count: usize) {
        let mut tested: Vec<usize> = splits.iter().flat_map(|s| s.test.clone()).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..count).collect::<Vec<_>>());
        for split in splits {
            let mut all = [&split.train[..], &split.validation, &split.test].concat();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_record_is_tested_once() {
        let (groups, labels) = records();
        let sequences: Vec<Sequence> = groups.iter().map(|g| numbered(*g)).collect();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let random = |seed| random_folds(&sequences, &labels, 7, 0.1, seed).unwrap();
        partition(&random(1), 60);
        assert_eq!(random(1), random(1));
        assert_ne!(random(1), random(2));
        let sizes: Vec<usize> = random(1).iter().map(|s| s.test.len()).collect();
        assert_eq!(sizes, [9, 9, 9, 9, 8, 8, 8]);
        for split in random(1) {
            assert!((4..=7).contains(&split.validation.len()), "{split:?}");
        }
        let grouped = grouped_folds(&groups, &labels, 7, 0.1, 1).unwrap();
        partition(&grouped, 60);
    }

    #[test]
    fn groups_stay_in_one_fold() {
        let (groups, labels) = records();
        for seed in 0..5 {
            for split in grouped_folds(&groups, &labels, 5, 0.15, seed).unwrap() {
                let of =
                    |part: &[usize]| -> Vec<usize> { part.iter().map(|&i| groups[i]).collect() };
                let (train, validation) = (of(&split.train), of(&split.validation));
                for group in of(&split.test) {
                    assert!(!train.contains(&group) && !validation.contains(&group));
                }
                assert!(validation.iter().all(|group| !train.contains(group)));
                // 12 groups have the rarest compartment.
                assert!(split.test.iter().any(|&i| labels[i][2]));
            }
        }
    }

    #[test]
    fn impossible_folds_are_rejected() {
        let (groups, labels) = records();
        for folds in [0, 1, 61] {
            let error = grouped_folds(&groups, &labels, folds, 0.1, 1).unwrap_err();
            assert_eq!(error, SplitError::Folds { folds, found: 60 });
        }
        let error = grouped_folds(&[0; 60], &labels, 2, 0.1, 1).unwrap_err();
        assert_eq!(error, SplitError::Folds { folds: 2, found: 1 });
        let error = grouped_folds(&groups, &labels, 5, 1.0, 1).unwrap_err();
        assert_eq!(error, SplitError::ValidationFraction(1.0));
    }

    #[test]
    fn each_half_tests_the_other() {
        let (groups, labels) = records();
        let part: Vec<usize> = (0..50).collect();
        let splits = two_fold(&part, &groups, &labels, 1);
        assert_eq!(splits.len(), 2);
        assert_eq!(splits[0].train, splits[1].test);
        assert_eq!(splits[1].train, splits[0].test);
        let mut all = [&splits[0].test[..], &splits[1].test].concat();
        all.sort_unstable();
        assert_eq!(all, part);
        for &i in &splits[0].test {
            assert!(splits[1].test.iter().all(|&j| groups[i] != groups[j]));
        }
        assert!(two_fold(&[3, 43], &groups, &labels, 1).is_empty());
    }

    #[test]
    fn split_off_validation_has_no_test_part() {
        let (_, labels) = records();
        let sequences: Vec<Sequence> = (0..60).map(numbered).collect();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let split = split_off_validation(&sequences, &labels, 0.1, 1).unwrap();
        assert_eq!((split.train.len(), split.validation.len()), (54, 6));
        assert!(split.test.is_empty());
    }
}

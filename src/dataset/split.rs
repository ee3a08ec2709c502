//! Which records train the network, which choose its thresholds and its best
//! epoch, and which only judge it.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::stratify::stratified_partition;

/// Fewest RNAs in the training part: batch statistics need at least two.
pub(crate) const MIN_TRAINING_RECORDS: usize = 4;

/// Record indices (0-based, ascending) of the three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Fits the embedding and the network.
    pub train: Vec<usize>,
    /// ValidationFraction validation: chooses thresholds and the epoch that is kept.
    pub validation: Vec<usize>,
    /// Touched once, to judge the result.
    pub test: Vec<usize>,
}

/// Shares of all records, 0 to below 1; training gets the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fractions {
    /// Share of the inner validation part.
    pub validation: f64,
    /// Share of the test part.
    pub test: f64,
}

/// Why records cannot be split. Records count from 0 in the fields and from 1 in the messages.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// No record at all.
    #[error("there are no records to split; give at least one")]
    Empty,
    /// Two inputs that must run in parallel differ in length.
    #[error("there are {found} {what} for {expected} records; give one per record")]
    Count {
        /// The input that is too long or too short.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of records.
        expected: usize,
    },
    /// A record without exactly one label value per compartment.
    #[error("record {} has {found} label values, not {expected} as record 1 has", .record + 1)]
    Ragged {
        /// The record.
        record: usize,
        /// Its number of label values.
        found: usize,
        /// The number of compartments.
        expected: usize,
    },
    /// Shares that leave nothing to train on, or are no shares.
    #[error("a validation share of {} and a test share of {} cannot be had: each must be 0 or more, and together below 1", .0.validation, .0.test)]
    Fractions(Fractions),
    /// An inner share that is no share.
    #[error("an inner share of {0} cannot be had: it must be 0 or more and below 1")]
    ValidationFraction(f64),
    /// Too many folds, or too few.
    #[error(
        "{folds} folds cannot be made of {found} records or groups of near-identical ones; \
         give 2 to {found} folds"
    )]
    Folds {
        /// The folds asked for.
        folds: usize,
        /// What there is to spread over them.
        found: usize,
    },
    /// Some records name their part and others do not.
    #[error("{given} of {total} records name their part of the split, record {} does not; name one for every record or for none", .record + 1)]
    PartlyGiven {
        /// The first record without a part.
        record: usize,
        /// Records with a part.
        given: usize,
        /// All records.
        total: usize,
    },
    /// Parts are given and none of them is training.
    #[error(
        "no record is marked for training; mark some, or leave the marks out to have the records split"
    )]
    NoTraining,
    /// The given training part has no record of some compartments.
    #[error(
        "no record marked for training is in {0}, so that nothing can be learnt of it; mark some, or leave the marks out to have the records split"
    )]
    AbsentFromTraining(String),
}

/// Splits records at random, the same way for the same seed on every machine.
///
/// `sequences[i]` and `labels[i]` (one value per compartment) belong to record `i`.
/// Identical sequences stay together; compartments are spread over the parts in
/// proportion; a compartment with three or more positive records has at least one in
/// training; a part with a share above 0 is not left empty while there are enough
/// different sequences.
///
/// # Errors
/// No records, inputs of different lengths, or impossible shares.
pub fn split(
    sequences: &[&[u8]],
    labels: &[Vec<bool>],
    fractions: Fractions,
    seed: u64,
) -> Result<Split, SplitError> {
    check(sequences, labels, fractions)?;
    let everything: Vec<usize> = (0..sequences.len()).collect();
    let shares = [
        1.0 - fractions.validation - fractions.test,
        fractions.validation,
        fractions.test,
    ];
    let [train, validation, test] =
        stratified_partition(&everything, sequences, labels, shares, seed);
    Ok(Split {
        train,
        validation,
        test,
    })
}

impl Split {
    /// SHA-256 of the three lists, in lower-case hexadecimal: two runs with the same
    /// value trained and judged on the same records.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.train, &self.validation, &self.test] {
            hash.update((part.len() as u64).to_le_bytes());
            for &record in part {
                hash.update((record as u64).to_le_bytes());
            }
        }
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Compartments that some record has and none of the training part. `labels` are those the
    /// split was made from.
    pub fn labels_absent_from_training(&self, labels: &[Vec<bool>]) -> Vec<usize> {
        let has = |compartment: usize, part: &[usize]| part.iter().any(|&i| labels[i][compartment]);
        let all: Vec<usize> = (0..labels.len()).collect();
        let width = labels.first().map_or(0, Vec::len);
        let labels_absent_from_training =
            (0..width).filter(|&c| has(c, &all) && !has(c, &self.train));
        labels_absent_from_training.collect()
    }

    /// How many test records have a sequence that training or validation also has;
    /// 0 unless the split was given. `sequences` are those the split was made from.
    pub fn test_duplicates(&self, sequences: &[&[u8]]) -> usize {
        let seen: HashSet<&[u8]> = self
            .train
            .iter()
            .chain(&self.validation)
            .filter_map(|&i| sequences.get(i).copied())
            .collect();
        let test = self.test.iter().filter_map(|&i| sequences.get(i));
        test.filter(|&sequence| seen.contains(sequence)).count()
    }
}

pub(super) fn check(
    sequences: &[&[u8]],
    labels: &[Vec<bool>],
    fractions: Fractions,
) -> Result<(), SplitError> {
    check_counts(sequences.len(), labels)?;
    let Fractions { validation, test } = fractions;
    // Written so that a NaN fails.
    if validation >= 0.0 && test >= 0.0 && validation + test < 1.0 {
        Ok(())
    } else {
        Err(SplitError::Fractions(fractions))
    }
}

/// Whether there are records, one row of labels for each, and all rows equally wide.
pub(super) fn check_counts(records: usize, labels: &[Vec<bool>]) -> Result<(), SplitError> {
    let expected = labels.first().ok_or(SplitError::Empty)?.len();
    same_count("sequences", records, labels.len())?;
    match labels.iter().position(|row| row.len() != expected) {
        None => Ok(()),
        Some(record) => Err(SplitError::Ragged {
            record,
            found: labels[record].len(),
            expected,
        }),
    }
}

pub(super) fn same_count(
    what: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), SplitError> {
    if found == expected {
        return Ok(());
    }
    Err(SplitError::Count {
        what,
        found,
        expected,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
pub(super) mod tests {
    use super::*;

    pub(in crate::dataset) const USUAL: Fractions = Fractions {
        validation: 0.1,
        test: 0.2,
    };

    /// 100 records, 20 of them copies of others; compartments of 50, 33 and 20 records.
    pub(in crate::dataset) fn records() -> (Vec<Vec<u8>>, Vec<Vec<bool>>) {
        let sequence = |i: usize| format!("ACGU{:b}", i % 80).into_bytes();
        let labels = |i: usize| [2, 3, 5].map(|n| i.is_multiple_of(n)).to_vec();
        let all = 0..100;
        (
            all.clone().map(sequence).collect(),
            all.map(labels).collect(),
        )
    }

    pub(in crate::dataset) fn views(sequences: &[Vec<u8>]) -> Vec<&[u8]> {
        sequences.iter().map(Vec::as_slice).collect()
    }

    pub(in crate::dataset) fn partition(split: &Split, count: usize) {
        let mut all = [&split.train[..], &split.validation, &split.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..count).collect::<Vec<_>>());
        for part in [&split.train, &split.validation, &split.test] {
            assert!(part.is_sorted());
        }
    }

    #[test]
    fn the_seed_decides_and_the_hash_tells() {
        let (sequences, labels) = records();
        let sequences = views(&sequences);
        let run = |seed| split(&sequences, &labels, USUAL, seed).unwrap();
        partition(&run(1), 100);
        assert_eq!(run(1).test_duplicates(&sequences), 0);
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        assert_eq!(run(1).sha256(), run(1).sha256());
        assert_ne!(run(1).sha256(), run(2).sha256());
        // The same records in other parts are another split.
        let [a, b] = [vec![0], vec![1]].map(|train| Split {
            validation: vec![1 - train[0]],
            train,
            test: vec![],
        });
        assert_ne!(a.sha256(), b.sha256());
        // Checked with another program: three 8-byte counts, each followed by 8-byte indices.
        assert_eq!(
            a.sha256(),
            "e2620d5fe2c33bcbe7073b9a8a8c7a862450e01e4ed596f0e86b0e0b81054dde"
        );
    }

    #[test]
    fn given_duplicates_are_counted() {
        let split = Split {
            train: vec![0],
            validation: vec![1],
            test: vec![2, 3, 4],
        };
        assert_eq!(split.test_duplicates(&[b"A", b"C", b"A", b"C", b"G"]), 2);
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let labels = vec![vec![true], vec![false]];
        let two: [&[u8]; 2] = [b"A", b"C"];
        let fractions = |validation, test| Fractions { validation, test };
        assert_eq!(split(&[], &[], USUAL, 0), Err(SplitError::Empty));
        for bad in [
            fractions(0.5, 0.5),
            fractions(-0.1, 0.2),
            fractions(f64::NAN, 0.2),
        ] {
            let error = split(&two, &labels, bad, 0).unwrap_err();
            assert!(error.to_string().contains("together below 1"), "{error}");
        }
        assert!(matches!(
            split(&two[..1], &labels, USUAL, 0),
            Err(SplitError::Count {
                what: "sequences",
                found: 1,
                expected: 2
            })
        ));
        let ragged = vec![vec![true], vec![]];
        assert!(matches!(
            split(&two, &ragged, USUAL, 0),
            Err(SplitError::Ragged { record: 1, .. })
        ));
    }
}

//! A split: which records train the network, which choose its thresholds and its epoch, and which
//! only test it.

use sha2::{Digest, Sha256};

use super::compartment_table::Labels;
use super::stratify::stratified_partition;
use crate::rna::Sequence;
use crate::sha256::hexadecimal;

/// The smallest training part: batch statistics need at least two RNAs.
pub(crate) const MIN_TRAINING_RECORDS: usize = 4;

/// The records of the three parts: indices from 0, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The training part fits the embedding and the network.
    pub train: Vec<usize>,
    /// The validation part chooses thresholds and the epoch that is kept.
    pub validation: Vec<usize>,
    /// The test part is used once, to evaluate the result.
    pub test: Vec<usize>,
}

/// Shares of all records, 0 to below 1; the rest trains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fractions {
    /// Share of the validation part.
    pub validation: f64,
    /// Share of the test part.
    pub test: f64,
}

/// Why records cannot be split. Records count from 0 in the fields and from 1 in the messages.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// There is no record.
    #[error("there are no records to split; give at least one")]
    Empty,
    /// Two inputs that must have one entry per record differ in length.
    #[error("there are {found} {what} for {expected} records; give one per record")]
    Count {
        /// The input with too many or too few entries.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of records.
        expected: usize,
    },
    /// The shares leave nothing to train on, or are negative.
    #[error("a validation share of {} and a test share of {} are not possible: each must be 0 or more, and their sum below 1", .0.validation, .0.test)]
    Fractions(Fractions),
    /// The validation fraction is not in [0, 1).
    #[error("a validation share of {0} is not possible: it must be 0 or more and below 1")]
    ValidationFraction(f64),
    /// There are too many folds, or too few.
    #[error(
        "{folds} folds cannot be made from {found} records or groups of near-identical ones; \
         give 2 to {found} folds"
    )]
    Folds {
        /// The number of folds requested.
        folds: usize,
        /// The number of records or groups.
        found: usize,
    },
    /// Some records name their part of the split and others do not.
    #[error("{given} of {total} records name their part of the split, but record {} does not; name it for every record or for none", .record + 1)]
    PartlyGiven {
        /// The first record that names no part.
        record: usize,
        /// The number of records that name a part.
        given: usize,
        /// The number of records.
        total: usize,
    },
    /// Records name parts, but none is marked for training.
    #[error(
        "no record is marked for training; mark some, or leave the marks out to have the records split"
    )]
    NoTraining,
    /// The marked training part has no record in some compartments.
    #[error(
        "no record marked for training is in {0}, so it cannot be learned; mark some, or leave the marks out to have the records split"
    )]
    AbsentFromTraining(String),
}

/// Splits records at random. The same seed gives the same split on every machine.
///
/// `sequences[i]` and `labels[i]`, with one value per compartment, belong to record `i`. Identical
/// sequences stay together. Compartments are distributed over the parts in proportion. A
/// compartment with at least three records has at least one in the training part. A part with a
/// share above 0 is not left empty if there are enough different sequences.
///
/// # Errors
/// There are no records, the inputs have different lengths, or the shares are not possible.
pub fn split(
    sequences: &[&Sequence],
    labels: &Labels,
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
    /// SHA-256 of the three lists, in hexadecimal. Two runs with the same value trained and tested
    /// on the same records.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.train, &self.validation, &self.test] {
            hash.update((part.len() as u64).to_le_bytes());
            for &record in part {
                hash.update((record as u64).to_le_bytes());
            }
        }
        hexadecimal(hash)
    }

    /// Leaves records out of the training and the validation part. `records` is ascending.
    pub(crate) fn leave_out(&mut self, records: &[usize]) {
        for part in [&mut self.train, &mut self.validation] {
            part.retain(|record| records.binary_search(record).is_err());
        }
    }

    /// Compartments that have records, but none in the training part. `labels` are those of the
    /// split records.
    pub fn labels_absent_from_training(&self, labels: &Labels) -> Vec<usize> {
        let has = |compartment: usize, part: &[usize]| part.iter().any(|&i| labels[i][compartment]);
        let all: Vec<usize> = (0..labels.len()).collect();
        let compartments = 0..labels.compartments();
        let absent = compartments.filter(|&c| has(c, &all) && !has(c, &self.train));
        absent.collect()
    }
}

pub(super) fn check(
    sequences: &[&Sequence],
    labels: &Labels,
    fractions: Fractions,
) -> Result<(), SplitError> {
    check_counts(sequences.len(), labels)?;
    let Fractions { validation, test } = fractions;
    // Written so that NaN fails.
    if validation >= 0.0 && test >= 0.0 && validation + test < 1.0 {
        Ok(())
    } else {
        Err(SplitError::Fractions(fractions))
    }
}

/// Checks that there are records, and one row of labels for each.
pub(super) fn check_counts(records: usize, labels: &Labels) -> Result<(), SplitError> {
    if labels.is_empty() {
        return Err(SplitError::Empty);
    }
    same_count("sequences", records, labels.len())
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
pub(super) mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::rna::sequence::tests::rna;

    pub(in crate::dataset) const USUAL: Fractions = Fractions {
        validation: 0.1,
        test: 0.2,
    };

    /// 100 records, 20 of which are copies of others, in compartments of 50, 33 and 20 records.
    pub(in crate::dataset) fn records() -> (Vec<Sequence>, Labels) {
        let sequence = |i: usize| numbered(i % 80);
        let labels = |i: usize| [2, 3, 5].map(|n| i.is_multiple_of(n));
        let all = 0..100;
        (all.clone().map(sequence).collect(), table(all.map(labels)))
    }

    /// A sequence that is another one for every number.
    pub(in crate::dataset) fn numbered(number: usize) -> Sequence {
        let digits = format!("ACGU{number:b}");
        rna(&digits.replace('0', "A").replace('1', "C"))
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
    fn the_seed_decides_and_the_hash_identifies_the_split() {
        let (sequences, labels) = records();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let run = |seed| split(&sequences, &labels, USUAL, seed).unwrap();
        partition(&run(1), 100);
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
    fn impossible_splits_are_rejected() {
        let labels = table([[true], [false]]);
        let two = ["A", "C"].map(rna);
        let two = two.each_ref();
        let fractions = |validation, test| Fractions { validation, test };
        assert_eq!(
            split(&[], &Labels::default(), USUAL, 0),
            Err(SplitError::Empty)
        );
        for bad in [
            fractions(0.5, 0.5),
            fractions(-0.1, 0.2),
            fractions(f64::NAN, 0.2),
        ] {
            let error = split(&two, &labels, bad, 0).unwrap_err();
            assert!(error.to_string().contains("their sum below 1"), "{error}");
        }
        assert!(matches!(
            split(&two[..1], &labels, USUAL, 0),
            Err(SplitError::Count {
                what: "sequences",
                found: 1,
                expected: 2
            })
        ));
    }
}

//! The split that a set names with `[split=train|val|test]`, or a random one if it names none.

use super::compartment_table::Labels;
use super::labelled::{Dataset, Part};
use super::near_identical::near_identical_groups;
use super::split::{Fractions, Split, SplitError, check, same_count, split};
use super::stratify::stratified_partition;
use crate::rna::Sequence;

/// The usual share that chooses epoch and thresholds, and the usual share held out.
pub const FRACTIONS: Fractions = Fractions {
    validation: 0.15,
    test: 0.2,
};

/// The split that the set names, or a random one if it names none.
///
/// # Errors
/// The set cannot be split, or its own training part lacks a compartment.
pub fn split_of(dataset: &Dataset, seed: u64) -> Result<Split, SplitError> {
    let sequences = dataset.sequences();
    let (parts, labels) = (dataset.parts(), dataset.labels());
    match from_marks(parts, &sequences, labels, FRACTIONS, seed)? {
        Some(given) => {
            let absent = given.labels_absent_from_training(labels).into_iter();
            let names = absent.map(|c| dataset.compartments()[c].as_str());
            let names: Vec<&str> = names.collect();
            match names.as_slice() {
                [] => Ok(given),
                names => Err(SplitError::AbsentFromTraining(names.join(", "))),
            }
        }
        None => split(&sequences, labels, FRACTIONS, seed),
    }
}

/// The split that the records name. `None` if they name none, or if all are marked for training,
/// because nothing is then marked to be held out.
///
/// A missing part is added. If only validation is marked, it becomes the test part, because it was
/// set aside for testing. A validation part is then split off from training, with the share
/// `validation / (1 - test)`, as [`split()`] would do. Marked parts are kept even if identical
/// near-identical RNAs are in several of them; [`divided_note`] counts those.
///
/// # Errors
/// As [`split()`]; also if only some records name a part, or none is marked for training.
pub fn from_marks(
    parts: &[Option<Part>],
    sequences: &[&Sequence],
    labels: &Labels,
    fractions: Fractions,
    seed: u64,
) -> Result<Option<Split>, SplitError> {
    check(sequences, labels, fractions)?;
    same_count("split parts", parts.len(), sequences.len())?;
    if !all_have_parts(parts)? {
        return Ok(None);
    }
    let records_in = |part| -> Vec<usize> {
        let records = 0..parts.len();
        records.filter(|&i| parts[i] == Some(part)).collect()
    };
    let train = records_in(Part::Train);
    let (validation, test) = (records_in(Part::Validation), records_in(Part::Test));
    if train.is_empty() {
        return Err(SplitError::NoTraining);
    }
    if validation.is_empty() && test.is_empty() {
        return Ok(None);
    }
    if !validation.is_empty() && !test.is_empty() {
        return Ok(Some(Split {
            train,
            validation,
            test,
        }));
    }
    let test = if test.is_empty() { validation } else { test };
    let share = fractions.validation / (1.0 - fractions.test);
    let [train, validation] =
        stratified_partition(&train, sequences, labels, [1.0 - share, share], seed);
    Ok(Some(Split {
        train,
        validation,
        test,
    }))
}

/// A note if records that the set marks for validation or testing are near-identical to records that
/// it marks for another part. `None` also if the set marks no parts.
pub fn divided_note(dataset: &Dataset) -> Option<String> {
    let parts = dataset.parts();
    let first = parts.first()?;
    if parts.iter().all(|part| part == first) {
        return None;
    }
    let groups = near_identical_groups(&dataset.sequences());
    let mut parts_of: Vec<Vec<Option<Part>>> = vec![Vec::new(); parts.len()];
    for (group, part) in groups.iter().zip(parts) {
        if !parts_of[*group].contains(part) {
            parts_of[*group].push(*part);
        }
    }
    let held_out = |i: &usize| matches!(parts[*i], Some(Part::Validation | Part::Test));
    let held_out: Vec<usize> = (0..parts.len()).filter(held_out).collect();
    let mut divided = held_out.iter().filter(|i| parts_of[groups[**i]].len() > 1);
    let count = divided.clone().count();
    let example = &dataset.records()[*divided.next()?].id;
    Some(format!(
        "{count} of the {} RNAs marked for validation or testing are near-identical to an RNA of \
         another part, the first is '{example}': what a network remembers of that one makes it look \
         better than it is; use --protocol strict, or mark near-identical RNAs for the same part",
        held_out.len()
    ))
}

/// Whether every record has a part; `false` if none has.
///
/// # Errors
/// Some records have a part and others do not.
fn all_have_parts(parts: &[Option<Part>]) -> Result<bool, SplitError> {
    let given = parts.iter().flatten().count();
    match parts.iter().position(Option::is_none) {
        None => Ok(true),
        Some(_) if given == 0 => Ok(false),
        Some(record) => Err(SplitError::PartlyGiven {
            record,
            given,
            total: parts.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::split::tests::{USUAL, partition, records};
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::rna::sequence::tests::rna;

    #[test]
    fn marked_parts_are_kept_and_completed() {
        let (sequences, labels) = records();
        let sequences: Vec<&Sequence> = sequences.iter().collect();
        let parts = |last: &dyn Fn(usize) -> Part| -> Vec<Option<Part>> {
            let part = |i| if i < 80 { Part::Train } else { last(i) };
            (0..100).map(|i| Some(part(i))).collect()
        };
        let run = |parts: &[Option<Part>]| from_marks(parts, &sequences, &labels, USUAL, 3);
        let held_out: Vec<usize> = (80..100).collect();

        let all = parts(&|i| if i < 90 { Part::Validation } else { Part::Test });
        let kept = run(&all).unwrap().unwrap();
        assert_eq!(kept.train, (0..80).collect::<Vec<_>>());
        assert_eq!(kept.validation, held_out[..10]);
        assert_eq!(kept.test, held_out[10..]);

        // Under either name, the one part that was held out becomes the test part.
        for name in [Part::Validation, Part::Test] {
            let carved = run(&parts(&|_| name)).unwrap().unwrap();
            assert_eq!(carved.test, held_out);
            partition(&carved, 100);
            // 0.1 / 0.8 of the 80 records marked for training.
            assert!(
                carved.validation.len().abs_diff(10) <= 2,
                "{:?}",
                carved.validation
            );
        }
        assert_eq!(run(&[None; 100]), Ok(None));
        assert_eq!(run(&parts(&|_| Part::Train)), Ok(None));
    }

    #[test]
    fn near_identical_records_in_two_parts_are_noted() {
        let sequence = "UGAGGUAGUAGGUUGUAUAGUUACGGUUACGAUCCGAUUAGG";
        let set = |last: &str| {
            let fasta = format!(
                ">a [location=X] [split=train]\n{sequence}\n>b [location=Y] [split={last}]\n{}\n\
                 >c [location=Y] [split=train]\nCCCCGGGGAAAAUUUU\n>d [location=Y] [split=val]\nGAGAGAGAGACC\n",
                &sequence[3..]
            );
            divided_note(&Dataset::read(fasta.as_bytes()).unwrap())
        };
        let note = set("val").unwrap();
        assert!(note.starts_with("1 of the 2 RNAs marked"), "{note}");
        assert!(note.contains("the first is 'b'"), "{note}");
        assert_eq!(set("train"), None);
        let unmarked = ">a [location=X]\nACGUACGU\n>b [location=Y]\nACGUACGU\n";
        let unmarked = Dataset::read(unmarked.as_bytes()).unwrap();
        assert_eq!(divided_note(&unmarked), None);
    }

    #[test]
    fn incomplete_marks_are_rejected() {
        let labels = table([[true], [false]]);
        let two = ["A", "C"].map(rna);
        let two = two.each_ref();
        let partly = [None, Some(Part::Train)];
        let error = from_marks(&partly, &two, &labels, USUAL, 0).unwrap_err();
        assert!(error.to_string().starts_with("1 of 2 records"), "{error}");
        assert_eq!(
            from_marks(&[Some(Part::Test); 2], &two, &labels, USUAL, 0),
            Err(SplitError::NoTraining)
        );
    }
}

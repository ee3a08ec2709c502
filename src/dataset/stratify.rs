//! Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011): the records of the rarest
//! compartment are distributed first, each to the part that needs them most. Groups of identical or
//! near-identical sequences are distributed, not single records, so that no sequence is in two
//! parts.

use std::collections::HashMap;
use std::hash::Hash;

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::compartment_table::Labels;

/// A compartment with at least this many records has at least one in training.
const COVERED_FROM: usize = 3;

/// Index of the training part.
const TRAIN: usize = 0;

/// The records of one sequence, and the number of them with each label.
struct Group {
    records: Vec<usize>,
    labels: Vec<usize>,
}

impl Group {
    fn size(&self) -> usize {
        self.records.len()
    }

    fn has(&self, label: usize) -> bool {
        self.labels[label] > 0
    }
}

/// Groups `records` by key, in order of first appearance.
fn groups<K: Hash + Eq>(records: &[usize], keys: &[K], labels: &Labels) -> Vec<Group> {
    let mut place: HashMap<&K, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for &record in records {
        let at = *place.entry(&keys[record]).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group {
                records: Vec::new(),
                labels: vec![0; labels.compartments()],
            });
        }
        groups[at].records.push(record);
        for (count, &label) in groups[at].labels.iter_mut().zip(&labels[record]) {
            *count += usize::from(label);
        }
    }
    groups
}

/// Distributes records over parts with the given shares; the first part is training. Records with
/// the same key (their sequence, or the number of their group) stay together.
pub(super) fn stratified_partition<K: Hash + Eq, const PARTS: usize>(
    records: &[usize],
    keys: &[K],
    labels: &Labels,
    shares: [f64; PARTS],
    seed: u64,
) -> [Vec<usize>; PARTS] {
    let assignment = stratify_groups(records, keys, labels, &shares, seed);
    std::array::from_fn(|part| assignment.records(part))
}

/// Distributes records over `folds` parts of equal size, as [`stratified_partition`] does.
pub(super) fn stratified_folds<K: Hash + Eq>(
    records: &[usize],
    keys: &[K],
    labels: &Labels,
    folds: usize,
    seed: u64,
) -> Vec<Vec<usize>> {
    let shares = vec![1.0 / folds as f64; folds];
    let assignment = stratify_groups(records, keys, labels, &shares, seed);
    (0..folds).map(|part| assignment.records(part)).collect()
}

fn stratify_groups<K: Hash + Eq>(
    records: &[usize],
    keys: &[K],
    labels: &Labels,
    shares: &[f64],
    seed: u64,
) -> Assignment {
    let mut groups = groups(records, keys, labels);
    groups.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    // Large groups first, while there is room for them; otherwise the sort keeps the shuffled
    // order.
    groups.sort_by_key(|group| std::cmp::Reverse(group.size()));
    let mut assignment = Assignment::new(groups, shares.to_vec());
    assignment.stratify();
    assignment.fill_empty_parts();
    assignment.cover_training();
    assignment
}

/// The part to which each group is assigned.
struct Assignment {
    groups: Vec<Group>,
    parts: Vec<Option<usize>>,
    shares: Vec<f64>,
}

impl Assignment {
    fn new(groups: Vec<Group>, shares: Vec<f64>) -> Self {
        Assignment {
            parts: vec![None; groups.len()],
            groups,
            shares,
        }
    }

    fn records(&self, part: usize) -> Vec<usize> {
        let members = self.members(part);
        let mut records: Vec<usize> = members
            .flat_map(|g| self.groups[g].records.iter().copied())
            .collect();
        records.sort_unstable();
        records
    }

    /// The groups of a part.
    fn members(&self, part: usize) -> impl Iterator<Item = usize> {
        (0..self.groups.len()).filter(move |&g| self.parts[g] == Some(part))
    }

    fn width(&self) -> usize {
        self.groups.first().map_or(0, |group| group.labels.len())
    }

    /// Sechidis et al. 2011, algorithm 1, with groups instead of examples.
    fn stratify(&mut self) {
        let total = |count: &dyn Fn(&Group) -> usize| -> f64 {
            self.groups.iter().map(count).sum::<usize>() as f64
        };
        let records = total(&Group::size);
        let labels: Vec<f64> = (0..self.width()).map(|l| total(&|g| g.labels[l])).collect();
        let mut demand: Vec<Demand> = (0..self.shares.len())
            .filter(|&part| self.shares[part] > 0.0)
            .map(|part| Demand::new(part, self.shares[part], records, &labels))
            .collect();
        loop {
            let label = self.rarest_open_label();
            for g in 0..self.groups.len() {
                let group = &self.groups[g];
                if self.parts[g].is_none() && label.is_none_or(|l| group.has(l)) {
                    self.parts[g] = Demand::take(&mut demand, group, label);
                }
            }
            if label.is_none() {
                return;
            }
        }
    }

    /// The label with the fewest records, but at least one, among the groups not yet assigned.
    fn rarest_open_label(&self) -> Option<usize> {
        let open = |label: usize| -> usize {
            let groups = self.groups.iter().zip(&self.parts);
            let open = groups.filter(|(_, part)| part.is_none());
            open.map(|(group, _)| group.labels[label]).sum()
        };
        let counts = (0..self.width()).map(|label| (open(label), label));
        counts.filter(|c| c.0 > 0).min().map(|c| c.1)
    }

    /// Gives every empty part with a share above 0 a group of the fullest part: preferably a small
    /// one that is not the only one of a label in training.
    fn fill_empty_parts(&mut self) {
        for part in 0..self.shares.len() {
            if self.shares[part] == 0.0 || self.members(part).next().is_some() {
                continue;
            }
            let fullest = (0..self.shares.len()).max_by_key(|&p| self.members(p).count());
            let donors: Vec<usize> = self.members(fullest.unwrap_or(TRAIN)).collect();
            let cost = |&g: &usize| (self.sole_labels(g), self.groups[g].size());
            if donors.len() > 1
                && let Some(g) = donors.into_iter().min_by_key(cost)
            {
                self.parts[g] = Some(part);
            }
        }
    }

    /// The number of labels that only this group has in training.
    fn sole_labels(&self, g: usize) -> usize {
        let only = |&label: &usize| {
            self.groups[g].has(label)
                && self
                    .members(TRAIN)
                    .all(|other| other == g || !self.groups[other].has(label))
        };
        (0..self.width()).filter(only).count()
    }

    /// Moves a group to training for every label that has [`COVERED_FROM`] records, but none in
    /// training: preferably a small group that is not the last one of its part.
    fn cover_training(&mut self) {
        for label in 0..self.width() {
            let count: usize = self.groups.iter().map(|group| group.labels[label]).sum();
            let covered = self.members(TRAIN).any(|g| self.groups[g].has(label));
            if covered || count < COVERED_FROM {
                continue;
            }
            let last = |g: usize| self.parts[g].is_some_and(|part| self.members(part).count() == 1);
            let holders = (0..self.groups.len()).filter(|&g| self.groups[g].has(label));
            if let Some(g) = holders.min_by_key(|&g| (last(g), self.groups[g].size())) {
                self.parts[g] = Some(TRAIN);
            }
        }
    }
}

/// What a part still needs: records in all, and of each label. Negative if there are too many.
struct Demand {
    part: usize,
    records: f64,
    labels: Vec<f64>,
}

impl Demand {
    fn new(part: usize, share: f64, records: f64, labels: &[f64]) -> Self {
        Demand {
            part,
            records: share * records,
            labels: labels.iter().map(|count| share * count).collect(),
        }
    }

    /// Assigns the group to the part that needs `label` most (then records; then the first part),
    /// and returns that part.
    fn take(demand: &mut [Demand], group: &Group, label: Option<usize>) -> Option<usize> {
        let need = |w: &Demand| (label.map_or(0.0, |l| w.labels[l]), w.records);
        let eager = |a: &Demand, b: &Demand| {
            let (a, b) = (need(a), need(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        };
        // Reversed, because `max_by` returns the last of equals.
        let chosen = demand.iter_mut().rev().max_by(|a, b| eager(a, b))?;
        chosen.records -= group.size() as f64;
        for (left, &taken) in chosen.labels.iter_mut().zip(&group.labels) {
            *left -= taken as f64;
        }
        Some(chosen.part)
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::super::split::tests::numbered;
    use super::*;
    use crate::dataset::compartment_table::tests::table;
    use crate::rna::Sequence;
    use crate::rna::sequence::tests::rna;

    const USUAL: [f64; 3] = [0.7, 0.1, 0.2];

    struct Records {
        sequences: Vec<Sequence>,
        labels: Labels,
    }

    impl Records {
        fn all(&self) -> Vec<usize> {
            (0..self.labels.len()).collect()
        }

        fn stratified_partition(&self, shares: [f64; 3], seed: u64) -> [Vec<usize>; 3] {
            stratified_partition(&self.all(), &self.sequences, &self.labels, shares, seed)
        }

        fn positives(&self, part: &[usize], c: usize) -> usize {
            part.iter().filter(|&&i| self.labels[i][c]).count()
        }

        /// The number of parts that have a record of this sequence.
        fn sides(&self, parts: &[Vec<usize>; 3], sequence: &Sequence) -> usize {
            let holds = |part: &&Vec<usize>| part.iter().any(|&i| self.sequences[i] == *sequence);
            parts.iter().filter(holds).count()
        }
    }

    /// Random records; some sequences occur several times, with different labels.
    fn records(seed: u64, count: usize, width: usize) -> Records {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let kinds = count * 4 / 5 + 1;
        let sequence = |rng: &mut ChaCha8Rng| numbered(rng.random_range(0..kinds as u32) as usize);
        let sequences = (0..count).map(|_| sequence(&mut rng)).collect();
        // Compartment c is positive in about 1 of (c + 1)^2 + 1 records: from frequent to rare.
        let share = |c: usize| 1.0 / ((c + 1) * (c + 1) + 1) as f64;
        let mut row = || -> Vec<bool> { (0..width).map(|c| rng.random_bool(share(c))).collect() };
        let labels = table((0..count).map(|_| row()));
        Records { sequences, labels }
    }

    #[test]
    fn every_record_is_in_one_part_and_no_sequence_in_two() {
        for seed in 0..50 {
            let records = records(seed, 3 + 5 * seed as usize, 5);
            let parts = records.stratified_partition(USUAL, seed);
            let mut all = parts.concat();
            all.sort_unstable();
            assert_eq!(all, records.all());
            assert!(parts.iter().all(|part| part.is_sorted()));
            for sequence in &records.sequences {
                assert_eq!(records.sides(&parts, sequence), 1);
            }
            for c in 0..5 {
                if records.positives(&all, c) >= COVERED_FROM {
                    assert!(records.positives(&parts[TRAIN], c) > 0, "seed {seed}, {c}");
                }
            }
        }
    }

    #[test]
    fn sizes_and_compartments_are_in_proportion() {
        let records = records(5, 500, 6);
        let parts = records.stratified_partition(USUAL, 1);
        for (part, share) in parts.iter().zip(USUAL) {
            let size = part.len() as f64;
            assert!((size - 500.0 * share).abs() <= 10.0, "{size}");
            for c in 0..6 {
                let expected = records.positives(&records.all(), c) as f64 * share;
                let found = records.positives(part, c) as f64;
                assert!((found - expected).abs() <= 3.0, "{c}: {found}, {expected}");
            }
        }
    }

    /// One record per compartment.
    fn singletons(count: usize) -> Records {
        let one = |i| -> Vec<bool> { (0..count).map(|c| c == i).collect() };
        Records {
            sequences: (0..count).map(|i| rna(&"A".repeat(i + 1))).collect(),
            labels: table((0..count).map(one)),
        }
    }

    #[test]
    fn few_records_leave_no_part_empty() {
        let five = singletons(5);
        assert_eq!(
            five.stratified_partition(USUAL, 0).map(|part| part.len()),
            [3, 1, 1]
        );
        // A part without a share stays empty; one sequence cannot be divided.
        let [_, validation, test] = five.stratified_partition([0.6, 0.0, 0.4], 0);
        assert!(validation.is_empty() && !test.is_empty());
        let mut same = singletons(4);
        same.sequences.fill(rna("ACGU"));
        assert_eq!(
            same.stratified_partition(USUAL, 0).map(|part| part.len()),
            [4, 0, 0]
        );
    }

    #[test]
    fn training_gets_a_compartment_that_others_would_keep() {
        // Training has a tiny share, so the three records of the second compartment are assigned to
        // the other parts at first.
        let mut records = records(1, 60, 1);
        let rows = records.labels.iter().enumerate();
        records.labels = table(rows.map(|(i, row)| [row[0], i < 3]));
        records.sequences = (0..60).map(|i| rna(&"A".repeat(i + 1))).collect();
        for seed in 0..10 {
            let parts = records.stratified_partition([0.02, 0.49, 0.49], seed);
            assert_eq!(records.positives(&parts[TRAIN], 1), 1);
        }
    }
}

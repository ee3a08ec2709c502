//! The baseline that knows only the group of an RNA, such as its source or its organism.

use crate::dataset::Labels;
use crate::metrics::{MetricsError, compartments, same_count};

/// The frequencies of the compartments among the training RNAs of the same group.
///
/// The frequencies of all training RNAs are added with the weight of one RNA, so those of a small
/// group are near them. In a set that pools sources or species, the group often tells what was
/// looked for: study bias, not localization.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupFrequencies {
    all: Vec<f32>,
    counts: GroupCounts,
}

impl GroupFrequencies {
    /// Counts the training labels of each group. `groups` has the number of every RNA's group.
    ///
    /// # Errors
    /// The labels are missing, or their number differs from that of the groups.
    pub fn fit(groups: &[usize], truth: &Labels) -> Result<Self, MetricsError> {
        let width = compartments(truth)?;
        same_count("groups", groups.len(), truth)?;
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut counts = GroupCounts::new(count, width);
        for (group, row) in groups.iter().zip(truth) {
            counts.add(*group, row);
        }
        Ok(counts.frequencies())
    }

    /// The scores of an RNA of this group, one per compartment, 0 to 1. Those of a group without a
    /// training RNA are the frequencies of all.
    pub fn scores(&self, group: usize) -> Vec<f32> {
        (0..self.all.len()).map(|c| self.score(group, c)).collect()
    }

    /// The score of an RNA of this group for one compartment.
    pub(super) fn score(&self, group: usize, compartment: usize) -> f32 {
        let inside = self.counts.inside(group, compartment) as f32;
        (inside + self.all[compartment]) / (self.counts.rnas(group) as f32 + 1.0)
    }
}

/// The numbers of RNAs in each group, and of those with each label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupCounts {
    width: usize,
    rnas: Vec<usize>,
    /// One row per group, one number per compartment.
    inside: Vec<usize>,
}

impl GroupCounts {
    /// No RNAs in so many groups and compartments.
    pub(super) fn new(groups: usize, width: usize) -> Self {
        Self {
            width,
            rnas: vec![0; groups],
            inside: vec![0; groups * width],
        }
    }

    /// Counts an RNA with these labels.
    pub(super) fn add(&mut self, group: usize, labels: &[bool]) {
        self.rnas[group] += 1;
        let row = &mut self.inside[group * self.width..][..self.width];
        for (count, label) in row.iter_mut().zip(labels) {
            *count += usize::from(*label);
        }
    }

    /// The sum of two tables of the same shape.
    pub(super) fn plus(self, other: &Self) -> Self {
        self.combine(other, |a, b| a + b)
    }

    /// What is left without the RNAs of `part`, which are among those counted.
    pub(super) fn minus(&self, part: &Self) -> Self {
        self.clone().combine(part, |a, b| a - b)
    }

    fn combine(mut self, other: &Self, combine: impl Fn(usize, usize) -> usize) -> Self {
        for (a, b) in self.rnas.iter_mut().zip(&other.rnas) {
            *a = combine(*a, *b);
        }
        for (a, b) in self.inside.iter_mut().zip(&other.inside) {
            *a = combine(*a, *b);
        }
        self
    }

    /// The number of groups.
    pub(super) fn groups(&self) -> usize {
        self.rnas.len()
    }

    /// The number of RNAs in a group.
    pub(super) fn rnas(&self, group: usize) -> usize {
        self.rnas.get(group).copied().unwrap_or(0)
    }

    /// The number of RNAs of a group that are in a compartment.
    pub(super) fn inside(&self, group: usize, compartment: usize) -> usize {
        let inside = self.inside.get(group * self.width + compartment);
        inside.copied().unwrap_or(0)
    }

    /// The frequencies in these groups.
    pub(super) fn frequencies(self) -> GroupFrequencies {
        let total: usize = self.rnas.iter().sum();
        let count = |c: usize| {
            self.inside
                .iter()
                .skip(c)
                .step_by(self.width)
                .sum::<usize>()
        };
        let share = |c: usize| count(c) as f32 / total.max(1) as f32;
        GroupFrequencies {
            all: (0..self.width).map(share).collect(),
            counts: self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::compartment_table::tests::table;

    #[test]
    fn scores_come_from_the_same_group() {
        let truth = table((0..8).map(|i| [i < 4, i >= 4]));
        let [pig, man, fly, mouse] = [0, 1, 2, 9];
        let organisms = [pig, pig, pig, man, man, man, man, fly];
        let model = GroupFrequencies::fit(&organisms, &truth).unwrap();
        assert_eq!(model.scores(pig), [3.5 / 4.0, 0.5 / 4.0]);
        assert_eq!(model.scores(fly), [0.25, 0.75]);
        assert_eq!(model.scores(mouse), [0.5, 0.5]);
        assert!(GroupFrequencies::fit(&organisms[1..], &truth).is_err());
    }
}

//! What records show besides the order of their nucleotides, which may give their labels away.

use enum_map::{Enum, EnumMap};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::headers::organism;
use super::source::sources;
use crate::rna::message::tail_length;
use crate::rna::{Note, Record};

/// The number of groups of RNAs of similar length.
const LENGTH_GROUPS: usize = 10;

/// Something that a record shows besides the order of its nucleotides.
///
/// If it goes together with the labels, a network that recognises it seems to predict the labels.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Enum,
    EnumIter,
    IntoStaticStr,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Property {
    /// Where the record comes from, such as RefSeq or Ensembl, as the form of its ID shows it.
    Source,
    /// Whether the sequence was written with T or with U.
    Spelling,
    /// Whether the sequence ends in a poly-A tail; see [`tail_length`]. By chance, one in 256 does.
    Tail,
    /// The species, from `[organism=…]`.
    Organism,
    /// The length, in ten groups of about as many RNAs.
    Length,
}

impl Property {
    /// The name in words.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The groups of some RNAs under one property: those that it does not distinguish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    names: Vec<String>,
    of_rnas: Vec<usize>,
}

impl Groups {
    /// Groups the RNAs whose names are equal. The largest group comes first, and of equally large
    /// ones the one that appears first.
    fn new(names: Vec<String>) -> Self {
        let mut sizes: Vec<(String, usize)> = Vec::new();
        for name in &names {
            match sizes.iter_mut().find(|(other, _)| other == name) {
                Some((_, size)) => *size += 1,
                None => sizes.push((name.clone(), 1)),
            }
        }
        sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        let number = |name: &String| sizes.iter().position(|(other, _)| other == name);
        Self {
            of_rnas: names.iter().filter_map(number).collect(),
            names: sizes.into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// The names of the groups, the largest group first.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The group of every RNA, as an index of [`Groups::names`].
    pub fn of_rnas(&self) -> &[usize] {
        &self.of_rnas
    }

    /// Whether there is more than one group.
    pub fn are_several(&self) -> bool {
        self.names.len() > 1
    }
}

/// The groups of the RNAs of a set under every property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyGroups(EnumMap<Property, Groups>);

impl PropertyGroups {
    /// Groups records.
    pub fn new(records: &[Record]) -> Self {
        let each = |name: fn(&Record) -> &str| {
            Groups::new(records.iter().map(|r| name(r).to_owned()).collect())
        };
        Self(EnumMap::from_fn(|property| match property {
            Property::Source => Groups::new(sources(records)),
            Property::Spelling => each(spelling),
            Property::Tail => each(tail),
            Property::Organism => each(|record| organism(record).unwrap_or("unknown")),
            Property::Length => Groups::new(lengths(records)),
        }))
    }

    /// The groups under one property.
    pub fn get(&self, property: Property) -> &Groups {
        &self.0[property]
    }

    /// The number of RNAs.
    pub fn rnas(&self) -> usize {
        self.0[Property::Length].of_rnas.len()
    }

    /// The group of one RNA under every property.
    pub fn of_rna(&self, rna: usize) -> EnumMap<Property, usize> {
        EnumMap::from_fn(|property| self.0[property].of_rnas[rna])
    }

    /// The properties that distinguish RNAs.
    pub fn several(&self) -> impl Iterator<Item = (Property, &Groups)> {
        let groups = self.0.iter();
        groups.filter(|(_, groups)| groups.are_several())
    }
}

fn spelling(record: &Record) -> &str {
    let is_thymine = |note: &Note| matches!(note, Note::Thymine { .. });
    if record.notes.iter().any(is_thymine) {
        "written with T"
    } else {
        "written with U"
    }
}

fn tail(record: &Record) -> &str {
    if tail_length(&record.sequence) > 0 {
        "ending in AAAA"
    } else {
        "without a tail"
    }
}

/// The range of lengths that each RNA belongs to. RNAs of the same length are in one range.
fn lengths(records: &[Record]) -> Vec<String> {
    let lengths = || records.iter().map(|record| record.sequence.len());
    let mut sorted: Vec<usize> = lengths().collect();
    sorted.sort_unstable();
    // The last length of each tenth.
    let ends = (1..=LENGTH_GROUPS).map(|tenth| sorted.len() * tenth / LENGTH_GROUPS);
    let mut ends: Vec<usize> = ends
        .filter_map(|end| sorted.get(end.checked_sub(1)?).copied())
        .collect();
    ends.dedup();
    let range = |length: usize| {
        let place = ends.partition_point(|end| *end < length);
        let last = ends.get(place).copied().unwrap_or(length);
        let before = place.checked_sub(1).and_then(|place| ends.get(place));
        let first = before.map_or_else(|| sorted[0], |before| before + 1);
        if first == last {
            format!("{first} nt")
        } else {
            format!("{first} to {last} nt")
        }
    };
    lengths().map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;

    fn groups(fasta: &str) -> PropertyGroups {
        PropertyGroups::new(Dataset::read(fasta.as_bytes()).unwrap().records())
    }

    #[test]
    fn rnas_are_grouped_by_every_property() {
        let set = groups(
            ">a [location=X] [organism=pig]\nACGUAAA\n>b [location=Y] [organism=man]\nACGTAAAA\n\
             >c [location=X] [organism=man]\nACGUAAAAC\n",
        );
        let of = |property| set.get(property).of_rnas().to_vec();
        assert_eq!(of(Property::Source), [0, 0, 0]);
        assert_eq!(of(Property::Spelling), [0, 1, 0]);
        assert_eq!(
            set.get(Property::Spelling).names(),
            ["written with U", "written with T"]
        );
        assert_eq!(of(Property::Tail), [0, 1, 0]);
        assert_eq!(of(Property::Organism), [1, 0, 0]);
        assert_eq!(set.of_rna(1)[Property::Tail], 1);
        let several: Vec<&str> = set.several().map(|(property, _)| property.name()).collect();
        assert_eq!(several, ["spelling", "tail", "organism", "length"]);
    }

    #[test]
    fn groups_of_lengths_have_about_as_many_rnas() {
        // 20 RNAs of 1 to 20 nt, and ten of 22 nt.
        let record = |length: usize| {
            format!(
                ">r{length} [location=P{}]\n{}\n",
                length % 2,
                "C".repeat(length.min(22))
            )
        };
        let fasta: String = (1..=20).chain(100..110).map(record).collect();
        let set = groups(&fasta);
        let names = set.get(Property::Length).names();
        assert_eq!(names[..3], ["19 to 22 nt", "1 to 3 nt", "4 to 6 nt"]);
        let last = set.get(Property::Length).of_rnas();
        assert_eq!(last[..4], [1, 1, 1, 2]);
        assert_eq!(last[18..], [0; 12]);
    }
}

//! Ids made make_unique within one file.

use crate::rna::Note;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Every id given so far, as a 64-bit hash: 8 bytes per record however long the ids.
///
/// Two different ids with one hash (one chance in a million at six million
/// records) cost a needless new name, never a wrong one.
#[derive(Default)]
pub(crate) struct UniqueIds {
    taken: HashSet<u64>,
    /// For ids that occur again, the last number tried.
    last: HashMap<u64, u64>,
}

impl UniqueIds {
    /// The id to use for `id`: itself, or `id_2`, `id_3` … where it is taken.
    pub(crate) fn make_unique(&mut self, id: String, notes: &mut Vec<Note>) -> String {
        let hash = hash(&id);
        if self.taken.insert(hash) {
            return id;
        }
        let last = self.last.entry(hash).or_insert(1);
        let to = loop {
            *last += 1;
            let name = format!("{id}_{last}");
            if self.taken.insert(self::hash(&name)) {
                break name;
            }
        };
        notes.push(Note::Renamed {
            from: id,
            to: to.clone(),
        });
        to
    }
}

fn hash(id: &str) -> u64 {
    // Fixed keys: the same file gets the same names everywhere.
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_distinct_whatever_order_they_come_in() {
        let mut names = UniqueIds::default();
        let mut notes = Vec::new();
        let given: Vec<String> = ["x", "x", "x_2", "x", "x_3", "x_2", "y"]
            .into_iter()
            .map(|id| names.make_unique(id.into(), &mut notes))
            .collect();
        assert_eq!(given, ["x", "x_2", "x_2_2", "x_3", "x_3_2", "x_2_3", "y"]);
        assert_eq!(notes.len(), 5);
        assert_eq!(
            notes[1].to_string(),
            "id 'x_2' occurs again, renamed to 'x_2_2'"
        );
    }

    #[test]
    fn many_of_one_name_take_no_quadratic_time() {
        let mut names = UniqueIds::default();
        let mut notes = Vec::new();
        let last = (0..200_000)
            .map(|_| names.make_unique("x".into(), &mut notes))
            .last();
        assert_eq!(last.as_deref(), Some("x_200000"));
    }
}

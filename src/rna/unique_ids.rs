//! Makes IDs unique within one file, and safe at the start of a line.

use crate::rna::Note;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The IDs used so far, as 64-bit hashes: 8 bytes per record for IDs of any length.
///
/// Two different IDs may have the same hash (for six million records, the chance is one in a
/// million). One of them is then renamed without need, but IDs are always unique.
#[derive(Default)]
pub(crate) struct UniqueIds {
    taken: HashSet<u64>,
    /// The last number tried for each ID that occurs more than once.
    last: HashMap<u64, u64>,
}

impl UniqueIds {
    /// The first of `stem_1`, `stem_2` and so on that is not taken.
    pub(crate) fn first_free(&self, stem: &str) -> String {
        let mut numbered = (1..).map(|number: u64| format!("{stem}_{number}"));
        let free = numbered.find(|id| !self.taken.contains(&hash(id)));
        free.unwrap_or_default()
    }

    /// Returns `id`, or `id_2`, `id_3` and so on if `id` is taken. `_` is put before an ID that
    /// must not start a line. Every change is added to `notes`.
    pub(crate) fn make_unique(&mut self, id: String, notes: &mut Vec<Note>) -> String {
        let id = make_safe(id, notes);
        let hash = hash(&id);
        if self.taken.insert(hash) {
            return id;
        }
        let last = self.last.entry(hash).or_insert(1);
        let to = loop {
            *last += 1;
            let candidate = format!("{id}_{last}");
            if self.taken.insert(self::hash(&candidate)) {
                break candidate;
            }
        };
        notes.push(Note::Renamed {
            from: id,
            to: to.clone(),
        });
        to
    }
}

/// What an ID must not start with. Results have the ID at the start of a line, where readers of
/// tables and genome browsers take `#` for a comment, `"` for a quotation, `>` for a definition
/// line, and `track` and `browser` for settings of their display.
const UNSAFE_STARTS: [&str; 5] = ["#", "\"", ">", "track", "browser"];

/// Puts `_` before an ID that must not start a line.
fn make_safe(id: String, notes: &mut Vec<Note>) -> String {
    let Some(start) = UNSAFE_STARTS
        .into_iter()
        .find(|start| id.starts_with(start))
    else {
        return id;
    };
    let to = format!("_{id}");
    notes.push(Note::UnsafeId {
        from: id,
        to: to.clone(),
        start,
    });
    to
}

fn hash(id: &str) -> u64 {
    // With fixed keys, the same file gets the same IDs on every machine.
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_in_any_order() {
        let mut ids = UniqueIds::default();
        let mut notes = Vec::new();
        let unique: Vec<String> = ["x", "x", "x_2", "x", "x_3", "x_2", "y"]
            .into_iter()
            .map(|id| ids.make_unique(id.into(), &mut notes))
            .collect();
        assert_eq!(unique, ["x", "x_2", "x_2_2", "x_3", "x_3_2", "x_2_3", "y"]);
        assert_eq!(notes.len(), 5);
        assert_eq!(
            notes[1].to_string(),
            "id 'x_2' occurs again, renamed to 'x_2_2'"
        );
    }

    #[test]
    fn ids_that_must_not_start_a_line_are_changed_and_stay_unique() {
        let mut ids = UniqueIds::default();
        let mut notes = Vec::new();
        let unique: Vec<String> = ["_#1", "#1", ">x", "\"a\"", "track7", "browser", "backtrack"]
            .into_iter()
            .map(|id| ids.make_unique(id.into(), &mut notes))
            .collect();
        assert_eq!(
            unique,
            [
                "_#1",
                "_#1_2",
                "_>x",
                "_\"a\"",
                "_track7",
                "_browser",
                "backtrack"
            ]
        );
        assert_eq!(
            notes[0].to_string(),
            "id '#1' renamed to '_#1': other programs misread a line that starts with '#'"
        );
    }

    #[test]
    fn two_hundred_thousand_equal_ids_are_made_unique() {
        let mut ids = UniqueIds::default();
        let mut notes = Vec::new();
        let last = (0..200_000)
            .map(|_| ids.make_unique("x".into(), &mut notes))
            .last();
        assert_eq!(last.as_deref(), Some("x_200000"));
    }
}

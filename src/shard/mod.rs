//! Shards: equal parts of the work of one run, for several processes or machines.
//!
//! Of n shards, shard i has every n-th piece of work, beginning with the i-th. This divides an input
//! of unknown length, such as standard input, and gives each shard long and short RNAs.

mod records;

pub use records::{InputSummary, ShardRecords};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of several shards of a run. It is written as its number, from 1, and the number of shards,
/// such as `2/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    /// From 0.
    index: usize,
    /// At least 1.
    count: usize,
}

/// The text does not name a shard.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a shard: give its number, counted from 1, and the number of shards, such as 2/5"
)]
pub struct InvalidShard(String);

impl Shard {
    /// The shard of this `index`, from 0, of so many; `None` if there are fewer.
    pub fn new(index: usize, count: usize) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// The index of this shard, from 0.
    pub fn index(self) -> usize {
        self.index
    }

    /// The number of shards.
    pub fn count(self) -> usize {
        self.count
    }

    /// Whether the piece of work of this index, from 0, belongs to this shard.
    pub fn has(self, index: usize) -> bool {
        index % self.count == self.index
    }

    /// How many of so many pieces of work belong to this shard.
    pub fn share_of(self, pieces: usize) -> usize {
        pieces / self.count + usize::from(self.index < pieces % self.count)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index + 1, self.count)
    }
}

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let parts = text.split_once('/');
        let parts = parts.filter(|(number, count)| is_number(number) && is_number(count));
        let shard = parts.and_then(|(number, count)| {
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            Self::new(index, count.parse().ok()?)
        });
        shard.ok_or_else(|| InvalidShard(text.to_owned()))
    }
}

impl TryFrom<String> for Shard {
    type Error = InvalidShard;

    fn try_from(text: String) -> Result<Self, InvalidShard> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_read_from_its_number_and_their_count() {
        for text in ["1/1", "2/5", "5/5", "10/1000"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "3",
            "0/3",
            "4/3",
            "1/0",
            "0/0",
            "1/",
            "/3",
            "-1/3",
            "+1/3",
            "1/3/5",
            " 1/3",
            "a/b",
            "99999999999999999999999/3",
        ] {
            let error = text.parse::<Shard>().unwrap_err();
            assert!(error.to_string().contains("such as 2/5"), "{text}");
        }
    }

    #[test]
    fn every_piece_of_work_belongs_to_exactly_one_shard() {
        for (count, pieces) in [(1, 7), (3, 7), (7, 7), (10, 7), (3, 0)] {
            let shards: Vec<Shard> = (0..count).filter_map(|i| Shard::new(i, count)).collect();
            for piece in 0..pieces {
                assert_eq!(shards.iter().filter(|shard| shard.has(piece)).count(), 1);
            }
            for shard in shards {
                let own = (0..pieces).filter(|piece| shard.has(*piece)).count();
                assert_eq!(shard.share_of(pieces), own);
            }
        }
    }
}

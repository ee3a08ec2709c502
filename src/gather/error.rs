//! Why shards cannot be gathered.

use std::io;

use crate::shard::Shard;

/// Why shards cannot be gathered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatherError {
    /// No file is given.
    #[error("there is nothing to gather; give the outputs of all shards")]
    Nothing,
    /// A file cannot be read.
    #[error("cannot read {name}: {error}")]
    Read {
        /// The file.
        name: String,
        /// The error that the operating system reports.
        #[source]
        error: io::Error,
    },
    /// A file is something else.
    #[error("{0} is not an output of `rmlocnet predict --shard`; give the outputs of all shards")]
    NoShard(String),
    /// A file lacks its end.
    #[error(
        "{0} does not end as an output of `rmlocnet predict --shard` does: its job was interrupted, \
         or it is the output of a whole run; run this shard again"
    )]
    Incomplete(String),
    /// A file continues after its end.
    #[error("{0} goes on after the end of its shard; give each shard as a file of its own")]
    AfterEnd(String),
    /// A file has not the predictions that it should have.
    #[error("{0} does not have the predictions that its end tells of; run this shard again")]
    Damaged(String),
    /// Two files are not of one run.
    #[error(
        "{name} and {first} are not of one run, because they differ in {what}; run all shards with \
         the same command"
    )]
    OtherRun {
        /// The file.
        name: String,
        /// The first file.
        first: String,
        /// In what they differ.
        what: &'static str,
    },
    /// A shard is there twice.
    #[error("{first} and {second} are both shard {shard}; give each shard once")]
    Twice {
        /// The shard.
        shard: Shard,
        /// A file.
        first: String,
        /// Another file.
        second: String,
    },
    /// Shards are missing.
    #[error(
        "the output of {} is missing; run `rmlocnet predict --shard` with the same options for each, and \
         give their outputs, too",
        shard_names(shards, *more)
    )]
    Missing {
        /// The first ones that are missing.
        shards: Vec<Shard>,
        /// How many more are.
        more: usize,
    },
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Write(#[source] io::Error),
}

impl GatherError {
    /// Number of missing shards that are named one by one.
    pub(super) const MOST_NAMED: usize = 20;

    /// An error of reading a file. What is not text is not the output of a shard.
    pub(super) fn read(name: &str, error: io::Error) -> Self {
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::InvalidData => Self::NoShard(name),
            _ => Self::Read { name, error },
        }
    }

    /// Whether another run of some shards would remedy this.
    pub fn is_missing_shards(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. } | Self::Incomplete(_) | Self::Damaged(_)
        )
    }
}

/// The names of shards, such as `shards 2/5 and 4/5`.
fn shard_names(shards: &[Shard], more: usize) -> String {
    let mut names: Vec<String> = shards.iter().map(Shard::to_string).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let noun = if names.len() == 1 { "shard" } else { "shards" };
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => {
            format!("{noun} {} and {last}", first.join(", "))
        }
        _ => format!("{noun} {}", names.concat()),
    }
}

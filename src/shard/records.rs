//! The records of one shard, picked from all records of the inputs.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Shard;
use crate::rna::{FastaError, Record};
use crate::sha256::hexadecimal;

/// Picks the records of one shard. It sees all records of the inputs, so that shards of other inputs
/// can be told from its own.
#[derive(Clone, Debug)]
pub struct ShardRecords {
    shard: Shard,
    hash: Sha256,
}

/// All inputs of a run, as they were read. Inputs with the same records have the same summary,
/// gzipped or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSummary {
    /// Number of records, including those that could not be read.
    pub records: usize,
    /// SHA-256 of the records: IDs, sequences, lines, notes and errors.
    pub sha256: String,
}

impl ShardRecords {
    /// Begins before the first record.
    pub fn new(shard: Shard) -> Self {
        Self {
            shard,
            hash: Sha256::new(),
        }
    }

    /// Takes note of the next record, or of why it could not be read, and says whether it belongs to
    /// the shard.
    pub fn pick(&mut self, index: usize, record: Result<&Record, &FastaError>) -> bool {
        match record {
            Ok(record) => {
                self.add(record.id.as_bytes());
                self.add(record.sequence.as_bytes());
                self.add(&record.line.to_le_bytes());
                for note in &record.notes {
                    self.add(note.to_string().as_bytes());
                }
            }
            Err(error) => self.add(error.to_string().as_bytes()),
        }
        // The end of the record: no text has this length.
        self.hash.update(u64::MAX.to_le_bytes());
        self.shard.has(index)
    }

    /// A summary of the inputs, after so many records.
    pub fn summary(&self, records: usize) -> InputSummary {
        InputSummary {
            records,
            sha256: hexadecimal(self.hash.clone()),
        }
    }

    /// Adds bytes and their number, so that two texts differ if they are divided differently.
    fn add(&mut self, bytes: &[u8]) {
        self.hash.update((bytes.len() as u64).to_le_bytes());
        self.hash.update(bytes);
    }
}

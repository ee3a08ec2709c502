//! Files a subcommand reads and writes; an error names the file.

use std::fs::File;
use std::path::Path;

use super::error::Failure;

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::Read {
        path: path.to_owned(),
        error,
    })
}

/// Reads a whole file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::Read {
        path: path.to_owned(),
        error,
    })
}

/// Writes a whole file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::Write {
        path: path.to_owned(),
        error,
    })
}

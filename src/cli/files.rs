//! Files that a subcommand reads and writes. Errors name the file.

use std::fs::File;
use std::path::Path;

use super::error::CliError;

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|error| CliError::Read {
        path: path.to_owned(),
        error,
    })
}

/// Reads a whole file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::Read {
        path: path.to_owned(),
        error,
    })
}

/// Writes a whole file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    std::fs::write(path, bytes).map_err(|error| CliError::Write {
        path: path.to_owned(),
        error,
    })
}

//! The exit statuses of the program. `docs/command-line.md` lists them in the same words.

use std::process::ExitCode;

use super::error::CliError;

/// The statuses, for `--help`.
pub(super) const HELP: &str = "\
Exit status:
  0  everything was done
  1  the command failed, or some records could not be predicted; then all others were, and the output
     is complete
  2  an option or an argument is unknown, missing or malformed
  3  shards are missing or incomplete: run those that the message names, then gather again";

/// Shards are missing.
const MISSING_SHARDS: u8 = 3;

impl CliError {
    /// The exit status of a command that failed with this error. That of wrong arguments is set by
    /// the parser of the arguments.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Gather(error) if error.is_missing_shards() => MISSING_SHARDS.into(),
            Self::MissingFolds { .. } => MISSING_SHARDS.into(),
            _ => ExitCode::FAILURE,
        }
    }
}

//! Errors of run files: the place, what was found, and what to do.

/// Why a run file cannot be read, or its run not be repeated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunFileError {
    /// The file is not JSON.
    #[error("this is not a run file, because it is not JSON ({0})")]
    NotJson(#[from] serde_json::Error),
    /// The file is JSON of another kind.
    #[error(
        "this is JSON, but not a run file, because it has no number `rmlocnet_run`; give a file that \
         was saved with \"Save run file\""
    )]
    NotRunFile,
    /// The file was written by a newer version of the program.
    #[error(
        "this run file was written by a newer version (format {format}), and this version reads up \
         to format {newest}; use the newer version"
    )]
    Newer {
        /// The number of its format.
        format: u64,
        /// The newest format that can be read.
        newest: u64,
    },
    /// A field is missing or has another type.
    #[error("{place} has no {expected}; the run file is damaged, so save the run again")]
    Field {
        /// Where the field belongs, such as `input 1`.
        place: String,
        /// What should be there.
        expected: &'static str,
    },
    /// A threshold is not a probability.
    #[error("the threshold of {name} is {value}; give a number from 0 to 1")]
    Threshold {
        /// The name of the compartment.
        name: String,
        /// The value as JSON.
        value: String,
    },
    /// The content of an input cannot be decoded.
    #[error("the content of input {number} is not base64 ({error}); save the run again")]
    Base64 {
        /// The number of the input, from 1.
        number: usize,
        /// The error of the decoder.
        #[source]
        error: base64::DecodeError,
    },
    /// The content of an input is not what was saved.
    #[error(
        "the content of input {number} was changed: its SHA-256 differs from the one beside it"
    )]
    Changed {
        /// The number of the input, from 1.
        number: usize,
    },
    /// The model is not that of the run.
    #[error(
        "the run was made with the model {name} (sha256 {sha256}), but this model has the sha256 \
         {found}; give the model of the run"
    )]
    OtherModel {
        /// The name of the run's model.
        name: String,
        /// The start of its SHA-256.
        sha256: String,
        /// The start of the SHA-256 of the given model.
        found: String,
    },
    /// The model does not have a compartment of the run.
    #[error("the run has a threshold for {name}, which is not a compartment of the model")]
    Compartment {
        /// The name of the compartment.
        name: String,
    },
    /// Inputs of the run are not there.
    #[error(
        "the run file does not contain its sequences, and these inputs are not among the given \
         files: {}; give the same files", names.join(", ")
    )]
    MissingInputs {
        /// The names of the inputs.
        names: Vec<String>,
    },
    /// A file is not an input of the run.
    #[error("{name} was not an input of this run; leave it out")]
    OtherInput {
        /// The name of the file.
        name: String,
    },
}

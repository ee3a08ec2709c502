//! What can go wrong on a device.

use burn::tensor::ExecutionError;

/// A failure of the device while it computed or was read. What it computed since is worth
/// nothing; the same work can be done again on the CPU.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DeviceError {
    /// The device is gone: its driver was reset, it was unplugged, or the browser took it away.
    #[error("the GPU was lost ({0})")]
    Lost(String),
    /// It has not enough memory for this work.
    #[error("the GPU ran out of memory ({0})")]
    OutOfMemory(String),
    /// It refused a command, a shader or a size.
    #[error("the GPU refused a command ({0})")]
    Refused(String),
    /// This batch needs a larger array than a GPU in a browser grants. The device is well.
    #[error("{0}")]
    TooLarge(String),
    /// Anything else the computing library reports.
    #[error("the device failed ({0})")]
    Failed(String),
}

impl DeviceError {
    /// The failure in a few words, without the driver's own.
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Lost(_) => "the GPU was lost",
            Self::OutOfMemory(_) => "the GPU ran out of memory",
            Self::Refused(_) => "the GPU refused a command",
            Self::TooLarge(_) => "the work does not fit on the GPU",
            Self::Failed(_) => "the GPU failed",
        }
    }
}

impl DeviceError {
    /// The computing library passes on what its server says, not of which kind it is.
    fn of_words(text: &str) -> Self {
        let memory = ["can't allocate buffer", "out of device memory"];
        match memory.iter().any(|words| text.contains(words)) {
            true => Self::OutOfMemory(brief(text)),
            false => Self::Failed(brief(text)),
        }
    }
}

impl From<ExecutionError> for DeviceError {
    fn from(error: ExecutionError) -> Self {
        match error {
            ExecutionError::DevicePoisoned { reason, .. } => Self::Lost(brief(&reason)),
            other => Self::of_words(&other.to_string()),
        }
    }
}

/// The first words of what a driver says, which may go on for pages.
pub(crate) fn brief(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

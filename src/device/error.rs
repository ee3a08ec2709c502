//! The failures of a device.

use burn::tensor::ExecutionError;

/// A failure of a device while it computed or was read. Results computed after the failure are
/// invalid; the work can be repeated on the CPU.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The device is gone: its driver was reset, it was unplugged, or the browser withdrew it.
    #[error("the GPU was lost ({0})")]
    Lost(String),
    /// The device does not have enough memory for this work.
    #[error("the GPU ran out of memory ({0})")]
    OutOfMemory(String),
    /// The device refused a command, a shader or a size.
    #[error("the GPU refused a command ({0})")]
    Refused(String),
    /// This batch needs a larger array than a GPU in a browser allows. The device still works.
    #[error("{0}")]
    TooLarge(String),
    /// Any other failure that the computing library reports.
    #[error("the device failed ({0})")]
    Failed(String),
}

impl DeviceError {
    /// The failure in a few words, without the text of the driver.
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Lost(_) => "the GPU was lost",
            Self::OutOfMemory(_) => "the GPU ran out of memory",
            Self::Refused(_) => "the GPU refused a command",
            Self::TooLarge(_) => "the work does not fit on the GPU",
            Self::Failed(_) => "the GPU failed",
        }
    }

    /// Recognizes a failure by its text: the computing library passes on no more than that.
    fn from_text(text: &str) -> Self {
        let memory = ["can't allocate buffer", "out of device memory"];
        if memory.iter().any(|words| text.contains(words)) {
            Self::OutOfMemory(shorten(text))
        } else {
            Self::Failed(shorten(text))
        }
    }
}

impl From<ExecutionError> for DeviceError {
    fn from(error: ExecutionError) -> Self {
        match error {
            ExecutionError::DevicePoisoned { reason, .. } => Self::Lost(shorten(&reason)),
            other => Self::from_text(&other.to_string()),
        }
    }
}

/// The beginning of a driver's message, which can be pages long.
pub(crate) fn shorten(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

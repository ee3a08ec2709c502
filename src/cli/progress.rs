//! Progress bars, which are drawn on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over the bytes of an input, or a spinner if its size is not known.
pub(super) fn bytes(total: Option<u64>) -> ProgressBar {
    match total {
        Some(total) => styled(
            ProgressBar::new(total),
            "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left",
        ),
        None => styled(ProgressBar::new_spinner(), "{spinner} {msg} {bytes}"),
    }
}

/// A bar over training steps.
pub(super) fn steps(total: u64) -> ProgressBar {
    styled(
        ProgressBar::new(total),
        "{msg} {wide_bar} {pos}/{len} steps, {eta} left",
    )
}

/// A bar over the epochs of all folds.
pub(super) fn epochs(total: u64) -> ProgressBar {
    styled(
        ProgressBar::new(total),
        "{msg} {wide_bar} {pos}/{len} epochs, {eta} left",
    )
}

/// Draws on standard error. indicatif draws nothing if that is not a terminal.
fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

//! Progress bars. They are drawn on a terminal only, and nothing is written to a pipe or a file.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for reading `total` bytes; a spinner if the size is unknown.
pub(super) fn bytes(total: Option<u64>) -> ProgressBar {
    match total {
        Some(total) => with_template(
            ProgressBar::new(total),
            "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left",
        ),
        None => with_template(ProgressBar::new_spinner(), "{spinner} {msg} {bytes}"),
    }
}

/// A bar for training steps.
pub(super) fn steps(total: usize) -> ProgressBar {
    with_template(
        ProgressBar::new(total as u64),
        "{msg} {wide_bar} {pos}/{len} steps, {eta} left",
    )
}

/// A bar for the epochs of several trainings.
pub(super) fn epochs(total: usize) -> ProgressBar {
    with_template(
        ProgressBar::new(total as u64),
        "{msg} {wide_bar} {pos}/{len} epochs, {eta} left",
    )
}

/// Sets what the bar shows. indicatif draws on standard error, and only if that is a terminal.
fn with_template(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

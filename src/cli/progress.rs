//! Progress bars: on a terminal only; in a pipe nothing is drawn.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over bytes, for reading; a spinner where the size is not known.
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

/// Draws on standard error; indicatif itself stays silent where that is no terminal.
fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

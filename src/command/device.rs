//! `--device`: where to compute.

use clap::Args;

use crate::device::{Chosen, Wanted};

/// The option, for the verbs that compute.
#[derive(Debug, Args)]
pub(super) struct DeviceOption {
    /// Where to compute: auto (a GPU where it is right and faster), cpu or webgpu; auto if not
    /// given.
    #[arg(long)]
    device: Option<Wanted>,
}

impl DeviceOption {
    /// What is asked for.
    pub(super) fn wanted(&self) -> Wanted {
        self.device.unwrap_or_default()
    }

    /// Says what was chosen and why, where there was a choice or one was asked for.
    pub(super) fn say(&self, chosen: &Chosen) {
        if cfg!(feature = "webgpu") || self.device.is_some() {
            eprintln!("rmlocnet: computing on {chosen}");
        }
    }
}

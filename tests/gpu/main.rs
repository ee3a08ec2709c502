//! What runs on a GPU: finding one, using one, and losing one. A software adapter will do.
//!
//! A program of its own, because some of these tests break the device.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod command_line;
mod device;
mod devices;
mod lstm;
#[path = "../library/network/mod.rs"]
mod network;
#[path = "../support/mod.rs"]
mod support;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by tests that break the device, or that set how all scans of the program are shared out.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Tests on a GPU: finding one, using one, and losing one. A software adapter is enough.
//!
//! They are a program of their own because some of them break the device.
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

/// Held by tests that use or break the GPU that the library opens: there is one per process.
static GPU: Mutex<()> = Mutex::new(());

fn hold_gpu() -> MutexGuard<'static, ()> {
    GPU.lock().unwrap_or_else(PoisonError::into_inner)
}

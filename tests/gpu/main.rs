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

/// Held by tests that break the device, which is one for the whole program.
static DEVICE: Mutex<()> = Mutex::new(());
/// Held by tests that set how scans are shared out, which is one setting for the whole program.
static PLAN: Mutex<()> = Mutex::new(());

fn hold(lock: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

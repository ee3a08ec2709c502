//! The library as its users call it, on the CPU.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod agreement;
mod checkpoint;
mod devices;
mod examples;
mod explanation;
mod messages;
mod metrics_reference;
mod model_file;
mod models;
mod network;
mod pipeline;
mod predictor;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod tuned;

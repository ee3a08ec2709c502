//! RNA subcellular localization on your own machine: EL-RMLocNet (Asim et al. 2022) in Rust.
pub mod device;
pub mod evaluation;
pub mod experiment;
pub mod explanation;
pub mod genetic_seq2vec;
pub mod model;
pub mod network;
pub mod output;
pub mod predictor;
pub mod rna;
pub mod training;

#[cfg(feature = "cli")]
pub mod command;
#[cfg(target_arch = "wasm32")]
mod web;

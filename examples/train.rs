//! Trains a model on a labelled set and saves it.
//!
//! ```sh
//! cargo run --release --example train [LABELLED_FASTA] [MODEL_TO_WRITE]
//! ```
//!
//! By default it trains on a small made-up set, in which one short word stands for each compartment.
#![allow(clippy::print_stdout, reason = "the results of an example")]

use std::error::Error;
use std::fs;

use pollster::block_on;
use rmlocnet::{Config, Dataset, TrainingRun, device};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let fasta = match arguments.next() {
        Some(path) => fs::read(path)?,
        None => made_up_set(120).into_bytes(),
    };
    let (model, line) = train(&fasta, 10)?;
    println!("{line}");
    if let Some(path) = arguments.next() {
        fs::write(path, model)?;
    }
    Ok(())
}

/// The bytes of the model file, and a line about its measures on the RNAs that were held out.
pub(crate) fn train(fasta: &[u8], epochs: usize) -> Result<(Vec<u8>, String), Box<dyn Error>> {
    let dataset = Dataset::read(fasta)?;
    let config = Config::from_preset("human-mirna", serde_json::Map::new(), Some(epochs))?;
    let mut run = TrainingRun::new(dataset, config, 1, &device::cpu())?;

    // A few steps at a time: a program can show progress between two calls, or stop.
    loop {
        let progress = block_on(run.step(8))?;
        for epoch in &progress.finished_epochs {
            eprintln!("epoch {}: loss {:.4}", epoch.epoch, epoch.training_loss);
        }
        if progress.done {
            break;
        }
    }

    let model = block_on(run.finish())?;
    let held_out = model
        .training()
        .as_ref()
        .and_then(|record| record.held_out.as_ref());
    let line = held_out.map_or("nothing was held out".to_owned(), |metrics| {
        let [model, prior] = [&metrics.model, &metrics.prior].map(|m| m.measures.average_precision);
        format!("average precision {model:.3}; label frequencies alone {prior:.3}")
    });
    Ok((model.to_bytes()?, line))
}

/// Labelled FASTA: RNAs of the compartments `Nucleus` and `Cytoplasm` in turn.
pub(crate) fn made_up_set(rnas: usize) -> String {
    let record = |i: usize| {
        let (compartment, word) = match i % 2 {
            0 => ("Nucleus", "GGGCGG"),
            _ => ("Cytoplasm", "UUAUUU"),
        };
        let before = "ACGU".repeat(1 + i % 5);
        let after = "CAUG".repeat(1 + i / 5 % 7);
        format!(
            ">rna{i} [location={compartment}]\n{before}{word}{after}{}\n",
            "A".repeat(i % 11)
        )
    };
    (0..rnas).map(record).collect()
}

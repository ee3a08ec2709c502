//! Predicts the compartments of the RNAs in a FASTA file.
//!
//! ```sh
//! cargo run --release --example predict [MODEL] [FASTA]
//! ```
//!
//! By default it predicts the well-known miRNAs of `models/panel.fa`.
#![allow(clippy::print_stdout, reason = "the results of an example")]

use std::error::Error;
use std::fs::{self, File};

use pollster::block_on;
use rmlocnet::{Predictor, device};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next();
    let fasta = arguments.next();
    let lines = predict(
        model.as_deref().unwrap_or("models/human-mirna.safetensors"),
        fasta.as_deref().unwrap_or("models/panel.fa"),
    )?;
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

/// One line for each RNA: its ID, and the compartments that are called, with their probabilities.
pub(crate) fn predict(model: &str, fasta: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let predictor = Predictor::new(&fs::read(model)?, &device::cpu())?;
    let reader = predictor.reader(File::open(fasta)?);
    let results = block_on(predictor.predict_all(reader))?;

    // A record that cannot be read does not stop the others.
    for problem in &results.problems {
        eprintln!("{}", problem.message);
    }

    let compartments = &predictor.model().compartments();
    let lines = results.predictions.iter().map(|prediction| {
        let called = prediction.called.iter();
        let called =
            called.map(|&c| format!("{} {:.2}", compartments[c], prediction.probabilities[c]));
        format!(
            "{}: {}",
            prediction.id,
            called.collect::<Vec<_>>().join(", ")
        )
    });
    Ok(lines.collect())
}

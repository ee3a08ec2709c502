//! A model's card in Markdown, out of the file's own record.

use std::fmt::Write;

use crate::evaluation::Metrics;
use crate::model::{Model, TrainingRecord};
use crate::network::Loss;

/// What the model is, what it learnt from and how it did on RNAs it had not seen.
pub fn card(model: &Model, hash: &str) -> String {
    let config = &model.config;
    let mut text = format!("## {}\n\n", config.name);
    let probabilities = match config.loss {
        Loss::Softmax => "softmax: the probabilities of one RNA sum to 1",
        Loss::Sigmoid => "sigmoid: each compartment's probability stands alone",
    };
    let heads = if config.per_compartment() {
        "one head per compartment"
    } else {
        "shared"
    };
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "- File: SHA-256 begins {hash}; {} parameters\n\
         - Reads: {}-mers at stride {}, length setting {} ({} nt)\n\
         - Network: d {}, {} LSTM layer(s) of {} units, attention {} ({heads}), {probabilities}",
        config.parameters(model.compartments.len()),
        config.k,
        config.stride,
        config.length_setting,
        model.fixed_length.length,
        config.embedding_dim,
        config.lstm_layers,
        config.hidden_units,
        config.attention_dim,
    );
    match &model.training {
        Some(record) => trained(&mut text, model, record),
        None => text.push_str("- No training record: these weights come from elsewhere.\n"),
    }
    text
}

fn trained(text: &mut String, model: &Model, record: &TrainingRecord) {
    let (shortest, mean, longest) = record.lengths;
    let _ = writeln!(
        text,
        "- Data: {} RNAs of {shortest} to {longest} nt (mean {mean:.0}), SHA-256 begins {}\n\
         - Split: {} to learn, {} to choose epoch and thresholds, {} held out; seed {}; SHA-256 begins {}\n\
         - Training: best epoch {} of {}, learning rate {}, decay {}, batch {}; {}\n",
        record.records,
        short(&record.data_sha256),
        record.parts.train,
        record.parts.validation,
        record.parts.test,
        record.seed,
        short(&record.split_sha256),
        record.best_epoch,
        record.history.len(),
        model.config.learning_rate,
        model.config.learning_rate_decay,
        model.config.batch_size,
        record.software,
    );
    text.push_str("| compartment | RNAs | called from |\n|---|---|---|\n");
    for ((name, count), threshold) in model
        .compartments
        .iter()
        .zip(&record.support)
        .zip(&model.thresholds)
    {
        let _ = writeln!(text, "| {name} | {count} | {threshold:.3} |");
    }
    if let Some(figures) = &record.held_out {
        text.push_str("\n| held out | average precision | accuracy | coverage | ranking loss | one-error | AUROC |\n|---|---|---|---|---|---|---|\n");
        row(text, "model", &figures.model);
        row(text, "length only", &figures.length);
        row(text, "prior only", &figures.prior);
    }
}

fn row(text: &mut String, name: &str, metrics: &Metrics) {
    let auroc = metrics
        .auroc
        .map_or("–".to_owned(), |value| format!("{value:.3}"));
    let _ = writeln!(
        text,
        "| {name} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {auroc} |",
        metrics.average_precision,
        metrics.accuracy,
        metrics.coverage,
        metrics.ranking_loss,
        metrics.one_error
    );
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

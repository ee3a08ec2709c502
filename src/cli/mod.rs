//! The subcommands of the command line, one file each.

mod args;
mod embed;
mod error;
mod evaluate;
mod explain;
mod files;
mod info;
mod parallel;
mod pool;
mod predict;
mod progress;
mod search;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use error::Failure;

/// RNA subcellular localization on your own machine: the EL-RMLocNet method.
#[derive(Debug, Parser)]
#[command(name = "rmlocnet", version)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Predict the compartments of every RNA in a FASTA file.
    Predict(predict::Predict),
    /// Say where a model looked in an RNA, and what changing or masking it does.
    Explain(explain::Explain),
    /// Train a model on labelled RNAs.
    Train(train::Train),
    /// Say how good a method, a model or a table of predictions is.
    Evaluate(evaluate::Evaluate),
    /// Try settings on the training part of a labelled set.
    Search(search::Search),
    /// Work out GeneticSeq2Vec's k-mer vectors for a set of RNAs.
    Embed(embed::Embed),
    /// Say what a model file holds.
    Info(info::Info),
}

/// Does what the arguments say.
///
/// # Errors
/// Whatever kept the verb from doing its work, in words for a person.
pub fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.verb {
        Verb::Predict(predict) => predict.run(),
        Verb::Explain(explain) => explain.run(),
        Verb::Train(train) => train.run(),
        Verb::Evaluate(evaluate) => evaluate.run(),
        Verb::Search(search) => search.run(),
        Verb::Embed(embed) => embed.run(),
        Verb::Info(info) => info.run(),
    }
}

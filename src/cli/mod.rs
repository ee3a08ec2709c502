//! The subcommands of the command line, one file each.

mod args;
mod embed;
mod error;
mod evaluate;
mod explain;
mod files;
mod info;
mod output_option;
mod parallel;
mod pool;
mod predict;
mod progress;
mod search;
mod train;

use std::process::ExitCode;

use clap::Parser;

pub use error::CliError;

/// RNA subcellular localization on your own machine: the EL-RMLocNet method.
#[derive(Debug, Parser)]
#[command(name = "rmlocnet", version)]
pub struct Arguments {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Predict the compartments of every RNA in a FASTA file.
    Predict(predict::Predict),
    /// Show where a model looked in an RNA, and what changing or masking it does.
    Explain(explain::Explain),
    /// Train a model on labelled RNAs.
    Train(train::Train),
    /// Measure how good a method, a model or a table of predictions is.
    Evaluate(evaluate::Evaluate),
    /// Compare combinations of settings on the training part of a labelled set.
    Search(search::Search),
    /// Compute GeneticSeq2Vec's k-mer vectors for a set of RNAs.
    Embed(embed::Embed),
    /// Print the content of a model file.
    Info(info::Info),
}

/// Runs the subcommand that the arguments name.
///
/// # Errors
/// The error of the subcommand, in words for a person.
pub fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    match arguments.subcommand {
        Subcommand::Predict(predict) => predict.run(),
        Subcommand::Explain(explain) => explain.run(),
        Subcommand::Train(train) => train.run(),
        Subcommand::Evaluate(evaluate) => evaluate.run(),
        Subcommand::Search(search) => search.run(),
        Subcommand::Embed(embed) => embed.run(),
        Subcommand::Info(info) => info.run(),
    }
}

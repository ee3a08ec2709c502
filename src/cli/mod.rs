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

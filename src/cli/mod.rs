//! The command line: one file for each subcommand.
//!
//! The doc comments of argument structs and of their fields are the texts of `--help`.

mod args;
mod describe;
mod embed;
mod error;
mod evaluate;
mod exit_status;
mod explain;
mod files;
mod gather;
mod info;
mod option_values;
mod output_file;
mod parallel;
mod pool;
mod predict;
mod progress;
mod run_file;
mod search;
mod settings_help;
mod train;

use std::io;
use std::process::ExitCode;

use clap::Parser;

pub use error::CliError;

/// RNA subcellular localization on your own machine: the EL-RMLocNet method.
#[derive(Debug, Parser)]
#[command(name = "rmlocnet", version, after_help = exit_status::HELP)]
pub struct Arguments {
    #[command(subcommand)]
    subcommand: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    Predict(predict::PredictArguments),
    Gather(gather::GatherArguments),
    Explain(explain::ExplainArguments),
    Describe(describe::DescribeArguments),
    Train(train::TrainArguments),
    Evaluate(evaluate::EvaluateArguments),
    Search(search::SearchArguments),
    Embed(embed::EmbedArguments),
    Info(info::InfoArguments),
}

/// Runs the subcommand that the arguments name, and returns the exit status of the program.
///
/// # Errors
/// Why the subcommand failed. A reader that closes the pipe early, such as `head`, is not an error.
pub fn run(arguments: Arguments) -> Result<ExitCode, CliError> {
    let result = match arguments.subcommand {
        Subcommand::Predict(predict) => predict.run(),
        Subcommand::Gather(gather) => gather.run(),
        Subcommand::Explain(explain) => explain.run(),
        Subcommand::Describe(describe) => describe.run(),
        Subcommand::Train(train) => train.run(),
        Subcommand::Evaluate(evaluate) => evaluate.run(),
        Subcommand::Search(search) => search.run(),
        Subcommand::Embed(embed) => embed.run(),
        Subcommand::Info(info) => info.run(),
    };
    match result {
        Err(CliError::Write { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        result => result,
    }
}

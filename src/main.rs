//! The command line. A door: arguments in, [`rmlocnet::cli`] does the work.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match rmlocnet::cli::run(rmlocnet::cli::Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rmlocnet: {error}");
            ExitCode::FAILURE
        }
    }
}

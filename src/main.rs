//! The program `rmlocnet`: parses its arguments and calls [`rmlocnet::cli`].

use std::process::ExitCode;

use clap::Parser;
use rmlocnet::cli;

fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rmlocnet: {error}");
            error.exit_code()
        }
    }
}

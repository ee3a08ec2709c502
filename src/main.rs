//! The command line program: passes its arguments to [`rmlocnet::cli`].

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

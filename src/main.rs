//! The command line. A door: arguments in, [`rmlocnet::command`] does the work.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match rmlocnet::command::run(rmlocnet::command::Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rmlocnet: {error}");
            ExitCode::FAILURE
        }
    }
}

//! Parses the command line, runs one verb, and tells by the exit code how it went: 0 done, 1 refused or errors found,
//! 2 the command was not understood, 3 the system failed.

use std::process::ExitCode;
use sunledger::cli;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os()) {
        Ok(command) => command,
        Err(code) => return ExitCode::from(code),
    };
    match cli::run(&command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{}", cli::words::say(&error.to_string()));
            ExitCode::from(cli::exit_code(&error))
        }
    }
}

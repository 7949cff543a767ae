//! `volary`: arguments, progress and exit codes. Everything else is in the crates below.

mod arguments;
mod cache;
mod commands;
mod expanded;
mod fetch;
mod output;
mod packs;
mod progress;
mod root;
mod run;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Cli, Command};

/// Something could not be judged, or the arguments are wrong.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    // Panics are caught where they happen and become problems of the report; the default hook would print them twice.
    std::panic::set_hook(Box::new(|_| {}));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS };
        }
    };
    let result = match cli.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Exceptions(command) => commands::exceptions::run(&command),
        Command::Guardrails(arguments) => commands::guardrails::run(&arguments, volary_report::View::Guardrails),
        Command::Coverage(arguments) => commands::guardrails::run(&arguments, volary_report::View::Coverage),
        Command::Require(arguments) => commands::require::run(&arguments),
        Command::Sources(command) => commands::sources::run(&command),
        Command::Baseline(arguments) => commands::baseline::run(&arguments),
        Command::Policy(command) => commands::policy::run(&command),
        Command::Schema(arguments) => commands::schema::run(&arguments),
        Command::Completions { shell } => commands::manual::completions(shell),
        Command::Man => commands::manual::man(),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            // An empty message: the reader of our output went away, there is nobody to tell.
            if !message.is_empty() {
                let _ = writeln!(std::io::stderr(), "volary: {message}");
            }
            ExitCode::from(FAILED)
        }
    }
}

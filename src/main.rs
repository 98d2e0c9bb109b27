//! Parses the command line, runs what it asks for, and turns what came of it into an exit code.

use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    // First of all: the keepers of the lab and of programs must be processes with one thread.
    if let Some(code) = fourline::os::lab::child::when_asked() {
        return code;
    }
    if let Some(code) = fourline::os::program::when_asked() {
        return code;
    }
    match fourline::cli::run(&fourline::cli::parse()) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            // Whoever closed standard error does not want to read it.
            let _ = writeln!(std::io::stderr(), "{failure}");
            failure.outcome.into()
        }
    }
}

//! Wires the pure rooms to the world.
//!
//! ```text
//!   bench      the engine, a script and its place in it
//!   headless   runs a script without a terminal: `run`, `check`, a bare `fourline` in a pipe
//!   exporting  writes a journal in one of the formats
//!   files      files that a person names to be written
//!   lessons    a lesson without a terminal: runs every block and checks every claim
//!   progress   how far somebody has come in each lesson, in the state place
//!   reading    a lesson as text
//!   reports    what was answered in lessons, as a file
//!   shelf      the lessons that can be taken
//!   network    opens the lab where it can be had, else the host's own
//!   recording  a recording as it is written
//!   shell      the plain prompt
//!   shots      screens without a terminal, for pictures and films
//!   terminal   the workbench on the screen: the loop, and the terminal that is always given back
//! ```

pub mod bench;
pub mod exporting;
pub mod files;
pub mod headless;
pub mod lessons;
pub mod load;
pub mod network;
pub mod opening;
pub mod progress;
pub mod reading;
pub mod recording;
pub mod reports;
pub mod shelf;
pub mod shell;
pub mod shots;
pub mod terminal;
pub mod writing;

use crate::{
    model::{errno::Errno, payload::is_unprintable},
    os::ending,
};
use nix::sys::signal::Signal;
use std::{io, process::ExitCode};

/// What a run came to, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All well: 0.
    Well,
    /// A claim did not hold: 1.
    ClaimFailed,
    /// Usage or bad input: 2.
    BadInput,
    /// The system refused what we need: 3.
    Refused,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Well => 0,
            Outcome::ClaimFailed => 1,
            Outcome::BadInput => 2,
            Outcome::Refused => 3,
        })
    }
}

/// A mistake of the person's, or a refusal of the system's, in words that can be shown as they are.
#[derive(Debug, thiserror::Error)]
#[error("{}", shown(text))]
pub struct Failure {
    /// Which of the two.
    pub outcome: Outcome,
    /// What was wrong, where, what was expected, what to try.
    pub text: String,
}

impl Failure {
    /// The person's input is wrong.
    pub fn input(text: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::BadInput,
            text: text.into(),
        }
    }

    /// The system refused, in words.
    pub fn refused(text: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Refused,
            text: text.into(),
        }
    }

    /// The system refused.
    pub fn system(what: &str, error: &io::Error) -> Self {
        Self {
            outcome: Outcome::Refused,
            text: format!("{what}: {}", why(error)),
        }
    }
}

/// Why the system refused, by the names of `errno(3)`: `no such file or directory (ENOENT)`.
pub fn why(error: &io::Error) -> String {
    match error.raw_os_error().map(Errno) {
        Some(errno) => format!("{} ({errno})", errno.text()),
        None => error.to_string(),
    }
}

/// Ends the program by a signal, as if nobody had caught it: who started it must see what ended it.
fn end_by(number: Signal) -> Failure {
    ending::by(number);
    Failure {
        outcome: Outcome::Refused,
        text: format!("ended by {number}"),
    }
}

/// A text of several lines as it can be shown on any terminal: names of files and words of the command line, which may
/// hold anything, go into what is said about them.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unprintable(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

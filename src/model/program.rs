//! A program of somebody's own, which `spawn` has started: what is known of it. Its calls are not seen; its sockets are
//! those of somebody else.

use super::payload::Payload;
use serde::{Deserialize, Serialize};

/// Where a program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What is told of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "what")]
pub enum Doing {
    /// It runs.
    Started {
        /// The program and its arguments.
        words: Vec<String>,
    },
    /// It printed a line, or a part of one after which nothing came for a while. The line's end is among the bytes.
    Printed {
        /// Where.
        stream: Stream,
        /// What.
        data: Payload,
    },
    /// It printed more than is kept of a program.
    Flooded {
        /// So many bytes more, beyond those that were told before.
        bytes: u64,
    },
    /// It has ended by itself.
    Exited {
        /// Its exit code.
        code: i32,
    },
    /// A signal has ended it.
    Killed {
        /// The signal's name: `SIGTERM`.
        signal: String,
    },
}

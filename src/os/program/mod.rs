//! Programs of somebody's own, run where one side's sockets live.
//!
//! ```text
//!   us                                        keeper: this program, run again
//!     │ ── a socket as its stdin, two pipes ────────▶ │ goes into that side's namespace, in the lab
//!     │ ◀── Started, or Refused ───────────────────── │ runs the program, in a process group of its own
//!     │ ◀── what it prints ─────────────────────────────────────── program
//!     │ ◀── Exited, or Killed ─────────────────────── │
//!     │ ── end-of-file: enough, or we are gone ─────▶ │ SIGTERM to all of them, a little later SIGKILL
//!     │ ◀── end-of-file: none of them is left ─────── │
//!
//!   keeper    the process between the program and us
//!   message   what it says
//!   output    what the program prints, line by line and bounded
//!   refusal   why a program does not run, and what to try
//! ```
//!
//! It is a process of its own because one with several threads cannot move into a user namespace, and because it ends
//! the program however we end. None of them has a terminal: what a program prints comes to us, and nowhere else.

mod keeper;
mod message;
pub(super) mod output;
mod refusal;

pub use keeper::when_asked;
pub(super) use message::{Message, hear};
pub(super) use refusal::words;

use crate::model::ids::Side;
use std::{
    io,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream as Socket, process::CommandExt},
    },
    process::{Child, Command, Stdio},
};
use tokio::net::{UnixStream, unix::pipe::Receiver};

/// The executable that runs: the keeper is the same program.
const OURSELVES: &str = "/proc/self/exe";

/// Where a program is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On the host's own network.
    Host,
    /// On one side of the lab that this process keeps.
    Lab(i32, Side),
}

/// A program's keeper, and the ways between it and us.
#[derive(Debug)]
pub(super) struct Kept {
    /// Closing our direction of it ends the program.
    pub(super) control: UnixStream,
    pub(super) stdout: Receiver,
    pub(super) stderr: Receiver,
    pub(super) keeper: Child,
}

/// Starts the keeper of a program, which says what came of it.
pub(super) fn start(place: Place, program: &[String]) -> io::Result<Kept> {
    let (ours, theirs) = Socket::pair()?;
    ours.set_nonblocking(true)?;
    let (lab, side) = match place {
        Place::Host => (0, Side::Server),
        Place::Lab(keeper, side) => (keeper, side),
    };
    // The command itself holds the keeper's end, so it is gone after this statement: else we could not hear its end.
    let mut keeper = Command::new(OURSELVES)
        .arg0(keeper::NAME)
        .args([keeper::ARGUMENT, &lab.to_string(), &side.to_string()])
        .args(program)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let missing = || io::Error::from(io::ErrorKind::BrokenPipe);
    let stdout = keeper.stdout.take().ok_or_else(missing)?;
    let stderr = keeper.stderr.take().ok_or_else(missing)?;
    Ok(Kept {
        control: UnixStream::from_std(ours)?,
        stdout: Receiver::from_owned_fd(stdout.into())?,
        stderr: Receiver::from_owned_fd(stderr.into())?,
        keeper,
    })
}

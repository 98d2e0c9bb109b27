//! The lab's keeper: this program, run again. It makes the namespaces, hands our ends of the wire over, and opens sockets
//! in the namespaces for as long as its parent lives.
//!
//! ```text
//!   parent                                    keeper
//!     │ ── the program again, a socket as its stdin ──▶ │ user namespace
//!     │                                                 │ network namespace, interface: server
//!     │ ◀── kind of cable + descriptors, or a refusal ─ │ network namespace, interface: client
//!     │ ── number, side, domain, type, protocol ──────▶ │ setns, socket(2)
//!     │ ◀── number, errno, descriptor ───────────────── │
//!     │ ── end-of-file: the parent is gone ───────────▶ │ exits; with it goes the lab
//! ```
//!
//! It is a process of its own because a process with several threads cannot move into a user namespace, and because the
//! parent stays outside of it: it may open files and host sockets as before.
#![expect(
    unsafe_code,
    reason = "signals, descriptors at fixed numbers, and socket(2) with any arguments"
)]

use super::{
    making::{Made, make},
    post,
    refusal::{At, Refusal, Step},
    space::Space,
};
use crate::model::errno::Errno;
use nix::sys::{
    prctl,
    signal::{SigHandler, Signal, signal},
    socket::{SockType, getsockopt, sockopt},
};
use std::{
    env, io,
    os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
    process::ExitCode,
};

/// The first argument that makes this program the keeper.
pub(super) const ARGUMENT: &str = "--keep-lab";
/// Its name in the list of processes.
pub(super) const NAME: &str = "fourline-lab";
/// Where the keeper has the descriptors of the sides' network namespaces.
pub(super) const NAMESPACES: [i32; 2] = [10, 11];

/// Keeps the lab, if this process was started for that; `None` at any other start. Before anything else in `main`: there
/// must be one thread only.
pub fn when_asked() -> Option<ExitCode> {
    if env::args_os().nth(1)? != ARGUMENT {
        return None;
    }
    let stdin = io::stdin();
    let parent = stdin.as_fd();
    // Somebody may have typed it.
    if getsockopt(&parent, sockopt::SockType) != Ok(SockType::SeqPacket) {
        return None;
    }
    be_apart();
    match make().and_then(|made| hand_over(made, parent)) {
        Ok(spaces) => {
            serve(parent, &spaces);
            Some(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            let words = [-1, refusal.step.number(), refusal.errno.0];
            let _ = post::tell(parent, &words, &[]);
            Some(ExitCode::FAILURE)
        }
    }
}

/// Lets go of all that comes from the parent's surroundings: its terminal and its signals, its folder, its descriptors.
fn be_apart() {
    let _ = nix::unistd::setsid();
    for number in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        // SAFETY: ignoring a signal runs no code.
        let _ = unsafe { signal(number, SigHandler::SigIgn) };
    }
    let _ = prctl::set_name(c"fourline-lab");
    let _ = nix::unistd::chdir("/");
    // An executable with capabilities of its own starts as somebody whom even its owner may not look into, and may then
    // not write its own maps.
    let _ = prctl::set_dumpable(true);
    let_go_of_descriptors();
}

/// Closes every descriptor above standard error. To be called before anything is opened.
pub(in crate::os) fn let_go_of_descriptors() {
    // SAFETY: nothing here has opened a descriptor above standard error yet, so nobody misses one.
    unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) };
}

/// Puts the namespaces' descriptors where `lab enter` finds them.
fn keep(spaces: &[Space; 2]) -> Result<[Space; 2], Refusal> {
    let mut kept = Vec::new();
    for (space, number) in spaces.iter().zip(NAMESPACES) {
        // SAFETY: only numbers go in; the few descriptors that are open here have smaller ones.
        let fd = unsafe { libc::dup3(space.as_fd().as_raw_fd(), number, libc::O_CLOEXEC) };
        nix::errno::Errno::result(fd).at(Step::HandOver)?;
        // SAFETY: the descriptor was just made, and nothing else owns it.
        kept.push(Space::from(unsafe { OwnedFd::from_raw_fd(fd) }));
    }
    kept.try_into()
        .map_err(|_| Refusal::new(Step::HandOver, Errno(libc::EBADF)))
}

/// Hands all descriptors over, and keeps none but the namespaces': when the parent is gone, the wire is.
fn hand_over(made: Made, parent: BorrowedFd<'_>) -> Result<[Space; 2], Refusal> {
    let Made { kind, spaces, fds } = made;
    let spaces = keep(&spaces)?;
    // The owner, who has the same user id, may then look into us and find the namespaces.
    let _ = prctl::set_dumpable(true);
    let borrowed: Vec<_> = fds.iter().map(AsFd::as_fd).collect();
    post::tell(parent, &[kind as i32], &borrowed).at(Step::HandOver)?;
    drop(fds);
    Ok(spaces)
}

/// Opens a socket for each message, until there are no more.
fn serve(parent: BorrowedFd<'_>, spaces: &[Space; 2]) {
    let mut within = None;
    while let Ok(heard) = post::hear(parent) {
        let &[number, side, domain, kind, protocol] = &heard.words[..] else {
            return;
        };
        let side = usize::from(side != 0);
        let moved = if within == Some(side) {
            Ok(())
        } else {
            spaces[side].enter()
        };
        within = moved.is_ok().then_some(side);
        let told = match moved.and_then(|()| socket(domain, kind, protocol)) {
            Ok(socket) => post::tell(parent, &[number, 0], &[socket.as_fd()]),
            Err(errno) => post::tell(parent, &[number, errno as i32], &[]),
        };
        if told.is_err() {
            return;
        }
    }
}

/// `socket(2)` in the current namespace.
fn socket(domain: i32, kind: i32, protocol: i32) -> nix::Result<OwnedFd> {
    // SAFETY: only numbers go in.
    let fd = unsafe { libc::socket(domain, kind | libc::SOCK_CLOEXEC, protocol) };
    let fd = nix::errno::Errno::result(fd)?;
    // SAFETY: the descriptor was just made, and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

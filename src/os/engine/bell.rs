//! The kernel's word that something happened on an actor's socket: an epoll descriptor of ours.
//!
//! Edge-triggered, and never read from: it tells *when* to look in the socket tables. A descriptor that its actor
//! closes leaves the set by itself, so this never keeps a connection alive.
#![expect(
    unsafe_code,
    reason = "an actor's descriptor is only known by its number, and tokio asks for a promise about descriptors"
)]

use crate::model::ids::Fd;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd, OwnedFd},
};
use tokio::io::{Interest, unix::AsyncFd};

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Bell(Epoll);

impl Bell {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?))
    }

    /// Rings from now on when something arrives on it, is taken from it, or ends. Twice is as good as once.
    pub(super) fn watch(&self, fd: Fd) {
        let flags = EpollFlags::EPOLLIN
            | EpollFlags::EPOLLOUT
            | EpollFlags::EPOLLRDHUP
            | EpollFlags::EPOLLET;
        // SAFETY: the number is only handed to epoll_ctl, which answers EBADF should it be closed already.
        let fd = unsafe { BorrowedFd::borrow_raw(fd.0.max(0)) };
        // EEXIST: it is watched already. EPERM, EBADF: it cannot be; then we look when a call returns.
        let _ = self.0.add(fd, EpollEvent::new(flags, 0));
    }

    /// Takes note of all rings so far.
    pub(super) fn hear(&self) {
        let mut events = [EpollEvent::empty(); 64];
        while self
            .0
            .wait(&mut events, EpollTimeout::ZERO)
            .is_ok_and(|n| n == events.len())
        {}
    }

    /// What to wait on.
    pub(super) fn listen(&self) -> io::Result<AsyncFd<OwnedFd>> {
        ready(self.0.0.try_clone()?, Interest::READABLE)
    }
}

/// A descriptor that tokio tells the readiness of.
pub(super) fn ready<T: AsRawFd>(inner: T, interest: Interest) -> io::Result<AsyncFd<T>> {
    // SAFETY: the descriptors that come here stay the same and open for as long as the result lives: our own epoll
    // descriptor, and a serving task's, which lets go of the result before it closes.
    unsafe { AsyncFd::register_with_interest(inner, interest) }.map_err(io::Error::from)
}

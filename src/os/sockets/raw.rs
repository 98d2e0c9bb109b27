//! One function, one system call. Each returns what the call returned, -1 when it failed; [`errno`] then says why.
//!
//! The buffers and addresses are borrowed from Rust for as long as the call takes, and their true lengths go with them:
//! that is all that makes these calls safe, whatever number the descriptor is.

use crate::model::{
    call::{Family, How, PollEvents},
    errno::Errno,
    ids::Fd,
};
use core::net::SocketAddr;
use libc::{c_int, c_void, sockaddr, socklen_t};
use socket2::{SockAddr, SockAddrStorage};
use std::{io, ptr};

/// Why the thread's latest call failed.
pub(in crate::os) fn errno() -> Errno {
    Errno(io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// Room for an address that the kernel writes.
pub(in crate::os) struct Name {
    storage: SockAddrStorage,
    len: socklen_t,
}

impl Name {
    /// Nothing written yet.
    pub(in crate::os) fn empty() -> Self {
        let storage = SockAddrStorage::zeroed();
        let len = storage.size_of();
        Self { storage, len }
    }

    fn ptrs(&mut self) -> (*mut sockaddr, *mut socklen_t) {
        (
            (&raw mut self.storage).cast::<sockaddr>(),
            &raw mut self.len,
        )
    }

    /// What the kernel wrote, if it is an address of the internet.
    pub(in crate::os) fn addr(self) -> Option<SocketAddr> {
        let len = self.len.min(self.storage.size_of());
        // SAFETY: the storage was all zeroes before the kernel wrote into it, and the length is within it.
        unsafe { SockAddr::new(self.storage, len) }.as_socket()
    }
}

/// `socket(2)`.
pub(super) fn socket(domain: Family) -> i64 {
    let domain = match domain {
        Family::INET => libc::AF_INET,
        Family::INET6 => libc::AF_INET6,
    };
    // SAFETY: only numbers go in.
    i64::from(unsafe { libc::socket(domain, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) })
}

/// `bind(2)`.
pub(super) fn bind(fd: Fd, addr: &SockAddr) -> i64 {
    // SAFETY: the address is borrowed, with its length.
    i64::from(unsafe { libc::bind(fd.0, addr.as_ptr().cast(), addr.len()) })
}

/// `listen(2)`.
pub(super) fn listen(fd: Fd, backlog: i32) -> i64 {
    // SAFETY: only numbers go in.
    i64::from(unsafe { libc::listen(fd.0, backlog) })
}

/// `accept4(2)`, so that the new descriptor is not inherited.
pub(super) fn accept(fd: Fd, name: &mut Name) -> i64 {
    let (addr, len) = name.ptrs();
    // SAFETY: the room for the address is borrowed, with its length.
    i64::from(unsafe { libc::accept4(fd.0, addr, len, libc::SOCK_CLOEXEC) })
}

/// `connect(2)`.
pub(super) fn connect(fd: Fd, addr: &SockAddr) -> i64 {
    // SAFETY: the address is borrowed, with its length.
    i64::from(unsafe { libc::connect(fd.0, addr.as_ptr().cast(), addr.len()) })
}

/// `send(2)`.
pub(super) fn send(fd: Fd, data: &[u8], flags: c_int) -> i64 {
    // SAFETY: the bytes are borrowed, with their length.
    unsafe { libc::send(fd.0, data.as_ptr().cast(), data.len(), flags) as i64 }
}

/// `sendto(2)`.
pub(super) fn sendto(fd: Fd, data: &[u8], flags: c_int, addr: &SockAddr) -> i64 {
    let (bytes, to) = (data.as_ptr().cast(), addr.as_ptr().cast());
    // SAFETY: the bytes and the address are borrowed, with their lengths.
    unsafe { libc::sendto(fd.0, bytes, data.len(), flags, to, addr.len()) as i64 }
}

/// `recv(2)` of at most `len` bytes into the capacity of `buffer`.
pub(super) fn recv(fd: Fd, buffer: &mut Vec<u8>, len: usize, flags: c_int) -> i64 {
    let (room, len) = (buffer.as_mut_ptr().cast(), len.min(buffer.capacity()));
    // SAFETY: the kernel writes into the buffer's capacity, and no more than that holds.
    let ret = unsafe { libc::recv(fd.0, room, len, flags) };
    filled(buffer, ret as i64)
}

/// `recvfrom(2)` of at most `len` bytes into the capacity of `buffer`.
pub(super) fn recvfrom(
    fd: Fd,
    buffer: &mut Vec<u8>,
    len: usize,
    flags: c_int,
    name: &mut Name,
) -> i64 {
    let (room, len) = (buffer.as_mut_ptr().cast(), len.min(buffer.capacity()));
    let (addr, addr_len) = name.ptrs();
    // SAFETY: the kernel writes into the buffer's capacity and the room for the address, and no more than they hold.
    let ret = unsafe { libc::recvfrom(fd.0, room, len, flags, addr, addr_len) };
    filled(buffer, ret as i64)
}

fn filled(buffer: &mut Vec<u8>, ret: i64) -> i64 {
    let written = usize::try_from(ret).unwrap_or(0).min(buffer.capacity());
    // SAFETY: the kernel has just written so many bytes from the beginning of the capacity.
    unsafe { buffer.set_len(written) };
    ret
}

/// `shutdown(2)`.
pub(super) fn shutdown(fd: Fd, how: How) -> i64 {
    let how = match how {
        How::Read => libc::SHUT_RD,
        How::Write => libc::SHUT_WR,
        How::Both => libc::SHUT_RDWR,
    };
    // SAFETY: only numbers go in.
    i64::from(unsafe { libc::shutdown(fd.0, how) })
}

/// `close(2)`.
pub(super) fn close(fd: Fd) -> i64 {
    // SAFETY: only a number goes in; it is the number of a socket that an actor opened, which nothing else owns.
    i64::from(unsafe { libc::close(fd.0) })
}

/// `setsockopt(2)`.
pub(super) fn setsockopt(fd: Fd, level: c_int, number: c_int, value: &[u8]) -> i64 {
    let len = value.len() as socklen_t;
    // SAFETY: the value is borrowed, with its length.
    i64::from(unsafe { libc::setsockopt(fd.0, level, number, value.as_ptr().cast(), len) })
}

/// `getsockopt(2)` into `value`, which is cut to what the kernel wrote.
pub(in crate::os) fn getsockopt(fd: Fd, level: c_int, number: c_int, value: &mut Vec<u8>) -> i64 {
    let mut len = value.len() as socklen_t;
    let room: *mut c_void = value.as_mut_ptr().cast();
    // SAFETY: the room for the value is borrowed, with its length.
    let ret = unsafe { libc::getsockopt(fd.0, level, number, room, &raw mut len) };
    value.truncate(len as usize);
    i64::from(ret)
}

/// `getsockname(2)`.
pub(in crate::os) fn getsockname(fd: Fd, name: &mut Name) -> i64 {
    let (addr, len) = name.ptrs();
    // SAFETY: the room for the address is borrowed, with its length.
    i64::from(unsafe { libc::getsockname(fd.0, addr, len) })
}

/// `getpeername(2)`.
pub(in crate::os) fn getpeername(fd: Fd, name: &mut Name) -> i64 {
    let (addr, len) = name.ptrs();
    // SAFETY: the room for the address is borrowed, with its length.
    i64::from(unsafe { libc::getpeername(fd.0, addr, len) })
}

/// What `poll` is asked for.
pub(super) fn poll_for(fd: Fd, read: bool, write: bool) -> libc::pollfd {
    let events = if read { libc::POLLIN } else { 0 } | if write { libc::POLLOUT } else { 0 };
    libc::pollfd {
        fd: fd.0,
        events,
        revents: 0,
    }
}

/// What `poll` answered.
pub(super) fn polled(answer: libc::pollfd) -> PollEvents {
    let has = |bit| answer.revents & bit != 0;
    PollEvents {
        pollin: has(libc::POLLIN),
        pollout: has(libc::POLLOUT),
        pollerr: has(libc::POLLERR),
        pollhup: has(libc::POLLHUP),
        pollrdhup: has(libc::POLLRDHUP),
    }
}

/// `poll(2)` for one descriptor, made as `ppoll`, which every processor has. A negative time-out waits for ever.
pub(super) fn poll(asked: &mut libc::pollfd, timeout_ms: i32) -> i64 {
    let span = libc::timespec {
        tv_sec: libc::time_t::from(timeout_ms.max(0) / 1000),
        tv_nsec: libc::c_long::from(timeout_ms.max(0) % 1000) * 1_000_000,
    };
    let timeout = if timeout_ms < 0 {
        ptr::null()
    } else {
        &raw const span
    };
    // SAFETY: one `pollfd` and the time-out are borrowed; no signal mask goes with them.
    i64::from(unsafe { libc::ppoll(asked, 1, timeout, ptr::null()) })
}

/// `ioctl(2)` with `FIONBIO`.
pub(super) fn fionbio(fd: Fd, nonblocking: bool) -> i64 {
    let mut on = c_int::from(nonblocking);
    // SAFETY: FIONBIO reads one `int`, which is borrowed.
    i64::from(unsafe { libc::ioctl(fd.0, libc::FIONBIO, &raw mut on) })
}

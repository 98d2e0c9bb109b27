//! The Berkeley calls, as a program makes them: one system call each, on the calling thread, waiting if the socket waits.
//!
//! [`perform`] is the whole of it. It hides nothing and repairs nothing: an interrupted call is `EINTR`, a call on
//! descriptor -1 is the kernel's `EBADF`. Whoever makes a call from a thread of its own can be watched and interrupted
//! through [`thread`].

mod option;
#[expect(
    unsafe_code,
    reason = "the calls take plain descriptor numbers, -1 included, which safe wrappers cannot hold"
)]
pub(in crate::os) mod raw;
pub mod thread;

#[cfg(test)]
mod tests;

use super::clock::Clock;
use crate::model::{
    call::{Call, MsgFlags, PollEvents},
    errno::Errno,
    ids::{Fd, Nanos},
    option::{OptionValue, SockOpt},
};
use bytes::Bytes;
use core::net::SocketAddr;
use socket2::SockAddr;

/// The largest buffer that a `recv` gets.
const LARGEST_BUFFER: u64 = 1 << 30;

/// What became of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// Just before the system call.
    pub started: Nanos,
    /// Just after it.
    pub ended: Nanos,
    /// What it returned; -1 on failure.
    pub ret: i64,
    /// Why it failed.
    pub errno: Option<Errno>,
    /// The system call, as `strace` names it.
    pub syscall: &'static str,
    /// What `recv` brought; empty at the end of the stream.
    pub data: Option<Bytes>,
    /// The address that `accept`, `getsockname`, `getpeername` or `recvfrom` told.
    pub addr: Option<SocketAddr>,
    /// What `getsockopt` told.
    pub value: Option<OptionValue>,
    /// What `poll` told.
    pub revents: Option<PollEvents>,
}

/// Makes the call. `data` are the bytes that a `send` offers, all of them: the call itself keeps only their beginning.
///
/// A `recv` whose buffer the system cannot give is answered with `ENOMEM`, as `malloc` would, and not made.
pub fn perform(call: &Call, data: &[u8], clock: Clock) -> Performed {
    let timed = Timed {
        clock,
        syscall: call.syscall(),
    };
    match *call {
        Call::Socket { domain } => timed.call(|| raw::socket(domain)),
        Call::Bind { fd, addr } => {
            let addr = SockAddr::from(addr);
            timed.call(|| raw::bind(fd, &addr))
        }
        Call::Listen { fd, backlog } => timed.call(|| raw::listen(fd, backlog)),
        Call::Accept { fd } => {
            let mut name = raw::Name::empty();
            let done = timed.call(|| raw::accept(fd, &mut name));
            told(done, name)
        }
        Call::Connect { fd, addr } => {
            let addr = SockAddr::from(addr);
            timed.call(|| raw::connect(fd, &addr))
        }
        Call::Send { fd, flags, .. } => {
            let flags = bits(flags);
            timed.call(|| raw::send(fd, data, flags))
        }
        Call::SendTo {
            fd, flags, addr, ..
        } => {
            let (flags, addr) = (bits(flags), SockAddr::from(addr));
            timed.call(|| raw::sendto(fd, data, flags, &addr))
        }
        Call::Recv { fd, len, flags } => receive(timed, len, |buffer, _| {
            raw::recv(fd, buffer, len as usize, bits(flags))
        }),
        Call::RecvFrom { fd, len, flags } => receive(timed, len, |buffer, name| {
            raw::recvfrom(fd, buffer, len as usize, bits(flags), name)
        }),
        Call::Shutdown { fd, how } => timed.call(|| raw::shutdown(fd, how)),
        Call::Close { fd } => timed.call(|| raw::close(fd)),
        Call::SetSockOpt {
            fd,
            option,
            ref value,
        } => {
            let (row, value) = (option.row(), option::to_bytes(value));
            timed.call(|| raw::setsockopt(fd, row.level_number, row.number, &value))
        }
        Call::GetSockOpt { fd, option } => {
            let row = option.row();
            let mut value = option::room(row.kind);
            let mut done =
                timed.call(|| raw::getsockopt(fd, row.level_number, row.number, &mut value));
            if done.errno.is_none() {
                done.value = option::from_bytes(row.kind, &value);
            }
            done
        }
        Call::GetSockName { fd } => {
            let mut name = raw::Name::empty();
            let done = timed.call(|| raw::getsockname(fd, &mut name));
            told(done, name)
        }
        Call::GetPeerName { fd } => {
            let mut name = raw::Name::empty();
            let done = timed.call(|| raw::getpeername(fd, &mut name));
            told(done, name)
        }
        Call::Poll {
            fd,
            read,
            write,
            timeout_ms,
        } => {
            let mut asked = raw::poll_for(fd, read, write);
            let mut done = timed.call(|| raw::poll(&mut asked, timeout_ms));
            if done.errno.is_none() {
                done.revents = Some(raw::polled(asked));
            }
            done
        }
        Call::Ioctl { fd, nonblocking } => timed.call(|| raw::fionbio(fd, nonblocking)),
    }
}

/// `socket`, made by somebody who hands it over: where that is not so, `None`, and the caller makes it itself.
///
/// # Errors
/// Within it, when whoever makes it could not be asked: then no kernel has answered, and there was no call.
pub fn make_socket(
    clock: Clock,
    make: impl FnOnce() -> Option<std::io::Result<Fd>>,
) -> Option<std::io::Result<Performed>> {
    let timed = Timed {
        clock,
        syscall: "socket",
    };
    let mut made = None;
    let mut done = timed.call(|| {
        made = make();
        0
    });
    match made? {
        Ok(fd) => done.ret = fd.0.into(),
        Err(e) => match e.raw_os_error() {
            Some(errno) => (done.ret, done.errno) = (-1, Some(Errno(errno))),
            None => return Some(Err(e)),
        },
    }
    Some(Ok(done))
}

/// Ends a connection at once, with a reset and without telling anybody, so that nothing of it stays behind.
pub fn abort_quietly(fd: Fd) {
    let row = SockOpt::LINGER.row();
    let at_once = option::to_bytes(&OptionValue::Linger {
        linger: true,
        seconds: 0,
    });
    raw::setsockopt(fd, row.level_number, row.number, &at_once);
    raw::close(fd);
}

/// Makes a call between two looks at the clock.
#[derive(Clone, Copy)]
struct Timed {
    clock: Clock,
    syscall: &'static str,
}

impl Timed {
    fn call(self, make: impl FnOnce() -> i64) -> Performed {
        let started = self.clock.now();
        let ret = make();
        let errno = (ret < 0).then(raw::errno);
        let ended = self.clock.now();
        Performed {
            started,
            ended,
            ret,
            errno,
            syscall: self.syscall,
            data: None,
            addr: None,
            value: None,
            revents: None,
        }
    }
}

fn receive(
    timed: Timed,
    len: u64,
    make: impl FnOnce(&mut Vec<u8>, &mut raw::Name) -> i64,
) -> Performed {
    let mut name = raw::Name::empty();
    // Reserved and not written: pages that nothing arrives in never cost memory.
    let mut buffer = Vec::new();
    if len > LARGEST_BUFFER || buffer.try_reserve_exact(len as usize).is_err() {
        let mut done = timed.call(|| 0);
        (done.ret, done.errno) = (-1, Some(Errno(libc::ENOMEM)));
        return done;
    }
    let mut done = timed.call(|| make(&mut buffer, &mut name));
    if done.errno.is_none() {
        done.data = Some(if buffer.len() < buffer.capacity() / 2 {
            Bytes::copy_from_slice(&buffer)
        } else {
            Bytes::from(buffer)
        });
        done.addr = name.addr();
    }
    done
}

fn told(mut done: Performed, name: raw::Name) -> Performed {
    if done.errno.is_none() {
        done.addr = name.addr();
    }
    done
}

fn bits(flags: MsgFlags) -> i32 {
    [
        (flags.peek, libc::MSG_PEEK),
        (flags.waitall, libc::MSG_WAITALL),
        (flags.dontwait, libc::MSG_DONTWAIT),
        (flags.nosignal, libc::MSG_NOSIGNAL),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .fold(0, |all, (_, bit)| all | bit)
}

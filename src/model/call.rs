//! A call that an actor made: which, with what arguments, and what came of it.

use super::{
    errno::Errno,
    ids::{CallId, Fd, Nanos, SocketId},
    option::{OptionValue, SockOpt},
    payload::{Payload, escaped},
};
use core::{fmt, net::SocketAddr};
use serde::{Deserialize, Serialize};

/// The address family of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Family {
    /// IPv4.
    #[default]
    #[serde(rename = "AF_INET")]
    INET,
    /// IPv6.
    #[serde(rename = "AF_INET6")]
    INET6,
}

impl Family {
    /// The family of an address.
    pub const fn of(addr: &SocketAddr) -> Self {
        match addr {
            SocketAddr::V4(_) => Self::INET,
            SocketAddr::V6(_) => Self::INET6,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::INET => "AF_INET",
            Self::INET6 => "AF_INET6",
        })
    }
}

/// Which half `shutdown(2)` closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum How {
    /// Nothing more will be read.
    #[serde(rename = "SHUT_RD")]
    Read,
    /// Nothing more will be written: sends the FIN.
    #[serde(rename = "SHUT_WR")]
    Write,
    /// Both.
    #[serde(rename = "SHUT_RDWR")]
    Both,
}

impl How {
    /// The constant's name in `shutdown(2)`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "SHUT_RD",
            Self::Write => "SHUT_WR",
            Self::Both => "SHUT_RDWR",
        }
    }
}

/// Flags of `send` and `recv` (`send(2)`, `recv(2)`), and events of `poll(2)`: a set of named bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the bits of send(2) and recv(2)"
)]
pub struct MsgFlags {
    /// `MSG_PEEK`: look, and leave the bytes in the queue.
    #[serde(default, skip_serializing_if = "is_false")]
    pub peek: bool,
    /// `MSG_WAITALL`: wait until all that was asked for is there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub waitall: bool,
    /// `MSG_DONTWAIT`: do not wait in this one call.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dontwait: bool,
    /// `MSG_NOSIGNAL`: EPIPE without the signal SIGPIPE. Always set when we send.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nosignal: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(b: &bool) -> bool {
    !b
}

impl MsgFlags {
    /// Those that were asked for: `MSG_NOSIGNAL` every send of ours has.
    #[must_use]
    pub const fn asked(self) -> Self {
        Self {
            nosignal: false,
            ..self
        }
    }

    /// The names of those that are set, with `|` between, or `0`.
    pub fn names(self) -> String {
        let named = [
            (self.peek, "MSG_PEEK"),
            (self.waitall, "MSG_WAITALL"),
            (self.dontwait, "MSG_DONTWAIT"),
            (self.nosignal, "MSG_NOSIGNAL"),
        ];
        let set: Vec<_> = named
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| *name)
            .collect();
        if set.is_empty() {
            "0".to_owned()
        } else {
            set.join("|")
        }
    }
}

/// One call with its arguments, as the program makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", content = "args", rename_all = "lowercase")]
#[expect(
    missing_docs,
    reason = "the arguments are those of the calls' man pages"
)]
pub enum Call {
    /// `socket(2)`, type `SOCK_STREAM`, with `SOCK_CLOEXEC`.
    Socket { domain: Family },
    /// `bind(2)`.
    Bind { fd: Fd, addr: SocketAddr },
    /// `listen(2)`; the kernel queues `backlog` + 1 connections.
    Listen { fd: Fd, backlog: i32 },
    /// `accept(2)`, made as `accept4` with `SOCK_CLOEXEC`.
    Accept { fd: Fd },
    /// `connect(2)`.
    Connect { fd: Fd, addr: SocketAddr },
    /// `send(2)`; without arguments of its own on a stream it is the system call `sendto`.
    Send {
        fd: Fd,
        len: u64,
        #[serde(flatten)]
        flags: MsgFlags,
        data: Payload,
    },
    /// `sendto(2)` with an address; a connected stream ignores it or answers `EISCONN`.
    SendTo {
        fd: Fd,
        len: u64,
        #[serde(flatten)]
        flags: MsgFlags,
        data: Payload,
        addr: SocketAddr,
    },
    /// `recv(2)`; the system call is `recvfrom` without an address.
    Recv {
        fd: Fd,
        len: u64,
        #[serde(flatten)]
        flags: MsgFlags,
    },
    /// `recvfrom(2)`, which also asks for the sender's address (a stream leaves it out).
    RecvFrom {
        fd: Fd,
        len: u64,
        #[serde(flatten)]
        flags: MsgFlags,
    },
    /// `shutdown(2)`.
    Shutdown { fd: Fd, how: How },
    /// `close(2)`.
    Close { fd: Fd },
    /// `setsockopt(2)`.
    SetSockOpt {
        fd: Fd,
        option: SockOpt,
        value: OptionValue,
    },
    /// `getsockopt(2)`.
    GetSockOpt { fd: Fd, option: SockOpt },
    /// `getsockname(2)`.
    GetSockName { fd: Fd },
    /// `getpeername(2)`.
    GetPeerName { fd: Fd },
    /// `poll(2)` for one descriptor, `POLLIN` or `POLLOUT` or both; `timeout_ms` -1 waits for ever.
    Poll {
        fd: Fd,
        read: bool,
        write: bool,
        timeout_ms: i32,
    },
    /// `ioctl(2)` with `FIONBIO`.
    Ioctl { fd: Fd, nonblocking: bool },
}

impl Call {
    /// The Berkeley name of the call, as in JSON and in the language.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "socket",
            Self::Bind { .. } => "bind",
            Self::Listen { .. } => "listen",
            Self::Accept { .. } => "accept",
            Self::Connect { .. } => "connect",
            Self::Send { .. } => "send",
            Self::SendTo { .. } => "sendto",
            Self::Recv { .. } => "recv",
            Self::RecvFrom { .. } => "recvfrom",
            Self::Shutdown { .. } => "shutdown",
            Self::Close { .. } => "close",
            Self::SetSockOpt { .. } => "setsockopt",
            Self::GetSockOpt { .. } => "getsockopt",
            Self::GetSockName { .. } => "getsockname",
            Self::GetPeerName { .. } => "getpeername",
            Self::Poll { .. } => "poll",
            Self::Ioctl { .. } => "ioctl",
        }
    }

    /// The system call that it becomes on Linux, as `strace` names it on x86-64 and arm64.
    pub const fn syscall(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept4",
            Self::Send { .. } => "sendto",
            Self::Recv { .. } => "recvfrom",
            Self::Poll { .. } => "ppoll",
            other => other.name(),
        }
    }

    /// The descriptor that it works on; `None` for `socket`.
    pub const fn fd(&self) -> Option<Fd> {
        match self {
            Self::Socket { .. } => None,
            Self::Bind { fd, .. }
            | Self::Listen { fd, .. }
            | Self::Accept { fd }
            | Self::Connect { fd, .. }
            | Self::Send { fd, .. }
            | Self::SendTo { fd, .. }
            | Self::Recv { fd, .. }
            | Self::RecvFrom { fd, .. }
            | Self::Shutdown { fd, .. }
            | Self::Close { fd }
            | Self::SetSockOpt { fd, .. }
            | Self::GetSockOpt { fd, .. }
            | Self::GetSockName { fd }
            | Self::GetPeerName { fd }
            | Self::Poll { fd, .. }
            | Self::Ioctl { fd, .. } => Some(*fd),
        }
    }

    /// The bytes that a `send` offers.
    pub const fn data(&self) -> Option<&Payload> {
        match self {
            Self::Send { data, .. } | Self::SendTo { data, .. } => Some(data),
            _ => None,
        }
    }

    /// Whether it moves bytes from the peer to the program (and not only looks at them).
    pub const fn takes_bytes(&self) -> bool {
        matches!(self, Self::Recv { flags, .. } | Self::RecvFrom { flags, .. } if !flags.peek)
    }
}

/// As in C, shortened: `recv(4, 4096)`, `send(5, "hello", 5)`, `socket(AF_INET, SOCK_STREAM)`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let flags = |flags: &MsgFlags| {
            let shown = flags.asked();
            if shown == MsgFlags::default() {
                String::new()
            } else {
                format!(", {}", shown.names())
            }
        };
        match self {
            Self::Socket { domain } => write!(f, "{name}({domain}, SOCK_STREAM)"),
            Self::Bind { fd, addr } | Self::Connect { fd, addr } => {
                write!(f, "{name}({fd}, {addr})")
            }
            Self::Listen { fd, backlog } => write!(f, "{name}({fd}, {backlog})"),
            Self::Accept { fd }
            | Self::Close { fd }
            | Self::GetSockName { fd }
            | Self::GetPeerName { fd } => {
                write!(f, "{name}({fd})")
            }
            Self::Send {
                fd,
                len,
                flags: g,
                data,
            } => {
                write!(f, "{name}({fd}, {}, {len}{})", Short(data), flags(g))
            }
            Self::SendTo {
                fd,
                len,
                flags: g,
                data,
                addr,
            } => {
                write!(
                    f,
                    "{name}({fd}, {}, {len}{}, {addr})",
                    Short(data),
                    flags(g)
                )
            }
            Self::Recv { fd, len, flags: g } | Self::RecvFrom { fd, len, flags: g } => {
                write!(f, "{name}({fd}, {len}{})", flags(g))
            }
            Self::Shutdown { fd, how } => write!(f, "{name}({fd}, {})", how.name()),
            Self::SetSockOpt { fd, option, value } => write!(f, "{name}({fd}, {option}, {value})"),
            Self::GetSockOpt { fd, option } => write!(f, "{name}({fd}, {option})"),
            Self::Poll {
                fd,
                read,
                write,
                timeout_ms,
            } => {
                let events = match (read, write) {
                    (true, true) => "POLLIN|POLLOUT",
                    (false, true) => "POLLOUT",
                    (true, false) => "POLLIN",
                    (false, false) => "0",
                };
                write!(f, "{name}({fd}, {events}, {timeout_ms})")
            }
            Self::Ioctl { fd, nonblocking } => {
                write!(f, "{name}({fd}, FIONBIO, {})", i32::from(*nonblocking))
            }
        }
    }
}

/// A payload's beginning in quotes, with `...` when there is more, as `strace` prints it.
pub struct Short<'a>(pub &'a Payload);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        let shown = &self.0.kept[..self.0.kept.len().min(SHOWN)];
        let more = if self.0.len() > shown.len() as u64 {
            "..."
        } else {
            ""
        };
        write!(f, "\"{}\"{more}", escaped(shown))
    }
}

/// What `poll(2)` reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the bits of poll(2)"
)]
#[expect(missing_docs, reason = "they are the bits of poll(2)")]
pub struct PollEvents {
    pub pollin: bool,
    pub pollout: bool,
    pub pollerr: bool,
    pub pollhup: bool,
    pub pollrdhup: bool,
}

impl PollEvents {
    /// `POLLIN|POLLHUP`, or `0`.
    pub fn names(self) -> String {
        let named = [
            (self.pollin, "POLLIN"),
            (self.pollout, "POLLOUT"),
            (self.pollerr, "POLLERR"),
            (self.pollhup, "POLLHUP"),
            (self.pollrdhup, "POLLRDHUP"),
        ];
        let set: Vec<_> = named
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| *name)
            .collect();
        if set.is_empty() {
            "0".to_owned()
        } else {
            set.join("|")
        }
    }
}

/// A call that has returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDone {
    /// Which call this is; its `waiting` event has the same.
    pub call_id: CallId,
    /// The socket that it worked on; for `socket` and a successful `accept`, see `made`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<SocketId>,
    /// The call and its arguments.
    #[serde(flatten)]
    pub call: Call,
    /// What it returned; -1 on failure.
    pub ret: i64,
    /// Why it failed.
    pub errno: Option<Errno>,
    /// The system call that was made.
    pub syscall: String,
    /// From just before the call to just after it, in nanoseconds, waiting included.
    pub took_ns: Nanos,
    /// The socket that `socket` or `accept` made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<SocketId>,
    /// What `recv` brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Payload>,
    /// The address that `accept`, `getsockname`, `getpeername` or `recvfrom` told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addr: Option<SocketAddr>,
    /// What `getsockopt` told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<OptionValue>,
    /// What `poll` told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revents: Option<PollEvents>,
}

impl CallDone {
    /// Whether it failed.
    pub const fn failed(&self) -> bool {
        self.errno.is_some()
    }

    /// Bytes that this call moved from the program into the kernel.
    pub fn bytes_written(&self) -> u64 {
        if self.call.data().is_some() {
            u64::try_from(self.ret).unwrap_or(0)
        } else {
            0
        }
    }

    /// Bytes that this call moved from the kernel into the program.
    pub fn bytes_read(&self) -> u64 {
        if self.call.takes_bytes() {
            u64::try_from(self.ret).unwrap_or(0)
        } else {
            0
        }
    }

    /// The result as text: `0`, `5 "hello"`, `-1 ECONNREFUSED`.
    pub fn result(&self) -> String {
        if let Some(errno) = self.errno {
            return format!("{} {errno}", self.ret);
        }
        let told = match (&self.data, &self.addr, &self.value, &self.revents) {
            (Some(data), ..) if !data.is_empty() => format!(" {}", Short(data)),
            (_, Some(addr), ..) => format!(" {addr}"),
            (_, _, Some(value), _) => format!(" {value}"),
            (_, _, _, Some(revents)) => format!(" {}", revents.names()),
            _ => String::new(),
        };
        format!("{}{told}", self.ret)
    }
}

//! The lab: two network namespaces in a user namespace of our own, and our ends of the wire between them.
//!
//! ```text
//!        namespace of the server                                     namespace of the client
//!   ┌──────────────────────────────┐                            ┌──────────────────────────────┐
//!   │ sockets ── its TCP ── server0│ ── Port ── us ── Port ──── │client0 ── its TCP ── sockets │
//!   │            10.0.0.1, fd00::1 │                            │ 10.0.0.2, fd00::2            │
//!   └──────────────────────────────┘                            └──────────────────────────────┘
//!
//!   child      the process that keeps them; it ends with us, however we end
//!   making     what it does first: all that the lab consists of
//!   space      user and network namespaces
//!   netlink    interfaces, addresses, veth pairs
//!   tun        the wire as two TUN interfaces
//!   veth       the wire as two veth pairs, where there is no TUN
//!   ring       packets from a packet socket
//!   sys        system calls that no library of ours has
//!   port       our end of the wire at one side
//!   counts     what was lost because nobody took it
//!   frame      a packet as it crosses the wire
//!   post       messages and descriptors between the child and us
//!   refusal    why the lab cannot be had, and what would help
//!   needs      what the system must have for it, tried one by one
//!   enter      going into a lab that runs
//! ```
//!
//! This is the only place that makes namespaces and interfaces. Nothing of the machine's own network is touched.

pub mod child;
mod counts;
pub mod enter;
pub(in crate::os) mod frame;
mod making;
pub mod needs;
mod netlink;
mod port;
mod post;
mod refusal;
pub(in crate::os) mod ring;
mod space;
pub(in crate::os) mod sys;
mod tun;
pub(in crate::os) mod veth;

pub use frame::Frame;
pub use port::Port;
pub use refusal::{Refusal, Step};

use crate::{
    model::{
        errno::Errno,
        ids::Side,
        reach::{lab_address, lab_address6},
    },
    os::kernel::SocketTables,
};
use core::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};
use counts::Counts;
use nix::sys::{
    socket::{AddressFamily, SockFlag, SockType, setsockopt, socketpair, sockopt},
    time::{TimeVal, TimeValLike},
};
use refusal::At;
use std::{
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::CommandExt,
    },
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex,
};

/// The interfaces' names, the server's first.
const ENDS: [&str; 2] = ["server0", "client0"];
/// How long making the lab may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The child answers at once; this is for the day when it does not.
const PATIENCE_WITH_ANSWERS: Duration = Duration::from_secs(2);

/// What the wire is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CableKind {
    /// Two TUN interfaces.
    Tun,
    /// Two veth pairs with packet sockets at our ends.
    Veth,
}

/// As in "with two TUN interfaces as its cable".
impl fmt::Display for CableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tun => "two TUN interfaces",
            Self::Veth => "two veth pairs",
        })
    }
}

/// A side's address.
pub fn address(side: Side) -> Ipv4Addr {
    lab_address(side)
}

/// A side's IPv6 address.
pub fn address6(side: Side) -> Ipv6Addr {
    lab_address6(side)
}

/// Our ends of the wire.
#[derive(Debug)]
pub struct Ports {
    /// At the server's side.
    pub server: Port,
    /// At the client's side.
    pub client: Port,
}

/// The lab as long as it lives: dropping it ends it, as soon as the [`Ports`] and the sockets are closed too.
#[derive(Debug)]
pub struct Lab {
    control: Mutex<Control>,
    keeper: Child,
    kind: CableKind,
    counts: [Counts; 2],
}

/// The way to ask the child.
#[derive(Debug)]
struct Control {
    post: OwnedFd,
    asked: i32,
}

impl Lab {
    /// Makes it. `program` is fourline's own executable, which is run again as the lab's keeper.
    ///
    /// # Errors
    /// When the system refuses one of the steps; see [`Refusal::fix`].
    pub fn open(program: &Path) -> Result<(Self, Ports), Refusal> {
        let (post, theirs) = socketpair(
            AddressFamily::Unix,
            SockType::SeqPacket,
            None,
            SockFlag::SOCK_CLOEXEC,
        )
        .at(Step::Run)?;
        let patience = TimeVal::seconds(PATIENCE.as_secs() as i64);
        setsockopt(&post, sockopt::ReceiveTimeout, &patience).at(Step::Run)?;
        // The command itself holds the child's end, so it is gone after this statement: else we could not hear its end.
        let mut keeper = Command::new(program)
            .arg0(child::NAME)
            .arg(child::ARGUMENT)
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .at(Step::Run)?;
        match hear_opening(&post) {
            Ok((kind, ports, counts)) => {
                let patience = TimeVal::seconds(PATIENCE_WITH_ANSWERS.as_secs() as i64);
                setsockopt(&post, sockopt::ReceiveTimeout, &patience).at(Step::Run)?;
                setsockopt(&post, sockopt::SendTimeout, &patience).at(Step::Run)?;
                let control = Mutex::new(Control { post, asked: 0 });
                let lab = Self {
                    control,
                    keeper,
                    kind,
                    counts,
                };
                Ok((lab, ports))
            }
            Err(refusal) => {
                let _ = keeper.kill();
                let _ = keeper.wait();
                Err(refusal)
            }
        }
    }

    /// `socket(2)` inside a side's namespace, with `SOCK_CLOEXEC`. From any thread; calls on the socket are made as on
    /// any other.
    ///
    /// # Errors
    /// The kernel's own, as it is, `EMFILE` included when this process has no descriptor left. When the lab's keeper does
    /// not answer any more, one without a number, in words.
    pub fn socket(&self, side: Side, domain: i32, kind: i32, protocol: i32) -> io::Result<OwnedFd> {
        let mut control = self
            .control
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        control.asked = control.asked.wrapping_add(1) & i32::MAX;
        let words = [control.asked, side as i32, domain, kind, protocol];
        post::tell(control.post.as_fd(), &words, &[]).map_err(|e| no_keeper(&e))?;
        loop {
            let mut heard = post::hear(control.post.as_fd()).map_err(|e| no_keeper(&e))?;
            match heard.words[..] {
                [number, 0] if number == control.asked => {
                    // It was sent; here was no room for it.
                    let emfile = || io::Error::from_raw_os_error(libc::EMFILE);
                    return heard.fds.pop().ok_or_else(emfile);
                }
                [number, errno] if number == control.asked => {
                    return Err(io::Error::from_raw_os_error(errno));
                }
                // The late answer to a question that was given up.
                [_, _] => {}
                _ => return Err(no_keeper(&io::ErrorKind::UnexpectedEof.into())),
            }
        }
    }

    /// The kernel's socket tables of one side.
    ///
    /// # Errors
    /// As [`Lab::socket`].
    pub fn tables(&self, side: Side) -> io::Result<SocketTables> {
        let netlink = self.socket(
            side,
            libc::AF_NETLINK,
            libc::SOCK_RAW,
            libc::NETLINK_SOCK_DIAG,
        )?;
        SocketTables::from_netlink(netlink)
    }

    /// How many packets the side's interface has dropped because nobody took them in time, as its kernel counts.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn dropped(&self, side: Side) -> io::Result<u64> {
        self.counts[side as usize].dropped()
    }

    /// The process id of the lab's keeper: `fourline lab enter --pid` finds the lab by it.
    pub fn pid(&self) -> i32 {
        self.keeper.id() as i32
    }

    /// What the wire is made of.
    pub fn kind(&self) -> CableKind {
        self.kind
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // It has nothing to finish, and must not outlive us even where somebody has stopped it.
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

/// Why the keeper does not answer, which is no answer of the kernel to whoever wanted a socket.
fn no_keeper(error: &io::Error) -> io::Error {
    let (kind, text) = match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => (
            io::ErrorKind::TimedOut,
            "The lab's keeper does not answer, so no new socket was made. Somebody may have stopped it. Try again, or start fourline anew.",
        ),
        _ => (
            io::ErrorKind::UnexpectedEof,
            "The lab's keeper has ended, so no new sockets can be made. Start fourline anew.",
        ),
    };
    io::Error::new(kind, text)
}

/// What the child says first: our ends of the wire, or what it was refused.
fn hear_opening(post: &OwnedFd) -> Result<(CableKind, Ports, [Counts; 2]), Refusal> {
    let heard = post::hear(post.as_fd()).at(Step::Hear)?;
    match heard.words[..] {
        [-1, step, errno] => Err(Refusal::new(
            Step::from_number(step).unwrap_or(Step::Hear),
            Errno(errno),
        )),
        [kind] => {
            let kind = if kind == CableKind::Tun as i32 {
                CableKind::Tun
            } else {
                CableKind::Veth
            };
            let [server, client, a, b] = <[OwnedFd; 4]>::try_from(heard.fds)
                .map_err(|_| Refusal::new(Step::HandOver, Errno(libc::EMFILE)))?;
            let counts = [
                Counts::new(a, ENDS[0], &server, kind).at(Step::HandOver)?,
                Counts::new(b, ENDS[1], &client, kind).at(Step::HandOver)?,
            ];
            let server = Port::new(server, Side::Server, kind).at(Step::HandOver)?;
            let client = Port::new(client, Side::Client, kind).at(Step::HandOver)?;
            Ok((kind, Ports { server, client }, counts))
        }
        _ => Err(Refusal::new(Step::Hear, Errno(0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_have_addresses() {
        assert_eq!(address(Side::Server).to_string(), "10.0.0.1");
        assert_eq!(address6(Side::Client).to_string(), "fd00::2");
    }
}

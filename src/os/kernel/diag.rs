//! The kernel's socket tables, asked through netlink (`sock_diag(7)`): what `ss` and `netstat` show.
//!
//! Asking for one socket by its addresses and its number costs a few microseconds, works from any thread, needs no
//! descriptor of the socket, and goes on working after `close`. The number (`SO_COOKIE`) makes it exact: a new socket
//! under an old name is not taken for the old one.

use super::{
    row::{Earlier, Row},
    wire::{self, Message, Question},
};
use crate::model::{call::Family, tcp::TcpState};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io::{self, Read},
    os::fd::OwnedFd,
    time::Duration,
};

/// `NETLINK_SOCK_DIAG`.
const SOCK_DIAG: i32 = 4;
/// The kernel answers at once; this is for the day when it does not.
const PATIENCE: Duration = Duration::from_secs(1);
/// Rows kept of one dump.
const MOST_ROWS: usize = 20_000;
/// Received at once; the kernel makes its messages fit.
const BUFFER: usize = 32 * 1024;

/// A way to ask the kernel's socket tables of the network namespace in which it was opened.
#[derive(Debug)]
pub struct SocketTables {
    netlink: Socket,
    sequence: u32,
    buffer: Vec<u8>,
}

impl SocketTables {
    /// Opens it.
    ///
    /// # Errors
    /// When the kernel has no such tables, or does not let us ask.
    pub fn open() -> io::Result<Self> {
        let netlink = Socket::new(
            Domain::from(libc::AF_NETLINK),
            Type::RAW,
            Some(Protocol::from(SOCK_DIAG)),
        )?;
        Self::from_netlink(netlink.into())
    }

    /// Asks on this descriptor, a netlink socket (`AF_NETLINK`, `SOCK_RAW`, `NETLINK_SOCK_DIAG`) that may have been opened
    /// in another network namespace: it shows the sockets of that one.
    ///
    /// # Errors
    /// When it is no socket.
    pub fn from_netlink(netlink: OwnedFd) -> io::Result<Self> {
        let netlink = Socket::from(netlink);
        netlink.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            netlink,
            sequence: 0,
            buffer: vec![0; BUFFER],
        })
    }

    /// The one socket with these addresses and this number; `None` when the kernel does not have it, or not any more.
    /// A listener has no peer. A socket that neither listens nor is connected is in no table.
    ///
    /// A connection is looked at twice, so that [`super::counts()`] can compare.
    ///
    /// # Errors
    /// When the kernel refuses, or does not answer in time.
    pub fn exact(
        &mut self,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        cookie: u64,
    ) -> io::Result<Option<Row>> {
        let peer = peer.unwrap_or_else(|| nobody(local));
        let question = Question::Exact {
            local,
            peer,
            cookie,
        };
        let Some(first) = self.one(question)? else {
            return Ok(None);
        };
        let Some(info) = first.info.filter(|_| first.state != TcpState::Listen) else {
            return Ok(Some(first));
        };
        let Some(mut second) = self.one(question)? else {
            return Ok(None);
        };
        second.earlier = Some(Earlier {
            bytes_acked: info.bytes_acked,
            bytes_received: info.bytes_received,
        });
        Ok(Some(second))
    }

    /// Every socket of the family that has this port at its own end: listeners, connections, those in the accept queue
    /// (inode 0), unfinished handshakes, TIME-WAIT. The kernel chooses them.
    ///
    /// # Errors
    /// When the kernel refuses, or does not answer in time.
    pub fn with_local_port(&mut self, family: Family, port: u16) -> io::Result<Vec<Row>> {
        self.ask(Question::Port(family, port))
    }

    /// Ends a socket at once, whoever has it, so that nothing of it stays behind.
    ///
    /// # Errors
    /// `EPERM` where that is not ours to do, as on the host's network; `ENOENT` when it is gone already; `EOPNOTSUPP` when
    /// the kernel was built without this.
    pub fn destroy(
        &mut self,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        cookie: u64,
    ) -> io::Result<()> {
        let peer = peer.unwrap_or_else(|| nobody(local));
        let question = Question::Destroy {
            local,
            peer,
            cookie,
        };
        match self.ask(question) {
            Err(e) if e.raw_os_error() != Some(0) => Err(e),
            _ => Ok(()),
        }
    }

    fn one(&mut self, question: Question) -> io::Result<Option<Row>> {
        match self.ask(question) {
            Ok(rows) => Ok(rows.into_iter().next()),
            Err(e) if matches!(e.raw_os_error(), Some(libc::ENOENT | libc::ESTALE)) => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn ask(&mut self, question: Question) -> io::Result<Vec<Row>> {
        self.sequence = self.sequence.wrapping_add(1);
        self.netlink.send(&question.to_bytes(self.sequence))?;
        let mut rows = Vec::new();
        loop {
            let received = match (&self.netlink).read(&mut self.buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                received => received?,
            };
            if received == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let mut rest = &self.buffer[..received];
            while let Some((sequence, message, more)) = wire::next(rest) {
                rest = more;
                if sequence != self.sequence {
                    // The late answer to a question that was given up.
                    continue;
                }
                match message {
                    Message::Row(row) if matches!(question, Question::Exact { .. }) => {
                        return Ok(vec![*row]);
                    }
                    Message::Row(row) if rows.len() < MOST_ROWS => rows.push(*row),
                    Message::Done => return Ok(rows),
                    Message::Error(code) => return Err(io::Error::from_raw_os_error(code)),
                    Message::Row(_) | Message::Other => {}
                }
            }
        }
    }
}

/// The peer of a listener: any address of the family, and of the same form.
fn nobody(local: SocketAddr) -> SocketAddr {
    let any: IpAddr = match local.ip() {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() => {
            Ipv4Addr::UNSPECIFIED.to_ipv6_mapped().into()
        }
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(any, 0)
}

//! Where the sockets live, and who makes them there.

use super::{
    kernel::SocketTables,
    lab::{self, Lab, Ports},
};
use crate::model::{
    call::Family,
    ids::{Fd, Side},
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{io, os::fd::IntoRawFd, sync::Arc};

/// Where the sockets live.
#[derive(Debug)]
pub enum Network {
    /// This machine's own network.
    Host {
        /// Whether packets are to be captured, if the system lets us.
        capture: bool,
    },
    /// The private one, whose cable is in our hands. Others who know the lab may have sockets in it, too.
    Lab(Arc<Lab>, Box<Ports>),
}

impl Network {
    /// `host` or `lab`, as the journal has it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Host { .. } => "host",
            Self::Lab(..) => "lab",
        }
    }
}

/// Makes sockets on one side.
#[derive(Clone, Debug)]
pub(super) enum Maker {
    /// The calling thread itself.
    Host,
    /// The lab's keeper, which hands them over.
    Lab(Arc<Lab>),
}

impl Maker {
    /// A TCP socket in the lab; `None` on the host's network, where whoever wants one makes it.
    pub(super) fn socket(&self, side: Side, family: Family) -> Option<io::Result<Fd>> {
        let Self::Lab(lab) = self else { return None };
        let domain = match family {
            Family::INET => libc::AF_INET,
            Family::INET6 => libc::AF_INET6,
        };
        let made = lab.socket(side, domain, libc::SOCK_STREAM, libc::IPPROTO_TCP);
        Some(made.map(|fd| Fd(fd.into_raw_fd())))
    }

    /// One side's socket tables.
    pub(super) fn tables(&self, side: Side) -> io::Result<SocketTables> {
        match self {
            Self::Host => SocketTables::open(),
            Self::Lab(lab) => lab.tables(side),
        }
    }

    /// Where the server can be reached by who connects to any address of its machine.
    pub(super) fn reaches(&self, ip: IpAddr) -> IpAddr {
        match (self, ip) {
            (_, ip) if !ip.is_unspecified() => ip,
            (Self::Host, IpAddr::V4(_)) => Ipv4Addr::LOCALHOST.into(),
            (Self::Host, IpAddr::V6(_)) => Ipv6Addr::LOCALHOST.into(),
            (Self::Lab(_), IpAddr::V4(_)) => lab::address(Side::Server).into(),
            (Self::Lab(_), IpAddr::V6(_)) => lab::address6(Side::Server).into(),
        }
    }
}

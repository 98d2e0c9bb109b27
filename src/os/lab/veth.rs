//! The wire without TUN: each side's interface is one end of a veth pair, whose other end lies in a third namespace,
//! where a packet socket of ours takes what comes out of it and puts in what is to go back.
//!
//! ```text
//!   server's namespace        the wire's namespace               client's namespace
//!        server0 ═════ wire-server ── us ── wire-client ═════ client0
//! ```
//!
//! A veth pair carries Ethernet frames. Their headers are the kernel's business: the socket is of the kind that hides
//! them, and nobody asks for hardware addresses (`IFF_NOARP`), because we gave them out.
#![expect(
    unsafe_code,
    reason = "packet sockets have addresses of their own kind"
)]

use super::{
    ENDS,
    netlink::{self, Link},
    refusal::{At, Refusal, Step},
    ring::{self, Ring},
    space::Space,
    sys,
};
use crate::model::ids::Side;
use core::mem::size_of;
use libc::{sockaddr_ll, socklen_t};
use socket2::{Domain, Protocol, SockAddr, SockAddrStorage, Socket, Type};
use std::{
    io,
    os::fd::{AsFd, AsRawFd, OwnedFd},
};

/// The wire's ends of the pairs.
const OURS: [&str; 2] = ["wire-server", "wire-client"];
/// `ETHTOOL_STXCSUM`, `ETHTOOL_STSO`, `ETHTOOL_SGSO`, `ETHTOOL_SGRO`: what would hand us packets that are not whole.
const OFFLOADS: [u32; 4] = [0x17, 0x1f, 0x24, 0x2c];

/// The hardware address of a side's interface, one that is nobody's in particular (locally administered).
fn hardware(side: Side) -> [u8; 6] {
    [2, 0, 0, 0, 0, 1 + side as u8]
}

/// Makes both pairs, and our packet sockets at their ends. The sides' interfaces are left for the caller to set up.
pub(super) fn open(spaces: &[Space; 2]) -> Result<[OwnedFd; 2], Refusal> {
    // Nobody but our sockets keeps it: it goes with them.
    let wire = Space::make()?;
    for number in 0..2 {
        spaces[number].enter().at(Step::NetworkNamespace)?;
        netlink::veth(ENDS[number], OURS[number], wire.as_fd()).at(Step::Veth)?;
        whole_packets(ENDS[number]).at(Step::Veth)?;
    }
    wire.enter().at(Step::NetworkNamespace)?;
    let [server, client] = OURS.map(end);
    Ok([server?, client?])
}

/// How a side's interface is to be set up.
pub(super) fn link(side: Side) -> Link {
    Link {
        address: Some(hardware(side)),
        no_arp: true,
        quiet: true,
        ..Link::default()
    }
}

fn whole_packets(name: &str) -> io::Result<()> {
    OFFLOADS
        .into_iter()
        .try_for_each(|offload| sys::ethtool(name, offload, 0))
}

/// Our packet socket at an end in the current namespace, and the end set up.
fn end(name: &str) -> Result<OwnedFd, Refusal> {
    whole_packets(name).at(Step::Veth)?;
    // Protocol 0: nothing is taken until it is bound, and by then it knows what to leave out.
    let socket = Socket::new(
        Domain::PACKET,
        Type::DGRAM.nonblocking(),
        Some(Protocol::from(0)),
    )
    .at(Step::PacketSocket)?;
    let on: libc::c_int = 1;
    // What we put in must not come out again. And it goes straight in: the interface's own queue starts a moment late.
    for option in [libc::PACKET_IGNORE_OUTGOING, libc::PACKET_QDISC_BYPASS] {
        sys::setsockopt(&socket, libc::SOL_PACKET, option, &on).at(Step::PacketSocket)?;
    }
    let socket = OwnedFd::from(socket);
    ring::ask_for(&socket).at(Step::PacketSocket)?;
    // A socket that is bound to an interface that is down has an error waiting.
    let link = Link {
        no_arp: true,
        quiet: true,
        ..Link::default()
    };
    netlink::up(name, link).at(Step::Interface)?;
    let index = nix::net::if_::if_nametoindex(name).at(Step::PacketSocket)? as i32;
    let all = link_address(index, libc::ETH_P_ALL as u16, [0; 6]);
    socket2::SockRef::from(&socket)
        .bind(&all)
        .at(Step::PacketSocket)?;
    Ok(socket)
}

/// A place on an interface's link.
pub(in crate::os) fn link_address(index: i32, protocol: u16, hardware: [u8; 6]) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: the storage has room for every kind of address, aligned, and all zeroes are one of this kind.
    let to = unsafe { storage.view_as::<sockaddr_ll>() };
    to.sll_family = libc::AF_PACKET as u16;
    to.sll_protocol = protocol.to_be();
    to.sll_ifindex = index;
    to.sll_halen = hardware.len() as u8;
    to.sll_addr[..6].copy_from_slice(&hardware);
    // SAFETY: it was just filled in as an address of this family, whose length this is.
    unsafe { SockAddr::new(storage, size_of::<sockaddr_ll>() as socklen_t) }
}

/// Our end of the wire at one side, as the parent has it.
#[derive(Debug)]
pub(super) struct End {
    ring: Ring,
    /// To the side's interface, as IPv4 and as IPv6.
    to: [SockAddr; 2],
}

impl End {
    /// The end whose socket came from [`open`].
    pub(super) fn new(socket: &OwnedFd, side: Side) -> io::Result<Self> {
        let bound = socket2::SockRef::from(socket).local_addr()?;
        // SAFETY: a packet socket's address is of this kind, and as long as this.
        let index = unsafe { (*bound.as_ptr().cast::<sockaddr_ll>()).sll_ifindex };
        let to = [libc::ETH_P_IP, libc::ETH_P_IPV6]
            .map(|protocol| link_address(index, protocol as u16, hardware(side)));
        Ok(Self {
            ring: Ring::map(socket)?,
            to,
        })
    }

    /// Appends the next packet to the buffer.
    pub(super) fn take(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.ring.take(buffer)
    }

    /// Sends a packet to the side.
    pub(super) fn give(&self, socket: &OwnedFd, packet: &[u8]) -> io::Result<()> {
        let to = match packet.first().map(|first| first >> 4) {
            Some(4) => &self.to[0],
            Some(6) => &self.to[1],
            _ => return Err(io::Error::from_raw_os_error(libc::EINVAL)),
        };
        socket2::SockRef::from(socket).send_to(packet, to).map(drop)
    }
}

/// How many packets found no room at this end since this was last asked.
pub(in crate::os) fn dropped_since(socket: &impl AsRawFd) -> io::Result<u64> {
    let none = libc::tpacket_stats {
        tp_packets: 0,
        tp_drops: 0,
    };
    let stats = sys::getsockopt(socket, libc::SOL_PACKET, libc::PACKET_STATISTICS, none)?;
    Ok(u64::from(stats.tp_drops))
}

//! Interfaces, their addresses and routes: the few questions of `rtnetlink(7)` that the lab asks, byte by byte.
//!
//! All work in the network namespace of the thread that opens the socket.

use core::net::IpAddr;
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io::{self, Read},
    os::fd::{AsRawFd, BorrowedFd},
};

/// `struct nlmsghdr`.
const HEADER: usize = 16;
/// `IFLA_INET6_ADDR_GEN_MODE` and its value for "no link-local address by itself".
const ADDR_GEN_MODE: u16 = 8;
const GEN_MODE_NONE: u8 = 1;
/// `VETH_INFO_PEER`.
const PEER: u16 = 1;
/// `IFA_F_NODAD`: the address is used at once, nobody is asked whether it is taken.
const NO_DAD: u8 = 2;

/// A message being put together.
struct Message(Vec<u8>);

impl Message {
    fn new(kind: u16, flags: i32, body: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        let flags = (libc::NLM_F_REQUEST | libc::NLM_F_ACK | flags) as u16;
        bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(body);
        Self(bytes)
    }

    fn attribute(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        self.nested(kind, |m| m.0.extend_from_slice(value))
    }

    fn nested(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        fill(self);
        let len = (self.0.len() - start) as u16;
        self.0[start..start + 2].copy_from_slice(&len.to_ne_bytes());
        self.0[start + 2..start + 4].copy_from_slice(&kind.to_ne_bytes());
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// Hands it to the kernel and takes its answer: yes, or why not.
    fn ask(mut self) -> io::Result<()> {
        let len = self.0.len() as u32;
        self.0[..4].copy_from_slice(&len.to_ne_bytes());
        let route = Some(Protocol::from(libc::NETLINK_ROUTE));
        let socket = Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, route)?;
        socket.send(&self.0)?;
        let mut answer = [0; 4096];
        let n = (&socket).read(&mut answer)?;
        match answer[..n].get(HEADER..HEADER + 4) {
            Some(error) => match error.try_into().map(i32::from_ne_bytes) {
                Ok(0) => Ok(()),
                Ok(error) => Err(io::Error::from_raw_os_error(error.saturating_neg())),
                Err(_) => Err(io::ErrorKind::InvalidData.into()),
            },
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// `struct ifinfomsg`.
fn ifinfo(flags: i32) -> [u8; 16] {
    let mut body = [0; 16];
    // The flags, and which of them are meant.
    body[8..12].copy_from_slice(&flags.to_ne_bytes());
    body[12..16].copy_from_slice(&flags.to_ne_bytes());
    body
}

fn c_name(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

/// What an interface is to be like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    /// How many packets wait in it for their reader.
    pub(super) queue: Option<u32>,
    /// Its hardware address.
    pub(super) address: Option<[u8; 6]>,
    /// Whether it goes without asking for its neighbour's hardware address.
    pub(super) no_arp: bool,
    /// Whether IPv6 is told to make no address by itself, and so has nothing to announce.
    pub(super) quiet: bool,
}

/// Sets an interface up.
pub(super) fn up(name: &str, link: Link) -> io::Result<()> {
    // The loopback makes its own addresses, and an interface that is up has made them already: so before.
    let mut before = Message::new(libc::RTM_NEWLINK, 0, &ifinfo(0));
    before.attribute(libc::IFLA_IFNAME, &c_name(name));
    if let Some(queue) = link.queue {
        before.attribute(libc::IFLA_TXQLEN, &queue.to_ne_bytes());
    }
    if let Some(address) = link.address {
        before.attribute(libc::IFLA_ADDRESS, &address);
    }
    if link.quiet {
        before.nested(libc::IFLA_AF_SPEC, |m| {
            m.nested(libc::AF_INET6 as u16, |m| {
                m.attribute(ADDR_GEN_MODE, &[GEN_MODE_NONE]);
            });
        });
    }
    before.ask()?;
    let no_arp = if link.no_arp { libc::IFF_NOARP } else { 0 };
    let mut message = Message::new(libc::RTM_NEWLINK, 0, &ifinfo(libc::IFF_UP | no_arp));
    message.attribute(libc::IFLA_IFNAME, &c_name(name));
    message.ask()
}

/// Gives an interface an address, and the way to its one peer with it.
pub(super) fn address(name: &str, own: IpAddr, peer: IpAddr) -> io::Result<()> {
    let index = nix::net::if_::if_nametoindex(name)?;
    let octets = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let (family, prefix) = match own {
        IpAddr::V4(_) => (libc::AF_INET, 32),
        IpAddr::V6(_) => (libc::AF_INET6, 128),
    };
    // struct ifaddrmsg: family, prefix, flags, scope, index
    let mut body = vec![family as u8, prefix, NO_DAD, 0];
    body.extend_from_slice(&index.to_ne_bytes());
    let flags = libc::NLM_F_CREATE | libc::NLM_F_EXCL;
    let mut message = Message::new(libc::RTM_NEWADDR, flags, &body);
    message.attribute(libc::IFA_LOCAL, &octets(own));
    message.attribute(libc::IFA_ADDRESS, &octets(peer));
    message.ask()
}

/// Makes a veth pair: one end here, the other in another namespace.
pub(super) fn veth(here: &str, there: &str, namespace: BorrowedFd<'_>) -> io::Result<()> {
    let flags = libc::NLM_F_CREATE | libc::NLM_F_EXCL;
    let mut message = Message::new(libc::RTM_NEWLINK, flags, &ifinfo(0));
    message.attribute(libc::IFLA_IFNAME, &c_name(here));
    message.nested(libc::IFLA_LINKINFO, |m| {
        m.attribute(libc::IFLA_INFO_KIND, b"veth");
        m.nested(libc::IFLA_INFO_DATA, |m| {
            m.nested(PEER, |m| {
                m.0.extend_from_slice(&ifinfo(0));
                m.attribute(libc::IFLA_IFNAME, &c_name(there));
                let fd = namespace.as_raw_fd().to_ne_bytes();
                m.attribute(libc::IFLA_NET_NS_FD, &fd);
            });
        });
    });
    message.ask()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_say_their_length_and_are_padded() {
        let mut message = Message::new(16, 0, &[]);
        message.nested(5, |m| {
            m.attribute(3, b"lo\0");
        });
        let rest = &message.0[HEADER..];
        let number = |at: usize| u16::from_ne_bytes([rest[at], rest[at + 1]]);
        assert_eq!([number(0), number(2)], [12, 5]);
        assert_eq!([number(4), number(6)], [7, 3]);
        assert_eq!(&rest[8..], b"lo\0\0");
    }

    #[test]
    fn the_kernel_says_why_not() {
        let error = up("no-such-link", Link::default()).unwrap_err();
        assert!(error.raw_os_error().is_some(), "{error}");
    }
}

//! Packets of the host's own network, as they pass by: a packet socket that sees all interfaces, and sends nothing.
//!
//! ```text
//!   our conversations' ports ──► filter (in the kernel) ──► ring (shared memory) ──► Capture::take ──► Seen, Frame
//! ```
//!
//! It needs `CAP_NET_RAW`. What comes is what the kernel hands to a link or takes from one, so segments that offload has
//! merged come as one packet, with a checksum that is not complete; the frame says so.

mod filter;
#[cfg(test)]
mod tests;

pub use filter::MOST_PORTS;

use crate::{
    model::{errno::Errno, ids::Nanos},
    os::{
        clock::Clock,
        lab::{
            Frame,
            frame::HEADER,
            ring::{self, Ring},
            sys, veth,
        },
    },
};
use core::net::IpAddr;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::{
    io,
    net::UdpSocket,
    os::fd::{AsRawFd, OwnedFd, RawFd},
};

/// Where the place at which a packet was seen stands in its frame (`TPACKET_ALIGN`, 16 bytes).
const PLACE: usize = size_of::<libc::tpacket2_hdr>().next_multiple_of(16);

/// What the kernel says of a packet besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it passed.
    pub at: Nanos,
    /// The number of the interface.
    pub interface: u32,
    /// How long the IP packet is. Of a long one, the frame has the beginning.
    pub length: usize,
}

/// See the module's documentation. Its descriptor is readable when a packet waits.
#[derive(Debug)]
pub struct Capture {
    // Before the descriptor, so that it is let go of first.
    ring: Ring,
    socket: OwnedFd,
}

impl Capture {
    /// Opens it. Nothing is seen until ports are watched.
    ///
    /// # Errors
    /// `EPERM` without `CAP_NET_RAW`.
    pub fn open() -> io::Result<Self> {
        // Protocol 0: nothing is taken until it is bound, and by then it knows what to leave out.
        let socket = Socket::new(
            Domain::PACKET,
            Type::RAW.nonblocking(),
            Some(Protocol::from(0)),
        )?;
        let on: libc::c_int = 1;
        sys::setsockopt(&socket, libc::SOL_PACKET, libc::PACKET_VNET_HDR, &on)?;
        socket.attach_filter(&filter::program(&[]))?;
        let socket = OwnedFd::from(socket);
        ring::ask_for(&socket)?;
        let ring = Ring::map(&socket)?;
        // Interface 0 is all of them, also those to come.
        let everything = veth::link_address(0, libc::ETH_P_ALL as u16, [0; 6]);
        SockRef::from(&socket).bind(&everything)?;
        Ok(Self { ring, socket })
    }

    /// Sees packets from and to these ports from now on.
    ///
    /// # Errors
    /// When the kernel has no memory for the filter.
    pub fn watch(&self, ports: &[u16]) -> io::Result<()> {
        SockRef::from(&self.socket).attach_filter(&filter::program(ports))
    }

    /// Watches no ports, and forgets what has come so far.
    pub fn clear(&self) {
        // Should it be refused, others' packets are read in vain.
        let _ = self.watch(&[]);
        while self.ring.next(|_, _| ()).is_ok() {}
    }

    /// Takes the next packet into a frame.
    ///
    /// # Errors
    /// `WouldBlock` when there is none.
    pub fn take(&self, frame: &mut Frame, clock: Clock) -> io::Result<Seen> {
        self.ring.next(|header, seat| {
            let (mac, net) = (usize::from(header.tp_mac), usize::from(header.tp_net));
            let end = (mac + header.tp_snaplen as usize).min(seat.len());
            let ip = seat.get(net..end).unwrap_or_default();
            let said = mac
                .checked_sub(HEADER)
                .and_then(|at| seat.get(at..)?.first_chunk::<HEADER>());
            let link = net.saturating_sub(mac);
            frame.refill(said.unwrap_or(&[0; HEADER]), link, ip);
            Seen {
                at: clock.when(u64::from(header.tp_sec), header.tp_nsec),
                interface: interface(seat),
                length: (header.tp_len as usize).saturating_sub(link),
            }
        })
    }

    /// How many packets found no room in the ring since this was last asked.
    pub fn newly_dropped(&self) -> u64 {
        veth::dropped_since(&self.socket).unwrap_or(0)
    }
}

impl AsRawFd for Capture {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

/// The interface's number in the `sockaddr_ll` behind the header.
fn interface(seat: &[u8]) -> u32 {
    let at = PLACE + core::mem::offset_of!(libc::sockaddr_ll, sll_ifindex);
    seat.get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |number| u32::from_ne_bytes(*number))
}

/// Whether an address is one of this machine's.
pub fn is_here(ip: IpAddr) -> bool {
    UdpSocket::bind((ip, 0)).is_ok()
}

/// Why packets are not seen where nobody wants them.
pub const SWITCHED_OFF: &str = "Packets of the host network are not captured, because that is switched off. Try: fourline --network host --capture auto";

/// Why packets are not seen, and what would allow it.
pub fn why_not(error: &io::Error) -> String {
    let errno = Errno(error.raw_os_error().unwrap_or(0));
    if errno == Errno(libc::EPERM) {
        return "Packets of the host network are seen only with CAP_NET_RAW. Try: sudo setcap cap_net_raw+ep \
                $(command -v fourline), or the lab: fourline --network lab"
            .to_owned();
    }
    format!(
        "Packets of the host network are not seen: the kernel gives us no packet socket, {} ({errno}). Try the lab: \
         fourline --network lab",
        errno.text()
    )
}

//! What a packet says, in one pass and without an allocation: as much as the cable and the journal need of each.

use super::{
    layout::{self, Layout, Piece},
    options::{self, options},
};
use crate::model::packet::{PacketKind, Protocol, TcpFlags, kind};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use etherparse::TcpHeaderSlice;

/// What a packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// What it carries; [`Protocol::Other`] for what cannot be read.
    pub protocol: Protocol,
    /// From where; port 0 where there are no ports, and the unspecified address where there is no address.
    pub from: SocketAddr,
    /// To where.
    pub to: SocketAddr,
    /// How long the packet is altogether, as its header says. The bytes that were kept may be fewer.
    pub total: u32,
    /// Where its data begin: behind the last header.
    pub data: u32,
    /// How many bytes of data there are.
    pub len: u32,
    /// Whether it must not be fragmented on its way: the bit of IPv4, always so in IPv6.
    pub dont_fragment: bool,
    /// Whether it is a fragment of a larger packet. What the whole says about TCP is not told then.
    pub fragment: bool,
    /// Its TCP header.
    pub tcp: Option<Segment>,
}

impl Brief {
    /// Of what is no IP packet.
    fn unreadable(bytes: &[u8]) -> Self {
        let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self {
            protocol: Protocol::Other,
            from: nowhere,
            to: nowhere,
            total: length,
            data: 0,
            len: length,
            dont_fragment: false,
            fragment: false,
            tcp: None,
        }
    }

    /// In a word, what it is.
    pub fn kind(&self) -> Option<PacketKind> {
        kind(self.protocol, self.tcp.map(|t| t.flags), self.len)
    }
}

/// What a TCP header says, as it stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Its control bits.
    pub flags: TcpFlags,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number.
    pub ack: u32,
    /// Window, not scaled.
    pub window: u16,
    /// The largest segment that its sender takes.
    pub mss: Option<u16>,
    /// By how many bits its sender's windows are to be shifted.
    pub scale: Option<u8>,
    /// Whether its sender understands selective acknowledgements.
    pub sack_permitted: bool,
    /// How many blocks are acknowledged selectively.
    pub sacks: u8,
    /// Its timestamp, and the one that it echoes.
    pub stamps: Option<(u32, u32)>,
}

/// Reads a packet from the first byte of its IP header.
pub fn brief(bytes: &[u8]) -> Brief {
    let Some(at) = Layout::of(bytes) else {
        return Brief::unreadable(bytes);
    };
    let carried = at.carried(bytes);
    let begins = at.piece != Piece::Later;
    let (protocol, header, tcp) = match at.number {
        layout::TCP => {
            let header = begins
                .then(|| TcpHeaderSlice::from_slice(carried).ok())
                .flatten();
            let length = header.as_ref().map_or(0, |h| h.slice().len());
            let tcp = header
                .filter(|_| at.piece == Piece::Whole)
                .as_ref()
                .map(segment);
            (Protocol::Tcp, length, tcp)
        }
        layout::UDP => (Protocol::Udp, 8, None),
        layout::ICMP if at.source.is_ipv4() => (Protocol::Icmp, 8, None),
        layout::ICMPV6 if at.source.is_ipv6() => (Protocol::Icmpv6, 8, None),
        _ => (Protocol::Other, 0, None),
    };
    let header = if begins { header } else { 0 };
    let ports = matches!(protocol, Protocol::Tcp | Protocol::Udp) && begins;
    let port = |place: usize| {
        let two = carried.get(place..place + 2).filter(|_| ports);
        two.map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
    };
    let data = (at.payload + header).min(at.total);
    let mut len = at.total - data;
    if protocol == Protocol::Udp && at.piece == Piece::Whole {
        // A datagram may be shorter than the packet around it.
        let told = carried.get(4..6);
        let told = told.map_or(0, |b| usize::from(u16::from_be_bytes([b[0], b[1]])));
        if told >= 8 {
            len = len.min(told - 8);
        }
    }
    Brief {
        protocol,
        from: SocketAddr::new(at.source, port(0)),
        to: SocketAddr::new(at.destination, port(2)),
        total: at.total as u32,
        data: data as u32,
        len: len as u32,
        dont_fragment: at.dont_fragment,
        fragment: at.piece != Piece::Whole,
        tcp,
    }
}

fn segment(header: &TcpHeaderSlice<'_>) -> Segment {
    let bytes = header.slice();
    let mut segment = Segment {
        flags: TcpFlags(bytes[13]),
        seq: header.sequence_number(),
        ack: header.acknowledgment_number(),
        window: header.window_size(),
        ..Segment::default()
    };
    for option in options(header.options()) {
        match option.kind {
            options::MSS => segment.mss = option.value().map(u16::from_be_bytes),
            // RFC 7323, section 2.3: more than 14 counts as 14.
            options::SCALE => segment.scale = option.value().map(|[shift]: [u8; 1]| shift.min(14)),
            options::SACK_PERMITTED => segment.sack_permitted = true,
            options::SACK if option.sound => segment.sacks = (option.bytes.len() / 8) as u8,
            options::TIMESTAMPS => {
                segment.stamps = option.value().map(|b: [u8; 8]| {
                    let number =
                        |at: usize| u32::from_be_bytes([b[at], b[at + 1], b[at + 2], b[at + 3]]);
                    (number(0), number(4))
                });
            }
            _ => {}
        }
    }
    segment
}

//! Where the parts of an IP packet lie: addresses, what it carries, and where that begins and ends.

use core::net::IpAddr;
use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};

/// The protocol numbers that we know (IANA).
pub(super) const ICMP: u8 = 1;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const ICMPV6: u8 = 58;

/// Extension headers of IPv6.
pub(super) const HOP_BY_HOP: u8 = 0;
pub(super) const ROUTING: u8 = 43;
pub(super) const FRAGMENT: u8 = 44;
pub(super) const AUTHENTICATION: u8 = 51;
pub(super) const DESTINATION: u8 = 60;

/// An extension header of IPv6.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extension {
    pub(super) number: u8,
    /// Where it begins.
    pub(super) at: usize,
    /// How long it says that it is; it may end beyond what is there.
    pub(super) length: usize,
}

/// Walks the extension headers from `at` on, of which the first has this number, until something else follows: what
/// they carry, a later piece of it, or the end of the bytes. (The walk of etherparse 0.21 over headers that were cut short
/// reads beyond the bytes.)
pub(super) fn extensions(
    number: u8,
    bytes: &[u8],
    at: usize,
) -> impl Iterator<Item = Extension> + '_ {
    let mut next = Some((number, at));
    core::iter::from_fn(move || {
        let (number, at) = next.take()?;
        let (first, second) = (*bytes.get(at)?, bytes.get(at + 1).copied());
        let told = usize::from(second.unwrap_or(0));
        let length = match number {
            HOP_BY_HOP | ROUTING | DESTINATION => (told + 1) * 8,
            FRAGMENT => 8,
            AUTHENTICATION => (told + 2) * 4,
            _ => return None,
        };
        let header = bytes.get(at..).unwrap_or_default();
        if number != FRAGMENT || piece(header) != Piece::Later {
            next = Some((first, at + length));
        }
        Some(Extension { number, at, length })
    })
}

/// What a fragment header says.
fn piece(header: &[u8]) -> Piece {
    let [_, _, high, low, ..] = header else {
        return Piece::Whole;
    };
    match (u16::from_be_bytes([*high, *low]) >> 3, low & 1) {
        (0, 0) => Piece::Whole,
        (0, _) => Piece::First,
        _ => Piece::Later,
    }
}

/// Whether a packet is a part of a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// It is all there is.
    Whole,
    /// The first part: the header of what it carries stands in it.
    First,
    /// A later part: data and nothing else.
    Later,
}

/// An IP packet's parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    /// Bytes of the IP header proper, without IPv6's extension headers.
    pub(super) header: usize,
    /// Where what it carries begins: behind the header and its extensions. Never beyond the bytes that are there.
    pub(super) payload: usize,
    /// The number of the protocol that begins there.
    pub(super) number: u8,
    /// How long the whole packet is, as its header says; the bytes may be fewer.
    pub(super) total: usize,
    /// Where what is there of it ends: at `total`, or where the bytes end.
    pub(super) end: usize,
    /// Whether it is a part of a larger packet.
    pub(super) piece: Piece,
    /// Whether it must not be cut into fragments on its way: always so in IPv6.
    pub(super) dont_fragment: bool,
    /// Whether a routing header may name another destination (RFC 8200, section 8.1): no checksum can be told then.
    pub(super) routed: bool,
}

impl Layout {
    /// Reads it; `None` for what is no IP packet.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes.first()? >> 4 {
            4 => Self::of_v4(bytes),
            6 => Self::of_v6(bytes),
            _ => None,
        }
    }

    fn of_v4(bytes: &[u8]) -> Option<Self> {
        let v4 = Ipv4HeaderSlice::from_slice(bytes).ok()?;
        let header = v4.slice().len();
        let total = usize::from(v4.total_len());
        let total = if total < header { bytes.len() } else { total };
        Some(Self {
            source: v4.source_addr().into(),
            destination: v4.destination_addr().into(),
            header,
            payload: header,
            number: v4.protocol().0,
            total,
            end: total.min(bytes.len()),
            piece: match (v4.fragments_offset().value(), v4.more_fragments()) {
                (0, false) => Piece::Whole,
                (0, true) => Piece::First,
                _ => Piece::Later,
            },
            dont_fragment: v4.dont_fragment(),
            routed: false,
        })
    }

    fn of_v6(bytes: &[u8]) -> Option<Self> {
        let v6 = Ipv6HeaderSlice::from_slice(bytes).ok()?;
        let header = v6.slice().len();
        let total = match usize::from(v6.payload_length()) {
            0 => bytes.len(),
            length => header + length,
        };
        let mut at = Self {
            source: v6.source_addr().into(),
            destination: v6.destination_addr().into(),
            header,
            payload: header,
            number: v6.next_header().0,
            total,
            end: total.min(bytes.len()),
            piece: Piece::Whole,
            dont_fragment: true,
            routed: false,
        };
        for extension in extensions(at.number, &bytes[..at.end], header) {
            let end = extension.at + extension.length;
            let Some(there) = bytes[..at.end].get(extension.at..end) else {
                break;
            };
            if extension.number == FRAGMENT {
                at.piece = piece(there);
            }
            at.routed |= extension.number == ROUTING;
            at.payload = end;
            at.number = there[0];
        }
        Some(at)
    }

    /// What is there of what it carries.
    pub(super) fn carried<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.payload..self.end).unwrap_or_default()
    }

    /// Whether all of it is there.
    pub(super) fn is_whole(&self) -> bool {
        self.end == self.total
    }
}

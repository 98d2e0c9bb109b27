//! Where the parts of an IP packet lie: addresses, what it carries, and where that begins and ends.

use core::net::IpAddr;
use etherparse::{Ipv6ExtensionSlice, LaxIpSlice};

/// The protocol numbers that we know (IANA).
pub(super) const ICMP: u8 = 1;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const ICMPV6: u8 = 58;

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
        let slice = LaxIpSlice::from_slice(bytes).ok()?.0;
        let (header, payload, total) = match &slice {
            LaxIpSlice::Ipv4(v4) => {
                let header = v4.header().slice().len();
                let extensions = v4.extensions().auth.map_or(0, |auth| auth.slice().len());
                let total = usize::from(v4.header().total_len());
                let total = if total < header { bytes.len() } else { total };
                (header, header + extensions, total)
            }
            LaxIpSlice::Ipv6(v6) => {
                let header = v6.header().slice().len();
                let total = match usize::from(v6.header().payload_length()) {
                    0 => bytes.len(),
                    length => header + length,
                };
                (header, header + v6.extensions().slice().len(), total)
            }
        };
        let later_fragment = match &slice {
            LaxIpSlice::Ipv4(v4) => v4.header().fragments_offset().value() > 0,
            LaxIpSlice::Ipv6(v6) => v6.extensions().clone().into_iter().any(
                |e| matches!(e, Ipv6ExtensionSlice::Fragment(f) if f.fragment_offset().value() > 0),
            ),
        };
        let end = total.min(bytes.len());
        Some(Self {
            source: slice.source_addr(),
            destination: slice.destination_addr(),
            header,
            payload: payload.min(end),
            number: slice.payload_ip_number().0,
            total,
            end,
            piece: match (slice.is_fragmenting_payload(), later_fragment) {
                (false, _) => Piece::Whole,
                (true, false) => Piece::First,
                (true, true) => Piece::Later,
            },
            dont_fragment: match &slice {
                LaxIpSlice::Ipv4(v4) => v4.header().dont_fragment(),
                LaxIpSlice::Ipv6(_) => true,
            },
            routed: match &slice {
                LaxIpSlice::Ipv4(_) => false,
                LaxIpSlice::Ipv6(v6) => v6
                    .extensions()
                    .clone()
                    .into_iter()
                    .any(|e| matches!(e, Ipv6ExtensionSlice::Routing(_))),
            },
        })
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

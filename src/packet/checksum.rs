//! The internet checksum (RFC 1071): of IPv4's header, and of TCP, UDP and ICMP with their pseudo-header.

use super::layout::{self, Layout, Piece};
use core::net::IpAddr;

/// Whether a packet's checksums are right. `None` where there is none, or where it cannot be told: not all of the
/// packet is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksums {
    /// Of the IPv4 header.
    pub ip: Option<bool>,
    /// Of TCP, UDP or ICMP.
    pub transport: Option<bool>,
}

/// Adds bytes as 16-bit numbers in network order.
fn add(sum: u64, bytes: &[u8]) -> u64 {
    let pairs = bytes.chunks_exact(2);
    let last = pairs.remainder().first().map_or(0, |b| u64::from(*b) << 8);
    pairs
        .map(|b| u64::from(u16::from_be_bytes([b[0], b[1]])))
        .fold(sum + last, |sum, n| sum + n)
}

/// The checksum of what was added: the complement of the ones' complement sum.
fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// The checksum of some bytes.
pub(super) fn checksum(bytes: &[u8]) -> u16 {
    folded(add(0, bytes))
}

/// The checksum of what a packet carries, with its pseudo-header where the protocol has one.
pub(super) fn transport(source: IpAddr, destination: IpAddr, number: u8, carried: &[u8]) -> u16 {
    let mut sum = 0;
    if number != layout::ICMP {
        for address in [source, destination] {
            sum = match address {
                IpAddr::V4(a) => add(sum, &a.octets()),
                IpAddr::V6(a) => add(sum, &a.octets()),
            };
        }
        sum += u64::from(number) + carried.len() as u64;
    }
    folded(add(sum, carried))
}

/// Where the transport's checksum stands: the field's place in the packet, and where what it covers ends.
fn place(at: &Layout, bytes: &[u8]) -> Option<(usize, usize)> {
    if at.piece != Piece::Whole || at.routed || !at.is_whole() {
        return None;
    }
    let carried = at.carried(bytes);
    let (field, shortest) = match at.number {
        layout::TCP => (16, 20),
        layout::UDP => (6, 8),
        layout::ICMP if at.source.is_ipv4() => (2, 4),
        layout::ICMPV6 if at.source.is_ipv6() => (2, 4),
        _ => return None,
    };
    let mut length = carried.len();
    if at.number == layout::UDP {
        let told = usize::from(u16::from_be_bytes([*carried.get(4)?, *carried.get(5)?]));
        if told != 0 {
            length = told;
        }
    }
    (length >= shortest && length <= carried.len())
        .then_some((at.payload + field, at.payload + length))
}

/// Whether its checksums are right.
pub fn checksums_are_right(bytes: &[u8]) -> Checksums {
    let Some(at) = Layout::of(bytes) else {
        return Checksums::default();
    };
    let ip = at
        .source
        .is_ipv4()
        .then(|| bytes.get(..at.header).map(|header| checksum(header) == 0))
        .flatten();
    let right = |(field, end): (usize, usize)| {
        let none = at.number == layout::UDP && bytes[field..field + 2] == [0, 0];
        if none {
            // RFC 768: none was made. RFC 8200, section 8.1: in IPv6 there must be one.
            return at.source.is_ipv6().then_some(false);
        }
        let covered = &bytes[at.payload..end];
        Some(transport(at.source, at.destination, at.number, covered) == 0)
    };
    Checksums {
        ip,
        transport: place(&at, bytes).and_then(right),
    }
}

/// Makes a packet's checksums right: what segmentation offload leaves to the network card, and what was changed.
pub fn complete_checksum(bytes: &mut [u8]) {
    let Some(at) = Layout::of(bytes) else {
        return;
    };
    if at.source.is_ipv4()
        && let Some(header) = bytes.get_mut(..at.header)
    {
        header[10..12].fill(0);
        let sum = checksum(header);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
    }
    if let Some((field, end)) = place(&at, bytes) {
        bytes[field..field + 2].fill(0);
        let covered = &bytes[at.payload..end];
        let mut sum = transport(at.source, at.destination, at.number, covered);
        if at.number == layout::UDP && sum == 0 {
            // RFC 768: 0 would say that there is none.
            sum = 0xffff;
        }
        bytes[field..field + 2].copy_from_slice(&sum.to_be_bytes());
    }
}

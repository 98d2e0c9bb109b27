//! The message about a packet that is too big for the cable: "fragmentation needed" of ICMP (RFC 792, RFC 1191) and
//! "packet too big" of `ICMPv6` (RFC 4443). By it a sender learns the path's MTU.

use super::{
    checksum::{checksum, transport},
    layout::{self, Layout, Piece},
};
use core::net::IpAddr;

/// How much of the packet an ICMP message repeats at most: so that it is 576 bytes long (RFC 1812, section 4.3.2.3).
const QUOTED_V4: usize = 576 - 20 - 8;
/// How much an `ICMPv6` message repeats at most: so that it fits the smallest MTU (RFC 4443, section 3.2).
const QUOTED_V6: usize = 1280 - 40 - 8;

/// The message that tells a packet's sender that no more than `mtu` bytes fit; it comes from the packet's destination.
/// `None` where no such message may be sent: about what may be cut into fragments, about a fragment that is not the
/// first, about a message of ICMP that itself tells of an error, or to an address that is not one host's.
pub fn too_big(original: &[u8], mtu: u32) -> Option<Vec<u8>> {
    let at = Layout::of(original)?;
    let (message, icmp) = match at.number {
        layout::ICMP if at.source.is_ipv4() => (original.get(at.payload), true),
        layout::ICMPV6 if at.source.is_ipv6() => (original.get(at.payload), true),
        _ => (None, false),
    };
    let one_host = |a: IpAddr| !a.is_unspecified() && !a.is_multicast();
    let reachable = one_host(at.source) && one_host(at.destination);
    if !at.dont_fragment
        || at.piece == Piece::Later
        || !reachable
        || icmp && tells_an_error(&at, message)
    {
        return None;
    }
    match (at.source, at.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let quoted = &original[..at.end.min(QUOTED_V4)];
            let mut icmp = vec![3, 4, 0, 0, 0, 0];
            icmp.extend(u16::try_from(mtu).unwrap_or(u16::MAX).to_be_bytes());
            icmp.extend(quoted);
            let sum = checksum(&icmp);
            icmp[2..4].copy_from_slice(&sum.to_be_bytes());
            // Type of service 0xc0, as routers mark what they say; no fragments of it.
            let mut packet = vec![0x45, 0xc0];
            packet.extend(((20 + icmp.len()) as u16).to_be_bytes());
            packet.extend([0, 0, 0x40, 0, 64, layout::ICMP, 0, 0]);
            packet.extend(destination.octets());
            packet.extend(source.octets());
            let sum = checksum(&packet);
            packet[10..12].copy_from_slice(&sum.to_be_bytes());
            packet.extend(icmp);
            Some(packet)
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            let quoted = &original[..at.end.min(QUOTED_V6)];
            let mut icmp = vec![2, 0, 0, 0];
            icmp.extend(mtu.to_be_bytes());
            icmp.extend(quoted);
            let sum = transport(at.destination, at.source, layout::ICMPV6, &icmp);
            icmp[2..4].copy_from_slice(&sum.to_be_bytes());
            let mut packet = vec![0x60, 0, 0, 0];
            packet.extend((icmp.len() as u16).to_be_bytes());
            packet.extend([layout::ICMPV6, 64]);
            packet.extend(destination.octets());
            packet.extend(source.octets());
            packet.extend(icmp);
            Some(packet)
        }
        _ => None,
    }
}

/// Whether a message of ICMP is none that asks or answers (RFC 1122, section 3.2.2; RFC 4443, section 2.1).
fn tells_an_error(at: &Layout, message: Option<&u8>) -> bool {
    if at.source.is_ipv6() {
        message.is_none_or(|kind| *kind < 128)
    } else {
        !matches!(message, Some(0 | 8 | 13..=18))
    }
}

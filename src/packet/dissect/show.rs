//! How a field's value is written.

use super::field::Look;
use crate::model::payload::hex as digits;
use core::net::{Ipv4Addr, Ipv6Addr};

/// `1460`.
pub(super) fn decimal(look: &Look<'_>) -> String {
    look.number.to_string()
}

/// `0x1c46`.
pub(super) fn hex(look: &Look<'_>) -> String {
    format!("0x{}", digits(look.bytes))
}

/// `0x2`, of some bits.
pub(super) fn hex_bits(look: &Look<'_>) -> String {
    format!("0x{:x}", look.number)
}

/// `set`, `not set`.
pub(super) fn bit(look: &Look<'_>) -> String {
    if look.number == 0 { "not set" } else { "set" }.to_owned()
}

/// `20 bytes`.
pub(super) fn bytes(look: &Look<'_>) -> String {
    match look.number {
        1 => "1 byte".to_owned(),
        n => format!("{n} bytes"),
    }
}

/// `20 bytes`, where the number counts words of four.
pub(super) fn words(look: &Look<'_>) -> String {
    format!("{} bytes ({} words of 4)", look.number * 4, look.number)
}

/// An IPv4 address, or one of IPv6, by its size.
pub(super) fn address(look: &Look<'_>) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(look.bytes) {
        return Ipv4Addr::from(four).to_string();
    }
    <[u8; 16]>::try_from(look.bytes).map_or_else(|_| hex(look), |a| Ipv6Addr::from(a).to_string())
}

/// A checksum, and whether it is right, as far as that can be told.
pub(super) fn checksum(look: &Look<'_>, right: Option<bool>) -> String {
    let note = match right {
        Some(true) => ", right",
        Some(false) if look.about.captured => {
            ", not as the bytes say: often it is filled in later (offload)"
        }
        Some(false) => ", wrong: the receiver throws the packet away",
        None => "",
    };
    format!("{}{note}", hex(look))
}

/// The transport's checksum.
pub(super) fn transport_checksum(look: &Look<'_>) -> String {
    checksum(look, look.about.checksums.transport)
}

/// The name of a protocol's number (IANA).
pub(super) fn protocol_name(number: u64) -> &'static str {
    match number {
        0 => "hop-by-hop options",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4",
        6 => "TCP",
        17 => "UDP",
        41 => "IPv6",
        43 => "routing header",
        44 => "fragment header",
        47 => "GRE",
        50 => "ESP",
        51 => "authentication header",
        58 => "ICMPv6",
        59 => "nothing",
        60 => "destination options",
        132 => "SCTP",
        _ => "unknown",
    }
}

/// `TCP (6)`.
pub(super) fn protocol(look: &Look<'_>) -> String {
    format!("{} ({})", protocol_name(look.number), look.number)
}

/// Codepoints of differentiated services that a kernel uses.
pub(super) fn dscp(look: &Look<'_>) -> String {
    let name = match look.number {
        0 => "default",
        8 => "CS1: of low priority",
        46 => "EF: wants little delay",
        48 => "CS6: network control",
        _ => "another class",
    };
    format!("{} ({name})", look.number)
}

/// What the two bits of congestion notification say.
pub(super) fn ecn(look: &Look<'_>) -> String {
    let name = match look.number {
        0 => "not used",
        1 => "ECT(1)",
        2 => "ECT(0)",
        _ => "congestion experienced",
    };
    format!("{} ({name})", look.number)
}

/// Where a fragment stands, in bytes.
pub(super) fn eights(look: &Look<'_>) -> String {
    format!("{} bytes", look.number * 8)
}

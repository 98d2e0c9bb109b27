//! What an ICMP message says, from its first bytes: its kind, why, and which packet it is about (RFC 792, RFC 4443).

use super::{Packet, Protocol};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The kinds of ICMP: number and name.
pub const KINDS: [(u8, &str); 8] = [
    (0, "echo reply"),
    (3, "destination unreachable"),
    (5, "redirect"),
    (8, "echo request"),
    (11, "time exceeded"),
    (12, "parameter problem"),
    (13, "timestamp request"),
    (14, "timestamp reply"),
];

/// The kinds of `ICMPv6`: number and name.
pub const KINDS_6: [(u8, &str); 15] = [
    (1, "destination unreachable"),
    (2, "packet too big"),
    (3, "time exceeded"),
    (4, "parameter problem"),
    (128, "echo request"),
    (129, "echo reply"),
    (130, "multicast listener query"),
    (131, "multicast listener report"),
    (132, "multicast listener done"),
    (133, "router solicitation"),
    (134, "router advertisement"),
    (135, "neighbour solicitation"),
    (136, "neighbour advertisement"),
    (137, "redirect"),
    (143, "multicast listener report, version 2"),
];

/// Why something could not be reached.
const CODES: [&str; 16] = [
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed, but it must not be fragmented",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network prohibited",
    "host prohibited",
    "network unreachable for this service",
    "host unreachable for this service",
    "prohibited by a filter",
    "host precedence violation",
    "precedence cut off",
];

/// The same for `ICMPv6` (RFC 4443, section 3.1).
const CODES_6: [&str; 7] = [
    "no route to it",
    "prohibited by a filter",
    "beyond the scope of the source address",
    "address unreachable",
    "port unreachable",
    "source address refused by a policy",
    "route rejected",
];

/// Bytes of the message before the packet that it is about.
const HEADER: usize = 8;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Its kind: `destination unreachable`.
    pub kind: &'static str,
    /// Why, where the kind has reasons: `port unreachable`.
    pub why: Option<&'static str>,
    /// The packet that it is about, as far as it repeats it.
    pub about: Option<Quoted>,
}

/// The beginning of a packet that is repeated in a message about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    protocol: u8,
    from: SocketAddr,
    to: SocketAddr,
    /// The sequence number of TCP.
    seq: Option<u32>,
}

/// Why something could not be reached; nothing for a message that says something else.
pub fn reason(six: bool, kind: u8, code: u8) -> Option<&'static str> {
    let code = usize::from(code);
    match (six, kind) {
        (true, 1) => CODES_6.get(code).copied(),
        (false, 3) => CODES.get(code).copied(),
        _ => None,
    }
}

impl Icmp {
    /// What this packet says, if it is such a message and its kind is known.
    pub fn of(packet: &Packet) -> Option<Self> {
        let six = match packet.protocol {
            Protocol::Icmp => false,
            Protocol::Icmpv6 => true,
            _ => return None,
        };
        let kept = &packet.bytes.kept[..];
        let whole = usize::try_from(packet.bytes.len()).ok()?;
        let base = whole.checked_sub(usize::try_from(packet.len).ok()? + HEADER)?;
        let least = if six {
            40
        } else {
            usize::from(kept.first()? & 15) * 4
        };
        // A piece of a larger message has no header of its own, and one that is cut off has none that can be read.
        if base < least || !six && base != least {
            return None;
        }
        let [number, code] = *kept.get(base..base + 2)? else {
            return None;
        };
        let kinds = if six { &KINDS_6[..] } else { &KINDS[..] };
        let kind = kinds.iter().find(|k| k.0 == number)?.1;
        let of_error = if six {
            number < 128
        } else {
            matches!(number, 3 | 5 | 11 | 12)
        };
        Some(Self {
            kind,
            why: reason(six, number, code),
            about: kept
                .get(base + HEADER..)
                .filter(|_| of_error)
                .and_then(Quoted::of),
        })
    }

    /// In words: `destination unreachable: port unreachable`.
    pub fn words(&self) -> String {
        match self.why {
            Some(why) => format!("{}: {why}", self.kind),
            None => self.kind.to_owned(),
        }
    }
}

impl Quoted {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (protocol, from, to, header): (_, IpAddr, IpAddr, _) = match bytes.first()? >> 4 {
            4 => {
                let four = |at: usize| {
                    let four: Option<[u8; 4]> = bytes.get(at..at + 4)?.try_into().ok();
                    four.map(Ipv4Addr::from)
                };
                let piece = bytes.get(6)? & 0x1f != 0 || *bytes.get(7)? != 0;
                let header = usize::from(bytes[0] & 15) * 4;
                let header = if piece { usize::MAX / 2 } else { header };
                (*bytes.get(9)?, four(12)?.into(), four(16)?.into(), header)
            }
            6 => {
                let six = |at: usize| {
                    let six: Option<[u8; 16]> = bytes.get(at..at + 16)?.try_into().ok();
                    six.map(Ipv6Addr::from)
                };
                (*bytes.get(6)?, six(8)?.into(), six(24)?.into(), 40)
            }
            _ => return None,
        };
        let has_ports = matches!(protocol, 6 | 17);
        let port = |at: usize| {
            let two: Option<[u8; 2]> = bytes.get(header + at..header + at + 2)?.try_into().ok();
            two.map(u16::from_be_bytes)
        };
        let (from_port, to_port) = if has_ports {
            (port(0)?, port(2)?)
        } else {
            (0, 0)
        };
        let seq = (protocol == 6)
            .then(|| Some(u32::from(port(4)?) << 16 | u32::from(port(6)?)))
            .flatten();
        Some(Self {
            protocol,
            from: SocketAddr::new(from, from_port),
            to: SocketAddr::new(to, to_port),
            seq,
        })
    }

    /// Whether it is this packet.
    pub fn is(&self, packet: &Packet) -> bool {
        let protocol = match packet.protocol {
            Protocol::Icmp => 1,
            Protocol::Tcp => 6,
            Protocol::Udp => 17,
            Protocol::Icmpv6 => 58,
            Protocol::Other => return false,
        };
        let ends = (packet.from, packet.to) == (self.from, self.to);
        let same = |t: super::Tcp| self.seq.is_none_or(|seq| seq == t.seq_raw);
        protocol == self.protocol && ends && packet.tcp.is_none_or(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::Side, packet::PacketNo, payload::Payload};

    fn packet(protocol: Protocol, bytes: &[u8], len: u32, ends: [&str; 2]) -> Packet {
        let [from, to] = ends.map(|end| end.parse().unwrap());
        Packet {
            number: PacketNo(1),
            toward: Side::Client,
            socket: None,
            protocol,
            from,
            to,
            tcp: None,
            len,
            notable: Vec::new(),
            again: None,
            copy_of: None,
            made_by_cable: false,
            merged: false,
            bytes: Payload::capped(bytes, 2048),
        }
    }

    fn ip(protocol: u8, behind: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0];
        bytes.extend([10, 0, 0, 2, 10, 0, 0, 1]);
        bytes.extend(behind);
        bytes
    }

    #[test]
    fn a_closed_port_is_named_and_the_packet_is_known_again() {
        let about = ip(17, &[0x9c, 0x40, 0, 53, 0, 8, 0, 0]);
        let asked = packet(Protocol::Udp, &about, 0, ["10.0.0.2:40000", "10.0.0.1:53"]);
        let bytes = ip(1, &[&[3, 3, 0, 0, 0, 0, 0, 0], &about[..]].concat());
        let ends = ["10.0.0.1:0", "10.0.0.2:0"];
        let said = Icmp::of(&packet(Protocol::Icmp, &bytes, 28, ends)).unwrap();
        assert_eq!(said.words(), "destination unreachable: port unreachable");
        let quoted = said.about.unwrap();
        assert!(quoted.is(&asked));
        let mut other = asked;
        other.from.set_port(1);
        assert!(!quoted.is(&other));
    }

    #[test]
    fn whatever_stands_there_nothing_breaks() {
        let ends = ["10.0.0.1:0", "10.0.0.2:0"];
        let whole = ip(1, &ip(6, &[3; 40]));
        for cut in 0..whole.len() {
            for len in [0, 1, 20, u32::MAX] {
                for protocol in [Protocol::Icmp, Protocol::Icmpv6, Protocol::Tcp] {
                    Icmp::of(&packet(protocol, &whole[..cut], len, ends));
                }
            }
            Quoted::of(&whole[..cut]);
        }
        let echo = ip(1, &[8, 0, 0, 0, 0, 1, 0, 1, 4, 5]);
        let said = Icmp::of(&packet(Protocol::Icmp, &echo, 2, ends)).unwrap();
        assert_eq!((&*said.words(), said.about), ("echo request", None));
    }
}

//! Packets as the journal tells them: who sent what, what is notable about it, and what became of it on the cable.

mod flags;
pub mod icmp;
mod notable;

pub use flags::TcpFlags;
pub use notable::{Arrival, Notable};

use super::{
    ids::{Nanos, Side, SocketId},
    payload::Payload,
};
use core::{fmt, net::SocketAddr, str::FromStr};
use serde::{Deserialize, Serialize, de::Error as _};

/// What is kept of a packet's bytes at most: a whole Ethernet-sized one, and the beginning of a super-packet.
pub const KEPT_PER_PACKET: usize = 2048;
/// What a packet keeps of its bytes when the journal's budget for them is used up: the headers.
pub const KEPT_OF_PACKET_WHEN_FULL: usize = 120;

/// A packet's number: in the order in which packets enter the cable, from 1, anew after `again`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct PacketNo(pub u64);

impl fmt::Display for PacketNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What an IP packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP (RFC 9293).
    Tcp,
    /// UDP (RFC 768).
    Udp,
    /// ICMP (RFC 792).
    Icmp,
    /// ICMP for IPv6 (RFC 4443).
    Icmpv6,
    /// Anything else, or nothing that can be read.
    Other,
}

impl Protocol {
    /// As the field writes it: `TCP`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Icmp => "ICMP",
            Self::Icmpv6 => "ICMPv6",
            Self::Other => "other",
        }
    }
}

/// What a TCP header says. Relative numbers count from the connection's first: a SYN is 0, the first byte of data 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tcp {
    /// Its control bits.
    pub flags: TcpFlags,
    /// Sequence number, relative; it does not wrap.
    pub seq: u64,
    /// Acknowledgement number, relative; 0 when the ACK bit is not set.
    pub ack: u64,
    /// Sequence number as it stands there.
    pub seq_raw: u32,
    /// Acknowledgement number as it stands there.
    pub ack_raw: u32,
    /// How many bytes more the sender would take, scaled where the scale is known.
    pub window: u32,
    /// The window as it stands there.
    pub window_raw: u16,
}

impl Tcp {
    /// Where the packet's data stand in the stream, from 0: the first byte and the one after the last. `len` is their
    /// number.
    pub const fn stream(&self, len: u32) -> (u64, u64) {
        // The SYN uses up number 0.
        let syn = self.flags.has(TcpFlags::SYN) as u64;
        let first = self.seq.saturating_add(syn).saturating_sub(1);
        (first, first.saturating_add(len as u64))
    }
}

/// In a word, what a packet is: what `expect packets` and a match speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// A SYN without ACK: asks for a connection.
    Syn,
    /// SYN and ACK: answers, and asks for the other direction.
    SynAck,
    /// ACK and nothing else: no data.
    Ack,
    /// It carries data, and is no SYN, FIN or RST.
    Data,
    /// A FIN, with or without data.
    Fin,
    /// A reset.
    Rst,
    /// UDP.
    Udp,
    /// ICMP of either version.
    Icmp,
}

impl PacketKind {
    /// Each with its word in the language and what it is.
    pub const TABLE: [(Self, &'static str, &'static str); 8] = [
        (Self::Syn, "syn", "asks for a connection"),
        (
            Self::SynAck,
            "syn-ack",
            "answers a SYN, and asks for the other direction",
        ),
        (Self::Ack, "ack", "acknowledges, and carries no data"),
        (Self::Data, "data", "carries data"),
        (Self::Fin, "fin", "says that no more data will come"),
        (Self::Rst, "rst", "ends a connection at once"),
        (Self::Udp, "udp", "a UDP datagram"),
        (Self::Icmp, "icmp", "a message about packets"),
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        Self::TABLE[self as usize].1
    }
}

impl fmt::Display for PacketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What has become of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// The other end's kernel has it.
    Delivered,
    /// It was taken off the cable: a decision.
    Dropped,
    /// The cable itself had no room for it: never a decision.
    Lost,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Delivered, Self::Dropped, Self::Lost];

    /// As the language and the screen write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Lost => "lost",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Who decided. In JSON `you`, `rule: drop next syn-ack`, `cable`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decider {
    /// The person, or a script's statement, about this very packet.
    You,
    /// A rule of the cable, as text.
    Rule(std::sync::Arc<str>),
    /// Nobody: a cable carries what it is given, as far as it has room.
    Cable,
}

impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::You => f.pad("you"),
            Self::Rule(text) => write!(f, "rule: {text}"),
            Self::Cable => f.pad("cable"),
        }
    }
}

impl FromStr for Decider {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match (s, s.strip_prefix("rule: ")) {
            ("you", _) => Ok(Self::You),
            ("cable", _) => Ok(Self::Cable),
            (_, Some(text)) => Ok(Self::Rule(text.into())),
            _ => Err("expected you, cable, or rule: and its text"),
        }
    }
}

impl Serialize for Decider {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decider {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

/// What was done to a packet that stays on the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "what")]
pub enum Handling {
    /// It lies there until somebody lets it go.
    Held,
    /// It is under way until this time.
    Delayed {
        /// Since the start.
        until_ns: Nanos,
    },
    /// One of its bytes was changed, so that its checksum is wrong.
    Corrupted {
        /// Which byte of the packet, from 0.
        byte: u32,
    },
    /// It has changed places with the one behind it.
    Swapped {
        /// With which.
        with: PacketNo,
    },
}

/// A packet that has entered the cable, or was captured on the host network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Which.
    pub number: PacketNo,
    /// Which way it goes.
    pub toward: Side,
    /// The sender's socket, if it is known to be one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket: Option<SocketId>,
    /// What it carries.
    pub protocol: Protocol,
    /// From where; port 0 where there are no ports.
    pub from: SocketAddr,
    /// To where.
    pub to: SocketAddr,
    /// Its TCP header.
    #[serde(flatten)]
    pub tcp: Option<Tcp>,
    /// Bytes of data behind the last header.
    pub len: u32,
    /// What is notable about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notable: Vec<Notable>,
    /// The packet of which this is the second try, or which this answers; see `notable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<PacketNo>,
    /// The packet that the cable copied to make this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<PacketNo>,
    /// Whether the cable itself made it: an ICMP message about a packet that was too big.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub made_by_cable: bool,
    /// Whether it is a super-packet of segmentation offload: several segments in one.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub merged: bool,
    /// The packet from its first byte, which is that of the IP header.
    #[serde(flatten)]
    pub bytes: Payload,
}

impl Packet {
    /// In a word, what it is; `None` for what is neither TCP, UDP nor ICMP.
    pub fn kind(&self) -> Option<PacketKind> {
        kind(self.protocol, self.tcp.map(|t| t.flags), self.len)
    }

    /// Where its data stand in the stream, if it carries some: the first byte and the one after the last, from 0.
    pub fn stream(&self) -> Option<(u64, u64)> {
        let tcp = self.tcp.filter(|_| self.len > 0)?;
        Some(tcp.stream(self.len))
    }

    /// Whether it is about the conversation between these two addresses, in either direction.
    pub fn is_between(&self, one: SocketAddr, other: SocketAddr) -> bool {
        let plain = |a: SocketAddr| SocketAddr::new(a.ip().to_canonical(), a.port());
        let (from, to) = (plain(self.from), plain(self.to));
        let (one, other) = (plain(one), plain(other));
        (from, to) == (one, other) || (from, to) == (other, one)
    }
}

/// In a word, what a packet with these is.
pub fn kind(protocol: Protocol, flags: Option<TcpFlags>, len: u32) -> Option<PacketKind> {
    let kind = match (protocol, flags) {
        (Protocol::Udp, _) => PacketKind::Udp,
        (Protocol::Icmp | Protocol::Icmpv6, _) => PacketKind::Icmp,
        (Protocol::Tcp, Some(flags)) => {
            let has = |flag| flags.has(flag);
            if has(TcpFlags::RST) {
                PacketKind::Rst
            } else if has(TcpFlags::SYN | TcpFlags::ACK) {
                PacketKind::SynAck
            } else if has(TcpFlags::SYN) {
                PacketKind::Syn
            } else if has(TcpFlags::FIN) {
                PacketKind::Fin
            } else if len > 0 {
                PacketKind::Data
            } else {
                PacketKind::Ack
            }
        }
        _ => return None,
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_the_order_of_their_enums() {
        for (i, row) in PacketKind::TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, i);
        }
        for (i, row) in Notable::TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, i);
            let json = serde_json::to_value(row.0).unwrap();
            assert_eq!(json, row.1, "JSON and the language use the same word");
        }
    }

    #[test]
    fn a_packet_reads_back_from_its_json() {
        let packet = Packet {
            number: PacketNo(2),
            toward: Side::Client,
            socket: None,
            protocol: Protocol::Tcp,
            from: "10.0.0.1:10008".parse().unwrap(),
            to: "10.0.0.2:49164".parse().unwrap(),
            tcp: Some(Tcp {
                flags: TcpFlags::SYN | TcpFlags::ACK,
                seq: 0,
                ack: 1,
                seq_raw: 7,
                ack_raw: 9,
                window: 65160,
                window_raw: 65160,
            }),
            len: 0,
            notable: vec![Notable::Retransmission],
            again: Some(PacketNo(1)),
            copy_of: None,
            made_by_cable: false,
            merged: false,
            bytes: Payload::capped(&[0x45, 0], 1),
        };
        let json = serde_json::to_string(&packet).unwrap();
        assert!(json.contains(r#""flags":["SYN","ACK"],"seq":0,"ack":1"#));
        assert_eq!(serde_json::from_str::<Packet>(&json).unwrap(), packet);
        let other = Packet {
            tcp: None,
            protocol: Protocol::Udp,
            ..packet
        };
        let json = serde_json::to_string(&other).unwrap();
        assert_eq!(serde_json::from_str::<Packet>(&json).unwrap(), other);
    }

    #[test]
    fn the_decider_reads_back_as_it_is_written() {
        for decider in [
            Decider::You,
            Decider::Cable,
            Decider::Rule("drop next syn-ack".into()),
        ] {
            assert_eq!(decider.to_string().parse(), Ok(decider));
        }
    }
}

//! Packets on the cable of the lab, with bytes as a kernel would send them.

use super::{Play, SCRIPT};
use crate::model::{
    event::{Cause, Fact, Observation, Sight, Source},
    ids::{Actor, Side},
    packet::{
        Arrival, Decider, Fate, Handling, KEPT_PER_PACKET, Notable, Packet, PacketNo, Protocol,
        Tcp, TcpFlags,
    },
    payload::Payload,
};
use core::net::{IpAddr, SocketAddr};

/// The server's first sequence number, and the client's.
const FIRST: [u32; 2] = [1_000_000_007, 4_294_967_290];
/// The window that every segment announces.
const WINDOW: u16 = 64240;

/// A TCP segment in its IPv4 packet, with both checksums right.
pub fn segment(
    from: SocketAddr,
    to: SocketAddr,
    flags: TcpFlags,
    (seq, ack): (u32, u32),
    window: u16,
    data: &[u8],
) -> Vec<u8> {
    let (IpAddr::V4(source), IpAddr::V4(destination)) = (from.ip(), to.ip()) else {
        return Vec::new();
    };
    let mut tcp = Vec::new();
    tcp.extend(from.port().to_be_bytes());
    tcp.extend(to.port().to_be_bytes());
    tcp.extend(seq.to_be_bytes());
    tcp.extend(ack.to_be_bytes());
    let options: &[u8] = if flags.has(TcpFlags::SYN) {
        &[2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7]
    } else {
        &[]
    };
    tcp.push((((20 + options.len()) / 4) << 4) as u8);
    tcp.push(flags.0);
    tcp.extend(window.to_be_bytes());
    tcp.extend([0; 4]);
    tcp.extend(options);
    tcp.extend(data);
    let mut pseudo = [source.octets(), destination.octets()].concat();
    pseudo.extend([0, 6]);
    pseudo.extend((tcp.len() as u16).to_be_bytes());
    let sum = checksum(&[pseudo.as_slice(), &tcp].concat());
    tcp[16..18].copy_from_slice(&sum.to_be_bytes());
    let mut ip = vec![0x45, 0];
    ip.extend(((20 + tcp.len()) as u16).to_be_bytes());
    ip.extend([0x12, 0x34, 0x40, 0, 64, 6, 0, 0]);
    ip.extend(source.octets());
    ip.extend(destination.octets());
    let sum = checksum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());
    ip.extend(tcp);
    ip
}

/// The internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = bytes
        .chunks(2)
        .map(|c| u32::from(c[0]) << 8 | u32::from(c.get(1).copied().unwrap_or(0)))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

impl Play {
    /// The walk through the four lines, in the lab.
    pub fn lab() -> Self {
        let mut play = Self::on(
            "lab",
            "10.0.0.1".parse().unwrap(),
            "10.0.0.2".parse().unwrap(),
            Sight::Cable,
            &SCRIPT,
        );
        play.later(crate::model::ids::Nanos(1));
        play
    }

    /// Free play on the host network, where packets are seen passing by.
    pub fn captured() -> Self {
        let here = IpAddr::V4(core::net::Ipv4Addr::LOCALHOST);
        Self::on("host", here, here, Sight::Capture, &[])
    }

    /// The four lines in the lab, to their end; with every packet delivered at once.
    pub fn lab_walked() -> Self {
        let mut play = Self::lab();
        let (syn, ack, psh, fin) = (TcpFlags::SYN, TcpFlags::ACK, TcpFlags::PSH, TcpFlags::FIN);
        let (server, client) = (Side::Server, Side::Client);
        let (asked, told) = (b"hello, server\r\n".as_slice(), b"I have received it\r\n");
        play.walk(0).walk(1);
        play.passes(server, syn, (0, 0), b"");
        play.passes(client, syn | ack, (0, 1), b"");
        play.passes(server, ack, (1, 1), b"");
        play.walk(2).walk(3);
        play.passes(server, psh | ack, (1, 1), asked);
        play.passes(client, ack, (1, 16), b"");
        play.walk(4).walk(5);
        play.passes(client, psh | ack, (1, 16), told);
        play.passes(server, ack, (16, 21), b"");
        play.walk(6).walk(7);
        play.passes(client, fin | ack, (21, 16), b"");
        play.passes(server, ack, (16, 22), b"");
        play.walk(8);
        play.passes(server, fin | ack, (16, 22), b"");
        play.passes(client, ack, (22, 17), b"");
        play
    }

    /// A packet enters the cable and is delivered.
    pub fn passes(
        &mut self,
        toward: Side,
        flags: TcpFlags,
        numbers: (u64, u64),
        data: &[u8],
    ) -> PacketNo {
        let number = self.packet(toward, flags, numbers, data);
        self.fate(number, Fate::Delivered, Decider::Cable);
        number
    }

    /// A packet enters the cable; `numbers` are its relative sequence and acknowledgement numbers.
    pub fn packet(
        &mut self,
        toward: Side,
        flags: TcpFlags,
        numbers: (u64, u64),
        data: &[u8],
    ) -> PacketNo {
        self.packet_as(toward, flags, numbers, data, |_| {})
    }

    /// The same; `more` fills in what is particular.
    pub fn packet_as(
        &mut self,
        toward: Side,
        flags: TcpFlags,
        (seq, ack): (u64, u64),
        data: &[u8],
        more: impl FnOnce(&mut Packet),
    ) -> PacketNo {
        let number = PacketNo(self.book().session().cable.entered + 1);
        let (server, client) = self.book().session().conversation();
        let server_at = self.book().session().server_address;
        let client_at = client
            .and_then(|c| c.local)
            .unwrap_or_else(|| SocketAddr::new(self.client_ip, self.next_port));
        let socket = match toward {
            Side::Server => client.map(|s| s.id),
            Side::Client => server.map(|s| s.id),
        };
        let (from, to) = match toward {
            Side::Server => (client_at, server_at),
            Side::Client => (server_at, client_at),
        };
        let raw = |side: Side, n: u64| FIRST[side as usize].wrapping_add(n as u32);
        let seq_raw = raw(!toward, seq);
        let ack_raw = if flags.has(TcpFlags::ACK) {
            raw(toward, ack)
        } else {
            0
        };
        let bytes = segment(from, to, flags, (seq_raw, ack_raw), WINDOW, data);
        let mut packet = Packet {
            number,
            toward,
            socket,
            protocol: Protocol::Tcp,
            from,
            to,
            tcp: Some(Tcp {
                flags,
                seq,
                ack,
                seq_raw,
                ack_raw,
                window: WINDOW.into(),
                window_raw: WINDOW,
            }),
            len: data.len() as u32,
            notable: Vec::new(),
            again: None,
            copy_of: None,
            made_by_cable: false,
            merged: false,
            bytes: Payload::capped(&bytes, KEPT_PER_PACKET),
        };
        more(&mut packet);
        let who = socket.map(|s| s.actor);
        let source = match *self.book.session().sight {
            Sight::Capture => Source::Capture,
            _ => Source::Cable,
        };
        self.see(who, source, Fact::Packet(Box::new(packet)));
        number
    }

    /// A packet enters the cable that is another try of one before it.
    pub fn again(
        &mut self,
        toward: Side,
        flags: TcpFlags,
        numbers: (u64, u64),
        data: &[u8],
        of: PacketNo,
    ) -> PacketNo {
        self.packet_as(toward, flags, numbers, data, |packet| {
            packet.notable.push(Notable::Retransmission);
            packet.again = Some(of);
        })
    }

    /// A packet leaves the cable.
    pub fn fate(&mut self, packet: PacketNo, fate: Fate, decided_by: Decider) -> &mut Self {
        let arrival = None;
        self.about(
            packet,
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            },
        )
    }

    /// A packet arrives, and something is notable about that.
    pub fn reaches(&mut self, packet: PacketNo, decided_by: Decider, how: Arrival) -> &mut Self {
        let (fate, arrival) = (Fate::Delivered, Some(how));
        self.about(
            packet,
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            },
        )
    }

    /// A packet is held.
    pub fn hold(&mut self, packet: PacketNo, decided_by: Decider) -> &mut Self {
        self.handle(packet, Handling::Held, decided_by)
    }

    /// Something is done to a packet that stays on the cable.
    pub fn handle(
        &mut self,
        packet: PacketNo,
        handling: Handling,
        decided_by: Decider,
    ) -> &mut Self {
        self.about(
            packet,
            Fact::Handled {
                packet,
                handling,
                decided_by,
            },
        )
    }

    /// The cable is told something.
    pub fn cable(&mut self, text: &str, rules: &[&str]) -> &mut Self {
        self.ask(&format!("cable {text}"));
        let fact = Fact::Cable {
            text: text.to_owned(),
            rules: rules.iter().map(|r| (*r).to_owned()).collect(),
            offload: false,
        };
        self.see(None, Source::Cable, fact)
    }

    fn about(&mut self, packet: PacketNo, fact: Fact) -> &mut Self {
        self.at = self.at.plus(crate::model::ids::Nanos(10_000));
        let entry = self.book.packet(packet).copied();
        let who: Option<Actor> =
            entry.and_then(|e| self.book.packet_at(&e)?.socket.map(|s| s.actor));
        self.book.append(Observation {
            at: self.at,
            who,
            source: Source::Cable,
            cause: Cause::Packet(packet),
            fact,
        });
        self
    }
}

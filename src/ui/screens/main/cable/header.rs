//! What a packet's header says, in few letters.

use crate::model::packet::{Packet, PacketKind, Protocol, TcpFlags};

/// The data behind a packet's last header, as far as they are kept.
pub(in crate::ui) fn data(packet: &Packet) -> &[u8] {
    let kept = &packet.bytes.kept;
    let headers = packet.bytes.len().saturating_sub(u64::from(packet.len));
    let headers = usize::try_from(headers).unwrap_or(usize::MAX);
    kept.get(headers..).unwrap_or_default()
}

/// What a packet is: its control bits, or its protocol; in few letters what it is for.
pub(in crate::ui) fn what(packet: &Packet, short: bool) -> String {
    let Some(tcp) = packet.tcp else {
        return packet.protocol.name().to_owned();
    };
    match packet.kind() {
        Some(PacketKind::Data) if short => "data".to_owned(),
        Some(PacketKind::Fin) if short => "FIN".to_owned(),
        Some(PacketKind::Rst) if short => "RST".to_owned(),
        Some(PacketKind::Syn) if short => "SYN".to_owned(),
        Some(PacketKind::SynAck) if short => "SYN,ACK".to_owned(),
        _ if tcp.flags == TcpFlags::default() => "no flags".to_owned(),
        _ => tcp.flags.to_string(),
    }
}

/// The number that matters of a packet, in words and without: where its data stand, what it begins or ends with, else
/// what it acknowledges.
pub(super) fn numbers(packet: &Packet) -> [String; 2] {
    let Some(tcp) = packet.tcp else {
        let bytes = match packet.protocol {
            Protocol::Tcp | Protocol::Udp => u64::from(packet.len),
            Protocol::Icmp | Protocol::Icmpv6 | Protocol::Other => packet.bytes.len(),
        };
        return [format!("{bytes} bytes"), format!("{bytes}b")];
    };
    if packet.len > 0 {
        let data = format!("{}:{}", tcp.seq, tcp.seq.saturating_add(packet.len.into()));
        return [format!("seq {data}"), data];
    }
    let one = match packet.kind() {
        Some(PacketKind::SynAck | PacketKind::Ack) => format!("ack {}", tcp.ack),
        _ => format!("seq {}", tcp.seq),
    };
    [one.clone(), one]
}

//! Packets in words.

use crate::model::{
    packet::{Arrival, Decider, Fate, Handling, Packet, PacketNo, Protocol, TcpFlags},
    story::words::safe,
};
use core::fmt::Write as _;

/// Letters of a rule.
const MOST: usize = 120;

/// `packet 4 to the server: PSH,ACK seq 1 ack 1 len 5`.
pub fn entered(packet: &Packet) -> String {
    let what = match packet.tcp {
        Some(tcp) => {
            let ack = if tcp.flags.has(TcpFlags::ACK) {
                format!(" ack {}", tcp.ack)
            } else {
                String::new()
            };
            format!(
                "{} seq {}{ack} win {} len {}",
                tcp.flags, tcp.seq, tcp.window, packet.len
            )
        }
        None if packet.protocol == Protocol::Other => format!("{} bytes", packet.bytes.len()),
        None => format!("{} len {}", packet.protocol.name(), packet.len),
    };
    let mut text = format!("packet {} to the {}: {what}", packet.number, packet.toward);
    for notable in &packet.notable {
        let _ = write!(text, " [{}]", notable.label());
    }
    if let Some(copy) = packet.copy_of {
        let _ = write!(text, " [copy of packet {copy}]");
    }
    text
}

/// What was done to a packet that stays.
pub(super) fn handled(packet: PacketNo, handling: Handling, by: &Decider) -> String {
    let what = match handling {
        Handling::Held => "is held".to_owned(),
        Handling::Delayed { .. } => "is delayed".to_owned(),
        Handling::Corrupted { byte } => {
            format!("is corrupted in byte {byte}, so its checksum is wrong")
        }
        Handling::Swapped { with } => format!("changes places with packet {with}"),
    };
    format!("packet {packet} {what} (by {})", decider(by))
}

/// What became of it; nothing of what nobody decided.
pub fn ended(
    packet: PacketNo,
    fate: Fate,
    by: &Decider,
    arrival: Option<Arrival>,
) -> Option<String> {
    let arrival = match arrival {
        None => "",
        Some(Arrival::OutOfOrder) => ", out of order",
        Some(Arrival::Again) => ", which had it already",
    };
    if (fate, by, arrival) == (Fate::Delivered, &Decider::Cable, "") {
        return None;
    }
    Some(format!(
        "packet {packet} is {fate}{arrival} (by {})",
        decider(by)
    ))
}

fn decider(by: &Decider) -> String {
    safe(&by.to_string(), MOST)
}

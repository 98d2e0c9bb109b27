//! Packets in words, a line each.
//!
//! ```text
//!   client   packet 1 to the server: SYN seq 0 win 64240
//!            packet 1 is held (rule: hold)
//!            packet 1 is dropped (by hand)
//!   client   packet 2 to the server: SYN seq 0 win 64240 (again: packet 1)
//!   client   packet 5 to the server: PSH,ACK seq 1:16 ack 1 win 64512 "hello, server\r\n"
//! ```

use crate::model::{
    book::Book,
    cable::time,
    ids::{Actor, EventId, Nanos, Side},
    packet::icmp::Icmp,
    payload::escaped,
    session::Session,
};
use crate::model::{
    packet::{Arrival, Decider, Fate, Handling, Notable, Packet, PacketNo, Protocol, TcpFlags},
    story::words::safe,
};
use core::fmt::Write as _;

/// Letters of a rule.
const MOST: usize = 120;
/// Bytes of data.
const MOST_DATA: usize = 24;
/// Packets before a message that are looked at for the one that it is about.
const NEAR: usize = 64;

/// To which client a packet of the server goes, by the socket that sent it.
pub fn client_of(session: &Session, packet: &Packet) -> Option<Actor> {
    let socket = packet
        .socket
        .filter(|s| packet.toward == Side::Client && s.actor == Actor::Server)?;
    let peer = session.socket(socket)?.peer_socket?.actor;
    (peer.side() == Side::Client).then_some(peer)
}

/// What an ICMP message says, and about which packet: `destination unreachable: port unreachable, about packet 31`. The
/// message's event stands at `index`.
pub fn icmp(book: &Book, index: usize, packet: &Packet) -> Option<String> {
    let said = Icmp::of(packet)?;
    let about = said.about.and_then(|quoted| {
        let packets = book.packets();
        let until = packets.partition_point(|p| p.index < index);
        let near = packets[..until].iter().rev().take(NEAR);
        near.into_iter()
            .find(|entry| book.packet_at(entry).is_some_and(|p| quoted.is(p)))
    });
    let words = said.words();
    Some(about.map_or(words.clone(), |entry| {
        format!("{words}, about packet {}", entry.number)
    }))
}

/// A packet in a line, with what only its journal knows: to which client it goes, and which packet it is about. Its
/// event is this one, and stands at `index`.
pub fn entered_in(book: &Book, (index, id): (usize, EventId), packet: &Packet) -> String {
    let session = book.session();
    // Before everything was begun anew, a name was another socket's.
    let is_of_now = session.begins.is_none_or(|begins| begins <= id);
    let client = client_of(session, packet).filter(|c| is_of_now && *c != Actor::CLIENT);
    let whom = client.map_or_else(|| format!("the {}", packet.toward), |c| c.to_string());
    line(packet, &whom, icmp(book, index, packet))
}

/// `packet 4 to the server: PSH,ACK seq 1:6 ack 1 win 64240 "hello"`.
pub fn entered(packet: &Packet) -> String {
    let said = Icmp::of(packet).map(|said| said.words());
    line(packet, &format!("the {}", packet.toward), said)
}

fn line(packet: &Packet, whom: &str, icmp: Option<String>) -> String {
    let says = icmp.is_some();
    let what = match packet.tcp {
        Some(tcp) => {
            let ack = if tcp.flags.has(TcpFlags::ACK) {
                format!(" ack {}", tcp.ack)
            } else {
                String::new()
            };
            let through = match packet.len {
                0 => String::new(),
                len => format!(":{}", tcp.seq.saturating_add(len.into())),
            };
            format!(
                "{} seq {}{through}{ack} win {}",
                tcp.flags, tcp.seq, tcp.window
            )
        }
        None if says => format!("{} {}", packet.protocol.name(), icmp.unwrap_or_default()),
        None if packet.protocol == Protocol::Other => format!("{} bytes", packet.bytes.len()),
        None => format!("{} len {}", packet.protocol.name(), packet.len),
    };
    let mut text = format!("packet {} to {whom}: {what}", packet.number);
    if let Some(data) = data(packet).filter(|_| !says) {
        let _ = write!(text, " {data}");
    }
    for notable in &packet.notable {
        let _ = match (notable, packet.again) {
            (Notable::Retransmission, Some(first)) => write!(text, " (again: packet {first})"),
            (Notable::DupAck, Some(first)) => {
                write!(text, " ({}: packet {first})", notable.label())
            }
            _ => write!(text, " ({})", notable.label()),
        };
    }
    if let Some(copy) = packet.copy_of {
        let _ = write!(text, " (copy of packet {copy})");
    }
    if packet.made_by_cable {
        text.push_str(" (made by the cable)");
    }
    if packet.merged {
        text.push_str(" (several segments in one)");
    }
    text
}

/// The beginning of its data, in quotes: they are what stands at the end of the packet.
fn data(packet: &Packet) -> Option<String> {
    let len = usize::try_from(packet.len).ok().filter(|len| *len > 0)?;
    let whole = usize::try_from(packet.bytes.len()).ok()?;
    let from = whole.checked_sub(len)?;
    let kept = packet.bytes.kept.get(from..)?;
    let shown = &kept[..kept.len().min(MOST_DATA)];
    if shown.is_empty() {
        return None;
    }
    let more = if len > shown.len() { "..." } else { "" };
    Some(format!("\"{}\"{more}", escaped(shown)))
}

/// What was done to a packet that stays; `at` is when.
pub(super) fn handled(packet: PacketNo, handling: Handling, by: &Decider, at: Nanos) -> String {
    let what = match handling {
        Handling::Held => "is held".to_owned(),
        Handling::Delayed { until_ns } => {
            // To the millisecond, where there is one.
            let left = until_ns.since(at).0;
            let unit = if left >= 1_000_000 { 1_000_000 } else { 1_000 };
            format!("is under way for {}", time(Nanos(left / unit * unit)))
        }
        Handling::Corrupted { byte } => {
            format!("is corrupted in byte {byte}, so its checksum is wrong")
        }
        Handling::Swapped { with } => format!("changes places with packet {with}"),
    };
    format!("packet {packet} {what} ({})", decider(by))
}

/// What became of it; nothing of what nobody decided and is as it always is.
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
    match (fate, by, arrival) {
        (Fate::Delivered, Decider::Cable | Decider::Rule(_), "") => None,
        (_, Decider::Cable, _) => Some(format!("packet {packet} is {fate}{arrival}")),
        _ => Some(format!(
            "packet {packet} is {fate}{arrival} ({})",
            decider(by)
        )),
    }
}

fn decider(by: &Decider) -> String {
    match by {
        Decider::You => "by hand".to_owned(),
        other => safe(&other.to_string(), MOST),
    }
}

/// What is notable about a packet, and to which other one it belongs: a few words each, for the label of an arrow.
pub fn notes(packet: &Packet) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(copy) = packet.copy_of {
        notes.push(format!("copy of {copy}"));
    }
    let mut again = packet.again;
    for notable in &packet.notable {
        let label = notable.label();
        notes.push(match (notable, again.take()) {
            (Notable::Retransmission, Some(first)) => format!("again: packet {first}"),
            (_, Some(other)) => format!("{label}: packet {other}"),
            (_, None) => label.to_owned(),
        });
    }
    if let Some(first) = again {
        notes.push(format!("again: packet {first}"));
    }
    if packet.merged {
        notes.push("super-packet".to_owned());
    }
    if packet.made_by_cable {
        notes.push("made by the cable".to_owned());
    }
    notes
}

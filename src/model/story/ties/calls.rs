//! What a call became on the cable, and what made a call return: the packet, the peer's call, the signal that it waited
//! for.

use super::{
    Ties,
    near::{call_name, overlap},
    spot::{Spot, same},
};
use crate::model::{
    book::{Chunk, PacketEntry},
    call::{Call, CallDone},
    errno::Errno,
    event::Fact,
    ids::{CallId, SocketId},
    packet::{Packet, PacketKind, TcpFlags},
    tcp::TcpState,
};
use core::net::SocketAddr;

/// Packets before and after that are looked at.
const NEAR: usize = 500;
/// Packets that are told.
const MOST: usize = 8;
/// Told events before that are looked at.
const TOLD: usize = 500;

/// What made a call return, that it waited, and who asked for it.
pub(super) fn causes(spot: &Spot<'_>, done: &CallDone, ties: &mut Ties) {
    let socket = done.socket;
    match (&done.call, done.errno) {
        (_, Some(Errno::EINTR)) => cancelled(spot, done.call_id, ties),
        (_, Some(Errno::ECONNRESET | Errno::EPIPE)) => was_reset(spot, socket, ties),
        (Call::Accept { .. }, None) => accepted(spot, done, ties),
        (Call::Connect { addr, .. }, _) => connected(spot, done, *addr, ties),
        (Call::Recv { len, .. } | Call::RecvFrom { len, .. }, None) => {
            if done.ret > 0 {
                read(spot, ties);
            } else if *len > 0 {
                ended(spot, socket, ties);
            }
        }
        _ => {}
    }
    waiting(spot, done.call_id, ties);
}

/// That a call had waited.
pub(super) fn waiting(spot: &Spot<'_>, id: CallId, ties: &mut Ties) {
    let waits = spot
        .told_before(TOLD)
        .find(|(_, e)| matches!(&e.fact, Fact::Waiting { call_id, .. } if *call_id == id));
    if let Some((index, event)) = waits {
        ties.cause(index, super::few::few(event));
    }
}

fn cancelled(spot: &Spot<'_>, id: CallId, ties: &mut Ties) {
    let signal = spot
        .told_before(TOLD)
        .find(|(_, e)| matches!(&e.fact, Fact::Cancel { call_id, .. } if *call_id == id));
    if let Some((index, event)) = signal {
        ties.cause(index, super::few::few(event));
    }
}

/// The packet that completed the handshake, the state that it brought, and the caller.
fn accepted(spot: &Spot<'_>, done: &CallDone, ties: &mut Ties) {
    let Some(caller) = done.addr else { return };
    let listens = done.socket.and_then(|s| spot.session.socket(s)?.local);
    let has = |p: &Packet, flag| p.tcp.is_some_and(|t| t.flags.has(flag));
    let from_caller = spot
        .packets_before()
        .filter(|(_, p)| same(p.from, caller) && listens.is_none_or(|l| p.to.port() == l.port()));
    // The first one after its SYN that came: it is the ACK, unless that was lost.
    let completing = from_caller
        .take_while(|(_, p)| !has(p, TcpFlags::SYN))
        .filter(|(entry, p)| has(p, TcpFlags::ACK) && spot.had_arrived(entry))
        .last();
    if let Some((entry, p)) = completing {
        let text = format!("packet {} completed the handshake", p.number);
        ties.cause(entry.index, text);
        let id = spot.book.events().get(entry.index).map(|e| e.id);
        let state = spot.told_before(TOLD).find(|(_, e)| {
            e.cause == id
                && matches!(
                    &e.fact,
                    Fact::State {
                        to: TcpState::Established,
                        ..
                    }
                )
        });
        if let Some((index, event)) = state
            && let Fact::State { socket, to, .. } = &event.fact
        {
            let text = format!("{socket} came to {to}, and waited to be accepted");
            ties.cause(index, text);
        }
    }
    let mut sockets = spot.session.sockets.iter().rev();
    let calls = sockets.find(|s| s.local.is_some_and(|l| same(l, caller)) && !s.is_listener());
    let connect = calls.and_then(|s| on(spot, s.id, "connect"));
    if let Some((index, text)) = connect {
        ties.cause(index, format!("{text} calls"));
    }
}

/// The latest call with this name on a socket before.
fn on(spot: &Spot<'_>, socket: SocketId, name: &str) -> Option<(usize, String)> {
    let (index, event) = spot.call(TOLD, |doing| {
        let failed = doing.done.is_some_and(CallDone::failed);
        doing.socket == Some(socket) && doing.name == name && !failed
    })?;
    let text = match &event.fact {
        Fact::Call(done) => call_name(event, &done.call),
        Fact::Waiting { call, .. } => call_name(event, call),
        _ => return None,
    };
    Some((index, text))
}

/// The packet that answered, or the last SYN that was not answered; where none are seen, the listen.
fn connected(spot: &Spot<'_>, done: &CallDone, addr: SocketAddr, ties: &mut Ties) {
    let local = done.socket.and_then(|s| spot.session.socket(s)?.local);
    let answer = |kind| {
        let is = |p: &Packet| p.kind() == Some(kind);
        spot.came(addr, local?, is)
    };
    match done.errno {
        None => {
            if let Some((index, p)) = answer(PacketKind::SynAck) {
                ties.cause(index, format!("packet {} answered: SYN,ACK", p.number));
                return;
            }
            let mut sockets = spot.session.sockets.iter();
            let listener = sockets
                .find(|s| s.is_listener() && s.local.is_some_and(|l| l.port() == addr.port()));
            if let Some((index, text)) = listener.and_then(|s| on(spot, s.id, "listen")) {
                ties.cause(index, format!("{text}: since then its kernel takes calls"));
            }
        }
        Some(Errno::ECONNREFUSED) => {
            if let Some((index, p)) = answer(PacketKind::Rst) {
                ties.cause(index, format!("packet {} answered: a reset", p.number));
            }
        }
        Some(Errno::ETIMEDOUT) => {
            let last = spot.packets_before().find(|(_, p)| {
                p.kind() == Some(PacketKind::Syn) && local.is_some_and(|l| same(p.from, l))
            });
            if let Some((entry, p)) = last {
                let text = format!("packet {}, the last SYN, was not answered", p.number);
                ties.cause(entry.index, text);
            }
        }
        Some(_) => {}
    }
}

/// Why there is nothing more to read: the FIN, the state that it brought, the peer's goodbye.
fn ended(spot: &Spot<'_>, socket: Option<SocketId>, ties: &mut Ties) {
    let Some(socket) = socket else { return };
    if let Some((local, peer)) = spot.ends(socket) {
        let fin = |p: &Packet| p.tcp.is_some_and(|t| t.flags.has(TcpFlags::FIN));
        if let Some((index, p)) = spot.came(peer, local, fin) {
            ties.cause(index, format!("packet {} brought the FIN", p.number));
            return;
        }
    }
    let state = spot.told_before(TOLD).find(|(_, e)| {
        matches!(&e.fact, Fact::State { socket: s, to, .. } if *s == socket
            && matches!(to, TcpState::CloseWait | TcpState::TimeWait | TcpState::Closing))
    });
    if let Some((index, event)) = state {
        ties.cause(index, super::few::few(event));
    }
    let peer = spot.session.socket(socket).and_then(|s| s.peer_socket);
    let goodbye = peer.and_then(|p| on(spot, p, "shutdown").or_else(|| on(spot, p, "close")));
    if let Some((index, text)) = goodbye {
        ties.cause(index, format!("{text} said that no more data will come"));
    }
}

/// The reset that broke the connection off, or the state that it left.
fn was_reset(spot: &Spot<'_>, socket: Option<SocketId>, ties: &mut Ties) {
    let Some(socket) = socket else { return };
    if let Some((local, peer)) = spot.ends(socket) {
        let rst = |p: &Packet| p.kind() == Some(PacketKind::Rst);
        if let Some((index, p)) = spot.came(peer, local, rst) {
            ties.cause(index, format!("packet {} brought a reset", p.number));
            return;
        }
    }
    let state = spot.told_before(TOLD).find(
        |(_, e)| matches!(&e.fact, Fact::State { socket: s, to: TcpState::Closed, .. } if *s == socket),
    );
    if let Some((index, event)) = state {
        ties.cause(index, super::few::few(event));
    }
}

/// What brought the bytes that a call read: packets; where none are seen, the peer's calls that wrote them.
fn read(spot: &Spot<'_>, ties: &mut Ties) {
    let Some((socket, range)) = moved(spot, false) else {
        return;
    };
    let carrying = carrying(spot, socket, range, false);
    for (entry, packet) in &carrying {
        ties.cause(entry.index, carries(packet, "brought"));
    }
    if !carrying.is_empty() {
        return;
    }
    let peer = spot.session.socket(socket).and_then(|s| s.peer_socket);
    let streams = peer.and_then(|p| spot.book.streams(spot.session.generation, p));
    let Some(written) = streams.map(|s| &s.written) else {
        return;
    };
    let from = written.partition_point(|c| c.start + c.len <= range.0);
    for chunk in written[from..].iter().take(MOST) {
        if chunk.start >= range.1 || chunk.index >= spot.index {
            break;
        }
        if let Some(event) = spot.book.events().get(chunk.index) {
            let (first, last) = (chunk.start, chunk.start + chunk.len);
            let name = match &event.fact {
                Fact::Call(done) => call_name(event, &done.call),
                _ => super::few::few(event),
            };
            ties.cause(
                chunk.index,
                format!("{name} wrote bytes {first}..{last} of the stream"),
            );
        }
    }
}

/// The segments that carried what a call wrote.
pub(super) fn effects(spot: &Spot<'_>, ties: &mut Ties) {
    if let Some((socket, range)) = moved(spot, true) {
        for (entry, packet) in carrying(spot, socket, range, true) {
            ties.effect(entry.index, carries(packet, "carries"));
        }
    }
}

/// The bytes that the event at this place wrote or read, as a range of the stream, and on which socket.
fn moved(spot: &Spot<'_>, written: bool) -> Option<(SocketId, (u64, u64))> {
    let socket = match &spot.event.fact {
        Fact::Call(done) => done.socket?,
        Fact::Elided { socket, .. } => *socket,
        _ => return None,
    };
    let streams = spot.book.streams(spot.session.generation, socket)?;
    let chunks: &[Chunk] = if written {
        &streams.written
    } else {
        &streams.read
    };
    let place = chunks.binary_search_by_key(&spot.index, |c| c.index).ok()?;
    let chunk = chunks[place];
    Some((socket, (chunk.start, chunk.start + chunk.len)))
}

fn carries(packet: &Packet, verb: &str) -> String {
    let (first, last) = packet.stream().unwrap_or_default();
    format!(
        "packet {} {verb} bytes {first}..{last} of the stream",
        packet.number
    )
}

/// The packets that carried bytes of this range from a socket (after the call, or while it was under way) or to it.
fn carrying<'a>(
    spot: &Spot<'a>,
    socket: SocketId,
    range: (u64, u64),
    sent: bool,
) -> Vec<(&'a PacketEntry, &'a Packet)> {
    let Some((local, peer)) = spot.ends(socket) else {
        return Vec::new();
    };
    let toward = if sent {
        !socket.actor.side()
    } else {
        socket.actor.side()
    };
    let packets = spot.book.packets_at(spot.session.count);
    let here = packets.partition_point(|p| p.index < spot.index);
    // What a call read had come before it returned; what it wrote went out from then on.
    let near = if sent {
        &packets[here..packets.len().min(here + NEAR)]
    } else {
        &packets[here.saturating_sub(NEAR)..here]
    };
    near.iter()
        .filter_map(|entry| Some((entry, spot.book.packet_at(entry)?)))
        .filter(|(entry, _)| sent || spot.had_arrived(entry))
        .filter(|(_, p)| p.toward == toward && p.is_between(local, peer))
        .filter(|(_, p)| p.stream().is_some_and(|of| overlap(of, range)))
        .take(MOST)
        .collect()
}

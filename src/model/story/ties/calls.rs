//! What a call became on the cable, and what brought a call its bytes.

use super::{Ties, near::overlap};
use crate::model::{
    book::{Book, Chunk, PacketEntry},
    call::CallDone,
    ids::SocketId,
    packet::Packet,
    session::Session,
};

/// Packets before and after that are looked at.
const NEAR: usize = 500;
/// Packets that are told.
const MOST: usize = 8;

/// The segments that carried what a `send` wrote, or that brought what a `recv` read.
pub(super) fn ties(book: &Book, session: &Session, index: usize, done: &CallDone, ties: &mut Ties) {
    let Some(socket) = done.socket else { return };
    let Some(streams) = book.streams(session.generation, socket) else {
        return;
    };
    let chunk = |chunks: &[Chunk]| {
        let place = chunks.binary_search_by_key(&index, |c| c.index).ok()?;
        Some((chunks[place].start, chunks[place].start + chunks[place].len))
    };
    if let Some(range) = chunk(&streams.written) {
        for (entry, packet) in carrying(book, session, index, socket, range, true) {
            ties.effect(entry.index, carries(packet, "carries"));
        }
    } else if let Some(range) = chunk(&streams.read) {
        for (entry, packet) in carrying(book, session, index, socket, range, false) {
            ties.cause(entry.index, carries(packet, "brought"));
        }
    }
}

fn carries(packet: &Packet, verb: &str) -> String {
    let (first, last) = packet.stream().unwrap_or_default();
    format!(
        "packet {} {verb} bytes {first}..{last} of the stream",
        packet.number
    )
}

/// The packets that carried bytes of this range from a socket or to it.
fn carrying<'a>(
    book: &'a Book,
    session: &Session,
    index: usize,
    socket: SocketId,
    range: (u64, u64),
    sent: bool,
) -> Vec<(&'a PacketEntry, &'a Packet)> {
    let state = session.socket(socket);
    let Some((local, peer)) = state.and_then(|s| Some((s.local?, s.peer?))) else {
        return Vec::new();
    };
    let toward = if sent {
        !socket.actor.side()
    } else {
        socket.actor.side()
    };
    let packets = book.packets_at(session.count);
    let here = packets.partition_point(|p| p.index < index);
    let near = &packets[here.saturating_sub(NEAR)..packets.len().min(here + NEAR)];
    near.iter()
        .filter_map(|entry| Some((entry, book.packet_at(entry)?)))
        .filter(|(_, p)| p.toward == toward && p.is_between(local, peer))
        .filter(|(_, p)| p.stream().is_some_and(|of| overlap(of, range)))
        .take(MOST)
        .collect()
}

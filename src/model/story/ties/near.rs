//! What lies near a packet: the packets of its conversation before and after it, the sockets at its ends, calls on them.

use super::spot::began;
use crate::model::{
    book::{Book, PacketEntry, Streams},
    call::Call,
    event::{Event, Fact, Source},
    ids::SocketId,
    packet::{Fate, Packet, TcpFlags},
    session::Session,
};
use core::net::SocketAddr;

/// Packets before and after that are looked at.
const PACKETS: usize = 500;
/// Told events before and after that are looked at.
const EVENTS: usize = 500;

/// A packet and what lies around it.
pub(super) struct Near<'a> {
    pub(super) book: &'a Book,
    pub(super) session: &'a Session,
    pub(super) event: &'a Event,
    /// The event's place.
    pub(super) index: usize,
    pub(super) entry: PacketEntry,
    pub(super) packet: &'a Packet,
    packets: &'a [PacketEntry],
    /// Its own place among them.
    place: usize,
}

impl<'a> Near<'a> {
    /// The packet that entered the cable in this event, in the generation of the session.
    pub(super) fn of(book: &'a Book, session: &'a Session, index: usize) -> Option<Self> {
        let packets = book.packets_at(session.count);
        let place = packets.binary_search_by_key(&index, |p| p.index).ok()?;
        Some(Self {
            book,
            session,
            event: book.events().get(index)?,
            index,
            entry: packets[place],
            packet: book.packet_at(&packets[place])?,
            packets,
            place,
        })
    }

    fn of_this(
        &self,
        entries: impl Iterator<Item = &'a PacketEntry>,
    ) -> impl Iterator<Item = (PacketEntry, &'a Packet)> {
        let (from, to, book) = (self.packet.from, self.packet.to, self.book);
        entries
            .take(PACKETS)
            .filter_map(move |e| Some((*e, book.packet_at(e)?)))
            .filter(move |(_, p)| p.is_between(from, to))
    }

    /// The packets of this conversation before it, the nearest first.
    pub(super) fn before(&self) -> impl Iterator<Item = (PacketEntry, &'a Packet)> {
        self.of_this(self.packets[..self.place].iter().rev())
    }

    /// Those after it.
    pub(super) fn after(&self) -> impl Iterator<Item = (PacketEntry, &'a Packet)> {
        self.of_this(self.packets[self.place + 1..].iter())
    }

    /// A packet of this generation by its number.
    pub(super) fn numbered(&self, number: crate::model::packet::PacketNo) -> Option<PacketEntry> {
        let place = self.packets.binary_search_by_key(&number, |p| p.number);
        place.ok().map(|p| self.packets[p])
    }

    /// The event with which a packet left the cable, as of the session's moment.
    pub(super) fn fate(&self, entry: &PacketEntry) -> Option<usize> {
        entry.fate.filter(|&i| i < self.session.count)
    }

    /// The event with which the other kernel got a packet, as of the session's moment: one that was captured is there.
    pub(super) fn arrived(&self, entry: &PacketEntry) -> Option<usize> {
        let events = self.book.events();
        if events.get(entry.index)?.source == Source::Capture {
            return Some(entry.index);
        }
        let index = self.fate(entry)?;
        let fate = Fate::Delivered;
        matches!(&events.get(index)?.fact, Fact::Fate { fate: f, .. } if *f == fate)
            .then_some(index)
    }

    /// The sender's socket.
    pub(super) fn sender(&self) -> Option<SocketId> {
        socket_at(self.session, self.packet.from, self.packet.to).or(self.packet.socket)
    }

    /// The receiver's socket.
    pub(super) fn receiver(&self) -> Option<SocketId> {
        socket_at(self.session, self.packet.to, self.packet.from)
    }

    /// What went through a socket.
    pub(super) fn streams(&self, socket: SocketId) -> Option<&'a Streams> {
        self.book.streams(self.session.generation, socket)
    }

    /// The call on a socket that lies nearest before this packet, returned or waiting; else one that was under way.
    pub(super) fn call(
        &self,
        socket: SocketId,
        wanted: impl Fn(&Call) -> bool,
    ) -> Option<(usize, String)> {
        let told = self.book.told();
        let here = told.partition_point(|&i| i < self.index);
        let from = here.saturating_sub(EVENTS);
        let near = &told[from..told.len().min(here + EVENTS)];
        let events = self.book.events();
        near.iter()
            .filter(|&&i| i < self.session.count)
            // A packet is not the doing of a call that was made later.
            .filter(|&&i| {
                let event = events.get(i);
                i < self.index || event.is_some_and(|e| began(e) <= self.event.happened())
            })
            .filter_map(|&i| {
                let event = events.get(i)?;
                let (on, call) = match &event.fact {
                    Fact::Call(done) => (done.socket, &done.call),
                    Fact::Waiting { socket, call, .. } => (*socket, call.as_ref()),
                    _ => return None,
                };
                (on == Some(socket) && wanted(call)).then(|| (i, call_name(event, call)))
            })
            .min_by_key(|(i, _)| (*i > self.index, i.abs_diff(self.index)))
    }
}

/// The newest socket with these addresses.
fn socket_at(session: &Session, local: SocketAddr, peer: SocketAddr) -> Option<SocketId> {
    let plain = |a: SocketAddr| SocketAddr::new(a.ip().to_canonical(), a.port());
    let is = |a: Option<SocketAddr>, b| a.is_some_and(|a| plain(a) == plain(b));
    let mut sockets = session.sockets.iter().rev();
    sockets
        .find(|s| is(s.local, local) && is(s.peer, peer))
        .map(|s| s.id)
}

/// `the client's connect`.
pub(super) fn call_name(event: &Event, call: &Call) -> String {
    match event.who {
        Some(who) => format!("{}'s {}", super::super::words::the(who), call.name()),
        None => call.name().to_owned(),
    }
}

/// The sequence number after a packet's last: SYN and FIN use one up each.
pub(super) fn after_last(packet: &Packet) -> Option<u64> {
    let tcp = packet.tcp?;
    let used = |flag| u64::from(tcp.flags.has(flag));
    let numbers = u64::from(packet.len) + used(TcpFlags::SYN) + used(TcpFlags::FIN);
    Some(tcp.seq.saturating_add(numbers))
}

/// Whether two ranges of a stream have a byte in common.
pub(super) const fn overlap(a: (u64, u64), b: (u64, u64)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

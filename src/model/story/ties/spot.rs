//! A place in the journal, and what lies near it: events, told events, packets, the event that it names as its cause.

use super::{Ties, few::few};
use crate::model::{
    book::{Book, PacketEntry},
    call::CallDone,
    event::{Event, Fact, Source},
    ids::{EventId, Nanos, SocketId},
    packet::{Fate, Packet},
    session::Session,
};
use core::net::SocketAddr;

/// Packets before a place that are looked at.
const PACKETS: usize = 300;

/// An event and the moment as of which it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) book: &'a Book,
    pub(super) session: &'a Session,
    /// Its place in the journal.
    pub(super) index: usize,
    pub(super) event: &'a Event,
}

impl<'a> Spot<'a> {
    pub(super) fn of(book: &'a Book, session: &'a Session, index: usize) -> Option<Self> {
        let event = book.events().get(index)?;
        Some(Self {
            book,
            session,
            index,
            event,
        })
    }

    /// Where an event stands that is named by its number.
    pub(super) fn place(&self, id: EventId) -> Option<usize> {
        let events = self.book.events();
        let first = events.first()?.id.0;
        let index = usize::try_from(id.0.checked_sub(first)?).ok()?;
        let found = |i: &usize| events.get(*i).is_some_and(|e| e.id == id);
        Some(index)
            .filter(found)
            .or_else(|| Some(events.partition_point(|e| e.id < id)).filter(found))
    }

    /// The event that this one names as its cause.
    pub(super) fn cause(&self) -> Option<(usize, &'a Event)> {
        let index = self.place(self.event.cause?).filter(|i| *i < self.index)?;
        Some((index, self.book.events().get(index)?))
    }

    /// That, as a tie.
    pub(super) fn told_cause(&self, ties: &mut Ties) {
        if let Some((index, event)) = self.cause() {
            ties.cause(index, self.as_cause(event));
        }
    }

    /// An event in a few words, as the cause of this one.
    fn as_cause(&self, event: &Event) -> String {
        match (&event.fact, &self.event.fact) {
            (Fact::Packet(packet), Fact::Fate { .. } | Fact::Handled { .. }) => {
                format!("packet {} entered the cable", packet.number)
            }
            (
                Fact::Packet(packet),
                Fact::State { .. }
                | Fact::Socket { .. }
                | Fact::Queue { .. }
                | Fact::Progress { .. }
                | Fact::Detail { .. },
            ) => match packet.tcp {
                Some(tcp) => format!("packet {} arrived: {}", packet.number, tcp.flags),
                None => format!("packet {} arrived", packet.number),
            },
            _ => few(event),
        }
    }

    /// The event at a place as an effect of this one.
    pub(super) fn effect_at(&self, index: usize, ties: &mut Ties) {
        if let Some(event) = self.book.events().get(index) {
            ties.effect(index, few(event));
        }
    }

    /// So many events after this one, as of the session's moment.
    pub(super) fn after(&self, most: usize) -> impl Iterator<Item = (usize, &'a Event)> {
        let from = self.index + 1;
        let to = self.session.count.min(from.saturating_add(most));
        let events = self.book.events();
        (from..to)
            .filter_map(move |i| Some((i, events.get(i)?)))
            .take_while(begins_nothing)
    }

    /// So many before it, the nearest first.
    pub(super) fn before(&self, most: usize) -> impl Iterator<Item = (usize, &'a Event)> {
        let events = self.book.events();
        let from = self.index.saturating_sub(most);
        (from..self.index)
            .rev()
            .filter_map(move |i| Some((i, events.get(i)?)))
            .take_while(begins_nothing)
    }

    /// So many told events after this one.
    pub(super) fn told_after(&self, most: usize) -> impl Iterator<Item = (usize, &'a Event)> {
        let told = self.book.told();
        let from = told.partition_point(|&i| i <= self.index);
        let (events, count) = (self.book.events(), self.session.count);
        told[from..]
            .iter()
            .take(most)
            .take_while(move |i| **i < count)
            .filter_map(move |&i| Some((i, events.get(i)?)))
            .take_while(begins_nothing)
    }

    /// So many told events before it, the nearest first.
    pub(super) fn told_before(&self, most: usize) -> impl Iterator<Item = (usize, &'a Event)> {
        let told = self.book.told();
        let here = told.partition_point(|&i| i < self.index);
        let events = self.book.events();
        told[here.saturating_sub(most)..here]
            .iter()
            .rev()
            .filter_map(move |&i| Some((i, events.get(i)?)))
            .take_while(begins_nothing)
    }

    /// The packets of this generation that entered before it, the nearest first.
    pub(super) fn packets_before(&self) -> impl Iterator<Item = (PacketEntry, &'a Packet)> {
        let packets = self.book.packets_at(self.session.count);
        let here = packets.partition_point(|p| p.index < self.index);
        let book = self.book;
        packets[here.saturating_sub(PACKETS)..here]
            .iter()
            .rev()
            .filter_map(move |entry| Some((*entry, book.packet_at(entry)?)))
    }

    /// Whether the other kernel had got a packet when this happened.
    pub(super) fn had_arrived(&self, entry: &PacketEntry) -> bool {
        let events = self.book.events();
        if events
            .get(entry.index)
            .is_some_and(|e| e.source == Source::Capture)
        {
            return true;
        }
        let fate = entry.fate.filter(|fate| *fate < self.index);
        let fate = fate.and_then(|fate| events.get(fate)).map(|e| &e.fact);
        matches!(
            fate,
            Some(Fact::Fate {
                fate: Fate::Delivered,
                ..
            })
        )
    }

    /// The latest packet before it that came to an address from another and is so.
    pub(super) fn came(
        &self,
        from: SocketAddr,
        to: SocketAddr,
        is: impl Fn(&Packet) -> bool,
    ) -> Option<(usize, &'a Packet)> {
        self.packets_before()
            .find(|(entry, p)| {
                p.is_between(from, to)
                    && p.from.port() == from.port()
                    && same(p.to, to)
                    && is(p)
                    && self.had_arrived(entry)
            })
            .map(|(entry, p)| (entry.index, p))
    }

    /// The addresses of a connection: its own and the peer's.
    pub(super) fn ends(&self, socket: SocketId) -> Option<(SocketAddr, SocketAddr)> {
        let state = self.session.socket(socket)?;
        Some((state.local?, state.peer?))
    }

    /// The nearest call before it that is so, returned or waiting.
    pub(super) fn call(
        &self,
        most: usize,
        is: impl Fn(&Doing<'_>) -> bool,
    ) -> Option<(usize, &'a Event)> {
        self.told_before(most)
            .find(|(_, event)| Doing::of(event).is_some_and(|doing| is(&doing)))
    }
}

/// Whether an event belongs to the same generation as those around it.
fn begins_nothing((index, event): &(usize, &Event)) -> bool {
    *index == 0 || !matches!(event.fact, Fact::Begin { .. })
}

/// A call that has returned or waits.
pub(super) struct Doing<'a> {
    pub(super) name: &'static str,
    pub(super) socket: Option<SocketId>,
    /// What came of it, if it has returned.
    pub(super) done: Option<&'a CallDone>,
}

impl<'a> Doing<'a> {
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        match &event.fact {
            Fact::Call(done) => Some(Self {
                name: done.call.name(),
                socket: done.socket,
                done: Some(done),
            }),
            Fact::Waiting { socket, call, .. } => Some(Self {
                name: call.name(),
                socket: *socket,
                done: None,
            }),
            _ => None,
        }
    }
}

/// When what an event tells of began: a call tells of its end.
pub(super) fn began(event: &Event) -> Nanos {
    match &event.fact {
        Fact::Call(done) => event.happened().since(done.took_ns),
        _ => event.happened(),
    }
}

/// Whether two addresses are one: an IPv4 address may be written as one of IPv6.
pub(super) fn same(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port() && one.ip().to_canonical() == other.ip().to_canonical()
}

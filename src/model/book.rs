//! The journal: the append-only list of events, what it adds up to now and at any earlier moment, and a few indexes.
//!
//! One writer appends; everything else reads. Live, the writer appends *observations* and the book adds what follows
//! from them; reading a recorded journal, it appends the *events* as they stand.

use super::{
    call::{Call, CallDone},
    connection::Connection,
    derive::derive,
    event::{Cause, Event, Fact, Observation},
    events::{Events, Pages},
    history::History,
    ids::{Actor, CallId, EventId, Nanos, SocketId},
    landmarks::Landmarks,
    packet::{KEPT_OF_PACKET_WHEN_FULL, Packet, PacketNo},
    program::Doing,
    session::Session,
};
use core::ops::Range;
use std::collections::HashMap;

mod bytes;

/// All payload that a journal keeps, in bytes; when it is used up, each call keeps [`KEPT_WHEN_FULL`].
pub const PAYLOAD_BUDGET: usize = 64 << 20;
/// What a call keeps of its bytes when the budget is used up.
pub const KEPT_WHEN_FULL: usize = 64;
/// A session is kept every so many events, more rarely in a long journal.
const CHECKPOINT_EVERY: usize = 512;
/// As many sessions are kept at most.
const MOST_CHECKPOINTS: usize = 1024;
/// All of them together hold so many sockets at most.
const MOST_SOCKETS_KEPT: usize = 32 * 1024;

/// Bytes of one call within the stream that they are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The event in which the call returned: its place in [`Book::events`].
    pub index: usize,
    /// Where its first byte stands in the stream.
    pub start: u64,
    /// How many bytes it moved.
    pub len: u64,
}

/// What went through one socket, in each direction, call by call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streams {
    /// What `send` took, in order.
    pub written: Vec<Chunk>,
    /// What `recv` brought, in order (without peeking).
    pub read: Vec<Chunk>,
}

/// A packet's places in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketEntry {
    /// Which.
    pub number: PacketNo,
    /// The event in which it entered the cable: its place in [`Book::events`].
    pub index: usize,
    /// The event in which it left it, likewise.
    pub fate: Option<usize>,
}

/// The place in the journal of a line that a program of somebody's own has printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedEntry {
    /// Its place in [`Book::events`].
    pub index: usize,
    /// On whose side the program runs.
    pub who: Option<Actor>,
    /// The program's process id.
    pub pid: u32,
}

/// The journal.
#[derive(Debug, Default)]
pub struct Book {
    events: Events,
    session: Session,
    checkpoints: Vec<Session>,
    checkpoint_every: usize,
    payload_kept: usize,
    calls: Vec<usize>,
    told: Vec<usize>,
    streams: HashMap<(u32, SocketId), Streams>,
    histories: HashMap<(u32, SocketId), History>,
    call_events: HashMap<CallId, EventId>,
    latest_recv: HashMap<Actor, usize>,
    latest_recv_on: HashMap<SocketId, usize>,
    packets: Vec<PacketEntry>,
    connection: Option<Connection>,
    /// Where each generation begins: its event's place in `events`, and its first packet's in `packets`.
    packets_begin: Vec<(usize, usize)>,
    /// Places in `events` of packets that were told together.
    passed: Vec<usize>,
    printed: Vec<PrintedEntry>,
    landmarks: Landmarks,
}

impl Book {
    /// An empty journal.
    pub fn new() -> Self {
        Self {
            checkpoint_every: CHECKPOINT_EVERY,
            ..Self::default()
        }
    }

    /// An empty journal whose events, once they are pushed, can be read again from `source`.
    pub fn in_pages(source: Box<dyn Pages>) -> Self {
        Self {
            events: Events::in_pages(source),
            ..Self::new()
        }
    }

    /// Lets go of what can be read again, far from the place that is looked at. Between two frames.
    pub fn tidy(&mut self, near: usize) {
        self.events.tidy(near);
    }

    /// Appends a fact and what follows from it; returns the number of events that this made.
    pub fn append(&mut self, observation: Observation) -> usize {
        let before = self.events.len();
        self.append_one(observation);
        self.events.len() - before
    }

    fn append_one(&mut self, observation: Observation) {
        let Observation {
            at,
            who,
            source,
            cause,
            mut fact,
        } = observation;
        let id = EventId(self.events.last().map_or(1, |e| e.id.0 + 1));
        let at_ns = self.session.at.max(at);
        if self.payload_kept > PAYLOAD_BUDGET {
            match &mut fact {
                Fact::Call(done) => shrink(done),
                Fact::Packet(packet) => packet.bytes.shrink(KEPT_OF_PACKET_WHEN_FULL),
                Fact::Program { doing, .. } => {
                    if let Doing::Printed { data, .. } = &mut **doing {
                        data.shrink(KEPT_WHEN_FULL);
                    }
                }
                _ => {}
            }
        }
        let cause = match cause {
            Cause::Unknown => None,
            Cause::Event(id) => Some(id),
            Cause::Call(call) => self.call_events.get(&call).copied(),
            Cause::Packet(number) => {
                let entry = self.packet(number);
                entry.and_then(|e| self.events.get(e.index)).map(|e| e.id)
            }
        };
        let event = Event {
            id,
            at_ns,
            happened_ns: (at < at_ns).then_some(at),
            who,
            source,
            fact,
            cause,
        };
        self.push(event);
        let index = self.events.len() - 1;
        for more in derive(&self.events[index], &self.session) {
            self.append_one(more);
        }
    }

    /// Appends an event of a recorded journal as it stands. Events that do not follow the last one in `id` are the
    /// caller's to refuse.
    pub fn push(&mut self, event: Event) {
        let index = self.events.len();
        if index.is_multiple_of(self.checkpoint_every.max(1)) && index > 0 {
            self.keep_checkpoint();
        }
        self.session.apply(&event);
        self.index(index, &event);
        self.events.push(event);
    }

    fn keep_checkpoint(&mut self) {
        // Large sessions are kept more rarely, too.
        let more = self.session.sockets.len();
        let full = |kept: &[Session]| {
            let sockets: usize = kept.iter().map(|s| s.sockets.len()).sum();
            kept.len() >= MOST_CHECKPOINTS || sockets + more > MOST_SOCKETS_KEPT
        };
        while full(&self.checkpoints) && !self.checkpoints.is_empty() {
            self.checkpoint_every *= 2;
            let every = self.checkpoint_every;
            self.checkpoints.retain(|s| s.count.is_multiple_of(every));
        }
        if self.session.count.is_multiple_of(self.checkpoint_every) {
            self.checkpoints.push(self.session.clone());
        }
    }

    fn index(&mut self, index: usize, event: &Event) {
        self.landmarks.note(index, event);
        match &event.fact {
            Fact::Call(done) => {
                self.calls.push(index);
                self.told.push(index);
                self.call_events.insert(done.call_id, event.id);
                self.payload_kept += done.call.data().map_or(0, |p| p.kept.len())
                    + done.data.as_ref().map_or(0, |p| p.kept.len());
                self.index_bytes(index, event, done);
            }
            Fact::Waiting { call_id, .. } => {
                self.told.push(index);
                self.call_events.insert(*call_id, event.id);
            }
            Fact::Packet(packet) => {
                self.told.push(index);
                self.payload_kept += packet.bytes.kept.len();
                self.index_connection(packet);
                self.packets.push(PacketEntry {
                    number: packet.number,
                    index,
                    fate: None,
                });
            }
            Fact::Fate {
                packet, arrival, ..
            } => {
                self.told.push(index);
                if let Some(place) = self.place_of(*packet, self.packets.len()) {
                    let entry = &mut self.packets[place];
                    entry.fate = Some(index);
                    if let (Some(connection), Some(arrival)) = (&mut self.connection, arrival)
                        && let Some(Fact::Packet(packet)) =
                            self.events.get(entry.index).map(|e| &e.fact)
                    {
                        connection.arrived(packet, *arrival);
                    }
                }
            }
            Fact::Passed { .. } => {
                self.told.push(index);
                self.passed.push(index);
            }
            Fact::Program { pid, doing } => {
                self.told.push(index);
                if let Doing::Printed { data, .. } = &**doing {
                    self.payload_kept += data.kept.len();
                    let (who, pid) = (event.who, *pid);
                    self.printed.push(PrintedEntry { index, who, pid });
                }
            }
            Fact::Begin { .. } => {
                self.told.push(index);
                self.packets_begin.push((index, self.packets.len()));
                self.connection = None;
                self.latest_recv.clear();
                self.latest_recv_on.clear();
            }
            Fact::Elided {
                socket,
                read,
                written,
                ..
            } => {
                self.told.push(index);
                let streams = self
                    .streams
                    .entry((self.session.generation, *socket))
                    .or_default();
                add(&mut streams.written, index, *written);
                add(&mut streams.read, index, *read);
            }
            Fact::Queue { socket, .. }
            | Fact::Progress { socket, .. }
            | Fact::Detail { socket, .. } => self.history_of(*socket).note(index, event),
            Fact::Socket {
                socket,
                was: Some(was),
                ..
            } => {
                // It is the same one under another name; in the past, it still has the old one.
                let before = self.histories.get(&(self.session.generation, *was));
                if let Some(before) = before.cloned() {
                    *self.history_of(*socket) = before;
                }
            }
            Fact::Asked { .. } | Fact::Socket { .. } => {}
            _ => self.told.push(index),
        }
    }

    fn index_connection(&mut self, packet: &Packet) {
        if let Some(asked_for) = Connection::asked_for_by(packet) {
            self.connection = Some(asked_for);
        }
        if let Some(connection) = &mut self.connection {
            connection.entered(packet);
        }
    }

    fn history_of(&mut self, socket: SocketId) -> &mut History {
        self.histories
            .entry((self.session.generation, socket))
            .or_default()
    }

    fn index_bytes(&mut self, index: usize, event: &Event, done: &CallDone) {
        let Some(socket) = done.socket else { return };
        let streams = self
            .streams
            .entry((self.session.generation, socket))
            .or_default();
        add(&mut streams.written, index, done.bytes_written());
        add(&mut streams.read, index, done.bytes_read());
        if matches!(done.call, Call::Recv { .. } | Call::RecvFrom { .. }) {
            self.latest_recv
                .insert(event.who.unwrap_or(Actor::Server), index);
            self.latest_recv_on.insert(socket, index);
        }
    }

    /// All events, oldest first.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// An event by its number.
    pub fn event(&self, id: EventId) -> Option<&Event> {
        let first = self.events.first()?.id.0;
        self.events
            .get(usize::try_from(id.0.checked_sub(first)?).ok()?)
    }

    /// How things are now.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How things were after the first `count` events; those that cannot be read any more are passed over.
    pub fn session_at(&self, count: usize) -> Session {
        let count = count.min(self.events.len());
        if count == self.session.count {
            return self.session.clone();
        }
        let near = self.checkpoints.partition_point(|s| s.count <= count);
        let mut session = near
            .checked_sub(1)
            .map_or_else(Session::default, |i| self.checkpoints[i].clone());
        for event in self.events.range(session.count..count).iter() {
            session.apply(event);
        }
        // Who walks on from here must not stay before what cannot be read.
        session.count = count;
        session
    }

    /// The time of the last event.
    pub fn now(&self) -> Nanos {
        self.session.at
    }

    /// Places in [`Book::events`] of the calls that returned.
    pub fn calls(&self) -> &[usize] {
        &self.calls
    }

    /// Places in [`Book::events`] of what is worth a row of its own in a story or a ladder: all but the kernel's
    /// counts.
    pub fn told(&self) -> &[usize] {
        &self.told
    }

    /// Where states changed and lines were reached.
    pub fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    /// The places in [`Book::events`] of the generation to which the first `count` events lead, as far as it is known.
    pub fn generation_around(&self, count: usize) -> Range<usize> {
        let generations = self.packets_begin.partition_point(|(at, _)| *at < count);
        let next = self.packets_begin.get(generations);
        let begin = self.begins_at(count).map_or(0, |(index, _)| index);
        begin..next.map_or(self.events.len(), |(index, _)| *index)
    }

    /// Every packet, in the order in which they entered the cable; those that were told together are not among them.
    pub fn packets(&self) -> &[PacketEntry] {
        &self.packets
    }

    /// The packets of the generation to which the first `count` events lead, as far as they had entered by then. Their
    /// numbers rise.
    pub fn packets_at(&self, count: usize) -> &[PacketEntry] {
        let end = self.packets.partition_point(|p| p.index < count);
        let begin = self.begins_at(count).map_or(0, |(_, place)| place);
        &self.packets[begin.min(end)..end]
    }

    /// Where packets were told together in the generation to which the first `count` events lead: places in
    /// [`Book::events`].
    pub fn passed_at(&self, count: usize) -> &[usize] {
        let begin = self.begins_at(count).map_or(0, |(index, _)| index);
        let place = |index: usize| self.passed.partition_point(|&p| p < index);
        let (begin, end) = (place(begin), place(count));
        &self.passed[begin.min(end)..end]
    }

    /// Where the generation begins to which the first `count` events lead.
    fn begins_at(&self, count: usize) -> Option<(usize, usize)> {
        let generations = self.packets_begin.partition_point(|(at, _)| *at < count);
        generations.checked_sub(1).map(|i| self.packets_begin[i])
    }

    /// The generation in which the event at this place stands: the place of its first event and that after its last.
    pub fn generation_of(&self, index: usize) -> Range<usize> {
        let next = self.packets_begin.partition_point(|(at, _)| *at <= index);
        let begin = next.checked_sub(1).map_or(0, |i| self.packets_begin[i].0);
        let end = self.packets_begin.get(next);
        begin..end.map_or(self.events.len(), |(at, _)| *at)
    }

    fn place_of(&self, number: PacketNo, end: usize) -> Option<usize> {
        let begin = self.packets_begin.last().map_or(0, |(_, place)| *place);
        let here = &self.packets[begin..end];
        let place = here.binary_search_by_key(&number, |p| p.number).ok()?;
        Some(begin + place)
    }

    /// A packet of this generation by its number.
    pub fn packet(&self, number: PacketNo) -> Option<&PacketEntry> {
        let place = self.place_of(number, self.packets.len())?;
        self.packets.get(place)
    }

    /// What a packet is: the fact with which it entered the cable.
    pub fn packet_at(&self, entry: &PacketEntry) -> Option<&Packet> {
        match &self.events.get(entry.index)?.fact {
            Fact::Packet(packet) => Some(packet),
            _ => None,
        }
    }

    /// The newest connection of this generation whose SYN was seen.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// What went through a socket of the given generation (see [`Session::generation`]).
    pub fn streams(&self, generation: u32, socket: SocketId) -> Option<&Streams> {
        self.streams.get(&(generation, socket))
    }

    /// How the figures of a socket of the given generation went (see [`Session::generation`]).
    pub fn history(&self, generation: u32, socket: SocketId) -> Option<&History> {
        self.histories.get(&(generation, socket))
    }
}

fn add(stream: &mut Vec<Chunk>, index: usize, len: u64) {
    let start = stream.last().map_or(0, |c| c.start + c.len);
    // No stream is longer than can be counted, whatever a journal says: so that the end of each chunk is a number.
    let len = len.min(u64::MAX - start);
    if len > 0 {
        stream.push(Chunk { index, start, len });
    }
}

fn shrink(done: &mut CallDone) {
    if let Call::Send { data, .. } | Call::SendTo { data, .. } = &mut done.call {
        data.shrink(KEPT_WHEN_FULL);
    }
    if let Some(data) = &mut done.data {
        data.shrink(KEPT_WHEN_FULL);
    }
}

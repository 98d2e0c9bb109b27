//! Somebody else's capture as a journal: each IP packet as an event, and what packets alone tell: who the ends are, the
//! states that RFC 9293 lets one conclude, how far the bytes have come. What programs do, nobody has seen.
//!
//! ```text
//!   captured packet ── link ──► IP packet ──► Fact::Packet, numbered as in the file
//!                        │                      ├─ ways:  who is the server?       Fact::Socket
//!                        │                      └─ talk:  states, bytes             Fact::State, Progress, Ack
//!                        └─ no IP: counted, and said so                             Fact::Note
//! ```
//!
//! It is a state machine that can be copied: the same packets after the same copy make the same events again.

mod cut;
mod link;
mod talk;
mod ways;

use self::{
    link::Other,
    talk::{Step, Talk},
    ways::{How, Pair, Ways, pair},
};
use crate::{
    model::{
        event::{AckLevel, CAPTURE, Event, Fact, Sight, Source},
        ids::{Actor, EventId, Nanos, Side},
        packet::{KEPT_PER_PACKET, Notable, Packet, PacketKind, PacketNo, Protocol},
        payload::Payload,
        story::words::number,
    },
    packet::{Brief, Entered, Tracker},
};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::collections::HashMap;

/// As many conversations have ends with names, states and figures; of further ones only packets are told.
pub const MOST_TALKS: usize = 32;
/// So many kinds of what is no IP are told apart.
const MOST_OTHERS: usize = 16;

/// A packet as a capture file has it.
#[derive(Clone, Copy, Debug)]
pub struct RawPacket<'a> {
    /// When it was captured, in nanoseconds since 1970.
    pub at_ns: u64,
    /// What it begins with (`LINKTYPE_...`).
    pub link: u16,
    /// What was kept of it.
    pub bytes: &'a [u8],
    /// How long it was.
    pub original: u32,
}

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    epoch_ns: Option<u64>,
    begun: bool,
    /// The last event's number and time.
    last: u64,
    at: Nanos,
    /// When the latest packet was captured: in a file, times may go back.
    happened: Nanos,
    /// Packets of the file so far.
    packets: u64,
    tracker: Tracker,
    ways: Ways,
    talks: Vec<Talk>,
    places: HashMap<Pair, usize>,
    /// Whether it was said that there are more conversations.
    crowd_told: bool,
    /// What was no IP packet: the first of its kind, and how many.
    others: Vec<(Other, u64, u64)>,
    others_told: usize,
    /// Further kinds of it.
    others_more: u64,
}

impl Foreign {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The wall clock of time 0, in nanoseconds since 1970: when the first packet was captured.
    pub const fn epoch_ns(&self) -> Option<u64> {
        self.epoch_ns
    }

    /// About how many bytes a copy of it takes.
    pub fn weight(&self) -> usize {
        let talks = self.talks.len() * size_of::<Talk>();
        size_of::<Self>() + talks + self.ways.weight() + self.tracker.weight()
    }

    /// Takes in the file's next packet, and adds the events that tell it.
    pub fn packet(&mut self, raw: &RawPacket<'_>, out: &mut Vec<Event>) {
        self.packets += 1;
        let epoch = *self.epoch_ns.get_or_insert(raw.at_ns);
        let happened = Nanos(raw.at_ns.saturating_sub(epoch));
        match link::packet(raw.link, raw.bytes) {
            Err(other) => self.leaves_out(other, out),
            Ok(begin) => {
                let bytes = raw.bytes.get(begin..).unwrap_or_default();
                let brief = cut::brief_of(bytes);
                let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
                if brief.protocol == Protocol::Other
                    && brief.from.ip() == nowhere
                    && brief.to.ip() == nowhere
                {
                    self.leaves_out(
                        if bytes.is_empty() {
                            Other::Short
                        } else {
                            Other::NoIp
                        },
                        out,
                    );
                    return;
                }
                let original = (raw.original as usize)
                    .saturating_sub(begin)
                    .max(bytes.len());
                self.tells(&brief, happened, bytes, original, out);
            }
        }
    }

    /// The file has ended: what is left to be said.
    pub fn finish(&mut self, out: &mut Vec<Event>) {
        self.happened = self.at;
        self.begin(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0), out);
        let all: u64 = self.others.iter().map(|(.., n)| n).sum::<u64>() + self.others_more;
        if all > self.others.len() as u64 {
            let text = format!(
                "{} of the file's {} packets are not shown: they carry no IP that can be read.",
                number(all),
                number(self.packets)
            );
            self.tell(None, Source::Derived, Fact::Note { text }, None, out);
        }
    }

    fn begin(&mut self, server: SocketAddr, out: &mut Vec<Event>) {
        if self.begun {
            return;
        }
        self.begun = true;
        let begin = Fact::Begin {
            network: CAPTURE.to_owned(),
            script: Vec::new(),
            server,
            sight: Sight::Capture,
            no_lab: None,
        };
        self.tell(None, Source::Program, begin, None, out);
        self.tell_others(out);
    }

    fn tell(
        &mut self,
        who: Option<Actor>,
        source: Source,
        fact: Fact,
        cause: Option<EventId>,
        out: &mut Vec<Event>,
    ) -> EventId {
        self.last += 1;
        let id = EventId(self.last);
        out.push(Event {
            id,
            at_ns: self.at,
            happened_ns: (self.happened < self.at).then_some(self.happened),
            who,
            source,
            fact,
            cause,
        });
        id
    }

    /// A packet that is none of ours to tell is counted, and the first of its kind is said.
    fn leaves_out(&mut self, other: Other, out: &mut Vec<Event>) {
        let known = self.others.iter().position(|(kind, ..)| *kind == other);
        match known {
            Some(place) => self.others[place].2 += 1,
            None if self.others.len() < MOST_OTHERS => self.others.push((other, self.packets, 1)),
            None => self.others_more += 1,
        }
        if self.begun {
            self.tell_others(out);
        }
    }

    fn tell_others(&mut self, out: &mut Vec<Event>) {
        while let Some((other, first, _)) = self.others.get(self.others_told) {
            let text = format!(
                "Packet {first} of the file is not shown, nor any other of its kind: it is {}.",
                other.words()
            );
            self.others_told += 1;
            self.tell(None, Source::Derived, Fact::Note { text }, None, out);
        }
    }

    fn tells(
        &mut self,
        brief: &Brief,
        happened: Nanos,
        bytes: &[u8],
        original: usize,
        out: &mut Vec<Event>,
    ) {
        let (toward, how) = self.ways.toward(brief, bytes);
        let (server, client) = match toward {
            Side::Server => (brief.to, brief.from),
            Side::Client => (brief.from, brief.to),
        };
        self.begin(server, out);
        self.happened = happened;
        self.at = self.at.max(happened);
        let no = PacketNo(self.packets);
        let entered = self.tracker.enters(no, happened, brief);
        let (talk, is_new) = self.talk_of(brief, toward, &entered, server, client);
        let socket = talk.map(|i| self.talks[i].end(!toward).socket);
        let fact = Fact::Packet(Box::new(Packet {
            number: no,
            toward,
            socket,
            protocol: brief.protocol,
            from: brief.from,
            to: brief.to,
            tcp: entered.tcp,
            len: brief.len,
            notable: entered.notable,
            again: entered.again,
            copy_of: None,
            made_by_cable: false,
            merged: false,
            bytes: kept(brief, bytes, original),
        }));
        let who = socket.map(|s| s.actor);
        let id = self.tell(who, Source::Capture, fact, None, out);
        if is_new && let Some(talk) = talk {
            self.introduce(talk, id, out);
        }
        if how == How::Guessed && (talk.is_some() || brief.protocol != Protocol::Tcp) {
            self.tell_the_guess(brief, server, client, id, out);
        }
        match (talk, entered.tcp) {
            (Some(talk), Some(tcp)) => {
                let old = [Side::Server, Side::Client].map(|s| self.talks[talk].end(s).figures);
                let mut steps = Vec::new();
                self.talks[talk].takes(!toward, &tcp, brief.len, &mut steps);
                self.conclude(talk, !toward, &steps, old, id, out);
            }
            (None, Some(_)) if !self.crowd_told => {
                self.crowd_told = true;
                let text = format!(
                    "There are more than {MOST_TALKS} TCP conversations: of further ones only the packets are told."
                );
                self.tell(None, Source::Derived, Fact::Note { text }, Some(id), out);
            }
            _ => {}
        }
    }

    /// The conversation that a segment is part of, and whether it begins with it.
    fn talk_of(
        &mut self,
        brief: &Brief,
        toward: Side,
        entered: &Entered,
        server: SocketAddr,
        client: SocketAddr,
    ) -> (Option<usize>, bool) {
        if entered.tcp.is_none() {
            return (None, false);
        }
        let key = pair(brief);
        let asks = brief.kind() == Some(PacketKind::Syn);
        let repeats = entered.notable.contains(&Notable::Retransmission);
        let anew = |talk: &Talk| {
            entered.notable.contains(&Notable::PortReused)
                || asks && !repeats && talk.is_past_its_syn(!toward)
        };
        match self.places.get(&key).copied() {
            Some(place) if !anew(&self.talks[place]) => return (Some(place), false),
            _ => {}
        }
        if self.talks.len() >= MOST_TALKS {
            self.places.remove(&key);
            return (None, false);
        }
        let place = self.talks.len();
        self.talks.push(Talk::new(place as u16 + 1, server, client));
        self.places.insert(key, place);
        (Some(place), true)
    }

    /// Both ends of a conversation get their names.
    fn introduce(&mut self, talk: usize, cause: EventId, out: &mut Vec<Event>) {
        for side in [Side::Client, Side::Server] {
            let (end, peer) = (self.talks[talk].end(side), self.talks[talk].end(!side));
            let fact = Fact::Socket {
                socket: end.socket,
                cookie: 0,
                local: end.address,
                peer: Some(peer.address),
                was: None,
            };
            let who = Some(end.socket.actor);
            self.tell(who, Source::Derived, fact, Some(cause), out);
        }
    }

    fn tell_the_guess(
        &mut self,
        brief: &Brief,
        server: SocketAddr,
        client: SocketAddr,
        cause: EventId,
        out: &mut Vec<Event>,
    ) {
        let why = match brief.protocol {
            Protocol::Tcp => "their SYN was not captured",
            _ => "UDP has no SYN",
        };
        let by = if server.port() < client.port() {
            "its port is the lower one"
        } else {
            "it was spoken to first"
        };
        let text =
            format!("{server} is taken for the server, {client} for the client: {why}, and {by}.");
        self.tell(None, Source::Derived, Fact::Note { text }, Some(cause), out);
    }

    /// Tells what follows from a segment that `sender` has sent.
    fn conclude(
        &mut self,
        talk: usize,
        sender: Side,
        steps: &[Step],
        old: [talk::Figures; 2],
        cause: EventId,
        out: &mut Vec<Event>,
    ) {
        for step in steps {
            let socket = self.talks[talk].end(step.side).socket;
            let (from, to) = (step.from, step.to);
            let fact = Fact::State { socket, from, to };
            self.tell(Some(socket.actor), Source::Derived, fact, Some(cause), out);
        }
        for side in [sender, !sender] {
            let end = self.talks[talk].end(side);
            let (socket, now, before) = (end.socket, end.figures, old[side as usize]);
            if now == before {
                continue;
            }
            let who = Some(socket.actor);
            let fact = Fact::Progress {
                socket,
                taken: None,
                sent: now.sent,
                acked: now.acked,
                received: now.received,
                copied: None,
            };
            let told = self.tell(who, Source::Derived, fact, Some(cause), out);
            if now.acked > before.acked {
                let fact = Fact::Ack {
                    level: AckLevel::Tcp,
                    toward: !side,
                    socket,
                    through: now.acked,
                };
                self.tell(who, Source::Derived, fact, Some(told), out);
            }
        }
    }
}

/// What is kept of an IP packet. What a link has added behind it is no part of it.
fn kept(brief: &Brief, bytes: &[u8], original: usize) -> Payload {
    let total = (brief.total as usize).max(1);
    let here = &bytes[..bytes.len().min(total)];
    let mut payload = Payload::capped(here, KEPT_PER_PACKET);
    payload.omitted += original.min(total).saturating_sub(here.len()) as u64;
    payload
}

#[cfg(test)]
mod tests;

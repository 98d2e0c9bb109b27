//! The tracker follows TCP conversations in the order in which packets enter the cable, and says what the journal needs
//! of each: numbers that count from the connection's beginning, what is notable, and which packet it repeats or answers.
//!
//! The rules for the notable are those of Wireshark's TCP analysis, as its user guide documents them, so that a learner
//! who opens the recording there reads the same words. We know more than Wireshark can, though: every packet passes
//! here, in order, and we see it arrive. So a packet whose numbers were seen before is a retransmission, whatever the
//! time since; and what is out of order is said of a packet's arrival, never of its entry. `analysis.rs` names each
//! difference.
//!
//! Memory is bounded: the conversations that were silent for longest are forgotten, and of each the oldest segments.

mod analysis;
mod arrival;
mod direction;

use super::brief::{Brief, Segment};
use crate::model::{
    ids::Nanos,
    packet::{Arrival, Notable, PacketNo, Tcp, TcpFlags},
};
use core::net::SocketAddr;
use direction::Direction;
use std::collections::HashMap;

/// As many conversations are followed at most.
const MOST_CONVERSATIONS: usize = 4096;
/// So many of them are forgotten when there is one too many.
const FORGOTTEN_AT_ONCE: usize = 1024;
/// As many segments are remembered of each direction, to name the one that a retransmission repeats...
const SEGMENTS: usize = 1024;
/// ... and as many when there are more than [`CROWD`] conversations.
const SEGMENTS_IN_A_CROWD: usize = 64;
/// See [`SEGMENTS_IN_A_CROWD`].
const CROWD: usize = 256;

/// What the tracker says of a packet that has entered the cable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// Its TCP header, with numbers that count from the connection's beginning.
    pub tcp: Option<Tcp>,
    /// What is notable about it.
    pub notable: Vec<Notable>,
    /// The first packet that carried the same; or the one that this answers, where `notable` says that it answers one.
    pub again: Option<PacketNo>,
}

/// Follows conversations.
#[derive(Clone, Debug, Default)]
pub struct Tracker {
    conversations: Vec<(Key, Conversation)>,
    /// Where each of them stands.
    places: HashMap<Key, usize>,
    /// Where the one stands whose packet came last: mostly it is the next one's, too.
    recent: usize,
    /// Counts packets: the conversation with the lowest was silent for longest.
    clock: u64,
}

/// Both ends of a conversation, in an order that does not depend on who sends.
type Key = (SocketAddr, SocketAddr);

/// A conversation: what each end has sent.
#[derive(Clone, Debug, Default)]
struct Conversation {
    ends: [Direction; 2],
    /// Whether arrivals are told, too. On the host network they are not.
    arrivals_told: bool,
    used: u64,
}

/// Where a packet's conversation is found, and which of its ends sends it.
fn key(brief: &Brief) -> (Key, usize) {
    if brief.from <= brief.to {
        ((brief.from, brief.to), 0)
    } else {
        ((brief.to, brief.from), 1)
    }
}

impl Conversation {
    /// The sending direction, and the other one.
    fn split(&mut self, end: usize) -> (&mut Direction, &mut Direction) {
        let [first, second] = &mut self.ends;
        if end == 0 {
            (first, second)
        } else {
            (second, first)
        }
    }
}

impl Tracker {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.conversations.clear();
        self.places.clear();
    }

    fn place_of(&self, key: &Key) -> Option<usize> {
        match self.conversations.get(self.recent) {
            Some((recent, _)) if recent == key => Some(self.recent),
            _ => self.places.get(key).copied(),
        }
    }

    /// The conversation between these ends, which begins if it is not known.
    fn conversation(&mut self, key: Key) -> &mut Conversation {
        self.recent = self.place_of(&key).unwrap_or_else(|| {
            if self.conversations.len() >= MOST_CONVERSATIONS {
                self.make_room();
            }
            let place = self.conversations.len();
            self.places.insert(key, place);
            self.conversations.push((key, Conversation::default()));
            place
        });
        &mut self.conversations[self.recent].1
    }

    /// A packet enters the cable. Not for a copy that the cable has made, which nobody has sent: see
    /// [`Tracker::relative`].
    pub fn enters(&mut self, number: PacketNo, at: Nanos, brief: &Brief) -> Entered {
        let Some(segment) = brief.tcp else {
            return Entered::default();
        };
        let (key, end) = key(brief);
        self.clock += 1;
        let clock = self.clock;
        let room = match self.conversations.len() {
            ..CROWD => SEGMENTS,
            _ => SEGMENTS_IN_A_CROWD,
        };
        let conversation = self.conversation(key);
        let mut notable = Vec::new();
        if conversation.is_anew(end, &segment) {
            *conversation = Conversation::default();
            notable.push(Notable::PortReused);
        }
        conversation.used = clock;
        let mut entered = conversation.enters(end, number, at, &segment, brief.len, room);
        if !notable.is_empty() {
            notable.append(&mut entered.notable);
            entered.notable = notable;
        }
        entered.notable.sort_unstable();
        entered
    }

    /// A packet is delivered: how its receiver sees it. Only for what the receiver's kernel takes: a corrupted packet
    /// it throws away unseen. A captured packet arrives as it enters; whoever tells that, too, hears of delayed ACKs.
    pub fn arrives(&mut self, at: Nanos, brief: &Brief) -> Option<Arrival> {
        let segment = brief.tcp?;
        let (key, end) = key(brief);
        let place = self.place_of(&key)?;
        let (_, conversation) = self.conversations.get_mut(place)?;
        conversation.arrivals_told = true;
        let (sender, receiver) = conversation.split(end);
        arrival::arrives(sender, receiver, at, &segment, brief.len)
    }

    /// A packet's TCP header with the numbers of its conversation, if that is known; nothing is noted. For a copy that
    /// the cable has made.
    pub fn relative(&self, brief: &Brief) -> Option<Tcp> {
        let segment = brief.tcp?;
        let (key, end) = key(brief);
        let ends = &self.conversations.get(self.place_of(&key)?)?.1.ends;
        Some(direction::relative(&ends[end], &ends[1 - end], &segment))
    }

    /// About how many bytes a copy of it takes.
    pub fn weight(&self) -> usize {
        let segments = |c: &Conversation| c.ends.iter().map(|d| d.sent.len()).sum::<usize>();
        let sent: usize = self.conversations.iter().map(|(_, c)| segments(c)).sum();
        let each = size_of::<(Key, Conversation)>() + size_of::<(Key, usize)>();
        self.conversations.len() * each + sent * size_of::<direction::Sent>()
    }

    fn make_room(&mut self) {
        let mut used: Vec<_> = self.conversations.iter().map(|(_, c)| c.used).collect();
        let (_, limit, _) = used.select_nth_unstable(FORGOTTEN_AT_ONCE);
        let limit = *limit;
        self.conversations.retain(|(_, c)| c.used >= limit);
        let keys = self.conversations.iter().map(|(key, _)| *key);
        self.places = keys.zip(0..).collect();
    }
}

impl Conversation {
    /// Whether a SYN opens a new conversation under the addresses of this one: it begins at another number.
    fn is_anew(&self, end: usize, segment: &Segment) -> bool {
        let opens = segment.flags.has(TcpFlags::SYN) && !segment.flags.has(TcpFlags::ACK);
        opens && self.ends[end].base.is_some_and(|base| base != segment.seq)
    }
}

#[cfg(test)]
mod tests;

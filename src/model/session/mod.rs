//! What a journal adds up to at one moment: who waits, which sockets there are, where each byte is, which lines are
//! reached. Folded event by event (`apply`); it asks nobody anything.

mod apply;
mod cable;
mod parts;

pub use cable::{CableState, Ended, PacketState, RECENT_PACKETS};
pub use parts::{ActorState, CallBrief, Counts, Passage, RECENT_CALLS, SocketState, WaitingCall};

use super::{
    call::Call,
    errno::Errno,
    event::{AckLevel, CAPTURE, ScriptLine, Sight},
    ids::{Actor, EventId, Nanos, Side, SocketId, Target},
    ledger::Ledger,
    lines::Lines,
    tcp::TcpState,
};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::{collections::BTreeMap, sync::Arc};

/// The state at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The time of the last event.
    pub at: Nanos,
    /// The last event.
    pub last: Option<EventId>,
    /// How many events it is folded from.
    pub count: usize,
    /// How often everything was cleared to begin anew; names like `server.1` are given out anew then.
    pub generation: u32,
    /// The event with which this generation began: a name in an earlier event may be another socket's.
    pub begins: Option<EventId>,
    /// `host`, `lab`, or [`CAPTURE`].
    pub network: String,
    /// How packets are seen.
    pub sight: Arc<Sight>,
    /// Why it is not the lab, if that was wished for.
    pub no_lab: Option<Arc<str>>,
    /// The cable and the packets on it.
    pub cable: CableState,
    /// The address that a bare port means.
    pub server_address: SocketAddr,
    /// The script that is walked through.
    pub script: Arc<[ScriptLine]>,
    /// How many statements of the script have been asked for.
    pub step: usize,
    /// Whether the script was left for free play: by a call of one's own that is not its next step.
    pub left_script: bool,
    /// The actors that have done something, or will by the script.
    pub actors: BTreeMap<Actor, ActorState>,
    /// The sockets, in the order in which they came to be.
    pub sockets: Vec<SocketState>,
    /// The four lines.
    pub lines: Lines,
    /// How many of the four lines have been told.
    pub lines_told: u8,
    /// The event that is worth talking about now: the last call, wait, line or word.
    pub talk: Option<EventId>,
    /// The latest note on an event.
    pub noted: Option<EventId>,
    /// What the script said last.
    pub said: Option<EventId>,
    /// Claims that held, and claims that did not.
    pub claims: (u32, u32),
    /// What came of the claims of the script's lines, the latest time that each was looked at: whether it held, and the
    /// event that says so.
    pub verdicts: BTreeMap<u32, (bool, EventId)>,
    /// Calls that were counted and not told one by one.
    pub elided: u64,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            at: Nanos(0),
            last: None,
            count: 0,
            generation: 0,
            begins: None,
            network: "host".to_owned(),
            sight: Arc::default(),
            no_lab: None,
            cable: CableState::default(),
            server_address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 10008),
            script: Arc::new([]),
            step: 0,
            left_script: false,
            actors: BTreeMap::new(),
            sockets: Vec::new(),
            lines: Lines::default(),
            lines_told: 0,
            talk: None,
            noted: None,
            said: None,
            claims: (0, 0),
            verdicts: BTreeMap::new(),
            elided: 0,
        }
    }
}

impl Session {
    /// The script's next statement, while it is walked through.
    pub fn next_in_script(&self) -> Option<&ScriptLine> {
        if self.left_script {
            None
        } else {
            self.script.get(self.step)
        }
    }

    /// A socket by its name.
    pub fn socket(&self, id: SocketId) -> Option<&SocketState> {
        self.sockets.iter().rev().find(|s| s.id == id)
    }

    /// The sockets of one actor, oldest first.
    pub fn sockets_of(&self, actor: Actor) -> impl DoubleEndedIterator<Item = &SocketState> {
        self.sockets.iter().filter(move |s| s.id.actor == actor)
    }

    /// The socket that is meant in a claim: the one that is named; else the newest connection, one that is open before
    /// one that is closed; else the newest socket at all.
    pub fn newest(&self, who: Target) -> Option<&SocketState> {
        if let Some(slot) = who.slot {
            return self.socket(SocketId {
                actor: who.actor,
                slot,
            });
        }
        let connections = || {
            self.sockets_of(who.actor)
                .rev()
                .filter(|s| !s.is_listener() && !s.is_pending())
        };
        connections()
            .find(|s| s.fd.is_some())
            .or_else(|| connections().find(|s| !s.is_gone()))
            .or_else(|| connections().next())
            .or_else(|| self.sockets_of(who.actor).rev().find(|s| s.fd.is_some()))
            .or_else(|| self.sockets_of(who.actor).next_back())
    }

    /// The newest socket of an actor that listens.
    pub fn listener(&self, actor: Actor) -> Option<&SocketState> {
        self.sockets_of(actor)
            .rev()
            .find(|s| s.state == TcpState::Listen)
    }

    /// The two ends of the conversation that is looked at: the newest connection of a client and its peer, as far as
    /// they are ours.
    pub fn conversation(&self) -> (Option<&SocketState>, Option<&SocketState>) {
        let newest = |side: Side| {
            let connections = || {
                self.sockets
                    .iter()
                    .rev()
                    .filter(|s| s.id.actor.side() == side && !s.is_listener())
            };
            connections()
                .find(|s| s.fd.is_some() || s.is_pending())
                .or_else(|| connections().next())
        };
        let client = newest(Side::Client);
        let server = match client.and_then(|c| c.peer_socket) {
            Some(peer) => self.socket(peer),
            None => newest(Side::Server)
                .filter(|s| client.is_none() || s.peer_socket.is_none() && s.peer.is_some()),
        };
        (server, client)
    }

    /// Where the bytes are that this socket sends.
    pub fn ledger(&self, id: SocketId) -> Ledger {
        let Some(socket) = self.socket(id) else {
            return Ledger::default();
        };
        let peer = socket.peer_socket.and_then(|peer| self.socket(peer));
        let peer_counts = peer.and_then(|p| p.counts);
        if socket.is_only_seen() {
            let counts = socket.counts.unwrap_or_default();
            return Ledger {
                sent: Some(counts.sent),
                acked: Some(counts.acked),
                received: peer_counts.map(|c| c.received),
                ..Ledger::default()
            }
            .ordered();
        }
        let taken = socket.counts.and_then(|c| c.taken);
        let written = socket.written.max(taken.unwrap_or(0));
        let nothing = (written == 0).then_some(0);
        Ledger {
            written: Some(written),
            sent: socket.counts.map(|c| c.sent).or(nothing),
            acked: socket.counts.map(|c| c.acked).or(nothing),
            received: peer
                .map(|p| p.read.max(p.counts.map_or(0, |c| c.received)))
                .or(nothing),
            read: peer
                .map(|p| p.read.max(peer_counts.and_then(|c| c.copied).unwrap_or(0)))
                .or(nothing),
            receiver_gone: peer.is_some_and(|p| {
                p.closed && matches!(p.state, TcpState::Closed | TcpState::TimeWait)
            }),
            sender_gone: socket.state == TcpState::Closed && !socket.path.is_empty(),
        }
        .ordered()
    }

    /// Whether nothing is known but packets: somebody's capture.
    pub fn is_capture(&self) -> bool {
        self.network == CAPTURE
    }

    /// How many bytes toward this side are acknowledged in this sense, in the conversation that is looked at.
    pub fn acknowledged(&self, level: AckLevel, toward: Side) -> u64 {
        let (server, client) = self.conversation();
        let sender = if toward == Side::Server {
            client
        } else {
            server
        };
        sender.map_or(0, |s| s.acknowledged(level))
    }

    /// The port that the server can try to listen on: the one that a bare port means, or, when it was found taken, 0 for
    /// one that the kernel picks.
    pub fn port_to_listen_on(&self) -> u16 {
        let taken = self
            .latest_call(Some(Actor::Server))
            .is_some_and(|call| call.errno == Some(Errno::EADDRINUSE));
        if taken { 0 } else { self.server_address.port() }
    }

    /// The latest finished call, of one actor or of all.
    pub fn latest_call(&self, who: Option<Actor>) -> Option<CallBrief> {
        match who {
            Some(actor) => self.actors.get(&actor)?.last,
            None => self
                .actors
                .values()
                .filter_map(|a| a.last)
                .max_by_key(|c| c.event),
        }
    }

    /// The call in which an actor waits; the newest, if there are several.
    pub fn waiting(&self, actor: Actor) -> Option<&Call> {
        self.actors
            .get(&actor)?
            .waiting
            .last()
            .map(|w| w.call.as_ref())
    }
}

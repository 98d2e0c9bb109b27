//! What a journal adds up to at one moment: who waits, which sockets there are, where each byte is, which lines are
//! reached. Folded event by event; it asks nobody anything.

use super::{
    call::{Call, CallDone},
    errno::Errno,
    event::{AckLevel, Detail, Event, Fact, ScriptLine, Source},
    ids::{Actor, CallId, EventId, Fd, Nanos, Side, Slot, SocketId, Target},
    ledger::Ledger,
    lines::Lines,
    tcp::TcpState,
};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Latest calls kept at hand for each actor; all others are in the journal.
pub const RECENT_CALLS: usize = 32;
/// Sockets kept at hand; beyond it, the oldest that are gone are let go.
const MOST_SOCKETS: usize = 512;
/// Steps kept of a socket's way through the states.
const MOST_PATH: usize = 16;

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCall {
    /// Which.
    pub call_id: CallId,
    /// The event that told it.
    pub event: EventId,
    /// The call.
    pub call: Box<Call>,
    /// The socket that it works on.
    pub socket: Option<SocketId>,
    /// Since when it is known to wait.
    pub since: Nanos,
}

/// What became of a call, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallBrief {
    /// The event in which it returned.
    pub event: EventId,
    /// Its name.
    pub name: &'static str,
    /// What it returned.
    pub ret: i64,
    /// Why it failed.
    pub errno: Option<Errno>,
}

/// One actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorState {
    /// Its calls that wait; more than one only for a concurrent server.
    pub waiting: Vec<WaitingCall>,
    /// Its latest finished call.
    pub last: Option<CallBrief>,
    /// Its latest calls, oldest first: the events in which they returned.
    pub recent: VecDeque<EventId>,
    /// Statements that wait for their turn, as text.
    pub queued: VecDeque<String>,
    /// By which event each of them was asked for, where that is known.
    queued_by: VecDeque<Option<EventId>>,
    /// How it answers by itself.
    pub serving: Option<String>,
    /// Whether every accepted connection has a thread of its own.
    pub concurrent: bool,
}

/// One step of a socket's way through the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// From.
    pub from: TcpState,
    /// To.
    pub to: TcpState,
    /// Whether it was too fast to be seen.
    pub derived: bool,
    /// The event that told it.
    pub event: EventId,
}

/// What the kernel counts for a connection, in bytes of data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "see Fact::Progress")]
pub struct Counts {
    pub taken: u64,
    pub sent: u64,
    pub acked: u64,
    pub received: u64,
    pub copied: u64,
}

/// One socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketState {
    /// Its name.
    pub id: SocketId,
    /// Its descriptor while the program has it open. `None` for one in the accept queue, and after `close`.
    pub fd: Option<Fd>,
    /// Whether the program has closed it.
    pub closed: bool,
    /// Its number in the kernel.
    pub cookie: Option<u64>,
    /// Its own address.
    pub local: Option<SocketAddr>,
    /// The peer's address.
    pub peer: Option<SocketAddr>,
    /// The other end, if that is a socket of ours.
    pub peer_socket: Option<SocketId>,
    /// Its state.
    pub state: TcpState,
    /// The latest steps of its way through the states.
    pub path: Vec<Passage>,
    /// Recv-Q as last seen.
    pub recv_q: Option<u64>,
    /// Send-Q as last seen.
    pub send_q: Option<u64>,
    /// More of what the kernel tells, and when it was seen.
    pub detail: Option<(Detail, Nanos)>,
    /// What the kernel counts.
    pub counts: Option<Counts>,
    /// Bytes that `send` took, as it returned.
    pub written: u64,
    /// Bytes that `recv` took out, as it returned.
    pub read: u64,
    /// Whether `recv` has returned 0: the peer's end of the stream was seen by the program.
    pub end_seen: bool,
    /// Whether calls on it do not wait.
    pub nonblocking: bool,
    /// How far what it wrote is acknowledged, by [`AckLevel`].
    pub acks: [u64; 3],
}

impl SocketState {
    fn new(id: SocketId) -> Self {
        Self {
            id,
            fd: None,
            closed: false,
            cookie: None,
            local: None,
            peer: None,
            peer_socket: None,
            state: TcpState::Closed,
            path: Vec::new(),
            recv_q: None,
            send_q: None,
            detail: None,
            counts: None,
            written: 0,
            read: 0,
            end_seen: false,
            nonblocking: false,
            acks: [0; 3],
        }
    }

    /// Whether it listens, or did before it was closed.
    pub fn is_listener(&self) -> bool {
        self.state == TcpState::Listen || self.path.iter().any(|p| p.to == TcpState::Listen)
    }

    /// Whether it waits in the accept queue.
    pub const fn is_pending(&self) -> bool {
        matches!(self.id.slot, Slot::Pending(_))
    }

    /// Whether neither program nor kernel has it any more.
    pub fn is_gone(&self) -> bool {
        self.fd.is_none() && self.state == TcpState::Closed
    }

    /// What it sent that is acknowledged in this sense, in bytes.
    pub const fn acknowledged(&self, level: AckLevel) -> u64 {
        self.acks[level as usize]
    }
}

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
    /// `host` or `lab`.
    pub network: String,
    /// The address that a bare port means.
    pub server_address: SocketAddr,
    /// The script that is walked through.
    pub script: Arc<[ScriptLine]>,
    /// How many statements of the script have been asked for.
    pub step: usize,
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
            network: "host".to_owned(),
            server_address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 10008),
            script: Arc::new([]),
            step: 0,
            actors: BTreeMap::new(),
            sockets: Vec::new(),
            lines: Lines::default(),
            lines_told: 0,
            talk: None,
            noted: None,
            said: None,
            claims: (0, 0),
            elided: 0,
        }
    }
}

impl Session {
    /// A socket by its name.
    pub fn socket(&self, id: SocketId) -> Option<&SocketState> {
        self.sockets.iter().rev().find(|s| s.id == id)
    }

    fn socket_mut(&mut self, id: SocketId) -> &mut SocketState {
        let i = self
            .sockets
            .iter()
            .rposition(|s| s.id == id)
            .unwrap_or_else(|| {
                self.forget_the_oldest();
                self.sockets.push(SocketState::new(id));
                self.sockets.len() - 1
            });
        &mut self.sockets[i]
    }

    fn forget_the_oldest(&mut self) {
        if self.sockets.len() >= MOST_SOCKETS
            && let Some(gone) = self.sockets.iter().position(SocketState::is_gone)
        {
            self.sockets.remove(gone);
        }
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
        let written = socket.written.max(socket.counts.map_or(0, |c| c.taken));
        let nothing = (written == 0).then_some(0);
        Ledger {
            written,
            sent: socket.counts.map(|c| c.sent).or(nothing),
            acked: socket.counts.map(|c| c.acked).or(nothing),
            received: peer
                .map(|p| p.read.max(p.counts.map_or(0, |c| c.received)))
                .or(nothing),
            read: peer
                .map(|p| p.read.max(p.counts.map_or(0, |c| c.copied)))
                .or(nothing),
            receiver_gone: peer.is_some_and(|p| {
                p.closed && matches!(p.state, TcpState::Closed | TcpState::TimeWait)
            }),
            sender_gone: socket.closed && socket.state == TcpState::Closed,
        }
        .ordered()
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

    /// Takes in one event.
    pub fn apply(&mut self, event: &Event) {
        self.at = event.at_ns;
        self.last = Some(event.id);
        self.count += 1;
        self.lines.apply(event.id, event.who, &event.fact);
        match &event.fact {
            Fact::Begin {
                network,
                script,
                server,
            } => {
                *self = Self {
                    at: self.at,
                    last: self.last,
                    count: self.count,
                    generation: self.generation + u32::from(self.count > 1),
                    network: network.clone(),
                    server_address: *server,
                    script: script.clone().into(),
                    ..Self::default()
                };
            }
            Fact::Asked { step, .. } => {
                if let Some(step) = step {
                    self.step = step.saturating_add(1);
                }
                if let Some(actor) = event.who {
                    self.actors.entry(actor).or_default();
                }
            }
            Fact::Call(done) => {
                self.begun(event, done.call_id);
                self.returned(event, done);
            }
            Fact::Waiting {
                call_id,
                call,
                socket,
            } => {
                self.begun(event, *call_id);
                self.talk = Some(event.id);
                let waiting = WaitingCall {
                    call_id: *call_id,
                    event: event.id,
                    call: call.clone(),
                    socket: *socket,
                    since: event.happened(),
                };
                self.actor(event.who).waiting.push(waiting);
            }
            Fact::Queued { text } => {
                let actor = self.actor(event.who);
                actor.queued.push_back(text.clone());
                actor.queued_by.push_back(event.cause);
            }
            Fact::Socket {
                socket,
                cookie,
                local,
                peer,
                was,
            } => self.named(*socket, *cookie, *local, *peer, *was),
            Fact::State { socket, from, to } => {
                let derived = event.source == Source::Derived;
                let passage = Passage {
                    from: *from,
                    to: *to,
                    derived,
                    event: event.id,
                };
                let s = self.socket_mut(*socket);
                s.state = *to;
                if s.path.len() == MOST_PATH {
                    s.path.remove(1);
                }
                s.path.push(passage);
                if *to == TcpState::Closed {
                    (s.recv_q, s.send_q, s.detail) = (None, None, None);
                }
                if *to == TcpState::Closed && s.is_pending() {
                    let id = s.id;
                    self.sockets.retain(|s| s.id != id);
                }
            }
            Fact::Queue {
                socket,
                recv_q,
                send_q,
            } => {
                let s = self.socket_mut(*socket);
                (s.recv_q, s.send_q) = (Some(*recv_q), Some(*send_q));
            }
            Fact::Progress {
                socket,
                taken,
                sent,
                acked,
                received,
                copied,
            } => {
                let s = self.socket_mut(*socket);
                let old = s.counts.unwrap_or_default();
                // Counts only grow; a look that comes late must not take back what is known.
                s.counts = Some(Counts {
                    taken: old.taken.max(*taken),
                    sent: old.sent.max(*sent),
                    acked: old.acked.max(*acked),
                    received: old.received.max(*received),
                    copied: old.copied.max(*copied),
                });
            }
            Fact::Detail { socket, detail } => {
                self.socket_mut(*socket).detail = Some((*detail, event.happened()))
            }
            Fact::Ack {
                level,
                socket,
                through,
                ..
            } => {
                let ack = &mut self.socket_mut(*socket).acks[*level as usize];
                *ack = (*ack).max(*through);
            }
            Fact::Line { line } => {
                self.lines_told = self.lines_told.max((*line).min(4));
            }
            Fact::Expect { held, .. } => {
                if *held {
                    self.claims.0 += 1
                } else {
                    self.claims.1 += 1
                }
            }
            Fact::Say { .. } => {
                self.talk = Some(event.id);
                self.said = Some(event.id);
            }
            Fact::Refused { .. } => self.talk = Some(event.id),
            Fact::Serve { mode } => {
                self.talk = Some(event.id);
                self.actor(event.who).serving = (mode != "off").then(|| mode.clone());
            }
            Fact::Mode { text } => {
                self.talk = Some(event.id);
                self.actor(event.who).concurrent = text == "concurrent on";
            }
            Fact::Elided {
                socket,
                calls,
                read,
                written,
            } => {
                self.elided = self.elided.saturating_add(*calls);
                let s = self.socket_mut(*socket);
                s.read = s.read.saturating_add(*read);
                s.written = s.written.saturating_add(*written);
            }
            Fact::Note { .. } => self.noted = Some(event.id),
            Fact::Cancel { .. } => {}
        }
    }

    fn actor(&mut self, who: Option<Actor>) -> &mut ActorState {
        self.actors.entry(who.unwrap_or(Actor::Server)).or_default()
    }

    /// A call was made, so the statement that asked for it has had its turn.
    fn begun(&mut self, event: &Event, call_id: CallId) {
        let actor = self.actor(event.who);
        if actor.queued.is_empty() || actor.waiting.iter().any(|w| w.call_id == call_id) {
            return;
        }
        let mine = actor
            .queued_by
            .iter()
            .position(|by| by.is_none() || *by == event.cause);
        if let Some(i) = mine {
            actor.queued.remove(i);
            actor.queued_by.remove(i);
        }
    }

    fn returned(&mut self, event: &Event, done: &CallDone) {
        self.talk = Some(event.id);
        let brief = CallBrief {
            event: event.id,
            name: done.call.name(),
            ret: done.ret,
            errno: done.errno,
        };
        let actor = self.actor(event.who);
        actor.waiting.retain(|w| w.call_id != done.call_id);
        actor.last = Some(brief);
        actor.recent.push_back(event.id);
        if actor.recent.len() > RECENT_CALLS {
            actor.recent.pop_front();
        }
        if let Some(made) = done.made {
            let s = self.socket_mut(made);
            s.fd = i32::try_from(done.ret).ok().map(Fd);
        }
        let Some(id) = done.socket else { return };
        let s = self.socket_mut(id);
        s.written = s.written.saturating_add(done.bytes_written());
        s.read = s.read.saturating_add(done.bytes_read());
        match &done.call {
            // Linux lets go of the descriptor even when close reports an error.
            Call::Close { .. } if done.errno != Some(Errno::EBADF) => {
                s.closed = true;
                s.fd = None;
            }
            Call::Recv { len, .. } | Call::RecvFrom { len, .. } if done.ret == 0 && *len > 0 => {
                s.end_seen = true
            }
            Call::Ioctl { nonblocking, .. } if done.ret == 0 => s.nonblocking = *nonblocking,
            _ => {}
        }
    }

    fn named(
        &mut self,
        id: SocketId,
        cookie: u64,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        was: Option<SocketId>,
    ) {
        if let Some(was) = was
            && let Some(i) = self.sockets.iter().position(|s| s.id == was)
        {
            let old = self.sockets.remove(i);
            let fd = self.socket_mut(id).fd;
            *self.socket_mut(id) = SocketState { id, fd, ..old };
            for other in &mut self.sockets {
                if other.peer_socket == Some(was) {
                    other.peer_socket = Some(id);
                }
            }
        }
        let s = self.socket_mut(id);
        (s.cookie, s.local, s.peer) = (Some(cookie), Some(local), peer);
        let Some(peer) = peer else { return };
        let other = self.sockets.iter_mut().rev().find(|o| {
            o.id != id
                && o.local == Some(peer)
                && o.peer == Some(local)
                && o.id.actor.side() != id.actor.side()
        });
        if let Some(other) = other {
            other.peer_socket = Some(id);
            let other = other.id;
            self.socket_mut(id).peer_socket = Some(other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    #[test]
    fn a_statement_leaves_the_queue_when_its_call_is_made() {
        let mut play = Play::free();
        play.listen().accept().ask("server recv");
        let text = "server recv".to_owned();
        play.see(Some(Actor::Server), Source::Script, Fact::Queued { text });
        let queued = |play: &Play| play.session().actors[&Actor::Server].queued.len();
        assert_eq!(queued(&play), 1);
        // The call that waits comes back: that is not yet the turn of the other.
        let call = Call::Accept { fd: Fd(3) };
        let id = SocketId::own(Actor::Server, 0);
        play.fail(Actor::Server, Some(id), call, Errno::EINTR);
        assert_eq!(queued(&play), 1);
        let flags = crate::model::call::MsgFlags::default();
        let recv = Call::Recv {
            fd: Fd(-1),
            len: 1,
            flags,
        };
        play.fail(Actor::Server, None, recv, Errno::EBADF);
        assert_eq!(queued(&play), 0);
    }
}

//! The parts of a session: actors, their waiting calls, sockets and their ways.

use super::super::{
    call::Call,
    errno::Errno,
    event::{AckLevel, Detail},
    ids::{CallId, EventId, Fd, Nanos, Slot, SocketId},
    tcp::TcpState,
};
use super::marks::Marks;
use core::net::SocketAddr;
use std::collections::VecDeque;

/// Latest calls kept at hand for each actor; all others are in the journal.
pub const RECENT_CALLS: usize = 32;
/// Sockets kept at hand; beyond it, the oldest that are gone are let go, then the oldest in TIME-WAIT.
pub(super) const MOST_SOCKETS: usize = 512;
/// Steps kept of a socket's way through the states.
pub(super) const MOST_PATH: usize = 16;

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
    pub(super) queued_by: VecDeque<Option<EventId>>,
    /// How it answers by itself.
    pub serving: Option<String>,
    /// Whether every accepted connection has a thread of its own.
    pub concurrent: bool,
}

impl ActorState {
    /// A statement has had its turn, or is refused one: the one that was asked for in this event.
    pub(super) fn unqueue(&mut self, asked: Option<EventId>) {
        let place = self
            .queued_by
            .iter()
            .position(|by| by.is_none() || *by == asked);
        if let Some(i) = place {
            self.queued.remove(i);
            self.queued_by.remove(i);
        }
    }
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
    pub taken: Option<u64>,
    pub sent: u64,
    pub acked: u64,
    pub received: u64,
    pub copied: Option<u64>,
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
    /// Since when what is notable about it is so.
    pub marks: Marks,
}

impl SocketState {
    pub(super) fn new(id: SocketId) -> Self {
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
            marks: Marks::default(),
        }
    }

    /// Whether nothing is known of it but its packets: what its program does, and which states it was in before them,
    /// nobody has seen.
    pub const fn is_only_seen(&self) -> bool {
        self.cookie.is_none() && self.local.is_some()
    }

    /// Its state; nothing while the packets that were seen do not tell.
    pub fn known_state(&self) -> Option<TcpState> {
        (!self.is_only_seen() || !self.path.is_empty()).then_some(self.state)
    }

    /// Its state as RFC 9293 writes it; `?` while it is not known.
    pub fn state_name(&self) -> &'static str {
        self.known_state().map_or("?", TcpState::rfc)
    }

    /// Whether it listens, or did before it was closed.
    pub fn is_listener(&self) -> bool {
        self.state == TcpState::Listen || self.path.iter().any(|p| p.to == TcpState::Listen)
    }

    /// Whether no program has it yet: half-open, or in the accept queue.
    pub const fn is_pending(&self) -> bool {
        matches!(self.id.slot, Slot::Pending(_))
    }

    /// Whether neither program nor kernel has it any more.
    pub fn is_gone(&self) -> bool {
        self.fd.is_none() && self.known_state() == Some(TcpState::Closed)
    }

    /// Whether its program has closed it and its kernel only waits for its time to be over.
    pub(super) fn is_left_behind(&self) -> bool {
        self.fd.is_none() && self.state == TcpState::TimeWait
    }

    /// What it sent that is acknowledged in this sense, in bytes.
    pub const fn acknowledged(&self, level: AckLevel) -> u64 {
        self.acks[level as usize]
    }
}

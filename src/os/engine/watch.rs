//! Looking at our sockets in the kernel's tables, and telling what has changed since the last look.
//!
//! A connection is followed by its cookie, also when its program has closed it. What lay between two looks and was too
//! fast to be seen is told as derived. We look after every call, when the bell rings, and a few times more while
//! something is still on its way; when nothing moves, nothing ticks.

use super::{bell::Bell, world::Own};
use crate::{
    model::{
        call::Family,
        event::{Detail, Fact, Source, Timer},
        ids::{Actor, Fd, Nanos, Slot, SocketId},
        tcp::TcpState,
    },
    os::{
        clock::Clock,
        kernel::{
            counts::{DataCounts, counts},
            diag::SocketTables,
            row::Row,
        },
    },
};
use core::{net::SocketAddr, time::Duration};
use std::{collections::HashSet, io, os::fd::OwnedFd};
use tokio::{io::unix::AsyncFd, time::Instant};

/// The first look after a call, and the longest pause while something is on its way.
const SOON: Duration = Duration::from_millis(1);
const LATE: Duration = Duration::from_millis(500);
/// The pause while figures keep changing: often enough to see them move, rarely enough not to fill the journal.
const MOVING: Duration = Duration::from_millis(50);

/// The shortest time between two looks that the bell asks for; while figures keep changing it is [`MOVING`].
const RINGS: Duration = Duration::from_millis(5);

/// How often a look asks again for a socket that is not found.
const TRIES: u32 = 3;

/// More sockets than this are not all looked at whenever one of them has moved.
const CROWD: usize = 32;
/// In a crowd, looks at all may take one part in so many of the time.
const SHARE: u32 = 10;

/// A fact that a look has found.
pub(super) struct Seen {
    pub(super) at: Nanos,
    pub(super) socket: SocketId,
    pub(super) source: Source,
    pub(super) fact: Fact,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what is known of a socket are separate facts"
)]
struct Watched {
    id: SocketId,
    cookie: u64,
    local: SocketAddr,
    peer: Option<SocketAddr>,
    opened: bool,
    listens: bool,
    state: TcpState,
    /// Whether its program has closed it.
    closed: bool,
    /// Whether this end was asked to say goodbye: by `close`, or by `shutdown` of its writing half.
    goodbye: bool,
    /// Whether the program has read the end of the peer's stream.
    end_read: bool,
    /// Whether `close` will send a reset (`SO_LINGER` with 0 seconds).
    aborts: bool,
    /// Whether a reset ended it: then no orderly way leads to CLOSED.
    reset: bool,
    queues: Option<(u64, u64)>,
    counts: Option<DataCounts>,
    detail: Option<Detail>,
    named: Option<(SocketAddr, Option<SocketAddr>)>,
    /// Whether a call has told that it is connected and no look has found it yet.
    unseen: bool,
    /// What the last look found that will change by itself.
    moving: bool,
    /// When a timer that the kernel told of runs out.
    due: Option<Instant>,
}

pub(super) struct Watch {
    tables: SocketTables,
    bell: Bell,
    sockets: Vec<Watched>,
    next_pending: u32,
    pause: Duration,
    next: Option<Instant>,
    last: Option<Instant>,
    /// How long the last look at all of them took.
    took: Duration,
}

impl Watch {
    pub(super) fn new() -> io::Result<Self> {
        let (tables, bell) = (SocketTables::open()?, Bell::new()?);
        Ok(Self {
            tables,
            bell,
            sockets: Vec::new(),
            next_pending: 0,
            pause: SOON,
            next: None,
            last: None,
            took: Duration::ZERO,
        })
    }

    pub(super) fn bell(&self) -> io::Result<AsyncFd<OwnedFd>> {
        self.bell.listen()
    }

    pub(super) fn hear(&self) {
        self.bell.hear();
    }

    /// When to look again without being asked.
    pub(super) const fn next_look(&self) -> Option<Instant> {
        self.next
    }

    /// Whether a ring is worth a look of its own. In a flood of them it is not: then one comes soon enough for all.
    pub(super) fn may_look(&mut self) -> bool {
        let gap = self.gap();
        let Some(last) = self.last.filter(|last| last.elapsed() < gap) else {
            return true;
        };
        let soon = last + gap;
        self.next = Some(self.next.map_or(soon, |at| at.min(soon)));
        false
    }

    /// The shortest time between two looks at all of them that no hand-driven call asks for.
    fn gap(&self) -> Duration {
        if self.is_crowded() {
            MOVING.max(self.took * SHARE)
        } else {
            self.pause.clamp(RINGS, MOVING)
        }
    }

    /// Whether there are so many that a look at all of them is dear.
    pub(super) fn is_crowded(&self) -> bool {
        self.sockets.len() > CROWD
    }

    /// A look at all of them took so long.
    pub(super) fn took(&mut self, span: Duration) {
        self.took = span;
    }

    /// Looks at these sockets and at the other ends of their connections.
    pub(super) fn look_at(&mut self, ids: &[SocketId], clock: Clock) -> Vec<Seen> {
        let ids: HashSet<SocketId> = ids.iter().copied().collect();
        let touched = self.sockets.iter().filter(|w| ids.contains(&w.id));
        let other_ends: HashSet<(SocketAddr, SocketAddr)> =
            touched.filter_map(|w| Some((w.peer?, w.local))).collect();
        let mut seen = Vec::new();
        let (mut moving, mut over) = (false, false);
        for i in 0..self.sockets.len() {
            let w = &self.sockets[i];
            let other = || {
                w.peer
                    .is_some_and(|peer| other_ends.contains(&(w.local, peer)))
            };
            if w.peer.is_none() && !w.listens || w.is_over() || !ids.contains(&w.id) && !other() {
                continue;
            }
            let Ok(row) = self.tables.exact(w.local, w.peer, w.cookie) else {
                continue;
            };
            let (at, w) = (clock.now(), &mut self.sockets[i]);
            match row {
                Some(row) => w.found(&row, at, &mut seen),
                None => w.vanished(at, &mut seen),
            }
            moving |= w.moving;
            over |= w.is_over();
        }
        if over {
            self.sockets.retain(|w| !w.is_over() || w.is_pending());
        }
        if moving || !seen.is_empty() {
            // What it has set going is seen when all are looked at.
            self.pause = MOVING;
            let soon = Instant::now() + self.gap();
            self.next = Some(self.next.map_or(soon, |at| at.min(soon)));
        }
        seen
    }

    /// Begins to watch a socket, or learns more of it; `connected` when a call has told that it is. Returns the name that
    /// it had in the accept queue.
    pub(super) fn begin(
        &mut self,
        own: &Own,
        fd: Fd,
        cookie: u64,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        connected: bool,
    ) -> Option<SocketId> {
        self.bell.watch(fd);
        let accepted = own.id.actor == Actor::Server && !own.opened && peer.is_some();
        if let Some(known) = self.sockets.iter_mut().find(|w| w.cookie == cookie) {
            // While it is known to be on its way, that no peer is told any more means that a look will find it gone.
            let on_its_way = known.peer.filter(|_| known.state != TcpState::Closed);
            (known.local, known.peer) = (local, peer.or(on_its_way));
            (known.opened, known.listens) = (own.opened, own.listens);
            known.unseen = connected
                && own.opened
                && matches!(known.state, TcpState::Closed | TcpState::SynSent);
            let was = (known.id != own.id).then_some(known.id);
            known.id = own.id;
            return was;
        }
        self.sockets.push(Watched {
            id: own.id,
            cookie,
            local,
            peer,
            opened: own.opened,
            listens: own.listens,
            state: if accepted {
                TcpState::Listen
            } else {
                TcpState::Closed
            },
            closed: false,
            goodbye: false,
            end_read: false,
            aborts: false,
            reset: false,
            queues: None,
            counts: None,
            detail: None,
            named: None,
            unseen: connected,
            moving: false,
            due: None,
        });
        None
    }

    /// Whether a socket has been told under these addresses; notes that it now is.
    pub(super) fn told_name(
        &mut self,
        id: SocketId,
        local: SocketAddr,
        peer: Option<SocketAddr>,
    ) -> bool {
        let Some(w) = self.sockets.iter_mut().find(|w| w.id == id) else {
            return true;
        };
        // An accepted connection has been told under the name that it had in the queue.
        w.named.replace((local, peer)) == Some((local, peer))
            && !matches!(id.slot, Slot::Own(_) if w.state == TcpState::Listen)
    }

    /// Its program has closed it, or is about to.
    pub(super) fn closed(&mut self, id: SocketId) {
        self.note(id, |w| {
            (w.closed, w.goodbye) = (true, true);
            // Linux resets a connection that is closed with bytes unread.
            w.reset |= w.aborts || w.detail.is_some_and(|d| d.unread > 0);
        });
    }

    /// Its program shuts its writing half down, or is about to.
    pub(super) fn says_goodbye(&mut self, id: SocketId) {
        self.note(id, |w| w.goodbye = true);
    }

    /// Its program has read the end of the peer's stream.
    pub(super) fn end_was_read(&mut self, id: SocketId) {
        self.note(id, |w| w.end_read = true);
    }

    /// Whether closing it will send a reset.
    pub(super) fn will_abort(&mut self, id: SocketId, aborts: bool) {
        self.note(id, |w| w.aborts = aborts);
    }

    /// A call has told of a reset. `pipe`: with EPIPE, which after one's own goodbye tells of nothing else.
    pub(super) fn reset(&mut self, id: SocketId, pipe: bool) {
        self.note(id, |w| w.reset |= !(pipe && w.goodbye));
    }

    fn note(&mut self, id: SocketId, note: impl FnOnce(&mut Watched)) {
        if let Some(w) = self.sockets.iter_mut().find(|w| w.id == id) {
            note(w);
        }
    }

    /// Everything is cleared.
    pub(super) fn forget(&mut self) {
        self.sockets.clear();
        self.next_pending = 0;
        self.next = None;
    }

    /// A call has just returned or waits: look often for a while.
    pub(super) fn stir(&mut self) {
        self.pause = SOON;
    }

    /// Looks at all of them.
    pub(super) fn look(&mut self, clock: Clock) -> Vec<Seen> {
        self.last = Some(Instant::now());
        let mut seen = Vec::new();
        let mut queues = Vec::new();
        let crowded = self.is_crowded();
        for i in 0..self.sockets.len() {
            let w = &self.sockets[i];
            if w.peer.is_none() && !w.listens || w.is_over() || crowded && w.rests() {
                continue;
            }
            let Ok(mut row) = self.tables.exact(w.local, w.peer, w.cookie) else {
                continue;
            };
            // On its way to TIME-WAIT a connection moves to another table, and for a moment it is found in neither.
            for _ in 0..TRIES {
                if row.is_some() || w.state == TcpState::Closed {
                    break;
                }
                std::thread::yield_now();
                row = self.tables.exact(w.local, w.peer, w.cookie).unwrap_or(row);
            }
            let at = clock.now();
            let w = &mut self.sockets[i];
            match row {
                Some(row) => {
                    if w.listens && row.recv_q > 0 {
                        queues.push((w.local, w.id.actor));
                    }
                    w.found(&row, at, &mut seen);
                }
                None => w.vanished(at, &mut seen),
            }
        }
        for (listener, actor) in queues {
            self.look_in_the_queue(listener, actor, clock, &mut seen);
        }
        // A connection that was reset in the accept queue stays there, for accept to return it.
        let listening: Vec<u16> = self
            .sockets
            .iter()
            .filter(|w| w.listens && !w.closed)
            .map(|w| w.local.port())
            .collect();
        self.sockets
            .retain(|w| !w.is_over() || w.is_pending() && listening.contains(&w.local.port()));
        self.plan_the_next(!seen.is_empty());
        seen
    }

    /// Connections that nobody has accepted are in no program's hands; they are found by the listener's port.
    fn look_in_the_queue(
        &mut self,
        listener: SocketAddr,
        actor: Actor,
        clock: Clock,
        seen: &mut Vec<Seen>,
    ) {
        let Ok(rows) = self
            .tables
            .with_local_port(Family::of(&listener), listener.port())
        else {
            return;
        };
        let at = clock.now();
        for row in rows {
            let here = listener.ip().is_unspecified() || row.local.ip() == listener.ip();
            if !row.waits_to_be_accepted()
                || !here
                || self.sockets.iter().any(|w| w.cookie == row.cookie)
            {
                continue;
            }
            self.next_pending = self.next_pending.saturating_add(1);
            let id = SocketId {
                actor,
                slot: Slot::Pending(self.next_pending),
            };
            let fact = Fact::Socket {
                socket: id,
                cookie: row.cookie,
                local: row.local,
                peer: Some(row.peer),
                was: None,
            };
            seen.push(Seen {
                at,
                socket: id,
                source: Source::Kernel,
                fact,
            });
            let mut w = Watched {
                id,
                cookie: row.cookie,
                local: row.local,
                peer: Some(row.peer),
                opened: false,
                listens: false,
                state: TcpState::Listen,
                closed: false,
                goodbye: false,
                end_read: false,
                aborts: false,
                reset: false,
                queues: None,
                counts: None,
                detail: None,
                named: None,
                unseen: false,
                moving: false,
                due: None,
            };
            w.found(&row, at, seen);
            self.sockets.push(w);
        }
    }

    fn plan_the_next(&mut self, changed: bool) {
        let ours = |addr| self.sockets.iter().any(|w| Some(w.local) == addr);
        let moving = self
            .sockets
            .iter()
            .any(|w| w.moving || w.is_pending() && !w.is_over() && !ours(w.peer));
        let due = self.sockets.iter().filter_map(|w| w.due).min();
        let pause = self.pause;
        self.pause = if changed {
            pause.max(MOVING)
        } else {
            (pause * 2).min(LATE)
        };
        if pause == SOON && changed {
            self.pause = SOON * 2;
        }
        let soon = (moving || pause < LATE && changed).then(|| Instant::now() + pause);
        self.next = match (soon, due) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if self.is_crowded() {
            let soonest = Instant::now() + self.gap();
            self.next = self.next.map(|at| at.max(soonest));
        }
    }
}

impl Watched {
    /// Whether it waits in the accept queue.
    const fn is_pending(&self) -> bool {
        matches!(self.id.slot, Slot::Pending(_))
    }

    /// Whether nothing can happen to it any more.
    fn is_over(&self) -> bool {
        self.state == TcpState::Closed && (self.closed || self.is_pending())
    }

    /// Whether it will stay in TIME-WAIT for a while.
    fn rests(&self) -> bool {
        self.state == TcpState::TimeWait && self.due.is_some_and(|due| due > Instant::now())
    }

    /// The kernel has it.
    fn found(&mut self, row: &Row, at: Nanos, seen: &mut Vec<Seen>) {
        self.unseen = false;
        self.passed(row.state, at, seen);
        let mut tell = |fact| {
            seen.push(Seen {
                at,
                socket: self.id,
                source: Source::Kernel,
                fact,
            });
        };
        if self.queues.replace((row.recv_q, row.send_q)) != Some((row.recv_q, row.send_q)) {
            tell(Fact::Queue {
                socket: self.id,
                recv_q: row.recv_q,
                send_q: row.send_q,
            });
        }
        let counted = if self.listens {
            None
        } else {
            counts(row, self.opened, self.counts)
        };
        if let Some(c) = counted
            && self.counts.replace(c) != Some(c)
        {
            let DataCounts {
                taken,
                sent,
                acked,
                received,
                copied,
            } = c;
            tell(Fact::Progress {
                socket: self.id,
                taken,
                sent,
                acked,
                received,
                copied,
            });
        }
        let info = row.info.as_ref().filter(|_| !self.listens);
        let detail = Detail {
            unsent: counted.map_or(0, |c| c.taken - c.sent),
            unacked: counted.map_or(0, |c| c.sent - c.acked),
            unread: counted.map_or(0, |c| c.received - c.copied),
            retransmits: info.map_or(0, |i| i.total_retrans),
            timer: row.timer,
            rtt: info.map(|i| i.rtt).filter(|rtt| rtt.0 > 0),
            rto: info.map(|i| i.rto),
            cwnd: info.map(|i| i.snd_cwnd),
        };
        let telling = |d: &Detail| {
            (
                d.unsent,
                d.unacked,
                d.unread,
                d.retransmits,
                d.timer.map(|t| t.0),
            )
        };
        if !self.listens && self.detail.as_ref().map(telling) != Some(telling(&detail)) {
            tell(Fact::Detail {
                socket: self.id,
                detail,
            });
        }
        self.detail = Some(detail);
        // No bell rings for a socket that its program has closed, nor for one in the accept queue.
        let by_itself = self.closed && row.state == TcpState::FinWait2;
        self.moving = by_itself
            || detail.unsent + detail.unacked > 0
            || matches!(
                row.state,
                TcpState::SynSent
                    | TcpState::SynReceived
                    | TcpState::FinWait1
                    | TcpState::Closing
                    | TcpState::LastAck
            );
        self.due = match row.timer {
            Some((Timer::TimeWait, left)) => {
                Some(Instant::now() + Duration::from_nanos(left.0) + SOON)
            }
            _ => None,
        };
    }

    /// The kernel does not have it any more.
    fn vanished(&mut self, at: Nanos, seen: &mut Vec<Seen>) {
        if core::mem::take(&mut self.unseen) {
            let first = seen.len();
            self.passed(TcpState::Established, at, seen);
            seen[first..]
                .iter_mut()
                .for_each(|s| s.source = Source::Derived);
        }
        self.passed(TcpState::Closed, at, seen);
        (self.moving, self.due) = (false, None);
    }

    /// Tells the way from the state in which it was last seen to the one in which it is.
    fn passed(&mut self, to: TcpState, at: Nanos, seen: &mut Vec<Seen>) {
        if self.state == to {
            return;
        }
        let last_words = match self.state {
            TcpState::CloseWait => true,
            TcpState::Established => self.end_read,
            _ => false,
        };
        let orderly = to != TcpState::Closed || last_words && self.goodbye && !self.reset;
        let between = if orderly {
            self.state.between(to).unwrap_or_default()
        } else {
            Vec::new()
        };
        let way = between
            .into_iter()
            .map(|s| (s, Source::Derived))
            .chain([(to, Source::Kernel)]);
        for (state, source) in way {
            let fact = Fact::State {
                socket: self.id,
                from: self.state,
                to: state,
            };
            seen.push(Seen {
                at,
                socket: self.id,
                source,
                fact,
            });
            self.state = state;
        }
    }
}

//! Looking at our sockets in the kernel's tables, and telling what has changed since the last look.
//!
//! A connection is followed by its cookie, also when its program has closed it. What lay between two looks and was too
//! fast to be seen is told as derived. We look after every call, when the bell rings, and a few times more while
//! something is still on its way; when nothing moves, nothing ticks.

use super::{
    bell::Bell,
    watched::{SOON, Seen, Watched},
    world::Own,
};
use crate::{
    model::{
        call::Family,
        event::{Fact, Source},
        ids::{Actor, Fd, Side, Slot, SocketId},
        tcp::TcpState,
    },
    os::{clock::Clock, kernel::diag::SocketTables},
};
use core::{net::SocketAddr, time::Duration};
use std::{collections::HashSet, io, os::fd::OwnedFd};
use tokio::{io::unix::AsyncFd, time::Instant};

/// The longest pause while something is on its way.
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

/// The socket tables of both ends' networks, which may be one.
pub(super) struct Tables {
    pub(super) server: SocketTables,
    /// The client's, where that is another one.
    pub(super) client: Option<SocketTables>,
}

impl Tables {
    /// Those in which this socket stands.
    fn of(&mut self, socket: SocketId) -> &mut SocketTables {
        match (socket.actor.side(), &mut self.client) {
            (Side::Client, Some(tables)) => tables,
            _ => &mut self.server,
        }
    }
}

pub(super) struct Watch {
    tables: Tables,
    bell: Bell,
    sockets: Vec<Watched>,
    next_pending: u32,
    /// Whether a handshake may have begun since the last look, which no queue of the listener's shows.
    callers: bool,
    pause: Duration,
    next: Option<Instant>,
    last: Option<Instant>,
    /// How long the last look at all of them took.
    took: Duration,
}

impl Watch {
    pub(super) fn new(tables: Tables) -> io::Result<Self> {
        let bell = Bell::new()?;
        Ok(Self {
            tables,
            bell,
            sockets: Vec::new(),
            next_pending: 0,
            callers: false,
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

    /// Whether a ring would change anything: not if it came too soon for a look, and one is planned for all such rings.
    pub(super) fn hears_the_bell(&self) -> bool {
        let (Some(next), Some(last)) = (self.next, self.last) else {
            return true;
        };
        let gap = self.gap();
        next > last + gap || last.elapsed() >= gap
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
            let Ok(row) = self.tables.of(w.id).exact(w.local, w.peer, w.cookie) else {
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
        let first = if accepted {
            TcpState::Listen
        } else {
            TcpState::Closed
        };
        let mut watched = Watched::new(own.id, cookie, local, peer, first);
        (watched.opened, watched.listens, watched.unseen) = (own.opened, own.listens, connected);
        self.sockets.push(watched);
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

    /// A handshake may have begun.
    pub(super) fn expect_callers(&mut self) {
        self.callers = true;
    }

    /// The socket that sends from one of these addresses to the other.
    pub(super) fn who_sends(&self, from: SocketAddr, to: SocketAddr) -> Option<SocketId> {
        let plain = |a: SocketAddr| SocketAddr::new(a.ip().to_canonical(), a.port());
        let (from, to) = (plain(from), plain(to));
        let mut newest_first = self.sockets.iter().rev();
        let sender = newest_first
            .find(|w| plain(w.local) == from && w.peer.is_some_and(|peer| plain(peer) == to));
        sender.map(|w| w.id)
    }

    /// Ends what the kernel still has of the connections of programs that have closed them.
    pub(super) fn destroy_what_stays(&mut self) {
        for w in self.sockets.iter().filter(|w| w.peer.is_some()) {
            let _ = self.tables.of(w.id).destroy(w.local, w.peer, w.cookie);
        }
    }

    /// Everything is cleared.
    pub(super) fn forget(&mut self) {
        self.sockets.clear();
        self.next_pending = 0;
        self.callers = false;
        self.pause = SOON;
        (self.next, self.last) = (None, None);
        self.took = Duration::ZERO;
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
            let Ok(mut row) = self.tables.of(w.id).exact(w.local, w.peer, w.cookie) else {
                continue;
            };
            // On its way to TIME-WAIT a connection moves to another table, and for a moment it is found in neither.
            for _ in 0..TRIES {
                if row.is_some() || w.state == TcpState::Closed {
                    break;
                }
                std::thread::yield_now();
                row = self
                    .tables
                    .of(w.id)
                    .exact(w.local, w.peer, w.cookie)
                    .unwrap_or(row);
            }
            let at = clock.now();
            let w = &mut self.sockets[i];
            match row {
                Some(row) => {
                    if w.listens && (row.recv_q > 0 || self.callers) {
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
        self.callers = false;
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
            .of(SocketId::own(actor, 0))
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
            let mut w = Watched::new(id, row.cookie, row.local, Some(row.peer), TcpState::Listen);
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

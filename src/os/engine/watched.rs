//! One socket as the looks know it: what was found last, and what has changed since.

use crate::{
    model::{
        event::{Detail, Fact, Source, Timer},
        ids::{Nanos, Slot, SocketId},
        tcp::TcpState,
    },
    os::kernel::{
        counts::{DataCounts, counts},
        row::Row,
    },
};
use core::{net::SocketAddr, time::Duration};
use tokio::time::Instant;

/// The first look after a call.
pub(super) const SOON: Duration = Duration::from_millis(1);

/// A timer that runs out so much later than was told has been set anew: the kernel's own figures are rounded.
const CLEARLY: Nanos = Nanos::from_millis(50);

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
pub(super) struct Watched {
    pub(super) id: SocketId,
    pub(super) cookie: u64,
    pub(super) local: SocketAddr,
    pub(super) peer: Option<SocketAddr>,
    pub(super) opened: bool,
    pub(super) listens: bool,
    pub(super) state: TcpState,
    /// Whether its program has closed it.
    pub(super) closed: bool,
    /// Whether this end was asked to say goodbye: by `close`, or by `shutdown` of its writing half.
    pub(super) goodbye: bool,
    /// Whether the program has read the end of the peer's stream.
    pub(super) end_read: bool,
    /// Whether `close` will send a reset (`SO_LINGER` with 0 seconds).
    pub(super) aborts: bool,
    /// Whether a reset ended it: then no orderly way leads to CLOSED.
    pub(super) reset: bool,
    pub(super) queues: Option<(u64, u64)>,
    pub(super) counts: Option<DataCounts>,
    pub(super) detail: Option<Detail>,
    pub(super) named: Option<(SocketAddr, Option<SocketAddr>)>,
    /// Whether a call has told that it is connected and no look has found it yet.
    pub(super) unseen: bool,
    /// What the last look found that will change by itself.
    pub(super) moving: bool,
    /// When the timer that was told last runs out.
    ends_at: Option<Nanos>,
    /// When a timer that the kernel told of runs out.
    pub(super) due: Option<Instant>,
}

impl Watched {
    /// A socket that is in this state until a look finds another.
    pub(super) fn new(
        id: SocketId,
        cookie: u64,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        state: TcpState,
    ) -> Self {
        Self {
            id,
            cookie,
            local,
            peer,
            opened: false,
            listens: false,
            state,
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
            ends_at: None,
            due: None,
        }
    }

    /// Whether it waits in the accept queue.
    pub(super) const fn is_pending(&self) -> bool {
        matches!(self.id.slot, Slot::Pending(_))
    }

    /// Whether nothing can happen to it any more.
    pub(super) fn is_over(&self) -> bool {
        self.state == TcpState::Closed && (self.closed || self.is_pending())
    }

    /// Whether it will stay in TIME-WAIT for a while.
    pub(super) fn rests(&self) -> bool {
        self.state == TcpState::TimeWait && self.due.is_some_and(|due| due > Instant::now())
    }

    /// The kernel has it.
    pub(super) fn found(&mut self, row: &Row, at: Nanos, seen: &mut Vec<Seen>) {
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
                taken: Some(taken),
                sent,
                acked,
                received,
                copied: Some(copied),
            });
        }
        let detail = Detail {
            unsent: counted.map_or(0, |c| c.taken - c.sent),
            unacked: counted.map_or(0, |c| c.sent - c.acked),
            unread: counted.map_or(0, |c| c.received - c.copied),
            ..row.figures()
        };
        let telling = |d: &Detail| {
            (
                d.unsent,
                d.unacked,
                d.unread,
                d.retransmits,
                d.timer.map(|t| t.0),
                (d.tries, d.backoff, d.probes, d.ca_state, d.ssthresh),
            )
        };
        let told = self.detail.as_ref().map(telling);
        if !self.listens && (told != Some(telling(&detail)) || self.is_set_anew(detail.timer, at)) {
            self.ends_at = detail.timer.map(|(_, left)| at.plus(left));
            tell(Fact::Detail {
                socket: self.id,
                detail: Box::new(detail),
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

    /// Whether its timer runs out clearly later than what was told of it.
    fn is_set_anew(&self, timer: Option<(Timer, Nanos)>, at: Nanos) -> bool {
        let ends_at = timer.map(|(_, left)| at.plus(left));
        ends_at > self.ends_at.map(|told| told.plus(CLEARLY))
    }

    /// The kernel does not have it any more.
    pub(super) fn vanished(&mut self, at: Nanos, seen: &mut Vec<Seen>) {
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
    pub(super) fn passed(&mut self, to: TcpState, at: Nanos, seen: &mut Vec<Seen>) {
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

//! Since when what is notable about a socket is so: kept beside its figures as they come, so that nobody has to look
//! back through the journal for it.

use super::{
    super::{
        call::{Call, CallDone},
        errno::Errno,
        event::{Detail, Event, Timer},
        ids::{EventId, Nanos, Side, SocketId},
        option::OptionValue,
        packet::{Packet, PacketKind, PacketNo},
        tcp::TcpState,
    },
    Session, SocketState,
};

/// An event and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which.
    pub event: EventId,
    /// When it came to the journal.
    pub at: Nanos,
}

impl Mark {
    const fn of(event: &Event) -> Self {
        Self {
            event: event.id,
            at: event.at_ns,
        }
    }
}

/// What lay in a connection's queues when it ended, as far as the kernel had told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// When it ended.
    pub mark: Mark,
    /// The state in which it was until then.
    pub from: TcpState,
    /// Bytes that were thrown away unread: its own program had closed it.
    pub unread: u64,
    /// Bytes in its send queue: not sent, or sent and not acknowledged.
    pub unacked: u64,
}

/// See the module's documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what was set on a socket are separate facts"
)]
pub struct Marks {
    /// Bytes lie in its receive queue that its program has not read.
    pub unread: Option<Mark>,
    /// Its peer has acknowledged more than before: the latest time.
    pub acked: Option<Mark>,
    /// Of a listener, its accept queue is full; of a connection, `send` found no room without waiting.
    pub full: Option<Mark>,
    /// It has bytes that only Nagle's algorithm keeps from being sent.
    pub nagle: Option<Mark>,
    /// It has bytes to send, and its peer's window is 0.
    pub shut_out: Option<Mark>,
    /// Its latest segment that was seen, with which it announces a window of 0.
    pub shut: Option<(Mark, PacketNo)>,
    /// Something of it was sent again, or is taken for lost, and its retransmission timer runs.
    pub retries: Option<Mark>,
    /// `TCP_NODELAY` is on.
    pub nodelay: bool,
    /// `TCP_CORK` is on.
    pub cork: bool,
    /// `close` will send a reset: `SO_LINGER` is on with 0 seconds.
    pub aborts: bool,
    /// A reset ended it, or it sent one: a packet or a call has told.
    pub reset: bool,
    /// Bytes that lay unread when its program closed it.
    pub(super) unread_at_close: u64,
    /// What lay in its queues when it ended.
    pub left: Option<Left>,
}

impl Marks {
    /// The same, of a socket whose options are set as those.
    pub(super) const fn set_as(self, set: &Self) -> Self {
        Self {
            nodelay: set.nodelay,
            cork: set.cork,
            aborts: set.aborts,
            ..self
        }
    }
}

/// Keeps the time since which something holds.
fn keep(mark: &mut Option<Mark>, holds: bool, event: &Event) {
    if !holds {
        *mark = None;
    } else if mark.is_none() {
        *mark = Some(Mark::of(event));
    }
}

impl SocketState {
    /// Bytes of data in its receive queue, as last seen, without what its program has read since.
    pub fn unread(&self) -> u64 {
        let queued = match self.recv_q {
            Some(queued) if queued > 0 && !self.closed && !self.is_listener() => queued,
            _ => return 0,
        };
        match self.counts {
            Some(counts) => {
                let read = self.read.max(counts.copied.unwrap_or(0));
                counts.received.saturating_sub(read)
            }
            // The peer's goodbye counts as one byte there.
            None => queued - u64::from(self.state.fin_received()),
        }
    }

    /// Bytes that its kernel took and its peer has not acknowledged, as last seen.
    pub fn unacked(&self) -> u64 {
        self.counts.map_or(0, |c| {
            self.written
                .max(c.taken.unwrap_or(0))
                .saturating_sub(c.acked)
        })
    }

    pub(super) fn mark_queues(&mut self, event: &Event) {
        let unread = self.unread() > 0;
        keep(&mut self.marks.unread, unread, event);
        if self.state == TcpState::Listen {
            let queues = self.recv_q.zip(self.send_q);
            let full = queues.is_some_and(|(waiting, backlog)| waiting > backlog);
            keep(&mut self.marks.full, full, event);
        }
    }

    /// `before`: what was acknowledged until now.
    pub(super) fn mark_counts(&mut self, event: &Event, before: u64) {
        self.mark_queues(event);
        if self.counts.is_some_and(|c| c.acked > before) {
            self.marks.acked = Some(Mark::of(event));
            if self.state != TcpState::Listen {
                self.marks.full = None;
            }
        }
    }

    pub(super) fn mark_detail(&mut self, event: &Event, detail: &Detail) {
        let nagle = self.nagle_holds(detail);
        let shut_out = detail.unsent > 0 && detail.snd_wnd == Some(0);
        let some = |count: Option<u32>| count.is_some_and(|n| n > 0);
        let tried = detail.tries.is_some_and(|n| n > 0) || some(detail.lost);
        let runs = matches!(detail.timer, Some((Timer::Retransmit, _)));
        keep(&mut self.marks.nagle, nagle, event);
        keep(&mut self.marks.shut_out, shut_out, event);
        keep(&mut self.marks.retries, tried && runs, event);
    }

    /// Whether Nagle's algorithm is what keeps the unsent bytes back: there are fewer of them than a segment, something
    /// before them is not acknowledged, and neither window has to do with it.
    fn nagle_holds(&self, detail: &Detail) -> bool {
        let small = detail
            .snd_mss
            .is_some_and(|mss| (1..u64::from(mss)).contains(&detail.unsent));
        let room = detail.snd_wnd.is_some_and(|window| {
            detail.unacked.saturating_add(detail.unsent) <= u64::from(window)
        });
        let allowed = detail
            .cwnd
            .zip(detail.flight)
            .is_some_and(|(most, n)| n < most);
        let wanted = !self.marks.nodelay && !self.marks.cork && !self.closed;
        small && detail.unacked > 0 && room && allowed && wanted && self.state.can_send()
    }

    /// Its state is about to become another.
    pub(super) fn mark_state(&mut self, event: &Event, to: TcpState) {
        if to == TcpState::Closed && self.marks.left.is_none() && self.state != to {
            self.marks.left = Some(Left {
                mark: Mark::of(event),
                from: self.state,
                unread: self.marks.unread_at_close,
                unacked: self.unacked(),
            });
        }
        if to.fin_sent() || to == TcpState::Closed {
            // A goodbye takes with it what Nagle's algorithm has kept back.
            self.marks.nagle = None;
        }
        if to == TcpState::Closed {
            let gone = &mut self.marks;
            (gone.unread, gone.full, gone.shut, gone.shut_out) = (None, None, None, None);
            gone.retries = None;
        }
    }

    /// A call on it has returned; what it moved is counted already.
    pub(super) fn mark_call(&mut self, event: &Event, done: &CallDone) {
        match &done.call {
            Call::Send { len, .. } | Call::SendTo { len, .. } => {
                // Who does not wait takes what room there is. Before there is a connection, EAGAIN is no word of room.
                let short = done.errno == Some(Errno::EAGAIN)
                    || self.nonblocking && !done.failed() && done.bytes_written() < *len;
                let full = short && self.state.can_send();
                self.marks.full = full.then(|| Mark::of(event));
                self.marks.reset |= done.errno == Some(Errno::ECONNRESET);
            }
            Call::Recv { .. } | Call::RecvFrom { .. } => {
                self.mark_queues(event);
                self.marks.reset |= done.errno == Some(Errno::ECONNRESET);
            }
            // One place in the queue is free again.
            Call::Accept { .. } if !done.failed() => self.marks.full = None,
            Call::SetSockOpt { option, value, .. } if !done.failed() => {
                let on = matches!(value, OptionValue::Number(n) if *n != 0);
                match (option.row().name, value) {
                    ("TCP_NODELAY", _) => self.marks.nodelay = on,
                    ("TCP_CORK", _) => self.marks.cork = on,
                    ("SO_LINGER", OptionValue::Linger { linger, seconds }) => {
                        self.marks.aborts = *linger && *seconds == 0;
                    }
                    _ => {}
                }
                if self.marks.nodelay || self.marks.cork {
                    self.marks.nagle = None;
                }
            }
            _ => {}
        }
    }

    /// Its program is about to have closed it.
    pub(super) fn mark_close(&mut self) {
        self.marks.unread_at_close = self.unread();
        self.marks.reset |= self.marks.aborts || self.marks.unread_at_close > 0;
        // What it had kept back goes before the goodbye.
        (self.marks.unread, self.marks.nagle) = (None, None);
    }
}

impl Session {
    /// A packet of one of our sockets was seen.
    pub(super) fn mark_packet(&mut self, event: &Event, packet: &Packet) {
        let (Some(sender), Some(tcp)) = (packet.socket, packet.tcp) else {
            return;
        };
        let reset = packet.kind() == Some(PacketKind::Rst);
        let known = self.sockets.iter_mut().rev().find(|s| s.id == sender);
        let Some(socket) = known.filter(|_| packet.copy_of.is_none()) else {
            return;
        };
        socket.marks.reset |= reset;
        socket.marks.shut = match (socket.marks.shut, tcp.window) {
            _ if reset => None,
            (Some((since, _)), 0) => Some((since, packet.number)),
            (None, 0) => Some((Mark::of(event), packet.number)),
            _ => None,
        };
    }

    /// Packets passed that are not told one by one: what they announce is not known.
    pub(super) fn mark_passed(&mut self, toward: Side) {
        let theirs = self.sockets.iter_mut();
        for socket in theirs.filter(|s| s.id.actor.side() != toward) {
            socket.marks.shut = None;
        }
    }

    /// An accepted connection is as its listener was set.
    pub(super) fn mark_accepted(&mut self, listener: Option<SocketId>, made: SocketId) {
        let set = listener
            .and_then(|id| self.socket(id))
            .filter(|s| s.is_listener())
            .map(|s| s.marks);
        let accepted = self.sockets.iter_mut().rev().find(|s| s.id == made);
        if let (Some(set), Some(accepted)) = (set, accepted) {
            accepted.marks = accepted.marks.set_as(&set);
        }
    }
}

//! Who has which sockets, who is in which call, and what comes next.

use super::{
    Report, Request,
    carrier::{Carrier, Wire},
    causes::Causes,
    programs::Attended,
    returns::MOST_CLOSED,
    serve::Serving,
    sniffer::{Sniffer, passing},
    waits::{FIRST_CHECK, waits_in},
    watch::{Tables, Watch},
    watched::Seen,
    worker::Worker,
};
use crate::{
    model::{
        event::{Cause, Fact, Observation, Sight, Source},
        ids::{Actor, CallId, EventId, Fd, Nanos, Side, SocketId},
        tcp::TcpState,
    },
    os::{
        capture,
        clock::Clock,
        network::{Maker, Network},
    },
};
use core::{net::SocketAddr, time::Duration};
use std::{cell::Cell, collections::HashMap, future::pending, io, os::fd::OwnedFd, rc::Rc};
use tokio::{
    io::unix::AsyncFd,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::yield_now,
    time::{Instant, sleep},
};

/// How long a statement may take to settle when something that it woke keeps running.
const MOST_CALM: Duration = Duration::from_millis(50);

/// Waits until one of the lab's kernels has sent something; without a lab, for ever. Where there may be more `already`,
/// everybody else has a turn before.
async fn sent(wire: Option<&Wire>, already: bool) {
    match wire {
        Some(_) if already => yield_now().await,
        Some(wire) => wire.sent().await,
        None => pending().await,
    }
}

/// The next call's number.
pub(super) fn next_call(calls: &Cell<u64>) -> CallId {
    calls.set(calls.get() + 1);
    CallId(calls.get())
}

/// Who makes a socket's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Hand {
    /// The actor's own thread.
    Actor(Actor),
    /// The thread of one accepted connection, of a concurrent server.
    Connection(SocketId),
}

impl Hand {
    pub(super) const fn actor(self) -> Actor {
        match self {
            Self::Actor(actor) => actor,
            Self::Connection(id) => id.actor,
        }
    }
}

/// A socket that an actor has or had.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) id: SocketId,
    pub(super) fd: Option<Fd>,
    pub(super) listens: bool,
    pub(super) local: Option<SocketAddr>,
    /// Whether it called `connect` (and so sent the SYN).
    pub(super) opened: bool,
    /// Whether it is one end of a conversation, or may become one.
    pub(super) connection: bool,
}

pub(super) use super::told::Told;

pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) reports: UnboundedSender<Report>,
    pub(super) server: SocketAddr,
    pub(super) maker: Maker,
    /// The cable, in the lab.
    pub(super) carrier: Option<Carrier>,
    /// Who sees packets pass by, on the host network.
    pub(super) sniffer: Option<Sniffer>,
    /// How packets are seen.
    pub(super) sight: Sight,
    pub(super) workers: HashMap<Hand, Worker>,
    pub(super) sockets: Vec<Own>,
    /// The server's open descriptors.
    pub(super) descriptors: HashMap<Fd, SocketId>,
    /// At how many sockets those that are closed are let go of.
    pub(super) forget_at: usize,
    pub(super) next_index: HashMap<Actor, u32>,
    pub(super) calls: Rc<Cell<u64>>,
    pub(super) told: UnboundedSender<Told>,
    pub(super) hears: Option<UnboundedReceiver<Told>>,
    pub(super) watch: Watch,
    pub(super) bell: Option<AsyncFd<OwnedFd>>,
    pub(super) concurrent: bool,
    pub(super) serving: Option<Serving>,
    /// Programs of somebody's own that run.
    pub(super) programs: Vec<Attended>,
    /// Whether more that has happened is about to be told, so that looks are put off until then.
    pub(super) hearing: bool,
    /// Whether a look at all sockets was put off.
    pub(super) owes_look: bool,
    /// The sockets of the calls that were heard of since the last look.
    pub(super) touched: Vec<SocketId>,
    /// The latest call of each socket that was heard of with others, before anybody looked what has come of it.
    pub(super) heard: HashMap<SocketId, CallId>,
    pub(super) causes: Causes,
    pub(super) settling: Vec<EventId>,
    pub(super) settling_since: Option<Instant>,
    pub(super) check_at: Option<Instant>,
    pub(super) check_span: Duration,
}

impl World {
    pub(super) fn new(
        clock: Clock,
        network: Network,
        server: SocketAddr,
        reports: UnboundedSender<Report>,
    ) -> io::Result<Self> {
        let (told, hears) = unbounded_channel();
        let captures = matches!(network, Network::Host { capture: true });
        let (maker, ports) = match network {
            Network::Host { .. } => (Maker::Host, None),
            Network::Lab(lab, ports) => (Maker::Lab(lab), Some(*ports)),
        };
        let client = ports.is_some().then(|| maker.tables(Side::Client));
        let watch = Watch::new(Tables {
            server: maker.tables(Side::Server)?,
            client: client.transpose()?,
        })?;
        let carrier = ports.map(|ports| Carrier::new(ports, maker.clone()));
        let (sniffer, sight) = match captures.then(Sniffer::open) {
            None if carrier.is_some() => (None, Sight::Cable),
            None => {
                let why = capture::SWITCHED_OFF.to_owned();
                (None, Sight::None { why })
            }
            Some(Ok(sniffer)) => (Some(sniffer), Sight::Capture),
            Some(Err(e)) => {
                let why = capture::why_not(&e);
                (None, Sight::None { why })
            }
        };
        Ok(Self {
            clock,
            reports,
            server,
            maker,
            carrier: carrier.transpose()?,
            sniffer,
            sight,
            workers: HashMap::new(),
            sockets: Vec::new(),
            descriptors: HashMap::new(),
            forget_at: MOST_CLOSED,
            next_index: HashMap::new(),
            calls: Rc::default(),
            told,
            hears: Some(hears),
            bell: Some(watch.bell()?),
            watch,
            concurrent: false,
            serving: None,
            programs: Vec::new(),
            hearing: false,
            owes_look: false,
            touched: Vec::new(),
            heard: HashMap::new(),
            causes: Causes::default(),
            settling: Vec::new(),
            settling_since: None,
            check_at: None,
            check_span: FIRST_CHECK,
        })
    }

    pub(super) async fn run(mut self, mut inbox: UnboundedReceiver<Request>) {
        let Some(mut hears) = self.hears.take() else {
            return;
        };
        let Some(bell) = self.bell.take() else { return };
        let wire = self.carrier.as_ref().map(|c| c.wire.clone());
        let capture = self.sniffer.as_ref().map(|s| s.capture.clone());
        // One for all that comes by itself: to make a timer anew for every packet is dear.
        let timer = sleep(Duration::ZERO);
        tokio::pin!(timer);
        // Whether packets may lie ready that nothing rings for any more.
        let mut more = false;
        loop {
            let next = self.next_due();
            if let Some(at) = next.filter(|at| *at != timer.deadline()) {
                timer.as_mut().reset(at);
            }
            let (pause, unread) = self
                .sniffer
                .as_ref()
                .map_or((None, false), |s| (s.pause(), s.more));
            tokio::select! {
                biased;
                Some(told) = hears.recv() => self.hear_all(Some(told), &mut hears),
                request = inbox.recv() => match request {
                    Some(Request::Do(asked, order)) => {
                        if self.ends_serving(&order) {
                            self.stop_serving(&mut hears).await;
                        }
                        self.ask(asked, order);
                    }
                    Some(Request::Spawn(asked, spawn)) => self.spawn(asked, &spawn),
                    Some(Request::Cable(asked, order)) => self.tell_the_cable(asked, &order),
                    Some(Request::Clear) => {
                        self.clear(&mut hears).await;
                        self.report(Report::Cleared);
                    }
                    Some(Request::Stop) | None => {
                        self.clear(&mut hears).await;
                        self.report(Report::Stopped);
                        return;
                    }
                },
                () = sent(wire.as_deref(), more) => more = self.carry(&mut hears),
                () = passing(capture.as_deref(), pause, unread) => self.overhear(&mut hears),
                () = &mut timer, if next.is_some() => {
                    more |= self.do_what_is_due(&mut hears);
                    // However much is due all the time, a server's tasks have their turn.
                    yield_now().await;
                }
                ready = bell.readable(), if self.watch.hears_the_bell() => {
                    if let Ok(mut ready) = ready {
                        self.watch.hear();
                        ready.clear_ready();
                    }
                    if self.watch.may_look() {
                        self.look(Cause::Unknown);
                    }
                }
            }
            more = self.settle(more, &mut hears);
        }
    }

    /// When something is to be done without being asked.
    fn next_due(&self) -> Option<Instant> {
        let packets = self.packets_due().map(|at| self.moment(at));
        let dues = [self.check_at, self.watch.next_look(), packets];
        dues.into_iter().flatten().min()
    }

    /// When a packet leaves the cable by itself, or those that passed are to be told.
    fn packets_due(&self) -> Option<Nanos> {
        let leaves = self.carrier.as_ref().and_then(|c| c.cable.deadline());
        let owed = self.carrier.as_ref().and_then(|c| c.flood.owes_at());
        let dues = [leaves, owed, self.owes_packets_at()];
        dues.into_iter().flatten().min()
    }

    fn moment(&self, at: Nanos) -> Instant {
        Instant::from_std(self.clock.moment(at))
    }

    /// Whether there may be more packets to carry.
    fn do_what_is_due(&mut self, hears: &mut UnboundedReceiver<Told>) -> bool {
        let mut more = false;
        if self.packets_due().is_some_and(|at| at <= self.clock.now()) {
            self.happen();
            more = self.carry(hears);
            self.overhear(hears);
        }
        if self.check_at.is_some_and(|at| at <= now()) {
            self.check();
        }
        if self.watch.next_look().is_some_and(|at| at <= now()) {
            self.look(Cause::Unknown);
        }
        more
    }

    /// A thread that makes an actor's calls.
    pub(super) fn worker(&self, name: &str, actor: Actor) -> io::Result<Worker> {
        let maker = self.maker.clone();
        Worker::start(name, actor.side(), maker, self.clock, self.told.clone())
    }

    /// How packets are seen.
    pub(super) fn sight(&self) -> Sight {
        self.sight.clone()
    }

    pub(super) fn report(&self, report: Report) {
        let _ = self.reports.send(report);
    }

    /// Tells a fact.
    pub(super) fn tell(&self, at: Nanos, who: Actor, source: Source, cause: Cause, fact: Fact) {
        self.report(Report::Seen(Observation {
            at,
            who: Some(who),
            source,
            cause,
            fact,
        }));
    }

    pub(super) fn refuse(&mut self, asked: EventId, who: Actor, text: String) {
        self.tell(
            self.clock.now(),
            who,
            Source::Program,
            Cause::Event(asked),
            Fact::Refused { text },
        );
        self.will_settle(asked);
    }

    pub(super) fn will_settle(&mut self, asked: EventId) {
        self.settling.push(asked);
        self.settling_since.get_or_insert_with(now);
    }

    /// Takes in all that has been told so far. When a server answers by itself, we look after the last of it: a state
    /// is never told before the call that caused it, and a crowd of clients costs few looks.
    pub(super) fn hear_all(&mut self, first: Option<Told>, hears: &mut UnboundedReceiver<Told>) {
        // A flood is looked at now and then; what begins or ends a connection, at once.
        let batch: Vec<Told> = first
            .into_iter()
            .chain(core::iter::from_fn(|| hears.try_recv().ok()))
            .collect();
        self.hearing = batch.iter().any(Told::is_served);
        let flows = batch.iter().all(Told::moves_bytes) && !self.watch.is_crowded();
        self.touched.clear();
        for told in batch {
            self.hear(told);
        }
        if core::mem::take(&mut self.hearing) && (!flows || self.watch.may_look()) {
            self.look_at_the_touched();
        }
    }

    /// Looks at the sockets of the calls of a server that answers by itself, and at their peers.
    fn look_at_the_touched(&mut self) {
        let touched = core::mem::take(&mut self.touched);
        if core::mem::take(&mut self.owes_look) && !self.watch.is_crowded() {
            return self.look(Cause::Unknown);
        }
        for seen in self.watch.look_at(&touched, self.clock) {
            let who = seen.socket.actor;
            let cause = self.whose_doing(&seen);
            self.tell(seen.at, who, seen.source, cause, seen.fact);
        }
    }

    /// What brought a state about which only a call of its own actor can: one that was heard of with others, or one that
    /// has not returned, since a look may be faster than its thread.
    fn whose_doing(&mut self, seen: &Seen) -> Cause {
        let by_call = [TcpState::SynSent, TcpState::FinWait1, TcpState::LastAck];
        match seen.fact {
            Fact::State { socket, to, .. } if by_call.contains(&to) => self
                .heard
                .remove(&socket)
                .map_or_else(|| self.who_brought(socket, to), Cause::Call),
            _ => Cause::Unknown,
        }
    }

    pub(super) fn hear(&mut self, told: Told) {
        match told {
            Told::Returned(returned) => self.returned(*returned),
            Told::Unmade { id, text } => self.unmade(id, text),
            Told::Program { seen, done } => {
                self.report(Report::Seen(seen));
                if let Some(asked) = done {
                    self.will_settle(asked);
                }
            }
            Told::Elided {
                fd,
                calls,
                read,
                written,
            } => {
                if let Some(socket) = self.by_fd(fd) {
                    self.causes.moved_untold(socket);
                    let fact = Fact::Elided {
                        socket,
                        calls,
                        read,
                        written,
                    };
                    self.tell(
                        self.clock.now(),
                        socket.actor,
                        Source::Program,
                        Cause::Unknown,
                        fact,
                    );
                }
            }
        }
    }

    /// Looks at every socket in the kernel's tables and tells what has changed.
    pub(super) fn look(&mut self, cause: Cause) {
        if self.hearing {
            return;
        }
        if matches!(cause, Cause::Call(_)) {
            self.watch.stir();
        }
        let begun = now();
        for seen in self.watch.look(self.clock) {
            let cause = match cause {
                Cause::Unknown => self.whose_doing(&seen),
                known => known,
            };
            self.tell(seen.at, seen.socket.actor, seen.source, cause, seen.fact);
        }
        self.watch.took(begun.elapsed());
    }

    /// Whether no thread runs: every call has returned or waits.
    pub(super) fn is_calm(&self) -> bool {
        self.workers.values().all(|w| match &w.busy {
            None => w.current.is_none() && w.queue.is_empty(),
            Some(busy) => busy.waits && !busy.cancelled && waits_in(w.thread.doing(), &busy.call),
        })
    }

    /// Tells that statements are settled, once nothing that they set going still runs and no packet is left to carry, or
    /// when that takes too long. Whether packets may be left; `more` if that is known.
    pub(super) fn settle(&mut self, more: bool, hears: &mut UnboundedReceiver<Told>) -> bool {
        if self.settling.is_empty() {
            return more;
        }
        let since = *self.settling_since.get_or_insert_with(now);
        let more = more || self.carry(hears);
        if (more || !self.is_calm()) && since.elapsed() < MOST_CALM {
            let soon = now() + FIRST_CHECK;
            self.check_at = Some(self.check_at.map_or(soon, |at| at.min(soon)));
            return more;
        }
        self.overhear(hears);
        self.look(Cause::Unknown);
        self.settling_since = None;
        // What is claimed next is claimed of all that has passed.
        self.tell_the_passed(true);
        for asked in core::mem::take(&mut self.settling) {
            self.report(Report::Settled(asked));
        }
        more
    }
}

pub(super) fn now() -> Instant {
    Instant::now()
}

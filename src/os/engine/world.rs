//! Who has which sockets, who is in which call, and what comes next.

use super::{
    Report, Request,
    plan::{self, Ground, Planned},
    serve::{Hands, Serving},
    watch::Watch,
    worker::{Busy, Current, Job, Returned, Worker},
};
use crate::{
    model::{
        call::{Call, CallDone},
        command::{Command, Order},
        errno::Errno,
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, CallId, EventId, Fd, Nanos, Slot, SocketId, Target},
        payload::{KEPT_PER_CALL, Payload},
    },
    os::{
        clock::Clock,
        sockets::{self, thread::Doing},
    },
};
use core::{net::SocketAddr, time::Duration};
use std::{cell::Cell, collections::HashMap, io, rc::Rc};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{Instant, sleep_until},
};

/// How long a call may run before we look whether it waits; doubled from look to look.
const FIRST_CHECK: Duration = Duration::from_millis(1);
/// How long a statement may take to settle when something that it woke keeps running.
const MOST_CALM: Duration = Duration::from_millis(50);
/// How long calls that are interrupted get to return.
const MOST_CLEARING: Duration = Duration::from_secs(2);

/// What actors' threads and serving tasks tell the engine.
#[derive(Debug)]
pub(super) enum Told {
    /// A call has returned.
    Returned(Returned),
    /// Calls that were counted and not told one by one.
    Elided {
        fd: Fd,
        calls: u64,
        read: u64,
        written: u64,
    },
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
    const fn actor(self) -> Actor {
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

pub(super) struct World {
    pub(super) clock: Clock,
    reports: UnboundedSender<Report>,
    server: SocketAddr,
    workers: HashMap<Hand, Worker>,
    pub(super) sockets: Vec<Own>,
    next_index: HashMap<Actor, u16>,
    calls: Rc<Cell<u64>>,
    told: UnboundedSender<Told>,
    hears: Option<UnboundedReceiver<Told>>,
    pub(super) watch: Watch,
    concurrent: bool,
    serving: Option<Serving>,
    settling: Vec<EventId>,
    settling_since: Option<Instant>,
    check_at: Option<Instant>,
    check_span: Duration,
}

impl World {
    pub(super) fn new(
        clock: Clock,
        server: SocketAddr,
        reports: UnboundedSender<Report>,
    ) -> io::Result<Self> {
        let (told, hears) = unbounded_channel();
        Ok(Self {
            clock,
            reports,
            server,
            workers: HashMap::new(),
            sockets: Vec::new(),
            next_index: HashMap::new(),
            calls: Rc::default(),
            told,
            hears: Some(hears),
            watch: Watch::new()?,
            concurrent: false,
            serving: None,
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
        let Ok(bell) = self.watch.bell() else { return };
        let far = Duration::from_secs(3600);
        loop {
            let check = self.check_at.unwrap_or_else(|| Instant::now() + far);
            let look = self
                .watch
                .next_look()
                .unwrap_or_else(|| Instant::now() + far);
            tokio::select! {
                biased;
                Some(told) = hears.recv() => self.hear(told),
                () = sleep_until(check), if self.check_at.is_some() => self.check(),
                ready = bell.readable() => {
                    if let Ok(mut ready) = ready {
                        self.watch.hear();
                        ready.clear_ready();
                    }
                    self.look(Cause::Unknown);
                }
                () = sleep_until(look), if self.watch.next_look().is_some() => self.look(Cause::Unknown),
                request = inbox.recv() => match request {
                    Some(Request::Do(asked, order)) => self.ask(asked, order),
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
            }
            self.settle();
        }
    }

    fn report(&self, report: Report) {
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

    fn refuse(&mut self, asked: EventId, who: Actor, text: String) {
        self.tell(
            self.clock.now(),
            who,
            Source::Program,
            Cause::Event(asked),
            Fact::Refused { text },
        );
        self.to_settle(asked);
    }

    fn to_settle(&mut self, asked: EventId) {
        self.settling.push(asked);
        self.settling_since.get_or_insert_with(now);
    }

    /// Takes an order: begins it, or queues it behind the call that its actor is in.
    fn ask(&mut self, asked: EventId, order: Order) {
        let actor = order.who.actor;
        match &order.command {
            Command::Cancel => return self.cancel(asked, order.who),
            Command::Concurrent(on) => {
                self.concurrent = *on;
                let text = format!("concurrent {}", if *on { "on" } else { "off" });
                self.tell(
                    self.clock.now(),
                    actor,
                    Source::Program,
                    Cause::Event(asked),
                    Fact::Mode { text },
                );
                return self.to_settle(asked);
            }
            Command::Serve(mode) => return self.serve(asked, actor, *mode),
            _ => {}
        }
        let hand = self.hand(&order);
        if !self.workers.contains_key(&hand) {
            let name = match hand {
                Hand::Actor(actor) => actor.to_string(),
                Hand::Connection(id) => id.to_string(),
            };
            match Worker::start(&name, self.clock, self.told.clone()) {
                Ok(worker) => drop(self.workers.insert(hand, worker)),
                Err(e) => {
                    return self.refuse(
                        asked,
                        actor,
                        format!("The system refuses a thread for {name}: {e}."),
                    );
                }
            }
        }
        let Some(worker) = self.workers.get_mut(&hand) else {
            return;
        };
        if worker.is_idle() {
            self.begin(hand, asked, &order);
        } else {
            let text = order.to_string();
            worker.queue.push_back((asked, order));
            self.tell(
                self.clock.now(),
                actor,
                Source::Program,
                Cause::Event(asked),
                Fact::Queued { text },
            );
            self.to_settle(asked);
        }
    }

    /// Whose thread an order is for: of a concurrent server, the connection's own.
    fn hand(&self, order: &Order) -> Hand {
        let own = Hand::Actor(order.who.actor);
        match self.resolve(order) {
            Ok(Some(i))
                if self
                    .workers
                    .contains_key(&Hand::Connection(self.sockets[i].id)) =>
            {
                Hand::Connection(self.sockets[i].id)
            }
            _ => own,
        }
    }

    /// The socket that an order works on: its place in `sockets`; none when the actor has none that is open.
    fn resolve(&self, order: &Order) -> Result<Option<usize>, String> {
        let Target { actor, slot } = order.who;
        let newest = |fits: &dyn Fn(&Own) -> bool| {
            self.sockets
                .iter()
                .rposition(|s| s.id.actor == actor && s.fd.is_some() && fits(s))
        };
        if let Some(slot) = slot {
            let id = SocketId { actor, slot };
            return match (self.sockets.iter().rposition(|s| s.id == id), slot) {
                (Some(i), _) => Ok(Some(i)),
                (None, Slot::Pending(_)) => Err(format!(
                    "{id} waits in the accept queue: no program has a descriptor for it yet. Try: {actor} accept"
                )),
                (None, Slot::Own(_)) => {
                    let have: Vec<_> = self
                        .sockets
                        .iter()
                        .filter(|s| s.id.actor == actor)
                        .map(|s| s.id.to_string())
                        .collect();
                    let have = if have.is_empty() {
                        "none yet".to_owned()
                    } else {
                        have.join(", ")
                    };
                    Err(format!(
                        "There is no socket {id}. The sockets of {actor}: {have}."
                    ))
                }
            };
        }
        let any = newest(&|_| true);
        Ok(match &order.command {
            Command::Listen { at: Some(_), .. } => {
                newest(&|s| !s.listens && s.local.is_none() && !s.opened)
            }
            Command::Connect(_) => newest(&|s| !s.listens),
            Command::Listen { at: None, .. } => newest(&|s| !s.listens && !s.connection)
                .or(newest(&|s| s.listens))
                .or(any),
            Command::Bind(_) => newest(&|s| !s.listens && !s.connection).or(any),
            Command::Accept => newest(&|s| s.listens).or(any),
            _ => newest(&|s| s.connection).or(any),
        })
    }

    /// Plans an order whose turn has come and makes its first call.
    fn begin(&mut self, hand: Hand, asked: EventId, order: &Order) {
        let actor = hand.actor();
        let found = match self.resolve(order) {
            Ok(found) => found,
            Err(text) => {
                self.refuse(asked, actor, text);
                return self.advance(hand);
            }
        };
        let listener = self
            .sockets
            .iter()
            .rev()
            .find(|s| s.listens && s.fd.is_some() && s.id.actor == Actor::Server);
        let ground = Ground {
            server: self.server,
            listening: listener.and_then(|s| s.local).map(reachable),
            has_socket: found.is_some(),
        };
        match plan::plan(&order.command, ground) {
            Err(text) => {
                self.refuse(asked, actor, text);
                self.advance(hand);
            }
            Ok(calls) => {
                if let Some(worker) = self.workers.get_mut(&hand) {
                    let socket = found.map(|i| self.sockets[i].id);
                    worker.current = Some(Current {
                        asked,
                        rest: calls.into(),
                        socket,
                    });
                }
                self.advance(hand);
            }
        }
    }

    /// Makes the next call of a hand's statement, or begins its next statement.
    fn advance(&mut self, hand: Hand) {
        let Some(worker) = self.workers.get_mut(&hand) else {
            return;
        };
        let Some(current) = &mut worker.current else {
            if worker.busy.is_none()
                && let Some((asked, order)) = worker.queue.pop_front()
            {
                self.begin(hand, asked, &order);
            }
            return;
        };
        let Some(Planned { call, data }) = current.rest.pop_front() else {
            let asked = current.asked;
            worker.current = None;
            self.to_settle(asked);
            return self.advance(hand);
        };
        let socket = current.socket;
        let fd = socket
            .and_then(|id| self.sockets.iter().find(|s| s.id == id))
            .and_then(|s| s.fd)
            .unwrap_or(Fd(-1));
        let id = next_call(&self.calls);
        let call = plan::on(call, fd);
        if let (Call::Close { .. }, Some(socket)) = (&call, socket) {
            // It may be over before we have heard that the call returned.
            self.watch.closed(socket);
        }
        worker.make(Job { id, call, data }, socket);
        self.check_soon();
    }

    fn check_soon(&mut self) {
        self.check_span = FIRST_CHECK;
        self.check_at = Some(now() + FIRST_CHECK);
    }

    /// Looks whether calls that have not returned wait.
    fn check(&mut self) {
        let mut open = false;
        for hand in self.workers.keys().copied().collect::<Vec<_>>() {
            let Some(worker) = self.workers.get_mut(&hand) else {
                continue;
            };
            let thread = worker.thread;
            let Some(busy) = &mut worker.busy else {
                continue;
            };
            if busy.cancelled {
                // A signal that came before the thread was in its call did nothing; so it is sent until it returns.
                let _ = thread.interrupt();
                open = true;
            } else if !busy.waits {
                if waits_in(thread.doing(), &busy.call) {
                    busy.waits = true;
                    let Busy {
                        id, call, socket, ..
                    } = &*busy;
                    let fact = Fact::Waiting {
                        call_id: *id,
                        call: Box::new(call.clone()),
                        socket: *socket,
                    };
                    let (id, socket, connects) =
                        (*id, *socket, matches!(call, Call::Connect { .. }));
                    let asked = worker.current.as_ref().map(|c| c.asked);
                    let cause = asked.map_or(Cause::Unknown, Cause::Event);
                    self.tell(self.clock.now(), hand.actor(), Source::Kernel, cause, fact);
                    if let Some(socket) = socket.filter(|_| connects) {
                        self.identify(socket, id, None);
                    }
                    self.look(Cause::Call(id));
                    if let Some(asked) = asked {
                        self.to_settle(asked);
                    }
                } else {
                    open = true;
                }
            }
        }
        self.check_span = (self.check_span * 2).min(Duration::from_millis(64));
        self.check_at = open.then(|| now() + self.check_span);
    }

    /// Interrupts the call in which an actor waits.
    fn cancel(&mut self, asked: EventId, who: Target) {
        let waiting = self.workers.iter_mut().find(|(hand, worker)| {
            let socket = worker
                .busy
                .as_ref()
                .filter(|b| b.waits && !b.cancelled)
                .map(|b| b.socket);
            hand.actor() == who.actor
                && socket.is_some_and(|s| who.slot.is_none() || s.map(|s| s.slot) == who.slot)
        });
        let Some((_, worker)) = waiting else {
            let text = format!("{who} waits in no call, so there is nothing to cancel.");
            return self.refuse(asked, who.actor, text);
        };
        let thread = worker.thread;
        if let Some(busy) = &mut worker.busy {
            busy.cancelled = true;
            let fact = Fact::Cancel {
                call_id: busy.id,
                call: busy.call.name().to_owned(),
            };
            self.tell(
                self.clock.now(),
                who.actor,
                Source::Program,
                Cause::Event(asked),
                fact,
            );
            let _ = thread.interrupt();
        }
        self.to_settle(asked);
        self.check_soon();
    }

    fn hear(&mut self, told: Told) {
        match told {
            Told::Returned(returned) => self.returned(returned),
            Told::Elided {
                fd,
                calls,
                read,
                written,
            } => {
                if let Some(socket) = self.by_fd(fd) {
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

    /// Takes in a call that has returned.
    fn returned(
        &mut self,
        Returned {
            id,
            call,
            performed,
        }: Returned,
    ) {
        let hand = self
            .workers
            .iter()
            .find(|(_, w)| w.busy.as_ref().is_some_and(|b| b.id == id))
            .map(|(h, _)| *h);
        let (actor, socket, asked) =
            match hand.and_then(|h| self.workers.get_mut(&h).map(|w| (h, w))) {
                Some((hand, worker)) => {
                    let busy = worker.busy.take();
                    (
                        hand.actor(),
                        busy.and_then(|b| b.socket),
                        worker.current.as_ref().map(|c| c.asked),
                    )
                }
                // A call that the engine made itself, for a server that answers by itself.
                None => (Actor::Server, call.fd().and_then(|fd| self.by_fd(fd)), None),
            };
        let failed = performed.errno.is_some();
        let makes = !failed && matches!(call, Call::Socket { .. } | Call::Accept { .. });
        let made = makes.then(|| self.add(actor, &call, performed.ret));
        let ended = performed.ended;
        let done = CallDone {
            call_id: id,
            socket,
            ret: performed.ret,
            errno: performed.errno,
            syscall: performed.syscall.to_owned(),
            took_ns: ended.since(performed.started),
            made,
            data: performed
                .data
                .as_ref()
                .map(|d| Payload::capped(d, KEPT_PER_CALL)),
            addr: performed.addr,
            value: performed.value,
            revents: performed.revents,
            call,
        };
        self.consequences(&done);
        let call = done.call.clone();
        let cause = asked.map_or(Cause::Unknown, Cause::Event);
        self.tell(
            ended,
            actor,
            Source::Call,
            cause,
            Fact::Call(Box::new(done)),
        );
        let named = matches!(
            call,
            Call::Bind { .. } | Call::Listen { .. } | Call::Connect { .. }
        );
        if named && let Some(socket) = socket {
            // Once connected, so it was: also when the peer has reset it since.
            let peer = match call {
                Call::Connect { addr, .. } if !failed => Some(addr),
                _ => None,
            };
            self.identify(socket, id, peer);
        }
        if let Some(made) = made.filter(|_| matches!(call, Call::Accept { .. })) {
            self.identify(made, id, performed.addr);
            if self.concurrent && hand.is_some() {
                let name = made.to_string();
                if let Ok(worker) = Worker::start(&name, self.clock, self.told.clone()) {
                    self.workers.insert(Hand::Connection(made), worker);
                }
            }
        }
        self.look(Cause::Call(id));
        let Some(hand) = hand else { return };
        if let Some(current) = self.workers.get_mut(&hand).and_then(|w| w.current.as_mut()) {
            if failed {
                current.rest.clear();
            }
            if let (Some(made), Call::Socket { .. }) = (made, &call) {
                current.socket = Some(made);
            }
        }
        self.advance(hand);
        let over = matches!(hand, Hand::Connection(id) if self.sockets.iter().all(|s| s.id != id || s.fd.is_none()));
        if over && self.workers.get(&hand).is_some_and(Worker::is_idle) {
            self.workers.remove(&hand);
        }
    }

    fn by_fd(&self, fd: Fd) -> Option<SocketId> {
        self.sockets
            .iter()
            .rev()
            .find(|s| s.fd == Some(fd))
            .map(|s| s.id)
    }

    /// Gives a new descriptor its name.
    fn add(&mut self, actor: Actor, call: &Call, ret: i64) -> SocketId {
        let index = self.next_index.entry(actor).or_default();
        let id = SocketId::own(actor, *index);
        *index = index.saturating_add(1);
        let accepted = matches!(call, Call::Accept { .. });
        self.sockets.push(Own {
            id,
            fd: i32::try_from(ret).ok().map(Fd),
            listens: false,
            local: None,
            opened: false,
            connection: accepted || actor != Actor::Server,
        });
        id
    }

    /// What a call that has returned changes in what we know of its socket.
    fn consequences(&mut self, done: &CallDone) {
        let Some(own) = done
            .socket
            .and_then(|id| self.sockets.iter_mut().find(|s| s.id == id))
        else {
            return;
        };
        match &done.call {
            Call::Listen { .. } if !done.failed() => (own.listens, own.connection) = (true, false),
            Call::Connect { .. } => (own.opened, own.connection) = (true, true),
            Call::Close { .. } if done.errno != Some(Errno::EBADF) => {
                own.fd = None;
                self.watch.closed(own.id);
            }
            _ => {}
        }
        if matches!(done.errno, Some(Errno::ECONNRESET | Errno::EPIPE)) {
            let id = own.id;
            self.watch.was_reset(id);
        }
        if matches!(&done.call, Call::SetSockOpt { option, value, .. } if option.row().name == "SO_LINGER" && value == &crate::model::option::OptionValue::Linger { linger: true, seconds: 0 })
            && let Some(id) = done.socket
        {
            self.watch.will_reset(id);
        }
    }

    /// Asks the kernel who a socket is, from our own thread, and watches it from now on. Its descriptor is open: its
    /// actor is in a call on it or waits for us.
    fn identify(&mut self, id: SocketId, call: CallId, peer: Option<SocketAddr>) {
        let Some(i) = self.sockets.iter().position(|s| s.id == id) else {
            return;
        };
        let Some(fd) = self.sockets[i].fd else { return };
        let Ok(who) = crate::os::kernel::identity(fd) else {
            return;
        };
        let named = who.local.port() != 0;
        self.sockets[i].local = named.then_some(who.local);
        if !named {
            return;
        }
        let own = &self.sockets[i];
        let connecting = self
            .workers
            .values()
            .filter_map(|w| w.busy.as_ref())
            .find_map(|b| match b.call {
                Call::Connect { addr, .. } if b.socket == Some(id) => Some(addr),
                _ => None,
            });
        let connected = who.peer.or(peer);
        let peer = connected.or(connecting);
        let was = self
            .watch
            .begin(own, fd, who.cookie, who.local, peer, connected.is_some());
        if !self.watch.told_name(id, who.local, peer) {
            let fact = Fact::Socket {
                socket: id,
                cookie: who.cookie,
                local: who.local,
                peer,
                was,
            };
            self.tell(
                self.clock.now(),
                id.actor,
                Source::Kernel,
                Cause::Call(call),
                fact,
            );
        }
    }

    /// Looks at every socket in the kernel's tables and tells what has changed.
    pub(super) fn look(&mut self, cause: Cause) {
        if matches!(cause, Cause::Call(_)) {
            self.watch.stir();
        }
        for seen in self.watch.look(self.clock) {
            self.tell(seen.at, seen.socket.actor, seen.source, cause, seen.fact);
        }
    }

    /// Tells that statements are settled, once nothing that they set going still runs.
    fn settle(&mut self) {
        if self.settling.is_empty() {
            return;
        }
        let since = *self.settling_since.get_or_insert_with(now);
        let calm = self.workers.values().all(|w| match &w.busy {
            None => w.current.is_none() && w.queue.is_empty(),
            Some(busy) => busy.waits && !busy.cancelled && waits_in(w.thread.doing(), &busy.call),
        });
        if !calm && since.elapsed() < MOST_CALM {
            let soon = now() + FIRST_CHECK;
            self.check_at = Some(self.check_at.map_or(soon, |at| at.min(soon)));
            return;
        }
        self.look(Cause::Unknown);
        self.settling_since = None;
        for asked in core::mem::take(&mut self.settling) {
            self.report(Report::Settled(asked));
        }
    }

    /// A server begins to answer by itself, or stops.
    fn serve(
        &mut self,
        asked: EventId,
        actor: Actor,
        mode: Option<crate::model::command::ServeMode>,
    ) {
        if actor != Actor::Server {
            return self.refuse(
                asked,
                actor,
                "Only the server can serve: a client has nobody to accept.".to_owned(),
            );
        }
        let busy = self
            .workers
            .iter()
            .any(|(hand, w)| hand.actor() == actor && !w.is_idle());
        let listener = self
            .sockets
            .iter()
            .rev()
            .find(|s| s.listens && s.fd.is_some())
            .map(|s| (s.id, s.fd));
        let text = match (mode, listener, &self.serving) {
            (None, _, None) => {
                Some("The server does not answer by itself, so there is nothing to switch off.")
            }
            (Some(_), None, _) => {
                Some("The server does not listen, so nobody can call. Try: server listen 10008")
            }
            (Some(_), ..) if busy => Some(
                "The server is in a call of its own. Wait until it has returned, or try: server cancel",
            ),
            _ => None,
        };
        if let Some(text) = text {
            return self.refuse(asked, actor, text.to_owned());
        }
        self.serving = None;
        let name = mode.map_or_else(|| "off".to_owned(), |m| m.to_string());
        self.tell(
            self.clock.now(),
            actor,
            Source::Program,
            Cause::Event(asked),
            Fact::Serve { mode: name },
        );
        match (mode, listener) {
            (Some(mode), Some((_, Some(fd)))) => {
                let hands = Hands {
                    clock: self.clock,
                    told: self.told.clone(),
                    calls: self.calls.clone(),
                    window: Rc::default(),
                };
                self.serving = Some(Serving::start(mode, fd, hands));
            }
            _ => self.hand_back(),
        }
        self.to_settle(asked);
    }

    /// Makes the sockets of a server that answered by itself block again, as a hand-driven actor's do.
    fn hand_back(&mut self) {
        let open = self
            .sockets
            .iter()
            .filter(|s| s.id.actor == Actor::Server)
            .filter_map(|s| s.fd);
        for fd in open.collect::<Vec<_>>() {
            let call = Call::Ioctl {
                fd,
                nonblocking: false,
            };
            let performed = sockets::perform(&call, &[], self.clock);
            let id = next_call(&self.calls);
            self.returned(Returned {
                id,
                call,
                performed,
            });
        }
    }

    /// Interrupts every call that waits, lets it be told, and ends every connection with a reset.
    async fn clear(&mut self, hears: &mut UnboundedReceiver<Told>) {
        self.serving = None;
        for worker in self.workers.values_mut() {
            worker.queue.clear();
            if let Some(current) = &mut worker.current {
                current.rest.clear();
            }
        }
        let waiting: Vec<Target> = self
            .workers
            .iter()
            .filter(|(_, w)| w.busy.as_ref().is_some_and(|b| b.waits && !b.cancelled))
            .map(|(hand, w)| {
                w.busy
                    .as_ref()
                    .and_then(|b| b.socket)
                    .map_or(Target::from(hand.actor()), Target::from)
            })
            .collect();
        for who in waiting {
            self.interrupt_quietly(who);
        }
        let until = now() + MOST_CLEARING;
        while self.workers.values().any(|w| w.busy.is_some()) && now() < until {
            for worker in self.workers.values_mut() {
                if let Some(busy) = &mut worker.busy {
                    busy.cancelled = true;
                    let _ = worker.thread.interrupt();
                }
            }
            if let Ok(Some(told)) =
                tokio::time::timeout(Duration::from_millis(2), hears.recv()).await
            {
                self.hear(told);
            }
        }
        while let Ok(told) = hears.try_recv() {
            self.hear(told);
        }
        // A hand that is still in its call keeps its thread and its socket; both end with the program.
        let stuck: Vec<SocketId> = self
            .workers
            .values()
            .filter_map(|w| w.busy.as_ref())
            .filter_map(|b| b.socket)
            .collect();
        for own in &self.sockets {
            if let Some(fd) = own.fd.filter(|_| !stuck.contains(&own.id)) {
                sockets::abort_quietly(fd);
            }
        }
        self.sockets.clear();
        self.next_index.clear();
        self.workers.clear();
        self.concurrent = false;
        self.settling.clear();
        self.settling_since = None;
        self.check_at = None;
        self.watch.forget();
    }

    fn interrupt_quietly(&mut self, who: Target) {
        for worker in self.workers.values_mut() {
            let Some(busy) = &mut worker.busy else {
                continue;
            };
            if busy.waits && !busy.cancelled && busy.socket.is_none_or(|s| Target::from(s) == who) {
                busy.cancelled = true;
                let fact = Fact::Cancel {
                    call_id: busy.id,
                    call: busy.call.name().to_owned(),
                };
                let seen = Observation {
                    at: self.clock.now(),
                    who: Some(who.actor),
                    source: Source::Program,
                    cause: Cause::Call(busy.id),
                    fact,
                };
                let _ = self.reports.send(Report::Seen(seen));
            }
        }
    }
}

/// Where a listener's own address can be reached: a wildcard is reached through the loopback.
fn reachable(addr: SocketAddr) -> SocketAddr {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// Whether a thread sleeps in just this call. Where the kernel does not tell, a call that has not returned for a
/// while counts as one that waits.
fn waits_in(doing: Doing, call: &Call) -> bool {
    doing == Doing::Unknown || doing.asleep_in(call.syscall())
}

fn now() -> Instant {
    Instant::now()
}

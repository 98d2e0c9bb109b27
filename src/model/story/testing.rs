//! Journals made by hand, for tests: a [`Play`] writes what a real conversation on loopback would leave in the journal.
//!
//! ```text
//! let mut play = Play::four_lines();
//! play.listen().accept().connect(Actor::CLIENT).send(Actor::CLIENT, b"hello");   // whole statements
//! play.see(None, Source::Script, Fact::Say { text: "...".into() });               // any single fact
//! ```

use crate::model::{
    book::Book,
    call::{Call, CallDone, Family, How, MsgFlags, PollEvents},
    errno::Errno,
    event::{AckLevel, Cause, Detail, Fact, Observation, ScriptLine, Source, Timer},
    ids::{Actor, CallId, EventId, Fd, Nanos, Side, Slot, SocketId},
    option::{OptionValue, SockOpt},
    payload::{KEPT_PER_CALL, Payload},
    session::Session,
    tcp::TcpState,
};
use core::net::SocketAddr;
use std::collections::HashMap;

/// The walk through the four lines, as the program ships it.
pub const SCRIPT: [&str; 9] = [
    "server listen 10008",
    "server accept",
    "client connect",
    "client send \"hello, server\\r\\n\"",
    "server recv",
    "server send \"I have received it\\r\\n\"",
    "client recv",
    "server close",
    "client close",
];

/// A call that returned, with nothing but its result.
pub fn done(call_id: CallId, call: Call, ret: i64) -> CallDone {
    CallDone {
        call_id,
        socket: None,
        syscall: call.syscall().to_owned(),
        call,
        ret,
        errno: None,
        took_ns: Nanos(4_000),
        made: None,
        data: None,
        addr: None,
        value: None,
        revents: None,
    }
}

/// A conversation that is being written.
#[derive(Debug)]
pub struct Play {
    book: Book,
    at: Nanos,
    calls: u64,
    next_fd: i32,
    next_port: u16,
    asked: Option<EventId>,
    inbox: HashMap<SocketId, Vec<u8>>,
    /// How much each socket has taken in, and sent.
    totals: HashMap<SocketId, (u64, u64)>,
    ended: HashMap<SocketId, bool>,
}

impl Play {
    fn begin(script: &[&str]) -> Self {
        let mut play = Self {
            book: Book::new(),
            at: Nanos(0),
            calls: 0,
            next_fd: 3,
            next_port: 49164,
            asked: None,
            inbox: HashMap::new(),
            totals: HashMap::new(),
            ended: HashMap::new(),
        };
        let script = (1..)
            .zip(script)
            .map(|(line, text)| ScriptLine {
                line,
                text: (*text).to_owned(),
            })
            .collect();
        play.see(
            None,
            Source::Program,
            Fact::Begin {
                network: "host".to_owned(),
                script,
                server: SocketAddr::from(([127, 0, 0, 1], 10008)),
            },
        );
        play
    }

    /// Nothing but the script of the four lines.
    pub fn four_lines() -> Self {
        Self::begin(&SCRIPT)
    }

    /// Nothing at all: free play.
    pub fn free() -> Self {
        Self::begin(&[])
    }

    /// The whole walk, and how things were after each statement.
    pub fn walked() -> (Self, Vec<Session>) {
        let mut play = Self::four_lines();
        let mut moments = Vec::new();
        for step in 0..SCRIPT.len() {
            play.walk(step);
            moments.push(play.session());
        }
        (play, moments)
    }

    /// One statement of the walk.
    pub fn walk(&mut self, step: usize) -> &mut Self {
        let client = Actor::CLIENT;
        match step {
            0 => self.listen(),
            1 => self.accept(),
            2 => self.connect(client),
            3 => self.send(client, b"hello, server\r\n"),
            4 => self.recv(Actor::Server),
            5 => self.send(Actor::Server, b"I have received it\r\n"),
            6 => self.recv(client),
            7 => self.close(Actor::Server),
            _ => self.close(client),
        }
    }

    /// The journal so far.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The journal, to keep.
    pub fn into_book(self) -> Book {
        self.book
    }

    /// How things are now.
    pub fn session(&self) -> Session {
        self.book.session().clone()
    }

    /// Lets time pass.
    pub fn later(&mut self, span: Nanos) -> &mut Self {
        self.at = self.at.plus(span);
        self
    }

    /// Any fact, 10 µs after the one before it.
    pub fn see(&mut self, who: Option<Actor>, source: Source, fact: Fact) -> &mut Self {
        self.at = self.at.plus(Nanos(10_000));
        let cause = self.asked.map_or(Cause::Unknown, Cause::Event);
        self.book.append(Observation {
            at: self.at,
            who,
            source,
            cause,
            fact,
        });
        self
    }

    /// A statement is asked for; it is a step of the script if it is the next line there.
    pub fn ask(&mut self, text: &str) -> &mut Self {
        let session = self.book.session();
        let next = session.script.get(session.step);
        let step = next.filter(|l| l.text == text).map(|_| session.step);
        let who = text.split([' ', '.']).next().and_then(|w| w.parse().ok());
        self.asked = None;
        self.later(Nanos::from_millis(800));
        self.see(
            who,
            Source::Script,
            Fact::Asked {
                text: text.to_owned(),
                step,
            },
        );
        self.asked = self.book.session().last;
        self
    }

    /// A call returned; `more` fills in what is particular.
    pub fn call(
        &mut self,
        who: Actor,
        socket: Option<SocketId>,
        call: Call,
        ret: i64,
        more: impl FnOnce(&mut CallDone),
    ) -> &mut Self {
        // A call that waits is the one that returns.
        let waiting = self.book.session().actors.get(&who).and_then(|a| {
            let same = a.waiting.iter().find(|w| *w.call == call)?;
            Some((same.call_id, self.at.plus(Nanos(10_000)).since(same.since)))
        });
        let (call_id, took) = waiting.unwrap_or_else(|| {
            self.calls += 1;
            (CallId(self.calls), Nanos(4_000))
        });
        let mut returned = CallDone {
            socket,
            took_ns: took,
            ..done(call_id, call, ret)
        };
        more(&mut returned);
        self.see(Some(who), Source::Call, Fact::Call(Box::new(returned)))
    }

    /// A call failed.
    pub fn fail(
        &mut self,
        who: Actor,
        socket: Option<SocketId>,
        call: Call,
        errno: Errno,
    ) -> &mut Self {
        self.call(who, socket, call, -1, |done| done.errno = Some(errno))
    }

    /// A call waits.
    pub fn wait(&mut self, who: Actor, socket: Option<SocketId>, call: Call) -> &mut Self {
        self.calls += 1;
        let fact = Fact::Waiting {
            call_id: CallId(self.calls),
            socket,
            call: Box::new(call),
        };
        self.see(Some(who), Source::Call, fact)
    }

    /// The kernel tells that a socket came from one state into another.
    pub fn state(&mut self, socket: SocketId, to: TcpState) -> &mut Self {
        let from = self
            .book
            .session()
            .socket(socket)
            .map_or(TcpState::Closed, |s| s.state);
        self.see(
            Some(socket.actor),
            Source::Kernel,
            Fact::State { socket, from, to },
        )
    }

    /// The kernel tells a socket's queues.
    pub fn queue(&mut self, socket: SocketId, recv_q: u64, send_q: u64) -> &mut Self {
        self.see(
            Some(socket.actor),
            Source::Kernel,
            Fact::Queue {
                socket,
                recv_q,
                send_q,
            },
        )
    }

    fn name(
        &mut self,
        socket: SocketId,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        was: Option<SocketId>,
    ) -> &mut Self {
        let cookie = 4096 + u64::from(local.port()) + peer.map_or(0, |p| u64::from(p.port()));
        self.see(
            Some(socket.actor),
            Source::Kernel,
            Fact::Socket {
                socket,
                cookie,
                local,
                peer,
                was,
            },
        )
    }

    fn fd(&self, socket: Option<SocketId>) -> Fd {
        socket
            .and_then(|id| self.book.session().socket(id))
            .and_then(|s| s.fd)
            .unwrap_or(Fd(-1))
    }

    fn new_id(&self, actor: Actor) -> SocketId {
        let own = self.book.session().sockets_of(actor);
        SocketId::own(
            actor,
            own.filter(|s| matches!(s.id.slot, Slot::Own(_))).count() as u16,
        )
    }

    fn connection(&self, actor: Actor) -> Option<SocketId> {
        let open = self.book.session().newest(actor.into());
        open.filter(|s| s.fd.is_some() && !s.is_listener())
            .map(|s| s.id)
    }

    fn make_socket(&mut self, who: Actor) -> SocketId {
        let id = self.new_id(who);
        let fd = self.next_fd;
        self.next_fd += 1;
        let call = Call::Socket {
            domain: Family::INET,
        };
        self.call(who, None, call, fd.into(), |done| done.made = Some(id));
        id
    }

    /// `server listen 10008`.
    pub fn listen(&mut self) -> &mut Self {
        let who = Actor::Server;
        let addr = self.book.session().server_address;
        self.ask("server listen 10008");
        let id = self.make_socket(who);
        let fd = self.fd(Some(id));
        let option = SockOpt::REUSEADDR;
        let value = OptionValue::Number(1);
        self.call(
            who,
            Some(id),
            Call::SetSockOpt { fd, option, value },
            0,
            |_| {},
        );
        self.call(who, Some(id), Call::Bind { fd, addr }, 0, |_| {});
        self.name(id, addr, None, None);
        self.call(who, Some(id), Call::Listen { fd, backlog: 5 }, 0, |_| {});
        self.state(id, TcpState::Listen).queue(id, 0, 5)
    }

    /// `server accept`: takes the caller that waits, or waits for one.
    pub fn accept(&mut self) -> &mut Self {
        self.ask("server accept");
        let listener = self.book.session().listener(Actor::Server).map(|s| s.id);
        let fd = self.fd(listener);
        let pending = self
            .book
            .session()
            .sockets
            .iter()
            .find(|s| s.is_pending())
            .map(|s| s.id);
        match (listener, pending) {
            (None, _) => self.fail(Actor::Server, None, Call::Accept { fd }, Errno::EBADF),
            (listener, None) => self.wait(Actor::Server, listener, Call::Accept { fd }),
            (Some(_), Some(pending)) => self.accepted(Some(pending)),
        }
    }

    fn accepted(&mut self, pending: Option<SocketId>) -> &mut Self {
        let who = Actor::Server;
        let listener = self.book.session().listener(who).map(|s| s.id);
        let fd = self.fd(listener);
        let id = self.new_id(who);
        let made = self.next_fd;
        self.next_fd += 1;
        let local = self.book.session().server_address;
        let peer = pending
            .and_then(|p| self.book.session().socket(p)?.peer)
            .or_else(|| {
                let clients = self.book.session().sockets.iter().rev();
                clients.filter(|s| s.id.actor != who).find_map(|s| s.local)
            });
        self.call(who, listener, Call::Accept { fd }, made.into(), |done| {
            done.made = Some(id);
            done.addr = peer;
        });
        self.name(id, local, peer, pending);
        if pending.is_none() {
            self.state(id, TcpState::Established).queue(id, 0, 0);
        } else if let (Some(listener), Some(pending)) = (listener, pending) {
            self.inbox
                .remove(&pending)
                .map(|inbox| self.inbox.insert(id, inbox));
            let totals = self.totals.remove(&pending).unwrap_or_default();
            self.totals.insert(id, totals);
            self.queue(listener, 0, 5);
        }
        self
    }

    /// `client connect`: the server's accept takes it, or its kernel queues it.
    pub fn connect(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} connect"));
        let id = self.make_socket(who);
        let fd = self.fd(Some(id));
        let addr = self.book.session().server_address;
        let Some(listener) = self.book.session().listener(Actor::Server).map(|s| s.id) else {
            return self.fail(
                who,
                Some(id),
                Call::Connect { fd, addr },
                Errno::ECONNREFUSED,
            );
        };
        let local = SocketAddr::new(addr.ip(), self.next_port);
        self.next_port += 2;
        self.call(who, Some(id), Call::Connect { fd, addr }, 0, |_| {});
        self.name(id, local, Some(addr), None);
        self.see(
            Some(who),
            Source::Derived,
            Fact::State {
                socket: id,
                from: TcpState::Closed,
                to: TcpState::SynSent,
            },
        );
        self.state(id, TcpState::Established).queue(id, 0, 0);
        if self
            .book
            .session()
            .waiting(Actor::Server)
            .is_some_and(|c| c.name() == "accept")
        {
            return self.accepted(None);
        }
        let waiting = self.book.session().sockets.iter();
        let number = waiting.filter(|s| s.is_pending()).count() as u16 + 1;
        let pending = SocketId {
            actor: Actor::Server,
            slot: Slot::Pending(number),
        };
        self.name(pending, addr, Some(local), None)
            .state(pending, TcpState::Established)
            .queue(pending, 0, 0)
            .queue(listener, number.into(), 5)
    }

    fn progress(&mut self, socket: SocketId) -> &mut Self {
        let peer = self
            .book
            .session()
            .socket(socket)
            .and_then(|s| s.peer_socket);
        let (received, sent) = self.totals.get(&socket).copied().unwrap_or_default();
        let unread = self.inbox.get(&socket).map_or(0, |i| i.len() as u64);
        let acked = peer.and_then(|p| self.totals.get(&p)).map_or(sent, |t| t.0);
        self.see(
            Some(socket.actor),
            Source::Kernel,
            Fact::Progress {
                socket,
                taken: sent,
                sent,
                acked: acked.min(sent),
                received,
                copied: received - unread,
            },
        )
    }

    /// `WHO send "..."`: the bytes arrive in the peer's kernel, and wake its recv.
    pub fn send(&mut self, who: Actor, data: &[u8]) -> &mut Self {
        self.ask(&format!(
            "{who} send \"{}\"",
            crate::model::payload::escaped(data)
        ));
        let socket = self.connection(who);
        let fd = self.fd(socket);
        let flags = MsgFlags {
            nosignal: true,
            ..MsgFlags::default()
        };
        let call = Call::Send {
            fd,
            len: data.len() as u64,
            flags,
            data: Payload::capped(data, KEPT_PER_CALL),
        };
        let Some(socket) = socket else {
            return self.fail(who, None, call, Errno::EBADF);
        };
        let Some(peer) = self
            .book
            .session()
            .socket(socket)
            .and_then(|s| s.peer_socket)
        else {
            return self.fail(who, Some(socket), call, Errno::EPIPE);
        };
        self.call(who, Some(socket), call, data.len() as i64, |_| {});
        self.inbox.entry(peer).or_default().extend_from_slice(data);
        self.totals.entry(peer).or_default().0 += data.len() as u64;
        self.totals.entry(socket).or_default().1 += data.len() as u64;
        let unread = self.inbox[&peer].len() as u64;
        self.progress(peer).queue(peer, unread, 0).progress(socket);
        self.wake(peer)
    }

    fn wake(&mut self, socket: SocketId) -> &mut Self {
        let who = socket.actor;
        let actor = self.book.session().actors.get(&who);
        let waits = actor.is_some_and(|a| {
            let mine = a.waiting.iter().find(|w| w.socket == Some(socket));
            mine.is_some_and(|w| w.call.name() == "recv")
        });
        if waits { self.take(socket) } else { self }
    }

    fn take(&mut self, socket: SocketId) -> &mut Self {
        let fd = self.fd(Some(socket));
        let bytes = self.inbox.remove(&socket).unwrap_or_default();
        let call = Call::Recv {
            fd,
            len: 4096,
            flags: MsgFlags::default(),
        };
        let ret = bytes.len() as i64;
        self.call(socket.actor, Some(socket), call, ret, |done| {
            done.data = Some(Payload::capped(&bytes, KEPT_PER_CALL));
        });
        if ret > 0 {
            self.queue(socket, 0, 0).progress(socket)
        } else {
            self
        }
    }

    /// `WHO recv`: takes what is there, or waits.
    pub fn recv(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} recv"));
        let socket = self.connection(who);
        let call = Call::Recv {
            fd: self.fd(socket),
            len: 4096,
            flags: MsgFlags::default(),
        };
        let Some(socket) = socket else {
            return self.fail(who, None, call, Errno::EBADF);
        };
        let unread = self.inbox.get(&socket).is_some_and(|i| !i.is_empty());
        if unread || self.ended.contains_key(&socket) {
            return self.take(socket);
        }
        let connected = self
            .book
            .session()
            .socket(socket)
            .is_some_and(|s| s.peer.is_some());
        if connected {
            self.wait(who, Some(socket), call)
        } else {
            self.fail(who, Some(socket), call, Errno::ENOTCONN)
        }
    }

    /// `WHO shutdown write`.
    pub fn half_close(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} shutdown write"));
        let socket = self.connection(who);
        let call = Call::Shutdown {
            fd: self.fd(socket),
            how: How::Write,
        };
        self.call(who, socket, call, 0, |_| {});
        if let Some(socket) = socket {
            self.goodbye(socket);
        }
        self
    }

    /// `WHO close`: its newest connection; says goodbye unless that was said.
    pub fn close(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} close"));
        let socket = self.connection(who);
        let fd = self.fd(socket);
        let Some(socket) = socket else {
            return self.fail(who, None, Call::Close { fd }, Errno::EBADF);
        };
        self.call(who, Some(socket), Call::Close { fd }, 0, |_| {});
        self.goodbye(socket)
    }

    /// A socket's FIN, as far as it has not been sent, and what both kernels make of it.
    fn goodbye(&mut self, socket: SocketId) -> &mut Self {
        let session = self.book.session();
        let Some(mine) = session.socket(socket).cloned() else {
            return self;
        };
        let peer = mine.peer_socket;
        match mine.state {
            TcpState::Established => {
                let derived = Fact::State {
                    socket,
                    from: mine.state,
                    to: TcpState::FinWait1,
                };
                self.see(Some(socket.actor), Source::Derived, derived);
                self.state(socket, TcpState::FinWait2);
                if let Some(peer) = peer {
                    self.ended.insert(peer, true);
                    self.state(peer, TcpState::CloseWait);
                    self.wake(peer);
                }
            }
            TcpState::CloseWait => {
                self.state(socket, TcpState::Closed);
                if let Some(peer) = peer {
                    self.ended.insert(peer, true);
                    self.state(peer, TcpState::TimeWait);
                    self.wake(peer);
                }
            }
            _ => {}
        }
        self
    }

    /// `WHO abort`: SO_LINGER with 0, then close; the peer is reset.
    pub fn abort(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} abort"));
        let Some(socket) = self.connection(who) else {
            return self;
        };
        let fd = self.fd(Some(socket));
        let peer = self
            .book
            .session()
            .socket(socket)
            .and_then(|s| s.peer_socket);
        let set = Call::SetSockOpt {
            fd,
            option: SockOpt::LINGER,
            value: OptionValue::Linger {
                linger: true,
                seconds: 0,
            },
        };
        self.call(who, Some(socket), set, 0, |_| {});
        self.call(who, Some(socket), Call::Close { fd }, 0, |_| {});
        self.state(socket, TcpState::Closed);
        if let Some(peer) = peer {
            self.state(peer, TcpState::Closed);
        }
        self
    }

    /// The actor's call that waits is interrupted.
    pub fn cancel(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} cancel"));
        let waiting = self.book.session().actors.get(&who);
        let Some(waiting) = waiting.and_then(|a| a.waiting.last()).cloned() else {
            return self;
        };
        let fact = Fact::Cancel {
            call_id: waiting.call_id,
            call: waiting.call.name().to_owned(),
        };
        self.see(Some(who), Source::Script, fact);
        self.fail(who, waiting.socket, *waiting.call, Errno::EINTR)
    }
}

/// One fact of every kind, and one call of every kind.
pub fn every_fact() -> Vec<Fact> {
    let (server, client) = (
        SocketId::own(Actor::Server, 1),
        SocketId::own(Actor::CLIENT, 0),
    );
    let text = || "client connect".to_owned();
    let call_id = CallId(77);
    let mut facts = vec![
        Fact::Begin {
            network: "host".to_owned(),
            script: vec![ScriptLine {
                line: 1,
                text: text(),
            }],
            server: SocketAddr::from(([127, 0, 0, 1], 10008)),
        },
        Fact::Asked {
            text: text(),
            step: Some(0),
        },
        Fact::Waiting {
            call_id,
            socket: Some(client),
            call: Box::new(Call::Accept { fd: Fd(3) }),
        },
        Fact::Queued { text: text() },
        Fact::Cancel {
            call_id,
            call: "accept".to_owned(),
        },
        Fact::Socket {
            socket: server,
            cookie: u64::MAX,
            local: "[::1]:10008".parse().unwrap(),
            peer: Some("[::1]:49164".parse().unwrap()),
            was: Some("server.pending.1".parse().unwrap()),
        },
        Fact::State {
            socket: client,
            from: TcpState::FinWait1,
            to: TcpState::FinWait2,
        },
        Fact::Queue {
            socket: client,
            recv_q: 5,
            send_q: 0,
        },
        Fact::Progress {
            socket: client,
            taken: 5,
            sent: 4,
            acked: 3,
            received: 2,
            copied: 1,
        },
        Fact::Detail {
            socket: client,
            detail: Detail {
                unsent: 1,
                unacked: 2,
                unread: 3,
                retransmits: 4,
                timer: Some((Timer::TimeWait, Nanos(5))),
                rtt: Some(Nanos(6)),
                rto: None,
                cwnd: Some(10),
            },
        },
        Fact::Ack {
            level: AckLevel::Application,
            toward: Side::Server,
            socket: client,
            through: 17,
        },
        Fact::Line { line: 4 },
        Fact::Expect {
            text: text(),
            held: false,
            line: Some(7),
            found: "nothing".to_owned(),
        },
        Fact::Say {
            text: "\u{1b}\"\\".to_owned(),
        },
        Fact::Serve {
            mode: "echo".to_owned(),
        },
        Fact::Mode {
            text: "concurrent on".to_owned(),
        },
        Fact::Elided {
            socket: server,
            calls: 3,
            read: 4,
            written: 5,
        },
        Fact::Refused { text: text() },
    ];
    for (call, ret) in every_call() {
        let mut told = done(call_id, call.clone(), ret);
        told.socket = call.fd().map(|_| client);
        match &call {
            Call::Socket { .. } | Call::Accept { .. } => told.made = Some(server),
            Call::Recv { .. } | Call::RecvFrom { .. } => {
                told.data = Some(Payload::capped(b"\0\xff\r\n", 3));
            }
            Call::GetSockOpt { .. } => {
                told.value = Some(OptionValue::Time { milliseconds: 1500 });
            }
            Call::GetSockName { .. } => told.addr = Some("[::1]:1".parse().unwrap()),
            Call::Poll { .. } => {
                told.revents = Some(PollEvents {
                    pollin: true,
                    pollrdhup: true,
                    ..PollEvents::default()
                });
            }
            _ => {}
        }
        facts.push(Fact::Call(Box::new(told.clone())));
        for errno in [Errno::EINVAL, Errno(4711)] {
            let failed = CallDone {
                ret: -1,
                errno: Some(errno),
                made: None,
                data: None,
                addr: None,
                value: None,
                revents: None,
                ..told.clone()
            };
            facts.push(Fact::Call(Box::new(failed)));
        }
        facts.push(Fact::Waiting {
            call_id,
            socket: Some(server),
            call: Box::new(call),
        });
    }
    facts
}

/// Every call, and what it returns when all is well.
pub fn every_call() -> Vec<(Call, i64)> {
    let fd = Fd(4);
    let addr = SocketAddr::from(([127, 0, 0, 1], 10008));
    let flags = MsgFlags {
        peek: true,
        waitall: true,
        dontwait: true,
        nosignal: true,
    };
    let plain = MsgFlags::default();
    let data = Payload::capped(b"hello", 4);
    let option = SockOpt::LINGER;
    let linger = OptionValue::Linger {
        linger: true,
        seconds: 0,
    };
    let congestion = "TCP_CONGESTION".parse().unwrap();
    let cubic = OptionValue::Text("cubic".to_owned());
    vec![
        (
            Call::Socket {
                domain: Family::INET6,
            },
            4,
        ),
        (Call::Bind { fd, addr }, 0),
        (Call::Listen { fd, backlog: 5 }, 0),
        (Call::Accept { fd }, 5),
        (Call::Connect { fd, addr }, 0),
        (
            Call::Send {
                fd,
                len: 5,
                flags,
                data: data.clone(),
            },
            5,
        ),
        (
            Call::Send {
                fd,
                len: 5,
                flags: plain,
                data: data.clone(),
            },
            3,
        ),
        (
            Call::Send {
                fd,
                len: 0,
                flags: plain,
                data: Payload::default(),
            },
            0,
        ),
        (
            Call::SendTo {
                fd,
                len: 5,
                flags: plain,
                data,
                addr,
            },
            5,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags: plain,
            },
            4,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags,
            },
            4,
        ),
        (
            Call::Recv {
                fd,
                len: 4096,
                flags: plain,
            },
            0,
        ),
        (
            Call::Recv {
                fd,
                len: 0,
                flags: plain,
            },
            0,
        ),
        (Call::RecvFrom { fd, len: 4, flags }, 4),
        (Call::Shutdown { fd, how: How::Read }, 0),
        (
            Call::Shutdown {
                fd,
                how: How::Write,
            },
            0,
        ),
        (Call::Shutdown { fd, how: How::Both }, 0),
        (Call::Close { fd }, 0),
        (
            Call::SetSockOpt {
                fd,
                option,
                value: linger,
            },
            0,
        ),
        (
            Call::SetSockOpt {
                fd,
                option: congestion,
                value: cubic,
            },
            0,
        ),
        (
            Call::SetSockOpt {
                fd,
                option: SockOpt::REUSEADDR,
                value: OptionValue::Number(1),
            },
            0,
        ),
        (Call::GetSockOpt { fd, option }, 0),
        (Call::GetSockName { fd }, 0),
        (Call::GetPeerName { fd }, 0),
        (
            Call::Poll {
                fd,
                read: true,
                write: true,
                timeout_ms: -1,
            },
            1,
        ),
        (
            Call::Poll {
                fd,
                read: false,
                write: true,
                timeout_ms: 100,
            },
            0,
        ),
        (
            Call::Ioctl {
                fd,
                nonblocking: true,
            },
            0,
        ),
        (
            Call::Ioctl {
                fd,
                nonblocking: false,
            },
            0,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_reaches_every_line_and_ends_in_time_wait() {
        let (play, moments) = Play::walked();
        let session = play.session();
        let lines: Vec<u8> = moments.iter().map(|s| s.lines.reached()).collect();
        assert_eq!(lines, [1, 1, 1, 2, 2, 3, 4, 4, 4]);
        assert!(session.lines.complete());
        assert_eq!(session.step, SCRIPT.len());
        let server = SocketId::own(Actor::Server, 1);
        assert_eq!(session.socket(server).unwrap().state, TcpState::TimeWait);
        let client = SocketId::own(Actor::CLIENT, 0);
        assert_eq!(session.ledger(client).places().read, Some(15));
        assert_eq!(session.ledger(server).places().read, Some(20));
    }
}

//! Journals made by hand, for tests: a [`Play`] writes what a real conversation on loopback would leave in the journal.
//!
//! ```text
//! let mut play = Play::four_lines();
//! play.listen().accept().connect(Actor::CLIENT).send(Actor::CLIENT, b"hello");   // whole statements
//! play.see(None, Source::Script, Fact::Say { text: "...".into() });               // any single fact
//! ```

mod arbitrary;
mod facts;
mod packets;
mod statements;
mod strangers;

pub use self::{
    arbitrary::{any_book, book_of},
    facts::{every_call, every_fact},
    packets::segment,
};

use crate::model::{
    book::Book,
    call::{Call, CallDone, Family},
    errno::Errno,
    event::{Cause, Fact, Observation, ScriptLine, Sight, Source},
    ids::{Actor, CallId, EventId, Fd, Nanos, Slot, SocketId},
    session::Session,
    tcp::TcpState,
};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
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
    client_ip: IpAddr,
    asked: Option<EventId>,
    inbox: HashMap<SocketId, Vec<u8>>,
    /// How much each socket has taken in, and sent.
    totals: HashMap<SocketId, (u64, u64)>,
    ended: HashMap<SocketId, bool>,
}

impl Play {
    fn begin(script: &[&str]) -> Self {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self::on("host", here, here, Sight::default(), script)
    }

    fn on(network: &str, server: IpAddr, client: IpAddr, sight: Sight, script: &[&str]) -> Self {
        let mut play = Self {
            book: Book::new(),
            at: Nanos(0),
            calls: 0,
            next_fd: 3,
            next_port: 49164,
            client_ip: client,
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
                network: network.to_owned(),
                script,
                server: SocketAddr::new(server, 10008),
                sight,
                no_lab: None,
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

    /// A client that calls a server which is somebody else's.
    pub fn client_alone() -> Self {
        Self::begin(&[
            "client connect 127.0.0.1:10008",
            "client send \"hello, server\\r\\n\"",
            "client recv",
            "client close",
        ])
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
            own.filter(|s| matches!(s.id.slot, Slot::Own(_))).count() as u32,
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

//! Whole statements: the calls that they make and what the kernel tells then, as on loopback.

use super::Play;
use crate::model::{
    call::{Call, How, MsgFlags},
    errno::Errno,
    event::{Fact, Source},
    ids::{Actor, Slot, SocketId},
    option::{OptionValue, SockOpt},
    payload::{KEPT_PER_CALL, Payload},
    tcp::TcpState,
};
use core::net::SocketAddr;

impl Play {
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
        let local = SocketAddr::new(self.client_ip, self.next_port);
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
        let number = waiting.filter(|s| s.is_pending()).count() as u32 + 1;
        let pending = SocketId {
            actor: Actor::Server,
            slot: Slot::Pending(number),
        };
        self.name(pending, addr, Some(local), None)
            .state(pending, TcpState::Established)
            .queue(pending, 0, 0)
            .queue(listener, number.into(), 5)
    }

    pub(super) fn progress(&mut self, socket: SocketId) -> &mut Self {
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
                taken: Some(sent),
                sent,
                acked: acked.min(sent),
                received,
                copied: Some(received - unread),
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
        if self.inbox.get(&socket).is_some_and(|i| !i.is_empty()) {
            return self.reset(socket);
        }
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

    /// `WHO abort`: `SO_LINGER` with 0, then close; the peer is reset.
    pub fn abort(&mut self, who: Actor) -> &mut Self {
        self.ask(&format!("{who} abort"));
        let Some(socket) = self.connection(who) else {
            return self;
        };
        let fd = self.fd(Some(socket));
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
        self.reset(socket)
    }

    /// A reset: both ends are closed at once.
    fn reset(&mut self, socket: SocketId) -> &mut Self {
        let peer = self
            .book
            .session()
            .socket(socket)
            .and_then(|s| s.peer_socket);
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

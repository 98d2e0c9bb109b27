//! A call has returned: who its socket is now, and what follows.

use super::{
    hands::KEPT,
    worker::{Returned, Worker},
    world::{Hand, Own, World},
};
use crate::{
    model::{
        call::{Call, CallDone},
        errno::Errno,
        event::{Cause, Fact, Source},
        ids::{Actor, CallId, Fd, SocketId},
        option::{OptionValue, SockOpt},
        payload::{KEPT_PER_CALL, Payload},
    },
    os::kernel::{self, Identity},
};
use core::net::SocketAddr;

/// Sockets that are closed and still known by their names, at most.
pub(super) const MOST_CLOSED: usize = 512;

impl World {
    /// Takes in a call that has returned.
    pub(super) fn returned(
        &mut self,
        Returned {
            id,
            call,
            performed,
            served,
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
                None if served.is_some() => {
                    (Actor::Server, call.fd().and_then(|fd| self.by_fd(fd)), None)
                }
                // The call of a hand that was let go of when everything was cleared.
                None => return,
            };
        let failed = performed.errno.is_some();
        if let Some(socket) = socket {
            if served.is_some() {
                self.causes.called(socket, id, &call, performed.started);
            }
            if failed {
                self.causes.failed(socket, id);
            }
        }
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
            data: performed.data.as_ref().map(|d| {
                Payload::capped(
                    d,
                    if served.is_some() {
                        KEPT
                    } else {
                        KEPT_PER_CALL
                    },
                )
            }),
            addr: performed.addr,
            value: performed.value,
            revents: performed.revents,
            call,
        };
        self.consequences(&done);
        if let (Actor::Server, Call::Close { fd }) = (actor, &done.call)
            && socket.is_some_and(|socket| self.by_fd(*fd) == Some(socket))
        {
            self.descriptors.remove(fd);
        }
        let call = done.call.clone();
        let cause = asked.map_or(Cause::Unknown, Cause::Event);
        self.tell(
            ended,
            actor,
            Source::Call,
            cause,
            Fact::Call(Box::new(done)),
        );
        if let (Some(Errno::EADDRINUSE), Call::Bind { addr, .. }) = (performed.errno, &call)
            && let Some(who) = kernel::who_listens(addr.port())
        {
            let own = self.sockets.iter().find(|s| {
                s.fd.is_some()
                    && Some(s.id) != socket
                    && s.local.is_some_and(|l| l.port() == addr.port())
            });
            let who = own.map_or(who, |own| format!("this program's own {}", own.id));
            let text = format!("Port {} is in the hands of {who}.", addr.port());
            let fact = Fact::Note { text };
            self.tell(
                self.clock.now(),
                actor,
                Source::Kernel,
                Cause::Call(id),
                fact,
            );
        }
        let named = matches!(
            call,
            Call::Bind { .. } | Call::Listen { .. } | Call::Connect { .. }
        );
        if named && let Some(socket) = socket {
            // Once connected, so it was: also when the peer has reset it since. And a connect that was interrupted, or
            // that does not wait, goes on in the kernel.
            let goes_on = matches!(
                performed.errno,
                Some(Errno::EINTR | Errno::EINPROGRESS | Errno::EALREADY)
            );
            let peer = match call {
                Call::Connect { addr, .. } if !failed || goes_on => Some((addr, !failed)),
                _ => None,
            };
            self.identify(socket, id, peer);
        }
        if let Some(made) = made.filter(|_| matches!(call, Call::Accept { .. })) {
            let peer = performed.addr.map(|addr| (addr, true));
            match served.and_then(|s| s.identity) {
                // Taken when it was accepted: its descriptor may be closed by now.
                Some(who) => self.introduce(made, id, who, peer),
                None => self.identify(made, id, peer),
            }
            if self.concurrent && hand.is_some() {
                let name = made.to_string();
                if let Ok(worker) = self.worker(&name, actor) {
                    self.workers.insert(Hand::Connection(made), worker);
                }
            }
        }
        self.touched.extend(socket.into_iter().chain(made));
        let says_goodbye = matches!(call, Call::Close { .. } | Call::Shutdown { .. });
        if self.hearing
            && says_goodbye
            && let Some(socket) = socket
        {
            if self.heard.len() >= MOST_CLOSED {
                self.heard.clear();
            }
            self.heard.insert(socket, id);
        }
        self.owes_look |= hand.is_some() && self.hearing;
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

    /// A call could not be made: the statement ends there, as refused.
    pub(super) fn unmade(&mut self, id: CallId, text: String) {
        let made = |w: &Worker| w.busy.as_ref().is_some_and(|b| b.id == id);
        let Some((&hand, worker)) = self.workers.iter_mut().find(|(_, w)| made(w)) else {
            return;
        };
        worker.busy = None;
        if let Some(current) = worker.current.take() {
            self.refuse(current.asked, hand.actor(), text);
        }
        self.advance(hand);
    }

    /// The server's socket that has this descriptor.
    pub(super) fn by_fd(&self, fd: Fd) -> Option<SocketId> {
        self.descriptors.get(&fd).copied()
    }

    /// Gives a new descriptor its name.
    pub(super) fn add(&mut self, actor: Actor, call: &Call, ret: i64) -> SocketId {
        let index = self.next_index.entry(actor).or_default();
        let id = SocketId::own(actor, *index);
        *index = index.saturating_add(1);
        let accepted = matches!(call, Call::Accept { .. });
        let fd = i32::try_from(ret).ok().map(Fd);
        if let (Actor::Server, Some(fd)) = (actor, fd) {
            self.descriptors.insert(fd, id);
        }
        self.forget_the_closed();
        self.sockets.push(Own {
            id,
            fd,
            listens: false,
            local: None,
            opened: false,
            connection: accepted || actor != Actor::Server,
        });
        id
    }

    /// Past a bound, lets go of the oldest sockets that are closed.
    fn forget_the_closed(&mut self) {
        if self.sockets.len() < self.forget_at {
            return;
        }
        let closed = self.sockets.iter().filter(|s| s.fd.is_none()).count();
        let mut too_many = closed.saturating_sub(MOST_CLOSED);
        self.sockets.retain(|s| {
            let goes = too_many > 0 && s.fd.is_none();
            too_many -= usize::from(goes);
            !goes
        });
        // Not at every new socket, however many are open.
        self.forget_at = self.sockets.len() + MOST_CLOSED;
    }

    /// What a call that has returned changes in what we know of its socket.
    pub(super) fn consequences(&mut self, done: &CallDone) {
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
        let id = own.id;
        if matches!(done.errno, Some(Errno::ECONNRESET | Errno::EPIPE)) {
            self.watch.reset(id, done.errno == Some(Errno::EPIPE));
        }
        if done.ret == 0 && done.call.takes_bytes() {
            self.watch.end_was_read(id);
        }
        if let Call::SetSockOpt {
            option: SockOpt::LINGER,
            value,
            ..
        } = &done.call
            && !done.failed()
        {
            let at_once = OptionValue::Linger {
                linger: true,
                seconds: 0,
            };
            self.watch.will_abort(id, *value == at_once);
        }
    }

    /// Asks the kernel who a socket is, from our own thread. Its descriptor is open: its actor is in a call on it or waits
    /// for us.
    pub(super) fn identify(
        &mut self,
        id: SocketId,
        call: CallId,
        told: Option<(SocketAddr, bool)>,
    ) {
        let own = self.sockets.iter().find(|s| s.id == id);
        if let Some(fd) = own.and_then(|own| own.fd)
            && let Ok(who) = kernel::identity(fd)
        {
            self.introduce(id, call, who, told);
        }
    }

    /// Watches a socket from now on, once it has a name. `told`: the peer that a call has told, and whether it is
    /// connected to it.
    fn introduce(
        &mut self,
        id: SocketId,
        call: CallId,
        who: Identity,
        told: Option<(SocketAddr, bool)>,
    ) {
        let connecting = self
            .workers
            .values()
            .filter_map(|w| w.busy.as_ref())
            .find_map(|b| match b.call {
                Call::Connect { addr, .. } if b.socket == Some(id) => Some(addr),
                _ => None,
            });
        let Some(own) = self.sockets.iter_mut().rfind(|s| s.id == id) else {
            return;
        };
        let named = who.local.port() != 0;
        own.local = named.then_some(who.local);
        let Some(fd) = own.fd.filter(|_| named) else {
            return;
        };
        // While connect waits, the SYN is sent already, and is no byte of data.
        own.opened |= connecting.is_some();
        let connected = who.peer.is_some() || told.is_some_and(|(_, connected)| connected);
        let peer = who.peer.or(told.map(|(addr, _)| addr)).or(connecting);
        if let Some(sniffer) = &mut self.sniffer {
            sniffer.names(id, who.local, peer);
        }
        let was = self
            .watch
            .begin(own, fd, who.cookie, who.local, peer, connected);
        if !self.watch.told_name(id, who.local, peer) {
            let fact = Fact::Socket {
                socket: id,
                cookie: who.cookie,
                local: who.local,
                peer,
                was,
            };
            let cause = Cause::Call(call);
            self.tell(self.clock.now(), id.actor, Source::Kernel, cause, fact);
        }
    }
}

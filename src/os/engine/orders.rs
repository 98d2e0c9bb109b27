//! Orders: whose thread they are for, which socket they mean, and the calls that they become, one after the other.

use super::{
    plan::{self, Ground, Planned},
    worker::{Current, Job},
    world::{Hand, Own, World, next_call},
};
use crate::model::{
    call::{Call, How},
    command::{Command, Order},
    event::{Cause, Fact, Source},
    ids::{Actor, EventId, Fd, Slot, SocketId, Target},
};
use core::net::SocketAddr;

impl World {
    /// Takes an order: begins it, or queues it behind the call that its actor is in.
    pub(super) fn ask(&mut self, asked: EventId, order: Order) {
        let actor = order.who.actor;
        if let Some(text) = self.serves_by_itself(&order) {
            return self.refuse(asked, actor, text);
        }
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
                return self.will_settle(asked);
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
            match self.worker(&name, actor) {
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
            self.will_settle(asked);
        }
    }

    /// Whose thread an order is for: of a concurrent server, the connection's own.
    pub(super) fn hand(&self, order: &Order) -> Hand {
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
    pub(super) fn resolve(&self, order: &Order) -> Result<Option<usize>, String> {
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
    pub(super) fn begin(&mut self, hand: Hand, asked: EventId, order: &Order) {
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
        // A wildcard is reached through an address that the caller has a way to.
        let reached = |at: SocketAddr| SocketAddr::new(self.maker.reaches(at.ip()), at.port());
        let calls = matches!(order.command, Command::Connect(_) | Command::SendTo(..));
        let ground = Ground {
            server: if calls {
                reached(self.server)
            } else {
                self.server
            },
            listening: listener.and_then(|s| s.local).map(reached),
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
    pub(super) fn advance(&mut self, hand: Hand) {
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
            self.will_settle(asked);
            return self.advance(hand);
        };
        let socket = current.socket;
        let fd = socket
            .and_then(|id| self.sockets.iter().find(|s| s.id == id))
            .and_then(|s| s.fd)
            .unwrap_or(Fd(-1));
        let id = next_call(&self.calls);
        let call = plan::on(call, fd);
        if let Some(sniffer) = &mut self.sniffer {
            sniffer.watch_for(&call);
        }
        // What these do may be over before we have heard that the call returned.
        match (&call, socket) {
            (Call::Close { .. }, Some(socket)) => self.watch.closed(socket),
            (
                Call::Shutdown {
                    how: How::Write | How::Both,
                    ..
                },
                Some(socket),
            ) => self.watch.says_goodbye(socket),
            _ => {}
        }
        if let Some(socket) = socket {
            self.causes.called(socket, id, &call, self.clock.now());
        }
        worker.make(Job { id, call, data }, socket);
        self.check_soon();
    }

    /// Interrupts the call in which an actor waits.
    pub(super) fn cancel(&mut self, asked: EventId, who: Target) {
        let waiting = self.workers.iter_mut().filter(|(hand, worker)| {
            let socket = worker
                .busy
                .as_ref()
                .filter(|b| b.waits && !b.cancelled)
                .map(|b| b.socket);
            hand.actor() == who.actor
                && socket.is_some_and(|s| who.slot.is_none() || s.map(|s| s.slot) == who.slot)
        });
        // Of several, the actor's own thread; else the one whose call is the newest.
        let chosen = waiting.max_by_key(|(hand, worker)| {
            let newest = worker.busy.as_ref().map(|b| b.id);
            (matches!(hand, Hand::Actor(_)), newest)
        });
        let Some((_, worker)) = chosen else {
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
        self.will_settle(asked);
        self.check_soon();
    }
}

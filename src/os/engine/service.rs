//! A server that begins to answer by itself, or stops.

use super::{
    hands::Hands,
    serve::Serving,
    worker::{Returned, Served},
    world::{Told, World, next_call},
};
use crate::{
    model::{
        call::Call,
        command::{Command, Order, ServeMode},
        event::{Cause, Fact, Source},
        ids::{Actor, EventId, Fd},
    },
    os::sockets,
};
use std::rc::Rc;
use tokio::sync::mpsc::UnboundedReceiver;

impl World {
    /// A server begins to answer by itself, or stops.
    pub(super) fn serve(&mut self, asked: EventId, actor: Actor, mode: Option<ServeMode>) {
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
        let listener = self.listening();
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
        // Clients that are in the middle of a conversation go on with it in the new way.
        let goes_on = match (mode, listener, &self.serving) {
            (Some(mode), Some(fd), Some(serving)) => serving.change(mode, fd),
            _ => false,
        };
        if !goes_on {
            self.serving = None;
        }
        let name = mode.map_or_else(|| "off".to_owned(), |m| m.to_string());
        self.tell(
            self.clock.now(),
            actor,
            Source::Program,
            Cause::Event(asked),
            Fact::Serve { mode: name },
        );
        match (mode, listener) {
            _ if goes_on => {}
            (Some(mode), Some(fd)) => {
                let hands = |alive| Hands {
                    clock: self.clock,
                    told: self.told.clone(),
                    calls: self.calls.clone(),
                    window: Rc::default(),
                    alive,
                };
                let open = self.accepted().collect();
                self.serving = Some(Serving::start(mode, fd, open, hands));
            }
            _ => self.hand_back(),
        }
        self.will_settle(asked);
    }

    /// The connections that the server has accepted and not closed.
    fn accepted(&self) -> impl Iterator<Item = Fd> {
        self.sockets
            .iter()
            .filter(|s| s.id.actor == Actor::Server && s.connection && !s.opened && !s.listens)
            .filter_map(|s| s.fd)
    }

    /// Why an order is not for a server that answers by itself: two would use its descriptors, and a number that one
    /// of them has closed may be somebody else's by then. Asking is harmless.
    pub(super) fn serves_by_itself(&self, order: &Order) -> Option<String> {
        let harmless = matches!(
            order.command,
            Command::Serve(_)
                | Command::Concurrent(_)
                | Command::Cancel
                | Command::GetSockOpt(_)
                | Command::GetSockName
                | Command::GetPeerName
        );
        (order.who.actor == Actor::Server && self.serving.is_some() && !harmless)
            .then(|| "The server answers by itself. Try: server serve off".to_owned())
    }

    /// Whether an order makes the server stop answering by itself, for good or to begin anew.
    pub(super) fn ends_serving(&self, order: &Order) -> bool {
        let (Actor::Server, Command::Serve(mode)) = (order.who.actor, &order.command) else {
            return false;
        };
        let listener = mode.and_then(|_| self.listening());
        self.serving.as_ref().is_some_and(|s| s.must_stop(listener))
    }

    /// Lets the server's tasks end, and tells all that they did.
    pub(super) async fn stop_serving(&mut self, hears: &mut UnboundedReceiver<Told>) {
        if let Some(serving) = &mut self.serving {
            serving.stop().await;
            self.hear_all(None, hears);
            self.look(Cause::Unknown);
        }
    }

    /// The newest listener's descriptor.
    fn listening(&self) -> Option<Fd> {
        let mut newest_first = self.sockets.iter().rev();
        newest_first.find(|s| s.listens && s.fd.is_some())?.fd
    }

    /// Makes the sockets of a server that answered by itself block again, as a hand-driven actor's do.
    pub(super) fn hand_back(&mut self) {
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
                served: Some(Served::default()),
            });
        }
    }
}

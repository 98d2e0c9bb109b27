//! A server that begins to answer by itself, or stops.

use super::{
    serve::{Hands, Serving},
    worker::Returned,
    world::{World, next_call},
};
use crate::{
    model::{
        call::Call,
        command::ServeMode,
        event::{Cause, Fact, Source},
        ids::{Actor, EventId},
    },
    os::sockets,
};
use std::rc::Rc;

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
        self.will_settle(asked);
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
            });
        }
    }
}

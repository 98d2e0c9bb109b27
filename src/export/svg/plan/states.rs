//! States in the plan, and whose the sockets are.

use super::{Layout, ROW, Thing};
use crate::model::{
    event::{Event, Fact, Source},
    ids::{Actor, EventId, SocketId},
    story::whose::foreign_peer,
    tcp::TcpState,
};

/// Rows between a state that was not seen and the next one of the same socket, at most.
const APART: usize = 8;

impl Layout<'_> {
    pub(super) fn state(
        &mut self,
        place: usize,
        event: &Event,
        id: SocketId,
        from: TcpState,
        to: TcpState,
    ) {
        let Some(mut states) = self.by_way_of(place, event, id, from, to) else {
            return;
        };
        let seen = event.source != Source::Derived || self.book.session().is_capture();
        states.push((to, seen));
        let side = id.actor.side();
        let y = match self.arrived.take() {
            // It is what the packet led to that has just arrived.
            Some((at, y)) if at == side => y,
            _ => self.row(ROW),
        };
        let whose = self.whose(event.id, id);
        let thing = Thing::States {
            socket: id,
            whose,
            alone: !self.several,
            states,
        };
        self.put(y, thing);
    }

    /// Which states a step crossed unseen before it; `None` for one that was crossed itself: it stands in a later row.
    fn by_way_of(
        &self,
        place: usize,
        event: &Event,
        id: SocketId,
        from: TcpState,
        to: TcpState,
    ) -> Option<Vec<(TcpState, bool)>> {
        // What follows from a capture's packets was as well seen as they were.
        if self.book.session().is_capture() {
            return Some(Vec::new());
        }
        let near = |place: usize| match &self.told(place)?.fact {
            Fact::State { socket, from, to } if *socket == id => Some(Some((*from, *to))),
            Fact::State { .. } | Fact::Ack { .. } => Some(None),
            _ => None,
        };
        let unseen = |place: usize| {
            self.told(place)
                .is_some_and(|e| e.source == Source::Derived)
        };
        if event.source == Source::Derived {
            let next = (place + 1..place + 1 + APART)
                .map_while(near)
                .flatten()
                .next();
            if next.is_some_and(|(from, _)| from == to) {
                return None;
            }
        }
        let (mut crossed, mut first) = (Vec::new(), from);
        for before in (place.saturating_sub(APART)..place).rev() {
            match near(before) {
                Some(Some((earlier, to))) if to == first && unseen(before) => {
                    crossed.insert(0, (to, false));
                    first = earlier;
                }
                Some(None) => {}
                _ => break,
            }
        }
        Some(crossed)
    }

    /// Whether names in this event mean the sockets that there are at the end.
    fn is_of_now(&self, id: EventId) -> bool {
        self.book.session().begins.is_none_or(|begins| begins <= id)
    }

    pub(super) fn is_foreign(&self, id: EventId, socket: SocketId) -> bool {
        let session = self.book.session();
        self.is_of_now(id)
            && session
                .socket(socket)
                .is_some_and(|s| foreign_peer(session, s).is_some())
    }

    /// With which client a socket of the server talks, where there are several.
    pub(super) fn whose(&self, id: EventId, socket: SocketId) -> String {
        if !self.several || socket.actor != Actor::Server || !self.is_of_now(id) {
            return String::new();
        }
        let socket = self.book.session().socket(socket);
        let peer = socket.and_then(|s| s.peer_socket);
        peer.map_or_else(String::new, |peer| format!("({})", peer.actor))
    }
}

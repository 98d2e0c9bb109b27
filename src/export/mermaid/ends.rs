//! Who has a place in the diagram, and between whom a packet travels.

use crate::model::{
    ids::{Actor, Side},
    packet::Packet,
    session::Session,
};
use core::net::SocketAddr;
use std::collections::HashMap;

/// So many actors have a place at most.
const MOST_ACTORS: usize = 8;

/// The ends.
pub(super) struct Ends {
    actors: Vec<Actor>,
    /// Which client has which address.
    clients: HashMap<SocketAddr, Actor>,
}

impl Ends {
    /// Those of a session.
    pub(super) fn of(session: &Session) -> Self {
        let mut actors = vec![Actor::Server, Actor::CLIENT];
        let more = session.actors.keys().filter(|a| !actors.contains(a));
        let more: Vec<Actor> = more.take(MOST_ACTORS - 2).copied().collect();
        actors.extend(more);
        let mut ends = Self {
            actors,
            clients: HashMap::new(),
        };
        for socket in &session.sockets {
            if let Some(local) = socket.local {
                ends.remember(local, socket.id.actor);
            }
        }
        ends
    }

    /// Everyone, from left to right.
    pub(super) fn actors(&self) -> &[Actor] {
        &self.actors
    }

    /// The first and the last, as a note over everyone names them.
    pub(super) fn all(&self) -> String {
        let last = self.actors.last().copied().unwrap_or(Actor::CLIENT);
        format!("{},{last}", Actor::Server)
    }

    fn remember(&mut self, at: SocketAddr, actor: Actor) {
        if actor.side() == Side::Client {
            self.clients.insert(plain(at), actor);
        }
    }

    /// From whom to whom, if both have a place. An address of which nothing is known is the first client's.
    pub(super) fn of_packet(&mut self, packet: &Packet) -> Option<(Actor, Actor)> {
        if let Some(socket) = packet.socket {
            self.remember(packet.from, socket.actor);
        }
        let client = |at: SocketAddr| self.clients.get(&plain(at)).copied();
        let (from, to) = match packet.toward {
            Side::Server => (client(packet.from).unwrap_or(Actor::CLIENT), Actor::Server),
            Side::Client => (Actor::Server, client(packet.to).unwrap_or(Actor::CLIENT)),
        };
        let placed = self.actors.contains(&from) && self.actors.contains(&to);
        placed.then_some((from, to))
    }
}

fn plain(at: SocketAddr) -> SocketAddr {
    SocketAddr::new(at.ip().to_canonical(), at.port())
}

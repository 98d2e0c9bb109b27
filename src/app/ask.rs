//! What others may ask of what is on the screen.

use super::{
    state::{App, Cursor, Look, Overlay, Panel, Screen},
    suggest::Suggestion,
};
use crate::model::{
    ids::{Actor, Side},
    session::SocketState,
    tcp::TcpState,
};
use core::net::SocketAddr;

/// An end of the conversation that is somebody else's program: only what comes from it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Which end.
    pub side: Side,
    /// Its address.
    pub address: SocketAddr,
}

impl App {
    /// The end that is not ours, if one is not, at the moment that is shown.
    pub fn foreign(&self) -> Option<Foreign> {
        let session = self.session();
        let talked = |s: &&SocketState| {
            let open = |state: TcpState| state != TcpState::Closed && state != TcpState::SynSent;
            s.peer_socket.is_none() && (open(s.state) || s.path.iter().any(|p| open(p.to)))
        };
        let foreign = |side: Side, address: SocketAddr| Foreign { side, address };
        if let Some(client) = session.newest(self.client().into()) {
            let peer = client.peer.filter(|_| talked(&client))?;
            let ours = session
                .sockets_of(Actor::Server)
                .any(|s| s.local.is_some_and(|l| l.port() == peer.port()));
            return (!ours).then(|| foreign(Side::Server, peer));
        }
        let called = session
            .sockets_of(Actor::Server)
            .rev()
            .filter(|s| !s.is_listener())
            .find(talked);
        if let Some(peer) = called.and_then(|s| s.peer) {
            return Some(foreign(Side::Client, peer));
        }
        // A script in which the server does nothing, and the client calls: nobody of ours will answer.
        let does = |side: Side| {
            let name = match side {
                Side::Server => "server",
                Side::Client => "client",
            };
            session
                .script
                .iter()
                .any(|line| line.text.starts_with(name))
        };
        let alone = does(Side::Client)
            && !does(Side::Server)
            && session.sockets_of(Actor::Server).next().is_none();
        alone.then(|| foreign(Side::Server, session.server_address))
    }

    /// The clients that there are, the first one always.
    pub fn clients(&self) -> Vec<Actor> {
        let mut clients: Vec<Actor> = self
            .session()
            .actors
            .keys()
            .copied()
            .filter(|a| a.side() == Side::Client)
            .collect();
        if !clients.contains(&Actor::CLIENT) {
            clients.insert(0, Actor::CLIENT);
        }
        clients
    }

    /// The actor whose box has the focus.
    pub fn focused_actor(&self) -> Option<Actor> {
        match self.focus {
            Panel::Server => Some(Actor::Server),
            Panel::Client => Some(self.client()),
            Panel::Cable | Panel::Bytes | Panel::Story => None,
        }
    }

    /// The actors that a key may act for, the one that is meant first.
    pub fn actors_by_focus(&self) -> [Actor; 2] {
        match (&self.overlay, self.focus) {
            (Some(Overlay::Menu(Actor::Server, _)), _) => [Actor::Server, self.client()],
            (Some(Overlay::Menu(client, _)), _) => [*client, Actor::Server],
            (_, Panel::Server) => [Actor::Server, self.client()],
            _ => [self.client(), Actor::Server],
        }
    }

    /// The actor whose waiting call a key would interrupt: the focused one, else the one that waits.
    pub fn waiting_actor(&self) -> Option<Actor> {
        let waits = |a: &Actor| self.book.session().waiting(*a).is_some();
        match self.focused_actor() {
            Some(actor) if waits(&actor) => Some(actor),
            _ => self.actors_by_focus().into_iter().find(waits),
        }
    }

    /// What a capital letter would do now: its statement, and its place among the suggestions.
    pub(super) fn sensible_call(&self, letter: char) -> Option<(usize, Suggestion)> {
        self.actors_by_focus().into_iter().find_map(|actor| {
            self.suggestions(actor)
                .into_iter()
                .enumerate()
                .find(|(_, s)| s.key == letter)
        })
    }

    /// How early among the suggestions a capital letter's call comes; nothing when it makes no sense now.
    pub(super) fn sensible_now(&self, letter: char) -> Option<usize> {
        self.sensible_call(letter).map(|(place, _)| place)
    }

    /// Whether something is open that a key can close.
    pub fn is_something_open(&self) -> bool {
        self.bar.is_some()
            || self.overlay.is_some()
            || !self.search.is_empty()
            || self.screen != Screen::Main
            || self.look == Look::Blank
    }

    /// How many events have happened that are not shown, because the view is frozen or in the past.
    pub fn behind(&self) -> usize {
        match self.cursor {
            Cursor::Live => 0,
            Cursor::At { count, .. } => self.book.events().len().saturating_sub(count),
        }
    }

    /// The calls that had returned at the moment that is shown: their places in the journal, oldest first.
    pub fn shown_calls(&self) -> &[usize] {
        let shown = self.shown_events();
        let calls = self.book.calls();
        &calls[..calls.partition_point(|&i| i < shown)]
    }
}

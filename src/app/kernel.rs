//! What the kernel screen looks at: which sockets are listed, which one is selected, and the two ends of its
//! conversation.

use super::state::App;
use crate::model::{
    ids::{Nanos, Side, SocketId},
    session::{Session, SocketState},
};

/// The plots, by what they show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlotKind {
    /// The congestion window, and where slow start ends.
    #[default]
    Window,
    /// Round-trip time and retransmission time-out.
    Time,
    /// Bytes in flight and in the queues.
    Bytes,
}

impl PlotKind {
    /// In the order of the screen.
    pub const ALL: [Self; 3] = [Self::Window, Self::Time, Self::Bytes];
}

/// How the kernel screen is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KernelView {
    /// The socket that was picked; without one, see [`App::kernel_selected`].
    pub picked: Option<SocketId>,
    /// The plot that is shown where there is room for one.
    pub plot: PlotKind,
    /// How far back the plots reach: a place in [`SPANS`], counted from its end.
    pub shorter: usize,
}

/// How far back plots can reach; the last is the whole life of a connection.
pub const SPANS: [Option<Nanos>; 5] = [
    Some(Nanos::from_millis(100)),
    Some(Nanos::from_millis(1_000)),
    Some(Nanos::from_millis(10_000)),
    Some(Nanos::from_millis(60_000)),
    None,
];

impl KernelView {
    /// How far back the plots reach; `None` for the whole life.
    pub fn span(&self) -> Option<Nanos> {
        let place = (SPANS.len() - 1).saturating_sub(self.shorter);
        SPANS[place]
    }
}

impl App {
    /// The sockets of one side in the order of its table: those that are in the kernel's, then those that were, the
    /// newest first.
    pub fn kernel_sockets(&self, side: Side) -> Vec<&SocketState> {
        let of = |gone: bool| {
            self.session()
                .sockets
                .iter()
                .filter(move |s| s.id.actor.side() == side && s.is_gone() == gone)
        };
        of(false).chain(of(true).rev()).collect()
    }

    /// The socket that is selected: the one that was picked; else the connection of the client that is looked at, the
    /// server's end of it if it is not ours, or whatever there is.
    pub fn kernel_selected(&self) -> Option<&SocketState> {
        let session = self.session();
        if let Some(picked) = self.kernel.picked.and_then(|id| session.socket(id)) {
            return Some(picked);
        }
        let (server, client) = session.conversation();
        session
            .newest(self.client().into())
            .filter(|s| s.local.is_some() && !s.is_listener())
            .or_else(|| client.filter(|s| s.local.is_some()))
            .or(server)
            .or_else(|| session.sockets.first())
    }

    /// The two ends of the selected connection, as far as they are ours: the server's and the client's.
    pub fn kernel_ends(&self) -> (Option<&SocketState>, Option<&SocketState>) {
        let selected = self.kernel_selected();
        let other = selected.and_then(|s| other_end(self.session(), s));
        match selected.map(|s| s.id.actor.side()) {
            Some(Side::Server) => (selected, other),
            _ => (other, selected),
        }
    }
}

/// The other end of a connection, if it is ours.
pub(super) fn other_end<'a>(session: &'a Session, socket: &SocketState) -> Option<&'a SocketState> {
    socket.peer_socket.and_then(|peer| session.socket(peer))
}

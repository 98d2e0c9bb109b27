//! What is notable at the moment that is shown, as the screen tells it.

use super::state::App;
use crate::model::{
    ids::Nanos,
    insights::{Insight, notable},
    session::SocketState,
};

/// What has been so for a shorter time is not told yet: bytes that arrive and are read soon, or a packet that is sent
/// again after the shortest time-out there is, would flicker.
pub const SETTLES: Nanos = Nanos::from_millis(300);

/// What is notable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insights {
    /// The most surprising first; of one kind, those of the conversation that is looked at.
    pub told: Vec<Insight>,
    /// Whether something may have to be told soon though nothing happens: it is not known yet whether it stays so.
    pub coming: bool,
}

impl App {
    /// What is notable at the moment that is shown, when it is so late.
    pub fn insights(&self, now: Nanos) -> Insights {
        let session = self.session();
        let mut told = notable(&self.book, session, &self.settings.insights_off);
        // Only live does a moment pass by itself; a frame of the last event's own time is a picture of it.
        let passes = self.past.is_none() && self.recorded.is_none() && now > session.at;
        let all = told.len();
        told.retain(|i| !passes || now.since(i.since) >= SETTLES);
        let coming = told.len() < all;
        let (server, client) = (
            session.conversation().0,
            session.newest(self.client().into()),
        );
        let of = |end: Option<&SocketState>| end.map(|s| s.id);
        let shown = [of(server), of(client)];
        told.sort_by_key(|i| (i.row, !shown.contains(&Some(i.socket))));
        Insights { told, coming }
    }
}
